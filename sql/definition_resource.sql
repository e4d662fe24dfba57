-- A Task's Resource.
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.faults(resource text, type text DEFAULT 'STANDARD', fields jsonb DEFAULT '{"TimeoutSeconds": 60}') RETURNS SETOF text
BEGIN ATOMIC
  SELECT format('%s %s: %s at %s', severity, code, message, coalesce(location, 'null'))
    FROM asl.validate_state_machine_definition(jsonb_build_object('StartAt', 'T', 'States', jsonb_build_object('T',
      '{"Type": "Task", "End": true}' || jsonb_build_object('Resource', resource) || fields)), type);
END;

-- ours, and AWS's
SELECT r, pg_temp.faults(r) FROM unnest('{pg:sql,pg:notify,pg:function:f,pg:function:app.f,pg:activity:a,pg:states:startExecution,pg:states:startExecution.sync,
  pg:states:startExecution.sync:2,pg:states:startExecution.waitForTaskToken,pg:function:f.waitForTaskToken,pg:notify.waitForTaskToken,
  arn:aws:states:eu-west-1:000000000000:activity:a,arn:aws:lambda:eu-west-1:000000000000:function:f,arn:aws:lambda:eu-west-1:000000000000:function:f:live,
  arn:aws:states:::lambda:invoke,arn:aws:states:::lambda:invoke.waitForTaskToken,arn:aws:states:::states:startExecution.sync:2,arn:aws:states:::sqs:sendMessage.waitForTaskToken,
  arn:aws:states:::dynamodb:putItem,arn:aws:states:::ecs:runTask.sync,arn:aws:states:::sagemaker:createTrainingJob.sync,arn:aws:states:::http:invoke,
  arn:aws:states:::aws-sdk:s3:getObject,arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken,arn:aws-cn:states:::sns:publish,
  arn:aws:states:::newservice:doIt,arn:aws:swf:eu-west-1:000000000000:task:t}'::text[]) AS r;

BEGIN;
SELECT asl.map_resource('arn:aws:states:::dynamodb:*', 'pg:function:items');
SELECT r, pg_temp.faults(r) FROM unnest('{arn:aws:states:::dynamodb:putItem,arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken}'::text[]) AS r;
SELECT message, location FROM asl.validate_state_machine_definition('{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
  {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true}}}]}}}');
ROLLBACK;

-- none at all
SELECT r, pg_temp.faults(r) FROM unnest('{"",f,pg:,pg:function:,pg:function,pg:activity:,pg:table:t,pg:sql.sync,pg:function:f.sync:2,arn,arn:aws:lambda,arn:aws:states:::,
  action:http,"${Function}"}'::text[]) AS r;

-- what Step Functions does not offer
SELECT r, pg_temp.faults(r) FROM unnest('{arn:aws:states:::dynamodb:query,arn:aws:states:::dynamodb:putItem.sync,arn:aws:states:::lambda:invoke.sync,arn:aws:states:::sqs:sendMessages,
  arn:aws:states:::ecs:runTask.sync:2,arn:aws:states:::glue:startJobRun.waitForTaskToken,arn:aws:states:::aws-sdk:s3:getObject.sync,arn:aws:states:::http:invoke.waitForTaskToken}'::text[]) AS r;

-- what an Express workflow cannot wait for
SELECT r, pg_temp.faults(r, 'EXPRESS') FROM unnest('{pg:sql,arn:aws:states:::states:startExecution,pg:sql.waitForTaskToken,arn:aws:states:::sqs:sendMessage.waitForTaskToken,
  arn:aws:states:::states:startExecution.sync,pg:states:startExecution.sync:2,pg:activity:a,arn:aws:states:eu-west-1:000000000000:activity:a}'::text[]) AS r;

-- answers that may never come
SELECT r, pg_temp.faults(r, 'STANDARD', '{}') FROM unnest('{pg:sql,pg:sql.waitForTaskToken,pg:activity:a}'::text[]) AS r;
SELECT pg_temp.faults('pg:activity:a', 'STANDARD', '{"HeartbeatSeconds": 5}');
SELECT pg_temp.faults('pg:activity:a', 'STANDARD', '{"TimeoutSecondsPath": "$.t"}');

-- an activity runs as whoever takes it
SELECT pg_temp.faults('pg:activity:a', 'STANDARD', '{"TimeoutSeconds": 5, "Credentials": {"RoleArn": "r"}}');
