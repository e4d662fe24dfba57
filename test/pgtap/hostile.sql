-- Whatever arguments a machine computes for whatever it calls, by whatever way: the process goes on, and no error is internal.
\ir lib/hostile.psql
SELECT plan(5);

CREATE TEMP TABLE machine AS
  SELECT row_number() OVER (ORDER BY md5(r.n || ' ' || a.n || ' ' || v.n)) AS n, resource, argument::jsonb, language, value
    FROM hostile_resource r, hostile_argument a, hostile_value v;
CREATE TEMP TABLE ran AS
  SELECT hostile_run('Task', resource, argument, language, value) AS outcome FROM machine WHERE n <= 2000;
SELECT is((SELECT count(*) FROM ran), 2000::bigint, 'Tasks run in one process');
SELECT is((SELECT string_agg(outcome, E'\n') FROM (SELECT outcome FROM ran WHERE outcome LIKE 'INTERNAL%' LIMIT 5) r), NULL, 'none fails with an internal error');
SELECT ok((SELECT count(*) FROM ran WHERE outcome = 'SUCCEEDED') > 100 AND (SELECT count(*) FROM ran WHERE outcome = 'refused') < 1000,
  'many of them get as far as to the call');

SELECT count(*) AS started FROM (SELECT hostile_run(k, resource, argument, language, value) AS outcome
  FROM machine, unnest(ARRAY['ItemReader', 'ResultWriter']) k WHERE machine.n > 2000 AND machine.n <= 2250) r WHERE outcome = 'started' \gset
CALL asl.run_pending();
SELECT cmp_ok((SELECT count(*) FROM asl.executions WHERE state_machine LIKE 'hostile-%'), '>', 150::bigint, 'readers and writers are started');
SELECT is((SELECT string_agg(state_machine || ' ' || status || ' ' || coalesce(cause, ''), E'\n')
             FROM (SELECT * FROM asl.executions WHERE state_machine LIKE 'hostile-%' AND (status = 'RUNNING' OR cause ~ 'sqlstate": ?"XX') LIMIT 5) e), NULL,
  'all of them end, and none with an internal error');
SELECT * FROM finish();
