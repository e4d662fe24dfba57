-- Versions, aliases and tags, as typed functions and through asl.api.
SET client_min_messages = warning;
\set VERBOSITY default
\set machine 'arn:aws:states:us-east-1:000000000000:stateMachine:orders'
CREATE FUNCTION pg_temp.pass(result text) RETURNS text LANGUAGE sql AS $$
    SELECT format('{ "StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "%s", "End": true}} }', result)
$$;
CREATE FUNCTION pg_temp.timeless(answer jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE WHEN key LIKE '%Date' THEN to_jsonb(abs(extract(epoch FROM now()) - value::text::numeric) < 3600)
                                               WHEN key = 'revisionId' THEN to_jsonb(value::text ~ '^"[0-9a-f-]{36}"$') ELSE value END), '{}')
      FROM jsonb_each(answer)
$$;

-- A definition comes back as it was given, whatever jsonb makes of it.
SELECT pg_temp.timeless(asl.api('CreateStateMachine', jsonb_build_object('name', 'orders', 'roleArn', 'arn:aws:iam::1:role/nobody-here', 'definition', pg_temp.pass('one'))));
SELECT pg_temp.timeless(asl.api('DescribeStateMachine', jsonb_build_object('stateMachineArn', :'machine')));
SELECT pg_temp.timeless(asl.api('DescribeStateMachine', jsonb_build_object('stateMachineArn', :'machine', 'includedData', 'METADATA_ONLY'))) -> 'definition';

-- The same request again is fine, whatever its role; another one is not.
SELECT pg_temp.timeless(asl.api('CreateStateMachine', jsonb_build_object('name', 'orders', 'roleArn', 'arn:aws:iam::1:role/else', 'definition', pg_temp.pass('one'))));
SELECT asl.api('CreateStateMachine', jsonb_build_object('name', 'orders', 'roleArn', 'arn:aws:iam::1:role/nobody-here', 'definition', pg_temp.pass('one') || ' '));
SELECT asl.api('CreateStateMachine', jsonb_build_object('name', 'orders', 'roleArn', 'arn:aws:iam::1:role/nobody-here', 'definition', pg_temp.pass('one'), 'publish', true));
SELECT asl.api('CreateStateMachine', jsonb_build_object('name', 'orders', 'roleArn', 'arn:aws:iam::1:role/nobody-here', 'definition', pg_temp.pass('one'), 'type', 'EXPRESS'));
SELECT asl.api('CreateStateMachine', jsonb_build_object('name', 'orders', 'roleArn', 'arn:aws:iam::1:role/nobody-here', 'definition', pg_temp.pass('one'), 'tracingConfiguration', '{"enabled": true}'::jsonb));
SELECT asl.api('CreateStateMachine', jsonb_build_object('name', 'x', 'roleArn', 'nobody', 'definition', pg_temp.pass('one')));
SELECT asl.api('CreateStateMachine', jsonb_build_object('name', 'a b', 'roleArn', 'arn:aws:iam::1:role/r', 'definition', pg_temp.pass('one')));
SELECT asl.api('CreateStateMachine', jsonb_build_object('name', 'x', 'roleArn', 'arn:aws:iam::1:role/r', 'definition', pg_temp.pass('one'), 'versionDescription', 'd'));

-- What is no JSON is told in AWS's words.
SELECT asl.api('CreateStateMachine', jsonb_build_object('name', 'x', 'roleArn', 'arn:aws:iam::1:role/r', 'definition', text))
  FROM (VALUES ('{''a'': 1}')) AS broken(text);
SELECT asl.api('ValidateStateMachineDefinition', jsonb_build_object('definition', text)) -> 'diagnostics' -> 0 ->> 'message' AS message
  FROM (VALUES ('x'), ('{"a" 1}'), ('{"a": 1 "b": 2}'), ('[1 2]'), ('{"a": tru}'), ('{"a": 1,}'), ('[1,]'), ('{"a": "b'), ('{"a": "\x"}'),
               ('{"a": 01}'), ('{"a": 1.}'), ('{"a": -}'), ('{'), ('['), ('{} x'), ('{"a": "' || chr(10) || '"}'), ('{"a": ''b''}'),
               ('{"a": "\u12"}'), ('{"a'), ('{"a": 1e}'), ('ä'), (' ')) AS broken(text);

-- Logging and encryption are checked for form, kept and told.
\set group '{"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-east-1:1:log-group:g:*"}}'
SELECT asl.api('UpdateStateMachine', jsonb_build_object('stateMachineArn', :'machine', 'loggingConfiguration', '{"level": "ALL"}'::jsonb));
SELECT asl.api('UpdateStateMachine', jsonb_build_object('stateMachineArn', :'machine', 'loggingConfiguration',
    jsonb_build_object('destinations', jsonb_build_array(:'group'::jsonb, :'group'::jsonb))));
SELECT asl.api('UpdateStateMachine', jsonb_build_object('stateMachineArn', :'machine', 'loggingConfiguration',
    '{"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": "here"}}]}'::jsonb));
SELECT asl.api('UpdateStateMachine', jsonb_build_object('stateMachineArn', :'machine', 'encryptionConfiguration', '{"type": "CUSTOMER_MANAGED_KMS_KEY"}'::jsonb));
SELECT asl.api('UpdateStateMachine', jsonb_build_object('stateMachineArn', :'machine', 'encryptionConfiguration', '{"type": "AWS_OWNED_KEY", "kmsKeyId": "k"}'::jsonb));
SELECT asl.api('UpdateStateMachine', jsonb_build_object('stateMachineArn', :'machine'));
SELECT pg_temp.timeless(asl.api('UpdateStateMachine', jsonb_build_object('stateMachineArn', :'machine', 'tracingConfiguration', '{"enabled": true}'::jsonb,
    'encryptionConfiguration', '{"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k"}'::jsonb,
    'loggingConfiguration', jsonb_build_object('level', 'ALL', 'destinations', jsonb_build_array(:'group'::jsonb)))));
SELECT answer - ARRAY['creationDate', 'revisionId', 'definition'] AS answer
  FROM asl.api('DescribeStateMachine', jsonb_build_object('stateMachineArn', :'machine')) AS answer;

-- Versions: an unchanged revision is published once, numbers are not given out twice.
SELECT asl.publish_state_machine_version('orders', revision => 1);
SELECT asl.publish_state_machine_version('orders', 'first');
SELECT asl.publish_state_machine_version('orders', 'again');
SELECT pg_temp.timeless(asl.api('PublishStateMachineVersion', jsonb_build_object('stateMachineArn', :'machine',
    'revisionId', asl.api('DescribeStateMachine', jsonb_build_object('stateMachineArn', :'machine')) -> 'revisionId')));
SELECT asl.update_state_machine('orders', pg_temp.pass('two')::jsonb);
SELECT pg_temp.timeless(asl.api('PublishStateMachineVersion', jsonb_build_object('stateMachineArn', :'machine')));
SELECT asl.delete_state_machine_version('orders:2');
SELECT asl.delete_state_machine_version('orders:2');
SELECT asl.delete_state_machine_version('orders');
SELECT asl.publish_state_machine_version(:'machine', 'third');
SELECT pg_temp.timeless(asl.api('UpdateStateMachine', jsonb_build_object('stateMachineArn', :'machine', 'definition', pg_temp.pass('four'), 'publish', true, 'versionDescription', 'fourth')));
SELECT pg_temp.timeless(asl.api('UpdateStateMachine', jsonb_build_object('stateMachineArn', :'machine', 'definition', pg_temp.pass('four'), 'publish', true)));
SELECT state_machine, version, revision, description FROM asl.state_machine_versions ORDER BY version;
SELECT jsonb_path_query_array(asl.api('ListStateMachineVersions', jsonb_build_object('stateMachineArn', :'machine')), '$.stateMachineVersions.stateMachineVersionArn');
SELECT arn, revision, definition -> 'States' -> 'A' ->> 'Result' AS result FROM asl.describe_state_machine('orders:1');
SELECT arn, revision, definition -> 'States' -> 'A' ->> 'Result' AS result FROM asl.describe_state_machine('orders');
SELECT asl.describe_state_machine('orders:2');
SELECT asl.describe_state_machine('orders:live');
SELECT answer ->> 'stateMachineArn' AS arn, answer ->> 'description' AS description, answer ->> 'definition' AS definition
  FROM asl.api('DescribeStateMachine', jsonb_build_object('stateMachineArn', :'machine' || ':4')) AS answer;

-- Aliases.
SELECT asl.create_state_machine_alias('orders', 'live', '{"1": 100}');
SELECT asl.create_state_machine_alias('orders', 'live', '{"1": 100}');
SELECT asl.create_state_machine_alias('orders', 'live', '{"1": 90, "3": 10}');
SELECT asl.create_state_machine_alias('orders', 'live', '{"1": 100}', 'described');
SELECT asl.create_state_machine_alias('orders', '12', '{"1": 100}');
SELECT asl.create_state_machine_alias('orders', 'x', '{"1": 90}');
SELECT asl.create_state_machine_alias('orders', 'x', '{"1": 101}');
SELECT asl.create_state_machine_alias('orders', 'x', '{"1": 50, "3": 30, "4": 20}');
SELECT asl.create_state_machine_alias('orders', 'x', '{"2": 100}');
SELECT asl.create_state_machine_alias('orders', 'x', '{"live": 100}');
SELECT asl.create_state_machine_alias('orders', 'x', '1');
SELECT asl.create_state_machine_alias('none', 'x', '{"1": 100}');
SELECT asl.create_state_machine_alias('orders', 'x', jsonb_build_array(jsonb_build_object('stateMachineVersionArn', 'arn:aws:states:us-east-1:000000000000:stateMachine:other:1', 'weight', 100)));
SELECT asl.create_state_machine_alias('orders', 'canary', jsonb_build_array(
    jsonb_build_object('stateMachineVersionArn', :'machine' || ':3', 'weight', 60), jsonb_build_object('stateMachineVersionArn', :'machine' || ':4', 'weight', 40)));
SELECT asl.update_state_machine_alias('orders:live', '{"1": 0, "3": 100}', 'now three');
SELECT asl.update_state_machine_alias('orders:live');
SELECT asl.update_state_machine_alias('orders:none', description => 'x');
SELECT asl.update_state_machine_alias('orders', description => 'x');
SELECT state_machine, name, routing, description FROM asl.state_machine_aliases ORDER BY name;
SELECT pg_temp.timeless(asl.api('DescribeStateMachineAlias', jsonb_build_object('stateMachineAliasArn', :'machine' || ':canary')));
SELECT asl.api('DescribeStateMachineAlias', jsonb_build_object('stateMachineAliasArn', :'machine' || ':none'));
SELECT jsonb_path_query_array(asl.api('ListStateMachineAliases', jsonb_build_object('stateMachineArn', :'machine' || ':3')), '$.stateMachineAliases.stateMachineAliasArn');
SELECT jsonb_path_query_array(asl.api('ListStateMachineAliases', jsonb_build_object('stateMachineArn', :'machine' || ':4')), '$.stateMachineAliases.stateMachineAliasArn');
SELECT asl.delete_state_machine_version('orders:3');

-- Starting by them: executions keep what they began with, and tell it.
SELECT asl.start_execution('orders', name => 'plain') AS plain \gset
SELECT asl.start_execution('orders:1', name => 'version') AS version \gset
SELECT asl.start_execution(:'machine' || ':live', name => 'alias') AS alias \gset
SELECT asl.start_execution('orders:2');
SELECT asl.start_execution('orders:none');
SELECT asl.delete_state_machine_alias('orders:live');
SELECT asl.delete_state_machine_alias('orders:live');
SELECT asl.delete_state_machine_version('orders:1');
CALL asl.run_pending();
SELECT name, status, output, version, alias FROM asl.executions ORDER BY name;
SELECT type, details FROM asl.get_execution_history(:alias) WHERE id = 1;
SELECT answer - ARRAY['startDate', 'stopDate'] AS answer
  FROM asl.api('DescribeExecution', jsonb_build_object('executionArn', asl.execution_arn(:alias))) AS answer;
SELECT pg_temp.timeless(asl.api('DescribeStateMachineForExecution', jsonb_build_object('executionArn', asl.execution_arn(:version)))) - 'loggingConfiguration';
SELECT asl.api('StartExecution', jsonb_build_object('stateMachineArn', :'machine' || ':canary', 'name', 'traced', 'traceHeader', 'Root=1')) ->> 'executionArn' AS arn \gset
SELECT answer ->> 'traceHeader' AS trace, answer ->> 'stateMachineAliasArn' AS alias,
       answer ->> 'stateMachineVersionArn' IN (:'machine' || ':3', :'machine' || ':4') AS routed
  FROM asl.api('DescribeExecution', jsonb_build_object('executionArn', :'arn')) AS answer;

-- Weights: 60 of 100, give or take.
SELECT count(asl.start_execution('orders:canary')) FROM generate_series(1, 499);
SELECT count(*) FILTER (WHERE version = 3) BETWEEN 200 AND 400 AS about, count(*) FILTER (WHERE version IN (3, 4)) AS spread
  FROM asl.executions WHERE alias = 'canary';

-- Lists: pages, filters, and tokens that hold for their own request only.
SELECT asl.api('ListExecutions', '{}');
SELECT asl.api('ListExecutions', jsonb_build_object('stateMachineArn', :'machine', 'statusFilter', 'PENDING_REDRIVE'));
SELECT jsonb_path_query_array(asl.api('ListExecutions', jsonb_build_object('stateMachineArn', :'machine', 'statusFilter', 'SUCCEEDED')), '$.executions.name');
SELECT asl.api('ListExecutions', jsonb_build_object('stateMachineArn', :'machine', 'maxResults', 2)) ->> 'nextToken' AS token \gset
SELECT jsonb_array_length(answer -> 'executions') AS rows, answer ? 'nextToken' AS more
  FROM asl.api('ListExecutions', jsonb_build_object('stateMachineArn', :'machine', 'maxResults', 1000, 'nextToken', :'token')) AS answer;
SELECT jsonb_array_length(answer -> 'executions') AS rows, answer ? 'nextToken' AS more
  FROM asl.api('ListExecutions', jsonb_build_object('stateMachineArn', :'machine', 'nextToken', :'token')) AS answer;
SELECT asl.api('ListExecutions', jsonb_build_object('stateMachineArn', :'machine', 'nextToken', :'token', 'statusFilter', 'RUNNING'));
SELECT asl.api('ListExecutions', jsonb_build_object('stateMachineArn', :'machine' || ':3', 'nextToken', :'token'));
SELECT asl.api('ListStateMachineVersions', jsonb_build_object('stateMachineArn', :'machine', 'nextToken', :'token'));
SELECT asl.api('ListExecutions', jsonb_build_object('stateMachineArn', :'machine', 'nextToken', left(:'token', -4) || 'AAAA'));
SELECT asl.api('ListExecutions', jsonb_build_object('stateMachineArn', :'machine', 'nextToken', 'x'));
SELECT asl.api('ListExecutions', jsonb_build_object('stateMachineArn', :'machine', 'nextToken', repeat('A', 100)));
CREATE ROLE regress_asl_reader;
SELECT asl.grant('state_machine', 'orders', 'regress_asl_reader', '{DESCRIBE}');
SET ROLE regress_asl_reader;
SELECT asl.api('ListExecutions', jsonb_build_object('stateMachineArn', :'machine', 'nextToken', :'token'));
SELECT asl.api('ListStateMachines', '{}') -> 'stateMachines' -> 0 ->> 'name' AS seen;
SELECT asl.api('ListActivities', '{}');
SELECT asl.publish_state_machine_version('orders');
SELECT asl.tag_resource(:'machine', '{"a": "b"}');
RESET ROLE;
WITH RECURSIVE pages AS (
    SELECT asl.api('ListStateMachineVersions', jsonb_build_object('stateMachineArn', :'machine', 'maxResults', 1)) AS page
    UNION ALL
    SELECT asl.api('ListStateMachineVersions', jsonb_build_object('stateMachineArn', :'machine', 'maxResults', 1, 'nextToken', page -> 'nextToken'))
      FROM pages WHERE page ? 'nextToken')
SELECT page -> 'stateMachineVersions' -> 0 ->> 'stateMachineVersionArn' AS version FROM pages;

-- Tags.
SELECT asl.tag_resource(:'machine', '{"team": "shop", "cost": "7"}');
SELECT asl.tag_resource(:'machine', '[{"key": "team", "value": "store"}]');
SELECT asl.tag_resource(:'machine' || ':3', '{"a": "b"}');
SELECT asl.tag_resource(:'machine', '{"a!": "b"}');
SELECT asl.tag_resource(:'machine', '{"": "b"}');
SELECT asl.tag_resource(:'machine', '{"a": 1}');
SELECT asl.tag_resource('arn:aws:states:us-east-1:000000000000:activity:none', '{"a": "b"}');
SELECT asl.tag_resource(:'machine', (SELECT jsonb_object_agg('k' || i, 'v') FROM generate_series(1, 49) i));
SELECT asl.untag_resource(:'machine', '{cost,cost,none}');
SELECT * FROM asl.tags;
SELECT asl.api('ListTagsForResource', jsonb_build_object('resourceArn', :'machine'));
SELECT asl.api('CreateActivity', '{"name": "tagged", "tags": [{"key": "k", "value": "v"}], "encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k"}}') ->> 'activityArn' AS activity \gset
SELECT asl.api('CreateActivity', '{"name": "tagged"}');
SELECT asl.api('DescribeActivity', jsonb_build_object('activityArn', :'activity')) -> 'encryptionConfiguration' AS encryption;
SELECT asl.api('ListTagsForResource', jsonb_build_object('resourceArn', :'activity'));

-- An owner that roleArn names: the caller must be a member; versions keep the owner that they were published under.
CREATE ROLE regress_asl_one LOGIN;
CREATE ROLE regress_asl_two LOGIN;
CREATE ROLE regress_asl_both LOGIN IN ROLE regress_asl_one, regress_asl_two;
SET ROLE regress_asl_one;
SELECT asl.api('CreateStateMachine', jsonb_build_object('name', 'moved', 'roleArn', 'arn:aws:iam::1:role/regress_asl_two', 'definition', pg_temp.pass('one')));
SET ROLE regress_asl_both;
SELECT asl.api('CreateStateMachine', jsonb_build_object('name', 'moved', 'roleArn', 'arn:aws:iam::1:role/x/regress_asl_one', 'definition', pg_temp.pass('one'), 'publish', true)) ->> 'stateMachineArn' AS moved \gset
SELECT owner FROM asl.state_machines;
SELECT pg_temp.timeless(asl.api('UpdateStateMachine', jsonb_build_object('stateMachineArn', :'moved', 'roleArn', 'arn:aws:iam::1:role/regress_asl_two', 'publish', true)));
SELECT version, owner FROM asl.state_machine_versions;
SELECT asl.start_execution('moved:1', name => 'as-one') > 0 AS started;
SELECT asl.start_execution('moved:2', name => 'as-two') > 0 AS started;
SET ROLE regress_asl_two;
SELECT asl.start_execution('moved:1');
SELECT name FROM asl.executions;
SET ROLE regress_asl_one;
SELECT asl.start_execution('moved:1');
SELECT name FROM asl.executions;
RESET ROLE;
DROP ROLE regress_asl_one;
DROP OWNED BY regress_asl_one;
SELECT version, owner FROM asl.state_machine_versions WHERE state_machine = 'moved';
SELECT name FROM asl.executions WHERE state_machine = 'moved';

-- All of it goes with the machine.
SELECT asl.delete_state_machine('orders:3');
SELECT asl.api('DeleteStateMachine', jsonb_build_object('stateMachineArn', :'machine' || ':3'));
SELECT asl.api('DeleteStateMachine', jsonb_build_object('stateMachineArn', :'machine'));
SELECT asl.create_state_machine_alias('orders', 'late', '{"3": 100}');
SELECT count(*) FROM asl.state_machine_versions WHERE state_machine = 'orders';
SELECT asl.delete_activity(:'activity');
SELECT count(*) FROM asl.tags;
DROP OWNED BY regress_asl_two;
CALL asl.run_pending();
DROP OWNED BY regress_asl_reader;
DROP ROLE regress_asl_reader, regress_asl_both, regress_asl_one, regress_asl_two;
