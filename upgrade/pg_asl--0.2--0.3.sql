\echo Use "ALTER EXTENSION pg_asl UPDATE" to load this file. \quit

/* Tables (src/store/schema.sql) */

/*
 * What owners let roles do that are not members of theirs; grantee 0: PUBLIC.  A deleted machine's grants stay as long
 * as its executions do.
 */
CREATE TABLE asl.grant_entry (
    kind            text COLLATE "C" NOT NULL CHECK (kind IN ('state_machine', 'activity')),
    object          bigint NOT NULL,
    grantee         regrole NOT NULL,
    privilege       text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, object, privilege, grantee)
);

/*
 * Without policies nobody but the tables' owner reads or writes a row, whatever pg_read_all_data and pg_write_all_data
 * say: they would make a superuser of any role.
 */
ALTER TABLE asl.state_machine ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.revision ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.execution ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.branch ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.result ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.history ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.activity ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.task ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.resource_map ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.grant_entry ENABLE ROW LEVEL SECURITY;

SELECT pg_catalog.pg_extension_config_dump('asl.grant_entry', 'WHERE grantee = 0 OR grantee IN (SELECT oid FROM pg_catalog.pg_roles)');

/* Functions and views */

DROP FUNCTION asl.validate_state_machine_definition(jsonb, text);
CREATE FUNCTION asl.validate_state_machine_definition(definition jsonb, type text DEFAULT 'STANDARD')
RETURNS TABLE (severity text, code text, message text, location text, hint text)
LANGUAGE c STABLE
AS 'MODULE_PATHNAME', 'asl_sql_validate_state_machine_definition';

COMMENT ON FUNCTION asl.validate_state_machine_definition(jsonb, text) IS
'everything that is wrong with a definition in the Amazon States Language; no rows: nothing';

/* Grants */

CREATE FUNCTION asl.grant(kind text, name text, role text, privileges text[])
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_grant';
COMMENT ON FUNCTION asl.grant(text, text, text, text[]) IS
'lets a role, or PUBLIC, do something with a state_machine (START, DESCRIBE, STOP, REDRIVE, ANSWER) or an activity (START, ANSWER)';

CREATE FUNCTION asl.revoke(kind text, name text, role text, privileges text[])
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_revoke';
COMMENT ON FUNCTION asl.revoke(text, text, text, text[]) IS 'takes back what asl.grant gave';

-- Not for others than the views below: they ask it once for each query, not for each row.  (DISTINCT and OFFSET: a view
-- that can be updated would let pg_write_all_data write to its table.)
CREATE VIEW asl.granted WITH (security_barrier) AS
SELECT DISTINCT kind, object, privilege
  FROM asl.grant_entry
 WHERE CASE WHEN grantee = 0 THEN true ELSE pg_has_role(grantee, 'USAGE') END;
COMMENT ON VIEW asl.granted IS 'what the current role may do with what belongs to others, for the other views';

CREATE OR REPLACE VIEW asl.state_machines WITH (security_barrier) AS
SELECT m.name, m.type, m.status, r.definition, r.number AS revision, m.owner, m.creation_date, r.options
  FROM asl.state_machine m JOIN asl.revision r ON r.revision = m.revision
 WHERE m.status <> 'DELETED' AND (pg_has_role(m.owner, 'USAGE') OR m.state_machine IN
       (SELECT object FROM asl.granted WHERE kind = 'state_machine' AND privilege = 'DESCRIBE'));

CREATE OR REPLACE VIEW asl.activities WITH (security_barrier) AS
SELECT a.name, a.channel, a.owner, a.creation_date
  FROM asl.activity a
 WHERE pg_has_role(a.owner, 'USAGE') OR a.activity IN (SELECT object FROM asl.granted WHERE kind = 'activity')
OFFSET 0;

CREATE OR REPLACE VIEW asl.executions WITH (security_barrier) AS
SELECT e.execution, m.name AS state_machine, e.name, e.status, e.start_date, e.stop_date, e.input, e.output, e.error,
       e.cause, 0 AS redrive_count
  FROM asl.execution e JOIN asl.state_machine m USING (state_machine)
 WHERE m.type = 'STANDARD' AND (pg_has_role(e.owner, 'USAGE') OR e.state_machine IN
       (SELECT object FROM asl.granted WHERE kind = 'state_machine' AND privilege = 'DESCRIBE'));

CREATE OR REPLACE VIEW asl.pending_tasks WITH (security_barrier) AS
SELECT t.execution, b.state,
       jsonb_path_query_first(r.definition, '$.**.States.keyvalue() ? (@.key == $state).value.Resource',
                              jsonb_build_object('state', b.state), true) #>> '{}' AS resource,
       a.name AS activity,
       -- the token is the right to answer
       CASE WHEN pg_has_role(e.owner, 'USAGE') OR (t.activity IS NULL AND t.child IS NULL AND e.state_machine IN
            (SELECT object FROM asl.granted WHERE kind = 'state_machine' AND privilege = 'ANSWER')) THEN
            asl.task_token(t.execution, t.branch, t.secret) END AS task_token, t.scheduled_at,
       coalesce(t.started_at, t.scheduled_at) + nullif(least(coalesce(t.timeout_seconds, 0), 99999999), 0) * interval '1 s' AS timeout_at,
       CASE WHEN t.activity IS NULL OR t.started_at IS NOT NULL THEN
            greatest(t.heartbeat_at, t.started_at, t.scheduled_at) + nullif(least(coalesce(t.heartbeat_seconds, 0), 99999999), 0) * interval '1 s' END AS heartbeat_at
  FROM asl.task t
  JOIN asl.branch b USING (execution, branch)
  JOIN asl.execution e USING (execution)
  JOIN asl.revision r ON r.revision = e.revision
  LEFT JOIN asl.activity a USING (activity)
 WHERE b.phase = 't' AND (pg_has_role(e.owner, 'USAGE') OR e.state_machine IN
       (SELECT object FROM asl.granted WHERE kind = 'state_machine' AND privilege IN ('DESCRIBE', 'ANSWER')));

CREATE VIEW asl.grants WITH (security_barrier) AS
SELECT g.kind, coalesce(m.name, a.name) AS name, CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE g.grantee::text END AS role,
       array_agg(g.privilege ORDER BY g.privilege) AS privileges
  FROM asl.grant_entry g
  LEFT JOIN asl.state_machine m ON g.kind = 'state_machine' AND m.state_machine = g.object AND m.status <> 'DELETED'
  LEFT JOIN asl.activity a ON g.kind = 'activity' AND a.activity = g.object
 WHERE coalesce(m.name, a.name) IS NOT NULL AND
       (pg_has_role(coalesce(m.owner, a.owner), 'USAGE') OR
        CASE WHEN g.grantee = 0 THEN true ELSE pg_has_role(g.grantee, 'USAGE') END)
 GROUP BY g.kind, m.name, a.name, g.grantee;
COMMENT ON VIEW asl.grants IS 'what roles may do with what belongs to others, as far as the current role is concerned';

GRANT SELECT ON asl.grants TO PUBLIC;
