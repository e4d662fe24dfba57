-- volatile and parallel restricted because of States.UUID and States.MathRandom
CREATE FUNCTION asl.jsonpath(path text, input jsonb, context jsonb DEFAULT '{}', variables jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'asl_sql_jsonpath';

COMMENT ON FUNCTION asl.jsonpath(text, jsonb, jsonb, jsonb) IS
'evaluates a JSONPath or an intrinsic function call as a ".$" field of a state would be';
