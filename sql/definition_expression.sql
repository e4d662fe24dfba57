-- Computed fields of JSONata states: values, and the causes of what fails.
\pset format unaligned
\pset tuples_only on
\set ON_ERROR_ROLLBACK on
BEGIN;
-- Runs one state of an Express machine and shows how it ended.
CREATE FUNCTION pg_temp.run(state jsonb, input jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE r record; machine text := 'definition_expression_' || md5(state::text);
BEGIN
  PERFORM asl.create_state_machine(machine, jsonb_build_object('QueryLanguage', 'JSONata', 'StartAt', 'S', 'States', jsonb_build_object('S', state)), 'EXPRESS');
  SELECT * INTO r FROM asl.start_sync_execution(machine, input);
  RETURN coalesce(r.output::text, r.error || ' ' || regexp_replace(r.cause, '^An error occurred .*?\)\. ', ''));
END $$;
CREATE FUNCTION pg_temp.output(output jsonb, input jsonb DEFAULT '{}') RETURNS text
BEGIN ATOMIC
  SELECT pg_temp.run(jsonb_build_object('Type', 'Pass', 'End', true, 'Output', output), input);
END;

-- expressions anywhere; what is none stays as it is
SELECT pg_temp.output('"{% $states.input.a %}"', '{"a": [1, 2.50]}');
SELECT pg_temp.output('{"a": [{"b": "{% 1 + 1 %}"}, "{%$states.input.x%}"], "c": " {% 1 %}", "d": "1 %}", "e.$": "$.x", "f": null, "g": 1.50}', '{"x": {"y": null}}');
SELECT pg_temp.output('"{% $states.context.State.Name & $states.context.StateMachine.Name = ''S'' %}"');
SELECT pg_temp.output('"{% $keys($states) %}"');
-- members that come out undefined within an expression go; a number that JSON lacks is a text
SELECT pg_temp.output('"{% {\"a\": $states.input.nope, \"b\": [1, $states.input.nope, 2]} %}"');
SELECT pg_temp.output('{"a": "{% 1/0 %}", "b": "{% [-1/0, {\"x\": [1/0]}] %}", "c": "{% $range(1, 3, 1) %}", "d": "{% [1..3] %}"}');

-- undefined
SELECT pg_temp.output('"{% $states.input.nope %}"');
SELECT pg_temp.output('{"a": {"b": [0, ["x", "{%   $nope   %}"]]}}');
SELECT pg_temp.run('{"Type": "Pass", "End": true, "Assign": {"v": {"w": "{% $nope %}"}}}');
-- functions
SELECT pg_temp.output('"{% $sum %}"');
SELECT pg_temp.output('{"a": "{% {\"f\": [function($x) { $x }]} %}"}');
-- errors of the evaluation
SELECT pg_temp.output('{"a": "{% 1 + \"x\" %}"}');
SELECT pg_temp.output('"{% $nope(1) %}"');
-- the wrong type
SELECT pg_temp.run('{"Type": "Fail", "Error": "{% 1 %}"}');
SELECT pg_temp.run('{"Type": "Wait", "Seconds": "{% [\"5\"] %}", "End": true}');
SELECT pg_temp.run('{"Type": "Map", "Items": "{% {\"a\": [1, 2.5, null]} %}", "End": true, "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}');
SELECT pg_temp.run('{"Type": "Parallel", "End": true, "Branches": [{"StartAt": "C", "States": {
  "C": {"Type": "Choice", "Choices": [{"Condition": false, "Next": "E"}, {"Condition": "{% null %}", "Next": "E"}], "Default": "E"}, "E": {"Type": "Succeed"}}}]}');
-- places of rules and catchers
SELECT pg_temp.run('{"Type": "Parallel", "End": true, "Branches": [{"StartAt": "C", "States": {
  "C": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "E", "Output": {"a": ["{% $nope %}"]}}], "Default": "E"}, "E": {"Type": "Succeed"}}}]}');
SELECT pg_temp.run('{"Type": "Parallel", "End": true, "Branches": [{"StartAt": "T", "States": {
  "T": {"Type": "Task", "Resource": "pg:sql", "Arguments": {"Statement": "SELECT 1/0"}, "End": true,
    "Catch": [{"ErrorEquals": ["E"], "Next": "E"}, {"ErrorEquals": ["States.ALL"], "Next": "E", "Assign": {"x": "{% $nope %}"}}]}, "E": {"Type": "Succeed"}}}]}');
ROLLBACK;
