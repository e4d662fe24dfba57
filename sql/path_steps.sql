-- The steps of a path, definite and indefinite ones.
-- the value, or the error's SQLSTATE and message
CREATE FUNCTION pg_temp.try(path text, input jsonb, context jsonb DEFAULT '{}', variables jsonb DEFAULT '{}')
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN asl.jsonpath(path, input, context, variables);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;

-- names
SELECT path, pg_temp.try(path, '{"a": {"b": 1, "b c": 2, "d-e_f": 3, "g.h": 4, "é": 5, "it''s": 6, "": 7, "@t/x:y#z": 8, "\"": 9}}') FROM unnest(ARRAY[
	'$', '$.a.b', '$[''a''][''b'']', '$["a"]["b"]', '$[ ''a'' ].b', '$.a[''b c'']', '$.a.d-e_f', '$.a.g\.h', '$.a[''g.h'']', '$.a.é',
	'$.a[''it\''s'']', '$.a["it''s"]', '$.a['''']', '$.a.@t/x:y#z', '$.a[''\u00e9'']', '$.a["\""]', '$.[''a''].b']) AS path;
-- untouched numbers stay as they are
SELECT asl.jsonpath('$.n', '{"n": 1.50}'), asl.jsonpath('$', '{"n": [1.0, 100000000000000000000000]}');

-- indexes
SELECT path, pg_temp.try(path, '{"a": [10, 11, [20, 21], {"x": 1}]}') FROM unnest(ARRAY[
	'$.a[0]', '$.a[ 1 ]', '$.a[-1]', '$.a[-4]', '$.a[2][1]', '$.a[3].x', '$.a.[0]', '$.a[00]']) AS path;
-- the last step's index outside of the array: null
SELECT path, pg_temp.try(path, '{"a": [10, {"x": 1}], "e": []}') FROM unnest(ARRAY[
	'$.a[2]', '$.a[-3]', '$.e[0]', '$.a[2].x', '$.a[1][0]', '$.e.x']) AS path;

-- slices, unions
SELECT path, pg_temp.try(path, '{"a": [0, 1, 2, 3, 4], "o": {"x": 1, "y": {"z": 2}, "w": {"z": 3}}}') FROM unnest(ARRAY[
	'$.a[1:3]', '$.a[1:]', '$.a[:2]', '$.a[-2:]', '$.a[:-2]', '$.a[-3:-1]', '$.a[3:99]', '$.a[7:9]', '$.a[3:1]', '$.a[:]', '$.a[ 1 : 3 ]',
	'$.a[0,2]', '$.a[4, -5, 9]', '$.o[''x'',''nope'']', '$.o[''nope'',''none'']', '$.o[''y'',''w''].z', '$.o[1:2]', '$.o[0,1]', '$.a[''x'',''y'']']) AS path;

-- wildcards
SELECT path, pg_temp.try(path, '{"a": [{"x": 1}, {"x": [2]}, {"y": 3}, 4], "o": {"p": 1, "q": {"x": 5}}}') FROM unnest(ARRAY[
	'$.a[*]', '$.a.*', '$.a[*].x', '$.a[ * ].x', '$.o.*', '$.o[*].x', '$.a[1].x[*]', '$.a[0].x[*]', '$.a[*][*]', '$.a[3].*']) AS path;

-- recursive descent, parents before their children
SELECT path, pg_temp.try(path, '{"a": {"k": 1, "b": [{"k": 2}, {"k": {"k": 3}}]}, "k": [4]}') FROM unnest(ARRAY[
	'$..k', '$.a..k', '$..b[0]', '$..[0]', '$..[''k'']', '$..b..k', '$.a.b..*', '$..nope', '$..[?(@.k == 2)]']) AS path;

-- an indefinite path gives an array, empty where nothing matches, whatever is missing
SELECT path, pg_temp.try(path, '{"a": {"n": null, "s": "text"}}') FROM unnest(ARRAY[
	'$.nope[*]', '$.nope.deeper[1:2].x', '$.a.n[*]', '$.a.s[*].x', '$.a[?(@.x)].y', '$.nope..x', '$.a[0,1]']) AS path;

-- the three roots
SELECT path, pg_temp.try(path, '{"a": 1}', '{"Execution": {"Name": "e"}, "l": [7]}', '{"v": {"a": [2]}, "né9_": 3, "null": null}') FROM unnest(ARRAY[
	'$', '$$', '$$.Execution.Name', '$$[''l''][0]', '$v', '$v.a[0]', '$v[''a'']', '$v..a', '$né9_', '$null', '$w', '$w.a', '$v.b', '$w[*]', '$$.nope']) AS path;
SELECT asl.jsonpath('$', NULL) IS NULL AS strict, pg_temp.try('$v', '{}', '{}', '[]') AS no_variables;

-- "(@.length-1)" counts from the end; blanks behind a path do not count; null stands behind an array's end, for each array
SELECT path, pg_temp.try(path, '{"a": [1, 2, 3], "r": [[1], [], [2]], "o": [{"x": [1]}, {"x": []}, {"x": 5}, {}]}') FROM unnest(ARRAY[
	'$.a[(@.length-1)]', '$.a[( @.length - 3 )]', '$.a[(@.length-4)]', '$.a[(@.length-1)].b', '$.r[(@.length-1)][0]', '$.a ', '$.a[0]   ', '$ ', E'$.a\n',
	'$.r[*][0]', '$.r[*][-1]', '$.r[*][0,1]', '$.r[*][0].y', '$.o[*].x[0]', '$.o[*].x[0:1]']) AS path;
SELECT asl.jsonpath('States.Array($$.Execution.Name , $.a )', '{"a": 1}', '{"Execution": {"Name": "e"}}');
-- a backslash before the other kind of quote belongs to the name
SELECT path, pg_temp.try(path, '{"Test\\\"\"Name\"": "double", "it''s": "single", "it\\''s": "backslash", "a\\b": "one", "\"": "quote", "\n": "line"}') FROM unnest(ARRAY[
	'$[''Test\""Name"'']', '$[''it\''s'']', '$["it\''s"]', '$["it''s"]', '$["a\\b"]', '$[''a\\b'']', '$["\""]', '$[''"'']', '$[''\n'']', '$["\n"]', '$["\u0022"]']) AS path;
