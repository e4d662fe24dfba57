-- Payload templates, ResultPath and the path fields of a state when it runs.
CREATE FUNCTION pg_temp.run(state jsonb, input jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	ended record;
BEGIN
	PERFORM asl.create_state_machine('m', jsonb_build_object('StartAt', 'V', 'States', jsonb_build_object(
		'V', '{"Type": "Pass", "Assign": {"v": {"w": [7]}}, "Next": "S"}'::jsonb,
		'S', '{"Type": "Pass", "End": true}' || state)), 'EXPRESS');
	SELECT * INTO ended FROM asl.start_sync_execution('m', input);
	PERFORM asl.delete_state_machine('m');
	RETURN coalesce(ended.output::text, ended.error || ': ' || ended.cause);
END $$;

-- templates: at any depth; literals are untouched
SELECT pg_temp.run('{"Parameters": {"a.$": "$.x", "b": {"c": [1.50, {"d.$": "States.Format(''{}'', $.x[0])"}, "$.x"], "e": "$.x"}, "f.$": "$$.State.Name", "g.$": "$v.w[0]", "h.$": "$.x[*]", "$": 1, ".$": "$.y"}}', '{"x": [5], "y": null}');
SELECT pg_temp.run('{"Parameters": {"a": {"b": ["$.x", 1.0, null]}}}', '{"x": 5}'), pg_temp.run('{"Parameters": {}}', '{"x": 5}');
-- an index behind the end gives null, anything else that is missing fails the state
SELECT state, pg_temp.run(jsonb_build_object('Parameters', state), '{"x": [1], "s": "t"}') FROM unnest(ARRAY[
	'{"a.$": "$.x[1]"}', '{"a.$": "$.x[-2]"}', '{"a.$": "$.x[1].y"}', '{"a.$": "$.y"}', '{"b": [{"a.$": "$.x.y"}]}', '{"a.$": "$v.x"}', '{"a.$": "$.y[*]"}', '{"a.$": "States.Array($.x[1])"}', '{"a.$": "States.ArrayLength($.s)"}']::jsonb[]) AS state;

-- ResultPath writes into a copy of the input
SELECT path, pg_temp.run(jsonb_build_object('Result', '{"r": 1}'::jsonb, 'ResultPath', path), '{"a": {"b": 1}, "l": [1, {"k": 2}], "n": null}') FROM unnest(ARRAY[
	'$', '$.x', '$.a', '$.a.b', '$.a.c', '$.x.y.z', '$[''x y''][''z'']', '$.l[0]', '$.l[1].k', '$.l[1].m.n',
	'$.a.b.c', '$.n.x', '$.l[2]', '$.l.x', '$.a[0]', '$.x[0]', '$[0]']) AS path;
SELECT path, pg_temp.run(jsonb_build_object('Result', '{"r": 1}'::jsonb, 'ResultPath', path), '[1, 2]') FROM unnest(ARRAY['$[1]', '$[2]', '$.x']) AS path;
SELECT pg_temp.run('{"Result": 1, "ResultPath": "$.x"}', '"text"'), pg_temp.run('{"Result": 1, "ResultPath": "$.x"}', 'null');

-- why InputPath finds nothing
SELECT path, pg_temp.run(jsonb_build_object('InputPath', path), '{"a": {"b": "s", "l": [1]}, "n": null}') FROM unnest(ARRAY[
	'$.x', '$.x.y.z', '$.a.x', '$.a.x.y', '$.a.b.c', '$.n.x', '$.a.l[3]', '$.a.l[3].x', '$.a[0]', '$.a.l.x', '$v.x', '$v.x.y', '$$.Nope', '$[''it\''s'']', '$.n.sum()', '$.l[''a'',''b'']']) AS path;
