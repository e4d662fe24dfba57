-- JSONata for SQL.  VOLATILE: $now, $millis, $random and $uuid differ from call to call.

CREATE FUNCTION asl.jsonata(expression text, input jsonb DEFAULT NULL, bindings jsonb DEFAULT '{}',
                            dialect text DEFAULT 'standard')
RETURNS jsonb
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'asl_sql_jsonata';

COMMENT ON FUNCTION asl.jsonata(text, jsonb, jsonb, text) IS
'value of a JSONata expression; NULL where it is undefined; dialect is standard or states (as in AWS Step Functions)';
