-- States.MathAdd, States.MathRandom, States.UUID.
-- the value, or the error's SQLSTATE and message
CREATE FUNCTION pg_temp.try(call text, input jsonb, context jsonb DEFAULT '{}', variables jsonb DEFAULT '{}')
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN asl.jsonpath(call, input, context, variables);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;

-- each argument is rounded first, halves upwards
SELECT call, pg_temp.try(call, '{}') FROM unnest(ARRAY[
	'States.MathAdd(-9, 3)', 'States.MathAdd(1.49, 1.5)', 'States.MathAdd(1.5, 1.51)', 'States.MathAdd(-1.49, -1.5)', 'States.MathAdd(-1.5, -1.51)', 'States.MathAdd(-1.51, 0)', 'States.MathAdd(0.5, 0)', 'States.MathAdd(-0.5, 0)', 'States.MathAdd(-0.5, 0.5)',
	'States.MathAdd(2.5, 0)', 'States.MathAdd(-2.5, 0)', 'States.MathAdd(-3.5, 0)', 'States.MathAdd(0.49999999999999994, 0)', 'States.MathAdd(1.0, 1e2)', 'States.MathAdd(2147483647, 0)', 'States.MathAdd(-2147483648, 0)', 'States.MathAdd(2147483647.4, -1)']) AS call;
SELECT call, pg_temp.try(call, '{}') FROM unnest(ARRAY[
	'States.MathAdd(''1'', 2)', 'States.MathAdd(1, null)', 'States.MathAdd(2147483648, 0)', 'States.MathAdd(2147483647.5, 0)', 'States.MathAdd(0, -2147483649)', 'States.MathAdd(2147483647, 1)', 'States.MathAdd(1e400, 0)',
	'States.MathRandom(1, 1)', 'States.MathRandom(2, 1)', 'States.MathRandom(''a'', 2)', 'States.MathRandom(1, 2, ''seed'')']) AS call;

-- the begin belongs to the range, the end does not
SELECT min(n), max(n), count(DISTINCT n) FROM (SELECT asl.jsonpath('States.MathRandom(-2, 3)', '{}')::int AS n FROM generate_series(1, 1000)) AS drawn;
SELECT asl.jsonpath('States.MathRandom(0.5, 1.6)', '{}') AS rounded;
SELECT asl.jsonpath('States.MathRandom(-2147483648, 2147483647)', '{}')::bigint BETWEEN -2147483648 AND 2147483646 AS whole_range;
-- a seed repeats
SELECT count(DISTINCT asl.jsonpath('States.MathRandom(0, 1000000, 42)', '{}')) AS same, count(DISTINCT asl.jsonpath(format('States.MathRandom(0, 1000000, %s)', n), '{}')) > 5 AS differs FROM generate_series(1, 10) AS n;

SELECT count(DISTINCT asl.jsonpath('States.UUID()', '{}')) FROM generate_series(1, 10);
SELECT asl.jsonpath('States.UUID()', '{}') #>> '{}' ~ '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' AS version_4;
