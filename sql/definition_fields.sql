-- The fields of the state types: where they may stand, what they must be.
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.faults(state jsonb, machine jsonb DEFAULT '{}') RETURNS SETOF text
BEGIN ATOMIC
  SELECT format('%s %s: %s at %s', severity, code, message, coalesce(location, 'null'))
    FROM asl.validate_state_machine_definition(machine || jsonb_build_object('StartAt', 'S', 'States', jsonb_build_object('S', state)));
END;

-- every field of JSONPath where it belongs
SELECT pg_temp.faults('{"Type": "Task", "Comment": "c", "QueryLanguage": "JSONPath", "End": true, "Resource": "pg:sql",
  "InputPath": "$.a", "Parameters": {}, "ResultSelector": {}, "ResultPath": "$.r", "OutputPath": "$.o", "Assign": {},
  "Retry": [], "Catch": [], "TimeoutSeconds": 10, "HeartbeatSeconds": 9, "Credentials": {"RoleArn": "r"}}');
SELECT pg_temp.faults('{"Type": "Task", "End": true, "Resource": "pg:sql", "InputPath": null, "ResultPath": null,
  "OutputPath": null, "TimeoutSecondsPath": "$.t", "HeartbeatSecondsPath": "$.h", "Credentials": {"RoleArn.$": "$.r"}}');
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "InputPath": "$", "Parameters": {}, "Result": 1, "ResultPath": "$",
  "OutputPath": "$", "Assign": {}}');
SELECT pg_temp.faults('{"Type": "Wait", "End": true, "InputPath": "$", "OutputPath": "$", "Assign": {}, "Seconds": 0}');
SELECT pg_temp.faults('{"Type": "Wait", "End": true, "SecondsPath": "$.s"}');
SELECT pg_temp.faults('{"Type": "Wait", "End": true, "Timestamp": "2030-01-01T00:00:00Z"}');
SELECT pg_temp.faults('{"Type": "Wait", "End": true, "TimestampPath": "$.t"}');
SELECT pg_temp.faults('{"Type": "Succeed", "InputPath": "$", "OutputPath": "$"}');
SELECT pg_temp.faults('{"Type": "Fail", "Error": "E", "Cause": "C"}');
SELECT pg_temp.faults('{"Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.Format(''{}'', $.c)"}');
SELECT pg_temp.faults('{"Type": "Fail"}');

-- a field on a state type that lacks it
SELECT f || ': ' || string_agg(t, ' ' ORDER BY t COLLATE "C")
  FROM unnest('{Comment,QueryLanguage,Next,End,InputPath,OutputPath,Parameters,Arguments,ResultSelector,ResultPath,Assign,Output,Retry,Catch,Resource,TimeoutSeconds,TimeoutSecondsPath,HeartbeatSeconds,HeartbeatSecondsPath,Credentials,Result,Seconds,SecondsPath,Timestamp,TimestampPath,Error,ErrorPath,Cause,CausePath,Choices,Default,Branches,ItemProcessor,Iterator,ItemsPath,Items,ItemSelector,MaxConcurrency,MaxConcurrencyPath,Label,ToleratedFailureCount,ToleratedFailureCountPath,ToleratedFailurePercentage,ToleratedFailurePercentagePath,Comments}'::text[]) AS f,
       unnest('{Task,Wait,Pass,Succeed,Fail,Choice,Parallel,Map}'::text[]) AS t
 WHERE NOT EXISTS (SELECT FROM asl.validate_state_machine_definition(
         jsonb_build_object('StartAt', 'S', 'States', jsonb_build_object('S', jsonb_build_object('Type', t, f, null))))
       WHERE message = format('Field ''%s'' is not supported', f) AND location = '/States/S')
 GROUP BY f ORDER BY f COLLATE "C";
SELECT pg_temp.faults('{"Type": "Succeed", "TimeoutSeconds": 1, "End": true, "comment": "c"}');

-- a field in the wrong language
SELECT f || ': ' || string_agg(l, ' ' ORDER BY l)
  FROM unnest('{InputPath,OutputPath,Parameters,Arguments,ResultSelector,ResultPath,Assign,Output,TimeoutSeconds,TimeoutSecondsPath,HeartbeatSeconds,HeartbeatSecondsPath,Credentials,Result,Seconds,SecondsPath,Timestamp,TimestampPath,Error,ErrorPath,Cause,CausePath,ItemsPath,Items,ItemSelector,MaxConcurrency,MaxConcurrencyPath,ToleratedFailureCount,ToleratedFailureCountPath,ToleratedFailurePercentage,ToleratedFailurePercentagePath}'::text[]) AS f,
       unnest('{JSONPath,JSONata}'::text[]) AS l
 WHERE NOT EXISTS (
         SELECT FROM unnest('{Task,Wait,Pass,Succeed,Fail,Choice,Parallel,Map}'::text[]) AS t, asl.validate_state_machine_definition(
         jsonb_build_object('QueryLanguage', l, 'StartAt', 'S', 'States', jsonb_build_object('S', jsonb_build_object('Type', t, f, null))))
       WHERE message LIKE format('The QueryLanguage is set to ''%s'', but field ''%s'' is only supported for the ''%%'' QueryLanguage', l, f) AND location = '/States/S')
 GROUP BY f ORDER BY f COLLATE "C";
SELECT pg_temp.faults('{"Type": "Pass", "Output": 1, "End": true}');
SELECT pg_temp.faults('{"Type": "Pass", "InputPath": "$.a", "Result": 1, "End": true, "QueryLanguage": "JSONata"}');

-- what must be there
SELECT pg_temp.faults('{"Type": "Task", "End": true}');
SELECT pg_temp.faults('{"Type": "Choice"}');
SELECT pg_temp.faults('{"Type": "Wait", "End": true}');
SELECT pg_temp.faults('{"Type": "Wait", "End": true, "QueryLanguage": "JSONata"}');
SELECT pg_temp.faults('{"Type": "Wait", "End": true, "QueryLanguage": "JSONata", "SecondsPath": "$.s"}');
SELECT pg_temp.faults('{"Type": "Map", "End": true}');
SELECT pg_temp.faults('{"Type": "Task", "End": true, "Resource": "pg:sql", "Credentials": {}}');
SELECT pg_temp.faults('{"Type": "Task", "End": true, "Resource": "pg:sql", "Credentials": "r"}');

-- what excludes each other
SELECT pg_temp.faults('{"Type": "Task", "End": true, "Resource": "pg:sql", "TimeoutSeconds": 1, "TimeoutSecondsPath": "$.t",
  "HeartbeatSeconds": 1, "HeartbeatSecondsPath": "$.h"}');
SELECT pg_temp.faults('{"Type": "Wait", "End": true, "Seconds": 1, "TimestampPath": "$.t"}');
SELECT pg_temp.faults('{"Type": "Fail", "Error": "E", "ErrorPath": "$.e", "Cause": "C", "CausePath": "$.c"}');

-- types
SELECT pg_temp.faults('{"Type": "Task", "End": 1, "Comment": 1, "Resource": 1, "InputPath": 1, "OutputPath": {}, "Parameters": [],
  "ResultSelector": "$", "ResultPath": true, "Assign": null, "Retry": {}, "Catch": 1, "TimeoutSeconds": "1",
  "HeartbeatSeconds": 1.5}');
SELECT pg_temp.faults('{"Type": "Task", "Next": null, "Resource": null, "TimeoutSecondsPath": 5, "HeartbeatSecondsPath": null}');
SELECT pg_temp.faults('{"Type": "Fail", "Error": 1, "CausePath": null}');
SELECT pg_temp.faults('{"Type": "Choice", "Choices": {}, "Default": true}');
SELECT pg_temp.faults('{"Type": "Parallel", "End": true, "Branches": {}}');

-- ranges
SELECT pg_temp.faults('{"Type": "Task", "End": true, "Resource": "pg:sql", "TimeoutSeconds": 0, "HeartbeatSeconds": 0}');
SELECT pg_temp.faults('{"Type": "Task", "End": true, "Resource": "pg:sql", "TimeoutSeconds": 99999999, "HeartbeatSeconds": 1}');
SELECT pg_temp.faults('{"Type": "Task", "End": true, "Resource": "pg:sql", "TimeoutSeconds": 100000000, "HeartbeatSeconds": 1e9}');
SELECT pg_temp.faults('{"Type": "Task", "End": true, "Resource": "pg:sql", "TimeoutSeconds": 10, "HeartbeatSeconds": 10}');
SELECT pg_temp.faults('{"Type": "Wait", "End": true, "Seconds": -1}');
SELECT pg_temp.faults('{"Type": "Wait", "End": true, "Seconds": 100000000}');
SELECT pg_temp.faults('{"Type": "Wait", "End": true, "Seconds": 1.0}');

-- timestamps
SELECT t, f
  FROM unnest('{2016-12-05T21:29:29,2016-12-05 21:29:29Z,2016-12-05t21:29:29Z,2016-12-05T21:29:29z,2016-13-05T21:29:29Z,2016-12-32T21:29:29Z,2015-02-29T00:00:00Z,2016-12-05T24:00:00Z,2016-12-05T21:60:29Z,2016-12-05T21:29:60Z,2016-12-05,05-12-2016T21:29:29Z,2016-12-05T21:29:29.Z,2016-12-05T21:29:29+0100,2016-12-05T21:29:29+19:00,2016-12-05T21:29:29Zx,$.t}'::text[]) AS t
  LEFT JOIN LATERAL pg_temp.faults(jsonb_build_object('Type', 'Wait', 'End', true, 'Timestamp', t)) AS f ON true;
SELECT pg_temp.faults(jsonb_build_object('Type', 'Wait', 'End', true, 'Timestamp', t))
  FROM unnest('{2016-02-29T00:00:00Z,2016-12-05T21:29:29.123456789Z,2016-12-05T21:29:29.1+05:30,2016-12-05T21:29:29-00:00,0001-01-01T00:00:00Z,9999-12-31T23:59:59Z}'::text[]) AS t;

-- warnings
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Result": {"a": [{"b.$": "$.x"}]}}');
SELECT pg_temp.faults('{"Type": "Pass", "End": true, "Parameters": {"a": "$.x", "b": {"c": "States.UUID()", "d": "$5.00", "e.$": "$.x"}, "f": ["$.x"]}}');
SELECT pg_temp.faults('{"Type": "Fail", "Error": "$.error", "Cause": "States.Format(''{}'', $.x)"}');
