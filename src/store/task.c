/*
 * task.c - rows of tasks that wait for an answer, and of activities.
 */
#include "postgres.h"

#include "store/task.h"

#include "catalog/pg_type.h"

void
store_task_insert(const StoreTask *task)
{
	static StoreQuery insert = {
		"INSERT INTO asl.task (execution, branch, secret, activity, child, input, scheduled_at, timeout_seconds, "
		"heartbeat_seconds) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		9, {INT8OID, INT4OID, TEXTOID, INT8OID, INT8OID, JSONBOID, TIMESTAMPTZOID, INT8OID, INT8OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, task->execution);
	store_add_int32(&call, task->branch);
	store_add_text_or_null(&call, task->secret);
	store_add_int64_or_null(&call, task->activity, task->activity != 0);
	store_add_int64_or_null(&call, task->child, task->child != 0);
	store_add_jsonb_or_null(&call, task->input);
	store_add_time_or_null(&call, task->scheduled_at, true);
	store_add_int64_or_null(&call, task->timeout_seconds, task->timeout_seconds != 0);
	store_add_int64_or_null(&call, task->heartbeat_seconds, task->heartbeat_seconds != 0);
	store_run(&call, &insert);
	store_end(&call);
}

#define TASK_COLUMNS "execution, branch, secret, activity, child, input, scheduled_at, started_at, worker_name, " \
	"timeout_seconds, heartbeat_seconds, heartbeat_at"

/* The columns above as a struct. */
static void
task_fetch(StoreCall *call, StoreTask *task)
{
	task->execution = store_get_int64(0, 1);
	task->branch = store_get_int32(0, 2);
	task->secret = store_get_text(call, 0, 3);
	task->activity = store_get_int64(0, 4);
	task->child = store_get_int64(0, 5);
	task->input = store_get_jsonb(call, 0, 6);
	task->scheduled_at = store_get_time(0, 7);
	task->started_at = store_get_time(0, 8);
	task->worker_name = store_get_text(call, 0, 9);
	task->timeout_seconds = store_get_int64(0, 10);
	task->heartbeat_seconds = store_get_int64(0, 11);
	task->heartbeat_at = store_get_time(0, 12);
}

bool
store_task_read(int64 execution, int32 branch, bool lock, StoreTask *task)
{
#define READ_TASK "SELECT " TASK_COLUMNS " FROM asl.task WHERE execution = $1 AND branch = $2"
	static StoreQuery read = {READ_TASK, 2, {INT8OID, INT4OID}};
	static StoreQuery read_locked = {READ_TASK " FOR UPDATE", 2, {INT8OID, INT4OID}};
	StoreCall	call;
	bool		found;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, branch);
	found = store_run(&call, lock ? &read_locked : &read) > 0;
	if (found)
		task_fetch(&call, task);
	store_end(&call);
	return found;
}

void
store_task_delete(int64 execution, int32 branch)
{
	static StoreQuery remove = {
		"DELETE FROM asl.task WHERE execution = $1 AND branch = $2", 2, {INT8OID, INT4OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, branch);
	store_run(&call, &remove);
	store_end(&call);
}

bool
store_task_take(int64 activity, const char *worker_name, TimestampTz now, StoreTask *task)
{
	static StoreQuery take = {
		"WITH t AS (SELECT ctid FROM asl.task WHERE activity = $1 AND started_at IS NULL "
		"           ORDER BY scheduled_at LIMIT 1 FOR UPDATE SKIP LOCKED) "
		"UPDATE asl.task SET started_at = $2, worker_name = $3 WHERE ctid = (SELECT ctid FROM t) "
		"RETURNING " TASK_COLUMNS,
		3, {INT8OID, TIMESTAMPTZOID, TEXTOID}};
	StoreCall	call;
	bool		found;

	store_begin(&call);
	store_add_int64(&call, activity);
	store_add_time_or_null(&call, now, true);
	store_add_text_or_null(&call, worker_name);
	found = store_run(&call, &take) > 0;
	if (found)
		task_fetch(&call, task);
	store_end(&call);
	return found;
}

int
store_task_of_activity(int64 activity, StoreTask **tasks)
{
	static StoreQuery read = {"SELECT execution, branch FROM asl.task WHERE activity = $1", 1, {INT8OID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_int64(&call, activity);
	count = (int) store_run(&call, &read);
	*tasks = MemoryContextAllocZero(call.caller, Max(count, 1) * sizeof(StoreTask));
	for (int i = 0; i < count; i++)
	{
		(*tasks)[i].execution = store_get_int64(i, 1);
		(*tasks)[i].branch = store_get_int32(i, 2);
	}
	store_end(&call);
	return count;
}

void
store_task_heartbeat(int64 execution, int32 branch, TimestampTz now)
{
	static StoreQuery beat = {
		"UPDATE asl.task SET heartbeat_at = $3 WHERE execution = $1 AND branch = $2",
		3, {INT8OID, INT4OID, TIMESTAMPTZOID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, branch);
	store_add_time_or_null(&call, now, true);
	store_run(&call, &beat);
	store_end(&call);
}

int
store_task_awaited(int64 execution, int64 **children)
{
	static StoreQuery read = {
		"SELECT child FROM asl.task WHERE execution = $1 AND child IS NOT NULL", 1, {INT8OID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_int64(&call, execution);
	count = (int) store_run(&call, &read);
	*children = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(int64));
	for (int i = 0; i < count; i++)
		(*children)[i] = store_get_int64(i, 1);
	store_end(&call);
	return count;
}

bool
store_activity_find(const char *name, StoreActivity *activity)
{
	static StoreQuery find = {
		"SELECT activity, name, channel::text, owner::oid, creation_date FROM asl.activity WHERE name = $1 COLLATE \"C\"",
		1, {TEXTOID}};
	StoreCall	call;
	bool		found;

	store_begin(&call);
	store_add_text_or_null(&call, name);
	found = store_run(&call, &find) > 0;
	if (found)
	{
		activity->activity = store_get_int64(0, 1);
		activity->name = store_get_text(&call, 0, 2);
		activity->channel = store_get_text(&call, 0, 3);
		activity->owner = store_get_oid(0, 4);
		activity->creation_date = store_get_time(0, 5);
	}
	store_end(&call);
	return found;
}

bool
store_activity_insert(const char *name, const char *channel, Oid owner)
{
	static StoreQuery insert = {
		"INSERT INTO asl.activity (name, channel, owner) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
		3, {TEXTOID, TEXTOID, OIDOID}};
	StoreCall	call;
	bool		inserted;

	store_begin(&call);
	store_add_text_or_null(&call, name);
	store_add_text_or_null(&call, channel);
	store_add_oid(&call, owner);
	inserted = store_run(&call, &insert) > 0;
	store_end(&call);
	return inserted;
}

void
store_activity_delete(int64 activity)
{
	static StoreQuery remove = {"DELETE FROM asl.activity WHERE activity = $1", 1, {INT8OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, activity);
	store_run(&call, &remove);
	store_end(&call);
}
