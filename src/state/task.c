/*
 * task.c - Task: an attempt, the wait for an answer, the answer.
 *
 *   attempt → Scheduled, Started → SQL runs → Succeeded → state left
 *                               └→ Submitted → the token's answer is awaited (a row of asl.task)
 */
#include "postgres.h"

#include "state/state.h"

#include "commands/async.h"
#include "engine/access.h"
#include "engine/arn.h"
#include "engine/data_flow.h"
#include "engine/fault.h"
#include "integration/execution.h"
#include "integration/lambda.h"
#include "integration/request.h"
#include "engine/task_role.h"
#include "engine/task_token.h"
#include "engine/transition.h"
#include "base/settings.h"
#include "miscadmin.h"
#include "store/task.h"
#include "utils/timestamp.h"

/* The three spellings of a task's events. */
typedef struct TaskEvents
{
	AslEventType scheduled,
				started,
				succeeded,
				failed,
				timed_out;
} TaskEvents;

static const TaskEvents lambda_events = {
	ASL_EVENT_LambdaFunctionScheduled, ASL_EVENT_LambdaFunctionStarted, ASL_EVENT_LambdaFunctionSucceeded,
	ASL_EVENT_LambdaFunctionFailed, ASL_EVENT_LambdaFunctionTimedOut
};
static const TaskEvents activity_events = {
	ASL_EVENT_ActivityScheduled, ASL_EVENT_ActivityStarted, ASL_EVENT_ActivitySucceeded,
	ASL_EVENT_ActivityFailed, ASL_EVENT_ActivityTimedOut
};
static const TaskEvents service_events = {
	ASL_EVENT_TaskScheduled, ASL_EVENT_TaskStarted, ASL_EVENT_TaskSucceeded,
	ASL_EVENT_TaskFailed, ASL_EVENT_TaskTimedOut
};

static const TaskEvents *
task_events(const AslResource *resource)
{
	switch (resource->kind)
	{
		case ASL_RESOURCE_LAMBDA:
			return &lambda_events;
		case ASL_RESOURCE_ACTIVITY:
			return &activity_events;
		default:
			return &service_events;
	}
}

/* Members that every event of a service task has. */
static void
add_service(AslValue *members, const AslResource *resource)
{
	if (task_events(resource) != &service_events)
		return;
	asl_members_add(members, "resource", resource->resource);
	asl_members_add(members, "resourceType", resource->resource_type);
}

/* Adds an event of the attempt's chain. */
static void
task_event(AslBranch *b, AslEventType type, AslValue members, AslPayload *payload)
{
	add_service(&members, b->state->resource);
	b->row.previous_event = asl_event_add(b, type, b->row.previous_event, members, payload);
}

/* Who runs the task instead of the machine's role; NULL: nobody. */
static const char *
credentials_role(AslBranch *b)
{
	AslBranchScope scope;
	AslValue	v;

	if (!asl_expr_present(&b->state->credentials))
		return NULL;
	asl_scope_init(&scope, b, asl_flow_input(b));
	v = asl_expr_evaluate(&b->state->credentials, &scope.base);
	if (v.kind == ASL_OBJECT)
		v = asl_object_get(v, "RoleArn", strlen("RoleArn"));
	if (v.kind != ASL_STRING)
		asl_flow_raise(&b->state->credentials,
					   psprintf("The field 'RoleArn' of the Credentials must be a string but was: %s", asl_to_json(v)));
	return asl_to_cstring(v);
}

typedef struct TaskTimes
{
	int64		timeout_seconds;	/* 0: none */
	int64		heartbeat_seconds;
} TaskTimes;

static void
add_scheduled(AslBranch *b, AslValue arguments, const char *role, const TaskTimes *times)
{
	const AslResource *resource = b->state->resource;
	AslValue	members = asl_object_new(6);
	AslPayload *payload = b->input;

	if (!asl_same(arguments, asl_input(b)))
		payload = asl_payload(arguments);
	if (task_events(resource) == &service_events)
		asl_members_add(&members, "region", asl_region);
	else
		asl_members_add(&members, "resource", resource->kind == ASL_RESOURCE_ACTIVITY
						? asl_arn_activity(resource->name) : resource->text);
	if (times->timeout_seconds)
		asl_members_add_number(&members, "timeoutInSeconds", times->timeout_seconds);
	if (times->heartbeat_seconds)
		asl_members_add_number(&members, "heartbeatInSeconds", times->heartbeat_seconds);
	if (role)
		asl_object_set(&members, "taskCredentials", strlen("taskCredentials"), asl_members("roleArn", role));
	task_event(b, task_events(resource)->scheduled, members, payload);
}

/* What the size limit calls the task. */
static const char *
task_name(const AslResource *resource)
{
	return task_events(resource) == &service_events ? resource->resource_type : resource->text;
}

/* The task failed. */
static void
task_failed(AslBranch *b, AslFault *fault)
{
	const TaskEvents *events = task_events(b->state->resource);
	AslValue	members = asl_object_new(4);

	asl_members_add(&members, "error", fault->error.name);
	if (!fault->timeout)
		asl_members_add(&members, "cause", fault->error.cause);
	task_event(b, fault->timeout ? events->timed_out : events->failed, members, NULL);
	asl_fault_handle(b, fault);
}

/* The task's result is there; one that is too long is a failure of the task. */
static void
task_succeeded(AslBranch *b, AslValue result)
{
	AslPayload *payload = asl_payload(result);
	AslFault	fault = {.error = {"States.DataLimitExceeded", NULL}};

	fault.error.cause = asl_flow_excess(b, result, task_name(b->state->resource));
	if (fault.error.cause)
	{
		task_failed(b, &fault);
		return;
	}
	task_event(b, task_events(b->state->resource)->succeeded, asl_object_new(2), payload);
	asl_state_finish(b, result);
}

/* Who takes an activity's task tells the branch nothing: it looks itself whether the heart must beat now. */
static void
park_for(AslBranch *b, const StoreTask *task)
{
	TimestampTz deadline = store_task_deadline(task);

	if (task->heartbeat_seconds && task->activity != 0 && task->started_at == 0)
		deadline = Min(deadline, store_seconds_after(GetCurrentTimestamp(), task->heartbeat_seconds));
	asl_branch_park(b, STORE_TASK, deadline == DT_NOEND ? NULL : &deadline);
}

/* The attempt now waits for somebody's answer. */
static void
await_answer(AslBranch *b, const char *secret, const TaskTimes *times, StoreTask task)
{
	task.execution = b->row.execution;
	task.branch = b->row.branch;
	task.secret = secret;
	task.scheduled_at = GetCurrentTimestamp();
	task.timeout_seconds = times->timeout_seconds;
	task.heartbeat_seconds = times->heartbeat_seconds;
	store_task_insert(&task);
	park_for(b, &task);
}

/*
 * Nobody is told anything yet: whoever takes the task learns its token from a commit of their own, which puts this
 * one on disk too.
 */
static void
attempt_activity(AslBranch *b, const StoreActivity *activity, AslValue arguments, const char *secret,
				 const TaskTimes *times)
{
	add_scheduled(b, arguments, credentials_role(b), times);
	Async_Notify(activity->channel, activity->name);
	await_answer(b, secret, times,
				 (StoreTask) {.activity = activity->activity, .input = asl_to_jsonb(arguments)});
}

/* The owner of the execution may not act for the role that Credentials name. */
static void
refuse_role(AslBranch *b, const char *role)
{
	AslFault	fault = {.error = {"States.TaskFailed", NULL}};

	fault.error.cause = psprintf("The role %s is not authorized to assume the task state's role, %s.",
								 asl_run_role_arn(b->run), role);
	task_failed(b, &fault);
}

/* The task's SQL failed; services have their own way to tell of it. */
static void
sql_failed(AslBranch *b, const AslResource *resource, AslFault *fault)
{
	if (fault->again)
	{
		b->run->again = true;
		return;
	}
	/* All that it can have waited for is another start or a deletion that is not committed: no failure of the task. */
	if (resource->kind == ASL_RESOURCE_START_EXECUTION && fault->sqlstate == ERRCODE_LOCK_NOT_AVAILABLE)
		ereport(ERROR, (errcode(ERRCODE_LOCK_NOT_AVAILABLE), errmsg_internal("%s", fault->message),
						errdetail_internal("%s", fault->error.cause)));
	if (resource->kind == ASL_RESOURCE_LAMBDA_INVOKE)
		asl_lambda_compact_cause(fault);
	else if (resource->kind == ASL_RESOURCE_START_EXECUTION)
		asl_nested_refused(fault);
	task_failed(b, fault);
}

/* The call has answered its own token already. */
static void
answered_early(AslBranch *b, const AslEarlyAnswer *answer)
{
	AslFault	fault = {.error = answer->error};

	if (answer->output)
		task_succeeded(b, asl_from_jsonb(answer->output));
	else
		task_failed(b, &fault);
}

/* Makes the call under a subtransaction; it may answer the token that it hands out. */
static bool
call_sql(AslBranch *b, AslCall *call, const char *secret, const TaskTimes *times, AslEarlyAnswer *answer, AslFault *fault)
{
	bool		succeeded;

	*answer = (AslEarlyAnswer) {b->row.execution, b->row.branch, secret, CurrentMemoryContext};
	b->early_answer = secret ? answer : NULL;
	succeeded = asl_attempt_sql(b, asl_call_run, call, times->timeout_seconds, fault);
	b->early_answer = NULL;
	return succeeded;
}

/* Runs what the resource names in this transaction, then goes on by its pattern. */
static void
attempt_sql(AslBranch *b, AslValue arguments, const char *secret, const TaskTimes *times)
{
	AslResource *resource = b->state->resource;
	AslCall		call = {.resource = asl_resource_resolve(resource, b->run->owner), .arguments = arguments};
	const char *role = credentials_role(b);
	AslEarlyAnswer answer;
	AslFault	fault;

	asl_request_check(call.resource, arguments);
	add_scheduled(b, arguments, role, times);
	task_event(b, task_events(resource)->started, asl_object_new(2), NULL);
	if (role && !asl_task_role_find(b->run->owner, role, &b->task_role))
	{
		refuse_role(b, role);
		return;
	}
	b->run->ran_sql = true;
	if (secret || call.resource->kind == ASL_RESOURCE_NOTIFY || call.resource->kind == ASL_RESOURCE_START_EXECUTION)
		b->run->told_outsider = true;
	if (!call_sql(b, &call, secret, times, &answer, &fault))
	{
		sql_failed(b, call.resource, &fault);
		return;
	}
	if (resource->pattern == ASL_REQUEST_RESPONSE)
	{
		task_succeeded(b, call.result);
		return;
	}
	task_event(b, ASL_EVENT_TaskSubmitted, asl_object_new(2), asl_payload(call.result));
	if (answer.given)
		answered_early(b, &answer);
	else
		await_answer(b, secret, times, (StoreTask) {.child = call.child});
}

/* The activity that the resource names; one that this machine may not use does not exist for it. */
static void
find_activity(AslBranch *b, StoreActivity *activity)
{
	const char *name = b->state->resource->name;
	StoreObject machine = {ASL_OF_MACHINE, b->run->program->state_machine, b->run->owner};
	StoreObject object;
	const char *lacking = NULL;

	if (store_activity_find(name, activity))
	{
		object = asl_activity_object(activity);
		if (asl_may_schedule(&machine, &object, &lacking))
			return;
	}
	if (lacking)
		asl_raise_runtime("The owner of activity %s may not answer this state machine's tasks.", asl_arn_activity(name));
	asl_raise_runtime("The activity %s does not exist.", asl_arn_activity(name));
}

void
asl_state_task(AslBranch *b)
{
	AslResource *resource = b->state->resource;
	AslValue	effective = asl_flow_input(b);
	StoreActivity activity = {0};
	const char *secret = NULL;
	const char *token = NULL;
	AslValue	arguments;
	TaskTimes	times;

	if (resource->kind == ASL_RESOURCE_ACTIVITY)
		find_activity(b, &activity);
	if (resource->pattern != ASL_REQUEST_RESPONSE || resource->kind == ASL_RESOURCE_ACTIVITY)
	{
		secret = asl_task_secret(activity.activity);
		token = asl_task_token(b->row.execution, b->row.branch, secret);
	}
	arguments = asl_flow_arguments(b, effective, token);
	times.timeout_seconds = asl_flow_seconds(b, &b->state->timeout_seconds);
	times.heartbeat_seconds = asl_flow_seconds(b, &b->state->heartbeat_seconds);
	if (resource->kind == ASL_RESOURCE_ACTIVITY)
		attempt_activity(b, &activity, arguments, secret, &times);
	else
		attempt_sql(b, arguments, secret, &times);
}

bool
asl_state_task_runs_sql(const AslBranch *b)
{
	const AslState *state = b->state;

	if (b->row.phase == STORE_CHILDREN)
		return true;			/* only a Map whose results are to be written is due */
	return ((state->type == ASL_TASK && state->resource->kind != ASL_RESOURCE_ACTIVITY)
			|| (state->type == ASL_MAP && asl_defined(state->item_reader)))
		&& (b->row.phase == STORE_ENTER || b->row.phase == STORE_RETRY);
}

/* A worker that took the activity's task is told of when the branch goes on. */
static void
add_started(AslBranch *b, const StoreTask *task)
{
	if (task->activity == 0 || task->started_at == 0)
		return;
	task_event(b, ASL_EVENT_ActivityStarted, asl_members("workerName", task->worker_name), NULL);
	asl_history_backdate(&b->run->history, task->started_at);
}

/* The answer of a nested execution that has ended. */
static void
nested_answered(AslBranch *b, int64 child)
{
	StoreExecution row;
	AslFault	fault = {0};

	if (!store_execution_read(child, &row))
		elog(ERROR, "nested execution " INT64_FORMAT " is missing", child);
	if (strcmp(row.status, "SUCCEEDED") == 0)
	{
		task_succeeded(b, asl_nested_description(&row, b->state->resource->pattern == ASL_SYNC));
		return;
	}
	fault.error.name = "States.TaskFailed";
	fault.error.cause = asl_to_json(asl_nested_description(&row, true));
	task_failed(b, &fault);
}

void
asl_state_task_answered(AslBranch *b)
{
	StoreTask	task = {0};
	AslFault	fault = {0};
	Jsonb	   *answer = b->row.answer;

	(void) store_task_delete(b->row.execution, b->row.branch, &task);
	b->row.phase = STORE_ENTER;
	add_started(b, &task);
	fault.error.name = b->row.error;
	fault.error.cause = b->row.cause;
	if (answer)
		task_succeeded(b, asl_from_jsonb(answer));
	else if (task.child != 0 && fault.error.name == NULL && fault.error.cause == NULL)
		nested_answered(b, task.child);
	else
		task_failed(b, &fault);
}

void
asl_state_task_due(AslBranch *b)
{
	StoreTask	task;
	AslFault	fault = {.error = {"States.Timeout", NULL}, .timeout = true};
	TimestampTz now = GetCurrentTimestamp();

	if (!store_task_read(b->row.execution, b->row.branch, STORE_LOCK_WAIT, &task))
		elog(ERROR, "task of branch %d of execution " INT64_FORMAT " is missing", b->row.branch, b->row.execution);
	if (store_task_deadline(&task) > now)
	{
		park_for(b, &task);
		return;
	}
	fault.heartbeat = task.heartbeat_seconds != 0
		&& (task.timeout_seconds == 0
			|| store_seconds_after(task.started_at ? task.started_at : task.scheduled_at, task.timeout_seconds) > now);
	add_started(b, &task);
	(void) store_task_delete(b->row.execution, b->row.branch, NULL);
	task_failed(b, &fault);
}
