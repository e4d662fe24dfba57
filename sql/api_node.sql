-- Execution ids of several nodes: asl.node above the lower 43 bits.
\set VERBOSITY default
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
SELECT asl.create_activity('review') \g /dev/null
SELECT asl.create_state_machine('m', '{"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "pg:activity:review", "End": true}}}') \g /dev/null
SHOW asl.node;
SELECT asl.start_execution('m', '{}', 'zero');
SET asl.node = 1023;
SELECT asl.start_execution('m', '{}', 'far') AS far \gset
SELECT :far, :far >> 43 AS node, :far & ((2^43)::bigint - 1)::bigint AS counter, :far < 2^53 AS exact_in_javascript;
SET asl.node = 1;
SELECT asl.start_execution('m', '{}', 'near') AS near \gset
CALL asl.run_pending();
-- whatever is here works, whichever node gave out its id
SELECT name, status, asl.execution_id(arn) = execution AS known_by_arn FROM asl.executions, LATERAL asl.execution_arn(execution) AS arn ORDER BY execution;
SELECT count(*) FROM asl.pending_tasks;
SELECT asl.send_task_success(task_token, '1') FROM asl.get_activity_task('review');
SELECT asl.send_task_success(task_token, '2') FROM asl.get_activity_task('review');
SELECT asl.stop_execution(execution) IS NOT NULL FROM asl.executions WHERE status = 'RUNNING' AND name = 'near';
CALL asl.run_pending();
SELECT status, count(*) FROM asl.executions GROUP BY status ORDER BY status;
-- what is not here, and may be elsewhere
SELECT asl.describe_execution(7 * (2^43)::bigint + 5);
SELECT asl.describe_execution(5000);
SELECT asl.describe_execution((2^43)::bigint + 5000);
SELECT asl.send_task_success((7 * (2^43)::bigint + 5) || '.0.' || gen_random_uuid() || '.99', '1');
SELECT asl.send_task_heartbeat(((2^43)::bigint + 5000) || '.0.' || gen_random_uuid());
SELECT asl.execution_id('arn:aws:states:us-east-1:000000000000:execution:m:elsewhere');
SET asl.node = 1024;
RESET asl.node;
SELECT asl.start_execution('m', '{}', 'zero-again');
SELECT setval('asl.execution_id', (2^43)::bigint - 1) \g /dev/null
SELECT asl.start_execution('m', '{}', 'too-many');
