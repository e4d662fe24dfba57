-- Who is told what, at commit: an activity's workers of a task, the channel of pg:notify, the one of the option notify.
\ir include/execution.sql
SET client_min_messages = warning;
CREATE EXTENSION dblink;
SELECT plan(6);

SELECT dblink_connect('ear', format('host=%s port=%s dbname=%s user=postgres', current_setting('unix_socket_directories'), current_setting('port'), current_database())) \g /dev/null
SELECT dblink_exec('ear', 'LISTEN asl_activity; LISTEN signing; LISTEN shop; LISTEN ended') \g /dev/null
-- What was heard since the last time, without who said it.
CREATE FUNCTION heard() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format('%s: %s', notify_name, extra), ', ' ORDER BY notify_name, extra)
    FROM (SELECT dblink_exec('ear', 'SET application_name = ear')) round_trip, dblink_get_notify('ear')
$$;

SELECT asl.create_activity('review'), asl.create_activity('sign', 'signing') \g /dev/null
SELECT start(one_state('{"Type": "Task", "Resource": "pg:activity:review", "TimeoutSeconds": 60}')) AS e \gset
SELECT is(heard(), NULL, 'a start tells nobody');
CALL asl.run_pending();
SELECT is(heard(), 'asl_activity: review', 'an activity''s task: its channel, its name');
SELECT start(one_state('{"Type": "Task", "Resource": "pg:activity:sign", "TimeoutSeconds": 60}')) AS e \gset
CALL asl.run_pending();
SELECT is(heard(), 'signing: sign', 'a channel of its own');

SELECT start(format('{"StartAt": "A", "States": {"A": %s, "B": %s, "C": %s}}',
    '{"Type": "Task", "Resource": "pg:notify", "Parameters": {"Channel": "shop", "Payload": {"order": 7}}, "Next": "B"}',
    '{"Type": "Task", "Resource": "pg:notify", "Parameters": {"Channel": "shop", "Payload": "a text"}, "Next": "C"}',
    '{"Type": "Task", "Resource": "pg:notify", "Parameters": {"Channel": "shop"}, "End": true}')::jsonb) AS e \gset
CALL asl.run_pending();
SELECT is(heard(), 'shop: , shop: a text, shop: {"order":7}', 'pg:notify: JSON, a string''s text, nothing');
SELECT is(outcome(:e), 'SUCCEEDED {"Channel": "shop"}', 'its result');

SELECT start(one_state('{"Type": "Pass"}'), '{}', '{"notify": "ended"}') AS e \gset
CALL asl.run_pending();
SELECT is(heard(), 'ended: ' || :e, 'an execution''s end: its id');

SELECT dblink_disconnect('ear') \g /dev/null
SELECT * FROM finish();
