-- More state machines than a backend keeps, while one of them runs.
\pset format unaligned
\pset tuples_only on
SELECT count(asl.create_state_machine('definition_cache_' || n, jsonb_build_object('StartAt', 'P', 'States', jsonb_build_object('P',
    jsonb_build_object('Type', 'Pass', 'Result', n, 'End', true))), 'EXPRESS'))
  FROM generate_series(1, 150) AS n;
-- one after the other, twice: what has been forgotten is read again
SELECT count(*), sum(output::int) FROM generate_series(1, 150) AS n, asl.start_sync_execution('definition_cache_' || n);
SELECT count(*), sum(output::int) FROM generate_series(1, 150) AS n, asl.start_sync_execution('definition_cache_' || n);
-- all of them inside of a step of another, which goes on with its own definition
CREATE FUNCTION definition_cache_run(n int) RETURNS bigint LANGUAGE sql AS
$$ SELECT sum(output::int) FROM generate_series(1, n) AS i, asl.start_sync_execution('definition_cache_' || i) $$;
SELECT asl.create_state_machine('definition_cache', '{"StartAt": "T", "States": {
  "T": {"Type": "Task", "Resource": "pg:function:definition_cache_run", "ResultSelector": {"sum.$": "$"}, "ResultPath": "$.result", "Next": "C"},
  "C": {"Type": "Choice", "Choices": [{"Variable": "$.result.sum", "NumericEquals": 11325, "Next": "P"}], "Default": "F"},
  "P": {"Type": "Pass", "Parameters": {"text.$": "States.Format(''{} of {}'', $.result.sum, $.n)"}, "End": true},
  "F": {"Type": "Fail"}}}', 'EXPRESS') <> '';
SELECT status, output, cause FROM asl.start_sync_execution('definition_cache', '{"n": 150}');

SELECT count(asl.delete_state_machine(name)) FROM asl.state_machines WHERE name LIKE 'definition\_cache%';
DROP FUNCTION definition_cache_run;
