-- Retry and Catch.
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.faults(fields jsonb, language text DEFAULT 'JSONPath') RETURNS SETOF text
BEGIN ATOMIC
  SELECT format('%s %s: %s at %s', severity, code, message, coalesce(location, 'null'))
    FROM asl.validate_state_machine_definition(jsonb_build_object('QueryLanguage', language, 'StartAt', 'T', 'States', jsonb_build_object(
      'T', '{"Type": "Task", "Resource": "pg:sql", "Next": "E"}' || fields, 'E', '{"Type": "Succeed"}'::jsonb)));
END;

SELECT pg_temp.faults('{"Retry": [{"ErrorEquals": ["A", "States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1, "MaxDelaySeconds": 5,
  "JitterStrategy": "FULL", "Comment": "c"}, {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "MaxAttempts": 99999999, "BackoffRate": 1.5, "JitterStrategy": "NONE"}],
  "Catch": [{"ErrorEquals": ["States.Misspelt"], "Next": "E", "ResultPath": "$.e", "Assign": {"x.$": "$.Cause"}, "Comment": "c"},
    {"ErrorEquals": ["States.ALL"], "Next": "E", "ResultPath": null}]}');
SELECT pg_temp.faults('{"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "E", "Output": 1, "Assign": {"x": 1}}]}', 'JSONata');

SELECT pg_temp.faults('{"Retry": [{}], "Catch": [{}]}');
SELECT pg_temp.faults('{"Retry": [7], "Catch": ["E"]}');
SELECT pg_temp.faults('{"Retry": [{"ErrorEquals": []}, {"ErrorEquals": "A"}, {"ErrorEquals": [1, "A"]}], "Catch": [{"ErrorEquals": [], "Next": "E"}]}');
SELECT pg_temp.faults('{"Retry": [{"ErrorEquals": ["A"], "Next": "E", "MaxRetries": 1}], "Catch": [{"ErrorEquals": ["A"], "Next": "E", "MaxAttempts": 1}]}');

-- States.ALL stands alone and last
SELECT pg_temp.faults('{"Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["A"]}], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "E"}, {"ErrorEquals": ["A"], "Next": "E"}]}');
SELECT pg_temp.faults('{"Retry": [{"ErrorEquals": ["A", "States.ALL"]}], "Catch": [{"ErrorEquals": ["States.ALL", "A"], "Next": "E"}]}');

-- ranges
SELECT pg_temp.faults('{"Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": 0, "MaxAttempts": -1, "BackoffRate": 0.9, "MaxDelaySeconds": 0, "JitterStrategy": "SOME"}]}');
SELECT pg_temp.faults('{"Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": 1.5, "MaxAttempts": 100000000, "BackoffRate": "2", "MaxDelaySeconds": 31622401}]}');
SELECT pg_temp.faults('{"Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": 5, "MaxDelaySeconds": 5}]}');
SELECT pg_temp.faults('{"Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": 5, "MaxDelaySeconds": 6}, {"ErrorEquals": ["B"], "MaxDelaySeconds": 1}]}');

-- what depends on the language
SELECT pg_temp.faults('{"Catch": [{"ErrorEquals": ["A"], "Next": "E", "Output": 1}]}');
SELECT pg_temp.faults('{"Catch": [{"ErrorEquals": ["A"], "Next": "E", "ResultPath": "$.e"}]}', 'JSONata');
SELECT pg_temp.faults('{"Catch": [{"ErrorEquals": ["A"], "Next": "E", "ResultPath": "$.e[*]"}, {"ErrorEquals": ["B"], "Next": "E", "ResultPath": "$$.e"}]}');
