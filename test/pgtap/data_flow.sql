-- What states make of their input, and what they say where it does not fit.
\ir include/execution.sql
SELECT plan(26);

-- The cause of an execution's failure without AWS's words about where it happened.
CREATE FUNCTION cause(execution bigint) RETURNS text LANGUAGE sql AS $$
    SELECT error || ': ' || regexp_replace(cause, '^An error occurred while executing the state ''S'' \(entered at the event id #2\)\. ', '') FROM asl.describe_execution($1)
$$;

-- Fail
SELECT start(one_state('{"Type": "Fail", "CausePath": "$.none"}') #- '{States,S,End}', '{"a": 1}') AS e \gset
SELECT start(one_state('{"Type": "Fail", "ErrorPath": "$$.None"}') #- '{States,S,End}', '{"a": 1}') AS f \gset
CALL asl.run_pending();
SELECT is(cause(:e), 'States.Runtime: The JSONPath ''$.none'' specified for the field ''CausePath'' could not be found in the input ''{"a":1}''', 'the state''s input');
SELECT matches(cause(:f), '^States.Runtime: The JSONPath ''\$\$.None'' specified for the field ''ErrorPath'' could not be found in the input ''{"Execution":{"Id":', 'the context object');

-- Choice
CREATE FUNCTION choose(test jsonb, input jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT asl.create_state_machine('choice-' || nextval('machine_number'), jsonb_build_object('StartAt', 'S', 'States', jsonb_build_object('S', jsonb_build_object('Type', 'Choice',
        'Choices', jsonb_build_array(test || '{"Next": "Yes"}'), 'Default', 'No'), 'Yes', '{"Type": "Pass", "Result": "yes", "End": true}'::jsonb, 'No', '{"Type": "Pass", "Result": "no", "End": true}'::jsonb)), 'EXPRESS');
    SELECT coalesce(output #>> '{}', error || ': ' || cause) FROM asl.start_sync_execution('choice-' || currval('machine_number'), input)
$$;
SELECT is(choose('{"Variable": "$", "StringLessThan": "\uffee"}', '"\ud83d\ude00"'), 'yes', 'texts are ordered by their UTF-16 code units');
SELECT is(choose('{"Variable": "$", "StringMatches": "\\*\\\\*"}', '"*\\x"'), 'yes', 'a pattern''s escapes');
SELECT matches(choose('{"Variable": "$", "StringMatches": "a\\"}', '"a"') || choose('{"Variable": "$", "StringMatches": "\\a"}', '"a"'), '^States.Runtime: .*The StringMatches pattern ''a\\'' has a backslash.*States.Runtime: .*''\\a'' has a backslash', 'escapes that a pattern may not have');

SELECT is(choose('{"Variable": "$", "TimestampEquals": "2026-01-01T00:00:00.000000001Z"}', '"2026-01-01T01:30:00.00000000100+01:30"'), 'yes', 'the same instant');
SELECT is(choose('{"Variable": "$", "TimestampLessThan": "2026-01-01T00:00:00.000000001Z"}', '"2026-01-01T00:00:00Z"'), 'yes', 'a nanosecond before');
SELECT is(choose('{"Variable": "$.a", "TimestampGreaterThanPath": "$.b"}', '{"a": "2026-01-01T00:00:00.9999999991Z", "b": "2026-01-01T00:00:00.999999999Z"}'), 'yes', 'less than that after');
SELECT is(choose('{"Variable": "$", "TimestampGreaterThanEquals": "1999-12-31T23:59:59.9Z"}', '"1999-12-31T23:59:59.89Z"'), 'no', 'before 2000 too');
SELECT is(string_agg(choose('{"Not": {"Variable": "$.a", "TimestampLessThanEqualsPath": "$.b"}}', jsonb_build_object('a', a, 'b', b)), ' '), 'yes yes yes yes yes', 'what is no timestamp compares with nothing')
    FROM (VALUES ('2026-01-01'::text, '2026-01-01T00:00:00Z'::text), ('2026-01-01T00:00:00Z', '2026-01-01T00:00:00z'), ('2026-01-01T00:00:00.Z', '2026-01-01T00:00:00Z'), ('2026-02-29T00:00:00Z', '2026-02-29T00:00:00Z'), ('2026-01-01T00:00:00', '2026-01-01T00:00:00')) v(a, b);

-- a rule's own Assign and Output; the state's go with Default
SELECT asl.create_state_machine('ways', '{"QueryLanguage": "JSONata", "StartAt": "S", "States": {
    "S": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.n = 1 %}", "Next": "P"}, {"Condition": "{% $states.input.n = 2 %}", "Output": {"rule": 2}, "Assign": {"way": "rule"}, "Next": "P"}],
        "Output": {"state": "{% $states.input.m %}"}, "Assign": {"way": "{% $states.input.m %}"}, "Default": "P"},
    "P": {"Type": "Pass", "Output": "{% [$states.input, $way] %}", "End": true}}}', 'EXPRESS') \g /dev/null
SELECT is(output, '[{"n": 1}]', 'a rule without Output leaves the input alone, and nothing is assigned') FROM asl.start_sync_execution('ways', '{"n": 1}');
SELECT is(output, '[{"rule": 2}, "rule"]', 'a rule''s own') FROM asl.start_sync_execution('ways', '{"n": 2}');
SELECT is(output, '[{"state": 3}, 3]', 'the state''s, with Default') FROM asl.start_sync_execution('ways', '{"n": 3, "m": 3}');
SELECT asl.create_state_machine('paths', '{"StartAt": "S", "States": {
    "S": {"Type": "Choice", "InputPath": "$.i", "OutputPath": "$.o", "Choices": [{"Variable": "$.n", "IsPresent": true, "Next": "P"}], "Assign": {"x.$": "$.none"}, "Default": "P"},
    "P": {"Type": "Pass", "End": true}}}', 'EXPRESS') \g /dev/null
SELECT is(output, '7', 'OutputPath holds for every way, Assign does not') FROM asl.start_sync_execution('paths', '{"i": {"n": 1, "o": 7}}');

-- Map
SELECT start(one_state('{"Type": "Map", "ItemsPath": "$.a", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}'), '{"a": 1}') AS e \gset
SELECT start(one_state('{"Type": "Map", "ItemsPath": "$$.Execution.Input", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}'), '{"a": 1}') AS f \gset
CALL asl.run_pending();
SELECT is(cause(:e), 'States.Runtime: Reference path "$.a" must point to array.', 'no array');
SELECT is(cause(:f), 'States.Runtime: Reference path "$.Execution.Input" must point to array.', 'a path into the context object is written with one $');

SELECT start(one_state('{"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}, "ItemsPath": "$.items", "ItemBatcher": {"MaxItemsPerBatchPath": "$.n"}}'), '{"items": [1], "n": 0}') AS e \gset
CALL asl.run_pending();
SELECT is(cause(:e), 'States.Runtime: MaxItemsPerBatch must be positive.', 'batches of nothing');

-- a Map's number may be the text of one
CREATE FUNCTION numbers(n jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(start(one_state(jsonb_build_object('Type', 'Map', 'ItemsPath', '$.items', 'ItemProcessor', '{"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}'::jsonb) || f), jsonb_build_object('items', '[1]'::jsonb, 'n', n))::text, ',')
    FROM unnest('{"{\"MaxConcurrencyPath\": \"$.n\"}","{\"ToleratedFailureCountPath\": \"$.n\"}","{\"ToleratedFailurePercentagePath\": \"$.n\"}","{\"ItemBatcher\": {\"MaxItemsPerBatchPath\": \"$.n\"}}","{\"ItemBatcher\": {\"MaxInputBytesPerBatchPath\": \"$.n\"}}"}'::jsonb[]) f
$$;
SELECT numbers('"99"') AS texts, numbers('"1.5x"') AS others \gset
CALL asl.run_pending();
SELECT is(count(*), 5::bigint, 'every text of a number') FROM asl.executions WHERE execution = ANY (string_to_array(:'texts', ',')::bigint[]) AND status = 'SUCCEEDED';
SELECT is(string_agg(substring(cause from '[A-Z][A-Za-z]*Path field.*'), E'\n' ORDER BY execution), $$MaxConcurrencyPath field refers to value "1.5x" which is not a valid integer: $.n
ToleratedFailureCountPath field refers to value "1.5x" which is not a valid integer: $.n
ToleratedFailurePercentagePath field refers to value "1.5x" which is not a valid float: $.n
MaxItemsPerBatchPath field refers to value "1.5x" which is not a valid integer: $.n
MaxInputBytesPerBatchPath field refers to value "1.5x" which is not a valid integer: $.n$$, 'other texts') FROM asl.executions WHERE execution = ANY (string_to_array(:'others', ',')::bigint[]);

-- numbers
SELECT start(one_state('{"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "SELECT 1"}, "TimeoutSecondsPath": "$.t"}'), '{"t": "x"}') AS e \gset
SELECT start(one_state('{"Type": "Map", "QueryLanguage": "JSONata", "Items": [1], "MaxConcurrency": "{% 1.5 %}", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}')) AS f \gset
CALL asl.run_pending();
SELECT is(cause(:e), 'States.Runtime: The TimeoutSecondsPath field refers to value "x" which is not a valid positive integer: $.t', 'a path');
SELECT is(cause(:f), 'States.QueryEvaluationError: The MaxConcurrency field refers to value "1.5" which is not a valid integer', 'an expression');

-- Results of JSONata that have no place
SELECT start(one_state('{"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"x": ["{% {\"a\": \"\\u0000\"} %}"]}}')) AS e \gset
SELECT start(one_state('{"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% {\"\\u0000\": 1} %}"}')) AS f \gset
CALL asl.run_pending();
SELECT is(cause(:e), 'States.QueryEvaluationError: The JSONata expression ''{"a": "\u0000"}'' specified for the field ''Output/x[0]'' returned an unsupported result type.', 'a string that jsonb cannot hold');
SELECT is(cause(:f), 'States.QueryEvaluationError: The JSONata expression ''{"\u0000": 1}'' specified for the field ''Output'' returned an unsupported result type.', 'a key that jsonb cannot hold');

-- What AWS keeps to itself
SELECT start(one_state('{"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"x": "{% $base64decode(\"!!!\") %}"}}')) AS e \gset
SELECT start(one_state('{"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% {\"a\": 1} ~> |$|{\"z\": $}| %}"}')) AS f \gset
CALL asl.run_pending();
SELECT matches(cause(:e), '^States.QueryEvaluationError: The JSONata expression ''\$base64decode\("!!!"\)'' specified for the field ''Output/x'' threw an internal error during evaluation. [-0-9a-f]{36}$', 'an internal error');
SELECT is(cause(:f), 'States.QueryEvaluationError: The JSONata expression ''{"a": 1} ~> |$|{"z": $}|'' specified for the field ''Output'' threw an error during evaluation: '
    'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive', 'a value that contains itself');

-- Credentials
SELECT start(one_state('{"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "SELECT 1"}, "Credentials": {"RoleArn.$": "$.role"}}'), '{"role": 7}') AS e \gset
CALL asl.run_pending();
SELECT is(cause(:e), 'States.Runtime: The field ''RoleArn'' of the Credentials must be a string but was: 7', 'a role that is no string');
SELECT * FROM finish();
