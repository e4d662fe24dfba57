-- Intrinsic functions on arrays.
-- the value, or the error's SQLSTATE and message
CREATE FUNCTION pg_temp.try(call text, input jsonb, context jsonb DEFAULT '{}', variables jsonb DEFAULT '{}')
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN asl.jsonpath(call, input, context, variables);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;

SELECT call, pg_temp.try(call, '{"n": [0, 1, 2, 3, 4], "e": [], "m": [[1, 2, 3], 2, {"a": [1.0]}, null], "s": "text"}') FROM unnest(ARRAY[
	'States.ArrayPartition($.n, 2)', 'States.ArrayPartition($.n, 5)', 'States.ArrayPartition($.n, 9)', 'States.ArrayPartition($.n, 1.5)', 'States.ArrayPartition($.n, 1.4)', 'States.ArrayPartition($.e, 4)',
	'States.ArrayContains($.m, 2)', 'States.ArrayContains($.m, 2.0)', 'States.ArrayContains($.m, $.m[0])', 'States.ArrayContains($.m, $.m[2])', 'States.ArrayContains($.m, null)', 'States.ArrayContains($.m, ''2'')', 'States.ArrayContains($.e, 1)',
	'States.ArrayGetItem($.n, 0)', 'States.ArrayGetItem($.n, 4)', 'States.ArrayGetItem($.n, 1.6)', 'States.ArrayLength($.n)', 'States.ArrayLength($.e)', 'States.ArrayLength($.m[*])']) AS call;
SELECT call, pg_temp.try(call, '{}') FROM unnest(ARRAY[
	'States.ArrayRange(0, 9, 3)', 'States.ArrayRange(0, 10, 3)', 'States.ArrayRange(1, 9, 9)', 'States.ArrayRange(1, 9, 2)', 'States.ArrayRange(5, 1, -2)', 'States.ArrayRange(-3, 3, 3)', 'States.ArrayRange(1, 1, 1)',
	'States.ArrayRange(1, 5, -1)', 'States.ArrayRange(0.5, 2.4, 0.6)', 'States.ArrayRange(-1.5, 1.5, 1)', 'States.ArrayLength(States.ArrayRange(1, 1000, 1))', 'States.ArrayLength(States.ArrayRange(-2147483648, 2147483647, 2147483647))']) AS call;
-- the first of equal elements stays, kinds are told apart
SELECT asl.jsonpath('States.ArrayUnique($)', '[null, null, true, "true", false, 1, 1, 1.1, 1.0, "1", 0, "", [], [], [null], [null], {}, {"a": 1, "b": [2]}, {"b": [2.0], "a": 1}, {"a": 1, "b": 1}, null, 1]');
SELECT asl.jsonpath('States.ArrayUnique($)', '[]');
SELECT asl.jsonpath('States.ArrayLength(States.ArrayUnique($))', (SELECT jsonb_agg(n % 5000) FROM generate_series(1, 20000) AS n));

-- what fails
SELECT call, pg_temp.try(call, '{"n": [0, 1], "s": "text"}') FROM unnest(ARRAY[
	'States.ArrayPartition($.s, 2)', 'States.ArrayPartition($.n, 0)', 'States.ArrayPartition($.n, -1)', 'States.ArrayPartition($.n, 0.4)', 'States.ArrayPartition($.n, ''1'')', 'States.ArrayContains($, 1)', 'States.ArrayRange(1, 2, 0)',
	'States.ArrayRange(1, 1001, 1)', 'States.ArrayRange(1, null, 1)', 'States.ArrayRange(1, 3000000000, 1)', 'States.ArrayGetItem($.n, 2)', 'States.ArrayGetItem($.n, -1)', 'States.ArrayGetItem(null, 0)', 'States.ArrayLength($.s)', 'States.ArrayUnique(true)',
	'States.Array(States.ArrayLength($.s))']) AS call;
