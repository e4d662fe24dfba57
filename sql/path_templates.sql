-- Payload templates and reference paths when a definition is read.
CREATE FUNCTION pg_temp.complaints(state jsonb) RETURNS SETOF text LANGUAGE sql AS $$
SELECT concat_ws(' at ', message, location) FROM asl.validate_state_machine_definition(jsonb_build_object('StartAt', 'S', 'States', jsonb_build_object(
	'S', '{"Type": "Pass", "End": true}' || state))) WHERE severity = 'ERROR' ORDER BY 1
$$;

-- what may stand behind ".$", at any depth
SELECT * FROM pg_temp.complaints('{"Parameters": {"a.$": "$", "b.$": "$$.Execution.Id", "c.$": "$.x[?(@.y > 1)].z", "d.$": "States.Array($.x, States.UUID())", "e": {"f": [{"g.$": "$.h"}, "$.i", "States.Nope("]}, "j": "not computed"}}');
-- every fault with the object it stands in
SELECT * FROM pg_temp.complaints('{"Parameters": {"a.$": "a", "b.$": "$.x b", "c.$": "States.Nope()", "d.$": 1, "e.$": {"f": 1}, "g.$": null, "h.$": "", "i.$": "States.Array("}}');
SELECT * FROM pg_temp.complaints('{"Parameters": {"a": {"b": [1, {"c.$": "d"}], "e": {"f": {"g.$": "States.Format()"}}}}}');
SELECT * FROM pg_temp.complaints('{"Parameters": {"a.$": "$.x", "a": 1, "b": {"c.$": "$.x", "c": null}}}');
-- Pass.Result is no template
SELECT * FROM pg_temp.complaints('{"Result": {"a.$": "no path", "a": 1}}');

-- reference paths
SELECT path, c FROM unnest(ARRAY[
	'$', '$.a', '$.a-b_c.d', '$[''a b''][0].c', '$[''a:*''].b', '$.a[0]', '$.é',
	'$.a[*]', '$.*', '$..a', '$.a[-1]', '$.a[0,1]', '$.a[1:2]', '$[''a'',''b'']', '$.a[?(@.b)]', '$.a.length()', '$.a:b', '$.a@b', '$.a b', 'a']) AS path
LEFT JOIN LATERAL pg_temp.complaints(jsonb_build_object('ResultPath', path)) AS c ON true;

-- Parameters and ResultSelector may be any JSON but null; a text for itself is a literal
SELECT value, c FROM unnest(ARRAY['[{"a.$": "$.x"}, "$.y"]', '"$.x"', 'false', '1', 'null', '[{"a.$": "x"}]']::jsonb[]) AS value
LEFT JOIN LATERAL pg_temp.complaints(jsonb_build_object('Parameters', value)) AS c ON true;
SELECT value, c FROM unnest(ARRAY['["a", {"b.$": "$"}]', '"$.x"', 'null']::jsonb[]) AS value
LEFT JOIN LATERAL pg_temp.complaints(jsonb_build_object('Type', 'Task', 'Resource', 'pg:sql', 'ResultSelector', value)) AS c ON true;
-- why a text is refused, and where
SELECT location, hint FROM asl.validate_state_machine_definition($json${"StartAt": "S", "States": {"S": {"Type": "Pass", "InputPath": "$.a b", "OutputPath": "States.UUID()", "ResultPath": "$.é[", "Next": "F",
	"Parameters": {"a.$": "$.x[?(@.y z)]", "b.$": "States.Nope()", "c.$": "States.Format()", "d.$": "States.Format('\n\n{}', 'é)", "e.$": 1}}, "F": {"Type": "Fail", "ErrorPath": "States.Array()"}}}$json$);
SELECT asl.create_state_machine('refused', '{"StartAt": "S", "States": {"S": {"Type": "Pass", "End": true, "Parameters": {"a.$": "$.x[?(@.y z)]"}}}}');
