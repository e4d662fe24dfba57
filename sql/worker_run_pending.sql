-- asl.run_pending(): where it may be called, and what it does there.
CREATE TABLE done (n int);
SELECT asl.create_state_machine('pair', '{"StartAt": "A", "States": {
  "A": {"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "INSERT INTO done VALUES (1)"}, "Next": "B"},
  "B": {"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "INSERT INTO done VALUES (2)"}, "End": true}}}');
SELECT asl.start_execution('pair', name => 'first') > 0 AS started;

-- It ends transactions.
BEGIN;
CALL asl.run_pending();
ROLLBACK;
CREATE FUNCTION in_function() RETURNS void LANGUAGE plpgsql AS $$BEGIN CALL asl.run_pending(); END$$;
SELECT in_function();
DO $$BEGIN
  CALL asl.run_pending();
EXCEPTION WHEN division_by_zero THEN
  NULL;
END$$;
CREATE PROCEDURE with_setting() LANGUAGE plpgsql SET work_mem = '1MB' AS $$BEGIN CALL asl.run_pending(); END$$;
CALL with_setting();
SELECT count(*) FROM done;

-- max_steps
CALL asl.run_pending(-1);
CALL asl.run_pending(0);
SELECT count(*) FROM done;
CALL asl.run_pending(1);
SELECT count(*) FROM done;
CALL asl.run_pending(max_steps => NULL);
SELECT * FROM done;
SELECT status FROM asl.executions WHERE name = 'first';

-- Procedures and DO blocks that may end transactions may call it.
SELECT asl.start_execution('pair', name => 'second') > 0 AS started;
DO $$BEGIN
  CALL asl.run_pending();
  RAISE NOTICE '% steps', (SELECT count(*) FROM done);
END$$;

-- Only as the role that has logged in.
CREATE ROLE regress_asl_other;
SET ROLE regress_asl_other;
CALL asl.run_pending();
RESET ROLE;
SET SESSION AUTHORIZATION regress_asl_other;
CALL asl.run_pending();
RESET SESSION AUTHORIZATION;
DROP ROLE regress_asl_other;

-- An execution that fails, here with the transaction's last moment, does not stop the others.
CREATE TABLE checked (n int CHECK (n > 0));
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'too late'; END$$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON checked DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();
SELECT asl.create_state_machine('late', '{"StartAt": "A", "States": {
  "A": {"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "INSERT INTO checked VALUES (1)"}, "End": true}}}');
SELECT asl.start_execution('late', name => 'late') > 0 AS started;
SELECT asl.start_execution('pair', name => 'third') > 0 AS started;
CALL asl.run_pending();
SELECT name, status, error FROM asl.executions ORDER BY name;

-- The session stays the caller's.
CREATE TEMP TABLE mine (n int);
SET work_mem = '3MB';
SELECT asl.create_state_machine('session', '{"StartAt": "A", "States": {
  "A": {"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "INSERT INTO mine SELECT 1 WHERE current_setting(''work_mem'') = ''3MB''"}, "End": true}}}');
SELECT asl.start_execution('session') > 0 AS started;
CALL asl.run_pending();
SELECT * FROM mine;
SHOW work_mem;
