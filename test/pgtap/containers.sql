-- Parallel and Map: nesting, results, events, and what becomes of the others when one fails.
\ir include/execution.sql
SELECT plan(37);

SELECT asl.create_activity('work') \g /dev/null
CREATE FUNCTION parallel(branches jsonb, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT one_state(jsonb_build_object('Type', 'Parallel', 'Branches', branches) || more)
$$;
CREATE FUNCTION map(states jsonb, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT one_state(jsonb_build_object('Type', 'Map', 'ItemProcessor', jsonb_build_object('StartAt', 'A', 'States', states)) || more)
$$;

-- results stand in order, whoever is first
SELECT start(parallel('[{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 100, "Next": "A2"}, "A2": {"Type": "Pass", "Result": "a", "End": true}}},
    {"StartAt": "B", "States": {"B": {"Type": "Pass", "Result": "b", "End": true}}}]', '{"ResultPath": "$.r"}'), '{"x": 1}') AS e \gset
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"r": ["a", "b"], "x": 1}', 'results of a Parallel');
SELECT is(trail(:e, 2), $$2 ParallelStateEntered(S)<-0
3 ParallelStateStarted<-2
4 WaitStateEntered(A)<-3
5 PassStateEntered(B)<-3
6 PassStateExited(B)<-5
7 WaitStateExited(A)<-4
8 PassStateEntered(A2)<-7
9 PassStateExited(A2)<-8
10 ParallelStateSucceeded<-9
11 ParallelStateExited(S)<-9
12 ExecutionSucceeded<-11$$, 'events of a Parallel');
SELECT start(map('{"A": {"Type": "Pass", "End": true}}',
    '{"ItemsPath": "$.items", "MaxConcurrency": 2, "ItemSelector": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "n.$": "$.n"}}'), '{"n": 0, "items": ["a", "b", "c"]}') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [{"i": 0, "n": 0, "v": "a"}, {"i": 1, "n": 0, "v": "b"}, {"i": 2, "n": 0, "v": "c"}]', 'results of a Map');
SELECT is(trail(:e, 3), $$3 MapStateStarted<-2
4 MapIterationStarted(0)<-3
5 MapIterationStarted(1)<-3
6 PassStateEntered(A)<-4
7 PassStateExited(A)<-6
8 MapIterationSucceeded(0)<-7
9 MapIterationStarted(2)<-3
10 PassStateEntered(A)<-9
11 PassStateExited(A)<-10
12 MapIterationSucceeded(2)<-11
13 PassStateEntered(A)<-5
14 PassStateExited(A)<-13
15 MapIterationSucceeded(1)<-14
16 MapStateSucceeded<-15
17 MapStateExited(S)<-15
18 ExecutionSucceeded<-17$$, 'events of a Map with two lanes');
SELECT start(map('{"A": {"Type": "Succeed"}}', '{"ItemsPath": "$.items"}'), '{"items": {"a": 1}}') AS e \gset
SELECT start(map('{"A": {"Type": "Succeed"}}'), '[]') AS f \gset
CALL asl.run_pending();
SELECT matches(outcome(:e), 'Reference path "\$.items" must point to array.$', 'a Map over no array');
SELECT is(trail(:f, 3), E'3 MapStateStarted<-2\n4 MapStateSucceeded<-3\n5 MapStateExited(S)<-3\n6 ExecutionSucceeded<-5', 'a Map over nothing');

-- Parallel in Map in Parallel in Map
SELECT start(parallel('[{"StartAt": "A", "States": {"A": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "B", "States": {"B":
    {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "C", "States": {"C": {"Type": "Map", "End": true, "ItemsPath": "$.in", "ItemSelector": {"v.$": "$$.Map.Item.Value", "o.$": "$.o"},
            "ItemProcessor": {"StartAt": "D", "States": {"D": {"Type": "Pass", "Parameters": {"vo.$": "States.Format(''{}{}'', $.v, $.o)"}, "OutputPath": "$.vo", "End": true}}}}}},
        {"StartAt": "E", "States": {"E": {"Type": "Pass", "OutputPath": "$.o", "End": true}}}]}}}}}},
    {"StartAt": "F", "States": {"F": {"Type": "Succeed", "OutputPath": null}}}]'),
    '[{"in": [1, 2], "o": "a"}, {"in": [3], "o": "b"}]') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [[[["1a", "2a"], "a"], [["3b"], "b"]], {}]', 'nesting');

-- a Map in a Map, one iteration after the other, each in several transactions
CREATE FUNCTION echo(p jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT p $$;
SELECT start(map('{"A": {"Type": "Map", "End": true, "MaxConcurrency": 1, "ItemProcessor": {"StartAt": "B", "States": {
    "B": {"Type": "Task", "Resource": "pg:function:echo", "Next": "W"}, "W": {"Type": "Wait", "Seconds": 1, "End": true}}}}}', '{"MaxConcurrency": 1}'), '[[1, 2], [3, 4]]') AS e \gset
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [[1, 2], [3, 4]]', 'nested Maps, again and again');

-- a failing branch ends its siblings: who waits for a time, for an answer, for a nested execution
SELECT asl.create_state_machine('patient', '{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}}') \g /dev/null
-- Branches that wait, and a last one of these states.
CREATE FUNCTION doomed(last jsonb, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT parallel(jsonb_build_array('{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1000, "End": true}}}'::jsonb,
        '{"StartAt": "B", "States": {"B": {"Type": "Task", "Resource": "pg:activity:work", "End": true}}}'::jsonb,
        '{"StartAt": "C", "States": {"C": {"Type": "Task", "Resource": "pg:states:startExecution.sync", "Parameters": {"StateMachineArn": "patient"}, "End": true}}}'::jsonb,
        '{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": {"StartAt": "N", "States": {"N": {"Type": "Task", "Resource": "pg:activity:work", "End": true}}}, "ItemsPath": "$.l", "End": true}}}'::jsonb,
        jsonb_build_object('StartAt', 'Z', 'States', last)), more)
$$;
SELECT start(doomed('{"Z": {"Type": "Succeed"}}'), '{"l": [1, 2]}') AS e \gset
CALL asl.run_pending();
SELECT is((SELECT count(*) FROM asl.pending_tasks WHERE execution = :e), 4::bigint, 'three wait for a worker, one for an execution');
SELECT asl.stop_execution(:e, 'Stopped', 'by hand') \g /dev/null
SELECT is(outcome(:e), 'ABORTED Stopped: by hand', 'stopped');
SELECT is((SELECT array_agg(DISTINCT status::text) FROM asl.executions WHERE state_machine = 'patient'), '{ABORTED}', 'and the nested execution with it');
SELECT is_empty('SELECT * FROM asl.pending_tasks', 'nothing is awaited any more');
SELECT start(jsonb_set(doomed('{"Z": {"Type": "Wait", "Seconds": 5, "Next": "Y"}, "Y": {"Type": "Fail", "Error": "E", "Cause": "c"}}',
    '{"Catch": [{"ErrorEquals": ["E"], "Next": "Caught"}]}'), '{States,Caught}', '{"Type": "Pass", "End": true}'), '{"l": [1, 2]}') AS e \gset
CALL asl.run_pending();
SELECT task_token FROM asl.get_activity_task('work') \gset
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"Cause": "c", "Error": "E"}', 'a branch fails and the Parallel catches it');
SELECT is(regexp_replace(trail(:e, (SELECT min(id) FROM asl.get_execution_history(:e) WHERE type = 'FailStateEntered')), '\d+ (\S+)<-\d+', '\1', 'g'), $$FailStateEntered(Y)
WaitStateAborted
TaskStateAborted
TaskStateAborted
MapStateAborted
ParallelStateFailed
ParallelStateExited(S)
PassStateEntered(Caught)
PassStateExited(Caught)
ExecutionSucceeded$$, 'the open states are aborted');
SELECT is_empty('SELECT * FROM asl.pending_tasks', 'their tokens are dead');
SELECT throws_ok(format('SELECT asl.send_task_success(%L, ''1'')', :'task_token'), 'SLA25', NULL, 'also for whoever took the task');
SELECT is((SELECT array_agg(DISTINCT status::text) FROM asl.executions WHERE state_machine = 'patient'), '{ABORTED}', 'the nested execution is stopped');

-- the same where all begins and ends in one transaction
SELECT start(doomed('{"Z": {"Type": "Fail", "Error": "E", "Cause": "c"}}') #- '{States,S,Branches,2}', '{"l": [1, 2]}') AS e \gset
SELECT start(map('{"A": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 2, "Next": "B"}], "Default": "W"},
    "W": {"Type": "Task", "Resource": "pg:activity:work", "End": true}, "B": {"Type": "Fail", "Error": "B"}}'), '[1, 2, 3]') AS f \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED E: c', 'a Parallel fails');
SELECT is(outcome(:f), 'FAILED B', 'a Map fails');
SELECT is_empty('SELECT * FROM asl.pending_tasks', 'nothing is awaited');
SELECT is((SELECT count(*) FROM asl.branch) + (SELECT count(*) FROM asl.task) + (SELECT count(*) FROM asl.result), 0::bigint, 'nothing is left behind');
SELECT is(regexp_replace(trail(:f, (SELECT min(id) FROM asl.get_execution_history(:f) WHERE type = 'FailStateEntered')), '\d+ (\S+)<-\d+', '\1', 'g'), $$FailStateEntered(B)
MapIterationFailed(1)
MapIterationAborted(0)
TaskStateAborted
MapIterationAborted(2)
MapStateFailed
ExecutionFailed$$, 'events of a Map that fails');

-- Retry starts all branches again; a branch's States.Runtime ends the execution
CREATE SEQUENCE tries;
CREATE FUNCTION try(p jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('tries') = 1 THEN PERFORM asl.fail('First'); END IF;
END $$;
SELECT start(parallel('[{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}},
    {"StartAt": "B", "States": {"B": {"Type": "Task", "Resource": "pg:function:try", "End": true}}}]', '{"Retry": [{"ErrorEquals": ["First"]}]}')) AS e \gset
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [{}, null]', 'a Parallel is tried again');
SELECT is(events(:e, 'ParallelStateEntered') || '/' || events(:e, 'ParallelStateStarted') || '/' || events(:e, 'ParallelStateFailed'), '1/2/0', 'entered once, started twice, not failed');
SELECT start(jsonb_set(parallel('[{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 10, "End": true}}},
    {"StartAt": "B", "States": {"B": {"Type": "Pass", "InputPath": "$.none", "End": true}}}]', '{"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "T"}]}'),
    '{States,T}', '{"Type": "Succeed"}')) AS e \gset
SELECT start(jsonb_set(map('{"A": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $none %}", "Assign": {"none": 1}, "End": true}}',
    '{"Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "T"}]}'), '{States,T}', '{"Type": "Succeed"}'), '[1]') AS f \gset
CALL asl.run_pending();
SELECT matches(outcome(:e), '^FAILED States.Runtime: An error occurred while executing the state ''B'' \(entered at the event id #5\)', 'nothing catches States.Runtime of a branch');
SELECT is(trail(:e, 6), '6 ExecutionFailed<-5', 'the execution fails at once');
SELECT is(output->>'Error', 'States.QueryEvaluationError', 'an evaluation that failed is caught by the Map') FROM asl.describe_execution(:f);

-- what fails after the branches' work, and a catcher that fails itself
SELECT start(parallel('[{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}]', '{"ResultSelector": {"x.$": "$.none"}}')) AS e \gset
SELECT start(jsonb_set(parallel('[{"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "E"}}}]', '{"QueryLanguage": "JSONata", "Catch": [{"ErrorEquals": ["E"], "Output": "{% $none %}", "Next": "T"}]}'),
    '{States,T}', '{"Type": "Pass", "Assign": {"none": 1}, "End": true}')) AS f \gset
CALL asl.run_pending();
SELECT is(trail(:e, 4), E'4 PassStateEntered(A)<-3\n5 PassStateExited(A)<-4\n6 ParallelStateSucceeded<-5\n7 ExecutionFailed<-6', 'a ResultSelector that finds nothing');
SELECT is(trail(:f, 4), E'4 FailStateEntered(A)<-3\n5 ParallelStateFailed<-4\n6 EvaluationFailed<-4\n7 ParallelStateFailed<-6\n8 ExecutionFailed<-7', 'a catcher''s Output that fails');

-- what an iteration is to get cannot be made: the Map fails, not the iteration that ended before
CREATE FUNCTION unmakeable(selector jsonb, more jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_set(map('{"A": {"Type": "Task", "Resource": "pg:function:echo", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}], "End": true}, "B": {"Type": "Pass", "Result": "caught by another iteration", "End": true}}',
        jsonb_build_object('ItemSelector', selector, 'Catch', '[{"ErrorEquals": ["States.ALL"], "Next": "Late"}]'::jsonb) || more), '{States,Late}', '{"Type": "Wait", "Seconds": 1, "End": true}')
$$;
SELECT start(unmakeable('{"x.$": "States.ArrayGetItem($$.Map.Item.Value, 1)"}', '{"MaxConcurrency": 1}'), '[[1, 2], [1]]') AS e \gset
SELECT start(unmakeable('{"x.$": "States.ArrayGetItem($$.Map.Item.Value, 1)"}', '{}'), '[[1, 2], [1], [1, 2]]') AS f \gset
SELECT start(unmakeable('{"x": "{% $states.context.Map.Item.Value[1] %}"}', '{"QueryLanguage": "JSONata", "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]}'), '[[1, 2], [1]]') AS g \gset
SELECT start(unmakeable('{"x.$": "$$.Map.Item.Value.x"}', '{"MaxConcurrency": 1}'), '[{"x": 1}, {}]') AS h \gset
CALL asl.run_pending();
SELECT hurry(:e), hurry(:f), hurry(:g) \g /dev/null
CALL asl.run_pending();
SELECT hurry(:g) \g /dev/null
CALL asl.run_pending();
SELECT is(output->>'Error', 'States.IntrinsicFailure', 'a later item') FROM asl.describe_execution(:e);
SELECT is(trail(:e, 10), $$10 MapIterationSucceeded(0)<-9
11 MapIterationStarted(1)<-9
12 MapIterationFailed(1)<-11
13 MapStateFailed<-11
14 MapStateExited(S)<-13
15 WaitStateEntered(Late)<-14
16 WaitStateExited(Late)<-15
17 ExecutionSucceeded<-16$$, 'no catcher of the iteration before takes its error');
SELECT is(trail(:f, 4), $$4 MapIterationStarted(0)<-3
5 MapIterationStarted(1)<-3
6 MapIterationFailed(1)<-5
7 MapIterationAborted(0)<-5
8 MapStateFailed<-5
9 MapStateExited(S)<-8
10 WaitStateEntered(Late)<-9
11 WaitStateExited(Late)<-10
12 ExecutionSucceeded<-11$$, 'one of the first items: those that have begun end');
SELECT is(trail(:g, 4), $$4 MapIterationStarted(0)<-3
5 MapIterationStarted(1)<-3
6 EvaluationFailed<-5
7 MapIterationFailed(1)<-6
8 MapIterationAborted(0)<-6
9 MapStateStarted<-6
10 MapIterationStarted(0)<-9
11 MapIterationStarted(1)<-9
12 EvaluationFailed<-11
13 MapIterationFailed(1)<-12
14 MapIterationAborted(0)<-12
15 MapStateFailed<-12
16 MapStateExited(S)<-15
17 WaitStateEntered(Late)<-16
18 WaitStateExited(Late)<-17
19 ExecutionSucceeded<-18$$, 'in JSONata, and again');
SELECT is(details->>'state', 'S', 'the Map''s expression') FROM asl.get_execution_history(:g) WHERE id = 6;
SELECT matches(outcome(:h), '^FAILED States.Runtime: An error occurred while executing the state ''S'' \(entered at the event id #2\). The JSONPath ''\$\$.Map.Item.Value.x'' specified for the field ''x.\$''', 'a path without a value');
SELECT matches(trail(:h), '\n11 MapIterationStarted\(1\)<-9\n12 ExecutionFailed<-11$', 'nothing catches that');
SELECT is((SELECT count(*) FROM asl.branch WHERE execution IN (:e, :f, :g, :h)), 0::bigint, 'nothing is left behind');
SELECT * FROM finish();
