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

/* No number of seconds that an earlier version let in makes the view raise. */
CREATE OR REPLACE VIEW asl.pending_tasks WITH (security_barrier) AS
SELECT t.execution, b.state,
       jsonb_path_query_first(r.definition, '$.**.States.keyvalue() ? (@.key == $state).value.Resource',
                              jsonb_build_object('state', b.state), true) #>> '{}' AS resource,
       a.name AS activity, asl.task_token(t.execution, t.branch, t.secret) AS task_token, t.scheduled_at,
       coalesce(t.started_at, t.scheduled_at) + nullif(least(coalesce(t.timeout_seconds, 0), 99999999), 0) * interval '1 s' AS timeout_at,
       CASE WHEN t.activity IS NULL OR t.started_at IS NOT NULL THEN
            greatest(t.heartbeat_at, t.started_at, t.scheduled_at) + nullif(least(coalesce(t.heartbeat_seconds, 0), 99999999), 0) * interval '1 s' END AS heartbeat_at
  FROM asl.task t
  JOIN asl.branch b USING (execution, branch)
  JOIN asl.execution e USING (execution)
  JOIN asl.revision r ON r.revision = e.revision
  LEFT JOIN asl.activity a USING (activity)
 WHERE b.phase = 't' AND pg_has_role(e.owner, 'USAGE');
