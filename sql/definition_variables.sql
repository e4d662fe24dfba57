-- Variables: names and scopes.
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.faults(definition jsonb) RETURNS SETOF text
BEGIN ATOMIC
  SELECT format('%s %s: %s at %s', severity, code, message, coalesce(location, 'null'))
    FROM asl.validate_state_machine_definition(definition, 'STANDARD');
END;
CREATE FUNCTION pg_temp.name(name text) RETURNS SETOF text
BEGIN ATOMIC
  SELECT pg_temp.faults(jsonb_build_object('StartAt', 'A', 'States', jsonb_build_object('A',
    jsonb_build_object('Type', 'Pass', 'End', true, 'Assign', jsonb_build_object(name, '$')))));
END;

-- names
SELECT pg_temp.name(n) FROM unnest('{a,A1,snake_case,größe.$,名,ⅷ,x__,state,States}'::text[]) AS n;
SELECT pg_temp.name(n) FROM unnest('{states,states.$,1a,_a,a-b,a.b,a[0],"a b","",".$",$a}'::text[]) AS n;
SELECT code FROM asl.validate_state_machine_definition(jsonb_build_object('StartAt', 'A', 'States', jsonb_build_object('A',
  jsonb_build_object('Type', 'Pass', 'End', true, 'Assign', jsonb_build_object(E'a\n', 1)))));
SELECT pg_temp.name(repeat('é', 80));
SELECT replace(pg_temp.name(repeat('é', 81)), repeat('é', 81), '…');

-- everybody in scope may read
SELECT pg_temp.faults('{"StartAt": "A", "States": {
  "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "P"},
  "P": {"Type": "Parallel", "Parameters": {"v.$": "$x"}, "End": true, "Branches": [
    {"StartAt": "B", "States": {"B": {"Type": "Pass", "InputPath": "$x.a", "Assign": {"y.$": "$x"}, "Next": "C"}, "C": {"Type": "Pass", "OutputPath": "$y", "End": true}}},
    {"StartAt": "D", "States": {"D": {"Type": "Pass", "Assign": {"y.$": "$x"}, "End": true}}}]}}}');
-- a rule's, a catcher's and a state's own assignments all count
SELECT pg_temp.faults('{"StartAt": "T", "States": {
  "T": {"Type": "Task", "Resource": "pg:sql", "Catch": [{"ErrorEquals": ["E"], "Assign": {"caught": 1}, "Next": "C"}], "Next": "C"},
  "C": {"Type": "Choice", "Assign": {"defaulted": 1}, "Default": "S", "Choices": [{"Variable": "$.a", "IsNull": true, "Assign": {"chosen": 1}, "Next": "S"}]},
  "S": {"Type": "Pass", "Parameters": {"a.$": "$caught", "b.$": "$defaulted", "c.$": "$chosen"}, "End": true}}}');

-- nobody assigns these
SELECT pg_temp.faults('{"StartAt": "A", "States": {
  "A": {"Type": "Pass", "InputPath": "$a.x", "OutputPath": "$b", "Parameters": {"p.$": "$c", "q": {"r.$": "States.Format(''{}'', $d.y[0])"}}, "Next": "C"},
  "C": {"Type": "Choice", "Choices": [{"Variable": "$e", "StringEqualsPath": "$f", "Next": "W"}], "Default": "F"},
  "W": {"Type": "Wait", "SecondsPath": "$g", "End": true},
  "F": {"Type": "Fail", "CausePath": "States.JsonToString($h)"}}}');

-- siblings and outer scopes do not see inner ones
SELECT pg_temp.faults('{"StartAt": "P", "States": {
  "P": {"Type": "Parallel", "Next": "Z", "Branches": [
    {"StartAt": "B", "States": {"B": {"Type": "Pass", "Assign": {"y": 1}, "End": true}}},
    {"StartAt": "D", "States": {"D": {"Type": "Pass", "InputPath": "$y", "End": true}}}]},
  "Z": {"Type": "Pass", "InputPath": "$y", "End": true}}}');

-- an inner scope does not assign an outer one's
SELECT pg_temp.faults('{"StartAt": "P", "States": {
  "P": {"Type": "Parallel", "Next": "Z", "Branches": [
    {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor":
      {"StartAt": "B", "States": {"B": {"Type": "Pass", "Assign": {"x.$": "$.a", "z": 1}, "End": true}}}}}}]},
  "Z": {"Type": "Pass", "Assign": {"x": 2}, "End": true}}}');

-- but a container may, which assigns when its branches have ended
SELECT pg_temp.faults('{"StartAt": "P", "States": {
  "P": {"Type": "Parallel", "Assign": {"x": 1}, "Catch": [{"ErrorEquals": ["E"], "Assign": {"y": 1}, "Next": "Z"}], "Next": "Z", "Branches": [
    {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "Assign": {"z": 1}, "ItemProcessor":
      {"StartAt": "B", "States": {"B": {"Type": "Pass", "Assign": {"x": 1, "y": 1, "z": 1}, "End": true}}}}}}]},
  "Z": {"Type": "Succeed"}}}');

-- a distributed Map's children are executions of their own
SELECT pg_temp.faults('{"StartAt": "A", "States": {
  "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "M"},
  "M": {"Type": "Map", "ItemSelector": {"x.$": "$x"}, "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
    "StartAt": "B", "States": {"B": {"Type": "Pass", "InputPath": "$x", "Next": "C"}, "C": {"Type": "Pass", "Assign": {"y": 1}, "End": true}}}}}}');
SELECT pg_temp.faults('{"StartAt": "A", "States": {
  "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "M"},
  "M": {"Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
    "StartAt": "B", "States": {"B": {"Type": "Pass", "Assign": {"x": 1}, "End": true}}}}}}');
