-- How the tables are kept: docs/operations.md says why.
\ir include/execution.sql
SELECT plan(8);

SELECT results_eq(
    $$SELECT c.relname::text COLLATE "default", option COLLATE "default" FROM pg_class c, unnest(c.reloptions) AS option
      WHERE c.relnamespace = 'asl'::regnamespace AND c.relkind = 'r' ORDER BY 1, 2$$,
    $$VALUES ('branch', 'autovacuum_vacuum_cost_delay=0'), ('branch', 'autovacuum_vacuum_scale_factor=0.02'),
             ('branch', 'fillfactor=50'), ('branch', 'vacuum_truncate=false'),
             ('execution', 'autovacuum_vacuum_cost_limit=800'), ('execution', 'autovacuum_vacuum_insert_scale_factor=0.05'),
             ('execution', 'autovacuum_vacuum_scale_factor=0.05'), ('execution', 'fillfactor=50'),
             ('history', 'autovacuum_freeze_min_age=0'), ('history', 'autovacuum_vacuum_cost_limit=800'),
             ('history', 'autovacuum_vacuum_insert_scale_factor=0.05'), ('history', 'autovacuum_vacuum_scale_factor=0.05'),
             ('result', 'autovacuum_vacuum_cost_delay=0'), ('result', 'autovacuum_vacuum_scale_factor=0.02'),
             ('result', 'vacuum_truncate=false'),
             ('task', 'autovacuum_vacuum_cost_delay=0'), ('task', 'autovacuum_vacuum_scale_factor=0.02'),
             ('task', 'fillfactor=70'), ('task', 'vacuum_truncate=false')$$,
    'settings of the tables');
SELECT results_eq(
    $$SELECT c.relname::text COLLATE "default", t.reloptions COLLATE "default" FROM pg_class c JOIN pg_class t ON t.oid = c.reltoastrelid
      WHERE c.relnamespace = 'asl'::regnamespace AND t.reloptions IS NOT NULL ORDER BY 1$$,
    $$VALUES ('branch', '{vacuum_truncate=false}'::text[]), ('result', '{vacuum_truncate=false}'), ('task', '{vacuum_truncate=false}')$$,
    'and of what is stored out of line');
SELECT is_empty(
    $$SELECT c.relname FROM pg_class c JOIN pg_depend d ON d.objid = c.oid AND d.deptype = 'e'
      WHERE c.relnamespace = 'asl'::regnamespace AND c.relkind IN ('r', 'S') AND c.relname NOT IN ('answered_request', 'token_key')
            AND c.oid <> ALL ((SELECT extconfig FROM pg_extension WHERE extname = 'pg_asl')::oid[])$$,
    'pg_dump saves every table and sequence, but for answers that are kept for minutes and the key of tokens');

-- A session that plans its statements while the tables are empty goes on with indexes when they no longer are.
SELECT asl.create_activity('ask') \g /dev/null
VACUUM ANALYZE asl.branch, asl.result, asl.task, asl.execution, asl.history;
CREATE FUNCTION scans() RETURNS bigint LANGUAGE sql AS $$
    SELECT sum(seq_scan)::bigint FROM pg_stat_user_tables
    WHERE schemaname = 'asl' AND relname IN ('branch', 'result', 'task', 'execution', 'history')
$$;
SELECT pg_stat_force_next_flush() \g /dev/null
SELECT scans() AS before \gset
SELECT start('{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 3, "Next": "A",
    "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Task", "Resource": "pg:sql", "End": true,
        "Parameters": {"Statement": "SELECT 1"}}}}},
    "A": {"Type": "Task", "Resource": "pg:activity:ask", "End": true}}}',
    '{"items": [1, 2, 3, 4, 5, 6, 7, 8]}') FROM generate_series(1, 20) \g /dev/null
CALL asl.run_pending();
DO $$
DECLARE
    token text;
BEGIN
    FOR n IN 1 .. 20 LOOP
        SELECT task_token INTO token FROM asl.get_activity_task('ask');
        PERFORM asl.send_task_success(token, '{}');
    END LOOP;
END $$;
CALL asl.run_pending();
SELECT pg_stat_force_next_flush() \g /dev/null
SELECT scans() AS after \gset
SELECT is(:after::bigint, :before::bigint, 'without a sequential scan');
SELECT is((SELECT count(*) FROM asl.executions WHERE status = 'SUCCEEDED'), 20::bigint, 'every execution has ended');
SELECT unalike(pg_read_file('/proc/self/maps'), '%llvmjit%', 'and none of its statements was worth compiling');

-- A step from one task to the next writes to no index.
VACUUM asl.branch;
CREATE FUNCTION updates(OUT n bigint, OUT hot bigint) LANGUAGE sql AS $$
    SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relid = 'asl.branch'::regclass
$$;
SELECT pg_stat_force_next_flush() \g /dev/null
SELECT * FROM updates() \gset before_
SELECT start('{"StartAt": "A", "States": {
    "A": {"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "SELECT pg_sleep(0.02)"}, "Next": "B"},
    "B": {"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "SELECT pg_sleep(0.02)"}, "Next": "C"},
    "C": {"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "SELECT 1"}, "End": true}}}')
FROM generate_series(1, 5) \g /dev/null
CALL asl.run_pending();
SELECT pg_stat_force_next_flush() \g /dev/null
SELECT * FROM updates() \gset after_
SELECT cmp_ok(:after_n - :before_n, '>=', 5, 'branches were updated');
SELECT is(:after_hot - :before_hot, :after_n - :before_n, 'each on its page');
