-- Paths, reference paths and payload templates in a definition.
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.faults(state jsonb, machine jsonb DEFAULT '{}') RETURNS SETOF text
BEGIN ATOMIC
  SELECT format('%s %s: %s at %s', severity, code, message, coalesce(location, 'null'))
    FROM asl.validate_state_machine_definition(machine || jsonb_build_object('StartAt', 'S', 'States', jsonb_build_object('S', state)));
END;
CREATE FUNCTION pg_temp.field(name text, value jsonb, state jsonb) RETURNS SETOF text
BEGIN ATOMIC
  SELECT name || ' ' || value || ' ' || f FROM pg_temp.faults(state || jsonb_build_object(name, value)) AS f;
END;

-- InputPath and OutputPath are any path, or null
SELECT pg_temp.field(f, p, '{"Type": "Pass", "End": true}')
  FROM unnest('{InputPath,OutputPath}'::text[]) AS f,
       jsonb_array_elements('["$", "$.a.b", "$[0]", "$[*]", "$..a", "$.a[?(@.b == 1)]", "$$.Execution.Id", null]') AS p;
SELECT pg_temp.field('InputPath', p, '{"Type": "Pass", "End": true}')
  FROM jsonb_array_elements('["a.b", "", " $.a", "$.", "$.a[", "States.UUID()", "$.a b"]') AS p;

-- ResultPath is a reference path into the input, or null
SELECT pg_temp.field('ResultPath', p, '{"Type": "Pass", "End": true}')
  FROM jsonb_array_elements('["$", "$.a", "$[''a''][0].b-c_d", null]') AS p;
SELECT pg_temp.field('ResultPath', p, '{"Type": "Pass", "End": true}')
  FROM jsonb_array_elements('["a", "$.a[*]", "$..a", "$.a[0:2]", "$.a[-1]", "$.a[?(@.b)]", "$.a.length()", "$[''a'',''b'']", "$$.Execution", "$v.a"]') AS p;

-- the other …Path fields are reference paths; where the context object and variables are allowed
SELECT pg_temp.field(f, p, s)
  FROM (VALUES ('SecondsPath', '{"Type": "Wait", "End": true}'::jsonb),
               ('TimestampPath', '{"Type": "Wait", "End": true}'),
               ('TimeoutSecondsPath', '{"Type": "Task", "Resource": "pg:sql", "End": true}'),
               ('HeartbeatSecondsPath', '{"Type": "Task", "Resource": "pg:sql", "End": true}'),
               ('ItemsPath', '{"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}'),
               ('MaxConcurrencyPath', '{"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}')) AS x(f, s),
       jsonb_array_elements('["$.a", "$$.Execution.Input.a", "$v", "$.a[*]", "a"]') AS p;

-- ErrorPath and CausePath may call the functions that give a string
SELECT pg_temp.field('ErrorPath', p, '{"Type": "Fail"}')
  FROM jsonb_array_elements('["$.e", "$$.State.Name", "States.Format(''{}'', $.a)", "States.JsonToString($.a)", "States.ArrayGetItem($.a, 0)",
    "States.Base64Encode($.a)", "States.Base64Decode($.a)", "States.Hash($.a, ''MD5'')", "States.UUID()"]') AS p;
SELECT pg_temp.field('CausePath', p, '{"Type": "Fail"}')
  FROM jsonb_array_elements('["e", "States.Array(1)", "States.ArrayLength($.a)", "States.Nope()", "States.Format()"]') AS p;

-- payload templates
SELECT pg_temp.faults('{"Type": "Task", "Resource": "pg:sql", "End": true}' || jsonb_build_object(f, '{"a": {"b": [{"c.$": "nope"}, {"c.$": 1}]}, "d.$": "$.", "e.$": "States.Format(1", "f.$": "$.f"}'::jsonb))
  FROM unnest('{Parameters,ResultSelector,Assign}'::text[]) AS f;
SELECT pg_temp.field('Parameters', '{"a.$": "$.a", "a": 1}', '{"Type": "Pass", "End": true}');
SELECT pg_temp.field('Parameters', p, '{"Type": "Pass", "End": true}')
  FROM jsonb_array_elements('["$.a", 1, [], null]') AS p;
SELECT pg_temp.field('Credentials', '{"RoleArn.$": "role"}', '{"Type": "Task", "Resource": "pg:sql", "End": true}');
