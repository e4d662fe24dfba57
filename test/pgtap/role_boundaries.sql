-- Boundaries that others once crossed: rights on all tables, limits that only the administrator lifts, roles that
-- Credentials name.
\ir lib/roles.psql
SELECT plan(12);

CREATE ROLE reader LOGIN IN ROLE pg_read_all_data;
CREATE ROLE writer LOGIN IN ROLE pg_write_all_data, pg_read_all_data;
CREATE ROLE bob LOGIN;
GRANT CREATE ON DATABASE :DBNAME TO bob;
CREATE FUNCTION gives(role name, statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN run_as(role, statement);
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
SELECT run_as('alice', $$SELECT concat(asl.create_activity('approve'),
  asl.create_state_machine('order', '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:activity:approve", "End": true}}}'),
  asl.create_state_machine('endless', '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Choice",
    "Choices": [{"Variable": "$.never", "IsPresent": true, "Next": "C"}], "Default": "A"}, "C": {"Type": "Succeed"}}}',
    'STANDARD', '{"max_history_events": 0, "max_payload": 0}'),
  asl.start_execution('order', '{}'))$$) \g /dev/null
SELECT run_as('alice', 'CALL asl.run_pending()') \g /dev/null

-- pg_read_all_data and pg_write_all_data
SELECT is(count(*), 1::bigint, 'a task waits') FROM asl.task;
SELECT is(gives('reader', 'SELECT count(*) FROM asl.task'), '0', 'whoever reads all data sees no token');
SELECT is(gives('reader', 'SELECT count(*) FROM asl.revision'), '0', 'and no definition');
SELECT is(gives('writer', $$INSERT INTO asl.state_machine (state_machine, name, type, owner, revision)
  VALUES (9001, 'planted', 'STANDARD', 'postgres', 9001)$$), '42501', 'whoever writes all data plants no state machine of a superuser');
SELECT is(gives('writer', $$UPDATE asl.execution SET owner = 'postgres' RETURNING 1$$), NULL, 'nor hands one over');
SELECT is(count(*), 0::bigint, 'every execution is whose it was') FROM asl.execution WHERE owner <> 'alice'::regrole;
SELECT is(count(*), 0::bigint, 'all of the tables have row security') FROM pg_class
 WHERE relnamespace = 'asl'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity;

-- options only lower what the administrator set
ALTER ROLE alice SET asl.max_history_events = 100;
SELECT log_out('alice') \g /dev/null
SELECT run_as('alice', $$SELECT asl.start_execution('endless')$$) AS e \gset
SELECT run_as('alice', 'CALL asl.run_pending()') \g /dev/null
SELECT is(run_as('alice', format('SELECT status FROM asl.describe_execution(%s)', :e)), 'FAILED', 'an endless loop ends at the administrator''s limit');
SELECT is(run_as('alice', format('SELECT count(*) <= 101 FROM asl.get_execution_history(%s)', :e)), 't', 'whatever the option says');

-- what a role of Credentials leaves behind would run as the machine's owner
SELECT run_as('bob', $$
  CREATE SCHEMA bob;
  GRANT USAGE ON SCHEMA bob TO PUBLIC;
  CREATE FUNCTION bob.takes_over() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'ALTER ROLE bob SUPERUSER'; RETURN 1; END $f$;
  CREATE FUNCTION bob.task(statement text) RETURNS text LANGUAGE plpgsql AS $f$
    BEGIN EXECUTE statement; RETURN current_user; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE; END $f$;
$$) \g /dev/null
CREATE FUNCTION as_bob(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  execution text;
BEGIN
  PERFORM run_as('postgres', $m$SELECT asl.create_state_machine('careful', '{"StartAt": "A", "States": {"A": {"Type": "Task",
    "Resource": "pg:function:bob.task", "Credentials": {"RoleArn": "arn:aws:iam::000000000000:role/bob"}, "End": true}}}')$m$);
  execution := run_as('postgres', format('SELECT asl.start_execution(''careful'', jsonb_build_object(''statement'', %L::text))', statement));
  PERFORM run_as('postgres', 'CALL asl.run_pending()');
  RETURN run_as('postgres', format('SELECT coalesce(output #>> ''{}'', error) FROM asl.describe_execution(%s)', execution));
END $$;
SELECT is(as_bob('DECLARE c CURSOR WITH HOLD FOR SELECT bob.takes_over()'), '42501', 'no cursor is held');
SELECT is(as_bob('CREATE TEMP TABLE trap (a int)'), '42501', 'no temporary object is made');
SELECT is(rolsuper, false, 'nobody has become superuser') FROM pg_roles WHERE rolname = 'bob';
SELECT run_as('postgres', $$SELECT asl.delete_state_machine('careful')$$) \g /dev/null
ALTER ROLE alice RESET asl.max_history_events;
SELECT log_out(r) FROM unnest('{reader,writer,bob}'::name[]) r \g /dev/null
DROP OWNED BY bob CASCADE;
DROP ROLE reader, writer, bob;
\ir lib/drop_roles.psql
