/*
 * execution.c - nested executions.
 */
#include "postgres.h"

#include "integration/execution.h"

#include "engine/access.h"
#include "engine/arn.h"
#include "engine/scope.h"
#include "integration/service_answer.h"
#include "engine/start.h"
#include "miscadmin.h"
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

/* A member of the arguments, a text as was checked before; NULL where it is absent. */
static char *
argument_text(const AslCall *call, const char *key)
{
	AslValue	v = asl_member(call->arguments, key);

	return asl_defined(v) ? asl_to_cstring(v) : NULL;
}

/* What the child gets.  The API's Input is text: a JSON string's text is itself the JSON. */
static AslValue
child_input(AslValue given)
{
	AslValue	input;
	char	   *message;

	if (!asl_defined(given) || given.kind == ASL_NULL)
		return asl_object_new(0);
	if (given.kind != ASL_STRING)
		return given;
	if (!asl_parse_json(given.u.string, given.length, false, &input, &message))
		ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_EXECUTION_INPUT),
						errmsg("Invalid State Machine Execution Input: '%s'", message)));
	return input;
}

/* StartExecution's answer; its length is that of the API's JSON: {"executionArn":"…","startDate":1.7E9}. */
static AslValue
start_answer(const StoreExecution *child)
{
	AslValue	answer = asl_object_new(4);
	AslHeader	connection = {"connection", "keep-alive"};
	char	   *arn = asl_arn_execution(child->machine_name, child->name);

	set_text(&answer, "ExecutionArn", arn);
	asl_answer_add_metadata(&answer, "application/x-amz-json-1.0",
							strlen(arn) + strlen("{\"executionArn\":\"\",\"startDate\":1.700000000000E9}"),
							&connection, 1);
	set_text(&answer, "StartDate", asl_timestamp_text(child->start_date));
	return answer;
}

/*
 * A superuser may start everybody's machines, but a definition of his names one: whoever takes that name first must not
 * get its input.
 */
static void
check_meant(const StoreMachine *machine)
{
	Oid			user = GetUserId();

	if (superuser_arg(user) && !asl_is_member(user, machine->owner))
		ereport(ERROR, (errcode(ERRCODE_ASL_ACCESS_DENIED),
						errmsg("permission denied for state machine \"%s\"", machine->name),
						errdetail("It belongs to role \"%s\", of which superuser \"%s\" is no member.",
								  GetUserNameFromId(machine->owner, true), GetUserNameFromId(user, true)),
						errhint("A nested start makes no use of a superuser's rights: GRANT him the role if that machine is meant.")));
}

void
asl_integration_start_execution(AslBranch *b, AslCall *call)
{
	AslValue	input = child_input(asl_member(call->arguments, "Input"));
	char	   *machine_name = argument_text(call, "StateMachineArn");
	bool		awaited = call->resource->pattern == ASL_SYNC || call->resource->pattern == ASL_SYNC_2;
	StoreCaller caller = {0};
	StoreMachine machine;
	StoreExecution child;
	int64		started;

	asl_machine_for_start(machine_name, &machine);
	check_meant(&machine);
	/* Nobody learns of an express execution's end. */
	if (awaited && machine.express)
		ereport(ERROR, (errcode(ERRCODE_ASL_STATE_MACHINE_TYPE_NOT_SUPPORTED),
						errmsg("This operation is not supported by this type of state machine")));
	if (awaited)
		caller = (StoreCaller) {b->row.execution, b->row.branch};
	started = asl_start(&machine, argument_text(call, "Name"), asl_to_jsonb(input), NULL, caller);
	call->child = awaited ? started : 0;
	(void) store_execution_read(started, &child);
	call->result = start_answer(&child);
}

void
asl_nested_refused(AslFault *fault)
{
	const char *code = asl_api_error_name(fault->sqlstate);

	if (code == NULL)
		return;
	fault->error.name = psprintf("StepFunctions.%sException", code);
	fault->error.cause = asl_answer_refusal("AWSStepFunctions", 400, code, fault->message);
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
	AslValue	d = asl_object_new(18);
	StoreOrigin origin = {0};
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
	/* A child of a Map Run has no row. */
	if (child->execution != 0)
		store_execution_origin(child->execution, &origin);
	if (origin.alias != NULL)
		set_text(&d, "StateMachineAliasArn", asl_arn_alias(child->machine_name, origin.alias));
	set_text(&d, "StateMachineArn", asl_arn_state_machine(child->machine_name));
	if (origin.version != 0)
		set_text(&d, "StateMachineVersionArn", asl_arn_version(child->machine_name, origin.version));
	set_text(&d, "Status", child->status);
	set_text(&d, "StopDate", asl_timestamp_text(child->stop_date));
	return d;
}
