-- JSONata in a definition.
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.faults(state jsonb) RETURNS SETOF text
BEGIN ATOMIC
  SELECT format('%s %s: %s at %s', severity, code, message, coalesce(location, 'null'))
    FROM asl.validate_state_machine_definition(jsonb_build_object('QueryLanguage', 'JSONata', 'StartAt', 'S', 'States',
      jsonb_build_object('S', state) || CASE WHEN state::text LIKE '%"Next": "T"%' THEN '{"T": {"Type": "Succeed"}}'::jsonb ELSE '{}' END));
END;

-- every field of JSONata where it belongs
SELECT pg_temp.faults('{"Type": "Task", "Resource": "pg:sql", "Arguments": {"a": [{"b": "{% $states.input.b %}"}]}, "Output": "{% $states.result %}",
  "Assign": {"x": "{% $states.result.x %}"}, "TimeoutSeconds": "{% 10 %}", "HeartbeatSeconds": "{%5%}", "Credentials": {"RoleArn": "{% $states.input.role %}"},
  "Catch": [{"ErrorEquals": ["A"], "Next": "T", "Output": "{% $states.errorOutput.Cause %}", "Assign": {"e": "{% $states.errorOutput %}"}}], "Next": "T"}');
SELECT pg_temp.faults('{"Type": "Map", "Items": "{% $states.input.items %}", "ItemSelector": {"i": "{% $states.context.Map.Item.Value %}"}, "MaxConcurrency": "{% 2 %}",
  "ToleratedFailureCount": "{% 1 %}", "ToleratedFailurePercentage": "{% 1.5 %}", "Output": "{% $states.result %}", "End": true,
  "ItemReader": {"Resource": "pg:sql", "Arguments": "{% $states.input %}", "ReaderConfig": {"MaxItems": "{% 5 %}"}},
  "ItemBatcher": {"MaxItemsPerBatch": "{% 5 %}", "MaxInputBytesPerBatch": "{% 5 %}", "BatchInput": "{% $states.input %}"},
  "ResultWriter": {"Resource": "pg:sql", "Arguments": "{% $states.input %}"},
  "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": {"Type": "Succeed", "Output": "{% $states.input %}"}}}}');
SELECT pg_temp.faults('{"Type": "Wait", "Seconds": "{% $states.input.s %}", "End": true}');
SELECT pg_temp.faults('{"Type": "Wait", "Timestamp": "{% $now() %}", "End": true}');
SELECT pg_temp.faults('{"Type": "Fail", "Error": "{% $states.input.e %}", "Cause": "{% ''c'' %}"}');
SELECT pg_temp.faults('{"Type": "Choice", "Choices": [{"Condition": "{% $states.input.n > 1 %}", "Next": "T", "Output": "{% 1 %}", "Assign": {"a": "{% 1 %}"}}], "Default": "T", "Output": "{% 2 %}"}');

-- what is an expression: exactly from {% to %}
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Output": {"a": " {% 1 + %}", "b": "{ % 1 + %}", "c": "x {% 1 + %}", "d": "1 + %}", "{% 1 + %}": 1}}');
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Output": {"a": "{% 1 + %} ", "b": ["{%"], "c": "{%}"}}');
-- a key that ends in .$ is an ordinary one
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Output": {"a.$": "$.a", "b.$": "{% $states.input %}"}}');
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Assign": {"a.$": "$.a"}}');
-- numbers are not texts of numbers
SELECT pg_temp.faults('{"Type": "Wait", "Seconds": "5", "End": true}');
SELECT pg_temp.faults('{"Type": "Wait", "Timestamp": "soon", "End": true}');
SELECT pg_temp.faults('{"Type": "Map", "End": true, "Items": "$.items", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}');

-- expressions that do not parse, with their places
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Output": "{% 1 + %}"}');
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Output": {"a": {"b": [0, ["{% 1 + %}"]]}, "c": "{% \"open %}"}, "Assign": {"v": "{% [1 %}"}}');
SELECT pg_temp.faults('{"Type": "Task", "Resource": "pg:sql", "Arguments": ["{% ) %}"], "TimeoutSeconds": "{% %}", "Credentials": {"RoleArn": "{% a[ %}"},
  "Catch": [{"ErrorEquals": ["A"], "Next": "T", "Output": {"x": "{% 1 + %}"}, "Assign": {"e": "{% 1 + %}"}}], "Next": "T"}');
SELECT pg_temp.faults('{"Type": "Choice", "Choices": [{"Condition": true, "Next": "T"}, {"Condition": "{% 1 = %}", "Next": "T", "Assign": {"a": "{% 1 + %}"}, "Output": ["{% 1 + %}"]}], "Default": "T"}');

-- what no expression sees
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Output": {"v": "{% phone %}", "w": "{% $$ %}", "x": "{% $sum(a.b) %}"}}');
-- each once, in the order of appearance
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Output": "{% bbb + aaa + $$ + bbb %}"}');
-- "$" is nothing where the expression begins; it is what a path, a predicate, an order, a group or a transform makes it
SELECT e, coalesce((SELECT string_agg(fault, '; ') FROM pg_temp.faults(jsonb_build_object('Type', 'Pass', 'End', true, 'Output', '{% ' || e || ' %}')) AS fault), 'OK')
  FROM unnest(ARRAY['$', '$.phone', '$[0]', '$sum($)', '{"a": $}', '{$: 1}', '[$]', '($)', '-$', '$ ? 1 : 2', '($x := $)', '$ ~> $sum', '$.($)',
    '$states.input[$ > 1]', '[1..3].($ * 2)', '[1..3][$ > 1]', '$states.input^($)', '$states.input{$string($): $}',
    '$states.input ~> |$|{"b": $.a}|', '$map($states.input, function($x) { $x + $ })', '$map($states.input, function($x) { phone })',
    '$states.input@$v.($v & $)', '$states.input#$i.$']) AS e;
-- what only some fields see
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Output": "{% $states.result %}", "Assign": {"a": "{% $states.errorOutput.Error %}"}}');
SELECT pg_temp.faults('{"Type": "Task", "Resource": "pg:sql", "Arguments": "{% $states.result %}", "Output": "{% $states.errorOutput %}", "TimeoutSeconds": "{% $states.result %}",
  "Catch": [{"ErrorEquals": ["A"], "Next": "T", "Output": "{% $states.result %}"}], "Next": "T"}');
SELECT pg_temp.faults('{"Type": "Choice", "Choices": [{"Condition": "{% $states.result %}", "Next": "T", "Output": "{% $states.errorOutput %}"}], "Default": "T", "Output": "{% $states.result %}"}');
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Output": "{% $states.outcome %}"}');
SELECT pg_temp.faults('{"Type": "Parallel", "End": true, "Output": "{% $states.result[0] %}", "Assign": {"a": "{% $states.result[1] %}"}, "Branches": [
  {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true, "Output": "{% $states.result %}"}}}]}');

-- variables: workflow's, local ones and functions
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Assign": {"x": 1}, "Output": {"a": "{% $x %}", "b": "{% $y.z %}", "c": "{% $sum([1]) + $count($z) %}",
  "d": "{% ($l := 1; $l + $m) %}", "e": "{% $map([1], function($v, $i) { $v + $i + $w }) %}", "f": "{% $nope() %}"}}');
