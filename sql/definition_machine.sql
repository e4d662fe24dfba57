-- The machine, its States objects, and who leads to whom.
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.faults(definition jsonb, type text DEFAULT 'STANDARD') RETURNS SETOF text
BEGIN ATOMIC
  SELECT format('%s %s: %s at %s', severity, code, message, coalesce(location, 'null'))
    FROM asl.validate_state_machine_definition(definition, type);
END;

-- nothing is wrong with these
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}');
SELECT pg_temp.faults('{"Comment": "all there is", "Version": "1.0", "TimeoutSeconds": 60, "QueryLanguage": "JSONPath",
  "StartAt": "A", "States": {"A": {"Type": "Succeed", "Comment": "c"}}}', 'EXPRESS');

-- what a machine must have and must be
SELECT pg_temp.faults('{}');
SELECT pg_temp.faults('[1]');
SELECT pg_temp.faults('"text"');
SELECT pg_temp.faults('{"StartAt": "A"}');
SELECT pg_temp.faults('{"States": {"A": {"Type": "Pass", "End": true}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": []}');
SELECT pg_temp.faults('{"StartAt": 1, "States": {"A": {"Type": "Pass", "End": true}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": null}}');
SELECT pg_temp.faults('{"StartAt": "A", "startat": "A", "Extra": 1, "States": {"A": {"Type": "Pass", "End": true}}}');
SELECT pg_temp.faults('{"StartAt": "A", "Version": "2.0", "QueryLanguage": "SQL", "TimeoutSeconds": 0, "Comment": 1,
  "States": {"A": {"Type": "Pass", "End": true}}}');
SELECT pg_temp.faults('{"StartAt": "A", "TimeoutSeconds": 1.5, "States": {"A": {"Type": "Pass", "End": true}}}');
SELECT pg_temp.faults('{"StartAt": "A", "TimeoutSeconds": 1e400, "States": {"A": {"Type": "Pass", "End": true}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}', 'EXTRA');

SELECT n, pg_temp.faults(jsonb_build_object('StartAt', 'A', 'Comment', repeat('c', n), 'States', '{"A": {"Type": "Pass", "End": true}}'::jsonb))
  FROM unnest(ARRAY[1048576 - 70, 1048576 - 70 + 1]) AS n;

-- a state's type
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"End": true}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Jump", "End": true}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": 1, "End": true}}}');

-- names
SELECT pg_temp.faults(jsonb_build_object('StartAt', repeat('é', 80), 'States',
  jsonb_build_object(repeat('é', 80), '{"Type": "Succeed"}'::jsonb)));
SELECT pg_temp.faults(jsonb_build_object('StartAt', repeat('é', 81), 'States',
  jsonb_build_object(repeat('é', 81), '{"Type": "Succeed"}'::jsonb)));
SELECT pg_temp.faults('{"StartAt": "", "States": {"": {"Type": "Succeed"}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Parallel", "End": true, "Branches": [
  {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}},
  {"StartAt": "B", "States": {"B": {"Type": "Pass", "Next": "C"}, "C": {"Type": "Succeed"}}},
  {"StartAt": "C", "States": {"C": {"Type": "Succeed"}}}]}}}');

-- transitions stay in their States object
SELECT pg_temp.faults('{"StartAt": "X", "States": {"A": {"Type": "Pass", "End": true}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "X"}, "B": {"Type": "Succeed"}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "a"}, "B": {"Type": "Succeed"}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Parallel", "End": true, "Branches": [
  {"StartAt": "B", "States": {"B": {"Type": "Pass", "Next": "A"}, "C": {"Type": "Succeed"}}}]}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {
  "A": {"Type": "Task", "Resource": "pg:sql", "Catch": [{"ErrorEquals": ["E"], "Next": "X"}], "Next": "C"},
  "C": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "Y"}], "Default": "Z"},
  "E": {"Type": "Succeed"}}}');

-- every state can be reached: by Next, Default, a rule, a catcher
SELECT pg_temp.faults('{"StartAt": "A", "States": {
  "A": {"Type": "Task", "Resource": "pg:sql", "Catch": [{"ErrorEquals": ["E"], "Next": "B"}], "Next": "C"},
  "B": {"Type": "Fail"},
  "C": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "D"}], "Default": "A"},
  "D": {"Type": "Succeed"}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true},
  "B": {"Type": "Pass", "Next": "C"}, "C": {"Type": "Pass", "Next": "B"}}}');

-- every States object has an end
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}');
SELECT pg_temp.faults('{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor":
  {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}}}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Pass"}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": false}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true, "Next": "A"}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": false, "Next": "B"}, "B": {"Type": "Succeed"}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": "yes"}}}');

-- branches and processors are smaller than machines
SELECT pg_temp.faults('{"StartAt": "P", "States": {
  "P": {"Type": "Parallel", "Next": "M", "Branches": [
    {"StartAt": "A", "Comment": "c", "QueryLanguage": "JSONata", "TimeoutSeconds": 1, "States": {"A": {"Type": "Succeed"}}},
    {"StartAt": "B"},
    7]},
  "M": {"Type": "Map", "End": true, "ItemProcessor":
    {"StartAt": "C", "Comment": "c", "Version": "1.0", "QueryLanguage": "JSONPath", "States": {"C": {"Type": "Succeed"}}}}}}');
SELECT pg_temp.faults('{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": []}}}');
SELECT pg_temp.faults('{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true}}}');

-- the machine's language is that of its states, and JSONata's states stay JSONata's
SELECT pg_temp.faults('{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "QueryLanguage": "JSONPath", "End": true}}}');
SELECT pg_temp.faults('{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$", "End": true}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {"A": {"Type": "Pass", "QueryLanguage": "XPath", "InputPath": "$", "End": true}}}');
SELECT pg_temp.faults('{"StartAt": "M", "States": {"M": {"Type": "Map", "QueryLanguage": "JSONata", "End": true, "ItemProcessor":
  {"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$", "End": true}, "B": {"Type": "Pass", "Output": 1, "Next": "A"}}}}}}');

-- too deep
SELECT n, left(pg_temp.faults(d), 100) FROM (
  WITH RECURSIVE deep(n, d) AS (
    SELECT 0, '{"StartAt": "S0", "States": {"S0": {"Type": "Succeed"}}}'::jsonb
    UNION ALL
    SELECT n + 1, jsonb_build_object('StartAt', 'S' || n + 1, 'States', jsonb_build_object('S' || n + 1,
      jsonb_build_object('Type', 'Parallel', 'End', true, 'Branches', jsonb_build_array(d))))
      FROM deep WHERE n < 101)
  SELECT n, d FROM deep) AS x WHERE n IN (98, 99, 100);
