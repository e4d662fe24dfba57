-- Paths: steps, predicates, wildcards and what becomes of sequences.
\i sql/include/jsonata_try.sql

-- names; an array maps its elements, results are flattened by one level
SELECT expression, pg_temp.try(expression, '{"name": "shop", "tags": ["x"], "none": null, "empty": [], "orders": [{"id": 1, "city": "Oslo", "lines": [{"sku": "a", "n": 2, "price": 1.5}, {"sku": "b", "n": 1, "price": 20}]}, {"id": 2, "city": "Rome", "lines": [{"sku": "a", "n": 5, "price": 1.25}]}, {"id": 3, "city": "Oslo", "lines": []}], "people": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 9, "name": "Cid"}]}') FROM unnest(ARRAY[
	'name', 'orders.id', 'orders.lines.sku', 'orders.lines[0].sku', '(orders.lines)[0].sku', 'orders.lines.nothing',
	'`name`', '"name"', '''orders''.id', '$.name', '$$.orders[1].id', 'tags', 'tags[0]', 'empty', 'empty[0]', 'none',
	'none.x', 'orders.(lines.sku)', 'orders.[id, city]', 'orders.[lines.sku]', '[orders.id]', 'orders.lines.[sku, n]']) AS expression;

-- a string that begins a path is a name, with all that is attached to it
SELECT expression, pg_temp.try(expression, '{"list": [{"id": 1}, {"id": 2}, {"id": 3}], "tag list": [["a", "b"], ["c"]]}') FROM unnest(ARRAY[
	'"list"[1].id', '"list"[id > 1].id', '"list"[[0, 2]][1].id', '"tag list"[0].$uppercase($)', '"list"[-1][id = 3].id',
	'"list"{"last": id[-1]}.last', '"list"[0]', 'list[1[]]', 'list[2[0]].id']) AS expression;

-- predicates: an index, a list of indexes, a condition
SELECT expression, pg_temp.try(expression, '{"name": "shop", "tags": ["x"], "none": null, "empty": [], "orders": [{"id": 1, "city": "Oslo", "lines": [{"sku": "a", "n": 2, "price": 1.5}, {"sku": "b", "n": 1, "price": 20}]}, {"id": 2, "city": "Rome", "lines": [{"sku": "a", "n": 5, "price": 1.25}]}, {"id": 3, "city": "Oslo", "lines": []}], "people": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 9, "name": "Cid"}]}') FROM unnest(ARRAY[
	'orders[0].id', 'orders[-1].id', 'orders[7]', 'orders[1.9].id', 'orders[[0, 2]].id', 'orders[[0..1]].id',
	'orders[id > 1].id', 'orders[city = ''Oslo''][1].id', 'orders[lines].id', 'orders[$count(lines) = 2].id',
	'orders[0][id = 1].city', 'orders[true].id', 'orders[false].id', 'orders[''x''].id', 'orders[''''].id',
	'orders[lines[sku = ''b'']].id', 'orders[id in [1, 3]].id', 'name[0]', 'name[1]',
	'people[name = $$.people[1].name].id']) AS expression;

-- an index that is computed counts among the items of one step's result
SELECT expression, pg_temp.try(expression, '{"name": "shop", "tags": ["x"], "none": null, "empty": [], "orders": [{"id": 1, "city": "Oslo", "lines": [{"sku": "a", "n": 2, "price": 1.5}, {"sku": "b", "n": 1, "price": 20}]}, {"id": 2, "city": "Rome", "lines": [{"sku": "a", "n": 5, "price": 1.25}]}, {"id": 3, "city": "Oslo", "lines": []}], "people": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 9, "name": "Cid"}]}') FROM unnest(ARRAY[
	'orders.lines[$ = 1]', 'orders[$$.orders[0].id].id', 'orders[id - 1].id', '[1, 2, 3][[2, 0]]', 'orders[[-1, 0]].id']) AS expression;

-- a predicate of variables and literals has one value for all items
SELECT expression, pg_temp.try(expression, '{}') FROM unnest(ARRAY[
	'($i := 1; [10, 20, 30][$i])', '($i := -1; [10, 20, 30][$i])', '($i := 1; [10, 20, 30][$i + 1])', '($i := 7; [1, 2][$i])',
	'($l := [0, 0, -1]; [10, 20, 30][$l])', '[10, 20, 30][[1..9]]', '($l := [1, ''x'']; [1, 2][$l])', '[1, 2][[]]',
	'($b := false; [1, 2][$b])', '($s := ''x''; [1, 2][$s])', '[1, 2][$nothing]', '($i := 0; 5[$i])', 'nothing[$i]',
	'$map([1..3], function($v, $i, $a) { $a[$i] })', '($i := 1; [10, 20][$i - ''x''])', '($i := 1; [][$i - ''x''])',
	'$count([1..100000][[0..99999]])']) AS expression;

-- keeping a singleton an array
SELECT expression, pg_temp.try(expression, '{"name": "shop", "tags": ["x"], "none": null, "empty": [], "orders": [{"id": 1, "city": "Oslo", "lines": [{"sku": "a", "n": 2, "price": 1.5}, {"sku": "b", "n": 1, "price": 20}]}, {"id": 2, "city": "Rome", "lines": [{"sku": "a", "n": 5, "price": 1.25}]}, {"id": 3, "city": "Oslo", "lines": []}], "people": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 9, "name": "Cid"}]}') FROM unnest(ARRAY[
	'orders[id = 2].id', 'orders[id = 2][].id', 'orders[id = 2].id[]', 'orders[id = 9].id[]', 'name[]', '$[].name',
	'tags[]', '(name)[]', '$count(orders[id = 2].lines)']) AS expression;

-- wildcards and descendants
SELECT expression, pg_temp.try(expression, '{"a": {"x": 1, "y": [2, [3]]}, "b": 4, "c": [{"x": 5}]}') FROM unnest(ARRAY[
	'*', 'a.*', 'c.*', '**.x', '*.x', '$count(**)', 'b.**', 'b.*', '**[x = 5]', 'a.y.*']) AS expression;
SELECT expression, pg_temp.try(expression, '{"a": [], "b": {}, "c": [[1, {"d": 2}], 3], "e": "x"}') FROM unnest(ARRAY[
	'[**][[1..9]]', '**.d', '($v := {''o'': $}; $v.**.d)', 'c.**', 'a.**']) AS expression;

-- the input as an array is one item
SELECT expression, pg_temp.try(expression, '[[1, 2], [3]]') FROM unnest(ARRAY[
	'$', '$[0]', '$[1][0]', '*', '$count($)', '$.$', '[0]', '$$']) AS expression;

-- objects on the way
SELECT expression, pg_temp.try(expression, '[{"k": "p", "v": 1}, {"k": "q", "v": 2}]') FROM unnest(ARRAY[
	'k', '$.v', 'v[0]', '$[k = ''q''].v', '{''all'': v}', '${k: v}']) AS expression;

-- no input
SELECT expression, pg_temp.try(expression, NULL) FROM unnest(ARRAY[
	'$', 'a.b', '$$', '[1, 2].($ * 2)', '{''x'': 1}.x', '''abc''.$length($)']) AS expression;

-- comments and blanks
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'/* one */ a /* two */ + b', E'a\n+\tb', 'a/* */.z']) AS expression;
