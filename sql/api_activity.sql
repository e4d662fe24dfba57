-- Activities, callbacks, and the tokens that answer them.
\pset format unaligned
\pset tuples_only on
\i sql/include/refusal.sql

CREATE FUNCTION pg_temp.outcome(machine text) RETURNS TABLE (name text, outcome text) LANGUAGE sql AS $$
  SELECT e.name, concat_ws(' ', e.status, e.output, e.error, e.cause) FROM asl.executions e WHERE state_machine = machine ORDER BY execution
$$;

-- made, made again, made otherwise
SELECT asl.create_activity('review'), asl.create_activity('review');
SELECT asl.create_activity('sign', 'signing');
SELECT s, pg_temp.refusal(format('SELECT asl.create_activity(%s)', s)) FROM unnest(ARRAY[$$'review', 'elsewhere'$$, $$NULL$$, $$'a b'$$, $$''$$, $$repeat('x', 81)$$, $$'n', NULL$$, $$'n', ''$$]) s;
SELECT name, channel, owner, creation_date > '2020-01-01' FROM asl.activities ORDER BY name;

SELECT asl.create_state_machine('paper', '{"StartAt": "R", "States": {"R": {"Type": "Task", "Resource": "pg:activity:review", "Parameters": {"text.$": "$.text"}, "TimeoutSeconds": 600, "HeartbeatSeconds": 60, "Next": "S"},
  "S": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:000000000000:activity:sign", "TimeoutSeconds": 600, "Retry": [{"ErrorEquals": ["Again"], "IntervalSeconds": 1}], "End": true}}}');
SELECT count(*) FROM asl.get_activity_task('review');
SELECT asl.start_execution('paper', '{"text": "one"}', 'one') > 0, asl.start_execution('paper', '{"text": "two"}', 'two') > 0;
CALL asl.run_pending();
-- who waits for what; a callback has no activity
\pset tuples_only off
SELECT e.name, t.state, t.resource, t.activity, t.task_token ~ '^\d+\.\d+\.[0-9a-f-]{36}\.\d+$' AS token, t.timeout_at - t.scheduled_at AS timeout, t.heartbeat_at - t.scheduled_at AS heartbeat FROM asl.pending_tasks t JOIN asl.executions e USING (execution) ORDER BY execution;
\pset tuples_only on
-- taken in the order of their scheduling, each once
SELECT task_token AS one, input FROM asl.get_activity_task('arn:aws:states:us-east-1:000000000000:activity:review', 'anna') \gset
\echo :input
SELECT task_token AS two, input FROM asl.get_activity_task('review') \gset
\echo :input
SELECT heartbeat_at - scheduled_at >= '1 min' AS heart_beats FROM asl.pending_tasks;
SELECT count(*) FROM asl.get_activity_task('review');
SELECT n, pg_temp.refusal(format('SELECT asl.get_activity_task(%s)', n)) FROM unnest(ARRAY['NULL', '''none''', '''arn:aws:states:us-east-1:000000000000:stateMachine:paper''', '''review'', repeat(''x'', 81)', '''review'', NULL']) n;

-- not in a read-only transaction
BEGIN READ ONLY;
SELECT pg_temp.refusal(format('SELECT asl.send_task_success(%L, ''1'')', :'one'));
SELECT pg_temp.refusal(format('SELECT asl.send_task_heartbeat(%L)', :'one'));
ROLLBACK;

-- answered once
SELECT asl.send_task_heartbeat(:'one');
SELECT asl.send_task_success(:'one', '{"verdict": "fine"}');
SELECT f, pg_temp.refusal(format('SELECT asl.%s', format(f, :'one'))) FROM unnest('{"send_task_success(''%s'', ''1'')","send_task_failure(''%s'')","send_task_heartbeat(''%s'')"}'::text[]) f;
SELECT asl.send_task_failure(:'two', 'Bad.Spelling', 'line 3');
CALL asl.run_pending();
SELECT f, pg_temp.refusal(format('SELECT asl.%s', format(f, :'two'))) FROM unnest('{"send_task_success(''%s'', ''1'')","send_task_failure(''%s'')","send_task_heartbeat(''%s'')"}'::text[]) f;
SELECT * FROM pg_temp.outcome('paper');
SELECT h.id, h.type, h.details - '{input,output}'::text[] FROM asl.executions e, asl.get_execution_history(execution) h WHERE e.name = 'two' AND state_machine = 'paper' AND h.type LIKE 'Activity%';

-- a token is of one attempt: retried, it is another; the old one is worth nothing
SELECT task_token AS first FROM asl.get_activity_task('sign') \gset
SELECT asl.send_task_failure(:'first', 'Again');
CALL asl.run_pending();
SELECT pg_temp.refusal(format('SELECT asl.send_task_success(%L, ''1'')', :'first'));
UPDATE asl.branch SET due_at = clock_timestamp() WHERE phase = 'r';
CALL asl.run_pending();
SELECT task_token AS second FROM asl.get_activity_task('sign') \gset
SELECT :'first' <> :'second', pg_temp.refusal(format('SELECT asl.send_task_success(%L, ''1'')', :'first')), pg_temp.refusal(format('SELECT asl.send_task_success(%L, ''"signed"'')', :'second'));
CALL asl.run_pending();
SELECT * FROM pg_temp.outcome('paper');

-- no tokens at all; too long; no JSON value
SELECT t, pg_temp.refusal(format('SELECT asl.send_task_heartbeat(%L)', t)) FROM unnest(ARRAY[NULL, '', 'x', '1', '1.0', '1.0.x', '-1.0.00000000-0000-4000-8000-000000000000', '1.-1.00000000-0000-4000-8000-000000000000', '99999999999999999999.0.00000000-0000-4000-8000-000000000000',
  '1.99999999999.00000000-0000-4000-8000-000000000000', '987654321.0.00000000-0000-4000-8000-000000000000', '1.0.00000000-0000-4000-8000-0000000000000']) t;
SELECT asl.start_execution('paper', '{"text": "three"}', 'three') > 0;
CALL asl.run_pending();
SELECT task_token AS three FROM asl.pending_tasks \gset
SELECT s, regexp_replace(pg_temp.refusal(format('SELECT asl.%s', replace(s, '?', quote_literal(:'three')))), '(.)\1{99,}', '\1..') FROM unnest(ARRAY['send_task_success(?, NULL)', 'send_task_success(NULL, ''1'')', 'send_task_failure(NULL)', 'send_task_success(?, to_jsonb(repeat(''x'', 262143)))',
  'send_task_failure(?, repeat(''é'', 257))', 'send_task_failure(?, NULL, repeat(''c'', 32769))', 'send_task_success(overlay(? placing ''ffffffff'' from strpos(?, ''-'') + 1), ''1'')']) s;
-- the token of an activity's task answers without anybody's having taken it, here without error and cause
SELECT asl.send_task_failure(:'three');
CALL asl.run_pending();
SELECT name, status, error IS NULL, cause IS NULL FROM asl.executions WHERE name = 'three';

-- after its time, even if nobody has looked at the clock yet
SELECT asl.start_execution('paper', '{"text": "four"}', 'four') > 0;
CALL asl.run_pending();
SELECT task_token AS four FROM asl.get_activity_task('review') \gset
UPDATE asl.task SET started_at = started_at - interval '1 h';
UPDATE asl.branch SET due_at = due_at - interval '1 h' WHERE phase = 't';
SELECT f, pg_temp.refusal(format('SELECT asl.%s', format(f, :'four'))) FROM unnest('{"send_task_success(''%s'', ''1'')","send_task_failure(''%s'')","send_task_heartbeat(''%s'')"}'::text[]) f;
CALL asl.run_pending();
SELECT pg_temp.refusal(format('SELECT asl.send_task_success(%L, ''1'')', :'four'));
-- a stopped execution's
SELECT asl.start_execution('paper', '{"text": "five"}', 'five') AS id \gset
CALL asl.run_pending();
SELECT task_token AS five FROM asl.get_activity_task('review') \gset
SELECT asl.stop_execution(:id) IS NOT NULL;
SELECT pg_temp.refusal(format('SELECT asl.send_task_success(%L, ''1'')', :'five'));
SELECT * FROM pg_temp.outcome('paper');

-- callbacks
CREATE TABLE mail (token text, body text);
CREATE FUNCTION send_mail(token text, body text) RETURNS text LANGUAGE sql AS 'INSERT INTO mail VALUES (token, body) RETURNING ''sent''';
SELECT asl.create_state_machine('ask', '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:function:send_mail.waitForTaskToken", "TimeoutSeconds": 600, "Parameters": {"token.$": "$$.Task.Token", "body.$": "$.question"}, "Next": "N"},
  "N": {"Type": "Task", "Resource": "pg:notify.waitForTaskToken", "TimeoutSeconds": 600, "Parameters": {"Channel": "asl_test", "Payload.$": "$$.Task.Token"}, "ResultPath": "$.notified", "Next": "Q"},
  "Q": {"Type": "Task", "Resource": "pg:sql.waitForTaskToken", "TimeoutSeconds": 600, "Parameters": {"Statement": "UPDATE mail SET token = $1", "Parameters.$": "States.Array($$.Task.Token)"}, "End": true}}}');
SELECT asl.start_execution('ask', '{"question": "why?"}', 'me') > 0;
CALL asl.run_pending();
SELECT state, resource, activity, task_token = (SELECT token FROM mail), timeout_at - scheduled_at, heartbeat_at FROM asl.pending_tasks;
SELECT asl.send_task_success(token, '{"answer": 42}') FROM mail;
CALL asl.run_pending();
SELECT state, resource, activity FROM asl.pending_tasks;
SELECT asl.send_task_success(task_token, '"ok"') FROM asl.pending_tasks;
CALL asl.run_pending();
SELECT state, resource, activity, task_token = (SELECT token FROM mail) FROM asl.pending_tasks;
SELECT asl.send_task_success(token, '"done"') FROM mail;
CALL asl.run_pending();
SELECT * FROM pg_temp.outcome('ask');
SELECT h.id, h.type, h.details ->> 'resource' AS resource FROM asl.executions e, asl.get_execution_history(execution) h WHERE state_machine = 'ask' AND h.type LIKE 'Task%' ORDER BY id;

-- an activity that is gone fails whoever waits for it, and whoever is about to
SELECT asl.start_execution('paper', '{"text": "six"}', 'six') > 0;
CALL asl.run_pending();
SELECT task_token AS gone FROM asl.get_activity_task('review') \gset
SELECT asl.delete_activity('arn:aws:states:us-east-1:000000000000:activity:review'), asl.delete_activity('review'), asl.delete_activity('none');
SELECT asl.start_execution('paper', '{"text": "seven"}', 'seven') > 0;
CALL asl.run_pending();
SELECT * FROM pg_temp.outcome('paper') WHERE name IN ('six', 'seven');
SELECT n, pg_temp.refusal(format('SELECT asl.delete_activity(%L)', n)) FROM unnest(ARRAY[NULL, 'arn:aws:states:us-east-1:000000000000:stateMachine:paper']) n;
SELECT pg_temp.refusal(format('SELECT asl.send_task_success(%L, ''1'')', :'gone'));
SELECT pg_temp.refusal($$SELECT asl.get_activity_task('review')$$);
