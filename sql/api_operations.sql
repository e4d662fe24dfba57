-- asl.api: requests are checked, answers have AWS's members; times and made-up names are left out.
SET client_min_messages = warning;
\set VERBOSITY default

-- The types of a request: the first fault only.
SELECT asl.api('StartExecution', '{"stateMachineArn": 1}');
SELECT asl.api('StartExecution', '{"stateMachineArn": "x", "input": {"a": 1}}');
SELECT asl.api('StartExecution', '{"stateMachineArn": ["x"]}');
SELECT asl.api('GetExecutionHistory', '{"executionArn": "x", "maxResults": "7"}');
SELECT asl.api('GetExecutionHistory', '{"executionArn": "x", "reverseOrder": 1}');
SELECT asl.api('CreateActivity', '{"name": "x", "tags": "x"}');
SELECT asl.api('CreateActivity', '{"name": "x", "tags": ["x"]}');
SELECT asl.api('CreateActivity', '[]');
SELECT asl.api('CreateActivity', 'null');

-- Violations: all of them.
SELECT asl.api('StartExecution', '{}');
SELECT asl.api('StartExecution', '{"stateMachineArn": null, "name": ""}');
SELECT asl.api('StartExecution', jsonb_build_object('stateMachineArn', 'x', 'name', repeat('n', 81), 'traceHeader', 'ä'));
SELECT asl.api('StartExecution', jsonb_build_object('stateMachineArn', 'x', 'input', repeat('ä', 131073)));
SELECT asl.api('DescribeExecution', '{"executionArn": "x", "includedData": "ALL"}');
SELECT asl.api('GetExecutionHistory', '{"executionArn": "x", "maxResults": 1001}');
SELECT asl.api('GetExecutionHistory', '{"executionArn": "x", "maxResults": -1e300, "nextToken": ""}');
SELECT asl.api('StopExecution', jsonb_build_object('error', repeat('e', 257)));
SELECT asl.api('CreateActivity', '{"name": "x", "tags": [{"key": "k"}, {"key": ""}], "encryptionConfiguration": {"type": "NONE"}}');
SELECT asl.api('CreateActivity', jsonb_build_object('name', 'x', 'tags', (SELECT jsonb_agg('{"key": ""}'::jsonb) FROM generate_series(1, 20))));

-- Operations that nobody knows, and none.
SELECT asl.api('Unknown', '{}');
SELECT asl.api(NULL, '{}');
SELECT asl.api('CreateActivity', NULL);

-- ARNs.
SELECT asl.api('StartExecution', '{"stateMachineArn": "not-an-arn"}');
SELECT asl.api('StartExecution', '{"stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:none"}');
SELECT asl.api('DescribeExecution', '{"executionArn": "arn:aws:states:us-east-1:000000000000:express:m:e:u"}');
SELECT asl.api('DescribeExecution', '{"executionArn": "arn:aws:states:us-east-1:000000000000:execution:m:none"}');

-- An execution and its history.
SELECT asl.create_state_machine('ops', '{"StartAt": "A", "States": {
    "A": {"Type": "Pass", "Assign": {"v": [1]}, "Next": "W"},
    "W": {"Type": "Task", "Resource": "pg:activity:ops", "End": true}}}') AS machine \gset
CREATE FUNCTION pg_temp.timeless(answer jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE WHEN key LIKE '%Date' OR key = 'timestamp'
                                               THEN to_jsonb(abs(extract(epoch FROM now()) - value::text::numeric) < 3600) ELSE value END), '{}')
      FROM jsonb_each(answer)
$$;
SELECT pg_temp.timeless(asl.api('CreateActivity', '{"name": "ops"}'));
SELECT pg_temp.timeless(asl.api('CreateActivity', '{"name": "ops"}'));
SELECT pg_temp.timeless(asl.api('CreateActivity', '{"name": "tagged", "tags": [{"key": "k", "value": "v"}]}'));
SELECT asl.api('CreateActivity', '{"name": "a b"}');
SELECT pg_temp.timeless(asl.api('DescribeActivity', '{"activityArn": "arn:aws:states:us-east-1:000000000000:activity:ops"}'));
SELECT asl.api('StartExecution', jsonb_build_object('stateMachineArn', :'machine', 'input', '{"a": '));
SELECT asl.api('StartExecution', jsonb_build_object('stateMachineArn', :'machine', 'name', 'a b', 'input', '{"a": '));
SELECT pg_temp.timeless(asl.api('StartExecution', jsonb_build_object('stateMachineArn', :'machine', 'name', 'one', 'input', '{"a": [1.0, "x"]}')));
SELECT asl.api('StartExecution', jsonb_build_object('stateMachineArn', :'machine', 'name', 'one', 'input', '2'));
SELECT asl.api('StartSyncExecution', jsonb_build_object('stateMachineArn', :'machine'));
CALL asl.run_pending();
\set execution 'arn:aws:states:us-east-1:000000000000:execution:ops:one'
SELECT pg_temp.timeless(asl.api('DescribeExecution', jsonb_build_object('executionArn', :'execution')));
SELECT asl.api('GetActivityTask', '{"activityArn": "arn:aws:states:us-east-1:000000000000:activity:ops", "workerName": "w"}') AS task \gset
SELECT :'task'::jsonb - 'taskToken' AS task;
SELECT asl.api('GetActivityTask', '{"activityArn": "arn:aws:states:us-east-1:000000000000:activity:ops"}');
SELECT asl.api('GetActivityTask', '{"activityArn": "arn:aws:states:us-east-1:000000000000:activity:none"}');
SELECT asl.api('SendTaskHeartbeat', jsonb_build_object('taskToken', :'task'::jsonb -> 'taskToken'));
SELECT asl.api('SendTaskHeartbeat', '{"taskToken": "x"}');
SELECT asl.api('SendTaskSuccess', jsonb_build_object('taskToken', :'task'::jsonb -> 'taskToken', 'output', '{'));
SELECT asl.api('SendTaskSuccess', jsonb_build_object('taskToken', :'task'::jsonb -> 'taskToken', 'output', '"done"'));
SELECT asl.api('SendTaskFailure', jsonb_build_object('taskToken', :'task'::jsonb -> 'taskToken'));
CALL asl.run_pending();
SELECT pg_temp.timeless(asl.api('DescribeExecution', jsonb_build_object('executionArn', :'execution')));
SELECT pg_temp.timeless(asl.api('DescribeExecution', jsonb_build_object('executionArn', :'execution', 'includedData', 'METADATA_ONLY')));
SELECT pg_temp.timeless(e) FROM jsonb_array_elements(asl.api('GetExecutionHistory', jsonb_build_object('executionArn', :'execution')) -> 'events') e;
SELECT e -> 'id' AS id, e - '{id,type,timestamp,previousEventId}'::text[] AS details
  FROM jsonb_array_elements(asl.api('GetExecutionHistory', jsonb_build_object('executionArn', :'execution', 'includeExecutionData', false)) -> 'events') e;

-- Pages: each event once, in either order, from whatever transaction it was written by.
CREATE FUNCTION pg_temp.pages(request jsonb) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    page jsonb;
BEGIN
    LOOP
        page := asl.api('GetExecutionHistory', request);
        RETURN NEXT (SELECT string_agg(e ->> 'id', ' ' ORDER BY n) FROM jsonb_array_elements(page -> 'events') WITH ORDINALITY AS p(e, n));
        EXIT WHEN page -> 'nextToken' IS NULL;
        request := request || jsonb_build_object('nextToken', page -> 'nextToken');
    END LOOP;
END $$;
SELECT pg_temp.pages(jsonb_build_object('executionArn', :'execution', 'maxResults', 2));
SELECT pg_temp.pages(jsonb_build_object('executionArn', :'execution', 'maxResults', 4, 'reverseOrder', true));
SELECT pg_temp.pages(jsonb_build_object('executionArn', :'execution', 'maxResults', 8));
SELECT asl.api('GetExecutionHistory', jsonb_build_object('executionArn', :'execution', 'nextToken', 'x'));
SELECT asl.api('GetExecutionHistory', jsonb_build_object('executionArn', :'execution', 'reverseOrder', true, 'nextToken',
    asl.api('GetExecutionHistory', jsonb_build_object('executionArn', :'execution', 'maxResults', 2)) -> 'nextToken'));

-- One that is stopped; a role that may not see it.
SELECT asl.api('StartExecution', jsonb_build_object('stateMachineArn', :'machine', 'name', 'two')) IS NULL;
\set execution 'arn:aws:states:us-east-1:000000000000:execution:ops:two'
SELECT pg_temp.timeless(asl.api('StopExecution', jsonb_build_object('executionArn', :'execution', 'error', 'E', 'cause', 'why')));
SELECT pg_temp.timeless(asl.api('DescribeExecution', jsonb_build_object('executionArn', :'execution')));
CREATE ROLE regress_asl_operations;
SET ROLE regress_asl_operations;
SELECT asl.api('DescribeExecution', jsonb_build_object('executionArn', :'execution'));
SELECT asl.api('StopExecution', jsonb_build_object('executionArn', :'execution'));
RESET ROLE;
DROP ROLE regress_asl_operations;
SELECT asl.api('DeleteActivity', '{"activityArn": "arn:aws:states:us-east-1:000000000000:activity:ops"}');
SELECT asl.api('DeleteActivity', '{"activityArn": "arn:aws:states:us-east-1:000000000000:activity:ops"}');

-- An express machine.
SELECT asl.create_state_machine('ops_sync', '{"StartAt": "A", "States": {"A": {"Type": "Choice", "Default": "P",
    "Choices": [{"Variable": "$.fail", "IsPresent": true, "Next": "F"}]},
    "P": {"Type": "Pass", "End": true}, "F": {"Type": "Fail", "Error": "E", "Cause": "C"}}}', 'EXPRESS') AS machine \gset
SELECT pg_temp.timeless(a) - '{executionArn,billingDetails}'::text[] AS answer, a ->> 'executionArn' ~ '^arn:aws:states:us-east-1:000000000000:express:ops_sync:s:[-0-9a-f]{36}$' AS arn,
       (a #>> '{billingDetails,billedDurationInMilliseconds}')::int % 100 AS rest
  FROM asl.api('StartSyncExecution', jsonb_build_object('stateMachineArn', :'machine', 'name', 's', 'input', '{"b": 1}')) a;
SELECT pg_temp.timeless(a) - '{executionArn,billingDetails}'::text[] AS answer
  FROM asl.api('StartSyncExecution', jsonb_build_object('stateMachineArn', :'machine', 'name', 's', 'input', '{"fail": 1}', 'includedData', 'METADATA_ONLY')) a;

-- Definitions.
SELECT asl.api('ValidateStateMachineDefinition', '{"definition": "{"}');
SELECT asl.api('ValidateStateMachineDefinition', '{"definition": "{}"}');
SELECT asl.api('ValidateStateMachineDefinition', '{"definition": "{}", "maxResults": 1}');
SELECT asl.api('ValidateStateMachineDefinition', jsonb_build_object('severity', 'WARNING', 'definition',
    '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true}}}'));
