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

/* The AWS API */

CREATE FUNCTION asl.api(action text, request jsonb DEFAULT '{}')
RETURNS jsonb LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_api';
COMMENT ON FUNCTION asl.api(text, jsonb) IS
'an operation of the AWS Step Functions API: its request and answer as in the AWS JSON protocol';

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

/*
 * Views: what the current role may see, that is what belongs to a role whose privileges it has, and what was granted to
 * such a role (src/engine/access.c says the same for functions).
 */

-- Not for others than the views below: they ask it once for each query, not for each row.  (DISTINCT and OFFSET: a view
-- that can be updated would let pg_write_all_data write to its table.)
CREATE VIEW asl.granted WITH (security_barrier) AS
SELECT DISTINCT kind, object, privilege
  FROM asl.grant_entry
 WHERE CASE WHEN grantee = 0 THEN true ELSE pg_has_role(grantee, 'USAGE') END;
COMMENT ON VIEW asl.granted IS 'what the current role may do with what belongs to others, for the other views';

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
 WHERE m.status <> 'DELETED' AND (pg_has_role(m.owner, 'USAGE') OR m.state_machine IN
       (SELECT object FROM asl.granted WHERE kind = 'state_machine' AND privilege = 'DESCRIBE'));
COMMENT ON VIEW asl.state_machines IS 'state machines that the current role may see';

CREATE VIEW asl.resources WITH (security_barrier) AS
SELECT m.name AS state_machine, r.*
  FROM asl.state_machines m, LATERAL asl.state_machine_resources(m.name) r;
COMMENT ON VIEW asl.resources IS 'what runs for each Resource of the state machines that the current role may see';

CREATE VIEW asl.activities WITH (security_barrier) AS
SELECT a.name, a.channel, a.owner, a.creation_date
  FROM asl.activity a
 WHERE pg_has_role(a.owner, 'USAGE') OR a.activity IN (SELECT object FROM asl.granted WHERE kind = 'activity')
OFFSET 0;
COMMENT ON VIEW asl.activities IS 'activities that the current role may see';

CREATE VIEW asl.executions WITH (security_barrier) AS
SELECT e.execution, m.name AS state_machine, e.name, e.status, e.start_date, e.stop_date, e.input, e.output, e.error,
       e.cause, 0 AS redrive_count, e.version, e.alias
  FROM asl.execution e JOIN asl.state_machine m USING (state_machine)
 WHERE m.type = 'STANDARD' AND (pg_has_role(e.owner, 'USAGE') OR e.state_machine IN
       (SELECT object FROM asl.granted WHERE kind = 'state_machine' AND privilege = 'DESCRIBE'));
COMMENT ON VIEW asl.executions IS 'executions that the current role may see';

CREATE VIEW asl.pending_tasks WITH (security_barrier) AS
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
COMMENT ON VIEW asl.pending_tasks IS 'tasks that wait for an answer, in executions that the current role may see';

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

GRANT SELECT ON asl.state_machines, asl.resources, asl.activities, asl.executions, asl.pending_tasks, asl.grants TO PUBLIC;
GRANT USAGE ON SCHEMA asl TO PUBLIC;
