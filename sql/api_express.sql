-- EXPRESS state machines: run to their end at one go, leaving nothing.
\pset format unaligned
\pset tuples_only on
\i sql/include/refusal.sql

CREATE TABLE express_log (who text DEFAULT current_user, what jsonb);
CREATE FUNCTION log_this(jsonb) RETURNS jsonb LANGUAGE sql AS 'INSERT INTO express_log (what) VALUES ($1) RETURNING what';
SELECT asl.create_state_machine('logged', '{"StartAt": "L", "States": {"L": {"Type": "Task", "Resource": "pg:function:log_this", "Next": "W"},
  "W": {"Type": "Wait", "Seconds": 0, "Next": "P"}, "P": {"Type": "Parallel", "End": true, "Branches": [
    {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:function:log_this", "End": true}}}, {"StartAt": "B", "States": {"B": {"Type": "Pass", "Result": 2, "End": true}}}]}}}', 'EXPRESS');
SELECT asl.create_state_machine('named', '{"StartAt": "N", "States": {"N": {"Type": "Pass", "Parameters": {"name.$": "$$.Execution.Name", "id.$": "$$.Execution.Id", "input.$": "$$.Execution.Input", "machine.$": "$$.StateMachine.Name"}, "End": true}}}', 'EXPRESS');
SELECT asl.create_state_machine('failing', '{"StartAt": "L", "States": {"L": {"Type": "Task", "Resource": "pg:function:log_this", "Next": "F"}, "F": {"Type": "Fail", "ErrorPath": "$.error", "Cause": "it had to be"}}}', 'EXPRESS');
SELECT asl.create_state_machine('standard', '{"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}');

-- synchronous: the result is a row, whatever the outcome
\pset tuples_only off
SELECT status, output, error, cause, execution_name, start_date <= stop_date AS dated FROM asl.start_sync_execution('logged', '1', 'mine');
SELECT status, output, error, cause FROM asl.start_sync_execution('failing', '{"error": "No.Way"}');
\pset tuples_only on
SELECT output - 'id', output ->> 'id' ~ '^arn:aws:states:us-east-1:000000000000:express:named:n:[0-9a-f-]{36}$' FROM asl.start_sync_execution('arn:aws:states:us-east-1:000000000000:stateMachine:named', name => 'n');
SELECT length(execution_name), execution_name = output ->> 'name' FROM asl.start_sync_execution('named');
SELECT count(*), jsonb_agg(what) FROM express_log;
-- never idempotent: each runs
SELECT status FROM asl.start_sync_execution('logged', '1', 'mine');
SELECT count(*) FROM express_log;
-- in the caller's transaction: gone with it, and its failed tasks alone are undone
BEGIN;
DELETE FROM express_log;
SELECT status FROM asl.start_sync_execution('logged', '3');
SELECT count(*) FROM express_log;
ROLLBACK;
SELECT count(*) FROM express_log;
-- refused
SELECT s, pg_temp.refusal(format('SELECT asl.start_sync_execution(%s)', s)) FROM unnest(ARRAY[$$NULL$$, $$'named', NULL$$, $$'none'$$, $$'standard'$$, $$'named', name => 'a b'$$, $$'named', to_jsonb(repeat('x', 262143))$$, $$'arn:aws:states:us-east-1:000000000000:express:named:a:b'$$]) s;

-- a machine's TimeoutSeconds ends a wait
SELECT asl.create_state_machine('slow', '{"StartAt": "W", "TimeoutSeconds": 1, "States": {"W": {"Type": "Wait", "Seconds": 600, "End": true}}}', 'EXPRESS');
SELECT status, output, error, cause FROM asl.start_sync_execution('slow');

-- and a task's SQL; nothing can be caught any more
SELECT asl.create_state_machine('slow-sql', '{"StartAt": "S", "TimeoutSeconds": 1, "States": {"S": {"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "SELECT pg_sleep(600)"}, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S"}], "End": true}}}', 'EXPRESS');
SELECT status, output, error, cause FROM asl.start_sync_execution('slow-sql');

-- a task that runs such a machine: within the task's transaction, its time limit included
CREATE FUNCTION run_express(machine text, input jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS 'SELECT to_jsonb(s) - ''{execution_name,start_date,stop_date}''::text[] FROM asl.start_sync_execution(machine, input) s';
SELECT asl.create_state_machine('sleeping', '{"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "pg:sql", "TimeoutSeconds": 500, "Parameters": {"Statement": "SELECT pg_sleep(600)"}, "End": true}}}', 'EXPRESS');
SELECT asl.create_state_machine('around', '{"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "pg:function:run_express", "TimeoutSeconds": 1, "End": true}}}');
SELECT asl.start_execution('around', '{"machine": "sleeping"}', 'late') > 0, asl.start_execution('around', '{"machine": "failing", "input": {"error": "Inner"}}', 'inner') > 0;
CALL asl.run_pending();
SELECT name, status, error, output FROM asl.executions WHERE state_machine = 'around' ORDER BY execution;

-- asynchronous: an order that a worker carries out; nothing of it can be asked for
TRUNCATE express_log;
SELECT asl.start_execution('logged', '7', 'same') AS id \gset
SELECT asl.start_execution('logged', '8', 'same') <> :id, asl.start_execution('logged', '7', 'same') <> :id;
SELECT asl.execution_arn(:id) ~ '^arn:aws:states:us-east-1:000000000000:express:logged:same:[0-9a-f-]{36}$';
SELECT f, pg_temp.refusal(format('SELECT asl.%s(%s)', f, :id)) FROM unnest('{describe_execution,get_execution_history,stop_execution,wait_for_execution}'::text[]) f;
SELECT pg_temp.refusal(format('SELECT asl.execution_id(%L)', asl.execution_arn(:id)));
SELECT count(*) FROM asl.executions WHERE state_machine IN ('logged', 'named', 'failing');
SELECT asl.start_execution('slow') > 0, asl.start_execution('failing', '{"error": "e"}') > 0;
CALL asl.run_pending();
SELECT what, count(*) FROM express_log GROUP BY what ORDER BY what;
SELECT (SELECT count(*) FROM asl.execution e JOIN asl.state_machine m USING (state_machine) WHERE m.type = 'EXPRESS'),
       (SELECT count(*) FROM asl.branch b WHERE NOT EXISTS (SELECT FROM asl.execution e WHERE e.execution = b.execution)),
       (SELECT count(*) FROM asl.history h WHERE NOT EXISTS (SELECT FROM asl.execution e WHERE e.execution = h.execution));
SELECT pg_temp.refusal(format('SELECT asl.describe_execution(%s)', :id)) = format('SLA11 Execution Does Not Exist: ''%s''', :id);
-- as its context knows it
SELECT asl.create_state_machine('named-too', '{"StartAt": "L", "States": {"L": {"Type": "Task", "Resource": "pg:function:log_this", "Parameters": {"name.$": "$$.Execution.Name", "id.$": "$$.Execution.Id"}, "End": true}}}', 'EXPRESS');
SELECT asl.start_execution('named-too', name => 'n') AS id, asl.execution_arn(currval('asl.execution_id')) AS arn \gset
CALL asl.run_pending();
SELECT what = jsonb_build_object('name', 'n', 'id', :'arn') FROM express_log WHERE what ? 'id';
-- deleted while one is to run: it runs nevertheless
SELECT asl.start_execution('logged', '"late"') > 0;
SELECT asl.delete_state_machine('logged');
SELECT count(*) FROM asl.state_machines WHERE name = 'logged';
CALL asl.run_pending();
SELECT count(*) FROM express_log WHERE what = '"late"';

-- what cannot wait, cannot be express
SELECT r, code, message FROM unnest('{pg:activity:a,pg:sql.waitForTaskToken,pg:states:startExecution.sync}'::text[]) r,
  LATERAL asl.validate_state_machine_definition(jsonb_build_object('StartAt', 'T', 'States', jsonb_build_object('T', jsonb_build_object('Type', 'Task', 'Resource', r, 'End', true))), 'EXPRESS') WHERE severity = 'ERROR';
