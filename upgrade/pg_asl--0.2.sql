\echo Use "CREATE EXTENSION pg_asl" to load this file. \quit

DO $$
BEGIN
  IF current_setting('server_encoding') <> 'UTF8' THEN
    RAISE EXCEPTION 'pg_asl needs a database with encoding UTF8' USING ERRCODE = 'feature_not_supported';
  END IF;
END $$;

-- Made here, never found: whoever had made it before would own what is in it.
CREATE SCHEMA asl;
-- volatile and parallel restricted because of States.UUID and States.MathRandom
CREATE FUNCTION asl.jsonpath(path text, input jsonb, context jsonb DEFAULT '{}', variables jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'asl_sql_jsonpath';

COMMENT ON FUNCTION asl.jsonpath(text, jsonb, jsonb, jsonb) IS
'evaluates a JSONPath or an intrinsic function call as a ".$" field of a state would be';
-- JSONata for SQL.  VOLATILE: $now, $millis, $random and $uuid differ from call to call.

CREATE FUNCTION asl.jsonata(expression text, input jsonb DEFAULT NULL, bindings jsonb DEFAULT '{}',
                            dialect text DEFAULT 'standard')
RETURNS jsonb
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'asl_sql_jsonata';

COMMENT ON FUNCTION asl.jsonata(text, jsonb, jsonb, text) IS
'value of a JSONata expression; NULL where it is undefined; dialect is standard or states (as in AWS Step Functions)';
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
    creation_date   timestamptz NOT NULL DEFAULT clock_timestamp()
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
    UNIQUE (state_machine, number)
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
    creation_date   timestamptz NOT NULL DEFAULT clock_timestamp()
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
 * What pg_dump saves.  Owners go into it by name, but a role that was dropped has none, and its number may be another
 * role's where the dump is restored: what belonged to it stays out.
 */
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
    PERFORM pg_extension_config_dump('asl.state_machine_id', '');
    PERFORM pg_extension_config_dump('asl.revision_id', '');
    PERFORM pg_extension_config_dump('asl.execution_id', '');
    PERFORM pg_extension_config_dump('asl.activity_id', '');
END $$;
CREATE PROCEDURE asl.run_pending(max_steps bigint DEFAULT NULL)
    LANGUAGE c AS 'MODULE_PATHNAME', 'asl_sql_run_pending';
COMMENT ON PROCEDURE asl.run_pending(bigint) IS
    'steps what is due for the calling role in this session until nothing is, or max_steps times, committing after each step';
/* State machines */

CREATE FUNCTION asl.create_state_machine(name text, definition jsonb, type text DEFAULT 'STANDARD', options jsonb DEFAULT '{}')
RETURNS text LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_create_state_machine';
COMMENT ON FUNCTION asl.create_state_machine(text, jsonb, text, jsonb) IS
'creates a state machine owned by the current role and returns its ARN; the same request again changes nothing';

CREATE FUNCTION asl.update_state_machine(name text, definition jsonb DEFAULT NULL, options jsonb DEFAULT NULL)
RETURNS bigint LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_update_state_machine';
COMMENT ON FUNCTION asl.update_state_machine(text, jsonb, jsonb) IS
'makes a new revision current and returns its number; running executions keep theirs';

CREATE FUNCTION asl.delete_state_machine(name text)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_delete_state_machine';
COMMENT ON FUNCTION asl.delete_state_machine(text) IS
'deletes a state machine; its running executions end at their next step first';

CREATE FUNCTION asl.describe_state_machine(name text, OUT name text, OUT arn text, OUT type text, OUT status text,
    OUT definition jsonb, OUT revision bigint, OUT owner regrole, OUT creation_date timestamptz, OUT options jsonb)
RETURNS record LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'asl_sql_describe_state_machine';
COMMENT ON FUNCTION asl.describe_state_machine(text) IS 'one state machine, by name or ARN';

/* Executions */

CREATE FUNCTION asl.start_execution(state_machine text, input jsonb DEFAULT '{}', name text DEFAULT NULL)
RETURNS bigint LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_start_execution';
COMMENT ON FUNCTION asl.start_execution(text, jsonb, text) IS
'starts an execution as part of this transaction and returns its id';

CREATE FUNCTION asl.start_sync_execution(state_machine text, input jsonb DEFAULT '{}', name text DEFAULT NULL,
    OUT status text, OUT output jsonb, OUT error text, OUT cause text, OUT execution_name text,
    OUT start_date timestamptz, OUT stop_date timestamptz)
RETURNS record LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_start_sync_execution';
COMMENT ON FUNCTION asl.start_sync_execution(text, jsonb, text) IS
'runs an EXPRESS state machine to its end inside this transaction';

CREATE FUNCTION asl.stop_execution(execution bigint, error text DEFAULT NULL, cause text DEFAULT NULL)
RETURNS timestamptz LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_stop_execution';
COMMENT ON FUNCTION asl.stop_execution(bigint, text, text) IS
'aborts a running execution, cancelling its running tasks, and returns when it stopped';

CREATE FUNCTION asl.describe_execution(execution bigint, OUT execution bigint, OUT arn text, OUT name text,
    OUT state_machine text, OUT status text, OUT input jsonb, OUT output jsonb, OUT error text, OUT cause text,
    OUT start_date timestamptz, OUT stop_date timestamptz, OUT redrive_count int)
RETURNS record LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'asl_sql_describe_execution';
COMMENT ON FUNCTION asl.describe_execution(bigint) IS 'one execution';

CREATE FUNCTION asl.get_execution_history(execution bigint, reverse_order boolean DEFAULT false)
RETURNS TABLE (id bigint, previous_event_id bigint, "timestamp" timestamptz, type text, details jsonb)
LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'asl_sql_get_execution_history';
COMMENT ON FUNCTION asl.get_execution_history(bigint, boolean) IS
'the events of an execution, with the types and details of AWS Step Functions';

CREATE FUNCTION asl.wait_for_execution(execution bigint, timeout interval DEFAULT '60 s')
RETURNS text LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_wait_for_execution';
COMMENT ON FUNCTION asl.wait_for_execution(bigint, interval) IS
'waits until an execution has ended and returns its status; NULL when the time is up';

CREATE FUNCTION asl.execution_arn(execution bigint)
RETURNS text LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'asl_sql_execution_arn';
COMMENT ON FUNCTION asl.execution_arn(bigint) IS 'the ARN of an execution';

CREATE FUNCTION asl.execution_id(arn text)
RETURNS bigint LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'asl_sql_execution_id';
COMMENT ON FUNCTION asl.execution_id(text) IS 'the id of the execution with this ARN';

/* Activities, answers, tasks */

CREATE FUNCTION asl.create_activity(name text, channel name DEFAULT 'asl_activity')
RETURNS text LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_create_activity';
COMMENT ON FUNCTION asl.create_activity(text, name) IS
'creates an activity, whose tasks application workers take, and returns its ARN; NOTIFY on the channel tells of a task';

CREATE FUNCTION asl.delete_activity(name text)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_delete_activity';
COMMENT ON FUNCTION asl.delete_activity(text) IS 'deletes an activity; tasks that wait for it fail';

CREATE FUNCTION asl.get_activity_task(activity text, worker_name text DEFAULT NULL)
RETURNS TABLE (task_token text, input jsonb) ROWS 1
LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_get_activity_task';
COMMENT ON FUNCTION asl.get_activity_task(text, text) IS
'takes the oldest waiting task of an activity; no row when there is none';

CREATE FUNCTION asl.send_task_success(task_token text, output jsonb)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_send_task_success';
COMMENT ON FUNCTION asl.send_task_success(text, jsonb) IS 'answers a task as part of this transaction';

CREATE FUNCTION asl.send_task_failure(task_token text, error text DEFAULT NULL, cause text DEFAULT NULL)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_send_task_failure';
COMMENT ON FUNCTION asl.send_task_failure(text, text, text) IS 'fails a task as part of this transaction';

CREATE FUNCTION asl.send_task_heartbeat(task_token text)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_send_task_heartbeat';
COMMENT ON FUNCTION asl.send_task_heartbeat(text) IS 'tells that a task is being worked on: its heartbeat clock starts again';

CREATE FUNCTION asl.fail(error text, cause text DEFAULT NULL)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_fail';
COMMENT ON FUNCTION asl.fail(text, text) IS 'raises a named error: the running task fails with this error and cause';

CREATE FUNCTION asl.map_resource(pattern text, target text)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_map_resource';
COMMENT ON FUNCTION asl.map_resource(text, text) IS
'says what an ARN (* stands for any text) runs for state machines of the current role; the extension owner''s mappings hold for all; target NULL removes one';

/* Views: what the current role may see, that is what belongs to a role whose privileges it has. */

CREATE FUNCTION asl.task_token(execution bigint, branch int, secret text)
RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'asl_sql_task_token';
COMMENT ON FUNCTION asl.task_token(bigint, int, text) IS 'puts a task token together, for the view asl.pending_tasks';

CREATE FUNCTION asl.state_machine_resources(state_machine text)
RETURNS TABLE (state text, resource text, target text, warning text)
LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'asl_sql_state_machine_resources';
COMMENT ON FUNCTION asl.state_machine_resources(text) IS
'what runs for each Resource of a state machine, and what it lacks';

CREATE VIEW asl.state_machines WITH (security_barrier) AS
SELECT m.name, m.type, m.status, r.definition, r.number AS revision, m.owner, m.creation_date, r.options
  FROM asl.state_machine m JOIN asl.revision r ON r.revision = m.revision
 WHERE m.status <> 'DELETED' AND pg_has_role(m.owner, 'USAGE');
COMMENT ON VIEW asl.state_machines IS 'state machines that the current role may see';

CREATE VIEW asl.resources WITH (security_barrier) AS
SELECT m.name AS state_machine, r.*
  FROM asl.state_machines m, LATERAL asl.state_machine_resources(m.name) r;
COMMENT ON VIEW asl.resources IS 'what runs for each Resource of the state machines that the current role may see';

CREATE VIEW asl.activities WITH (security_barrier) AS
SELECT a.name, a.channel, a.owner, a.creation_date
  FROM asl.activity a
 WHERE pg_has_role(a.owner, 'USAGE');
COMMENT ON VIEW asl.activities IS 'activities that the current role may see';

CREATE VIEW asl.executions WITH (security_barrier) AS
SELECT e.execution, m.name AS state_machine, e.name, e.status, e.start_date, e.stop_date, e.input, e.output, e.error,
       e.cause, 0 AS redrive_count
  FROM asl.execution e JOIN asl.state_machine m USING (state_machine)
 WHERE m.type = 'STANDARD' AND pg_has_role(e.owner, 'USAGE');
COMMENT ON VIEW asl.executions IS 'executions that the current role may see';

CREATE VIEW asl.pending_tasks WITH (security_barrier) AS
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
COMMENT ON VIEW asl.pending_tasks IS 'tasks that wait for an answer, in executions that the current role may see';

GRANT SELECT ON asl.state_machines, asl.resources, asl.activities, asl.executions, asl.pending_tasks TO PUBLIC;
GRANT USAGE ON SCHEMA asl TO PUBLIC;
CREATE FUNCTION asl.validate_state_machine_definition(definition jsonb, type text DEFAULT 'STANDARD')
RETURNS TABLE (severity text, code text, message text, location text)
LANGUAGE c STABLE
AS 'MODULE_PATHNAME', 'asl_sql_validate_state_machine_definition';

COMMENT ON FUNCTION asl.validate_state_machine_definition(jsonb, text) IS
'everything that is wrong with a definition in the Amazon States Language; no rows: nothing';
