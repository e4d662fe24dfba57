-- What tests of executions have in common: \ir include/execution.sql
\set ON_ERROR_STOP on
CREATE SEQUENCE machine_number;

-- A new machine's execution.
CREATE FUNCTION start(definition jsonb, input jsonb DEFAULT '{}', options jsonb DEFAULT '{}') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE name text := 'machine-' || nextval('machine_number');
BEGIN
    PERFORM asl.create_state_machine(name, definition, 'STANDARD', options);
    RETURN asl.start_execution(name, input);
END $$;

-- A machine of one state.
CREATE FUNCTION one_state(state jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('StartAt', 'S', 'States', jsonb_build_object('S', state || '{"End": true}'))
$$;

-- "SUCCEEDED output", "FAILED error: cause"
CREATE FUNCTION outcome(execution bigint) RETURNS text LANGUAGE sql AS $$
    SELECT concat(status, ' ' || output::text, ' ' || error, ': ' || cause) FROM asl.describe_execution($1)
$$;

-- The events of an execution as "id Type(name or index)<-previous", one a line; from: the first id.
CREATE FUNCTION trail(execution bigint, "from" bigint DEFAULT 1) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat(id, ' ', type, '(' || coalesce(details->>'index', details->>'name') || ')', '<-', previous_event_id), E'\n' ORDER BY id)
    FROM asl.get_execution_history($1) WHERE id >= "from"
$$;

-- How often a type of event happened.
CREATE FUNCTION events(execution bigint, type text) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM asl.get_execution_history($1) h WHERE h.type = $2
$$;

-- The seconds until the execution's next timer is due, which then is due at once.
CREATE FUNCTION hurry(execution bigint) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz := (SELECT max("timestamp") FROM asl.get_execution_history($1));
    seconds numeric := (SELECT round(extract(epoch FROM min(due_at) - since), 1) FROM asl.branch b WHERE b.execution = $1 AND b.branch >= 0);
BEGIN
    UPDATE asl.task t SET scheduled_at = scheduled_at - seconds * interval '1 s', started_at = started_at - seconds * interval '1 s',
        heartbeat_at = heartbeat_at - seconds * interval '1 s' WHERE t.execution = $1;
    UPDATE asl.branch b SET due_at = due_at - seconds * interval '1 s' - interval '10 ms' WHERE b.execution = $1;
    RETURN seconds;
END $$;
