\echo Use "ALTER EXTENSION pg_asl UPDATE" to load this file. \quit

/* Storage and autovacuum: docs/operations.md says why */

ALTER TABLE asl.execution SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_vacuum_cost_limit = 800);
ALTER TABLE asl.branch SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0,
    vacuum_truncate = false, toast.vacuum_truncate = false);
ALTER TABLE asl.result SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0,
    vacuum_truncate = false, toast.vacuum_truncate = false);
ALTER TABLE asl.history SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_vacuum_cost_limit = 800, autovacuum_freeze_min_age = 0);
ALTER TABLE asl.task SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0,
    vacuum_truncate = false, toast.vacuum_truncate = false);

/* What belonged to a role that was dropped stays out of pg_dump */

DO $$
DECLARE
    owned text := 'WHERE owner IN (SELECT oid FROM pg_catalog.pg_roles)';
    of_machine text := format('WHERE state_machine IN (SELECT state_machine FROM asl.state_machine %s)', owned);
    of_execution text := format('WHERE execution IN (SELECT execution FROM asl.execution %s)', owned);
BEGIN
    PERFORM pg_extension_config_dump('asl.state_machine', owned);
    PERFORM pg_extension_config_dump('asl.revision', of_machine);
    PERFORM pg_extension_config_dump('asl.execution', owned);
    PERFORM pg_extension_config_dump('asl.branch', owned);
    PERFORM pg_extension_config_dump('asl.result', of_execution);
    PERFORM pg_extension_config_dump('asl.history', of_execution);
    PERFORM pg_extension_config_dump('asl.activity', owned);
    PERFORM pg_extension_config_dump('asl.task', of_execution);
    PERFORM pg_extension_config_dump('asl.resource_map', owned);
END $$;

/* Views and functions */

CREATE OR REPLACE VIEW asl.pending_tasks WITH (security_barrier) AS
SELECT t.execution, b.state,
       jsonb_path_query_first(r.definition, '$.**.States.keyvalue() ? (@.key == $state).value.Resource',
                              jsonb_build_object('state', b.state), true) #>> '{}' AS resource,
       a.name AS activity, asl.task_token(t.execution, t.branch, t.secret) AS task_token, t.scheduled_at,
       coalesce(t.started_at, t.scheduled_at) + t.timeout_seconds * interval '1 s' AS timeout_at,
       CASE WHEN t.activity IS NULL OR t.started_at IS NOT NULL THEN
            greatest(t.heartbeat_at, t.started_at, t.scheduled_at) + t.heartbeat_seconds * interval '1 s' END AS heartbeat_at
  FROM asl.task t
  JOIN asl.branch b USING (execution, branch)
  JOIN asl.execution e USING (execution)
  JOIN asl.revision r ON r.revision = e.revision
  LEFT JOIN asl.activity a USING (activity)
 WHERE b.phase = 't' AND pg_has_role(e.owner, 'USAGE');

COMMENT ON FUNCTION asl.state_machine_resources(text) IS
'what runs for each Resource of a state machine, and what it lacks';
COMMENT ON VIEW asl.resources IS 'what runs for each Resource of the state machines that the current role may see';
