-- The saga of examples/: whatever was booked is cancelled when a later step fails.
\set ECHO none
\i examples/saga.sql
\set ECHO all
SELECT count(asl.start_execution('journey', jsonb_build_object('journey', journey, 'amount', amount), name))
FROM (VALUES ('fine', 'to Rome', 700), ('no-flight', 'to the moon', 800), ('no-money', 'to Sydney', 3000)) v(name, journey, amount);
CALL asl.run_pending();
SELECT name, status, error FROM asl.executions WHERE state_machine = 'journey' ORDER BY execution;
SELECT * FROM travel.booking ORDER BY journey, kind;
SELECT * FROM travel.payment ORDER BY journey;
-- the way that each of them took
SELECT name, string_agg(details->>'name', ' ' ORDER BY id) AS states
FROM asl.executions, asl.get_execution_history(execution) WHERE state_machine = 'journey' AND type LIKE '%StateEntered' GROUP BY execution, name ORDER BY execution;
