-- Lambda functions, nested executions, Credentials: answers and refusals in AWS's shape.
\ir include/execution.sql
SELECT plan(51);

CREATE FUNCTION echo(p jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT p $$;
CREATE FUNCTION fail(p jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN PERFORM asl.fail('Oops', '{"errorMessage": "x",  "errorType": "Oops"}'); END $$;
CREATE FUNCTION invoke(arguments jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT one_state(jsonb_build_object('Type', 'Task', 'Resource', 'arn:aws:states:::lambda:invoke', 'Parameters', arguments))
$$;
CREATE FUNCTION child(arguments jsonb, suffix text DEFAULT '.sync:2') RETURNS jsonb LANGUAGE sql AS $$
    SELECT one_state(jsonb_build_object('Type', 'Task', 'Resource', 'arn:aws:states:::states:startExecution' || suffix, 'Parameters', arguments))
$$;

-- lambda:invoke
SELECT start(invoke('{"FunctionName": "echo", "Payload": {"a": [1]}}')) AS e \gset
SELECT start(invoke('{"FunctionName": "arn:aws:lambda:us-east-1:000000000000:function:echo:PROD", "Payload": "\"text\""}')) AS f \gset
SELECT start(invoke('{"FunctionName": "echo"}')) AS g \gset
SELECT start(invoke('{"FunctionName": "echo", "Payload": "no JSON"}')) AS h \gset
SELECT start(invoke('{"FunctionName": "none"}')) AS i \gset
SELECT start(invoke('{"Payload": 1}')) AS j \gset
SELECT start(invoke('{"FunctionName": "fail"}')) AS k \gset
SELECT start(one_state('{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:fail"}')) AS l \gset
CALL asl.run_pending();
SELECT output - 'SdkHttpMetadata' - 'SdkResponseMetadata' AS output, output->'SdkHttpMetadata' AS http, output->'SdkResponseMetadata' AS sdk FROM asl.describe_execution(:e) \gset
SELECT is(:'output'::jsonb, '{"ExecutedVersion": "$LATEST", "Payload": {"a": [1]}, "StatusCode": 200}', 'the payload is wrapped');
SELECT is(:'http'::jsonb #>> '{AllHttpHeaders,Content-Length,0}', '10', 'the length of {"a": [1]}');
SELECT is(:'http'::jsonb #>> '{HttpHeaders,Content-Type}', 'application/json', 'another header');
SELECT is(:'http'::jsonb #>> '{HttpHeaders,x-amzn-RequestId}', :'sdk'::jsonb->>'RequestId', 'one request id');
SELECT is(output->'Payload', '"text"', 'a payload''s text is JSON') FROM asl.describe_execution(:f);
SELECT is(output->'Payload', '{}', 'no payload is an empty object') FROM asl.describe_execution(:g);
SELECT matches(outcome(:h), '^FAILED Lambda.InvalidRequestContentException: Could not parse request body into json: .* \(Service: AWSLambda; Status Code: 400; ', 'a text that is none');
SELECT matches(outcome(:i), '^FAILED Lambda.ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:000000000000:function:none:\$LATEST '
    '\(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$', 'no such function');
SELECT is(outcome(:j), 'FAILED States.Runtime: An error occurred while executing the state ''S'' (entered at the event id #2). '
    'The Parameters ''{"Payload":1}'' could not be used to start the Task: [The field ''FunctionName'' is required but was missing]', 'no name');
SELECT is(trail(:j, 2), E'2 TaskStateEntered(S)<-0\n3 ExecutionFailed<-2', 'then nothing was scheduled');
SELECT is(outcome(:k), 'FAILED Oops: {"errorMessage":"x","errorType":"Oops"}', 'a function''s error object loses its blanks');
SELECT is(outcome(:l), 'FAILED Oops: {"errorMessage": "x",  "errorType": "Oops"}', 'but not when the function''s own ARN is called');

-- nested executions
SELECT asl.create_state_machine('echo', one_state('{"Type": "Pass"}')) \g /dev/null
SELECT asl.create_state_machine('fail', one_state('{"Type": "Fail", "Error": "E", "Cause": "c"}') #- '{States,S,End}') \g /dev/null
SELECT start(child('{"StateMachineArn": "echo", "Name": "one", "Input": {"a": 1}}')) AS e \gset
SELECT start(child('{"StateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:echo", "Name": "two", "Input": "[1]"}', '.sync')) AS f \gset
SELECT start(child('{"StateMachineArn": "echo", "Name": "three", "Input": null}', '')) AS g \gset
SELECT start(child('{"StateMachineArn": "fail", "Name": "four"}')) AS h \gset
SELECT start(child('{"StateMachineArn": "none"}')) AS i \gset
SELECT start(child('{"StateMachineArn": "echo", "Input": "no JSON"}')) AS j \gset
CALL asl.run_pending();
SELECT is(output - '{StartDate,StopDate}'::text[], '{"ExecutionArn": "arn:aws:states:us-east-1:000000000000:execution:echo:one", "Input": {"a": 1}, "InputDetails": {"Included": true},
    "Name": "one", "Output": {"a": 1}, "OutputDetails": {"Included": true}, "RedriveCount": 0, "RedriveStatus": "NOT_REDRIVABLE",
    "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven", "StateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:echo", "Status": "SUCCEEDED"}',
    '.sync:2: the child''s description') FROM asl.describe_execution(:e);
SELECT is(trail(:e, 3), $$3 TaskScheduled<-2
4 TaskStarted<-3
5 TaskSubmitted<-4
6 TaskSucceeded<-5
7 TaskStateExited(S)<-6
8 ExecutionSucceeded<-7$$, 'events');
SELECT is(output->'Input', '"[1]"', '.sync: input and output as text') FROM asl.describe_execution(:f);
SELECT is(output->'Output', '"[1]"', 'which was JSON') FROM asl.describe_execution(:f);
SELECT is(output->>'ExecutionArn', 'arn:aws:states:us-east-1:000000000000:execution:echo:three', 'started and forgotten') FROM asl.describe_execution(:g);
SELECT is(output #>> '{SdkHttpMetadata,HttpHeaders,Content-Length}', '106', 'the length of StartExecution''s answer') FROM asl.describe_execution(:g);
SELECT is(input, '{}', 'null is an empty object') FROM asl.executions WHERE name = 'three';
SELECT is(error, 'States.TaskFailed', 'a child that fails') FROM asl.describe_execution(:h);
SELECT is(cause::jsonb - '{StartDate,StopDate}'::text[], '{"Cause": "c", "Error": "E", "ExecutionArn": "arn:aws:states:us-east-1:000000000000:execution:fail:four",
    "Input": "{}", "InputDetails": {"Included": true}, "Name": "four", "RedriveCount": 0, "RedriveStatus": "REDRIVABLE",
    "StateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:fail", "Status": "FAILED"}', 'its description is the cause') FROM asl.describe_execution(:h);
SELECT matches(outcome(:i), '^FAILED StepFunctions.StateMachineDoesNotExistException: State Machine Does Not Exist: ''arn:aws:states:us-east-1:000000000000:stateMachine:none'' '
    '\(Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: [0-9a-f-]{36}; Proxy: null\)$', 'no such machine');
SELECT matches(outcome(:j), '^FAILED StepFunctions.InvalidExecutionInputException: Invalid State Machine Execution Input: ', 'an input that is no JSON');
SELECT start(child('{"StateMachineArn": "echo", "Name": "one", "Input": {"a": 2}}')) AS e \gset
CALL asl.run_pending();
SELECT matches(outcome(:e), '^FAILED StepFunctions.ExecutionAlreadyExistsException: ', 'a name that is taken');

SELECT asl.create_state_machine('quick', one_state('{"Type": "Pass"}'), 'EXPRESS') \g /dev/null
SELECT start(child('{"StateMachineArn": "echo", "Name": 7}')) AS e \gset
SELECT start(child('{"StateMachineArn": "quick"}')) AS f \gset
SELECT start(child('{"StateMachineArn": "quick"}', '')) AS g \gset
CALL asl.run_pending();
SELECT matches(outcome(:e), 'The Parameters ''\{"Name":7,"StateMachineArn":"echo"\}'' could not be used to start the Task: \[The value of the field ''Name'' has an invalid format\]$', 'a name that is no text');
SELECT matches(outcome(:f), '^FAILED StepFunctions.StateMachineTypeNotSupportedException: This operation is not supported by this type of state machine ', 'nobody can wait for an express execution');
SELECT matches(outcome(:g), '^SUCCEEDED', 'but start it');

-- members that a call does not know are no input that gets lost
SELECT start(invoke('{"FunctionName": "echo", "payload": {"a": 1}}')) AS e \gset
SELECT start(child('{"StateMachineArn": "child", "input": {}}')) AS f \gset
SELECT start(one_state('{"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "SELECT 1", "Params": []}}')) AS g \gset
SELECT start(one_state('{"Type": "Task", "Resource": "pg:notify", "Parameters": {"Channel": "c", "payload": 1}}')) AS h \gset
SELECT start(one_state('{"Type": "Task", "Resource": "pg:sql", "Parameters": false}')) AS i \gset
SELECT start(one_state('{"Type": "Task", "Resource": "pg:function:echo", "Parameters": [{"a.$": "$.x"}], "ResultSelector": ["a", {"b.$": "$"}]}'), '{"x": 1}') AS j \gset
SELECT start(one_state('{"Type": "Task", "Resource": "pg:function:echo", "Parameters": false}')) AS k \gset
CALL asl.run_pending();
SELECT matches(outcome(:e), '^FAILED States.Runtime: .* could not be used to start the Task: \[The field ''payload'' is not supported by Step Functions\]$', 'a misspelt member of lambda:invoke');
SELECT matches(outcome(:f), '^FAILED States.Runtime: .*\[The field ''input'' is not supported by Step Functions\]$', 'of a start');
SELECT matches(outcome(:g), '^FAILED States.Runtime: .*\[The field ''Params'' is not supported by pg:sql\]$', 'of pg:sql');
SELECT matches(outcome(:h), '^FAILED States.Runtime: .*\[The field ''payload'' is not supported by pg:notify\]$', 'of pg:notify');
SELECT matches(outcome(:i), '^FAILED States.Runtime: .*\[The arguments of pg:sql must be an object\]$', 'arguments that are no object');
SELECT is(outcome(:j), 'SUCCEEDED ["a", {"b": [{"a": 1}]}]', 'Parameters and ResultSelector may be arrays');
SELECT is(outcome(:k), 'SUCCEEDED false', 'and scalars');

-- a call may answer its own token
CREATE FUNCTION approve(token text) RETURNS void LANGUAGE sql AS $$ SELECT asl.send_task_success(token, '{"done": true}') $$;
CREATE FUNCTION refuse(token text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM asl.send_task_heartbeat(token);
    BEGIN
        PERFORM asl.send_task_success(token, '1');
        RAISE 'undone';
    EXCEPTION WHEN raise_exception THEN NULL;
    END;
    PERFORM asl.send_task_failure(token, 'Refused', 'no');
END $$;
CREATE FUNCTION twice(token text) RETURNS void LANGUAGE sql AS $$ SELECT asl.send_task_success(token, '1'); SELECT asl.send_task_success(token, '2') $$;
CREATE FUNCTION keep(token text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM asl.send_task_heartbeat(token); RETURN token; END $$;
CREATE FUNCTION calling(function text) RETURNS jsonb LANGUAGE sql AS $f$
    SELECT one_state(jsonb_build_object('Type', 'Task', 'Resource', 'pg:function:' || function || '.waitForTaskToken', 'TimeoutSeconds', 60, 'Parameters', '{"token.$": "$$.Task.Token"}'::jsonb))
$f$;
SELECT start(calling('approve')) AS e \gset
SELECT start(calling('refuse')) AS f \gset
SELECT start(calling('twice')) AS g \gset
SELECT start(calling('keep')) AS h \gset
SELECT start(one_state('{"Type": "Task", "Resource": "pg:sql.waitForTaskToken", "Parameters": {"Statement": "SELECT asl.send_task_success($1, ''7'')", "Parameters.$": "States.Array($$.Task.Token)"}}')) AS i \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"done": true}', 'success');
SELECT is(trail(:e, 5), E'5 TaskSubmitted<-4\n6 TaskSucceeded<-5\n7 TaskStateExited(S)<-6\n8 ExecutionSucceeded<-7', 'as if it had come at once');
SELECT is(outcome(:f), 'FAILED Refused: no', 'failure; what was rolled back is no answer');
SELECT matches(outcome(:g), '^FAILED TaskTimedOut: ', 'one answer only');
SELECT is(outcome(:h), 'RUNNING', 'no answer yet');
SELECT is(outcome(:i), 'SUCCEEDED 7', 'from a statement');
SELECT is((SELECT count(*) FROM asl.pending_tasks), 1::bigint, 'who was answered waits no longer');

-- what a function or a statement lacks
CREATE FUNCTION two(a int, b int) RETURNS int LANGUAGE sql AS $$ SELECT a + b $$;
CREATE PROCEDURE act(a int) LANGUAGE sql AS $$ SELECT a $$;
SELECT start(one_state('{"Type": "Task", "Resource": "pg:function:two", "Parameters": {"A": 1, "b": 2}}')) AS e \gset
SELECT start(one_state('{"Type": "Task", "Resource": "pg:function:two", "Parameters": {"a": 1}}')) AS f \gset
SELECT start(one_state('{"Type": "Task", "Resource": "pg:function:two", "Parameters": [1]}')) AS g \gset
SELECT start(one_state('{"Type": "Task", "Resource": "pg:function:act", "Parameters": {"a": 1}}')) AS h \gset
SELECT start(one_state('{"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "COMMIT"}}')) AS i \gset
SELECT start(one_state('{"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "COPY object TO STDOUT"}}')) AS j \gset
CALL asl.run_pending();
CREATE FUNCTION message(execution bigint) RETURNS text LANGUAGE sql AS $$ SELECT cause::jsonb->>'message' FROM asl.describe_execution($1) $$;
SELECT is(message(:e), 'function two cannot take this input: it has no parameter "A"', 'a member too much');
SELECT is(message(:f), 'function two cannot take this input: the input has no member "b"', 'too little');
SELECT is(message(:g), 'function two cannot take this input: the input is no object', 'no members');
SELECT is(message(:h), 'act is no function', 'a procedure');
SELECT is(message(:i), 'pg:sql cannot run this statement: a task''s statement cannot begin or end a transaction', 'COMMIT');
SELECT matches(message(:j), 'COPY|does not exist', 'COPY');

-- Credentials
CREATE ROLE asl_test_owner LOGIN;
CREATE ROLE asl_test_auditor;
CREATE ROLE asl_test_stranger;
GRANT asl_test_auditor TO asl_test_owner;
GRANT CREATE, USAGE ON SCHEMA public TO asl_test_owner;
GRANT USAGE ON SCHEMA public TO asl_test_auditor;
CREATE FUNCTION whoami(p jsonb) RETURNS text LANGUAGE sql AS $$ SELECT current_user::text $$;
CREATE FUNCTION credentials(role jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT one_state(jsonb_build_object('Type', 'Task', 'Resource', 'pg:function:whoami', 'Credentials', role))
$$;
GRANT ALL ON machine_number TO asl_test_owner;
SET ROLE asl_test_owner;
SELECT start(credentials('{"RoleArn": "arn:aws:iam::000000000000:role/asl_test_auditor"}')) AS e \gset
SELECT start(credentials('{"RoleArn": "arn:aws:iam::000000000000:role/asl_test_stranger"}')) AS f \gset
SELECT start(credentials('{"RoleArn.$": "$.role"}'), '{"role": "arn:aws:iam::111111111111:role/elsewhere"}') AS g \gset
RESET ROLE;
\setenv PGDATABASE :DBNAME
\! psql -qX -U asl_test_owner -c 'CALL asl.run_pending()'
SELECT is(outcome(:e), 'SUCCEEDED "asl_test_auditor"', 'the task runs as a role that the owner is a member of');
SELECT is(outcome(:f), 'FAILED States.TaskFailed: The role arn:aws:iam::000000000000:role/asl_test_owner is not authorized to assume the task state''s role, '
    'arn:aws:iam::000000000000:role/asl_test_stranger.', 'not as another one');
SELECT is(outcome(:g), 'FAILED States.TaskFailed: The role arn:aws:iam::000000000000:role/asl_test_owner is not authorized to assume the task state''s role, '
    'arn:aws:iam::111111111111:role/elsewhere.', 'nobody stands in for a role that is none of this database');
SELECT is(details->'taskCredentials', '{"roleArn": "arn:aws:iam::111111111111:role/elsewhere"}', 'which the history tells') FROM asl.get_execution_history(:g) WHERE type = 'TaskScheduled';
DROP OWNED BY asl_test_owner, asl_test_auditor;
DROP ROLE asl_test_owner, asl_test_auditor, asl_test_stranger;
SELECT * FROM finish();
