-- Filters: "[?(…)]".
-- the value, or the error's SQLSTATE and message
CREATE FUNCTION pg_temp.try(path text, input jsonb, context jsonb DEFAULT '{}', variables jsonb DEFAULT '{}')
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN asl.jsonpath(path, input, context, variables);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
CREATE FUNCTION pg_temp.ids(condition text) RETURNS text LANGUAGE sql AS $$
SELECT pg_temp.try('$.items[?(' || condition || ')].id', '{"limit": 2, "names": ["foo", "bar"], "items": [
	{"id": 1, "n": 1, "s": "foo", "b": true, "l": [1, 2], "o": {"k": 1}, "z": null},
	{"id": 2, "n": 2.0, "s": "bar", "b": false, "l": [], "o": {}, "t": "2"},
	{"id": 3, "n": 30, "s": "", "l": [2, "x", null], "t": "x"},
	{"id": 4, "n": "2"},
	5, "text", null, [1]
]}') $$;

-- comparing numbers and texts; a text that is a number equals it, but not with ===
SELECT condition, pg_temp.ids(condition) FROM unnest(ARRAY[
	'@.n == 2', '@.n == 2.00', '@.n === 2', '@.n != 2', '@.n !== 2', '@.n < 2', '@.n <= 2', '@.n > 1', '@.n >= 2', '2 < @.n', '@.n == ''2''', '@.s == ''foo''', '@.s == "foo"',
	'@.s < ''c''', '@.s >= ''bar''', '@.s != ''foo''', '@.n==2', '@.n>1', '@.n == 0.2e1', '@.n > -1', '@.n > ''10''']) AS condition;
-- other kinds
SELECT condition, pg_temp.ids(condition) FROM unnest(ARRAY[
	'@.b == true', '@.b == false', '@.b != true', '@.z == null', '@.z != null', '@.l == [1,2]', '@.l == []', '@.o == {"k": 1}', '@.o == {}', '@.nope == @.none', '@.b < true', '@.l < [3]']) AS condition;
-- existence: null is there; a path that finds an empty array is not
SELECT condition, pg_temp.ids(condition) FROM unnest(ARRAY[
	'@.z', '@.b', '!@.b', '@.o.k', '@.l[*]', '@.l[0]', '@..k', '@[''s'']', '@']) AS condition;
-- connectives, precedence, blanks
SELECT condition, pg_temp.ids(condition) FROM unnest(ARRAY[
	'@.n == 1 || @.n == 30', '@.n > 1 && @.s == ''bar''', '@.n == 1 || @.n == 2 && @.b == true', '(@.n == 1 || @.n == 2) && @.b == false', '!(@.n == 1) && @.s', '!!@.b',
	' ( ( @.n==1 ) ) ', '@.n==1||@.n==30', '!(@.n == 1 || @.n == 2)']) AS condition;
-- the document
SELECT condition, pg_temp.ids(condition) FROM unnest(ARRAY[
	'@.n == $.limit', '@.n > $[''limit'']', '@.s in $.names', '@.n == $.items[0].n', '$.limit == 2', '$.nope']) AS condition;
-- words
SELECT condition, pg_temp.ids(condition) FROM unnest(ARRAY[
	'@.s in [''foo'', ''x'']', '@.s IN ["foo"]', '@.n in [1, 30]', '@.s nin [''foo'']', '@.l subsetof [1, 2, 3]', '@.l anyof [2, 9]', '@.l noneof [1, 9]', '@.l all [2]', '@.l contains 2', '@.s contains ''o''',
	'@.l size 2', '@.s size 3', '@.o size 0', '@.l empty true', '@.s empty false', '@.o empty true', '@.n in 1', '@.n size 1']) AS condition;
-- regular expressions match the whole text
SELECT condition, pg_temp.ids(condition) FROM unnest(ARRAY[
	'@.s =~ /fo/', '@.s =~ /fo./', '@.s =~ /FO+/i', '@.s =~ /.*a.*/', '/ba./ =~ @.s', '@.n =~ /[0-9]/', '@.b =~ /true/', '@.l =~ /x/', '@.s =~ /f(?=oo).*/', '@.s =~ /a\/b/', '@.s =~ /(?:)/']) AS condition;
SELECT asl.jsonpath('$[?(@ =~ /(a+)+b/)]', to_jsonb(ARRAY[repeat('a', 40)]));

-- functions and filters within filters
SELECT condition, pg_temp.ids(condition) FROM unnest(ARRAY[
	'@.l.length() > 1', '@.l.length() == 0', '@.l[?(@ == 2)]', '@.l[?(@ > $.limit)]', '@.o.keys() == ["k"]']) AS condition;
-- scalars; an object is an item itself
SELECT path, pg_temp.try(path, '{"l": [1, 5, "a", null, [3]], "o": {"x": {"n": 1}, "n": 2}}') FROM unnest(ARRAY[
	'$.l[?(@ > 1)]', '$.l[?(@ == null)]', '$.l[?(@[0] == 3)]', '$.o[?(@.n == 2)].n', '$.o[?(@.n == 1)]', '$.o..[?(@.n)].n', '$.l[0][?(@ == 1)]', '$.l[?(@ > 1)][0]', '$..[?(@ == 5)]']) AS path;

-- words without quotes are texts; numbers, true, false and null are what they are
SELECT condition, pg_temp.ids(condition) FROM unnest(ARRAY[
	'@.s == foo', '@.s==foo', 'foo == @.s', '@.s != foo && @.n > 1', '@.s==foo||@.s==bar', '(@.s == foo)', '!(@.s == foo)', '@.n == 1', '@.b == true', '@.z == null', '@.s == truefoo',
	'@.s =~ /fo./', '@.s == =', '@.s == "foo', '@.s foo', 'foo']) AS condition;
SELECT path, pg_temp.try(path, '[{"k": "/eggs/cooked/like", "v": 1}, {"k": "2024-01-01", "v": 2}, {"k": "it''s", "v": 3}, {"k": "1a", "v": 4}, {"k": "a&b|c", "v": 5}, {"k": "true", "v": 6}]') FROM unnest(ARRAY[
	'$[?(@.k==/eggs/cooked/like)].v', '$[?(@.k == 2024-01-01)].v', '$[?(@.k == it''s)].v', '$[?(@.k == 1a)].v', '$[?(@.k == a&b|c)].v', '$[?(@.k == true)].v', '$[?(@.k == 1 a)].v', 'States.ArrayLength($[?(@.k == 1a)])']) AS path;
