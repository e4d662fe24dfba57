-- The polling loop of examples/: asks until the job has ended.
\set ECHO none
\i examples/polling.sql
\set ECHO all
SELECT asl.start_execution('report', '{"title": "sales"}', 'report') AS execution \gset
CALL asl.run_pending();
-- it waits: the job is asked for after a second, and again until it is done
SELECT status FROM asl.executions WHERE state_machine = 'report';
SELECT pg_sleep(1.1);
CALL asl.run_pending();
SELECT status FROM asl.executions WHERE state_machine = 'report';
UPDATE reports.job SET state = 'done', pages = 42;
SELECT pg_sleep(1.1);
CALL asl.run_pending();
SELECT status, output FROM asl.executions WHERE state_machine = 'report';
SELECT count(*) AS times_asked FROM asl.get_execution_history(:execution) WHERE type = 'TaskStateEntered' AND details->>'name' = 'AskForJob';
