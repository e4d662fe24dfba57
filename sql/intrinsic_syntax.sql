-- Calls of intrinsic functions: arguments, escapes, what is no call, what a missing path says.
-- the value, or the error's SQLSTATE and message
CREATE FUNCTION pg_temp.try(call text, input jsonb, context jsonb DEFAULT '{}', variables jsonb DEFAULT '{}')
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN asl.jsonpath(call, input, context, variables);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;

-- every kind of argument; blanks around them
SELECT call, pg_temp.try(call, '{"a": {"b": [1.50]}}', '{"Execution": {"Name": "e"}}', '{"v": {"x": 7}}') FROM unnest(ARRAY[
	'States.Array()', 'States.Array( )', 'States.Array(1, -2.50, 1e2, null, true, false, ''text'')', 'States.Array($.a.b[0],$$.Execution.Name,$v.x)', 'States.Array( $ , $$ , $v )',
	'States.Array($.a[''b''], $..b[*], $.a.b[?(@ > 1)], $.a.b.length())', 'States.Array(States.Array(), States.Array(States.Array(1)))', 'States.Array(''a(b,c)'', ''$.a'')', 'States.Array(''two
lines'')']) AS call;
-- escapes
SELECT call, pg_temp.try(call, '{}') FROM unnest(ARRAY[
	'States.Array(''it\''s'')', 'States.Array(''\{a\}'')', 'States.Array(''a\\b'')', 'States.Array(''{a}'')', 'States.Array(''"quoted"'')', 'States.Array('''')']) AS call;
-- nested ten deep, and eleven
SELECT pg_temp.try(repeat('States.Array(', 10) || repeat(')', 10), '{}'), pg_temp.try(repeat('States.Array(', 11) || repeat(')', 11), '{}');

-- no calls
CREATE FUNCTION pg_temp.fault(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM asl.jsonpath(call, '{}');
	RETURN 'accepted';
EXCEPTION WHEN SQLSTATE 'SLE12' THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLERRM || ' - ' || detail;
END $$;
SELECT asl.jsonpath('States.Nope()', '{}');
SELECT pg_temp.fault(call) FROM unnest(ARRAY[
	'', 'a', 'States', 'States.', 'states.array()', 'States.Array', 'States.Array (1', 'States.Array(', 'States.Array(1', 'States.Array(1,', 'States.Array(1,)', 'States.Array(,1)', 'States.Array(1 2)', 'States.Array(1) ', 'States.Array(1)x',
	' States.Array(1)', 'States.Array(a)', 'States.Array("a")', 'States.Array([1])', 'States.Array({})', 'States.Array(nul)', 'States.Array(01)', 'States.Array(1.)', 'States.Array(+1)',
	'States.Array(''a)', 'States.Array(''a\'')', 'States.Array(''a\n'')', 'States.Array(''\"'')', 'States.Array(''\', 'States.Array($.a.)', 'States.Array($..)', 'States.Array(States.Nope())']) AS call;
-- the number of arguments
SELECT pg_temp.fault(call) FROM unnest(ARRAY[
	'States.Format()', 'States.StringToJson()', 'States.StringToJson(1, 2)', 'States.JsonToString()', 'States.ArrayPartition(1)', 'States.ArrayContains(1)', 'States.ArrayRange(1, 2)', 'States.ArrayRange(1, 2, 3, 4)',
	'States.ArrayGetItem(1)', 'States.ArrayLength()', 'States.ArrayUnique(1, 2)', 'States.Base64Encode()', 'States.Base64Decode(1, 2)', 'States.Hash(1)', 'States.JsonMerge(1, 2)', 'States.MathRandom(1)',
	'States.MathRandom(1, 2, 3, 4)', 'States.MathAdd(1)', 'States.StringSplit(1)', 'States.UUID(1)']) AS call;

-- a path that finds nothing: the whole expression is named, and the input, with one "$" less also for the context
SELECT call, pg_temp.try(call, '{"other": [1]}', '{"State": {}}') FROM unnest(ARRAY[
	'States.Array($.nope)', 'States.Array(1,$.other, $.a.b)', 'States.Format(''{}'', States.Array($.nope))', 'States.Array($.other[5])', 'States.Array($$.Nope.Deep)', 'States.Array($nope)', 'States.Array($.nope[*])']) AS call;
