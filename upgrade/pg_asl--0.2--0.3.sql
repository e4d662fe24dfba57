\echo Use "ALTER EXTENSION pg_asl UPDATE" to load this file. \quit

/* Tables (src/store/schema.sql) */

ALTER TABLE asl.state_machine ADD COLUMN version_count int;
UPDATE asl.state_machine SET version_count = 0;
ALTER TABLE asl.state_machine ALTER COLUMN version_count SET DEFAULT 0, ALTER COLUMN version_count SET NOT NULL;
ALTER TABLE asl.revision ADD COLUMN owner regrole, ADD COLUMN definition_text text, ADD COLUMN role_arn text,
    ADD COLUMN configuration jsonb;
ALTER TABLE asl.execution ADD COLUMN version int, ADD COLUMN alias text COLLATE "C", ADD COLUMN trace_header text;
ALTER TABLE asl.activity ADD COLUMN encryption jsonb;

-- A published revision; a number is never given out twice.
CREATE TABLE asl.state_machine_version (
    state_machine   bigint NOT NULL,
    version         int NOT NULL,
    revision        bigint NOT NULL,
    description     text,
    creation_date   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (state_machine, version)
);

-- A name for one version, or for two that executions are spread over.
CREATE TABLE asl.state_machine_alias (
    state_machine   bigint NOT NULL,
    name            text COLLATE "C" NOT NULL,
    version         int NOT NULL,
    weight          int NOT NULL CHECK (weight BETWEEN 0 AND 100),
    other_version   int,                -- gets the rest of 100
    description     text,
    creation_date   timestamptz NOT NULL DEFAULT clock_timestamp(),
    update_date     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (state_machine, name),
    CHECK (weight = 100 OR other_version IS NOT NULL)
);

-- Labels of state machines and activities.
CREATE TABLE asl.tag (
    kind            text COLLATE "C" NOT NULL CHECK (kind IN ('state_machine', 'activity')),
    object          bigint NOT NULL,
    key             text COLLATE "C" NOT NULL,
    value           text NOT NULL,
    PRIMARY KEY (kind, object, key)
);

-- What signs the tokens of asl.api's lists.  A dump leaves it out: the tokens of one database are nothing in another.
CREATE TABLE asl.token_key (
    key             bytea NOT NULL
);
INSERT INTO asl.token_key
SELECT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

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
ALTER TABLE asl.state_machine_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.state_machine_alias ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.tag ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.token_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.execution ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.branch ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.result ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.history ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.activity ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.task ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.resource_map ENABLE ROW LEVEL SECURITY;
ALTER TABLE asl.grant_entry ENABLE ROW LEVEL SECURITY;

DO $$
DECLARE
    owned text := 'WHERE owner IN (SELECT oid FROM pg_catalog.pg_roles)';
    of_machine text := format('WHERE state_machine IN (SELECT state_machine FROM asl.state_machine %s)', owned);
    of_tagged text := format('WHERE kind = ''activity'' AND object IN (SELECT activity FROM asl.activity %1$s) '
        'OR kind = ''state_machine'' AND object IN (SELECT state_machine FROM asl.state_machine %1$s)', owned);
    of_version text := of_machine || ' AND revision IN (SELECT revision FROM asl.revision WHERE owner IS NULL OR owner IN (SELECT oid FROM pg_catalog.pg_roles))';
BEGIN
    PERFORM pg_catalog.pg_extension_config_dump('asl.revision', of_version);
    PERFORM pg_catalog.pg_extension_config_dump('asl.state_machine_version', of_version);
    PERFORM pg_catalog.pg_extension_config_dump('asl.state_machine_alias', of_machine);
    PERFORM pg_catalog.pg_extension_config_dump('asl.tag', of_tagged);
END $$;
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

/* Owners */

CREATE FUNCTION asl.reassign_owned(old_owner regrole, new_owner regrole)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_reassign_owned';
COMMENT ON FUNCTION asl.reassign_owned(regrole, regrole) IS
'hands the workflows of a role over to another one, as REASSIGN OWNED does with the preloaded library; executions go on';

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
       e.cause, 0 AS redrive_count, e.version, e.alias
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

/*
 * Access keys, and what else the gateway needs.
 *
 * A key lets whoever has its secret act as a role, through pg_asl_gateway.  The signature of a request can only be
 * verified with the secret itself, so it is kept; only a role that asl.authenticate has been granted to gets it.  Who
 * may SET ROLE to a role makes, sees, disables and deletes its keys.
 */

CREATE TABLE asl.access_key (
    access_key_id   text COLLATE "C" PRIMARY KEY CHECK (access_key_id ~ '^[A-Z0-9]{16,128}$'),
    owner           regrole NOT NULL,
    secret          text NOT NULL CHECK (length(secret) BETWEEN 40 AND 128),
    -- two that are not disabled for each role, to go from one to the other
    slot            smallint NOT NULL CHECK (slot IN (1, 2)),
    disabled        boolean NOT NULL DEFAULT false,
    creation_date   timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_used       date
);
CREATE UNIQUE INDEX access_key_slot ON asl.access_key (owner, slot) WHERE NOT disabled;
ALTER TABLE asl.access_key ENABLE ROW LEVEL SECURITY;

-- What was answered lately to a request that its client may send again; emptied as it is used.
CREATE TABLE asl.answered_request (
    caller          text COLLATE "C" NOT NULL,
    operation       text COLLATE "C" NOT NULL,
    invocation      text COLLATE "C" NOT NULL,
    body_hash       bytea NOT NULL,
    answer          jsonb,
    answered_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (caller, operation, invocation, body_hash)
);
CREATE INDEX answered_request_at ON asl.answered_request (answered_at);
ALTER TABLE asl.answered_request ENABLE ROW LEVEL SECURITY;

SELECT pg_extension_config_dump('asl.access_key', 'WHERE owner IN (SELECT oid FROM pg_catalog.pg_roles)');

CREATE FUNCTION asl.can_become(role regrole)
RETURNS boolean LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'asl_sql_can_become';
COMMENT ON FUNCTION asl.can_become(regrole) IS 'whether the current role may SET ROLE to another';

CREATE VIEW asl.access_keys WITH (security_barrier) AS
SELECT k.access_key_id, r.rolname AS role, k.disabled, k.creation_date, k.last_used
  FROM asl.access_key k JOIN pg_catalog.pg_roles r ON r.oid = k.owner
 WHERE asl.can_become(k.owner);
COMMENT ON VIEW asl.access_keys IS 'access keys of the roles that the current role may SET ROLE to; last_used is a day';
GRANT SELECT ON asl.access_keys TO PUBLIC;

CREATE FUNCTION asl.create_access_key(role regrole, OUT access_key_id text, OUT secret_access_key text)
RETURNS record LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'asl_sql_create_access_key';
COMMENT ON FUNCTION asl.create_access_key(regrole) IS
'makes an access key, with which clients of pg_asl_gateway act as the role; its secret is shown this once';

CREATE FUNCTION asl.disable_access_key(access_key_id text, disabled boolean DEFAULT true)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_disable_access_key';
COMMENT ON FUNCTION asl.disable_access_key(text, boolean) IS
'ends the use of an access key, or allows it again; a running gateway knows within five seconds';

CREATE FUNCTION asl.delete_access_key(access_key_id text)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_delete_access_key';
COMMENT ON FUNCTION asl.delete_access_key(text) IS 'deletes an access key; a running gateway knows within five seconds';

CREATE FUNCTION asl.authenticate(access_key_id text, OUT role text, OUT secret text)
RETURNS record LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_authenticate';
COMMENT ON FUNCTION asl.authenticate(text) IS
'for the role of pg_asl_gateway alone: whose an access key is, and its secret; NULL: it may not be used';

CREATE FUNCTION asl.request_begin(caller text, operation text, invocation text, body text)
RETURNS jsonb LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_request_begin';
COMMENT ON FUNCTION asl.request_begin(text, text, text, text) IS
'for the role of pg_asl_gateway alone: the answer of a request that was sent before, waiting for it while it runs; NULL: it is new';

CREATE FUNCTION asl.request_end(caller text, operation text, invocation text, body text, answer jsonb)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_request_end';
COMMENT ON FUNCTION asl.request_end(text, text, text, text, jsonb) IS
'for the role of pg_asl_gateway alone: remembers the answer of a request for ten minutes';

REVOKE EXECUTE ON FUNCTION asl.authenticate(text), asl.request_begin(text, text, text, text),
                           asl.request_end(text, text, text, text, jsonb) FROM PUBLIC;
/* The AWS API */

CREATE FUNCTION asl.api(action text, request jsonb DEFAULT '{}')
RETURNS jsonb LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_api';
COMMENT ON FUNCTION asl.api(text, jsonb) IS
'an operation of the AWS Step Functions API: its request and answer as in the AWS JSON protocol';

/* Versions, aliases, tags */

CREATE FUNCTION asl.publish_state_machine_version(name text, description text DEFAULT NULL, revision bigint DEFAULT NULL)
RETURNS text LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_publish_state_machine_version';
COMMENT ON FUNCTION asl.publish_state_machine_version(text, text, bigint) IS
'makes a version of the current revision, unless it has one, and returns its ARN; a revision given must be the current one';

CREATE FUNCTION asl.delete_state_machine_version(version text)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_delete_state_machine_version';
COMMENT ON FUNCTION asl.delete_state_machine_version(text) IS
'deletes a version, by NAME:NUMBER or ARN, that no alias leads to; its number is not given out again';

CREATE FUNCTION asl.create_state_machine_alias(state_machine text, name text, routing jsonb, description text DEFAULT NULL)
RETURNS text LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_create_state_machine_alias';
COMMENT ON FUNCTION asl.create_state_machine_alias(text, text, jsonb, text) IS
'names one version, or two that executions are spread over by weight, as {"3": 90, "4": 10}; returns the alias''s ARN';

CREATE FUNCTION asl.update_state_machine_alias(alias text, routing jsonb DEFAULT NULL, description text DEFAULT NULL)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_update_state_machine_alias';
COMMENT ON FUNCTION asl.update_state_machine_alias(text, jsonb, text) IS
'gives an alias, by NAME:ALIAS or ARN, other versions or another description';

CREATE FUNCTION asl.delete_state_machine_alias(alias text)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_delete_state_machine_alias';
COMMENT ON FUNCTION asl.delete_state_machine_alias(text) IS 'deletes an alias, by NAME:ALIAS or ARN';

CREATE FUNCTION asl.tag_resource(arn text, tags jsonb)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_tag_resource';
COMMENT ON FUNCTION asl.tag_resource(text, jsonb) IS
'adds tags, as {"key": "value"}, to a state machine or an activity';

CREATE FUNCTION asl.untag_resource(arn text, keys text[])
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_untag_resource';
COMMENT ON FUNCTION asl.untag_resource(text, text[]) IS 'removes tags from a state machine or an activity';

CREATE VIEW asl.state_machine_versions WITH (security_barrier) AS
SELECT m.name AS state_machine, v.version, r.number AS revision, v.description, v.creation_date, r.definition,
       coalesce(r.owner, m.owner) AS owner
  FROM asl.state_machine m
  JOIN asl.state_machine_version v USING (state_machine)
  JOIN asl.revision r ON r.revision = v.revision
 WHERE m.status <> 'DELETED' AND (pg_has_role(m.owner, 'USAGE') OR m.state_machine IN
       (SELECT object FROM asl.granted WHERE kind = 'state_machine' AND privilege = 'DESCRIBE'));
COMMENT ON VIEW asl.state_machine_versions IS 'published versions of the state machines that the current role may see';

CREATE VIEW asl.state_machine_aliases WITH (security_barrier) AS
SELECT m.name AS state_machine, a.name,
       jsonb_build_object(a.version, a.weight) ||
       CASE WHEN a.other_version IS NULL THEN '{}' ELSE jsonb_build_object(a.other_version, 100 - a.weight) END AS routing,
       a.description, a.creation_date, a.update_date
  FROM asl.state_machine m
  JOIN asl.state_machine_alias a USING (state_machine)
 WHERE m.status <> 'DELETED' AND (pg_has_role(m.owner, 'USAGE') OR m.state_machine IN
       (SELECT object FROM asl.granted WHERE kind = 'state_machine' AND privilege = 'DESCRIBE'));
COMMENT ON VIEW asl.state_machine_aliases IS 'aliases of the state machines that the current role may see';

CREATE VIEW asl.tags WITH (security_barrier) AS
SELECT t.kind, coalesce(m.name, a.name) AS name, t.key, t.value
  FROM asl.tag t
  LEFT JOIN asl.state_machine m ON t.kind = 'state_machine' AND m.state_machine = t.object AND m.status <> 'DELETED'
  LEFT JOIN asl.activity a ON t.kind = 'activity' AND a.activity = t.object
 WHERE coalesce(m.name, a.name) IS NOT NULL AND
       (pg_has_role(coalesce(m.owner, a.owner), 'USAGE') OR (t.kind, t.object) IN
        (SELECT kind, object FROM asl.granted WHERE kind = 'activity' OR privilege = 'DESCRIBE'));
COMMENT ON VIEW asl.tags IS 'tags of the state machines and activities that the current role may see';

GRANT SELECT ON asl.state_machine_versions, asl.state_machine_aliases, asl.tags TO PUBLIC;
