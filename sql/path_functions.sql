-- Functions at a path's end.
-- the value, or the error's SQLSTATE and message
CREATE FUNCTION pg_temp.try(path text, input jsonb, context jsonb DEFAULT '{}', variables jsonb DEFAULT '{}')
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN asl.jsonpath(path, input, context, variables);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;

SELECT path, pg_temp.try(path, '{"n": [1, 2.5, "x", 10, -4], "e": [], "s": ["a", 1, "b"], "o": {"k": 1, "l": 2}, "t": "text", "m": [[1, 2], [3]]}') FROM unnest(ARRAY[
	'$.n.min()', '$.n.max()', '$.n.sum()', '$.n.avg()', '$.n.stddev()', '$.n.length()', '$.n.first()', '$.n.last()', '$.n.index(1)', '$.n.index(-2)',
	'$.e.length()', '$.o.length()', '$.t.length()', '$.o.keys()', '$.n.keys()', '$.s.concat()', '$.s.concat("-", 7, $.t)', '$.e.append(1, "x", $.o)', '$.o.append(1)',
	'$.sum($.n)', '$.max(1, $.n, 7)', '$.length($.n)', '$.length($.m[*])', '$.concat("a", "b")', '$.length()']) AS path;
-- each node for itself; behind "..", all together
SELECT path, pg_temp.try(path, '{"m": [[1, 2], [3]], "d": {"x": 1, "e": {"x": 2}}}') FROM unnest(ARRAY[
	'$.m[*].sum()', '$.m[*].length()', '$.m[?(@.length() == 1)].first()', '$..x.sum()', '$..x.length()', '$..nope.length()', '$.d..x.max()']) AS path;
-- nothing to compute with
SELECT path, pg_temp.try(path, '{"e": [], "t": "x", "n": [1]}') FROM unnest(ARRAY[
	'$.e.sum()', '$.e.min()', '$.e.avg()', '$.t.max()', '$.e.first()', '$.e.last()', '$.t.first()', '$.n.index(1)', '$.n.index("x")', '$.nope.length()', '$..nope.sum()']) AS path;
-- beyond a double there is no sum
SELECT path, left(pg_temp.try(path, '{"h": [1, 1e309]}'), 60) FROM unnest(ARRAY['$.h.sum()', '$.h.avg()', '$.h.stddev()', '$.h.min()', '$.h.max()']) AS path;
