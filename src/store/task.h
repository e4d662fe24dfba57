/*
 * task.h - rows of tasks that wait for an answer, and of activities.
 */
#ifndef ASL_STORE_TASK_H
#define ASL_STORE_TASK_H

#include "base/settings.h"
#include "store/row.h"

/* So many seconds later; a row that an earlier version wrote may hold any number of them. */
static inline TimestampTz
store_seconds_after(TimestampTz time, int64 seconds)
{
	return time + Min(seconds, ASL_LONGEST_SECONDS) * USECS_PER_SEC;
}

typedef struct StoreTask
{
	int64		execution;
	int32		branch;
	const char *secret;
	int64		activity;		/* 0: none */
	int64		child;			/* 0: none */
	Jsonb	   *input;
	TimestampTz scheduled_at;
	TimestampTz started_at;		/* 0: not taken */
	const char *worker_name;
	int64		timeout_seconds;	/* 0: none */
	int64		heartbeat_seconds;	/* 0: none */
	TimestampTz heartbeat_at;	/* 0: none yet */
} StoreTask;

extern void store_task_insert(const StoreTask *task);
/* False where there is none. */
extern bool store_task_read(int64 execution, int32 branch, StoreLock lock, StoreTask *task);
/* The same, and deletes it; task may be NULL. */
extern bool store_task_delete(int64 execution, int32 branch, StoreTask *task);
/* When a waiting task times out, DT_NOEND for never. */
extern TimestampTz store_task_deadline(const StoreTask *task);
/*
 * The oldest task of an activity that nobody has taken, has claimed, or has let time out is claimed until the end of
 * the transaction; false where there is none.  No row is locked.
 */
extern bool store_task_claim(int64 activity, TimestampTz now, StoreTask *task);
/* The task that was claimed is taken; false where it does not wait any more. */
extern bool store_task_take(const StoreTask *claimed, const char *worker_name, TimestampTz now);
/* The waiting tasks of an activity; palloc'd, only their keys filled in. */
extern int	store_task_of_activity(int64 activity, StoreTask **tasks);
/* False where the task does not wait any more. */
extern bool store_task_heartbeat(const StoreTask *given, TimestampTz now);
/* Nested executions that an execution waits for; palloc'd. */
extern int	store_task_awaited(int64 execution, int64 **children);

typedef struct StoreActivity
{
	int64		activity;
	const char *name;
	const char *channel;
	Oid			owner;
	TimestampTz creation_date;
} StoreActivity;

extern bool store_activity_find(const char *name, StoreActivity *activity);
/* False: the name is taken. */
extern bool store_activity_insert(const char *name, const char *channel, Oid owner);
/* Those after a name, in the order of their names, that a role may see; at most limit, palloc'd. */
extern int	store_activities(Oid role, const char *after, int limit, StoreActivity **activities);
/* Its encryption as it was given; NULL: nothing was. */
extern Jsonb *store_activity_encryption(int64 activity);
extern void store_activity_set_encryption(int64 activity, Jsonb *encryption);
extern void store_activity_delete(int64 activity);
extern bool store_activity_exists(int64 activity);

#endif
