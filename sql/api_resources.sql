-- What Resources run: asl.map_resource, asl.state_machine_resources, the view asl.resources; asl.fail.
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.refusal(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
  hint text;
BEGIN
  EXECUTE statement;
  RETURN 'fine';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN concat_ws(' / ', SQLSTATE || ' ' || SQLERRM, nullif(detail, ''), nullif(hint, ''));
END $$;

-- patterns are ARNs, targets are ours and say nothing of waiting
SELECT s, pg_temp.refusal(format('SELECT asl.map_resource(%s)', s)) FROM unnest(ARRAY[$$NULL, 'pg:sql'$$, $$'', 'pg:sql'$$, $$'pg:function:f', 'pg:sql'$$, $$'*', 'pg:sql'$$,
  $$'arn:x', ''$$, $$'arn:x', 'f'$$, $$'arn:x', 'pg:function:'$$, $$'arn:x', 'pg:activity:a'$$, $$'arn:x', 'pg:sql.waitForTaskToken'$$, $$'arn:x', 'pg:states:startExecution.sync'$$,
  $$'arn:x', 'arn:aws:states:::lambda:invoke'$$, $$'arn:x', NULL$$]) s;

CREATE FUNCTION handle(p jsonb) RETURNS jsonb LANGUAGE sql AS 'SELECT p';
SELECT asl.create_activity('look');
SELECT asl.create_state_machine('all', '{"StartAt": "Ours", "States": {
  "Ours": {"Type": "Task", "Resource": "pg:function:handle", "Next": "Missing"},
  "Missing": {"Type": "Task", "Resource": "pg:function:nobody.knows", "Next": "Sql"},
  "Sql": {"Type": "Task", "Resource": "pg:sql", "Next": "Lambda"},
  "Lambda": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:000000000000:function:handle", "Next": "NoLambda"},
  "NoLambda": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:000000000000:function:none", "Next": "Invoke"},
  "Invoke": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Activity"},
  "Activity": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:000000000000:activity:look", "TimeoutSeconds": 9, "Next": "NoActivity"},
  "NoActivity": {"Type": "Task", "Resource": "pg:activity:none", "TimeoutSeconds": 9, "Next": "Nested"},
  "Nested": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Next": "Queue"},
  "Queue": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 9, "Next": "Map"},
  "Map": {"Type": "Map", "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "k"}},
    "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}}, "End": true,
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Inner", "States": {"Inner": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true}}}}}}');
\pset tuples_only off
SELECT * FROM asl.state_machine_resources('all');
SELECT severity, code, location FROM asl.validate_state_machine_definition((SELECT definition FROM asl.state_machines WHERE name = 'all'));
\pset tuples_only on

-- a star is any text, % and _ are themselves; the longer pattern decides; mapping again replaces, NULL removes
SELECT asl.map_resource('arn:aws:states:::*', 'pg:notify'), asl.map_resource('arn:aws:states:::s3:*Object', 'pg:function:handle'), asl.map_resource('arn:aws:states:::s3:put%', 'pg:sql'),
  asl.map_resource('arn:aws:states:::sqs:send_essage', 'pg:sql'), asl.map_resource('arn:aws:lambda:*:function:none', 'pg:function:handle');
SELECT state, target, warning FROM asl.state_machine_resources('arn:aws:states:us-east-1:000000000000:stateMachine:all') WHERE state IN ('NoLambda', 'Queue', 'Map', 'Inner', 'Nested');
SELECT asl.map_resource('arn:aws:states:::*', NULL), asl.map_resource('arn:aws:states:::s3:*Object', 'pg:sql'), asl.map_resource('arn:aws:states:::sqs:sendMessage', 'pg:notify');
SELECT state_machine, state, target FROM asl.resources WHERE state IN ('Queue', 'Map', 'Inner');
SELECT n, pg_temp.refusal(format('SELECT * FROM asl.state_machine_resources(%s)', n)) FROM unnest(ARRAY['NULL', '''none''', '''''', '''arn:aws:states:us-east-1:000000000000:activity:look''']) n;

-- asl.fail outside of a task is an error like others
SELECT n, regexp_replace(pg_temp.refusal(format('SELECT asl.fail(%s)', n)), '(.)\1{99,}', '\1..') FROM unnest(ARRAY[$$'Sold.Out', 'none left'$$, $$'Sold.Out'$$, 'NULL', $$NULL, 'why'$$, $$repeat('e', 257)$$, $$'E', repeat('c', 32769)$$]) n;
