/*
 * Access keys, and what else the gateway needs.
 *
 * A key lets whoever has its secret act as a role, through pg_asl_gateway.  The signature of a request can only be
 * verified with the secret itself, so it is kept; only a role that asl.authenticate has been granted to gets it.  Who
 * can become a role makes, sees, disables and deletes its keys; the views' conditions say so.
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

CREATE FUNCTION asl.can_become(role regrole) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog
AS $$ SELECT pg_has_role(role, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) $$;
COMMENT ON FUNCTION asl.can_become(regrole) IS 'whether the current role may SET ROLE to another';

CREATE VIEW asl.access_keys WITH (security_barrier) AS
SELECT access_key_id, owner AS role, disabled, creation_date, last_used FROM asl.access_key WHERE asl.can_become(owner);
COMMENT ON VIEW asl.access_keys IS 'access keys of the roles that the current role can become; last_used is a day';

CREATE VIEW asl.new_access_key WITH (security_barrier) AS
SELECT access_key_id, owner, secret, slot FROM asl.access_key WHERE asl.can_become(owner)
WITH LOCAL CHECK OPTION;
COMMENT ON VIEW asl.new_access_key IS 'for asl.create_access_key, which writes through it with its caller''s rights';

GRANT SELECT ON asl.access_keys TO PUBLIC;
GRANT UPDATE (disabled), DELETE ON asl.access_keys TO PUBLIC;
GRANT INSERT ON asl.new_access_key TO PUBLIC;

CREATE FUNCTION asl.create_access_key(role regrole, OUT access_key_id text, OUT secret_access_key text)
LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog
AS $$
BEGIN
    IF NOT asl.can_become(role) THEN
        RAISE EXCEPTION 'permission denied to create an access key of role %', role
        USING ERRCODE = 'insufficient_privilege', HINT = 'A role''s keys are made by those who may SET ROLE to it.';
    END IF;
    access_key_id := 'PGSK' || upper(translate(left(encode(sha256(uuid_send(gen_random_uuid())), 'hex'), 16), '0189', 'wxyz'));
    secret_access_key := encode(substr(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 1, 30), 'base64');
    FOR slot IN 1 .. 2 LOOP
        BEGIN
            INSERT INTO asl.new_access_key VALUES (access_key_id, role, secret_access_key, slot);
            RETURN;
        EXCEPTION WHEN unique_violation THEN NULL;
        END;
    END LOOP;
    RAISE EXCEPTION 'role % has two access keys already', role
    USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Disable or delete one of asl.access_keys first.';
END $$;
COMMENT ON FUNCTION asl.create_access_key(regrole) IS
'makes an access key, with which clients of pg_asl_gateway act as the role; its secret is shown this once';

CREATE FUNCTION asl.disable_access_key(access_key_id text, disabled boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog
AS $$
BEGIN
    UPDATE asl.access_keys k SET disabled = $2 WHERE k.access_key_id = $1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'access key % does not exist', access_key_id USING ERRCODE = 'undefined_object';
    END IF;
END $$;
COMMENT ON FUNCTION asl.disable_access_key(text, boolean) IS
'ends the use of an access key, or allows it again; a running gateway knows within five seconds';

CREATE FUNCTION asl.delete_access_key(access_key_id text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog
AS $$
BEGIN
    DELETE FROM asl.access_keys k WHERE k.access_key_id = $1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'access key % does not exist', access_key_id USING ERRCODE = 'undefined_object';
    END IF;
END $$;
COMMENT ON FUNCTION asl.delete_access_key(text) IS 'deletes an access key; a running gateway knows within five seconds';

CREATE FUNCTION asl.authenticate(access_key_id text) RETURNS TABLE (role name, secret text)
LANGUAGE sql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog
AS $$
    UPDATE asl.access_key k SET last_used = current_date
     WHERE k.access_key_id = $1 AND NOT k.disabled AND k.last_used IS DISTINCT FROM current_date;
    SELECT r.rolname, k.secret FROM asl.access_key k JOIN pg_roles r ON r.oid = k.owner
     WHERE k.access_key_id = $1 AND NOT k.disabled;
$$;
COMMENT ON FUNCTION asl.authenticate(text) IS 'for the role of pg_asl_gateway alone: whose an access key is, and its secret';

CREATE FUNCTION asl.request_begin(caller text, operation text, invocation text, body text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    hash bytea := sha256(convert_to(body, 'UTF8'));
BEGIN
    DELETE FROM asl.answered_request WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM asl.answered_request WHERE answered_at < clock_timestamp() - interval '10 min'
         ORDER BY answered_at LIMIT 10 FOR UPDATE SKIP LOCKED));
    INSERT INTO asl.answered_request VALUES (caller, operation, invocation, hash) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT r.answer FROM asl.answered_request r
             WHERE (r.caller, r.operation, r.invocation, r.body_hash) = ($1, $2, $3, hash));
END $$;
COMMENT ON FUNCTION asl.request_begin(text, text, text, text) IS
'for the role of pg_asl_gateway alone: the answer of a request that was sent before, waiting for it while it runs; NULL: it is new';

CREATE FUNCTION asl.request_end(caller text, operation text, invocation text, body text, answer jsonb) RETURNS void
LANGUAGE sql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog
AS $$
    UPDATE asl.answered_request r SET answer = $5
     WHERE (r.caller, r.operation, r.invocation, r.body_hash) = ($1, $2, $3, sha256(convert_to($4, 'UTF8')));
$$;
COMMENT ON FUNCTION asl.request_end(text, text, text, text, jsonb) IS
'for the role of pg_asl_gateway alone: remembers the answer of a request for ten minutes';

REVOKE EXECUTE ON FUNCTION asl.authenticate(text), asl.request_begin(text, text, text, text),
                           asl.request_end(text, text, text, text, jsonb) FROM PUBLIC;
