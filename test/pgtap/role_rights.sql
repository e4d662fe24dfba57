-- Who may see and do what: the owner, a member of the owner's role, somebody else.
\ir lib/roles.psql
SELECT plan(45);

CREATE ROLE bob LOGIN IN ROLE alice;
SELECT run_as('alice', $$SELECT concat(asl.create_activity('mine'), asl.create_state_machine('mine', '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:activity:mine", "TimeoutSeconds": 60, "End": true}}}'),
    asl.create_state_machine('fast', '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}', 'EXPRESS'))$$) \g /dev/null
SELECT run_as('alice', $$SELECT asl.start_execution('mine', '{"secret": 1}', 'one')$$) AS e \gset
SELECT run_as('alice', 'CALL asl.run_pending()') \g /dev/null

-- What a statement gives for a role, or its SQLSTATE.
CREATE FUNCTION gives(role name, statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN run_as(role, statement);
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;

-- views
CREATE FUNCTION counts(role name) RETURNS text LANGUAGE sql AS $$
    SELECT run_as(role, 'SELECT concat_ws('' '', (SELECT count(*) FROM asl.state_machines), (SELECT count(*) FROM asl.resources), (SELECT count(*) FROM asl.activities),
        (SELECT count(*) FROM asl.executions), (SELECT count(*) FROM asl.pending_tasks))')
$$;
SELECT is(counts('alice'), '2 1 1 1 1', 'the owner sees what is hers');
SELECT is(counts('bob'), '2 1 1 1 1', 'so does a member of her role');
SELECT is(counts('mallory'), '0 0 0 0 0', 'others do not');
SELECT is(run_as('mallory', 'CREATE FUNCTION public.peep(t text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $f$ BEGIN RAISE EXCEPTION ''%'', t; END $f$;
    SELECT count(*) FROM asl.executions WHERE public.peep(name)'), '0', 'not by a cheap function either');

-- functions: what others get, and what a member does
-- To a stranger there is nothing: the answers are those for what does not exist.
SELECT is(gives('mallory', format(statement, :e)), gives('mallory', replace(format(statement, 0), 'mine', 'none')), 'as if it did not exist: ' || statement) FROM unnest(ARRAY[
    'SELECT asl.start_execution(''mine'')', 'SELECT status FROM asl.start_sync_execution(''fast'')', 'SELECT asl.stop_execution(%s)', 'SELECT status FROM asl.describe_execution(%s)',
    'SELECT type FROM asl.get_execution_history(%s)', 'SELECT asl.wait_for_execution(%s, ''0'')', 'SELECT asl.update_state_machine(''mine'', ''{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'')',
    'SELECT asl.delete_state_machine(''mine'')', 'SELECT status FROM asl.describe_state_machine(''mine'')', 'SELECT target FROM asl.state_machine_resources(''mine'')',
    'SELECT task_token FROM asl.get_activity_task(''mine'')', 'SELECT asl.delete_activity(''mine'')']) statement;
SELECT is(gives('mallory', 'SELECT asl.create_state_machine(''mine'', ''{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'')'), 'SLA02', 'a name is taken');
SELECT is(gives('mallory', 'SELECT asl.create_activity(''mine'')'), 'SLA22', 'an activity''s, too');

-- tables, and what is ours alone
SELECT is(gives('mallory', 'SELECT count(*) FROM asl.' || c.relname), '42501', 'not to be read: ' || c.relname)
FROM pg_class c WHERE relnamespace = 'asl'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname;
SELECT is((SELECT count(*) FROM pg_class c, unnest('{INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) p WHERE relnamespace = 'asl'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
    AND (CASE relkind WHEN 'S' THEN has_sequence_privilege('mallory', c.oid, 'USAGE,SELECT,UPDATE') ELSE has_table_privilege('mallory', c.oid, p) END)), 0::bigint, 'nothing is to be written');
SELECT is((SELECT count(*) FROM pg_proc WHERE pronamespace = 'asl'::regnamespace AND prosecdef), 0::bigint, 'no function lends its owner''s rights by declaration');

-- a mapping holds for who made it; the extension owner's for everybody
SELECT run_as('mallory', 'SELECT asl.map_resource(''arn:aws:states:::sqs:sendMessage'', ''pg:notify'')') \g /dev/null
SELECT run_as('alice', $$SELECT asl.create_state_machine('queue', '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true}}}')$$) \g /dev/null
SELECT is(run_as('alice', 'SELECT target FROM asl.state_machine_resources(''queue'')'), NULL, 'another''s mapping is nothing to her');
SELECT asl.map_resource('arn:aws:states:::sqs:*', 'pg:sql') \g /dev/null
SELECT is(run_as('alice', 'SELECT target FROM asl.state_machine_resources(''queue'')'), 'pg:sql', 'the extension owner''s is');
SELECT run_as('alice', 'SELECT asl.map_resource(''arn:aws:states:::*'', ''pg:notify'')') \g /dev/null
SELECT is(run_as('alice', 'SELECT target FROM asl.state_machine_resources(''queue'')'), 'pg:notify', 'her own comes first');

-- a member may do what the owner may
SELECT is(gives('bob', format(statement, :e)), result, 'a member: ' || statement) FROM (VALUES
    (1, 'SELECT status FROM asl.describe_execution(%s)', 'RUNNING'), (2, 'SELECT status FROM asl.start_sync_execution(''fast'')', 'SUCCEEDED'),
    (3, 'SELECT input FROM asl.get_activity_task(''mine'')', '{"secret": 1}'), (4, 'SELECT asl.stop_execution(%s) IS NOT NULL', 't'),
    (5, 'SELECT asl.delete_state_machine(''mine'')', '')) s(n, statement, result) ORDER BY n;
-- a token is all that an answer needs
SELECT run_as('alice', $$SELECT asl.create_state_machine('mine', '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:activity:mine", "TimeoutSeconds": 60, "End": true}}}', 'STANDARD') IS NULL$$) \g /dev/null
SELECT run_as('alice', $$SELECT asl.start_execution('mine', '{}', 'two')$$) AS f \gset
SELECT run_as('alice', 'CALL asl.run_pending()') \g /dev/null
SELECT run_as('alice', 'SELECT task_token FROM asl.get_activity_task(''mine'')') AS token \gset
SELECT is(gives('mallory', format('SELECT asl.send_task_heartbeat(%L)', :'token')), '', 'who has the token may answer');
SELECT * FROM finish();
SELECT log_out('bob') \g /dev/null
DROP ROLE bob;
\ir lib/drop_roles.psql
