-- Retry and Catch: which error matches, how long an attempt waits, what the catcher gets.
\ir include/execution.sql
SELECT plan(31);

-- Fails as its input says; succeeds when that is not an object.
CREATE FUNCTION fail(p jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    IF p ? 'error' THEN PERFORM asl.fail(p->>'error', p->>'cause'); END IF;
    IF p ? 'none' THEN PERFORM asl.fail(NULL); END IF;
    IF p ? 'sql' THEN PERFORM 1 / 0; END IF;
    RETURN p;
END $$;
CREATE FUNCTION failing(more jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_set(one_state('{"Type": "Task", "Resource": "pg:function:fail"}' || more), '{States,Caught}', '{"Type": "Pass", "End": true}')
$$;
CREATE FUNCTION retrying(retrier jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT failing(jsonb_build_object('Retry', jsonb_build_array(retrier))) $$;
CREATE FUNCTION catching(names jsonb, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT failing(jsonb_build_object('Catch', jsonb_build_array('{"Next": "Caught"}' || jsonb_build_object('ErrorEquals', names) || more)))
$$;

-- delays
SELECT start(retrying('{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "BackoffRate": 2.5, "MaxDelaySeconds": 10, "MaxAttempts": 4}')
    #- '{States,Caught}', '{"error": "E", "cause": "c"}') AS e \gset
CALL asl.run_pending();
SELECT is(hurry(:e), 3.0, 'IntervalSeconds');
CALL asl.run_pending();
SELECT is(hurry(:e), 7.5, 'times BackoffRate');
CALL asl.run_pending();
SELECT is(hurry(:e), 10.0, 'but not more than MaxDelaySeconds');
CALL asl.run_pending();
SELECT is(hurry(:e), 10.0, 'nor ever after');
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED E: c', 'MaxAttempts are used up');
SELECT is(trail(:e, 2), $$2 TaskStateEntered(S)<-0
3 TaskScheduled<-2
4 TaskStarted<-3
5 TaskFailed<-4
6 TaskScheduled<-5
7 TaskStarted<-6
8 TaskFailed<-7
9 TaskScheduled<-8
10 TaskStarted<-9
11 TaskFailed<-10
12 TaskScheduled<-11
13 TaskStarted<-12
14 TaskFailed<-13
15 TaskScheduled<-14
16 TaskStarted<-15
17 TaskFailed<-16
18 ExecutionFailed<-17$$, 'an attempt follows the failure before');
SELECT start(retrying('{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1000, "JitterStrategy": "FULL"}') #- '{States,Caught}', '{"error": "E"}') AS e \gset
SELECT start(retrying('{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1000, "JitterStrategy": "FULL"}') #- '{States,Caught}', '{"error": "E"}') AS f \gset
CALL asl.run_pending();
SELECT hurry(:e) AS first_delay, hurry(:f) AS second_delay \gset
SELECT ok(:first_delay BETWEEN 0 AND 1000 AND :second_delay BETWEEN 0 AND 1000, 'a delay with jitter');
SELECT isnt(:first_delay, :second_delay, 'another time another one');
SELECT start(retrying('{"ErrorEquals": ["E"], "MaxAttempts": 0}') #- '{States,Caught}', '{"error": "E"}') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED E', 'no attempts');

-- each retrier counts for itself, and only the first that matches is asked
SELECT start(failing('{"Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 5}]}')
    #- '{States,Caught}', '{"error": "E"}') AS e \gset
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED E', 'a later retrier does not take over');

-- $$.State.RetryCount
CREATE TABLE seen(n int);
CREATE FUNCTION see(p jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO seen VALUES ((p->>'n')::int);
    IF (p->>'n')::int < 2 THEN PERFORM asl.fail('Again', (SELECT count(*) FROM seen)::text); END IF;
END $$;
SELECT start(one_state('{"Type": "Task", "Resource": "pg:function:see", "Parameters": {"n.$": "$$.State.RetryCount"},
    "Retry": [{"ErrorEquals": ["Again"]}]}')) AS e \gset
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED null', 'the third attempt succeeds');
SELECT is((SELECT array_agg(n) FROM seen), '{2}', 'RetryCount counts; a failed attempt has no effect');

-- what is caught
SELECT start(catching('["States.TaskFailed"]'), '{"error": "E", "cause": "c"}') AS e \gset
SELECT start(catching('["States.ALL"]', '{"ResultPath": "$.failure"}'), '{"error": "E", "cause": "c"}') AS f \gset
SELECT start(catching('["States.ALL"]', '{"ResultPath": null}'), '{"error": "E"}') AS g \gset
SELECT start(catching('["division_by_zero"]', '{"ResultPath": "$.f"}'), '{"sql": 1}') AS h \gset
SELECT start(catching('["SQLSTATE 22012"]', '{"ResultPath": null}'), '{"sql": 1}') AS i \gset
SELECT start(catching('["e", "E "]'), '{"error": "E"}') AS j \gset
SELECT start(catching('["States.ALL"]'), '{"none": 1}') AS k \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"Cause": "c", "Error": "E"}', 'States.TaskFailed names any error of a task');
SELECT is(outcome(:f), 'SUCCEEDED {"cause": "c", "error": "E", "failure": {"Cause": "c", "Error": "E"}}', 'ResultPath puts it into the input');
SELECT is(outcome(:g), 'SUCCEEDED {"error": "E"}', 'or throws it away');
SELECT is(output #>> '{f,Error}', 'division_by_zero', 'a SQL error has its condition''s name') FROM asl.describe_execution(:h);
SELECT is((output #>> '{f,Cause}')::jsonb->>'message', 'division by zero', 'and tells of itself in the cause') FROM asl.describe_execution(:h);
SELECT is(outcome(:i), 'SUCCEEDED {"sql": 1}', 'or is named by its SQLSTATE');
SELECT is(outcome(:j), 'FAILED E', 'names match exactly');
SELECT is(outcome(:k), 'SUCCEEDED {"Cause": null, "Error": null}', 'a failure without name and cause');
SELECT is(trail(:e, 5), $$5 TaskFailed<-4
6 TaskStateExited(S)<-5
7 PassStateEntered(Caught)<-6
8 PassStateExited(Caught)<-7
9 ExecutionSucceeded<-8$$, 'the failed state is left');

-- what is not caught, and what is
SELECT start(jsonb_set(catching('["States.ALL"]'), '{States,S,InputPath}', '"$.a"'), '{}') AS f \gset
SELECT start(jsonb_set(catching('["States.Runtime"]'), '{States,S,OutputPath}', '"$.a"'), '{}') AS g \gset
SELECT start(jsonb_set(catching('["States.IntrinsicFailure"]', '{"ResultPath": "$.f"}'), '{States,S,Parameters}', '{"x.$": "States.ArrayGetItem($.a, 5)"}'), '{"a": []}') AS h \gset
SELECT start(jsonb_set(catching('["States.ResultPathMatchFailure"]', '{"ResultPath": "$"}'), '{States,S,ResultPath}', '"$.x.y"'), '{"x": 1}') AS i \gset
CALL asl.run_pending();
SELECT matches(outcome(:f), '^FAILED States.Runtime: An error occurred while executing the state ''S'' \(entered at the event id #2\). Invalid path ''\$.a'' : No results for path: \$\[''a''\]$',
    'States.Runtime is not caught by States.ALL');
SELECT matches(outcome(:g), '^FAILED States.Runtime', 'nor by its name');
SELECT is(trail(:g, 5), E'5 TaskSucceeded<-4\n6 ExecutionFailed<-5', 'it follows what happened last');
SELECT is(output #>> '{f,Error}', 'States.IntrinsicFailure', 'an intrinsic function''s failure is caught') FROM asl.describe_execution(:h);
SELECT is(output ->> 'Error', 'States.ResultPathMatchFailure', 'and a ResultPath that cannot be applied') FROM asl.describe_execution(:i);

-- a catcher's Assign, JSONPath and JSONata
SELECT start(jsonb_set(catching('["E"]', '{"Assign": {"error.$": "$.Error", "in": 1}}'), '{States,Caught,Parameters}', '{"error.$": "$error"}'), '{"error": "E"}') AS e \gset
SELECT start(jsonb_set(failing('{"QueryLanguage": "JSONata", "Catch": [{"ErrorEquals": ["E"], "Next": "Caught",
    "Assign": {"error": "{% $states.errorOutput.Error %}"}, "Output": {"cause": "{% $states.errorOutput.Cause %}", "input": "{% $states.input %}"}}]}'),
    '{States,Caught,Parameters}', '{"error.$": "$error", "all.$": "$"}'), '{"error": "E", "cause": "c"}') AS f \gset
SELECT start(jsonb_set(failing('{"QueryLanguage": "JSONata", "Catch": [{"ErrorEquals": ["E"], "Next": "Caught", "Output": "{% $nothing %}"}]}'),
    '{States,S,Assign}', '{"nothing": 1}'), '{"error": "E"}') AS g \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"error": "E"}', 'Assign of a catcher');
SELECT is(outcome(:f), 'SUCCEEDED {"all": {"cause": "c", "input": {"cause": "c", "error": "E"}}, "error": "E"}', 'in JSONata');
SELECT is(outcome(:g), 'FAILED States.QueryEvaluationError: An error occurred while executing the state ''S'' (entered at the event id #2). '
    'The JSONata expression ''$nothing'' specified for the field ''Catch[0]/Output'' returned nothing (undefined).', 'a catcher that fails itself');

-- an evaluation that fails is tried again and caught as the task is
SELECT start(failing('{"QueryLanguage": "JSONata", "Arguments": "{% $states.input.a + 1 %}", "Retry": [{"ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 1}],
    "Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "Caught", "Output": "{% $states.errorOutput.Error %}"}]}'), '{"a": "x"}') AS e \gset
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED "States.QueryEvaluationError"', 'States.QueryEvaluationError');
SELECT is(events(:e, 'EvaluationFailed'), 2::bigint, 'one event for each attempt');
SELECT * FROM finish();
