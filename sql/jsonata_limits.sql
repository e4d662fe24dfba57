-- asl.jsonata(): its arguments, its errors, and the settings that limit it.
-- arguments
SELECT asl.jsonata(NULL) IS NULL AS expression, asl.jsonata('1', dialect => NULL), asl.jsonata('$x', bindings => NULL) IS NULL AS bindings;
SELECT asl.jsonata('$a + $b.c', NULL, '{"a": 1, "b": {"c": 2}}'), asl.jsonata('$sum', NULL, '{"sum": "mine"}'),
	asl.jsonata('($a := 5; $a)', NULL, '{"a": 1}'), asl.jsonata('$a', NULL, '{"a": null}');
SELECT asl.jsonata('$x', NULL, '[1]');
SELECT asl.jsonata('1', NULL, '{}', 'java');
SELECT provolatile, proparallel, proisstrict FROM pg_proc WHERE oid = 'asl.jsonata'::regproc;
SELECT obj_description('asl.jsonata'::regproc) IS NOT NULL AS commented;

-- an error shows the place in the expression
SELECT asl.jsonata('{"a": 1} + 2');
SELECT asl.jsonata('(
  $x := 1;
  $x + ')
;
-- and says so in JSON
DO $$
DECLARE
	detail text;
	state text;
BEGIN
	PERFORM asl.jsonata('$sum("é" & 5)');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, state = RETURNED_SQLSTATE;
	RAISE NOTICE '% %', state, detail::jsonb;
END $$;

-- the same expression over many rows, and many expressions
SELECT sum(asl.jsonata('a * 2', jsonb_build_object('a', i))::int) FROM generate_series(1, 1000) AS i;
SELECT sum(asl.jsonata('a + ' || i, '{"a": 1}')::int) FROM generate_series(1, 1000) AS i;

-- depth
SET asl.jsonata_depth = 10;
SELECT asl.jsonata('((((((((1))))))))');
SELECT asl.jsonata('((((((((((1))))))))))');
SELECT asl.jsonata('($f := function($n) { $n = 0 ? "done" : $f($n - 1) }; $f(1000))') AS tail_calls_need_none;
RESET asl.jsonata_depth;
-- without a limit the stack is one
CREATE FUNCTION pg_temp.code(expression text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN asl.jsonata(expression);
EXCEPTION WHEN SQLSTATE 'SLE13' THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN detail::jsonb->>'code';
END $$;
SELECT pg_temp.code('($f := function($n) { 1 + $f($n + 1) }; $f(1))') AS recursion, pg_temp.code(repeat('(', 100000)) AS blocks,
	pg_temp.code(repeat('[', 100000) || repeat(']', 100000)) AS arrays, pg_temp.code(repeat('-', 100000) || '1') AS signs,
	pg_temp.code('1' || repeat('+1', 100000)) AS operands, pg_temp.code('$eval("' || repeat('(', 10000) || '")') IS NOT NULL AS eval;

SELECT pg_temp.code('{"a": 1} ~> |$|{"z": $}|') AS cyclic,
	pg_temp.code('($f := function($n, $a) { $n = 0 ? $a : $f($n - 1, [[$a]]) }; $f(100000, 1))') AS value,
	pg_temp.code('$eval("{\"a\": 1} ~> |$|{\"z\": $}| ~> $string()")') AS in_eval;

-- length of sequences
SET asl.jsonata_sequence = 3;
SELECT asl.jsonata('[1..3]');
SELECT asl.jsonata('[1..4]');
SELECT asl.jsonata('$append([1, 2], [3, 4])');
SELECT asl.jsonata('a.b', '{"a": [{"b": [1, 2]}, {"b": [3, 4]}]}');
SELECT asl.jsonata('[1, 2, 3, 4]');
RESET asl.jsonata_sequence;

-- time
SET asl.jsonata_timeout = '20ms';
SELECT asl.jsonata('($f := function() { $f() }; $f())');
RESET asl.jsonata_timeout;
SET statement_timeout = '50ms';
SELECT asl.jsonata('($f := function() { $f() }; $f())');
SELECT asl.jsonata('$count([1..10000000].($ * 2)[$ > 5])');
RESET statement_timeout;

-- memory
SET asl.jsonata_memory = '1MB';
SELECT asl.jsonata('$count([1..10000000])');
SELECT asl.jsonata('$count([1..1000000].[$])');
RESET asl.jsonata_memory;
SELECT asl.jsonata('$pad("x", 2000000000)');
-- a string's length, however it is made
SELECT asl.jsonata('$length($pad("", 4000000, "x"))', NULL, '{}', 'states');
SELECT asl.jsonata('$pad("x", 1e21)', NULL, '{}', 'states');
SELECT asl.jsonata('($a := $pad("", 4000000, "x"); $length($a & $a))', NULL, '{}', 'states');
SELECT asl.jsonata('($a := $pad("", 4000000, "x"); $length($join([$a, $a])))', NULL, '{}', 'states');
SELECT asl.jsonata('($a := $pad("", 4000000, "x"); $length($replace("aa", "a", $a)))', NULL, '{}', 'states');
SELECT asl.jsonata('($a := $pad("", 4000000, "x"); $length($replace("aa", /a/, $a)))', NULL, '{}', 'states');
SELECT asl.jsonata('($a := $pad("", 4000000, "x"); $length($replace($a, /x+/, "$0$0$0")))', NULL, '{}', 'states');
