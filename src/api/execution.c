/*
 * execution.c - asl.start_execution and its siblings.
 */
#include "postgres.h"

#include "api/execution.h"

#include "access/xact.h"
#include "api/argument.h"
#include "base/errors.h"
#include "base/settings.h"
#include "engine/abort.h"
#include "engine/access.h"
#include "engine/arn.h"
#include "engine/node.h"
#include "engine/patience.h"
#include "step/express.h"
#include "engine/start.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

PG_FUNCTION_INFO_V1(asl_sql_start_execution);
PG_FUNCTION_INFO_V1(asl_sql_start_sync_execution);
PG_FUNCTION_INFO_V1(asl_sql_stop_execution);
PG_FUNCTION_INFO_V1(asl_sql_describe_execution);
PG_FUNCTION_INFO_V1(asl_sql_get_execution_history);
PG_FUNCTION_INFO_V1(asl_sql_wait_for_execution);
PG_FUNCTION_INFO_V1(asl_sql_execution_arn);
PG_FUNCTION_INFO_V1(asl_sql_execution_id);

/* start_execution(state_machine text, input jsonb, name text) returns bigint */
Datum
asl_sql_start_execution(PG_FUNCTION_ARGS)
{
	char	   *machine_name = asl_text_argument(fcinfo, 0, "state_machine");
	Jsonb	   *input = asl_jsonb_argument(fcinfo, 1, "input");
	char	   *name = asl_optional_text(fcinfo, 2);
	StoreMachine machine;

	asl_machine_for_start(machine_name, &machine);
	PG_RETURN_INT64(asl_start(&machine, name, input, NULL, (StoreCaller) {0}));
}

void
asl_refuse_machine_type(const StoreMachine *machine)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_STATE_MACHINE_TYPE_NOT_SUPPORTED),
					errmsg("This operation is not supported by this type of state machine"),
					errdetail("State machine \"%s\" is of type %s.", machine->name,
							  machine->express ? "EXPRESS" : "STANDARD")));
}

AslRun *
asl_execution_sync(const StoreMachine *machine, const char *name, Jsonb *input)
{
	AslProgram *program;
	AslRun	   *run;

	if (!machine->express)
		asl_refuse_machine_type(machine);
	program = asl_program(machine->revision);
	if (name)
		asl_check_name(name);
	else
		name = asl_uuid_v4();
	asl_check_payload(input, asl_payload_limit(program), ERRCODE_ASL_INVALID_EXECUTION_INPUT, "execution input");
	run = asl_run_open_memory(program, name, asl_payload_jsonb(input));
	run->arn = asl_arn_express(program->name, psprintf("%s:%s", name, asl_uuid_v4()));
	asl_express_run(run);
	return run;
}

const char *
asl_execution_status(const AslRun *run)
{
	static const char *const statuses[] = {
		[ASL_SUCCEEDED] = "SUCCEEDED", [ASL_FAILED] = "FAILED", [ASL_TIMED_OUT] = "TIMED_OUT"
	};

	return statuses[run->end];
}

/* start_sync_execution(state_machine text, input jsonb, name text) returns one row */
Datum
asl_sql_start_sync_execution(PG_FUNCTION_ARGS)
{
	char	   *machine_name = asl_text_argument(fcinfo, 0, "state_machine");
	Jsonb	   *input = asl_jsonb_argument(fcinfo, 1, "input");
	char	   *name = asl_optional_text(fcinfo, 2);
	StoreMachine machine;
	AslRun	   *run;
	Datum		values[7];
	bool		nulls[7] = {false};

	asl_machine_for_start(machine_name, &machine);
	run = asl_execution_sync(&machine, name, input);
	values[0] = CStringGetTextDatum(asl_execution_status(run));
	values[1] = asl_jsonb_datum(run->output ? asl_payload_get(run->output) : NULL, &nulls[1]);
	values[2] = asl_text_datum(run->error.name, &nulls[2]);
	values[3] = asl_text_datum(run->error.cause, &nulls[3]);
	values[4] = CStringGetTextDatum(run->name);
	values[5] = TimestampTzGetDatum(run->start_date);
	values[6] = TimestampTzGetDatum(GetCurrentTimestamp());
	return asl_result_row(fcinfo, values, nulls);
}

/* An execution with which the current user may do that, whatever its type. */
static void
read_execution(FunctionCallInfo fcinfo, AslPrivilege privilege, StoreExecution *row)
{
	int64		execution;

	asl_require(fcinfo, 0, "execution");
	execution = PG_GETARG_INT64(0);
	if (!store_execution_read(execution, row) || !asl_permit_execution(row, privilege))
		ereport(ERROR, (errcode(ERRCODE_ASL_EXECUTION_DOES_NOT_EXIST),
						errmsg("Execution Does Not Exist: '" INT64_FORMAT "'", execution),
						asl_errdetail_node(execution)));
}

/* The same; express executions leave no trace to be described or stopped by. */
static void
find_execution(FunctionCallInfo fcinfo, AslPrivilege privilege, StoreExecution *row)
{
	read_execution(fcinfo, privilege, row);
	if (row->express)
		ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_ARN),
						errmsg("Invalid Arn: 'Resource type not valid in this context: express'"),
						errdetail("Execution " INT64_FORMAT " is one of an EXPRESS state machine.", row->execution)));
}

void
asl_execution_stop(StoreExecution *row, AslError error)
{
	int			patience;

	if (strcmp(row->status, "RUNNING") != 0)
		return;
	patience = asl_patience_begin();
	(void) asl_stop(row->execution, ASL_ABORTED, error);
	asl_patience_end(patience);
	(void) store_execution_read(row->execution, row);
}

/* stop_execution(execution bigint, error text, cause text) returns timestamptz */
Datum
asl_sql_stop_execution(PG_FUNCTION_ARGS)
{
	AslError	error = asl_error_argument(fcinfo, 1, 2);
	StoreExecution row;

	find_execution(fcinfo, ASL_MAY_STOP, &row);
	asl_execution_stop(&row, error);
	PG_RETURN_TIMESTAMPTZ(row.stop_date);
}

char *
asl_execution_arn(const StoreExecution *row)
{
	return row->express ? asl_arn_express(row->machine_name, row->name) : asl_arn_execution(row->machine_name, row->name);
}

/* describe_execution(execution bigint) returns one row */
Datum
asl_sql_describe_execution(PG_FUNCTION_ARGS)
{
	StoreExecution row;
	Datum		values[12];
	bool		nulls[12] = {false};

	find_execution(fcinfo, ASL_MAY_DESCRIBE, &row);
	values[0] = Int64GetDatum(row.execution);
	values[1] = CStringGetTextDatum(asl_execution_arn(&row));
	values[2] = CStringGetTextDatum(row.name);
	values[3] = CStringGetTextDatum(row.machine_name);
	values[4] = CStringGetTextDatum(row.status);
	values[5] = JsonbPGetDatum(row.input);
	values[6] = asl_jsonb_datum(row.output, &nulls[6]);
	values[7] = asl_text_datum(row.error, &nulls[7]);
	values[8] = asl_text_datum(row.cause, &nulls[8]);
	values[9] = TimestampTzGetDatum(row.start_date);
	values[10] = TimestampTzGetDatum(row.stop_date);
	nulls[10] = row.stop_date == 0;
	values[11] = Int32GetDatum(0);
	return asl_result_row(fcinfo, values, nulls);
}

/* One event as a result row. */
static void
put_event(void *arg, const AslHistoryEvent *event)
{
	ReturnSetInfo *result = arg;
	Datum		values[5];
	bool		nulls[5] = {false};

	values[0] = Int64GetDatum(event->id);
	values[1] = Int64GetDatum(event->previous);
	values[2] = TimestampTzGetDatum(event->at);
	values[3] = CStringGetTextDatum(event->type);
	values[4] = JsonbPGetDatum(event->details);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* get_execution_history(execution bigint, reverse_order boolean) returns table */
Datum
asl_sql_get_execution_history(PG_FUNCTION_ARGS)
{
	StoreExecution row;
	bool		reverse = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);

	find_execution(fcinfo, ASL_MAY_DESCRIBE, &row);
	InitMaterializedSRF(fcinfo, 0);
	asl_history_read(row.execution, reverse, 0, PG_INT64_MAX, put_event, fcinfo->resultinfo);
	return (Datum) 0;
}

/* Raises where this transaction will never see the execution's end. */
static void
check_can_see_end(int64 execution)
{
	if (store_execution_is_own(execution))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("execution " INT64_FORMAT " was started in this transaction", execution),
						errhint("It begins to run when the transaction commits: wait for it after COMMIT.")));
	if (IsolationUsesXactSnapshot())
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("cannot wait for execution " INT64_FORMAT " at this isolation level", execution),
						errdetail("The transaction sees nothing that happens after its first statement."),
						errhint("Wait for it in a transaction with isolation level READ COMMITTED.")));
}

/* wait_for_execution(execution bigint, timeout interval) returns text */
Datum
asl_sql_wait_for_execution(PG_FUNCTION_ARGS)
{
	StoreExecution row;
	TimestampTz deadline;
	int			milliseconds = 1;

	find_execution(fcinfo, ASL_MAY_DESCRIBE, &row);
	asl_require(fcinfo, 1, "timeout");
	deadline = DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval,
													   TimestampTzGetDatum(GetCurrentTimestamp()),
													   PG_GETARG_DATUM(1)));
	if (strcmp(row.status, "RUNNING") == 0)
		check_can_see_end(row.execution);
	while (strcmp(row.status, "RUNNING") == 0)
	{
		if (GetCurrentTimestamp() >= deadline)
			PG_RETURN_NULL();
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		milliseconds = Min(milliseconds * 2, 50);
		(void) store_execution_read(row.execution, &row);
	}
	PG_RETURN_TEXT_P(cstring_to_text(row.status));
}

/* execution_arn(execution bigint) returns text */
Datum
asl_sql_execution_arn(PG_FUNCTION_ARGS)
{
	StoreExecution row;

	read_execution(fcinfo, ASL_MAY_DESCRIBE, &row);
	PG_RETURN_TEXT_P(cstring_to_text(asl_execution_arn(&row)));
}

void
asl_execution_find(const char *arn, AslPrivilege privilege, StoreExecution *row)
{
	char	   *machine_name;
	char	   *name;

	asl_arn_execution_names(arn, &machine_name, &name);
	if (!store_execution_find(machine_name, name, row) || !asl_permit_execution(row, privilege))
		ereport(ERROR, (errcode(ERRCODE_ASL_EXECUTION_DOES_NOT_EXIST),
						errmsg("Execution Does Not Exist: '%s'", arn),
						asl_node == 0 ? 0 : errhint("An ARN does not tell the node: other nodes may know it.")));
}

/* execution_id(arn text) returns bigint */
Datum
asl_sql_execution_id(PG_FUNCTION_ARGS)
{
	StoreExecution row;

	asl_execution_find(asl_text_argument(fcinfo, 0, "arn"), ASL_MAY_DESCRIBE, &row);
	PG_RETURN_INT64(row.execution);
}
