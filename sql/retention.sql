-- Executions that have ended are kept for asl.retention, or their machine's option, and then deleted with their history.
SET client_min_messages = warning;
CREATE ROLE retention_owner LOGIN;
\c - retention_owner
SELECT count(*) FROM (SELECT asl.create_state_machine('short_lived', '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
                                                      options => '{"retention": "1 ms"}')) m;
SELECT count(*) FROM (SELECT asl.create_state_machine('long_lived', '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}')) m;
SELECT count(*) FROM (SELECT asl.create_state_machine('waiting', '{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1000, "End": true}}}',
                                                      options => '{"retention": "1 ms"}')) m;
SELECT count(asl.start_execution(m)) FROM unnest(ARRAY['short_lived', 'long_lived', 'waiting']) m, generate_series(1, 3);
CALL asl.run_pending();
SELECT bool_and(asl.wait_for_execution(execution) = 'SUCCEEDED') FROM asl.executions WHERE state_machine <> 'waiting';
SELECT pg_sleep(0.01);
CALL asl.run_pending();
SELECT state_machine, status, count(*) FROM asl.executions GROUP BY 1, 2 ORDER BY 1;
\c - postgres
SELECT count(*) FROM asl.history h WHERE NOT EXISTS (SELECT FROM asl.execution e WHERE e.execution = h.execution);
DROP OWNED BY retention_owner;
DROP ROLE retention_owner;
