-- A task has its owner's rights and no way to others': not by roles, planted objects or settings, not in a worker's
-- session nor in one that is lent to a synchronous run.
\ir lib/roles.psql
SELECT plan(21);

GRANT alice TO mallory;         -- mallory may start what alice owns, and is no superuser
CREATE TABLE public.secret (content text);
INSERT INTO public.secret VALUES ('root''s');
SELECT run_as('alice', $$
  CREATE SCHEMA alice;
  CREATE TABLE alice.log (who name, session name);
  CREATE FUNCTION alice.attack(statement text) RETURNS text LANGUAGE plpgsql AS $f$
    BEGIN
      EXECUTE statement;
      RETURN format('%s/%s', current_user, session_user);
    EXCEPTION WHEN OTHERS THEN
      RETURN SQLSTATE;
    END $f$;
$$) \g /dev/null
SELECT run_as('alice', format($$SELECT asl.create_state_machine('attack%1$s', '{"StartAt": "A", "States": {"A": {"Type": "Task",
  "Resource": "pg:function:alice.attack", "End": true}}}', '%1$s')$$, type)) FROM unnest(ARRAY['STANDARD', 'EXPRESS']) type \g /dev/null

-- What a statement gives as a task of alice's, stepped in her session, and in one that a member's synchronous run lends.
CREATE FUNCTION as_task(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  execution text := run_as('alice', format('SELECT asl.start_execution(''attackSTANDARD'', jsonb_build_object(''statement'', %L::text))', statement));
BEGIN
  PERFORM run_as('alice', 'CALL asl.run_pending()');
  RETURN run_as('alice', format('SELECT coalesce(output #>> ''{}'', error) FROM asl.describe_execution(%s)', execution));
END $$;
CREATE FUNCTION as_lent(statement text) RETURNS text LANGUAGE sql AS $$
  SELECT run_as('mallory', format('SELECT coalesce(output #>> ''{}'', error) FROM asl.start_sync_execution(''attackEXPRESS'', jsonb_build_object(''statement'', %L::text))', statement))
$$;

SELECT is(as_task('SELECT 1'), 'alice/alice', 'a task runs as the owner, who has logged in');
SELECT is(as_lent('SELECT 1'), 'alice/mallory', 'a synchronous run borrows the session of a member');
SELECT is(as_task('SET ROLE postgres'), '42501', 'SET ROLE to a superuser');
SELECT is(as_lent('SET ROLE mallory'), '42501', 'SET ROLE in a session that is lent');
SELECT is(as_task('SET SESSION AUTHORIZATION postgres'), '42501', 'SET SESSION AUTHORIZATION');
SELECT is(as_lent('SET SESSION AUTHORIZATION DEFAULT'), '42501', 'SET SESSION AUTHORIZATION in a session that is lent');
SELECT is(as_task('RESET ROLE'), 'alice/alice', 'RESET ROLE leads to the owner');
SELECT is(as_lent('RESET ROLE'), '42501', 'RESET ROLE in a session that is lent');
SELECT is(as_task('RESET SESSION AUTHORIZATION'), 'alice/alice', 'RESET SESSION AUTHORIZATION leads to the owner');
SELECT is(as_lent('RESET SESSION AUTHORIZATION'), '42501', 'RESET SESSION AUTHORIZATION in a session that is lent');
SELECT is(as_task('SELECT content FROM public.secret'), '42501', 'others'' tables');
SELECT is(as_task('UPDATE asl.execution SET status = ''SUCCEEDED'''), '42501', 'the engine''s tables');
SELECT is(as_task('SET row_security = off; SELECT * FROM asl.branch'), '42501', 'the engine''s tables without row security');

-- A deferred trigger fires within its task, as the owner; its failure is the task's.
SELECT run_as('alice', $$
  CREATE FUNCTION alice.deferred() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN IF NEW.who = ''fail'' THEN RAISE ''deferred''; END IF; UPDATE alice.log SET session = session_user WHERE who = NEW.who; RETURN NULL; END';
  CREATE CONSTRAINT TRIGGER deferred AFTER INSERT ON alice.log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION alice.deferred();
$$) \g /dev/null
SELECT is(as_task('INSERT INTO alice.log (who) VALUES (current_user)'), 'alice/alice', 'a task with a deferred trigger');
SELECT is(run_as('alice', $$SELECT session FROM alice.log WHERE who = 'alice'$$), 'alice', 'it fired in the owner''s session');
SELECT is(as_task('INSERT INTO alice.log (who) VALUES (''fail'')'), 'raise_exception', 'its failure fails the task');
SELECT is(run_as('alice', $$SELECT count(*) FROM alice.log WHERE who = 'fail'$$), '0', 'whose effects are undone');

-- What a caller has put in front of the owner's tables.
SELECT run_as('mallory', $$
  CREATE TABLE public.log (who name);
  CREATE TEMPORARY TABLE log (who name);
  CREATE FUNCTION public.attack(statement text) RETURNS text LANGUAGE sql AS 'SELECT ''planted''';
  SET search_path = public, alice;
$$) \g /dev/null
SELECT is(as_lent('SET LOCAL search_path = alice; INSERT INTO alice.log (who) VALUES (''lent'')'), 'alice/mallory', 'a task of a lent session');
SELECT is(as_lent('INSERT INTO log (who) VALUES (''lent too'')'), 'alice/mallory', 'a name without a schema');
SELECT is(run_as('alice', $$SELECT count(*) FROM alice.log WHERE who LIKE 'lent%'$$), '2',
          'it is looked up by the owner''s search_path, temporary objects last');

-- asl.run_pending() does not lend a session at all.
SELECT throws_ok('SET ROLE alice; CALL asl.run_pending()', NULL, NULL, 'asl.run_pending() under SET ROLE');

SELECT * FROM finish();
\ir lib/drop_roles.psql
