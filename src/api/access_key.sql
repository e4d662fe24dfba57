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
