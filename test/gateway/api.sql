-- A stand-in for asl.api with as much of it as the tests need, for databases whose extension has none yet.
CREATE FUNCTION asl.api(action text, request jsonb) RETURNS jsonb LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    task record;
BEGIN
    CASE action
        WHEN 'CreateActivity' THEN
            RETURN jsonb_build_object('activityArn', asl.create_activity(request ->> 'name'),
                                      'creationDate', round(extract(epoch FROM clock_timestamp()), 3));
        WHEN 'StartExecution' THEN
            RETURN jsonb_build_object('executionArn', asl.execution_arn(asl.start_execution(
                                          request ->> 'stateMachineArn', (request ->> 'input')::jsonb, request ->> 'name')),
                                      'startDate', round(extract(epoch FROM clock_timestamp()), 3));
        WHEN 'GetActivityTask' THEN
            SELECT * INTO task FROM asl.get_activity_task(request ->> 'activityArn', request ->> 'workerName');
            IF task.task_token IS NULL THEN
                RETURN '{}';
            END IF;
            RETURN jsonb_build_object('taskToken', task.task_token, 'input', task.input::text);
        WHEN 'SendTaskSuccess' THEN
            PERFORM asl.send_task_success(request ->> 'taskToken', (request ->> 'output')::jsonb);
            RETURN '{}';
        WHEN 'ListActivities' THEN
            RETURN jsonb_build_object('activities', '[]'::jsonb, 'role', current_user);
        ELSE
            RAISE EXCEPTION 'Execution Does Not Exist: ''%''', request ->> 'executionArn'
            USING ERRCODE = 'SLA11', DETAIL = '{"__type": "ExecutionDoesNotExist"}';
    END CASE;
END $$;
