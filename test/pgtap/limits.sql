-- Limits: the size of payloads and variables, the length of histories, delays; a Map of 40,000 items.
\ir include/execution.sql
SELECT plan(46);

CREATE FUNCTION big(p jsonb) RETURNS text LANGUAGE sql AS $$ SELECT repeat('a', (p->>'n')::int) $$;
CREATE FUNCTION machine(first jsonb, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('StartAt', 'A', 'States', jsonb_build_object('A', first) || more)
$$;

-- a result; 262,142 letters and two quotes are the most
SELECT start(machine('{"Type": "Task", "Resource": "pg:function:big", "End": true}'), '{"n": 262142}') AS e \gset
SELECT start(machine('{"Type": "Task", "Resource": "pg:function:big", "End": true}'), '{"n": 262143}') AS f \gset
SELECT start(machine('{"Type": "Task", "Resource": "pg:function:big", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}], "End": true}', '{"B": {"Type": "Succeed", "OutputPath": "$.Error"}}'), '{"n": 262143}') AS g \gset
SELECT start(machine('{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:big", "End": true}'), '{"n": 262143}') AS h \gset
SELECT start(machine('{"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$"}, "End": true}'), to_jsonb(repeat('b', 200000))) AS i \gset
SELECT start(machine('{"Type": "Task", "Resource": "pg:function:big", "End": true}'), '{"n": 300000}', '{"max_payload": 400000}') AS j \gset
CALL asl.run_pending();
SELECT matches(outcome(:e), '^SUCCEEDED "a+"$', 'as long as may be');
SELECT is(outcome(:f), 'FAILED States.DataLimitExceeded: The state/task ''pg'' returned a result with a size exceeding the maximum number of bytes service limit.', 'longer: named by the resource''s type');
SELECT is(trail(:f, 4), E'4 TaskStarted<-3\n5 TaskFailed<-4\n6 ExecutionFailed<-5', 'the task has failed');
SELECT is(trail(:h, 4), E'4 LambdaFunctionStarted<-3\n5 LambdaFunctionFailed<-4\n6 ExecutionFailed<-5', 'so has a function by its ARN');
SELECT is(outcome(:g), 'SUCCEEDED "States.DataLimitExceeded"', 'a task''s is caught by States.ALL');
SELECT is(outcome(:h), 'FAILED States.DataLimitExceeded: The state/task ''arn:aws:lambda:us-east-1:000000000000:function:big'' returned a result with a size exceeding the maximum number of bytes service limit.', 'by the function''s ARN');
SELECT is(outcome(:i), 'FAILED States.DataLimitExceeded: The state/task ''A'' returned a result with a size exceeding the maximum number of bytes service limit.', 'by the state''s name');
SELECT matches(outcome(:j), '^SUCCEEDED', 'a machine''s own limit');
SELECT start(machine('{"Type": "Task", "Resource": "pg:function:big", "ResultPath": "$.r", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}], "End": true}', '{"B": {"Type": "Succeed"}}'), jsonb_build_object('n', 200000, 'a', repeat('b', 100000))) AS e \gset
SELECT start(machine('{"Type": "Task", "Resource": "pg:function:big", "ResultPath": "$.r", "Catch": [{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "B"}], "End": true}', '{"B": {"Type": "Succeed", "OutputPath": "$.Error"}}'), jsonb_build_object('n', 200000, 'a', repeat('b', 100000))) AS f \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED States.DataLimitExceeded: The state/task ''A'' returned a result with a size exceeding the maximum number of bytes service limit.', 'a state''s output is not caught by States.ALL');
SELECT is(outcome(:f), 'SUCCEEDED "States.DataLimitExceeded"', 'but by its name');
-- what the branches, the iterations give together, whatever is made of it
SELECT start(machine('{"Type": "Parallel", "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, {"StartAt": "Q", "States": {"Q": {"Type": "Pass", "End": true}}}], "ResultPath": null, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}], "End": true}', '{"B": {"Type": "Succeed"}}'), to_jsonb(repeat('b', 131069))) AS e \gset
SELECT start(machine('{"Type": "Parallel", "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, {"StartAt": "Q", "States": {"Q": {"Type": "Pass", "End": true}}}], "ResultPath": null, "OutputPath": null, "End": true}'), to_jsonb(repeat('b', 131068))) AS f \gset
SELECT start(machine('{"Type": "Map", "ItemsPath": "$.n", "ItemSelector": {"a.$": "$.a"}, "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, "ResultSelector": {"n.$": "States.ArrayLength($)"}, "Catch": [{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "B"}], "End": true}', '{"B": {"Type": "Succeed", "OutputPath": "$.Error"}}'), jsonb_build_object('n', '[1, 2]'::jsonb, 'a', repeat('b', 140000))) AS g \gset
SELECT start(machine('{"Type": "Map", "ItemsPath": "$.n", "ItemSelector": {"a.$": "$.a"}, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, "ResultSelector": {"n.$": "States.ArrayLength($)"}, "End": true}'), jsonb_build_object('n', '[1, 2]'::jsonb, 'a', repeat('b', 140000))) AS h \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED States.DataLimitExceeded: The state/task ''A'' returned a result with a size exceeding the maximum number of bytes service limit.', 'branches'' outputs; States.ALL does not catch it');
SELECT is(trail(:e, 8), E'8 ParallelStateFailed<-7\n9 ExecutionFailed<-8', 'the state has not succeeded');
SELECT is(outcome(:f), 'SUCCEEDED {}', 'as long as may be');
SELECT is(outcome(:g), 'SUCCEEDED "States.DataLimitExceeded"', 'iterations'' outputs');
SELECT is(outcome(:h), 'FAILED States.DataLimitExceeded: The state/task ''A'' returned a result with a size exceeding the maximum number of bytes service limit.', 'a Map Run''s');
SELECT is(trail(:h, 4), E'4 MapRunStarted<-3\n5 MapRunFailed<-4\n6 MapStateFailed<-5\n7 ExecutionFailed<-6', 'it is the run that fails');
SELECT is((SELECT count(*) FROM asl.result), 0::bigint, 'no output is left behind');
-- what a branch, an iteration gets is its first state's input
SELECT start(machine('{"Type": "Parallel", "Parameters": {"a.$": "$", "b.$": "$"}, "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": 1, "End": true}}}], "End": true}'), to_jsonb(repeat('b', 140000))) AS e \gset
SELECT start(machine('{"Type": "Map", "ItemSelector": {"a.$": "$", "b.$": "$"}, "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": 1, "End": true}}}, "Catch": [{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "B"}], "End": true}', '{"B": {"Type": "Succeed", "OutputPath": "$.Error"}}'), jsonb_build_array(repeat('b', 140000))) AS f \gset
SELECT start(machine('{"Type": "Map", "ItemBatcher": {"MaxItemsPerBatch": 2, "MaxInputBytesPerBatch": 100}, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P", "States": {"P": {"Type": "Pass", "Result": 1, "End": true}}}, "End": true}'), jsonb_build_array(1, repeat('b', 140))) AS g \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED States.DataLimitExceeded: The state/task ''A'' returned a result with a size exceeding the maximum number of bytes service limit.', 'a branch''s input');
SELECT is(outcome(:f), 'SUCCEEDED "States.DataLimitExceeded"', 'an iteration''s');
SELECT is(outcome(:g), 'FAILED States.DataLimitExceeded: The item at index 1 is larger than MaxInputBytesPerBatch.', 'an item for no batch');
SELECT is(trail(:g, 4), E'4 MapRunStarted<-3\n5 MapRunFailed<-4\n6 MapStateFailed<-5\n7 ExecutionFailed<-6', 'that is the run''s failure');
SELECT throws_ok($$SELECT start(machine('{"Type": "Pass", "End": true}'), to_jsonb(repeat('b', 262143)))$$, 'SLA13', NULL, 'an input that is too long');

-- a variable
SELECT start(machine('{"Type": "Pass", "Assign": {"x.$": "$", "y.$": "$"}, "Next": "B"}', '{"B": {"Type": "Pass", "Assign": {"z.$": "States.Array($x, $y)"}, "Next": "C"}, "C": {"Type": "Succeed", "OutputPath": null}}'), to_jsonb(repeat('c', 131070))) AS e \gset
SELECT start(machine('{"Type": "Pass", "Assign": {"x.$": "$", "y.$": "$"}, "End": true}'), to_jsonb(repeat('c', 131071))) AS f \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED States.DataLimitExceeded: The state/task ''B'' returned a result with a size exceeding the maximum number of bytes service limit.', 'a variable that is too long');
SELECT is(outcome(:f), 'FAILED States.DataLimitExceeded: The state/task ''A'' returned a result with a size exceeding the maximum number of bytes service limit.', 'the variables of one Assign');
-- 41 variables of as many bytes as a payload may have
SELECT start(jsonb_build_object('StartAt', 'S1', 'States', jsonb_object_agg('S' || n, jsonb_build_object('Type', 'Pass', 'Assign', jsonb_build_object('v' || n || '.$', '$'))
    || CASE n WHEN 41 THEN '{"End": true}' ELSE jsonb_build_object('Next', 'S' || n + 1) END)), to_jsonb(repeat('c', 998)), '{"max_payload": 1000}') AS e FROM generate_series(1, 41) n \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED States.DataLimitExceeded: The state/task ''S41'' returned a result with a size exceeding the maximum number of bytes service limit.', 'all variables');

-- the history
SELECT start(machine('{"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 2, "Next": "E"}], "Default": "B"}',
    '{"B": {"Type": "Pass", "Next": "A"}, "E": {"Type": "Succeed"}}'), '1') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED States.Runtime: The execution reached the maximum number of history events (25000).', 'a loop without an end');
SELECT is(trail(:e, 25000), '25000 ExecutionFailed<-24999', 'its last event is its end');
SELECT start(machine('{"Type": "Pass", "End": true}'), '{}', '{"max_history_events": 4}') AS e \gset
SELECT start(machine('{"Type": "Pass", "End": true}'), '{}', '{"max_history_events": 3}') AS f \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {}', 'the last event may be its success');
SELECT is(trail(:f), E'1 ExecutionStarted<-0\n2 PassStateEntered(A)<-0\n3 ExecutionFailed<-2', 'or its failure');

-- Choice
SELECT start(machine('{"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "B"}]}', '{"B": {"Type": "Succeed"}}'), '{"a": 2}') AS e \gset
SELECT start(machine('{"Type": "Choice", "Choices": [{"Variable": "$.b", "NumericEquals": 1, "Next": "B"}]}', '{"B": {"Type": "Succeed"}}'), '{"a": 2}') AS f \gset
SELECT start(machine('{"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Condition": "{% $states.input.a = 1 %}", "Next": "B"}]}', '{"B": {"Type": "Succeed"}}'), '{"a": 2}') AS g \gset
SELECT start(machine('{"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Condition": "{% $states.input.a %}", "Next": "B"}]}', '{"B": {"Type": "Succeed"}}'), '{"a": 2}') AS h \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED States.Runtime: An error occurred while executing the state ''A'' (entered at the event id #2). '
    'Failed to transition out of the state. The state does not point to a next state.', 'no rule matches, no Default');
SELECT is(outcome(:f), 'FAILED States.Runtime: An error occurred while executing the state ''A'' (entered at the event id #2). '
    'Invalid path ''$.b'': The choice state''s condition path references an invalid value.', 'nothing to compare');
SELECT matches(outcome(:g), 'does not point to a next state.$', 'JSONata');
SELECT is(outcome(:h), 'FAILED States.QueryEvaluationError: An error occurred while executing the state ''A'' (entered at the event id #2). '
    'The JSONata expression ''$states.input.a'' specified for the field ''Choices[0]/Condition'' returned an unexpected result type. Expected ''boolean'', but was ''number'' for value: 2', 'a condition that is no boolean');

-- Wait
SELECT start(machine('{"Type": "Wait", "SecondsPath": "$.s", "End": true}'), '{"s": 99999999}') AS e \gset
SELECT start(machine('{"Type": "Wait", "SecondsPath": "$.s", "End": true}'), '{"s": 100000000}') AS f \gset
SELECT start(machine('{"Type": "Wait", "TimestampPath": "$.t", "End": true}'), jsonb_build_object('t', to_char(now() + interval '24856 days', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))) AS g \gset
SELECT start(machine('{"Type": "Wait", "TimestampPath": "$.t", "End": true}'), jsonb_build_object('t', to_char(now() + interval '24855 days', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))) AS i \gset
SELECT start(machine('{"Type": "Wait", "TimestampPath": "$.t", "End": true}'), '{}') AS j \gset
SELECT start(machine('{"Type": "Wait", "SecondsPath": "$.s", "End": true}'), '{"s": "1"}') AS k \gset
SELECT start(machine('{"Type": "Wait", "TimestampPath": "$.t", "End": true}'), '{"t": "2100-01-01T12:00:00.9999999999+12:30"}') AS l \gset
SELECT start(machine('{"Type": "Wait", "TimestampPath": "$.t", "End": true}'), '{"t": "2100-01-01T12:00:00+18:01"}') AS m \gset
SELECT start(machine('{"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% $states.input.s %}", "End": true}'), '{"s": "soon"}') AS h \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'RUNNING', 'three years');
SELECT matches(outcome(:f), 'Wait state delay is too long.$', 'more seconds than a Wait may have');
SELECT matches(outcome(:g), 'Wait state delay is too long.$', 'a time too far ahead');
SELECT is(outcome(:i), 'RUNNING', 'as far as a time may be');
SELECT matches(outcome(:j), 'The TimestampPath parameter does not reference an input value: \$.t$', 'no time');
SELECT matches(outcome(:k), 'The SecondsPath parameter cannot be parsed as a long value: \$.s == 1$', 'a text is no number');
SELECT is(due_at, '2099-12-31 23:30:00Z'::timestamptz, 'to the second') FROM asl.branch WHERE execution = :l AND branch = 0;
SELECT matches(outcome(:m), 'does not reference a valid ISO-8601 extended offset date-time format string: \$.t == 2100-01-01T12:00:00\+18:01$', 'no such offset');
SELECT is(outcome(:h), 'FAILED States.QueryEvaluationError: An error occurred while executing the state ''A'' (entered at the event id #2). '
    'The JSONata expression ''$states.input.s'' specified for the field ''Seconds'' returned an unexpected result type. Expected ''number'', but was ''string'' for value: "soon"', 'no number');

-- 40,000 items, in bounded memory
SELECT start(machine('{"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}, "ResultSelector": {"n.$": "States.ArrayLength($)", "last.$": "$[39999]"}, "End": true}'),
    jsonb_build_object('items', (SELECT jsonb_agg(jsonb_build_object('n', n)) FROM generate_series(1, 40000) n)), '{"max_payload": 10000000, "max_history_events": 0}') AS e \gset
SELECT start(machine('{"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}, "ResultSelector": {"n.$": "States.ArrayLength($)", "last.$": "$[39999]"}, "End": true}'),
    jsonb_build_object('items', (SELECT jsonb_agg(jsonb_build_object('n', n)) FROM generate_series(1, 40000) n)), '{"max_payload": 10000000}') AS f \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"n": 40000, "last": {"n": 40000}}', 'inline');
SELECT is(max(id), 2 + 1 + 4 * 40000 + 3::bigint, 'every event of it') FROM asl.get_execution_history(:e);
SELECT is(outcome(:f), 'SUCCEEDED {"n": 40000, "last": {"n": 40000}}', 'distributed');
SELECT cmp_ok((SELECT sum(total_bytes) FROM pg_backend_memory_contexts), '<', 100000000::numeric, 'memory is given back');
SELECT is((SELECT count(*) FROM asl.branch WHERE phase <> 'w') + (SELECT count(*) FROM asl.result), 0::bigint, 'nothing is left behind');
SELECT * FROM finish();
