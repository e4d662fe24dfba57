-- Whoever lends a role its session, by Credentials, SET ROLE or a superuser's call, gets nothing back but the result.
\ir lib/roles.psql
SELECT plan(25);

-- mallory's task runs as mallory: in bob's machine by Credentials, in root's, in gateway's session.
CREATE ROLE bob LOGIN IN ROLE mallory;
CREATE ROLE root LOGIN SUPERUSER;
CREATE ROLE gateway LOGIN NOINHERIT IN ROLE mallory, alice;
SELECT run_as('mallory', $$
  CREATE SCHEMA mallory;
  CREATE TABLE mallory.log (who name);
  CREATE TABLE mallory.one (n int);
  CREATE TABLE mallory.two (n int);
  GRANT ALL ON SCHEMA mallory TO PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA mallory TO PUBLIC;
  CREATE FUNCTION mallory.evil() RETURNS int LANGUAGE plpgsql AS $f$
    BEGIN INSERT INTO mallory.log SELECT current_user WHERE current_user <> 'mallory'; RETURN 1; END $f$;
  CREATE FUNCTION mallory.trap() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM mallory.evil(); RETURN NEW; END';
  CREATE FUNCTION mallory.spring() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN EXECUTE ''SET CONSTRAINTS ALL DEFERRED''; INSERT INTO mallory.two VALUES (1); RETURN NULL; END';
  CREATE CONSTRAINT TRIGGER spring AFTER INSERT ON mallory.one DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION mallory.spring();
  CREATE CONSTRAINT TRIGGER trap AFTER INSERT ON mallory.two DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION mallory.trap();
  CREATE FUNCTION mallory.task(statement text) RETURNS text LANGUAGE plpgsql AS
    $f$ BEGIN EXECUTE statement; RETURN current_user; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE; END $f$;
  SELECT asl.create_state_machine('lent', '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:function:mallory.task", "End": true}}}', 'EXPRESS');
$$) \g /dev/null
CREATE FUNCTION machine(name text, role text) RETURNS text LANGUAGE sql AS $$
  SELECT format('SELECT asl.create_state_machine(%L, %L)', name, jsonb_build_object('StartAt', 'A', 'States', jsonb_build_object('A', jsonb_build_object(
    'Type', 'Task', 'Resource', 'pg:function:mallory.task', 'Credentials', jsonb_build_object('RoleArn', role), 'End', true))))
$$;
SELECT run_as(r, machine(r || '_task', 'arn:aws:iam::000000000000:role/mallory')) FROM unnest('{bob,root}'::name[]) r \g /dev/null

-- What the statement gives as mallory's task in a machine of the role's.
CREATE FUNCTION as_task(role name, machine text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  execution text := run_as(role, format('SELECT asl.start_execution(%L, jsonb_build_object(''statement'', %L::text))', machine, statement));
BEGIN
  PERFORM run_as(role, 'CALL asl.run_pending()');
  RETURN run_as(role, format('SELECT coalesce(output #>> ''{}'', error) FROM asl.describe_execution(%s)', execution));
END $$;
CREATE FUNCTION as_lent(role name, setup text, statement text) RETURNS text LANGUAGE sql AS $$
  SELECT run_as(role, format('%s; SELECT coalesce(output #>> ''{}'', error) FROM asl.start_sync_execution(''lent'', jsonb_build_object(''statement'', %L::text))', setup, statement))
$$;

SELECT is(as_task('bob', 'bob_task', 'SELECT 1'), 'mallory', 'Credentials: the task runs as that role');
SELECT isnt(as_task(r, r || '_task', statement), 'mallory', format('in a machine of %s: %s', r, statement)) FROM unnest('{bob,root}'::name[]) r, unnest(ARRAY[
  'DECLARE c CURSOR WITH HOLD FOR SELECT mallory.evil()', 'INSERT INTO mallory.one VALUES (1)', 'CREATE TEMP TABLE audit (n int)', 'PREPARE p AS SELECT mallory.evil()',
  'RESET ROLE', 'SELECT set_config(''role'', ''root'', false)', 'SET SESSION AUTHORIZATION DEFAULT']) statement;
SELECT is((SELECT count(*) FROM mallory.log), 0::bigint, 'nothing of mallory''s has run as somebody else');

-- a synchronous execution under SET ROLE
SELECT is(as_lent('gateway', 'SET ROLE mallory', 'SELECT 1'), 'mallory', 'under SET ROLE the task runs as the owner');
SELECT is(as_lent('gateway', 'SET ROLE mallory', statement), '42501', 'and becomes nobody else: ' || statement)
  FROM unnest(ARRAY['SELECT set_config(''role'', ''alice'', true)', 'RESET ROLE', 'SET LOCAL ROLE alice', 'SET ROLE NONE']) statement;
SELECT is(as_lent('root', 'SET SESSION AUTHORIZATION mallory', 'RESET SESSION AUTHORIZATION'), '42501', 'nor under SET SESSION AUTHORIZATION');
SELECT run_as('root', 'RESET SESSION AUTHORIZATION') \g /dev/null

-- a cursor that a lent task leaves open
SELECT is(as_lent('root', 'BEGIN', 'DECLARE c CURSOR FOR SELECT mallory.evil()'), 'mallory', 'a cursor in a lent session');
SELECT is(run_as('root', 'SELECT count(*) FROM pg_cursors WHERE name = ''c'''), '0', 'ends with the task');
SELECT run_as('root', 'COMMIT') \g /dev/null

-- a role that is gone
ALTER ROLE mallory RENAME TO mallet;
SELECT is(as_task('bob', 'bob_task', 'SELECT 1'), 'States.TaskFailed', 'nobody stands in for a role that was renamed');
ALTER ROLE mallet RENAME TO mallory;

SELECT * FROM finish();
SELECT log_out(r) FROM unnest('{bob,root,gateway}'::name[]) r WHERE r = ANY (dblink_get_connections()) \g /dev/null
DROP OWNED BY bob, root, gateway CASCADE;
DROP ROLE bob, root, gateway;
\ir lib/drop_roles.psql
