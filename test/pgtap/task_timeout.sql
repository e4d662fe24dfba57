-- Timeouts and heartbeats of SQL, activities and callbacks; the machine's own timeout.
\ir include/execution.sql
SELECT plan(35);

SELECT asl.create_activity('work') \g /dev/null
CREATE FUNCTION remember(p jsonb) RETURNS void LANGUAGE sql AS $$ SELECT $$;
CREATE FUNCTION nap(p jsonb) RETURNS void LANGUAGE sql AS $$ SELECT pg_sleep(600) $$;

CREATE FUNCTION waiting(more jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_set(one_state('{"Type": "Task", "Resource": "pg:activity:work"}' || more), '{States,Late}', '{"Type": "Pass", "End": true}')
        #- CASE WHEN more ? 'Catch' THEN '{}'::text[] ELSE '{States,Late}' END
$$;
CREATE FUNCTION callback(more jsonb) RETURNS jsonb LANGUAGE sql AS $f$
    SELECT waiting('{"Resource": "pg:function:remember.waitForTaskToken", "Parameters": {"token.$": "$$.Task.Token"}}' || more)
$f$;
-- The token of an execution's waiting task.
CREATE FUNCTION token(execution bigint) RETURNS text LANGUAGE sql AS $$ SELECT task_token FROM asl.pending_tasks p WHERE p.execution = $1 $$;

-- a SQL task
SELECT start(one_state('{"Type": "Task", "Resource": "pg:function:nap", "TimeoutSeconds": 1, "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "S"}]}')
    #- '{States,S,Catch}') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED States.Timeout', 'the statement is cancelled; no cause');
SELECT is(trail(:e, 3), E'3 TaskScheduled<-2\n4 TaskStarted<-3\n5 TaskTimedOut<-4\n6 ExecutionFailed<-5', 'it timed out');
SELECT is(details, '{"error": "States.Timeout", "resource": "function:nap", "resourceType": "pg"}', 'details')
FROM asl.get_execution_history(:e) WHERE type = 'TaskTimedOut';

-- an activity that nobody takes
SELECT start(waiting('{"TimeoutSeconds": 30}')) AS e \gset
CALL asl.run_pending();
SELECT is(hurry(:e), 30.0, 'its timeout runs before anybody takes it');
CALL asl.run_pending();
SELECT is(trail(:e, 3), E'3 ActivityScheduled<-2\n4 ActivityTimedOut<-3\n5 ExecutionFailed<-4', 'nobody started it');
SELECT is_empty($$SELECT * FROM asl.get_activity_task('work')$$, 'the task is gone');

-- an activity that somebody took
SELECT start(waiting('{"TimeoutSeconds": 30, "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Late"}]}')) AS e \gset
CALL asl.run_pending();
SELECT task_token FROM asl.get_activity_task('work', 'me') \gset
SELECT cmp_ok(hurry(:e), '>=', 30.0, 'the time counts from then');
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"Cause": "", "Error": "States.Timeout"}', 'a timeout''s cause is empty when it is caught');
SELECT is(trail(:e, 3), $$3 ActivityScheduled<-2
4 ActivityStarted<-3
5 ActivityTimedOut<-4
6 TaskStateExited(S)<-5
7 PassStateEntered(Late)<-6
8 PassStateExited(Late)<-7
9 ExecutionSucceeded<-8$$, 'somebody started it');
SELECT throws_ok(format('SELECT asl.send_task_success(%L, ''1'')', :'task_token'), 'SLA25', NULL, 'an answer comes too late');

-- its input may hold the token
SELECT start(waiting('{"TimeoutSeconds": 30, "Parameters": {"token.$": "$$.Task.Token"}}')) AS e \gset
SELECT start(waiting('{"TimeoutSeconds": 30, "QueryLanguage": "JSONata", "Arguments": "{% $states.context.Task.Token %}"}')) AS f \gset
CALL asl.run_pending();
SELECT is(input->>'token', task_token, 'the token of an activity''s task') FROM asl.get_activity_task('work');
SELECT is(input #>> '{}', task_token, 'in JSONata') FROM asl.get_activity_task('work');

-- heartbeats
SELECT start(waiting('{"HeartbeatSeconds": 10, "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Late"}]}')) AS e \gset
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(outcome(:e), 'RUNNING', 'nobody''s heart beats before the task is taken');
SELECT task_token FROM asl.get_activity_task('work') \gset
SELECT asl.send_task_heartbeat(:'task_token') \g /dev/null
UPDATE asl.task SET started_at = started_at - interval '11 s' WHERE execution = :e;
UPDATE asl.branch SET due_at = clock_timestamp() WHERE execution = :e;
CALL asl.run_pending();
SELECT is(outcome(:e), 'RUNNING', 'a heartbeat gives more time');
SELECT hurry(:e) \g /dev/null
SELECT throws_ok(format('SELECT asl.send_task_heartbeat(%L)', :'task_token'), 'SLA25', NULL, 'but not one that comes too late, timer or not');
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"Cause": "", "Error": "States.Timeout"}', 'States.HeartbeatTimeout names it, though it is called States.Timeout');
SELECT start(waiting('{"HeartbeatSeconds": 10, "TimeoutSeconds": 30, "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Late"}]}')) AS e \gset
CALL asl.run_pending();
SELECT 1 FROM asl.get_activity_task('work') \g /dev/null
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(events(:e, 'ActivityTimedOut'), 1::bigint, 'States.Timeout names a missed heartbeat, too');
SELECT start(waiting('{"TimeoutSeconds": 30, "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout", "States.TaskFailed"], "Next": "Late"}]}')) AS e \gset
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED States.Timeout', 'a timeout is no missed heartbeat, nor States.TaskFailed');

-- callbacks
SELECT start(callback('{"TimeoutSeconds": 20, "HeartbeatSeconds": 5}')) AS e \gset
CALL asl.run_pending();
SELECT is(hurry(:e), 5.0, 'a callback''s heart must beat from the start');
CALL asl.run_pending();
SELECT is(trail(:e, 3), $$3 TaskScheduled<-2
4 TaskStarted<-3
5 TaskSubmitted<-4
6 TaskTimedOut<-5
7 ExecutionFailed<-6$$, 'a callback that nobody answers');
SELECT is(details - 'parameters', '{"region": "us-east-1", "resource": "function:remember.waitForTaskToken", "resourceType": "pg", "timeoutInSeconds": 20, "heartbeatInSeconds": 5}', 'what was scheduled')
FROM asl.get_execution_history(:e) WHERE type = 'TaskScheduled';
SELECT start(callback('{"TimeoutSecondsPath": "$.t", "HeartbeatSecondsPath": "$.h", "Parameters": {"token.$": "$$.Task.Token"}}'), '{"t": 50, "h": 40}') AS e \gset
CALL asl.run_pending();
SELECT is(hurry(:e), 40.0, 'numbers of the input');
SELECT start(callback('{"TimeoutSecondsPath": "$.t", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Late"}]}'), '{"t": 0}') AS e \gset
SELECT start(callback('{"TimeoutSecondsPath": "$.none", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Late"}]}'), '{"t": 0}') AS f \gset
SELECT start(callback('{"QueryLanguage": "JSONata", "Arguments": {}, "TimeoutSeconds": "{% $states.input.t %}", "HeartbeatSeconds": "{% 7 %}"}') #- '{States,S,Parameters}', '{"t": 50}') AS g \gset
CALL asl.run_pending();
SELECT matches(outcome(:e), '^FAILED States.Runtime', 'not zero');
SELECT matches(outcome(:f), 'Invalid path ''\$.none'' : No results for path: \$\[''none''\]$', 'nothing there');
SELECT is(hurry(:g), 7.0, 'numbers in JSONata');
SELECT start(callback('{"Retry": [{"ErrorEquals": ["States.ALL"]}]}')) AS e \gset
CALL asl.run_pending();
SELECT token(:e) AS first_token \gset
SELECT asl.send_task_failure(:'first_token', 'Again') \g /dev/null
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT throws_ok(format('SELECT asl.send_task_success(%L, ''1'')', :'first_token'), 'SLA25', NULL, 'the token of an attempt that failed');
SELECT lives_ok(format('SELECT asl.send_task_success(%L, ''{"x": 1}'')', token(:e)), 'that of the attempt under way');
SELECT throws_ok(format('SELECT asl.send_task_success(%L, ''1'')', token(:e)), NULL, NULL, 'only one answer');
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"x": 1}', 'the second attempt');

-- the machine
SELECT start('{"TimeoutSeconds": 100}' || one_state('{"Type": "Parallel", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S"}], "Branches": [
    {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1000, "End": true}}},
    {"StartAt": "B", "States": {"B": {"Type": "Task", "Resource": "pg:activity:work", "End": true}}}]}')) AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'RUNNING', 'until then');
SELECT token(:e) AS token \gset
UPDATE asl.branch SET due_at = clock_timestamp() WHERE execution = :e AND branch = -1;
CALL asl.run_pending();
SELECT is(outcome(:e), 'TIMED_OUT', 'no error, no cause, nothing catches it');
SELECT is(details || jsonb_build_object('previous', previous_event_id), '{"error": "States.Timeout", "previous": 0}', 'but the event has one')
FROM asl.get_execution_history(:e) WHERE type = 'ExecutionTimedOut';
SELECT throws_ok(format('SELECT asl.send_task_success(%L, ''1'')', :'token'), 'SLA25', NULL, 'what waited waits no longer');
SELECT is_empty($$SELECT * FROM asl.get_activity_task('work')$$, 'nor is it handed out');
SELECT is((SELECT count(*) FROM asl.task) - (SELECT count(*) FROM asl.pending_tasks), 0::bigint, 'nothing is left behind');
SELECT * FROM finish();
