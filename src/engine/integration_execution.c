/*
 * integration_execution.c - nested executions.
 */
#include "postgres.h"

#include "engine/integration_execution.h"

#include "engine/arn.h"
#include "engine/ready.h"
#include "engine/scope.h"
#include "engine/start.h"
#include "store/task.h"
#include "utils/timestamp.h"

static void
set(AslValue *object, const char *key, AslValue value)
{
	asl_object_set(object, key, strlen(key), value);
}

static void
set_text(AslValue *object, const char *key, const char *text)
{
	if (text)
		set(object, key, asl_cstring(text));
}

/* A member of the arguments as text; NULL where it is absent. */
static char *
argument_text(const AslCall *call, const char *key)
{
	AslValue	v = asl_object_get(call->arguments, key, strlen(key));

	if (!asl_defined(v))
		return NULL;
	if (v.kind != ASL_STRING)
		ereport(ERROR, (errcode(ERRCODE_ASL_BAD_ARGUMENTS), errmsg("%s must be a string", key)));
	return asl_to_cstring(v);
}

void
asl_integration_start_execution(AslBranch *b, void *arg)
{
	AslCall    *call = arg;
	AslValue	input = asl_object_get(call->arguments, "Input", strlen("Input"));
	char	   *machine_name = argument_text(call, "StateMachineArn");
	bool		awaited = call->resource->pattern == ASL_SYNC || call->resource->pattern == ASL_SYNC_2;
	StoreCaller caller = {0};
	StoreMachine machine;
	StoreExecution child;
	int64		started;

	if (machine_name == NULL)
		ereport(ERROR, (errcode(ERRCODE_ASL_BAD_ARGUMENTS),
						errmsg("The field 'StateMachineArn' is required but was missing")));
	if (!asl_defined(input) || input.kind == ASL_NULL)
		input = asl_object_new(0);
	asl_machine_for_start(machine_name, &machine);
	if (awaited)
		caller = (StoreCaller) {b->row.execution, b->row.branch};
	started = asl_start(&machine, argument_text(call, "Name"), asl_to_jsonb(input), caller);
	call->child = awaited ? started : 0;
	(void) store_execution_read(started, &child);
	call->result = asl_object_new(2);
	set_text(&call->result, "ExecutionArn", asl_arn_execution(machine.name, child.name));
	set_text(&call->result, "StartDate", asl_timestamp_text(child.start_date));
}

void
asl_nested_ended(StoreCaller caller, int64 execution)
{
	TimestampTz now = GetCurrentTimestamp();
	StoreTask	task;
	Oid			owner;

	if (!store_task_read(caller.execution, caller.branch, false, &task) || task.child != execution)
		return;
	owner = store_branch_answer(caller.execution, caller.branch, NULL, NULL, NULL, now);
	if (OidIsValid(owner))
		asl_ready_add(owner, caller.execution, caller.branch, now);
}

/* A payload as a JSON value, or as its text. */
static void
set_payload(AslValue *description, const char *key, const char *details, Jsonb *payload, bool as_text)
{
	AslValue	included = asl_object_new(1);

	if (payload == NULL)
		return;
	set(description, key, as_text ? asl_cstring(asl_to_json(asl_from_jsonb(payload))) : asl_from_jsonb(payload));
	set(&included, "Included", asl_bool(true));
	set(description, details, included);
}

AslValue
asl_nested_description(const StoreExecution *child, bool as_text)
{
	AslValue	d = asl_object_new(16);
	bool		succeeded = strcmp(child->status, "SUCCEEDED") == 0;

	set_text(&d, "Cause", child->cause);
	set_text(&d, "Error", child->error);
	set_text(&d, "ExecutionArn", asl_arn_execution(child->machine_name, child->name));
	set_payload(&d, "Input", "InputDetails", child->input, as_text);
	set_text(&d, "Name", child->name);
	set_payload(&d, "Output", "OutputDetails", child->output, as_text);
	set(&d, "RedriveCount", asl_number(0));
	set_text(&d, "RedriveStatus", succeeded ? "NOT_REDRIVABLE" : "REDRIVABLE");
	if (succeeded)
		set_text(&d, "RedriveStatusReason", "Execution is SUCCEEDED and cannot be redriven");
	set_text(&d, "StartDate", asl_timestamp_text(child->start_date));
	set_text(&d, "StateMachineArn", asl_arn_state_machine(child->machine_name));
	set_text(&d, "Status", child->status);
	set_text(&d, "StopDate", asl_timestamp_text(child->stop_date));
	return d;
}
