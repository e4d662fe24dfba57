-- State machines: creating, updating, describing and deleting them, and what is refused.
\pset format unaligned
\pset tuples_only on
\i sql/include/refusal.sql

-- made, made again, and what makes it another request
SELECT asl.create_state_machine('first', '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}');
SELECT asl.create_state_machine('first', '{"States": {"A": {"End": true, "Type": "Pass"}}, "StartAt": "A"}', 'STANDARD', '{}');
SELECT s, pg_temp.refusal(format('SELECT asl.create_state_machine(%s)', s)) FROM unnest(ARRAY[
  $$'first', '{"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}'$$,
  $$'first', '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}', 'EXPRESS'$$,
  $$'first', '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}', 'STANDARD', '{"notify": "n"}'$$]) s;

-- names: 1 to 80 characters, not blank, none of <>{}[]?*"#%\^|~`$&,;:/ and no control characters
SELECT n, pg_temp.refusal(format('SELECT asl.create_state_machine(%L, %L)', n, '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'))
FROM unnest(ARRAY['', ' ', 'a b', E'a\tb', E'a\u00A0b', E'a\u2003b', E'a\u0085b', E'a\u007Fb', 'a<b', 'a{b', 'a]b', 'a?b', 'a*b', 'a"b', 'a#b', 'a%b', E'a\\b', 'a^b', 'a|b', 'a~b', 'a`b', 'a$b', 'a&b', 'a,b', 'a;b', 'a:b', 'a/b', E'a\uFFFEb',
  'arn:aws:states:us-east-1:000000000000:stateMachine:x', repeat('x', 81), repeat('é', 80), 'a.b-c_d!e@f(g)h''i+=', 'größe', '名前', '🙂']) n;

-- type, definition, options
SELECT s, pg_temp.refusal(format('SELECT asl.create_state_machine(%s)', s)) FROM unnest(ARRAY[
  $$NULL, '{}'$$, $$'n', NULL$$, $$'n', '{}', NULL$$, $$'n', '{}', options => NULL$$,
  $$'n', '{}', 'express'$$, $$'n', '{}'$$, $$'n', '[]'$$, $$'n', '"A"'$$,
  $$'n', '{"StartAt": "X", "States": {"A": {"Type": "Task", "Resource": "pg:sql", "Next": "Y"}, "B": {"Type": "Nap"}}}'$$,
  $$'n', '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:sql.waitForTaskToken", "End": true}}}', 'EXPRESS'$$]) s;
SELECT o, pg_temp.refusal(format('SELECT asl.create_state_machine(%L, %L, options => %L)', 'options-' || n, '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}', o))
FROM unnest(ARRAY['[]', '1', '{"speed": 1}', '{"durability": "all"}', '{"durability": null}', '{"max_payload": -1}', '{"max_payload": 1.5}', '{"max_payload": "1"}', '{"max_payload": 3000000000}', '{"max_history_events": true}',
  '{"retention": 5}', '{"retention": "soon"}', '{"retention": "-1 day"}', '{"retention": "178000000 years"}', '{"notify": ""}', '{"notify": 1}', '{"durability": "execution", "max_payload": 0, "max_history_events": 0, "retention": "30 days", "notify": "done"}']) WITH ORDINALITY v(o, n);

-- described, by name and by ARN
\pset tuples_only off
SELECT name, arn, type, status, definition, revision, owner, creation_date > '2020-01-01' AS dated, options FROM asl.describe_state_machine('first');
SELECT name, options FROM asl.describe_state_machine('arn:aws:states:us-east-1:000000000000:stateMachine:options-17');
-- a read-only transaction needs no lock that a standby does not grant
BEGIN READ ONLY;
SELECT name FROM asl.describe_state_machine('first');
SELECT DISTINCT mode FROM pg_locks WHERE relation = 'asl.state_machine'::regclass AND pid = pg_backend_pid();
ROLLBACK;
SELECT name, type, status, definition, revision, owner, options FROM asl.state_machines WHERE name = 'first';
\pset tuples_only on
SELECT n, pg_temp.refusal(format('SELECT asl.describe_state_machine(%L)', n)) FROM unnest(ARRAY[NULL, 'none', '', 'arn:aws:states:us-east-1:000000000000:stateMachine:none',
  'arn:aws:states:us-east-1:000000000000:activity:first', 'arn:aws:states:us-east-1:000000000000:execution:first:e', 'arn:aws:states:us-east-1:000000000000:express:first:e:u', 'arn:aws:states', 'arn:aws:states:us-east-1:000000000000:stateMachine:']) n;

-- ARNs come from the settings
BEGIN;
SET LOCAL asl.region = 'eu-central-1';
SET LOCAL asl.account_id = '123456789012';
SELECT asl.create_state_machine('elsewhere', '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}');
SELECT pg_temp.refusal('SET asl.region = ''a:b''');
ROLLBACK;

-- updated: a new revision where something changes
SELECT asl.update_state_machine('first', '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 2, "End": true}}}');
SELECT asl.update_state_machine('first', '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 2, "End": true}}}');
SELECT asl.update_state_machine('arn:aws:states:us-east-1:000000000000:stateMachine:first', options => '{"notify": "n"}');
SELECT asl.update_state_machine('first', '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 4, "End": true}}}', '{}');
SELECT definition, revision, options FROM asl.describe_state_machine('first');
SELECT s, pg_temp.refusal(format('SELECT asl.update_state_machine(%s)', s)) FROM unnest(ARRAY[
  $$'first'$$, $$NULL, '{}'$$, $$'none', options => '{}'$$, $$'first', '{}'$$, $$'first', options => '{"speed": 1}'$$, $$'first', options => '[]'$$]) s;

-- running executions keep their revision
SELECT asl.create_state_machine('revised', '{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 0, "Next": "P"}, "P": {"Type": "Pass", "Result": "old", "End": true}}}');
SELECT asl.start_execution('revised', name => 'before') > 0;
SELECT asl.update_state_machine('revised', '{"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": "new", "End": true}}}');
SELECT asl.start_execution('revised', name => 'after') > 0;
CALL asl.run_pending();
SELECT name, status, output FROM asl.executions WHERE state_machine = 'revised' ORDER BY execution;

-- deleted: what runs ends first, nothing new starts, then it is gone and its name is free
SELECT asl.create_state_machine('doomed', '{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": true}}}');
SELECT asl.start_execution('doomed', name => 'one') > 0, asl.start_execution('doomed', name => 'two') > 0;
CALL asl.run_pending();
SELECT asl.delete_state_machine('doomed');
SELECT status FROM asl.describe_state_machine('doomed');
SELECT status FROM asl.state_machines WHERE name = 'doomed';
SELECT s, pg_temp.refusal('SELECT asl.' || s) FROM unnest(ARRAY[$$start_execution('doomed')$$, $$update_state_machine('doomed', options => '{"notify": "n"}')$$,
  $$create_state_machine('doomed', '{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": true}}}')$$, $$delete_state_machine('doomed')$$]) s;
CALL asl.run_pending();
SELECT pg_temp.refusal($$SELECT asl.describe_state_machine('doomed')$$);
SELECT count(*) FROM asl.state_machines WHERE name = 'doomed';
SELECT name, state_machine, status, error, cause FROM asl.executions WHERE state_machine = 'doomed' ORDER BY execution;
SELECT h.id, h.previous_event_id, h.type, h.details FROM asl.executions, asl.get_execution_history(execution) h WHERE state_machine = 'doomed' AND name = 'one' AND h.id > 2;
SELECT asl.create_state_machine('doomed', '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}');
SELECT pg_temp.refusal($$SELECT asl.execution_id('arn:aws:states:us-east-1:000000000000:execution:doomed:one')$$);
SELECT asl.start_execution('doomed', name => 'one') = asl.execution_id('arn:aws:states:us-east-1:000000000000:execution:doomed:one');
-- an execution that ends by itself takes its machine along, too
SELECT asl.delete_state_machine('doomed');
CALL asl.run_pending();
SELECT count(*) FROM asl.state_machines WHERE name = 'doomed';
-- with nothing running at once; and what never was
SELECT asl.delete_state_machine('revised');
SELECT count(*) FROM asl.state_machines WHERE name = 'revised';
SELECT asl.delete_state_machine('none');
SELECT n, pg_temp.refusal(format('SELECT asl.delete_state_machine(%L)', n)) FROM unnest(ARRAY[NULL, 'arn:aws:states:us-east-1:000000000000:activity:first']) n;

-- validation says everything at once; NULL is nothing to be validated
SELECT * FROM asl.validate_state_machine_definition('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}');
SELECT count(*) > 1 FROM asl.validate_state_machine_definition('{"StartAt": "X", "States": {"A": {"Type": "Task", "Next": "Y"}}}');
SELECT pg_temp.refusal(format('SELECT asl.validate_state_machine_definition(%s)', s)) FROM unnest(ARRAY['NULL', $$'{}', NULL$$, $$'{}', 'PLAIN'$$]) s;
