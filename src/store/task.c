/*
 * task.c - rows of tasks that wait for an answer, and of activities.
 */
#include "postgres.h"

#include "store/task.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "store/grant.h"
#include "utils/timestamp.h"

#define ROW_COLUMNS(column) \
	column(execution) column(branch) column(secret) column(activity) column(child) column(input) \
	column(scheduled_at) column(started_at) column(worker_name) column(timeout_seconds) column(heartbeat_seconds) \
	column(heartbeat_at)

enum
{
#define NUMBER(name) TASK_##name,
	ROW_COLUMNS(NUMBER)
#undef NUMBER
	TASK_COLUMN_COUNT
};

static StoreTable task_table = {
	.name = "task", .key_count = 2, .column_count = TASK_COLUMN_COUNT, .columns = {ROW_COLUMNS(STORE_COLUMN_NAME)},
	.queue_index = "task_queue", .queue_key = TASK_activity, .queue_order = TASK_scheduled_at
};

/* Opens the row of a branch's task. */
static void
task_open(StoreRow *row, int64 execution, int32 branch)
{
	store_row_open(row, &task_table);
	store_row_set_int64(row, TASK_execution, execution, true);
	store_row_set_int32(row, TASK_branch, branch, true);
}

void
store_task_insert(const StoreTask *task)
{
	StoreRow	row;

	task_open(&row, task->execution, task->branch);
	store_row_set_text(&row, TASK_secret, task->secret);
	store_row_set_int64(&row, TASK_activity, task->activity, task->activity != 0);
	store_row_set_int64(&row, TASK_child, task->child, task->child != 0);
	store_row_set_varlena(&row, TASK_input, PointerGetDatum(task->input));
	store_row_set_time(&row, TASK_scheduled_at, task->scheduled_at, true);
	store_row_set_int64(&row, TASK_timeout_seconds, task->timeout_seconds, task->timeout_seconds != 0);
	store_row_set_int64(&row, TASK_heartbeat_seconds, task->heartbeat_seconds, task->heartbeat_seconds != 0);
	store_row_insert(&row);
	store_row_close(&row);
}

/* The row as a struct. */
static void
task_get(const StoreRow *row, StoreTask *task)
{
	task->execution = DatumGetInt64(store_row_get(row, TASK_execution));
	task->branch = DatumGetInt32(store_row_get(row, TASK_branch));
	task->secret = store_row_text(row, TASK_secret);
	task->activity = DatumGetInt64(store_row_get(row, TASK_activity));
	task->child = DatumGetInt64(store_row_get(row, TASK_child));
	task->input = store_row_jsonb(row, TASK_input);
	task->scheduled_at = DatumGetTimestampTz(store_row_get(row, TASK_scheduled_at));
	task->started_at = DatumGetTimestampTz(store_row_get(row, TASK_started_at));
	task->worker_name = store_row_text(row, TASK_worker_name);
	task->timeout_seconds = DatumGetInt64(store_row_get(row, TASK_timeout_seconds));
	task->heartbeat_seconds = DatumGetInt64(store_row_get(row, TASK_heartbeat_seconds));
	task->heartbeat_at = DatumGetTimestampTz(store_row_get(row, TASK_heartbeat_at));
}

bool
store_task_read(int64 execution, int32 branch, StoreLock lock, StoreTask *task)
{
	StoreRow	row;
	bool		found;

	task_open(&row, execution, branch);
	found = store_row_find(&row, lock);
	if (found)
		task_get(&row, task);
	store_row_close(&row);
	return found;
}

bool
store_task_delete(int64 execution, int32 branch, StoreTask *task)
{
	StoreRow	row;
	bool		found;

	task_open(&row, execution, branch);
	found = store_row_find(&row, STORE_LOCK_WAIT);
	if (found)
	{
		if (task)
			task_get(&row, task);
		store_row_delete(&row);
	}
	store_row_close(&row);
	return found;
}

TimestampTz
store_task_deadline(const StoreTask *task)
{
	TimestampTz started = task->started_at ? task->started_at : task->scheduled_at;
	TimestampTz beat = Max(task->heartbeat_at, started);
	TimestampTz deadline = DT_NOEND;

	if (task->timeout_seconds)
		deadline = store_seconds_after(started, task->timeout_seconds);
	if (task->heartbeat_seconds && (task->activity == 0 || task->started_at))
		deadline = Min(deadline, store_seconds_after(beat, task->heartbeat_seconds));
	return deadline;
}

#define CLAIM_LOCK 3			/* advisory locks that SQL can take are 1 and 2 */

/*
 * Claims a task, whose row stands in *row, by a lock in memory: whoever changes the row, the engine first of all, need
 * not wait for it.  False where another transaction or this one has claimed it already.
 */
static bool
task_claim(StoreRow *row, void *now)
{
	StoreTask	task;
	LOCKTAG		tag;

	task_get(row, &task);
	if (store_task_deadline(&task) <= *(TimestampTz *) now)
		return false;
	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32) task.execution,
						 (uint32) (task.execution >> 32) << 16 | (uint16) task.branch, CLAIM_LOCK + (task.branch >> 16));
	switch (LockAcquire(&tag, ExclusiveLock, false, true))
	{
		case LOCKACQUIRE_OK:
			return true;
		case LOCKACQUIRE_NOT_AVAIL:
			return false;
		default:
			LockRelease(&tag, ExclusiveLock, false);
			return false;
	}
}

#define FROM_THE_BEGINNING (USECS_PER_SEC / 2)	/* so often, at least */
#define NEAR 2000				/* microseconds: a busy queue has the next task so near */

/*
 * The oldest task of the activity that was set, which nobody has taken or claimed; claims it.
 *
 * The index entries of the tasks that were taken stay until the next vacuum, and an index scan reads all that qualify
 * of a page before it returns the first.  So a session begins where it found its last task and looks near that first;
 * and at the beginning where nothing is found there, and every now and then: a task may have been scheduled before
 * that one and committed after it.
 */
static bool
task_find_oldest(StoreRow *row, int64 activity, TimestampTz now)
{
	static struct
	{
		int64		activity;
		TimestampTz scheduled_at;
		TimestampTz began_at;
	}			last = {0};
	bool		again = last.activity == activity && now >= last.began_at && now - last.began_at < FROM_THE_BEGINNING;

	store_row_set_int64(row, TASK_activity, activity, true);
	if (!again ||
		(!store_row_find_first(row, last.scheduled_at, last.scheduled_at + NEAR, task_claim, &now) &&
		 !store_row_find_first(row, last.scheduled_at, DT_NOEND, task_claim, &now)))
	{
		last.activity = 0;
		if (!store_row_find_first(row, DT_NOBEGIN, DT_NOEND, task_claim, &now))
			return false;
		last.activity = activity;
		last.began_at = now;
	}
	last.scheduled_at = DatumGetTimestampTz(store_row_get(row, TASK_scheduled_at));
	return true;
}

bool
store_task_claim(int64 activity, TimestampTz now, StoreTask *task)
{
	StoreRow	row;
	bool		found;

	store_row_open(&row, &task_table);
	found = task_find_oldest(&row, activity, now);
	if (found)
		task_get(&row, task);
	store_row_close(&row);
	return found;
}

/* Opens the row of a task that somebody has a token of, locked; false, and closed, where it does not wait any more. */
static bool
task_open_waiting(StoreRow *row, const StoreTask *given, TimestampTz now)
{
	StoreTask	task;

	task_open(row, given->execution, given->branch);
	if (store_row_find(row, STORE_LOCK_WAIT))
	{
		task_get(row, &task);
		if (strcmp(task.secret, given->secret) == 0 && store_task_deadline(&task) > now)
			return true;
	}
	store_row_close(row);
	return false;
}

bool
store_task_take(const StoreTask *claimed, const char *worker_name, TimestampTz now)
{
	StoreRow	row;

	if (!task_open_waiting(&row, claimed, GetCurrentTimestamp()))
		return false;
	store_row_set_time(&row, TASK_started_at, now, true);
	store_row_set_text(&row, TASK_worker_name, worker_name);
	store_row_update(&row);
	store_row_close(&row);
	return true;
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

bool
store_task_heartbeat(const StoreTask *given, TimestampTz now)
{
	StoreRow	row;

	if (!task_open_waiting(&row, given, GetCurrentTimestamp()))
		return false;
	store_row_set_time(&row, TASK_heartbeat_at, now, true);
	store_row_update(&row);
	store_row_close(&row);
	return true;
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
	enum {NAME, ACTIVITY, CHANNEL, OWNER, CREATION_DATE, COLUMN_COUNT};
	static StoreTable activities = {
		.name = "activity", .key_index = "activity_name_key", .key_count = 1, .column_count = COLUMN_COUNT,
		.columns = {"name", "activity", "channel", "owner", "creation_date"}
	};
	StoreRow	row;
	bool		found;

	store_row_open(&row, &activities);
	store_row_set_text(&row, NAME, name);
	found = store_row_find(&row, STORE_NO_LOCK);
	if (found)
	{
		activity->activity = DatumGetInt64(store_row_get(&row, ACTIVITY));
		activity->name = pstrdup(name);
		activity->channel = pstrdup(NameStr(*DatumGetName(store_row_get(&row, CHANNEL))));
		activity->owner = DatumGetObjectId(store_row_get(&row, OWNER));
		activity->creation_date = DatumGetTimestampTz(store_row_get(&row, CREATION_DATE));
	}
	store_row_close(&row);
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

int
store_activities(Oid role, const char *after, int limit, StoreActivity **activities)
{
	static StoreQuery list = {
		"SELECT a.activity, a.name, a.owner::oid, a.creation_date FROM asl.activity a "
		"WHERE a.name > $2 COLLATE \"C\" AND " STORE_VISIBLE("a", "activity", "%") " ORDER BY a.name LIMIT $3",
		3, {OIDOID, TEXTOID, INT4OID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_oid(&call, role);
	store_add_text_or_null(&call, after);
	store_add_int32(&call, limit);
	count = (int) store_run(&call, &list);
	*activities = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(StoreActivity));
	for (int i = 0; i < count; i++)
		(*activities)[i] = (StoreActivity) {
			.activity = store_get_int64(i, 1), .name = store_get_text(&call, i, 2), .owner = store_get_oid(i, 3),
			.creation_date = store_get_time(i, 4)
		};
	store_end(&call);
	return count;
}

Jsonb *
store_activity_encryption(int64 activity)
{
	static StoreQuery read = {"SELECT encryption FROM asl.activity WHERE activity = $1", 1, {INT8OID}};
	StoreCall	call;
	Jsonb	   *encryption = NULL;

	store_begin(&call);
	store_add_int64(&call, activity);
	if (store_run(&call, &read) > 0)
		encryption = store_get_jsonb(&call, 0, 1);
	store_end(&call);
	return encryption;
}

void
store_activity_set_encryption(int64 activity, Jsonb *encryption)
{
	static StoreQuery set = {"UPDATE asl.activity SET encryption = $2 WHERE activity = $1", 2, {INT8OID, JSONBOID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, activity);
	store_add_jsonb_or_null(&call, encryption);
	store_run(&call, &set);
	store_end(&call);
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

bool
store_activity_exists(int64 activity)
{
	static StoreTable activities = {.name = "activity", .key_count = 1, .column_count = 1, .columns = {"activity"}};
	StoreRow	row;
	bool		found;

	store_row_open(&row, &activities);
	store_row_set_int64(&row, 0, activity, true);
	found = store_row_find(&row, STORE_NO_LOCK);
	store_row_close(&row);
	return found;
}
