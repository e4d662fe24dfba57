-- What one tenant's names, grants to predefined roles and tasks are to another.
\ir lib/roles.psql
SELECT plan(29);

CREATE ROLE root LOGIN SUPERUSER;
CREATE FUNCTION gives(role name, statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN run_as(role, statement);
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CREATE FUNCTION steps(role name, machine text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  execution text := run_as(role, format('SELECT asl.start_execution(%L, ''{"card": "4111"}'')', machine));
BEGIN
  PERFORM run_as(role, 'CALL asl.run_pending()');
  RETURN run_as(role, format('SELECT concat_ws('' '', status, error) FROM asl.describe_execution(%s)', execution));
END $$;
CREATE FUNCTION activity_machine(name text, activity text) RETURNS text LANGUAGE sql AS $$
  SELECT format('SELECT asl.create_state_machine(%L, %L)', name, format('{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:activity:%s", "TimeoutSeconds": 99, "End": true}}}', activity))
$$;

-- an activity is used by machines whose owner has to do with its owner
SELECT run_as('mallory', 'SELECT asl.create_activity(''approve'')') \g /dev/null
SELECT run_as('alice', activity_machine('pay', 'approve')), run_as('root', activity_machine('root_pay', 'approve')) \g /dev/null
SELECT is(run_as('alice', 'SELECT warning FROM asl.resources'), 'The activity approve does not exist.', 'to alice mallory''s activity does not exist');
SELECT is(steps('alice', 'pay'), 'FAILED States.Runtime', 'nor to her task');
SELECT is(steps('root', 'root_pay'), 'FAILED States.Runtime', 'nor to a superuser''s');
SELECT run_as('mallory', 'SELECT asl.grant(''activity'', ''approve'', ''public'', ''{START}'')') \g /dev/null
SELECT matches(run_as('alice', 'SELECT warning FROM asl.resources'), 'belongs to role "mallory"', 'mallory''s agreement alone');
SELECT is(steps('alice', 'pay'), 'FAILED States.Runtime', 'does not get her a task');
SELECT is(steps('root', 'root_pay'), 'FAILED States.Runtime', 'nor a superuser''s');
SELECT is(run_as('mallory', 'SELECT count(*) FROM asl.get_activity_task(''approve'')'), '0', 'she has none');
SELECT run_as('alice', 'SELECT asl.grant(''state_machine'', ''pay'', ''mallory'', ''{ANSWER}'')') \g /dev/null
SELECT is(run_as('alice', 'SELECT warning FROM asl.resources'), NULL, 'both agree');
SELECT is(steps('alice', 'pay'), 'RUNNING', 'and the task waits');
SELECT is(run_as('mallory', 'SELECT input FROM asl.get_activity_task(''approve'')'), '{"card": "4111"}', 'for mallory');
SELECT run_as('mallory', 'SELECT asl.revoke(''activity'', ''approve'', ''public'', ''{START}'')') \g /dev/null
SELECT is(steps('alice', 'pay'), 'FAILED States.Runtime', 'until one does not');
SELECT run_as('alice', 'SELECT asl.create_activity(''hers'')'), run_as('mallory', activity_machine('flood', 'hers')),
  run_as('mallory', 'SELECT asl.grant(''state_machine'', ''flood'', ''alice'', ''{ANSWER}'')') \g /dev/null
SELECT is(steps('mallory', 'flood'), 'FAILED States.Runtime', 'nor does mallory fill alice''s queue');

-- a superuser's nested start does not lead to whoever took the name
SELECT run_as('root', $$SELECT asl.create_state_machine('root_nested', '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:states:startExecution",
  "Parameters": {"StateMachineArn": "nightly", "Input": {"secret": "S"}}, "End": true}}}')$$),
  run_as('mallory', $$SELECT asl.create_state_machine('nightly', '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}')$$),
  run_as('mallory', $$SELECT asl.grant('state_machine', 'nightly', 'public', '{START}')$$) \g /dev/null
SELECT is(steps('root', 'root_nested'), 'FAILED StepFunctions.AccessDeniedException', 'a nested start of a superuser''s');
SELECT is(run_as('mallory', 'SELECT count(*) FROM asl.executions WHERE state_machine = ''nightly'''), '0', 'has told mallory nothing');

-- pg_read_all_data and pg_write_all_data
SELECT is((SELECT string_agg(relname, ' ') FROM pg_class c WHERE relnamespace = 'asl'::regnamespace AND relkind IN ('r', 'p')
    AND (NOT relrowsecurity OR EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid))), NULL, 'every table has row security and no policy');
GRANT pg_read_all_data, pg_write_all_data TO mallory;
SELECT is(gives('mallory', 'SELECT count(*) FROM asl.' || t), '0', 'reads nothing of ' || t) FROM unnest('{execution,task,history,state_machine,revision}'::text[]) t;
SELECT is(gives('mallory', 'SELECT count(*) FROM asl.granted'), '2', 'of grants her own only');
SELECT is(gives('mallory', statement), '42501', 'writes nothing: ' || statement) FROM unnest(ARRAY[
  $$INSERT INTO asl.state_machine (name, type, owner, revision) VALUES ('pwn', 'STANDARD', 'root', 1)$$,
  $$INSERT INTO asl.branch (execution, branch, owner, revision, due_at, phase, state, previous_event) VALUES (1, 0, 'root', 1, now(), 'e', 'A', 0)$$,
  $$INSERT INTO asl.grant_entry VALUES ('state_machine', 1, 'mallory', 'START')$$]) statement;
SELECT is(gives('mallory', 'UPDATE asl.execution SET owner = ''root'''), 'UPDATE 0', 'changes nothing');
SELECT is((SELECT string_agg(table_name, ' ') FROM information_schema.views WHERE table_schema = 'asl' AND (is_updatable = 'YES' OR is_insertable_into = 'YES')), NULL,
    'nor through a view');
SELECT run_as('mallory', $$SELECT access_key_id FROM asl.create_access_key('mallory')$$) \g /dev/null
SELECT is(gives('mallory', 'UPDATE asl.access_keys SET role = ''root'''), '55000', 'makes no access key of hers another role''s');
REVOKE pg_read_all_data, pg_write_all_data FROM mallory;

-- names that look like others
SELECT is(gives('mallory', format('SELECT asl.create_activity(%L)', 'appro' || chr(c) || 've')), 'SLA06', 'a name with U+' || to_hex(c)) FROM unnest(ARRAY[8203, 8238]) c;

SELECT * FROM finish();
SELECT log_out('root') \g /dev/null
DROP OWNED BY root CASCADE;
DROP ROLE root;
\ir lib/drop_roles.psql
