-- Map: its modes, and what a distributed one has.
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.faults(fields jsonb, config jsonb DEFAULT NULL, language text DEFAULT 'JSONPath', type text DEFAULT 'STANDARD') RETURNS SETOF text
BEGIN ATOMIC
  SELECT format('%s %s: %s at %s', severity, code, message, coalesce(location, 'null'))
    FROM asl.validate_state_machine_definition(jsonb_build_object('QueryLanguage', language, 'StartAt', 'M', 'States', jsonb_build_object('M',
      '{"Type": "Map", "End": true}' || jsonb_build_object('ItemProcessor', jsonb_strip_nulls(jsonb_build_object('ProcessorConfig', config,
        'StartAt', 'I', 'States', '{"I": {"Type": "Succeed"}}'::jsonb))) || fields)), type);
END;
CREATE FUNCTION pg_temp.distributed(fields jsonb, language text DEFAULT 'JSONPath') RETURNS SETOF text
BEGIN ATOMIC
  SELECT pg_temp.faults(fields, '{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}', language);
END;

-- inline
SELECT pg_temp.faults('{"ItemsPath": "$.i", "ItemSelector": {"v.$": "$$.Map.Item.Value"}, "MaxConcurrency": 0, "ResultSelector": {}, "ResultPath": null, "Retry": [], "Catch": []}');
SELECT pg_temp.faults('{"MaxConcurrencyPath": "$.n", "Parameters": {}}', '{"Mode": "INLINE"}');
SELECT pg_temp.faults('{"MaxConcurrency": 9223372036854775807, "ToleratedFailureCount": 1}', '{}');
SELECT pg_temp.faults('{"Items": [1, {"a": 2}], "ItemSelector": {"x": 1}}', NULL, 'JSONata');
SELECT pg_temp.faults('{"Items": {"a": 1}}', NULL, 'JSONata');
SELECT pg_temp.faults('{"Items": 7}', NULL, 'JSONata');
SELECT pg_temp.faults('{"Items": "seven"}', NULL, 'JSONata');
-- the old spelling
SELECT pg_temp.faults('{"ItemProcessor": null}');
SELECT message, location FROM asl.validate_state_machine_definition('{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
  "Iterator": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}, "Parameters": {}}}}');
SELECT pg_temp.faults('{"Iterator": {"StartAt": "J", "States": {"J": {"Type": "Succeed"}}}, "Parameters": {}, "ItemSelector": {}}');
SELECT pg_temp.faults('{"MaxConcurrency": -1}');
SELECT pg_temp.faults('{"MaxConcurrency": 1, "MaxConcurrencyPath": "$.n"}');
SELECT pg_temp.faults('{"MaxConcurrencyPath": "$$.Execution.Input.n"}');

-- modes
SELECT pg_temp.faults('{}', '{"Mode": "REMOTE", "Other": 1}');
SELECT pg_temp.faults('{}', '{"Mode": "DISTRIBUTED"}');
SELECT pg_temp.faults('{}', '{"Mode": "DISTRIBUTED", "ExecutionType": "FAST"}');
SELECT pg_temp.faults('{}', '{"Mode": "INLINE", "ExecutionType": "STANDARD"}');
SELECT pg_temp.faults('{}', '{"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}', 'JSONPath', 'EXPRESS');
SELECT pg_temp.faults('{"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2"}, "ItemBatcher": {"MaxItemsPerBatch": 1}, "ResultWriter": {"WriterConfig": {}}}');

-- what cannot be in an Express child
SELECT code, message, location FROM asl.validate_state_machine_definition('{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor":
  {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "I", "States": {"I": {"Type": "Map", "Next": "T", "ItemProcessor":
    {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "J", "States": {"J": {"Type": "Succeed"}}}},
    "T": {"Type": "Task", "Resource": "pg:states:startExecution.sync", "End": true}}}}}}');

-- distributed: everything at once
SELECT pg_temp.distributed('{"Label": "batch", "MaxConcurrency": 1000, "ToleratedFailureCount": 0, "ToleratedFailurePercentage": 12.5,
  "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key.$": "$.k"},
    "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "b"], "CSVDelimiter": "TAB", "MaxItems": 100000000}},
  "ItemBatcher": {"MaxItemsPerBatch": 10, "MaxInputBytesPerBatch": 262144, "BatchInput": {"x.$": "$.x"}},
  "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "p"}, "WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSONL"}}}');
SELECT pg_temp.distributed('{"ToleratedFailureCountPath": "$.c", "ToleratedFailurePercentagePath": "$.p",
  "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "ReaderConfig": {"MaxItemsPath": "$.m", "Transformation": "LOAD_AND_FLATTEN", "InputType": "JSON", "ItemsPointer": "/a"}},
  "ItemBatcher": {"MaxItemsPerBatchPath": "$.i", "MaxInputBytesPerBatchPath": "$.b"}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {}, "ReaderConfig": {"ManifestType": "S3_INVENTORY"}}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "pg:function:read_items", "Parameters": {}}, "ResultWriter": {"Resource": "pg:sql", "Parameters": {}}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "pg:sql", "Arguments": {"Statement": "select 1"}}, "ItemBatcher": {"MaxItemsPerBatch": 1, "BatchInput": "any"}, "ToleratedFailurePercentage": 100}', 'JSONata');

-- readers
SELECT pg_temp.distributed('{"ItemReader": {}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "arn:aws:states:::dynamodb:getItem"}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Arguments": {}, "Extra": 1}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "pg:sql", "ReaderConfig": {"InputType": "XML", "CSVDelimiter": ";", "Transformation": "ALL", "ManifestType": "M", "ItemsPointer": 1, "CSVHeaders": []}}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "pg:sql", "ReaderConfig": {"InputType": "CSV"}}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "pg:sql", "ReaderConfig": {"InputType": "JSON", "CSVHeaderLocation": "FIRST_ROW"}}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "pg:sql", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "GIVEN"}}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "pg:sql", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "ManifestType": "S3_INVENTORY"}}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "pg:sql", "ReaderConfig": {"MaxItems": 1, "MaxItemsPath": "$.m"}}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "pg:sql", "ReaderConfig": {"MaxItems": -1}}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "pg:sql", "ReaderConfig": {"MaxItems": 100000001}}}');
SELECT pg_temp.distributed('{"ItemReader": {"Resource": "pg:sql", "ReaderConfig": {"MaxItemsPath": "$$.Execution.Input.m"}}}');

-- batchers
SELECT pg_temp.distributed('{"ItemBatcher": {}}');
SELECT pg_temp.distributed('{"ItemBatcher": {"BatchInput": {}}}');
SELECT pg_temp.distributed('{"ItemBatcher": {"MaxItemsPerBatch": 0, "MaxInputBytesPerBatch": 262145, "BatchInput": 1}}');
SELECT pg_temp.distributed('{"ItemBatcher": {"MaxItemsPerBatch": 1, "MaxItemsPerBatchPath": "$.i", "MaxInputBytesPerBatch": 1, "MaxInputBytesPerBatchPath": "$.b"}}');

-- writers
SELECT pg_temp.distributed('{"ResultWriter": {}}');
SELECT pg_temp.distributed('{"ResultWriter": {"Resource": "arn:aws:states:::s3:getObject"}}');
SELECT pg_temp.distributed('{"ResultWriter": {"WriterConfig": {"Transformation": "ALL", "OutputType": "CSV", "X": 1}}}');

-- tolerance
SELECT pg_temp.distributed('{"ToleratedFailureCount": -1, "ToleratedFailurePercentage": -0.5}');
SELECT pg_temp.distributed('{"ToleratedFailureCount": 1.5, "ToleratedFailurePercentage": 100.5}');
SELECT pg_temp.distributed('{"ToleratedFailureCount": 1, "ToleratedFailureCountPath": "$.c", "ToleratedFailurePercentage": 1, "ToleratedFailurePercentagePath": "$.p"}');
SELECT pg_temp.distributed('{"ToleratedFailureCountPath": "$.c"}', 'JSONata');

-- labels
SELECT pg_temp.distributed(jsonb_build_object('Label', repeat('l', 40)));
SELECT pg_temp.distributed(jsonb_build_object('Label', repeat('l', 41)));
SELECT encode(convert_to(c, 'UTF8'), 'hex'), split_part(f, ':', 1) FROM (SELECT c, pg_temp.distributed(jsonb_build_object('Label', 'a' || c || 'b')) AS f
  FROM regexp_split_to_table(E' ?*<>{}[]:;,\\|^~$#%&`"\t\x7f\u0085', '') AS c) AS x;
SELECT pg_temp.distributed('{"Label": ""}');
SELECT pg_temp.distributed('{"Label": "naïve-1_2.3"}');
SELECT pg_temp.distributed('{"Label": 1}');
SELECT message, location FROM asl.validate_state_machine_definition('{"StartAt": "A", "States": {
  "A": {"Type": "Map", "Label": "l", "Next": "B", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}},
  "B": {"Type": "Map", "Label": "l", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "J", "States": {"J": {"Type": "Succeed"}}}}}}');
