-- Values: what jsonb becomes and becomes again; seen through JSONata.
-- untouched documents and parts of them stay as they are, numbers with their digits
SELECT document, asl.jsonata('$', document) = document AS same, asl.jsonata('$', document)::text = document::text AS same_text
FROM unnest(ARRAY['{}', '[]', '0', '1.50', '"x"', 'true', 'null', '[1.0, [2.00, {"a": -0.10}], ""]',
	'{"b": {"": {}}, "a": [[], [{}]], "c": "\"\\\n\u0001é😀"}', '[123456789012345678901234567890.5, 1e100, 1e-20]']::jsonb[]) AS document;
SELECT asl.jsonata('a.b', '{"a": {"b": [1.10, {"c": 2.0}]}}');

-- containers with more children than jsonb keeps offsets for one by one
WITH big AS (
	SELECT jsonb_object_agg('key' || i, CASE i % 4 WHEN 0 THEN to_jsonb(i) WHEN 1 THEN jsonb_build_array(i, 'v' || i)
		WHEN 2 THEN jsonb_build_object('k', i) ELSE to_jsonb(i / 8.0) END) AS object,
		jsonb_agg(CASE i % 3 WHEN 0 THEN to_jsonb(i) WHEN 1 THEN to_jsonb('v' || i) ELSE jsonb_build_array(i, i / 4.0) END) AS items
	FROM generate_series(1, 100) AS i)
SELECT asl.jsonata('$merge($each($, function($v, $k) { {$k: $v} }))', object) = object AS rebuilt_object,
	asl.jsonata('$map($, function($v) { [$v] }).($)', items) IS NOT NULL AS walked,
	asl.jsonata('[$.($)]', items) = asl.jsonata('$reduce($, $append)', items) AS rebuilt_array,
	asl.jsonata('[key1, key4, key33, key64, key98, key100, key101]', object) AS members,
	asl.jsonata('[$[0], $[31], $[32], $[63], $[64], $[99], $[100]]', items) AS elements,
	asl.jsonata('$count($keys($))', object) AS keys
FROM big;

-- what is made: members in jsonb's order, the last of two values of a key
SELECT asl.jsonata('{"bb": 1, "a": [2, {"y": 3, "x": 4}], "c": {}}'), asl.jsonata('$merge([{"a": 1, "b": 2}, {"a": 3}])');
SELECT asl.jsonata('$string({"bb": 1, "a": 2, "c": 3})') AS order_of_insertion;
WITH made AS (SELECT asl.jsonata('$merge([1..200].{"k" & $string(201 - $): $})') AS object)
SELECT object = (SELECT jsonb_object_agg('k' || 201 - i, i) FROM generate_series(1, 200) AS i) AS many_members, object->'k200' AS k200 FROM made;
-- removing members
SELECT asl.jsonata('$count($keys($merge([1..20].{"k" & $string($): $}) ~> |$|{}, [3..18].("k" & $string($))|))');

-- doubles become the shortest decimals that read back the same
SELECT asl.jsonata('[1e23, -1e23, 6.28e22, 9007199254740994]'), asl.jsonata('$string([1e23, 6.28e22])');
SELECT asl.jsonata('[0.1 + 0.2, 1/3, 1e21 * 10, 1e-7 / 10, 100 * 1.1, -0.0, 5e-324 * 1, 2.5 - 0.5, 9007199254740993 + 0, 1e300 * 10]');
-- integers that doubles do not hold, untouched
SELECT asl.jsonata('[n, n + 0, -m]', '{"n": 9223372036854775807, "m": 9223372036854775808}');
-- equality of numbers, whatever their scale or form
SELECT asl.jsonata('[a = b, a = 1, [a] = [b], {"x": a} = {"x": 1.00}, big = big2]',
	'{"a": 1.0, "b": 1.00, "big": 12345678901234567890, "big2": 12345678901234567891}');

-- what jsonb cannot hold
SELECT asl.jsonata('$count');
SELECT asl.jsonata('[$count]');
SELECT asl.jsonata('"\u0000"');
SELECT asl.jsonata('{"\u0000": 1}');
SELECT asl.jsonata('$length("a\u0000b")');

-- JSON text
SELECT text, asl.jsonata('$parse($text)', NULL, jsonb_build_object('text', text), 'states') AS parsed
FROM unnest(ARRAY[' {"a": [1, 2.50, "x\u00e9\n", true, null, {}]} ', '[]', '"s"', '-1.5e3', '0.000', '[[[1]]]']) AS text;
