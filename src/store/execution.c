/*
 * execution.c - rows of executions.
 *
 * An execution's row is written twice: with its start and with its end.  What changes from step to step is in its branches.
 */
#include "postgres.h"

#include "store/execution.h"

#include "access/xact.h"
#include "base/settings.h"
#include "catalog/pg_type.h"
#include "store/branch.h"
#include "store/query.h"
#include "utils/timestamp.h"

/* An execution's first branches: the root, and what ends it in time. */
static void
insert_branches(int64 execution, int64 revision, Oid owner, const char *start_at, TimestampTz now, int64 timeout_seconds)
{
	StoreBranch b = {
		.execution = execution, .branch = STORE_ROOT_BRANCH, .owner = owner, .revision = revision, .parent = -1,
		.phase = STORE_ENTER, .state = start_at, .has_due = true, .due_at = now
	};

	store_branch_insert(&b);
	if (timeout_seconds == 0)
		return;
	b.branch = STORE_DEADLINE_BRANCH;
	b.phase = STORE_DEADLINE;
	b.state = NULL;
	b.due_at = now + timeout_seconds * USECS_PER_SEC;
	store_branch_insert(&b);
}

int64
store_execution_insert(int64 state_machine, int64 revision, Oid owner, const char *name, Jsonb *input,
					   const char *start_at, TimestampTz now, int64 timeout_seconds, StoreCaller caller, StoreOrigin origin)
{
	static StoreQuery insert = {
		"INSERT INTO asl.execution (execution, state_machine, revision, owner, name, input, start_date, caller, caller_branch) "
		"VALUES (nextval('asl.execution_id') + $9, $1, $2, $3, $4, $5, $6, $7, $8) "
		"ON CONFLICT (state_machine, name) DO NOTHING RETURNING execution",
		9, {INT8OID, INT8OID, OIDOID, TEXTOID, JSONBOID, TIMESTAMPTZOID, INT8OID, INT4OID, INT8OID}};
	static StoreQuery insert_of_origin = {
		"INSERT INTO asl.execution (execution, state_machine, revision, owner, name, input, start_date, caller, caller_branch, "
		"version, alias, trace_header) "
		"VALUES (nextval('asl.execution_id') + $9, $1, $2, $3, $4, $5, $6, $7, $8, $10, $11, $12) "
		"ON CONFLICT (state_machine, name) DO NOTHING RETURNING execution",
		12, {INT8OID, INT8OID, OIDOID, TEXTOID, JSONBOID, TIMESTAMPTZOID, INT8OID, INT4OID, INT8OID, INT4OID, TEXTOID, TEXTOID}};
	bool		has_origin = origin.version != 0 || origin.trace_header != NULL;
	StoreCall	call;
	int64		execution = 0;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	store_add_int64(&call, revision);
	store_add_oid(&call, owner);
	store_add_text_or_null(&call, name);
	store_add_jsonb_or_null(&call, input);
	store_add_time_or_null(&call, now, true);
	store_add_int64_or_null(&call, caller.execution, caller.execution != 0);
	store_add_int32_or_null(&call, caller.branch, caller.execution != 0);
	store_add_int64(&call, (int64) asl_node << STORE_NODE_SHIFT);
	if (has_origin)
	{
		store_add_int32_or_null(&call, origin.version, origin.version != 0);
		store_add_text_or_null(&call, origin.alias);
		store_add_text_or_null(&call, origin.trace_header);
	}
	if (store_run(&call, has_origin ? &insert_of_origin : &insert) > 0)
		execution = store_get_int64(0, 1);
	store_end(&call);
	if (execution != 0 && store_execution_node(execution) != asl_node)
		ereport(ERROR, (errcode(ERRCODE_SEQUENCE_GENERATOR_LIMIT_EXCEEDED),
						errmsg("node %d has given out all its execution ids", asl_node)));
	if (execution != 0)
		insert_branches(execution, revision, owner, start_at, now, timeout_seconds);
	return execution;
}

#define EXECUTION_COLUMNS "SELECT e.execution, e.state_machine, m.name, e.revision, e.owner::oid, e.name, e.status, " \
	"e.input, e.output, e.error, e.cause, e.start_date, e.stop_date, m.type = 'EXPRESS' " \
	"FROM asl.execution e LEFT JOIN asl.state_machine m ON m.state_machine = e.state_machine "

/* The columns above as a struct. */
static void
execution_fetch(StoreCall *call, StoreExecution *result)
{
	result->execution = store_get_int64(0, 1);
	result->state_machine = store_get_int64(0, 2);
	result->machine_name = store_get_text(call, 0, 3);
	result->revision = store_get_int64(0, 4);
	result->owner = store_get_oid(0, 5);
	result->name = store_get_text(call, 0, 6);
	result->status = store_get_text(call, 0, 7);
	result->input = store_get_jsonb(call, 0, 8);
	result->output = store_get_jsonb(call, 0, 9);
	result->error = store_get_text(call, 0, 10);
	result->cause = store_get_text(call, 0, 11);
	result->start_date = store_get_time(0, 12);
	result->stop_date = store_get_time(0, 13);
	result->express = store_get_bool(0, 14);
}

bool
store_execution_read(int64 execution, StoreExecution *result)
{
	static StoreQuery read = {EXECUTION_COLUMNS "WHERE e.execution = $1", 1, {INT8OID}};
	StoreCall	call;
	bool		found;

	store_begin(&call);
	store_add_int64(&call, execution);
	found = store_run(&call, &read) > 0;
	if (found)
		execution_fetch(&call, result);
	store_end(&call);
	return found;
}

bool
store_execution_find(const char *machine_name, const char *name, StoreExecution *result)
{
	static StoreQuery find = {
		EXECUTION_COLUMNS "WHERE m.name = $1 COLLATE \"C\" AND e.name = $2 COLLATE \"C\" "
		"ORDER BY e.state_machine DESC LIMIT 1", 2, {TEXTOID, TEXTOID}};
	StoreCall	call;
	bool		found;

	store_begin(&call);
	store_add_text_or_null(&call, machine_name);
	store_add_text_or_null(&call, name);
	found = store_run(&call, &find) > 0;
	if (found)
		execution_fetch(&call, result);
	store_end(&call);
	return found;
}

#define ROW_COLUMNS(column) \
	column(execution) column(name) column(status) column(input) column(output) column(error) column(cause) \
	column(start_date) column(stop_date) column(caller) column(caller_branch) column(version) column(alias) \
	column(trace_header)

enum
{
#define NUMBER(name) EXECUTION_##name,
	ROW_COLUMNS(NUMBER)
#undef NUMBER
	EXECUTION_COLUMN_COUNT
};

static StoreTable execution_table = {
	.name = "execution", .key_count = 1, .column_count = EXECUTION_COLUMN_COUNT, .required_count = EXECUTION_version,
	.columns = {ROW_COLUMNS(STORE_COLUMN_NAME)}
};

/* Opens the row of an execution that must be there. */
static void
execution_find(StoreRow *row, int64 execution)
{
	store_row_open(row, &execution_table);
	store_row_set_int64(row, EXECUTION_execution, execution, true);
	if (!store_row_find(row, STORE_NO_LOCK))
		elog(ERROR, "execution " INT64_FORMAT " is missing", execution);
}

static void
get_origin(const StoreRow *row, StoreOrigin *origin)
{
	origin->version = DatumGetInt32(store_row_get(row, EXECUTION_version));
	origin->alias = store_row_text(row, EXECUTION_alias);
	origin->trace_header = store_row_text(row, EXECUTION_trace_header);
}

void
store_execution_load(int64 execution, const char **name, TimestampTz *start_date, Datum *input, StoreOrigin *origin)
{
	StoreRow	row;

	execution_find(&row, execution);
	*name = store_row_text(&row, EXECUTION_name);
	*start_date = DatumGetTimestampTz(store_row_get(&row, EXECUTION_start_date));
	*input = store_row_get(&row, EXECUTION_input);
	get_origin(&row, origin);
	store_row_close(&row);
}

void
store_execution_origin(int64 execution, StoreOrigin *origin)
{
	StoreRow	row;

	execution_find(&row, execution);
	get_origin(&row, origin);
	store_row_close(&row);
}

int
store_executions(const StoreExecutionFilter *filter, StoreListed **executions)
{
	static StoreQuery list = {
		"SELECT execution, name, status, start_date, stop_date, version, alias FROM asl.execution "
		"WHERE state_machine = $1 AND ($2 = 0 OR execution < $2) AND ($3 IS NULL OR status = $3) "
		"AND ($4 = 0 OR version = $4) AND ($5 IS NULL OR alias = $5 COLLATE \"C\") ORDER BY execution DESC LIMIT $6",
		6, {INT8OID, INT8OID, TEXTOID, INT4OID, TEXTOID, INT4OID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_int64(&call, filter->state_machine);
	store_add_int64(&call, filter->before);
	store_add_text_or_null(&call, filter->status);
	store_add_int32(&call, filter->version);
	store_add_text_or_null(&call, filter->alias);
	store_add_int32(&call, filter->limit);
	count = (int) store_run(&call, &list);
	*executions = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(StoreListed));
	for (int i = 0; i < count; i++)
		(*executions)[i] = (StoreListed) {
			.execution = store_get_int64(i, 1), .name = store_get_text(&call, i, 2), .status = store_get_text(&call, i, 3),
			.start_date = store_get_time(i, 4), .stop_date = store_get_time(i, 5),
			.origin = {.version = store_get_int32(i, 6), .alias = store_get_text(&call, i, 7)}
		};
	store_end(&call);
	return count;
}

StoreCaller
store_execution_finish(int64 execution, const char *status, Jsonb *output, const char *error, const char *cause,
					   TimestampTz stop_date)
{
	StoreRow	row;
	StoreCaller caller;

	execution_find(&row, execution);
	store_row_set_text(&row, EXECUTION_status, status);
	store_row_set_varlena(&row, EXECUTION_output, PointerGetDatum(output));
	store_row_set_text(&row, EXECUTION_error, error);
	store_row_set_text(&row, EXECUTION_cause, cause);
	store_row_set_time(&row, EXECUTION_stop_date, stop_date, true);
	store_row_update(&row);
	caller.execution = DatumGetInt64(store_row_get(&row, EXECUTION_caller));
	caller.branch = DatumGetInt32(store_row_get(&row, EXECUTION_caller_branch));
	store_row_close(&row);
	return caller;
}

void
store_execution_delete(int64 execution)
{
	static StoreQuery remove = {"DELETE FROM asl.execution WHERE execution = $1", 1, {INT8OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_run(&call, &remove);
	store_end(&call);
}

bool
store_execution_is_own(int64 execution)
{
	static StoreQuery read = {"SELECT xmin FROM asl.execution WHERE execution = $1", 1, {INT8OID}};
	StoreCall	call;
	bool		own;

	store_begin(&call);
	store_add_int64(&call, execution);
	own = store_run(&call, &read) > 0 && TransactionIdIsCurrentTransactionId(store_get_oid(0, 1));
	store_end(&call);
	return own;
}
