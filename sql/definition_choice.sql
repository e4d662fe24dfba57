-- Choice rules.
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.faults(rules jsonb, language text DEFAULT 'JSONPath') RETURNS SETOF text
BEGIN ATOMIC
  SELECT format('%s %s: %s at %s', severity, code, message, coalesce(location, 'null'))
    FROM asl.validate_state_machine_definition(jsonb_build_object('QueryLanguage', language, 'StartAt', 'C', 'States', jsonb_build_object(
      'C', jsonb_build_object('Type', 'Choice', 'Choices', rules, 'Default', 'E'), 'E', '{"Type": "Succeed"}'::jsonb)));
END;

-- every comparator, with a constant and with a path
SELECT c, pg_temp.faults(jsonb_build_array(jsonb_build_object('Variable', '$.v', c, o, 'Next', 'E')))
  FROM (SELECT t || c, o FROM (VALUES ('String', '"s"'::jsonb), ('Numeric', '1.5'), ('Timestamp', '"2026-01-02T03:04:05Z"')) AS t(t, o),
          unnest('{Equals,LessThan,GreaterThan,LessThanEquals,GreaterThanEquals}'::text[]) AS c
        UNION ALL VALUES ('BooleanEquals', 'true'::jsonb), ('StringMatches', '"*.log"'), ('IsNull', 'true'), ('IsPresent', 'false'),
          ('IsNumeric', 'true'), ('IsString', 'true'), ('IsBoolean', 'true'), ('IsTimestamp', 'true')) AS x(c, o);
SELECT c, pg_temp.faults(jsonb_build_array(jsonb_build_object('Variable', '$.a[0]', c, '$$.Execution.Input.x', 'Next', 'E')))
  FROM (SELECT t || c || 'Path' FROM unnest('{String,Numeric,Timestamp}'::text[]) AS t,
          unnest('{Equals,LessThan,GreaterThan,LessThanEquals,GreaterThanEquals}'::text[]) AS c
        UNION ALL VALUES ('BooleanEqualsPath')) AS x(c) ORDER BY c COLLATE "C";

-- and, or, not
SELECT pg_temp.faults('[{"Comment": "c", "And": [{"Variable": "$.a", "IsPresent": true}, {"Or": [{"Not": {"Variable": "$.a", "IsNull": true}}]}], "Assign": {"x.$": "$.a"}, "Next": "E"}]');
SELECT pg_temp.faults('[]');
SELECT pg_temp.faults('[{"And": [], "Next": "E"}, {"Or": {}, "Next": "E"}, {"Not": [], "Next": "E"}]');
SELECT pg_temp.faults('[7, {"And": [7], "Next": "E"}]');

-- what a rule must have, and a nested test must not
SELECT pg_temp.faults('[{}]');
SELECT pg_temp.faults('[{"Variable": "$.a", "IsNull": true}]');
SELECT pg_temp.faults('[{"And": [{"Variable": "$.a", "IsNull": true, "Next": "E", "Assign": {}, "Comment": "c"}], "Next": "E"}]');
SELECT pg_temp.faults('[{"Or": [{"Condition": true}], "Next": "E"}]');
SELECT pg_temp.faults('[{"Not": {"And": [{"Next": "E"}]}, "Next": "E"}]');

-- exactly one test, exactly one comparator
SELECT pg_temp.faults('[{"Next": "E"}]');
SELECT pg_temp.faults('[{"Variable": "$.a", "IsNull": true, "Not": {"Variable": "$.a", "IsNull": true}, "Next": "E"}]');
SELECT left(pg_temp.faults('[{"Variable": "$.a", "IsNull": true, "IsPresent": true, "Next": "E"}]'), 120);
SELECT left(pg_temp.faults('[{"Variable": "$.a", "Next": "E"}]'), 120);
SELECT pg_temp.faults('[{"StringEquals": "a", "Next": "E"}]');
SELECT pg_temp.faults('[{"And": [{"Variable": "$.a", "IsNull": true}], "StringEquals": "a", "Next": "E"}]');
SELECT left(pg_temp.faults('[{"Variable": "$.a", "StringEqual": "a", "Next": "E"}]'), 120);

-- variables and operands are reference paths
SELECT pg_temp.faults(jsonb_build_array(jsonb_build_object('Variable', p, 'IsNull', true, 'Next', 'E')))
  FROM jsonb_array_elements('["a", "", "$.a[*]", "$..a", "$.a[?(@.b)]", "$.a.", "States.UUID()", 1, null]') AS p;
SELECT pg_temp.faults('[{"Variable": "$.a", "StringEqualsPath": "b", "Next": "E"}, {"Variable": "$.a", "NumericLessThanPath": "$.b[*]", "Next": "E"},
  {"Variable": "$.a", "BooleanEqualsPath": true, "Next": "E"}]');

-- operands have the comparator's type
SELECT pg_temp.faults('[{"Variable": "$.a", "StringEquals": 1, "Next": "E"}, {"Variable": "$.a", "NumericEquals": "1", "Next": "E"},
  {"Variable": "$.a", "BooleanEquals": "true", "Next": "E"}, {"Variable": "$.a", "TimestampEquals": "yesterday", "Next": "E"},
  {"Variable": "$.a", "IsNull": null, "Next": "E"}, {"Variable": "$.a", "StringMatches": ["*"], "Next": "E"}]');

-- locations within nested tests
SELECT pg_temp.faults('[{"Variable": "$.a", "IsNull": true, "Next": "E"},
  {"And": [{"Variable": "$.a", "IsNull": true}, {"Or": [{"Not": {"Variable": "a", "IsNull": true}}]}], "Next": "E"}]');

-- languages
SELECT pg_temp.faults('[{"Condition": true, "Next": "E"}]');
SELECT pg_temp.faults('[{"Variable": "$.a", "IsNull": true, "Next": "E"}]', 'JSONata');
SELECT pg_temp.faults('[{"And": [], "Next": "E"}]', 'JSONata');
SELECT pg_temp.faults('[{"Condition": true, "Output": {"a": 1}, "Assign": {"v": 1}, "Next": "E"}, {"Condition": false, "Next": "E"}]', 'JSONata');
SELECT pg_temp.faults('[{"Condition": "yes", "Next": "E"}, {"Condition": 1, "Next": "E"}, {"Condition": true}, {"Next": "E"}]', 'JSONata');

-- no Default, and too deep
SELECT message, location FROM asl.validate_state_machine_definition(
  '{"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "E"}]}, "E": {"Type": "Succeed"}}}');
SELECT n, left(pg_temp.faults(jsonb_build_array(t || '{"Next": "E"}')), 100) FROM (
  WITH RECURSIVE deep(n, t) AS (
    SELECT 1, '{"Variable": "$.a", "IsNull": true}'::jsonb
    UNION ALL SELECT n + 1, jsonb_build_object('Not', t) FROM deep WHERE n < 101)
  SELECT n, t FROM deep) AS x WHERE n IN (99, 100);
