-- Executions: starting, describing, stopping and awaiting them, their history, and what is refused.
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.refusal(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RETURN 'fine';
EXCEPTION WHEN OTHERS THEN
  -- ids differ from run to run
  RETURN SQLSTATE || ' ' || regexp_replace(SQLERRM, '(execution|Exist: '')( ?)(\d+)', '\1\2N');
END $$;
CREATE FUNCTION pg_temp.id(machine text, execution_name text) RETURNS bigint LANGUAGE sql AS
  'SELECT execution FROM asl.executions WHERE state_machine = machine AND name = execution_name';

SELECT asl.create_state_machine('echo', '{"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$.wait", "Next": "P"}, "P": {"Type": "Pass", "End": true}}}');
SELECT asl.create_state_machine('quick', '{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}', options => '{"max_payload": 20}');

-- a name of its own where none is given; any JSON value is an input, {} without one
SELECT count(DISTINCT asl.start_execution('quick')) FROM generate_series(1, 3);
SELECT count(*), count(DISTINCT name), bool_and(name ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$') FROM asl.executions WHERE state_machine = 'quick';
SELECT asl.start_execution('arn:aws:states:us-east-1:000000000000:stateMachine:quick', v, 'input-' || n) > 0 FROM unnest('{2,"\"text\"","null","[1, 2]"}'::jsonb[]) WITH ORDINALITY i(v, n);
CALL asl.run_pending();
SELECT input, output, status, count(*) FROM asl.executions WHERE state_machine = 'quick' GROUP BY 1, 2, 3 ORDER BY 1;

-- the same request while it runs is the same execution, and nothing else is
SELECT asl.start_execution('echo', '{"wait": 3600}', 'again') = asl.start_execution('echo', '{"wait": 3.6e3}', 'again');
SELECT pg_temp.refusal($$SELECT asl.start_execution('echo', '{"wait": 3601}', 'again')$$);
SELECT asl.start_execution('echo', '{"wait": 0}', 'over') > 0;
CALL asl.run_pending();
SELECT pg_temp.refusal($$SELECT asl.start_execution('echo', '{"wait": 0}', 'over')$$);
-- another machine's executions have names of their own
SELECT asl.start_execution('quick', '{}', 'over') > 0;

-- refused
SELECT s, pg_temp.refusal(format('SELECT asl.start_execution(%s)', s)) FROM unnest(ARRAY[
  $$NULL$$, $$'echo', NULL$$, $$'none'$$, $$'arn:aws:states:us-east-1:000000000000:stateMachine:none'$$, $$'arn:aws:states:us-east-1:000000000000:activity:a'$$,
  $$'echo', name => ''$$, $$'echo', name => 'a b'$$, $$'echo', name => 'a:b'$$, $$'echo', name => repeat('x', 81)$$,
  $$'quick', '"012345678901234567"'$$, $$'quick', '"0123456789012345678"'$$]) s;
BEGIN;
SELECT pg_temp.refusal($$SELECT asl.start_execution('echo', to_jsonb(repeat('x', 262143)))$$);
SELECT pg_temp.refusal($$SELECT asl.start_execution('echo', to_jsonb(repeat('x', 262142)))$$);
SET LOCAL asl.max_payload = 100;
SELECT pg_temp.refusal($$SELECT asl.start_execution('echo', to_jsonb(repeat('é', 50)))$$);
SET LOCAL asl.max_payload = 0;
SELECT pg_temp.refusal($$SELECT asl.start_execution('echo', to_jsonb(repeat('x', 300000)))$$);
ROLLBACK;
-- the setting is not for everybody
SELECT pg_temp.refusal('SET ROLE pg_monitor; SET asl.max_payload = 0');

-- described
\pset tuples_only off
SELECT execution = pg_temp.id('echo', 'over') AS execution, arn, name, state_machine, status, input, output, error, cause, start_date <= stop_date AS dated, redrive_count FROM asl.describe_execution(pg_temp.id('echo', 'over'));
SELECT status, output, stop_date FROM asl.describe_execution(pg_temp.id('echo', 'again'));
SELECT name, state_machine, status, input, output, error, cause, start_date <= stop_date AS dated, redrive_count FROM asl.executions WHERE state_machine = 'echo' ORDER BY execution;
\pset tuples_only on

-- clock times, not transaction times
BEGIN;
SELECT asl.start_execution('quick', name => 'dated') > 0;
SELECT start_date > transaction_timestamp() FROM asl.executions WHERE name = 'dated';
ROLLBACK;

-- history, both ways
SELECT id, previous_event_id, type, details FROM asl.get_execution_history(pg_temp.id('echo', 'over'));
SELECT id, type FROM asl.get_execution_history(pg_temp.id('echo', 'over'), true);
SELECT id FROM asl.get_execution_history(pg_temp.id('echo', 'over'), NULL) LIMIT 1;

-- ARNs there and back
SELECT asl.execution_arn(pg_temp.id('echo', 'over')), asl.execution_id(asl.execution_arn(pg_temp.id('echo', 'over'))) = pg_temp.id('echo', 'over');
SELECT a, pg_temp.refusal(format('SELECT asl.execution_id(%L)', a)) FROM unnest(ARRAY[NULL, '', 'over', 'arn:aws:states:us-east-1:000000000000:execution:echo:none', 'arn:aws:states:us-east-1:000000000000:execution:none:over', 'arn:aws:states:us-east-1:000000000000:execution:echo',
  'arn:aws:states:us-east-1:000000000000:execution:echo:', 'arn:aws:states:us-east-1:000000000000:stateMachine:echo', 'arn:aws:states:us-east-1:000000000000:express:echo:over:u']) a;

-- nobody and nothing
SELECT f, pg_temp.refusal(format('SELECT asl.%s(%s)', f, a)) FROM unnest('{describe_execution,get_execution_history,stop_execution,wait_for_execution,execution_arn}'::text[]) f, unnest(ARRAY['NULL', '-1', '0', '9223372036854775807']) a;

-- awaited
SELECT asl.wait_for_execution(pg_temp.id('echo', 'over'));
SELECT asl.wait_for_execution(pg_temp.id('echo', 'again'), '0') IS NULL;
SELECT asl.wait_for_execution(pg_temp.id('echo', 'again'), '-1 day') IS NULL;
SELECT asl.wait_for_execution(pg_temp.id('echo', 'again'), '1 ms') IS NULL;
SELECT pg_temp.refusal($$SELECT asl.wait_for_execution(pg_temp.id('echo', 'again'), NULL)$$);
SELECT pg_temp.refusal($$SELECT asl.wait_for_execution(asl.start_execution('quick'))$$);
BEGIN;
SELECT asl.start_execution('quick', name => 'top') > 0;
SAVEPOINT s;
SELECT asl.start_execution('quick', name => 'nested') > 0;
RELEASE s;
SELECT n, pg_temp.refusal(format('SELECT asl.wait_for_execution(pg_temp.id(''quick'', %L))', n)) FROM unnest('{top,nested}'::text[]) n;
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_temp.refusal($$SELECT asl.wait_for_execution(pg_temp.id('echo', 'again'))$$);
SELECT asl.wait_for_execution(pg_temp.id('echo', 'over'));
ROLLBACK;

-- stopped: once, with an error and a cause or without
SELECT asl.start_execution('echo', '{"wait": 3600}', 'plain') > 0, asl.start_execution('echo', '{"wait": 3600}', 'fresh') > 0;
CALL asl.run_pending();
SELECT asl.stop_execution(pg_temp.id('echo', 'again'), 'Too.Late', 'nobody waits any more') IS NOT NULL;
SELECT asl.stop_execution(pg_temp.id('echo', 'again'), 'Other', 'other') = stop_date FROM asl.executions WHERE execution = pg_temp.id('echo', 'again');
SELECT asl.stop_execution(pg_temp.id('echo', 'plain')) > '2020-01-01';
SELECT asl.stop_execution(pg_temp.id('echo', 'over')) = stop_date FROM asl.executions WHERE execution = pg_temp.id('echo', 'over');
SELECT name, status, error, cause, output FROM asl.executions WHERE state_machine = 'echo' ORDER BY execution;
SELECT id, previous_event_id, type, details FROM asl.get_execution_history(pg_temp.id('echo', 'again')) WHERE id > 2;
SELECT id, previous_event_id, type, details FROM asl.get_execution_history(pg_temp.id('echo', 'plain')) WHERE id > 2;
SELECT s, regexp_replace(pg_temp.refusal(format('SELECT asl.stop_execution(pg_temp.id(''echo'', ''fresh''), %s)', s)), '(.)\1{99,}', '\1..') FROM unnest(ARRAY['repeat(''e'', 257)', 'NULL, repeat(''c'', 32769)']) s;
-- before its first step
SELECT asl.start_execution('quick', name => 'stillborn') > 0;
SELECT asl.stop_execution(pg_temp.id('quick', 'stillborn'), repeat('é', 256), repeat('é', 32768)) IS NOT NULL;
CALL asl.run_pending();
SELECT status, length(error), length(cause) FROM asl.executions WHERE name = 'stillborn';
SELECT id, type FROM asl.get_execution_history(pg_temp.id('quick', 'stillborn'));

-- what ListExecutions can filter by, and more: newest first, by status, by page
SELECT name, status FROM asl.executions WHERE state_machine = 'echo' AND status = 'ABORTED' ORDER BY execution DESC LIMIT 1;
-- no more than max_steps
SELECT count(asl.start_execution('quick', name => 'limited-' || n)) FROM generate_series(1, 3) n;
CALL asl.run_pending(0);
SELECT count(*) FROM asl.executions WHERE name LIKE 'limited-%' AND status = 'SUCCEEDED';
CALL asl.run_pending(2);
SELECT count(*) FROM asl.executions WHERE name LIKE 'limited-%' AND status = 'SUCCEEDED';
CALL asl.run_pending();
SELECT count(*) FROM asl.executions WHERE name LIKE 'limited-%' AND status = 'SUCCEEDED';
CALL asl.run_pending(-1);
BEGIN;
CALL asl.run_pending();
ROLLBACK;
