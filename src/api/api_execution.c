/*
 * api_execution.c - what asl.api does with executions.
 */
#include "postgres.h"

#include "api/execution.h"
#include "api/handler.h"
#include "api/page.h"
#include "base/errors.h"
#include "engine/arn.h"
#include "engine/start.h"
#include "utils/timestamp.h"

/* The machine that a request wants to start, then the input that it gives. */
static Jsonb *
open_start(AslValue request, StoreMachine *machine, const char *name)
{
	const char *text;

	asl_machine_for_start(asl_request_arn(request, "stateMachineArn", "stateMachine"), machine);
	if (name != NULL)
		asl_check_name(name);
	text = asl_request_text(request, "input");
	if (text != NULL && text[strspn(text, " \t\r\n")] == '\0')
		ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_EXECUTION_INPUT),
						errmsg("Invalid State Machine Execution Input: 'Invalid execution input.'")));
	return asl_request_json(request, "input", "{}", ERRCODE_ASL_INVALID_EXECUTION_INPUT,
							"Invalid State Machine Execution Input: '");
}

/* Is only to be told what is known of an execution, without its payloads? */
static bool
metadata_only(AslValue request)
{
	return asl_string_is(asl_member(request, "includedData"), "METADATA_ONLY");
}

AslValue
asl_api_start_execution(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	char	   *name = asl_request_text(request, "name");
	StoreMachine machine;
	StoreExecution row;
	Jsonb	   *input = open_start(request, &machine, name);

	(void) store_execution_read(asl_start(&machine, name, input, asl_request_text(request, "traceHeader"), (StoreCaller) {0}),
								&row);
	asl_answer_text(&answer, "executionArn", asl_execution_arn(&row));
	asl_answer_time(&answer, "startDate", row.start_date);
	return answer;
}

/* What a synchronous execution is billed for: the least memory, and its time in steps of 100 ms. */
static AslValue
billing_details(TimestampTz from, TimestampTz to)
{
	AslValue	details = asl_object_new(2);
	int64		milliseconds = (to - from) / 1000;

	asl_answer_set(&details, "billedDurationInMilliseconds", asl_integer(Max(1, (milliseconds + 99) / 100) * 100));
	asl_answer_set(&details, "billedMemoryUsedInMB", asl_integer(64));
	return details;
}

AslValue
asl_api_start_sync_execution(AslValue request)
{
	AslValue	answer = asl_object_new(17);
	AslValue	included = asl_object_new(1);
	char	   *name = asl_request_text(request, "name");
	bool		metadata = metadata_only(request);
	StoreMachine machine;
	Jsonb	   *input = open_start(request, &machine, name);
	AslRun	   *run = asl_execution_sync(&machine, name, input);
	TimestampTz stopped = GetCurrentTimestamp();

	asl_answer_text(&answer, "executionArn", run->arn);
	asl_answer_text(&answer, "stateMachineArn", asl_arn_state_machine(machine.name));
	asl_answer_text(&answer, "name", run->name);
	asl_answer_time(&answer, "startDate", run->start_date);
	asl_answer_time(&answer, "stopDate", stopped);
	asl_answer_text(&answer, "traceHeader", asl_request_text(request, "traceHeader"));
	asl_answer_text(&answer, "status", asl_execution_status(run));
	asl_answer_text(&answer, "error", run->error.name);
	asl_answer_text(&answer, "cause", run->error.cause);
	asl_answer_payload(&answer, "input", "inputDetails", input, metadata);
	/* That it is included is said of a failed one's output, too. */
	asl_answer_set(&included, "included", asl_bool(!metadata));
	asl_answer_set(&answer, "outputDetails", included);
	asl_answer_payload(&answer, "output", "outputDetails", run->output ? asl_payload_get(run->output) : NULL, metadata);
	asl_answer_set(&answer, "billingDetails", billing_details(run->start_date, stopped));
	return answer;
}

AslValue
asl_api_stop_execution(AslValue request)
{
	AslValue	answer = asl_object_new(1);
	StoreExecution row;

	asl_execution_find(asl_request_text(request, "executionArn"), ASL_MAY_STOP, &row);
	asl_execution_stop(&row, (AslError) {asl_request_text(request, "error"), asl_request_text(request, "cause")});
	asl_answer_time(&answer, "stopDate", row.stop_date);
	return answer;
}

/* Adds the version and the alias that an execution was started by. */
static void
answer_origin(AslValue *answer, const char *machine, const StoreOrigin *origin)
{
	if (origin->version != 0)
		asl_answer_text(answer, "stateMachineVersionArn", asl_arn_version(machine, origin->version));
	if (origin->alias != NULL)
		asl_answer_text(answer, "stateMachineAliasArn", asl_arn_alias(machine, origin->alias));
}

/* Without a redriveStatus of what AWS could redrive: nothing can be redriven here. */
AslValue
asl_api_describe_execution(AslValue request)
{
	AslValue	answer = asl_object_new(17);
	bool		metadata = metadata_only(request);
	StoreExecution row;
	StoreOrigin origin;

	asl_execution_find(asl_request_text(request, "executionArn"), ASL_MAY_DESCRIBE, &row);
	store_execution_origin(row.execution, &origin);
	asl_answer_text(&answer, "executionArn", asl_execution_arn(&row));
	asl_answer_text(&answer, "stateMachineArn", asl_arn_state_machine(row.machine_name));
	asl_answer_text(&answer, "name", row.name);
	asl_answer_text(&answer, "status", row.status);
	asl_answer_time(&answer, "startDate", row.start_date);
	asl_answer_time(&answer, "stopDate", row.stop_date);
	asl_answer_payload(&answer, "input", "inputDetails", row.input, metadata);
	asl_answer_payload(&answer, "output", "outputDetails", row.output, metadata);
	asl_answer_text(&answer, "error", row.error);
	asl_answer_text(&answer, "cause", row.cause);
	asl_answer_text(&answer, "traceHeader", origin.trace_header);
	answer_origin(&answer, row.machine_name, &origin);
	asl_answer_set(&answer, "redriveCount", asl_integer(0));
	if (strcmp(row.status, "RUNNING") == 0 || strcmp(row.status, "SUCCEEDED") == 0)
	{
		asl_answer_text(&answer, "redriveStatus", "NOT_REDRIVABLE");
		asl_answer_text(&answer, "redriveStatusReason", psprintf("Execution is %s and cannot be redriven", row.status));
	}
	return answer;
}

/* Which executions a request wants to have listed, of a machine, a version or an alias. */
static StoreExecutionFilter
list_filter(AslValue request, StoreMachine *machine)
{
	StoreExecutionFilter filter = {.status = asl_request_text(request, "statusFilter")};
	bool		of_map_run = asl_request_text(request, "mapRunArn") != NULL;

	if (of_map_run == (asl_request_text(request, "stateMachineArn") != NULL))
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("Either a state machine ARN or a Map Run ARN must be specified")));
	if (of_map_run)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("the executions of a Map Run are not listed")));
	if (asl_request_text(request, "redriveFilter") != NULL || (filter.status && strcmp(filter.status, "PENDING_REDRIVE") == 0))
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("redriveFilter and the statusFilter PENDING_REDRIVE are for a Map Run ARN only")));
	asl_machine_require_qualified(asl_request_arn(request, "stateMachineArn", "stateMachine"), NoLock, ASL_MAY_DESCRIBE,
								  false, machine);
	if (machine->express)
		asl_refuse_machine_type(machine);
	filter.state_machine = machine->state_machine;
	filter.alias = machine->alias;
	filter.version = machine->alias ? 0 : machine->version;
	return filter;
}

static AslValue
listed_execution(const StoreListed *e, const char *machine)
{
	AslValue	execution = asl_object_new(9);

	asl_answer_text(&execution, "executionArn", asl_arn_execution(machine, e->name));
	asl_answer_text(&execution, "stateMachineArn", asl_arn_state_machine(machine));
	asl_answer_text(&execution, "name", e->name);
	asl_answer_text(&execution, "status", e->status);
	asl_answer_time(&execution, "startDate", e->start_date);
	asl_answer_time(&execution, "stopDate", e->stop_date);
	answer_origin(&execution, machine, &e->origin);
	asl_answer_set(&execution, "redriveCount", asl_integer(0));
	return execution;
}

AslValue
asl_api_list_executions(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	AslValue	list = asl_array_new(16);
	AslPage		page = asl_page("ListExecutions", request);
	StoreMachine machine;
	StoreExecutionFilter filter = list_filter(request, &machine);
	StoreListed *executions;
	int			count;

	filter.before = asl_page_after(&page);
	filter.limit = page.limit + 1;
	count = store_executions(&filter, &executions);
	for (int i = 0; i < Min(count, page.limit); i++)
		asl_array_push(&list, listed_execution(&executions[i], machine.name));
	asl_answer_set(&answer, "executions", list);
	if (count > page.limit)
		asl_page_continue(&page, &answer, psprintf(INT64_FORMAT, executions[page.limit - 1].execution));
	return answer;
}
