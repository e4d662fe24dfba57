-- Texts that are no paths: what is wrong and where.
CREATE FUNCTION pg_temp.fault(path text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM asl.jsonpath(path, '{}');
	RETURN 'accepted';
EXCEPTION WHEN SQLSTATE 'SLE11' THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLERRM || ' - ' || detail;
END $$;

SELECT asl.jsonpath('$.a b', '{}');

SELECT pg_temp.fault(path) FROM unnest(ARRAY[
	'$ x', '$.', '$..', '$.a.', '$...a', '$a b', '$_a', '$1', '$-', '$$$', '$$x', '$x-y', '$.a,b', '$.a\',
	'$[', '$[]', '$[a]', '$[1', '$[1;2]', '$[1:2:3]', '$[1,]', '$[,1]', '$[--1]', '$[-]', '$[99999999999]', '$[''a]', '$[''a'' ''b'']', '$[''a'',]', '$[''a'',1]',
	'$["\uD800"]', '$["\u12"]', '$[*', '$.*x', '$[(@.length)]', '$[(@.length-0)]', '$[(@.size-1)]', '$[(@.length-1]', '$.é é']) AS path;
-- filters
SELECT pg_temp.fault(path) FROM unnest(ARRAY[
	'$[?]', '$[?@.a]', '$[?()]', '$[?(@.a]', '$[?(@.a)', '$[?(1)]', '$[?(@.a ==)]', '$[?(@.a = 1)]', '$[?(@.a is 1)]', '$[?(@.a == b)]', '$[?(@.a == ''b)]',
	'$[?(@.a &&)]', '$[?(@.a & @.b)]', '$[?((@.a)]', '$[?(@.a == [1)]', '$[?(@.a == {a:1})]', '$[?(@.a =~ /x)]', '$[?(@.a =~ /(/)]', '$[?(@.a =~ /x/q)]',
	'$[?(@.a =~ ''x'')]', '$[?(@.a == /x/)]', '$[?(@.a == $$.b)]', '$[?(@.a == $b)]', '$[?(@.a == 01x)]', '$[?(!)]', '$[?(@$)]', '$[?(@x)]', '$[?(@.a in [1 2])]', '$[?(@.a == {"k" 1})]', '$[?(@.a == tru)]', '$[?(@.a == 1) || @.b]']) AS path;
-- functions
SELECT pg_temp.fault(path) FROM unnest(ARRAY[
	'$.sum(', '$.nope()', '$.\énope()', '$.sum().a', '$..sum()', '$.index()', '$.index(1,2)', '$.keys(1)', '$.append(x)', '$.append($$.a)', '$.append(1 2)']) AS path;
-- nested too deeply
SELECT left(pg_temp.fault(path), 100) FROM unnest(ARRAY[
	'$[?' || repeat('(', 200) || '@.a' || repeat(')', 200) || ']',
	'$[?(@ == ' || repeat('[', 200) || repeat(']', 200) || ')]',
	'$' || repeat('[?(@', 2000) || repeat(')]', 2000)]) AS path;
