\echo Use "ALTER EXTENSION pg_asl UPDATE" to load this file. \quit

/* Tables (src/store/schema.sql) */

/* Functions and views */

DROP FUNCTION asl.validate_state_machine_definition(jsonb, text);
CREATE FUNCTION asl.validate_state_machine_definition(definition jsonb, type text DEFAULT 'STANDARD')
RETURNS TABLE (severity text, code text, message text, location text, hint text)
LANGUAGE c STABLE
AS 'MODULE_PATHNAME', 'asl_sql_validate_state_machine_definition';

COMMENT ON FUNCTION asl.validate_state_machine_definition(jsonb, text) IS
'everything that is wrong with a definition in the Amazon States Language; no rows: nothing';
