-- A search_path with operators and functions of the attacker's own: they never run with anybody else's rights.
\ir lib/roles.psql
SELECT plan(8);

-- Operators and functions that note who runs them, and catalogs that lie.
SELECT run_as('mallory', $$
  CREATE SCHEMA evil;
  GRANT USAGE ON SCHEMA evil TO PUBLIC;
  CREATE TABLE evil.trapped (who name);
  GRANT INSERT ON evil.trapped TO PUBLIC;
  CREATE FUNCTION evil.trap(anycompatible, anycompatible) RETURNS boolean LANGUAGE plpgsql AS
    'BEGIN INSERT INTO evil.trapped VALUES (current_user); RETURN true; END';
  CREATE TABLE evil.pg_class (relname name);
  CREATE TABLE evil.execution (execution bigint, status text);
$$) \g /dev/null
SELECT run_as('mallory', format($$
  CREATE FUNCTION evil.compare(%1$s, %1$s) RETURNS boolean LANGUAGE plpgsql AS
    'BEGIN INSERT INTO evil.trapped VALUES (current_user); RETURN true; END';
  CREATE OPERATOR evil.=  (FUNCTION = evil.compare, LEFTARG = %1$s, RIGHTARG = %1$s);
  CREATE OPERATOR evil.<> (FUNCTION = evil.compare, LEFTARG = %1$s, RIGHTARG = %1$s);
  CREATE OPERATOR evil.<= (FUNCTION = evil.compare, LEFTARG = %1$s, RIGHTARG = %1$s);
  CREATE OPERATOR evil.>  (FUNCTION = evil.compare, LEFTARG = %1$s, RIGHTARG = %1$s);
$$, type)) FROM unnest('{bigint,integer,text,oid,timestamptz,"\"char\"",boolean}'::text[]) type \g /dev/null
SELECT run_as('mallory', $$
  CREATE FUNCTION evil.coalesce(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN INSERT INTO evil.trapped VALUES (current_user); RETURN $1; END';
  CREATE FUNCTION evil.replace(text, text, text) RETURNS text LANGUAGE plpgsql AS 'BEGIN INSERT INTO evil.trapped VALUES (current_user); RETURN $1; END';
  CREATE FUNCTION evil.nextval(regclass) RETURNS bigint LANGUAGE plpgsql AS 'BEGIN INSERT INTO evil.trapped VALUES (current_user); RETURN 1; END';
$$) \g /dev/null

-- Everything that the store does, with the trap in front of pg_catalog.
SELECT run_as('mallory', 'SET search_path = evil, pg_catalog') \g /dev/null
SELECT run_as('mallory', $$
  SELECT asl.create_activity('watched');
  SELECT asl.map_resource('arn:aws:states:::sns:*', 'pg:notify');
  SELECT asl.create_state_machine('trap', '{"StartAt": "N", "TimeoutSeconds": 99, "States": {
    "N": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": {"Channel": "c"}, "Next": "F"},
    "F": {"Type": "Parallel", "Next": "A", "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}},
          {"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "VALUES (1)"}, "End": true}}}]},
    "A": {"Type": "Task", "Resource": "pg:activity:watched", "TimeoutSeconds": 60, "End": true}}}')
$$) \g /dev/null
SELECT run_as('mallory', $$SELECT asl.start_execution('trap', name => n)::text FROM unnest('{a,b}'::text[]) n$$) \g /dev/null
SELECT is(run_as('mallory', 'CALL asl.run_pending()'), 'CALL', 'executions are stepped');
SELECT is(run_as('mallory', $$SELECT asl.start_execution('trap', name => 'a')$$),
          (SELECT execution::text FROM asl.execution WHERE name = 'a'), 'starting again');
SELECT is(run_as('mallory', $$SELECT count(*) OVER () FROM asl.get_activity_task('watched'),
                                     LATERAL (SELECT asl.send_task_heartbeat(task_token)) h, LATERAL (SELECT asl.send_task_success(task_token, '1')) s$$),
          '1', 'a task is taken and answered');
SELECT is(run_as('mallory', 'CALL asl.run_pending()'), 'CALL', 'the answer is taken');
SELECT is(run_as('mallory', $$SELECT asl.stop_execution(asl.execution_id(asl.execution_arn(execution))) IS NOT NULL FROM asl.executions WHERE stop_date IS NULL$$),
          't', 'the other execution is stopped');
SELECT run_as('mallory', statement) FROM unnest(ARRAY[
  $$SELECT asl.update_state_machine('trap', options => '{"notify": "n"}')$$,
  $$SELECT status FROM asl.describe_state_machine('trap')$$,
  $$SELECT count(task_token) FROM asl.pending_tasks$$,
  $$SELECT asl.delete_activity('watched')$$,
  $$SELECT asl.delete_state_machine('trap')$$]) statement \g /dev/null
SELECT results_eq('SELECT name COLLATE "default", status FROM asl.execution ORDER BY name', $$VALUES ('a', 'SUCCEEDED'), ('b', 'ABORTED')$$, 'all of it has worked');
SELECT ok(pg_has_role('mallory', proowner, 'USAGE') AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'),
          'the trap is mallory''s') FROM pg_proc WHERE proname = 'trap';
SELECT is_empty($$SELECT DISTINCT who FROM evil.trapped WHERE who <> 'mallory'$$, 'nobody else was trapped');

SELECT * FROM finish();
\ir lib/drop_roles.psql
