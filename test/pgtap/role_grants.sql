-- asl.grant: what roles may do with state machines and activities of a role whose members they are not.
\ir lib/roles.psql
SELECT plan(49);

CREATE ROLE carol LOGIN IN ROLE mallory;    -- a member of the grantee
CREATE ROLE stranger LOGIN;
SELECT run_as('alice', $$SELECT concat(asl.create_activity('approve'),
  asl.create_state_machine('order', '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:activity:approve", "TimeoutSeconds": 600, "End": true}}}'),
  asl.create_state_machine('callback', '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:sql.waitForTaskToken", "TimeoutSeconds": 600, "Parameters": {"Statement": "SELECT 1"}, "End": true}}}'),
  asl.create_state_machine('quick', '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "SELECT current_user::text AS who"}, "End": true}}}', 'EXPRESS'))$$) \g /dev/null
SELECT run_as('alice', $$SELECT asl.start_execution('order', '{"n": 1}', 'one')$$) AS e \gset
SELECT run_as('alice', $$SELECT asl.start_execution('callback', '{}', 'one')$$) AS c \gset
SELECT run_as('alice', 'CALL asl.run_pending()') \g /dev/null

-- What a statement gives for a role, or its SQLSTATE.
CREATE FUNCTION gives(role name, statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN run_as(role, statement);
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CREATE FUNCTION may(kind text, name text, role text, privileges text) RETURNS text LANGUAGE sql AS $$
    SELECT run_as('alice', format('SELECT asl.grant(%L, %L, %L, %L)', kind, name, role, privileges))
$$;
CREATE FUNCTION may_not(kind text, name text, role text, privileges text) RETURNS text LANGUAGE sql AS $$
    SELECT run_as('alice', format('SELECT asl.revoke(%L, %L, %L, %L)', kind, name, role, privileges))
$$;

-- each privilege alone: what it gives, and that the rest is denied
CREATE TABLE attempt (n int, privilege text, statement text, result text);
INSERT INTO attempt VALUES
    (1, 'START', $$SELECT asl.start_execution('order') > 0$$, 't'),
    (2, 'DESCRIBE', $$SELECT name FROM asl.describe_state_machine('order')$$, 'order'),
    (3, 'DESCRIBE', $$SELECT target FROM asl.state_machine_resources('order')$$, 'pg:activity:approve'),
    (4, 'DESCRIBE', format($$SELECT status FROM asl.describe_execution(%s)$$, :e), 'RUNNING'),
    (5, 'DESCRIBE', format($$SELECT type FROM asl.get_execution_history(%s) LIMIT 1$$, :e), 'ExecutionStarted'),
    (6, 'DESCRIBE', format($$SELECT asl.wait_for_execution(%s, '0')$$, :e), NULL),
    (7, 'DESCRIBE', format($$SELECT asl.execution_id(asl.execution_arn(%s))$$, :e), :'e'),
    (8, 'OWN', $$SELECT asl.update_state_machine('order', '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}')$$, NULL),
    (9, 'OWN', $$SELECT asl.delete_state_machine('order')$$, NULL),
    (10, 'OWN', $$SELECT asl.grant('state_machine', 'order', 'stranger', '{START}')$$, NULL),
    (11, 'STOP', format($$SELECT asl.stop_execution(%s) IS NOT NULL$$, :e), 't');
SELECT is(gives('mallory', statement), CASE n WHEN 9 THEN '' ELSE 'SLA' || CASE WHEN statement ~ '\(\d+' THEN '11' ELSE '01' END END, 'before any grant: ' || statement)
  FROM attempt ORDER BY n;
SELECT may('state_machine', 'order', 'mallory', '{START}') \g /dev/null
SELECT is(gives('carol', statement), CASE privilege WHEN 'START' THEN result ELSE 'SLA33' END, 'START, by a member: ' || statement) FROM attempt ORDER BY n;
SELECT is(gives('stranger', statement), 'SLA01', 'not by a stranger: ' || statement) FROM attempt WHERE n = 1;
SELECT may_not('state_machine', 'order', 'mallory', '{START}') \g /dev/null
SELECT may('state_machine', 'order', 'mallory', '{describe}') \g /dev/null
SELECT is(gives('mallory', statement), CASE privilege WHEN 'DESCRIBE' THEN result ELSE 'SLA33' END, 'DESCRIBE: ' || statement) FROM attempt ORDER BY n;
SELECT is(run_as('mallory', $$SELECT concat_ws(' ', (SELECT count(*) FROM asl.state_machines), (SELECT count(*) FROM asl.resources), (SELECT count(*) FROM asl.executions),
    (SELECT count(*) FROM asl.pending_tasks), (SELECT count(task_token) FROM asl.pending_tasks), (SELECT string_agg(concat_ws(' ', kind, name, role, privileges), ',') FROM asl.grants))$$),
    '1 1 2 1 0 state_machine order mallory {DESCRIBE}', 'DESCRIBE shows it in the views, but no token');
SELECT is(run_as('stranger', 'SELECT concat((SELECT count(*) FROM asl.state_machines), (SELECT count(*) FROM asl.executions), (SELECT count(*) FROM asl.pending_tasks), (SELECT count(*) FROM asl.grants))'),
    '0000', 'not to a stranger');

-- answers
SELECT is(gives('mallory', $$SELECT input FROM asl.get_activity_task('approve')$$), 'SLA21', 'an activity before a grant');
SELECT is(gives('mallory', $$SELECT asl.delete_activity('approve')$$), '', 'deleting it is as if there were none');
SELECT may('activity', 'approve', 'mallory', '{ANSWER}') \g /dev/null
SELECT is(gives('carol', $$SELECT input FROM asl.get_activity_task('approve')$$), '{"n": 1}', 'ANSWER on an activity takes its tasks');
SELECT is(gives('carol', $$SELECT count(*) FROM asl.activities$$), '1', 'and shows it');
SELECT is(gives('mallory', $$SELECT asl.delete_activity('approve')$$), 'SLA33', 'but does not delete it');
SELECT is(gives('mallory', $$SELECT count(*) FROM asl.pending_tasks WHERE state = 'A' AND resource LIKE '%waitForTaskToken'$$), '0', 'callbacks before a grant');
SELECT may('state_machine', 'callback', 'public', '{ANSWER}') \g /dev/null
SELECT is(gives('stranger', $$SELECT asl.send_task_success(task_token, '{"answered": true}') FROM asl.pending_tasks$$), '', 'ANSWER on a machine, for everybody: its callbacks');
SELECT run_as('alice', 'CALL asl.run_pending()') \g /dev/null
SELECT is(run_as('alice', format('SELECT status FROM asl.describe_execution(%s)', :c)), 'SUCCEEDED', 'the answer arrived');

-- what is started runs as the owner, and nowhere else
SELECT may('state_machine', 'quick', 'PUBLIC', '{START}') \g /dev/null
SELECT is(gives('stranger', $$SELECT output::text LIKE '%alice%' FROM asl.start_sync_execution('quick')$$), 't', 'a synchronous execution is the owner''s');

-- bad input
SELECT is(gives('alice', $$SELECT asl.grant('state_machine', 'order', 'mallory', '{START, FLY}')$$), 'SLA31', 'no such privilege');
SELECT is(gives('alice', $$SELECT asl.grant('activity', 'approve', 'mallory', '{STOP}')$$), 'SLA31', 'none of an activity');
SELECT is(gives('alice', $$SELECT asl.grant('table', 'order', 'mallory', '{START}')$$), 'SLA31', 'no such kind');
SELECT is(gives('alice', $$SELECT asl.grant('state_machine', 'order', 'nobody', '{START}')$$), '42704', 'no such role');

SELECT * FROM finish();
SELECT log_out(r) FROM unnest('{carol,stranger}'::name[]) r \g /dev/null
DROP ROLE carol, stranger;
\ir lib/drop_roles.psql
