-- JSONata in states: what fails with which error, and where.
\ir include/execution.sql
SELECT plan(11);

-- What the execution failed with: the location of its first EvaluationFailed, error and cause without AWS's words before it.
CREATE FUNCTION failure(execution bigint) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', (SELECT details ->> 'location' FROM asl.get_execution_history(execution) WHERE type = 'EvaluationFailed' LIMIT 1),
      error || ':', regexp_replace(cause, '^An error occurred .*? \(entered at the event id #\d+\)\. ', ''))
    FROM asl.describe_execution(execution);
$$;
-- A Task, Map or Wait in JSONata with these members.
CREATE FUNCTION begin(kind text, members jsonb) RETURNS bigint LANGUAGE sql AS $$
    SELECT start(one_state((CASE kind
      WHEN 'Task' THEN '{"Type": "Task", "Resource": "pg:sql", "Arguments": {"Statement": "SELECT 1"}}'
      WHEN 'Wait' THEN '{"Type": "Wait"}'
      ELSE '{"Type": "Map", "Items": [1], "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}'
      END)::jsonb || '{"QueryLanguage": "JSONata"}' || members));
$$;

-- A value out of its field's range is an error of the expression, which the state's Retry and Catch see.
SELECT begin('Wait', '{"Seconds": "{% -1 %}"}') AS a \gset
SELECT begin('Wait', '{"Seconds": "{% 0.5 %}"}') AS b \gset
SELECT begin('Task', '{"TimeoutSeconds": "{% -1 %}"}') AS c \gset
SELECT begin('Task', '{"TimeoutSeconds": 9, "HeartbeatSeconds": "{% 1.5 %}"}') AS d \gset
SELECT begin('Task', '{"Credentials": {"RoleArn": "{% 5 %}"}}') AS e \gset
SELECT begin('Map', '{"MaxConcurrency": "{% -1 %}"}') AS f \gset
SELECT begin('Map', '{"ToleratedFailureCount": "{% -1 %}"}') AS g \gset
SELECT begin('Map', '{"ToleratedFailurePercentage": "{% 101 %}"}') AS h \gset
SELECT begin('Map', '{"ItemBatcher": {"MaxItemsPerBatch": "{% 0 %}"}}') AS i \gset
SELECT begin('Map', '{"ItemBatcher": {"MaxInputBytesPerBatch": "{% 0 %}"}}') AS j \gset
SELECT start('{"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "pg:sql", "Arguments": {"Statement": "SELECT 1"},
      "TimeoutSeconds": "{% -1 %}", "Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "T", "Output": "caught"}], "End": true}, "T": {"Type": "Succeed"}}}') AS k \gset
CALL asl.run_pending();
SELECT is(failure(:a), 'Seconds States.QueryEvaluationError: The Seconds field references an invalid value: -1', 'Seconds');
SELECT is(failure(:b), 'Seconds States.QueryEvaluationError: The Seconds field references an invalid value: 0.5', 'a fraction of a second');
SELECT is(failure(:c), 'TimeoutSeconds States.QueryEvaluationError: The TimeoutSeconds field refers to value "-1" which is not a valid positive integer', 'TimeoutSeconds');
SELECT is(failure(:d), 'HeartbeatSeconds States.QueryEvaluationError: The HeartbeatSeconds field refers to value "1.5" which is not a valid positive integer', 'HeartbeatSeconds');
SELECT is(failure(:e), 'Credentials States.QueryEvaluationError: The field ''RoleArn'' of the Credentials must be a string but was: 5', 'RoleArn');
SELECT is(failure(:f), 'MaxConcurrency States.QueryEvaluationError: MaxConcurrency cannot be negative.', 'MaxConcurrency');
SELECT is(failure(:g), 'ToleratedFailureCount States.QueryEvaluationError: ToleratedFailureCount cannot be negative.', 'ToleratedFailureCount');
SELECT is(failure(:h), 'ToleratedFailurePercentage States.QueryEvaluationError: ToleratedFailurePercentage must be between 0 and 100.', 'ToleratedFailurePercentage');
SELECT is(failure(:i), 'ItemBatcher/MaxItemsPerBatch States.QueryEvaluationError: MaxItemsPerBatch must be positive.', 'MaxItemsPerBatch');
SELECT is(failure(:j), 'ItemBatcher/MaxInputBytesPerBatch States.QueryEvaluationError: MaxInputBytesPerBatch must be positive.', 'MaxInputBytesPerBatch');
SELECT is(output, '"caught"', 'caught') FROM asl.describe_execution(:k);
SELECT * FROM finish();
