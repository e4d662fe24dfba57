-- Distributed Map: events, results, tolerance, batches, readers, and what a child execution sees.
\ir include/execution.sql
SELECT plan(78);

-- A distributed Map over the input; more: further fields, states: of the processor.
CREATE FUNCTION map_run(more jsonb DEFAULT '{}', states jsonb DEFAULT '{"C": {"Type": "Pass", "End": true}}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT one_state(jsonb_build_object('Type', 'Map', 'Label', 'run', 'ItemProcessor', jsonb_build_object('ProcessorConfig',
        '{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}'::jsonb, 'StartAt', 'C', 'States', states)) || more)
$$;
-- Fails for negative numbers.
CREATE FUNCTION positive(p jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    IF (p #>> '{}')::numeric < 0 THEN PERFORM asl.fail('Negative', 'it is ' || p::text); END IF;
    RETURN p;
END $$;
CREATE FUNCTION positives() RETURNS jsonb LANGUAGE sql AS $$ SELECT '{"C": {"Type": "Task", "Resource": "pg:function:positive", "End": true}}'::jsonb $$;

-- events and result
SELECT start(map_run(), '[1, 2, 3]') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [1, 2, 3]', 'the result is the array of the children''s outputs');
SELECT is(trail(:e), $$1 ExecutionStarted<-0
2 MapStateEntered(S)<-0
3 MapStateStarted<-2
4 MapRunStarted<-3
5 MapRunSucceeded<-4
6 MapStateSucceeded<-5
7 MapStateExited(S)<-4
8 ExecutionSucceeded<-7$$, 'children leave no events');
SELECT matches(details->>'mapRunArn', '^arn:aws:states:us-east-1:000000000000:mapRun:machine-\d+/run:[0-9a-f-]{36}$', 'the label stands in the run''s ARN')
FROM asl.get_execution_history(:e) WHERE type = 'MapRunStarted';
SELECT start(map_run(), '[]') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED []', 'no items');
SELECT start(map_run(), '{"a": 1, "bb": 2}') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [{"Key": "a", "Value": 1}, {"Key": "bb", "Value": 2}]', 'an object''s members are items');

-- tolerance
SELECT start(map_run('{}', positives()), '[1, -2, 3]') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded',
    'without a threshold no child may fail');
SELECT is(trail(:e, 4), $$4 MapRunStarted<-3
5 MapRunFailed<-4
6 MapStateFailed<-5
7 ExecutionFailed<-6$$, 'the Map Run fails, then the state');
SELECT start(map_run('{"ToleratedFailureCount": 1}', positives()), '[1, -2, 3]') AS e \gset
SELECT start(map_run('{"ToleratedFailureCount": 1}', positives()), '[-1, -2, 3]') AS f \gset
SELECT start(map_run('{"ToleratedFailurePercentage": 50}', positives()), '[1, -2, 3, -4]') AS g \gset
SELECT start(map_run('{"ToleratedFailurePercentage": 49}', positives()), '[1, -2, 3, -4]') AS h \gset
SELECT start(map_run('{"ToleratedFailurePercentage": 90, "ToleratedFailureCount": 1}', positives()), '[1, -2, 3, -4]') AS i \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [1, 3]', 'one may fail, and one did');
SELECT matches(outcome(:f), '^FAILED States.ExceedToleratedFailureThreshold', 'one may fail, but two did');
SELECT is(outcome(:g), 'SUCCEEDED [1, 3]', 'half of them may fail');
SELECT matches(outcome(:h), '^FAILED States.ExceedToleratedFailureThreshold', 'not quite half of them');
SELECT matches(outcome(:i), '^FAILED States.ExceedToleratedFailureThreshold', 'either threshold counts');
SELECT start(map_run('{"ToleratedFailureCountPath": "$[0]"}'), '["x"]') AS e \gset
SELECT start(map_run('{"ToleratedFailurePercentagePath": "$[0]"}'), '[101]') AS f \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED States.Runtime: An error occurred while executing the state ''S'' (entered at the event id #2). '
    'The ToleratedFailureCountPath field refers to value "x" which is not a valid integer: $[0]', 'a threshold that is no number');
SELECT is(trail(:e, 3), E'3 MapStateStarted<-2\n4 ExecutionFailed<-3', 'it is found before the run starts');
SELECT matches(outcome(:f), 'ToleratedFailurePercentage must be between 0 and 100.$', 'a threshold out of range');

-- an error inside a child that nothing catches ends the child only
SELECT start(map_run('{"ToleratedFailureCount": 1}', '{"C": {"Type": "Pass", "InputPath": "$.a", "End": true}}'), '[{"a": 1}, {"b": 2}]') AS e \gset
SELECT start(map_run('{"ToleratedFailureCount": 1}', '{"C": {"Type": "Parallel", "End": true, "Branches": [
    {"StartAt": "D", "States": {"D": {"Type": "Wait", "Seconds": 1000, "End": true}}},
    {"StartAt": "E", "States": {"E": {"Type": "Pass", "InputPath": "$.a", "End": true}}}]}}'), '[1]') AS f \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [1]', 'States.Runtime in a child');
SELECT is(outcome(:f), 'SUCCEEDED []', 'States.Runtime deeper in a child');

-- Retry and Catch of the state
SELECT start(jsonb_set(map_run('{"Retry": [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "MaxAttempts": 1}],
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "T", "ResultPath": null}]}', positives()), '{States,T}', '{"Type": "Succeed"}'),
    '[-1]') AS e \gset
CALL asl.run_pending();
SELECT is(hurry(:e), 1.0, 'the whole run is tried again');
CALL asl.run_pending();
SELECT is(trail(:e, 3), $$3 MapStateStarted<-2
4 MapRunStarted<-3
5 MapRunFailed<-4
6 MapStateStarted<-5
7 MapRunStarted<-6
8 MapRunFailed<-7
9 MapStateFailed<-8
10 MapStateExited(S)<-9
11 SucceedStateEntered(T)<-10
12 SucceedStateExited(T)<-11
13 ExecutionSucceeded<-12$$, 'a new Map Run for each try');
SELECT isnt(min(details->>'mapRunArn'), max(details->>'mapRunArn'), 'with an ARN of its own')
FROM asl.get_execution_history(:e) WHERE type = 'MapRunStarted';

-- batches
SELECT start(map_run('{"ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"n.$": "$.n"}}, "ItemsPath": "$.items",
    "ItemSelector": {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"}}'), '{"n": 7, "items": ["a", "b", "c"]}') AS e \gset
SELECT start(map_run('{"ItemBatcher": {"MaxInputBytesPerBatch": 32}}'), '["aaaa", "bbbb", "cccc"]') AS f \gset
SELECT start(map_run('{"ItemBatcher": {"MaxItemsPerBatch": 2}, "ToleratedFailureCount": 1}', '{"C": {"Type": "Fail"}}'), '[1, 2]') AS g \gset
SELECT start(map_run('{"ItemBatcher": {"MaxItemsPerBatch": 2}, "ToleratedFailureCount": 2}', '{"C": {"Type": "Fail"}}'), '[1, 2]') AS h \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [{"Items": [{"i": 0, "v": "a"}, {"i": 1, "v": "b"}], "BatchInput": {"n": 7}}, '
    '{"Items": [{"i": 2, "v": "c"}], "BatchInput": {"n": 7}}]', 'batches of two with their input');
SELECT is(outcome(:f), 'SUCCEEDED [{"Items": ["aaaa", "bbbb"]}, {"Items": ["cccc"]}]', 'batches by size');
SELECT matches(outcome(:g), '^FAILED States.ExceedToleratedFailureThreshold', 'all items of a failed batch have failed');
SELECT is(outcome(:h), 'SUCCEEDED []', 'two items may fail');

-- result writers without a resource
SELECT start(map_run('{"ResultWriter": {"WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSON"}}}'), '[[1, 2], 3, []]') AS e \gset
SELECT start(map_run('{"ResultWriter": {"WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"}}}'), '[[1, 2], 3]') AS f \gset
SELECT start(map_run('{"ToleratedFailureCount": 1, "ResultWriter": {"WriterConfig": {"Transformation": "NONE", "OutputType": "JSON"}}}',
    positives()), '[1, -2]') AS g \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [1, 2, 3]', 'FLATTEN joins the outputs that are arrays');
SELECT is(outcome(:f), 'SUCCEEDED [[1, 2], 3]', 'COMPACT leaves them as they are');
SELECT output FROM asl.describe_execution(:g) \gset
SELECT is(jsonb_path_query_array(:'output', '$[*].Status'), '["SUCCEEDED", "FAILED"]', 'NONE describes the executions');
SELECT is(:'output'::jsonb #>> '{0,Output}', '1', '… with the output as text');
SELECT is(:'output'::jsonb #>> '{1,Error}', 'Negative', '… or the error');

-- result writers with a resource
CREATE TABLE file(bucket text, key text, body text);
CREATE FUNCTION put_object(p jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    IF p->>'Bucket' = 'full' THEN PERFORM asl.fail('S3.NoSpace', 'The bucket is full.'); END IF;
    INSERT INTO file VALUES (p->>'Bucket', p->>'Key', p->>'Body');
    RETURN '{}';
END $$;
-- The files of a Map Run by their names.
CREATE FUNCTION files(execution bigint) RETURNS TABLE (name text, body text) LANGUAGE sql AS $$
    SELECT substr(key, strpos(key, run) + 37), body
    FROM file, (SELECT right(details->>'mapRunArn', 36) AS run FROM asl.get_execution_history($1) WHERE type = 'MapRunStarted') r WHERE key LIKE '%' || run || '/%'
$$;
-- Rows without names and times.
CREATE FUNCTION rows(body text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_agg(r - '{ExecutionArn,Name,StartDate,StopDate,StateMachineArn}'::text[]) FROM jsonb_array_elements(body::jsonb) r
$$;
CREATE FUNCTION writing(more jsonb, bucket text DEFAULT 'b') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('ResultWriter', jsonb_build_object('Resource', 'arn:aws:states:::s3:putObject', 'Parameters', jsonb_build_object('Bucket', bucket, 'Prefix', 'jobs')) || more)
$$;
SELECT start(map_run(writing('{}')), '[1]') AS e \gset
CALL asl.run_pending();
SELECT matches(outcome(:e), 'The resource ''arn:aws:states:::s3:putObject'' is not mapped to anything in this database.', 'nobody writes');
SELECT asl.map_resource('arn:aws:states:::s3:putObject', 'pg:function:put_object');
SELECT start(map_run(writing('{}')), '["x", 2]') AS e \gset
SELECT start(map_run('{"ToleratedFailureCount": 1}' || writing('{"WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"}}'), positives()), '[1, -2, 3]') AS f \gset
SELECT start(map_run(writing('{"WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSONL"}}')), '[[1, 2], 3]') AS g \gset
SELECT start(map_run(writing('{}')), '[]') AS h \gset
SELECT start(jsonb_set(map_run('{"MaxConcurrency": 1, "Catch": [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "ResultPath": null, "Next": "T"}]}' || writing('{}'), positives()), '{States,T}', '{"Type": "Succeed"}'), '[1, -2, 3]') AS i \gset
SELECT start(jsonb_set(map_run('{"Catch": [{"ErrorEquals": ["States.ResultWriterFailed"], "Next": "T"}]}' || writing('{}', 'full')), '{States,T}', '{"Type": "Succeed"}'), '[1]') AS j \gset
CALL asl.run_pending();
SELECT output, right(output->>'MapRunArn', 36) AS run FROM asl.describe_execution(:e) \gset
SELECT is(:'output'::jsonb->'ResultWriterDetails', jsonb_build_object('Bucket', 'b', 'Key', 'jobs/' || :'run' || '/manifest.json'), 'the state''s result tells where the manifest is');
SELECT is(:'output'::jsonb->>'MapRunArn', details->>'mapRunArn', 'and which run it was') FROM asl.get_execution_history(:e) WHERE type = 'MapRunStarted';
SELECT is(trail(:e, 4), E'4 MapRunStarted<-3\n5 MapRunSucceeded<-4\n6 MapStateSucceeded<-5\n7 MapStateExited(S)<-4\n8 ExecutionSucceeded<-7', 'writing leaves no events');
SELECT is(body::jsonb, jsonb_build_object('DestinationBucket', 'b', 'MapRunArn', :'output'::jsonb->'MapRunArn', 'ResultFiles', jsonb_build_object('FAILED', '[]'::jsonb, 'PENDING', '[]'::jsonb,
    'SUCCEEDED', (SELECT jsonb_agg(jsonb_build_object('Key', key, 'Size', length(body))) FROM file WHERE key = 'jobs/' || :'run' || '/SUCCEEDED_0.json'))), 'the manifest names the files') FROM files(:e) WHERE name = 'manifest.json';
SELECT is(rows(body), '[{"Input": "\"x\"", "Output": "\"x\"", "Status": "SUCCEEDED", "InputDetails": {"Included": true}, "RedriveCount": 0, "OutputDetails": {"Included": true}, "RedriveStatus": "NOT_REDRIVABLE", "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven"},
    {"Input": "2", "Output": "2", "Status": "SUCCEEDED", "InputDetails": {"Included": true}, "RedriveCount": 0, "OutputDetails": {"Included": true}, "RedriveStatus": "NOT_REDRIVABLE", "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven"}]', 'children are described') FROM files(:e) WHERE name = 'SUCCEEDED_0.json';
SELECT is(string_agg(name, ' ' ORDER BY name), 'FAILED_0.json SUCCEEDED_0.json manifest.json', 'those that failed have a file of their own') FROM files(:f);
SELECT is(body, '[1,3]', 'COMPACT: outputs') FROM files(:f) WHERE name = 'SUCCEEDED_0.json';
SELECT is(rows(body), '[{"Cause": "it is -2", "Error": "Negative", "Input": "-2", "InputDetails": {"Included": true}, "RedriveCount": 0, "RedriveStatus": "REDRIVABLE", "Status": "FAILED"}]', 'failures are always described') FROM files(:f) WHERE name = 'FAILED_0.json';
SELECT is(body, E'1\n2\n3\n', 'FLATTEN, a value a line') FROM files(:g) WHERE name = 'SUCCEEDED_0.jsonl';
SELECT is(string_agg(name, ' '), 'manifest.json', 'no items: a manifest only') FROM files(:h);
SELECT matches(outcome(:i), '^SUCCEEDED', 'a run that fails is caught');
SELECT is(string_agg(name || ' ' || coalesce(substring(body from '"Status":"\w+"'), ''), ', ' ORDER BY name), 'FAILED_0.json "Status":"FAILED", PENDING_0.json "Status":"PENDING", SUCCEEDED_0.json "Status":"SUCCEEDED", manifest.json ', 'but its results are written') FROM files(:i);
SELECT is(outcome(:j), 'SUCCEEDED {"Cause": "The bucket is full.", "Error": "States.ResultWriterFailed"}', 'the writer fails');
SELECT is(trail(:j, 4), E'4 MapRunStarted<-3\n5 MapRunFailed<-4\n6 MapStateFailed<-5\n7 MapStateExited(S)<-6\n8 SucceedStateEntered(T)<-7\n9 SucceedStateExited(T)<-8\n10 ExecutionSucceeded<-9', 'and with it the Map Run');

-- what a child sees
SELECT start(map_run('{"ItemSelector": {"item.$": "$$.Map.Item"}}'), '{"k": "v"}') AS e \gset
SELECT start(map_run('{"ItemSelector": {"item.$": "$$.Map.Item"}, "ItemBatcher": {"MaxItemsPerBatch": 9}}'), '{"k": {"Key": 1}}') AS f \gset
SELECT start(map_run('{}', '{"C": {"Type": "Pass", "Parameters": {"item.$": "$$.Map.Item"}, "End": true}}'), '[{"Key": "k", "Value": "v"}]') AS g \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [{"item": {"Key": "k", "Index": 0, "Value": "v", "Source": "STATE_DATA"}}]', 'an object''s member in the context object');
SELECT is(outcome(:f), 'SUCCEEDED [{"Items": [{"item": {"Key": "k", "Index": 0, "Value": {"Key": 1}, "Source": "STATE_DATA"}}]}]', 'in a batch');
SELECT is(outcome(:g), 'SUCCEEDED [{"item": {"Index": 0, "Value": {"Key": "k", "Value": "v"}, "Source": "STATE_DATA"}}]', 'no member, though it looks like one');
SELECT start(map_run('{}', '{"C": {"Type": "Pass", "Parameters": {"input.$": "$$.Execution.Input", "id.$": "$$.Execution.Id", "machine.$": "$$.StateMachine.Name"}, "End": true}}'), '["x"]') AS e \gset
CALL asl.run_pending();
SELECT output FROM asl.describe_execution(:e) \gset
SELECT is(:'output'::jsonb #>> '{0,input}', 'x', 'the child''s own input');
SELECT matches(:'output'::jsonb #>> '{0,id}', '^arn:aws:states:us-east-1:000000000000:execution:machine-\d+/run:[0-9a-f-]{36}$', 'its ARN');
SELECT matches(:'output'::jsonb #>> '{0,machine}', '^machine-\d+/run$', 'its machine');
SELECT start('{"StartAt": "A"}'::jsonb || jsonb_build_object('States', '{"A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "S"}}'::jsonb || (map_run('{}',
    '{"C": {"Type": "Pass", "Assign": {"x": 2}, "Next": "D"}, "D": {"Type": "Pass", "Parameters": {"x.$": "$x"}, "End": true}}') -> 'States')), '[0]') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [{"x": 2}]', 'a child has variables of its own');

-- a Map Run in a child of another, which leaves no events either; a child's work takes several transactions
SELECT start(map_run('{"MaxConcurrency": 1}', '{"C": {"Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
    "StartAt": "D", "States": {"D": {"Type": "Task", "Resource": "pg:function:positive", "Next": "W"}, "W": {"Type": "Wait", "Seconds": 1, "End": true}}}, "MaxConcurrency": 1}}'),
    '[[1, 2], [3, 4]]') AS e \gset
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [[1, 2], [3, 4]]', 'nested Map Runs');
SELECT is(events(:e, 'MapRunStarted'), 1::bigint, 'with one event for the outer one');

-- readers
CREATE TABLE object(key text, body jsonb);
INSERT INTO object VALUES ('array', '[1, 2, 3]'), ('text', '"[4, 5]"'), ('pointer', '"{\"a\": {\"b~c\": [6]}}"'), ('lines', '"{\"a\": 1}\n\n7\n"'),
    ('csv', to_jsonb(E'a,b\n1,"x,""y"""\n2\n\n   \n3,4,5\n6\\,7,8\n'::text)), ('scalar', '"1"'), ('twice', '"a,a\n1,2"'), ('listing', '{"Contents": [{"Key": "k"}]}'),
    ('body', '{"Body": "[8]"}');
CREATE FUNCTION get_object(p jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE found jsonb := (SELECT body FROM object WHERE key = p->>'Key');
BEGIN
    IF found IS NULL THEN PERFORM asl.fail('S3.NoSuchKey', 'The specified key does not exist.'); END IF;
    RETURN found;
END $$;
SELECT asl.map_resource('arn:aws:states:::s3:getObject', 'pg:function:get_object');
-- Maps over an object, read with this configuration.
CREATE FUNCTION reading(key text, config jsonb, more jsonb DEFAULT '{}') RETURNS bigint LANGUAGE sql AS $$
    SELECT start(map_run(jsonb_build_object('ItemReader', jsonb_build_object('Resource', 'arn:aws:states:::s3:getObject',
        'Parameters', jsonb_build_object('Bucket', 'b', 'Key', key), 'ReaderConfig', config)) || more))
$$;
SELECT reading('array', '{"InputType": "JSON"}') AS e \gset
SELECT reading('text', '{"InputType": "JSON"}') AS f \gset
SELECT reading('pointer', '{"InputType": "JSON", "ItemsPointer": "/a/b~0c"}') AS g \gset
SELECT reading('lines', '{"InputType": "JSONL"}') AS h \gset
SELECT reading('csv', '{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}') AS i \gset
SELECT reading('csv', '{"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["H"], "MaxItems": 2}') AS j \gset
SELECT reading('body', '{"InputType": "JSON"}') AS k \gset
SELECT reading('listing', '{"InputType": "JSON"}') AS l \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [1, 2, 3]', 'an array is the items');
SELECT is(details, '{"length": 0}', 'items that are read are not counted beforehand') FROM asl.get_execution_history(:e) WHERE type = 'MapStateStarted';
SELECT is(outcome(:f), 'SUCCEEDED [4, 5]', 'JSON text');
SELECT is(outcome(:g), 'SUCCEEDED [6]', 'the place inside it');
SELECT is(outcome(:h), 'SUCCEEDED [{"a": 1}, 7]', 'one JSON value a line');
SELECT is(outcome(:i), 'SUCCEEDED [{"a": "1", "b": "x,\"y\""}, {"a": "2", "b": ""}, {"a": "", "b": ""}, {"a": "   ", "b": ""}, '
    '{"a": "3", "b": "4"}, {"a": "6,7", "b": "8"}]', 'CSV: quotes, short, empty and long rows, a backslash');
SELECT is(outcome(:j), 'SUCCEEDED [{"H": "a"}, {"H": "1"}]', 'headers given, two rows only');
SELECT is(outcome(:k), 'SUCCEEDED [8]', 'the body of an answer');
SELECT is(outcome(:l), 'SUCCEEDED [{"Key": "k"}]', 'a listing''s contents');
SELECT reading('array', '{"InputType": "JSON", "MaxItems": 1}', '{"ItemSelector": {"from.$": "$$.Map.Item.Source"}}') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [{"from": "S3://b/array"}]', 'where an item comes from');
INSERT INTO object VALUES ('quotes', to_jsonb(E'"say ""hi"", ok",{""k"":""v""}\n""a"" b,""\n""x""y,a"b\n'::text)), ('open', to_jsonb(E'a,b\n1,"x\n2,3\n'::text)),
    ('marked csv', to_jsonb(E'\uFEFFa\n1\n'::text)), ('marked lines', to_jsonb(E'\uFEFF1\n2'::text)), ('bad lines', to_jsonb(E'1\n\nbad\n'::text));
SELECT reading('quotes', '{"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["text", "obj"]}') AS e \gset
SELECT reading('open', '{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}') AS f \gset
SELECT reading('marked csv', '{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}') AS g \gset
SELECT reading('marked lines', '{"InputType": "JSONL"}') AS h \gset
SELECT reading('bad lines', '{"InputType": "JSONL"}') AS i \gset
SELECT reading('quotes', '{"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["text", "obj"], "MaxItems": 1}',
    '{"ItemSelector": {"text.$": "$$.Map.Item.Value.text", "obj.$": "States.StringToJson($$.Map.Item.Value.obj)"}}') AS j \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [{"obj": "{\"k\":\"v\"}", "text": "say \"hi\", ok"}, {"obj": "", "text": "\"a\" b"}, {"obj": "a\"b", "text": "\"x\"y"}]', 'two quotes are one, without quotes around, too');
SELECT is(outcome(:f), 'FAILED States.ItemReaderFailed: The quoted field that begins in line 2 has no end.', 'a quote that is never closed');
SELECT is(outcome(:g), 'SUCCEEDED [{"a": "1"}]', 'a byte order mark is no part of the first header');
SELECT is(outcome(:h), 'SUCCEEDED [1, 2]', 'nor of the first line');
SELECT is(outcome(:i), 'FAILED States.ItemReaderFailed: Line 3: Token "bad" is invalid. (byte 1)', 'which line is wrong');
SELECT is(outcome(:j), 'SUCCEEDED [{"obj": {"k": "v"}, "text": "say \"hi\", ok"}]', 'JSON in a field');
SELECT reading('scalar', '{"InputType": "JSON"}') AS e \gset
SELECT reading('twice', '{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}') AS f \gset
SELECT reading('none', '{"InputType": "JSON"}') AS g \gset
SELECT reading('array', '{"InputType": "JSON", "MaxItemsPath": "$.most"}') AS h \gset
SELECT start(map_run('{"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "array"},
    "ReaderConfig": {"InputType": "JSON", "MaxItemsPath": "$.most"}}}'), '{"most": -1}') AS i \gset
SELECT start(map_run('{"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "array"},
    "ReaderConfig": {"InputType": "JSON", "MaxItemsPath": "$.most"}}}'), '{"most": 1.5}') AS j \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'FAILED States.ItemReaderFailed: Attempting to map over non-iterable node.', 'no items');
SELECT is(outcome(:f), 'FAILED States.ItemReaderFailed: CSV headers cannot contain duplicates.', 'headers twice');
SELECT is(outcome(:g), 'FAILED States.ItemReaderFailed: The specified key does not exist.', 'the reader fails');
SELECT is(trail(:g, 4), E'4 MapRunStarted<-3\n5 MapRunFailed<-4\n6 MapStateFailed<-5\n7 ExecutionFailed<-6', 'as a Map Run');
SELECT matches(outcome(:h), 'Invalid path ''\$.most'' : No results for path: \$\[''most''\]$', 'MaxItemsPath without a value');
SELECT matches(outcome(:j), 'The MaxItemsPath field refers to value "1.5" which is not a valid integer: \$.most$', 'a fraction');
SELECT is(outcome(:i), 'FAILED States.ItemReaderFailed: field MaxItems must be positive', 'a negative MaxItems');

-- a Map's item is there though a Map inside has items, too, in a later transaction
SELECT start(map_run('{}', '{"C": {"Type": "Map", "ItemProcessor": {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "P"},
    "P": {"Type": "Pass", "Parameters": {"outer.$": "$$.Execution.Input", "inner.$": "$$.Map.Item.Value"}, "End": true}}}, "End": true}}'), '[["one", 1], ["two", {"a": 2}]]') AS e \gset
CALL asl.run_pending();
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(output, '[[{"outer": ["one", 1], "inner": "one"}, {"outer": ["one", 1], "inner": 1}], [{"outer": ["two", {"a": 2}], "inner": "two"}, {"outer": ["two", {"a": 2}], "inner": {"a": 2}}]]',
    'items of Maps in each other') FROM asl.describe_execution(:e);

SELECT is((SELECT count(*) FROM asl.branch) + (SELECT count(*) FROM asl.result), 0::bigint, 'nothing is left behind');
SELECT * FROM finish();
