/*
 * The tables.  They belong to the extension's owner and are nobody else's to touch: the functions and views of
 * schema asl are the interface.  One execution's rows share the key column execution.
 *
 * How each table is written, and why its autovacuum settings are what they are, is in docs/operations.md.
 */

CREATE SEQUENCE asl.state_machine_id;
CREATE TABLE asl.state_machine (
    state_machine   bigint PRIMARY KEY DEFAULT nextval('asl.state_machine_id'),
    name            text COLLATE "C" NOT NULL,
    type            text NOT NULL CHECK (type IN ('STANDARD', 'EXPRESS')),
    -- a deleted machine's row stays as long as its executions do
    status          text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'DELETING', 'DELETED')),
    owner           regrole NOT NULL,
    revision        bigint NOT NULL,
    creation_date   timestamptz NOT NULL DEFAULT clock_timestamp(),
    version_count   int NOT NULL DEFAULT 0  -- the last version number given out
);
CREATE UNIQUE INDEX state_machine_name ON asl.state_machine (name) WHERE status <> 'DELETED';

-- A revision never changes and is never replaced: backends keep it compiled by its id.
CREATE SEQUENCE asl.revision_id;
CREATE TABLE asl.revision (
    revision        bigint PRIMARY KEY DEFAULT nextval('asl.revision_id'),
    state_machine   bigint NOT NULL,
    number          bigint NOT NULL,
    definition      jsonb NOT NULL,
    options         jsonb NOT NULL,
    creation_date   timestamptz NOT NULL DEFAULT clock_timestamp(),
    owner           regrole,            -- whom its executions run as; NULL: the machine's owner
    definition_text text,               -- as it was given to asl.api; NULL: the jsonb tells all
    role_arn        text,               -- as it was given to asl.api; NULL: the owner's
    configuration   jsonb,              -- of logging, tracing and encryption: kept and told, without effect
    UNIQUE (state_machine, number)
);

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

CREATE SEQUENCE asl.execution_id;
CREATE TABLE asl.execution (
    execution       bigint PRIMARY KEY DEFAULT nextval('asl.execution_id'),
    state_machine   bigint NOT NULL,
    revision        bigint NOT NULL,
    owner           regrole NOT NULL,
    name            text COLLATE "C" NOT NULL,  -- NAME:UUID of an EXPRESS machine's, as in its ARN
    status          text NOT NULL DEFAULT 'RUNNING',
    input           jsonb NOT NULL,
    output          jsonb,
    error           text,
    cause           text,
    start_date      timestamptz NOT NULL,
    stop_date       timestamptz,
    caller          bigint,             -- the execution whose Task waits for this one to end (.sync)
    caller_branch   int,
    version         int,                -- the version and the alias that it was started by
    alias           text COLLATE "C",
    trace_header    text,
    UNIQUE (state_machine, name)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05,
        autovacuum_vacuum_cost_limit = 800);

/*
 * A thread of control: number 0 is the execution's own (the root), each Parallel branch and each lane of a Map is a
 * child.  An ended branch has no row.  Number -1 ends the execution when it is due: the machine's TimeoutSeconds.
 * due_at says when somebody must look (NULL: not before somebody else changes the row); it is the only column that
 * changes and is indexed, so that a step's update stays on its page.
 */
CREATE TABLE asl.branch (
    execution       bigint NOT NULL,
    branch          int NOT NULL,
    owner           regrole NOT NULL,
    revision        bigint NOT NULL,    -- as the execution's, so that a step reads one row
    due_at          timestamptz,
    phase           "char" NOT NULL,
    parent          int,
    "position"      int,                -- Parallel: index of the branch; Map: the iteration under way
    position_end    int,                -- Map: end of the block of iterations that this lane has taken
    state           text,
    input           jsonb,              -- raw input of the state; NULL: the execution's input
    variables       jsonb,
    previous_event  bigint NOT NULL,
    entered_event   bigint,
    entered_previous bigint,
    entered_at      timestamptz,
    retries         int[],              -- how often each retrier was used on this visit
    attempts        int NOT NULL DEFAULT 0, -- steps begun after a crash or an unexpected error
    event_count     bigint,             -- root: the last event id given out
    branch_count    int,                -- root: the last branch number given out
    open_children   int,                -- container: children that have not ended
    next_item       int,                -- Map: the first iteration not yet taken
    item_count      int,                -- Map
    failed_items    int,                -- distributed Map: items whose child executions have failed
    items           jsonb,              -- Map
    answer          jsonb,              -- what the awaited task sent
    error           text,
    cause           text,
    PRIMARY KEY (execution, branch)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0, vacuum_truncate = false,
        toast.vacuum_truncate = false);
CREATE INDEX branch_due ON asl.branch (owner, due_at) WHERE due_at IS NOT NULL;

-- Outputs of ended children, until their container collects them.
CREATE TABLE asl.result (
    execution       bigint NOT NULL,
    branch          int NOT NULL,
    "position"      int NOT NULL,
    output          jsonb NOT NULL,
    PRIMARY KEY (execution, branch, "position")
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0, vacuum_truncate = false,
        toast.vacuum_truncate = false);

/*
 * Events, one row a transaction.  events holds them in a compact form (src/engine/history.c); it refers to payloads
 * by index, so that one payload that goes from state to state is stored once.  asl.get_execution_history unfolds it.
 */
CREATE TABLE asl.history (
    execution       bigint NOT NULL,
    first_event     bigint NOT NULL,
    event_count     int NOT NULL,
    written_at      timestamptz NOT NULL,
    events          bytea NOT NULL,
    payloads        jsonb[],
    PRIMARY KEY (execution, first_event)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05,
        autovacuum_vacuum_cost_limit = 800, autovacuum_freeze_min_age = 0);

CREATE SEQUENCE asl.activity_id;
CREATE TABLE asl.activity (
    activity        bigint PRIMARY KEY DEFAULT nextval('asl.activity_id'),
    name            text COLLATE "C" NOT NULL UNIQUE,
    channel         name NOT NULL,
    owner           regrole NOT NULL,
    creation_date   timestamptz NOT NULL DEFAULT clock_timestamp(),
    encryption      jsonb               -- kept and told, without effect
);

-- Tasks that wait for somebody's answer: an activity's worker, a callback, a nested execution.
CREATE TABLE asl.task (
    execution       bigint NOT NULL,
    branch          int NOT NULL,
    secret          text NOT NULL,      -- the token's unguessable part
    activity        bigint,
    child           bigint,             -- the nested execution that is awaited
    input           jsonb,
    scheduled_at    timestamptz NOT NULL,
    started_at      timestamptz,        -- an activity's worker took it
    worker_name     text,
    timeout_seconds bigint,
    heartbeat_seconds bigint,
    heartbeat_at    timestamptz,
    PRIMARY KEY (execution, branch)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0, vacuum_truncate = false,
        toast.vacuum_truncate = false);
CREATE INDEX task_queue ON asl.task (activity, scheduled_at) WHERE activity IS NOT NULL AND started_at IS NULL;

-- What an ARN runs here.  A role's own mappings go before those of the extension's owner, which hold for everybody.
CREATE TABLE asl.resource_map (
    owner           regrole NOT NULL,
    pattern         text COLLATE "C" NOT NULL,
    target          text NOT NULL,
    PRIMARY KEY (owner, pattern)
);

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

/*
 * What pg_dump saves.  Owners go into it by name, but a role that was dropped has none, and its number may be another
 * role's where the dump is restored: what belonged to it stays out.
 */
DO $$
DECLARE
    owned text := 'WHERE owner IN (SELECT oid FROM pg_catalog.pg_roles)';
    of_machine text := format('WHERE state_machine IN (SELECT state_machine FROM asl.state_machine %s)', owned);
    of_version text := of_machine || ' AND revision IN (SELECT revision FROM asl.revision WHERE owner IS NULL OR owner IN (SELECT oid FROM pg_catalog.pg_roles))';
    of_tagged text := format('WHERE kind = ''activity'' AND object IN (SELECT activity FROM asl.activity %1$s) '
        'OR kind = ''state_machine'' AND object IN (SELECT state_machine FROM asl.state_machine %1$s)', owned);
    of_execution text := format('WHERE execution IN (SELECT execution FROM asl.execution %s)', owned);
BEGIN
    PERFORM pg_extension_config_dump('asl.state_machine', owned);
    PERFORM pg_extension_config_dump('asl.revision', of_version);
    PERFORM pg_extension_config_dump('asl.state_machine_version', of_version);
    PERFORM pg_extension_config_dump('asl.state_machine_alias', of_machine);
    PERFORM pg_extension_config_dump('asl.tag', of_tagged);
    PERFORM pg_extension_config_dump('asl.execution', owned);
    PERFORM pg_extension_config_dump('asl.branch', owned);
    PERFORM pg_extension_config_dump('asl.result', of_execution);
    PERFORM pg_extension_config_dump('asl.history', of_execution);
    PERFORM pg_extension_config_dump('asl.activity', owned);
    PERFORM pg_extension_config_dump('asl.task', of_execution);
    PERFORM pg_extension_config_dump('asl.resource_map', owned);
    PERFORM pg_extension_config_dump('asl.grant_entry', 'WHERE grantee = 0 OR grantee IN (SELECT oid FROM pg_catalog.pg_roles)');
    PERFORM pg_extension_config_dump('asl.state_machine_id', '');
    PERFORM pg_extension_config_dump('asl.revision_id', '');
    PERFORM pg_extension_config_dump('asl.execution_id', '');
    PERFORM pg_extension_config_dump('asl.activity_id', '');
END $$;
