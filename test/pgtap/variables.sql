-- Variables: when they are assigned, who sees them, in which language.
\ir include/execution.sql
SELECT plan(13);

-- A machine of these states, the first of which is A.
CREATE FUNCTION states(states jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('StartAt', 'A', 'States', states) $$;

-- expressions see the values as they were when the state was entered
SELECT start(states('{"A": {"Type": "Pass", "Assign": {"x": 1, "y.$": "$.in"}, "Next": "B"},
    "B": {"Type": "Pass", "Assign": {"x.$": "States.MathAdd($x, 1)", "old.$": "$x"}, "Parameters": {"x.$": "$x"}, "Next": "C"},
    "C": {"Type": "Pass", "Parameters": {"x.$": "$x", "y.$": "$y", "old.$": "$old", "before.$": "$.x"}, "End": true}}'), '{"in": [7]}') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"x": 2, "y": [7], "old": 1, "before": 1}', 'assigned together, for the next state');
SELECT is(details->'assignedVariables', '{"x": 2, "old": 1}', 'the event tells what was assigned')
FROM asl.get_execution_history(:e) WHERE type = 'PassStateExited' AND details->>'name' = 'B';
SELECT ok(NOT details ? 'assignedVariables', 'and nothing where nothing was')
FROM asl.get_execution_history(:e) WHERE type = 'PassStateExited' AND details->>'name' = 'C';

-- JSONata and JSONPath share them
SELECT start(states('{"A": {"Type": "Pass", "Assign": {"x": {"n": 20}}, "Next": "B"},
    "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"y": "{% $x.n + 1 %}"}, "Output": {"from": "{% $x.n %}", "in": "{% $states.input.i %}"}, "Next": "C"},
    "C": {"Type": "Choice", "Choices": [{"Variable": "$y", "NumericEqualsPath": "$x.n", "Next": "D"}, {"Variable": "$y", "NumericGreaterThanPath": "$x.n", "Next": "D", "Assign": {"z.$": "$y"}}]},
    "D": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% {''sum'': $y + $z, ''input'': $states.input} %}", "End": true}}'), '{"i": 3}') AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"sum": 42, "input": {"in": 3, "from": 20}}', 'two languages');

-- an unassigned variable
SELECT start(states('{"A": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": true, "Next": "B"}], "Default": "C"},
    "B": {"Type": "Pass", "Assign": {"x": 1}, "Next": "C"}, "C": {"Type": "Pass", "Parameters": {"x.$": "$x"}, "End": true}}')) AS e \gset
SELECT start(states('{"A": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": true, "Next": "B"}], "Default": "C"},
    "B": {"Type": "Pass", "Assign": {"x": 1}, "Next": "C"}, "C": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $x %}", "End": true}}')) AS f \gset
CALL asl.run_pending();
SELECT matches(outcome(:e), '^FAILED States.Runtime: An error occurred while executing the state ''C'' \(entered at the event id #4\)\. ', 'JSONPath: a runtime error');
SELECT is(outcome(:f), 'FAILED States.QueryEvaluationError: An error occurred while executing the state ''C'' (entered at the event id #4). '
    'The JSONata expression ''$x'' specified for the field ''Output'' returned nothing (undefined).', 'JSONata: undefined');

-- branches and iterations read what is outside and lose what they assign
SELECT start(states('{"A": {"Type": "Pass", "Assign": {"x": "outer"}, "Next": "B"},
    "B": {"Type": "Parallel", "Branches": [
        {"StartAt": "B1", "States": {"B1": {"Type": "Pass", "Assign": {"y": 1}, "Next": "B2"}, "B2": {"Type": "Pass", "Parameters": {"x.$": "$x", "y.$": "$y"}, "End": true}}},
        {"StartAt": "B3", "States": {"B3": {"Type": "Pass", "Assign": {"y": 2}, "Next": "B4"}, "B4": {"Type": "Pass", "Parameters": {"y.$": "$y"}, "End": true}}}],
        "Assign": {"n.$": "States.ArrayLength($)"}, "Next": "C"},
    "C": {"Type": "Map", "ItemsPath": "$", "MaxConcurrency": 1, "ItemProcessor": {"StartAt": "C1", "States": {
        "C1": {"Type": "Choice", "Choices": [{"Variable": "$$.Map.Item.Index", "NumericEquals": 0, "Next": "C2"}], "Default": "C3"},
        "C2": {"Type": "Pass", "Assign": {"z": "first"}, "Next": "C3"},
        "C3": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% {''n'': $n, ''z'': $exists($z)} %}", "End": true}}}, "End": true}}')) AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED [{"n": 2, "z": true}, {"n": 2, "z": false}]', 'scopes of iterations');
SELECT is((SELECT details->'output' FROM asl.get_execution_history(:e) WHERE type = 'ParallelStateExited'), '[{"x": "outer", "y": 1}, {"y": 2}]', 'scopes of branches');

-- what Assign sees as "$"
SELECT start(states('{"A": {"Type": "Parallel", "Branches": [{"StartAt": "A1", "States": {"A1": {"Type": "Pass", "Result": {"r": 5}, "End": true}}}],
    "ResultSelector": {"s.$": "$[0].r"}, "ResultPath": "$.p", "Assign": {"result.$": "$"}, "Next": "B"},
    "B": {"Type": "Wait", "Seconds": 0, "InputPath": "$.p", "Assign": {"waited.$": "$"}, "Next": "C"},
    "C": {"Type": "Pass", "Parameters": {"result.$": "$result", "waited.$": "$waited"}, "End": true}}')) AS e \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"result": {"s": 5}, "waited": {"s": 5}}', 'the result; the effective input of a Wait');

-- a state that fails or is tried again assigns nothing
CREATE SEQUENCE tries;
CREATE FUNCTION try(p jsonb) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('tries') < 2 THEN PERFORM asl.fail('Again'); END IF;
    RETURN 1;
END $$;
SELECT start(states('{"A": {"Type": "Task", "Resource": "pg:function:try", "Assign": {"x.$": "$"}, "Retry": [{"ErrorEquals": ["Again"]}], "Next": "B"},
    "B": {"Type": "Pass", "Parameters": {"x.$": "$x"}, "End": true}}')) AS e \gset
CALL asl.run_pending();
SELECT is((SELECT variables FROM asl.branch WHERE execution = :e), NULL, 'nothing is assigned yet');
SELECT hurry(:e) \g /dev/null
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"x": 1}', 'now it is');

-- a choice's own Assign
SELECT start(states('{"A": {"Type": "Choice", "Assign": {"x": "default"}, "Choices": [{"Variable": "$.a", "IsPresent": true, "Assign": {"x": "rule"}, "Next": "B"}], "Default": "B"},
    "B": {"Type": "Pass", "Parameters": {"x.$": "$x"}, "End": true}}'), '{"a": 1}') AS e \gset
SELECT start(states('{"A": {"Type": "Choice", "Assign": {"x": "default"}, "Choices": [{"Variable": "$.a", "IsPresent": true, "Assign": {"x": "rule"}, "Next": "B"}], "Default": "B"},
    "B": {"Type": "Pass", "Parameters": {"x.$": "$x"}, "End": true}}')) AS f \gset
CALL asl.run_pending();
SELECT is(outcome(:e), 'SUCCEEDED {"x": "rule"}', 'the rule''s');
SELECT is(outcome(:f), 'SUCCEEDED {"x": "default"}', 'the state''s');
SELECT * FROM finish();
