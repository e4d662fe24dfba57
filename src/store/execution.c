/*
 * execution.c - rows of executions.
 */
#include "postgres.h"

#include "store/execution.h"

#include "access/xact.h"
#include "catalog/pg_type.h"

int64
store_execution_insert(int64 state_machine, int64 revision, Oid owner, const char *name, Jsonb *input,
					   const char *start_at, TimestampTz now, int64 timeout_seconds, StoreCaller caller)
{
	static StoreQuery insert = {
		"INSERT INTO asl.execution (state_machine, revision, owner, name, input, start_date, caller, caller_branch) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (state_machine, name) DO NOTHING RETURNING execution",
		8, {INT8OID, INT8OID, OIDOID, TEXTOID, JSONBOID, TIMESTAMPTZOID, INT8OID, INT4OID}};
	static StoreQuery insert_root = {
		"INSERT INTO asl.branch (execution, branch, owner, due_at, phase, state, revision, previous_event, event_count, "
		"branch_count) VALUES ($1, 0, $2, $3, 'e', $4, $5, 0, 0, 0)",
		5, {INT8OID, OIDOID, TIMESTAMPTZOID, TEXTOID, INT8OID}};
	static StoreQuery insert_deadline = {
		"INSERT INTO asl.branch (execution, branch, owner, due_at, phase, revision, previous_event) "
		"VALUES ($1, -1, $2, $3::timestamptz + $4 * interval '1 s', 'x', $5, 0)",
		5, {INT8OID, OIDOID, TIMESTAMPTZOID, INT8OID, INT8OID}};
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
	if (store_run(&call, &insert) > 0)
	{
		execution = store_get_int64(0, 1);
		store_add_int64(&call, execution);
		store_add_oid(&call, owner);
		store_add_time_or_null(&call, now, true);
		store_add_text_or_null(&call, start_at);
		store_add_int64(&call, revision);
		store_run(&call, &insert_root);
		if (timeout_seconds > 0)
		{
			store_add_int64(&call, execution);
			store_add_oid(&call, owner);
			store_add_time_or_null(&call, now, true);
			store_add_int64(&call, timeout_seconds);
			store_add_int64(&call, revision);
			store_run(&call, &insert_deadline);
		}
	}
	store_end(&call);
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

void
store_execution_load(int64 execution, const char **name, TimestampTz *start_date, Datum *input)
{
	static StoreQuery read = {
		"SELECT name, start_date, input FROM asl.execution WHERE execution = $1", 1, {INT8OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, execution);
	if (store_run(&call, &read) == 0)
		elog(ERROR, "execution " INT64_FORMAT " is missing", execution);
	*name = store_get_text(&call, 0, 1);
	*start_date = store_get_time(0, 2);
	*input = store_get_raw(&call, 0, 3);
	store_end(&call);
}

StoreCaller
store_execution_finish(int64 execution, const char *status, Jsonb *output, const char *error, const char *cause,
					   TimestampTz stop_date)
{
	static StoreQuery finish = {
		"UPDATE asl.execution SET status = $2, output = $3, error = $4, cause = $5, stop_date = $6 "
		"WHERE execution = $1 RETURNING caller, caller_branch",
		6, {INT8OID, TEXTOID, JSONBOID, TEXTOID, TEXTOID, TIMESTAMPTZOID}};
	StoreCall	call;
	StoreCaller caller;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_text_or_null(&call, status);
	store_add_jsonb_or_null(&call, output);
	store_add_text_or_null(&call, error);
	store_add_text_or_null(&call, cause);
	store_add_time_or_null(&call, stop_date, true);
	store_run(&call, &finish);
	caller.execution = store_get_int64(0, 1);
	caller.branch = store_get_int32(0, 2);
	store_end(&call);
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
