-- What states make of their input, and what they say where it does not fit.
\ir include/execution.sql
SELECT plan(2);

-- The cause of an execution's failure without AWS's words about where it happened.
CREATE FUNCTION cause(execution bigint) RETURNS text LANGUAGE sql AS $$
    SELECT error || ': ' || regexp_replace(cause, '^An error occurred while executing the state ''S'' \(entered at the event id #2\)\. ', '') FROM asl.describe_execution($1)
$$;

-- Fail
SELECT start(one_state('{"Type": "Fail", "CausePath": "$.none"}') #- '{States,S,End}', '{"a": 1}') AS e \gset
SELECT start(one_state('{"Type": "Fail", "ErrorPath": "$$.None"}') #- '{States,S,End}', '{"a": 1}') AS f \gset
CALL asl.run_pending();
SELECT is(cause(:e), 'States.Runtime: The JSONPath ''$.none'' specified for the field ''CausePath'' could not be found in the input ''{"a":1}''', 'the state''s input');
SELECT matches(cause(:f), '^States.Runtime: The JSONPath ''\$\$.None'' specified for the field ''ErrorPath'' could not be found in the input ''{"Execution":{"Id":', 'the context object');
SELECT * FROM finish();
