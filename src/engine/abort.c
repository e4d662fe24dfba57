/*
 * abort.c - ending branches that others are working on.
 *
 * Whoever works on a branch holds its row's lock.  The one who ends it asks for the lock, and as long as a stepping
 * session holds it cancels what that session runs: its transaction rolls back, and when it looks again the branch is
 * gone.  A cancel that comes too late hits another branch's step, which rolls back and is simply taken again.
 *
 * A worker whose task does not obey is terminated.  An application's session, which holds branches only while it stops
 * an execution or is prepared, is left alone: the wait for it is bounded (patience.h).
 */
#include "postgres.h"

#include "engine/abort.h"

#include "engine/attempt.h"
#include "engine/patience.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "store/execution.h"
#include "store/task.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#define FIRST_NAP 1				/* milliseconds */
#define LONGEST_NAP 50
#define MOST_CANCELS 12			/* the next time the holder, if it is a worker, is terminated */

/* Waits a little, longer each time; obeys interrupts. */
static void
nap(int *milliseconds)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, *milliseconds, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
	*milliseconds = Min(*milliseconds * 2, LONGEST_NAP);
}

/* The branch's lock is not to be had. */
static void
give_up_lock(int64 execution, int32 branch)
{
	char	   *holders = store_branch_holders(execution, branch, STORE_NAME_HOLDER);

	ereport(ERROR, (errcode(ERRCODE_LOCK_NOT_AVAILABLE),
					errmsg("execution " INT64_FORMAT " is locked by another session", execution),
					holders ? errdetail("It is held by %s.", holders) : 0,
					errhint("End that session's transaction, or try again later.")));
}

/* Locks a branch's row whoever holds it; false where it is gone.  Raises where that takes too long. */
static bool
lock_cancelling(int64 execution, int32 branch, StoreBranch *row)
{
	TimestampTz until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), asl_patience());
	int			milliseconds = FIRST_NAP;

	for (int cancels = 0;; cancels++)
	{
		if (store_branch_read(execution, branch, STORE_LOCK_SKIP, row))
			return true;
		if (!store_branch_exists(execution, branch))
			return false;
		if (GetCurrentTimestamp() >= until)
			give_up_lock(execution, branch);
		(void) store_branch_holders(execution, branch,
									cancels < MOST_CANCELS ? STORE_CANCEL_HOLDER : STORE_TERMINATE_HOLDER);
		nap(&milliseconds);
	}
}

/* Executions that are still to be stopped. */
typedef struct StopList
{
	int64	   *executions;
	int			count;
	int			capacity;
} StopList;

static StopList *stopping = NULL;	/* NULL: nobody stops any */

static void
stop_later(StopList *list, const int64 *executions, int count)
{
	if (list->count + count > list->capacity)
	{
		list->capacity = 2 * (list->count + count);
		list->executions = repalloc_huge(list->executions, list->capacity * sizeof(int64));
	}
	memcpy(list->executions + list->count, executions, count * sizeof(int64));
	list->count += count;
}

/* Works a list off, one execution in memory at a time; what an execution awaits itself joins the list. */
static void
stop_listed(StopList *list)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "pg_asl stop", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);

	for (int i = 0; i < list->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		(void) asl_stop(list->executions[i], ASL_ABORTED, (AslError) {0});
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

/* Stops executions and all that they await, however deep: one after the other, not one within the other. */
static void
stop_all(const int64 *executions, int count)
{
	StopList	list = {.capacity = Max(count, 64)};

	if (stopping != NULL)
	{
		stop_later(stopping, executions, count);
		return;
	}
	list.executions = palloc(list.capacity * sizeof(int64));
	stop_later(&list, executions, count);
	stopping = &list;
	PG_TRY();
	{
		stop_listed(&list);
	}
	PG_FINALLY();
	{
		stopping = NULL;
	}
	PG_END_TRY();
	pfree(list.executions);
}

/* Stops the nested executions that an execution waits for, those of one branch or (branch < 0) all. */
static void
stop_nested(int64 execution, int32 branch)
{
	int64	   *children;
	int			count = 0;
	StoreTask	task;

	if (branch < 0)
		count = store_task_awaited(execution, &children);
	else if (store_task_read(execution, branch, STORE_NO_LOCK, &task) && task.child != 0)
	{
		children = &task.child;
		count = 1;
	}
	if (count > 0)
		stop_all(children, count);
}

/* Ends a loaded branch: what it awaits is no longer awaited, its children end with it. */
static void
abort_branch(AslBranch *b)
{
	AslRun	   *run = b->run;

	b->ended = true;
	if (b->row.phase == STORE_CHILDREN)
		(void) asl_abort_children(b);
	if (!run->persistent)
		return;
	if (b->row.phase == STORE_CHILDREN)
		store_results_delete(run->execution, b->row.branch);
	else if (b->row.phase == STORE_TASK || b->row.phase == STORE_ANSWERED)
	{
		stop_nested(run->execution, b->row.branch);
		(void) store_task_delete(run->execution, b->row.branch, NULL);
	}
}

/* Loads a branch that has, or had, a row; NULL where it is gone. */
static AslBranch *
load_row(AslRun *run, int32 number)
{
	StoreBranch row;

	return lock_cancelling(run->execution, number, &row) ? asl_run_branch(run, number) : NULL;
}

/* Is this loaded branch a living child of the container? */
static bool
is_open_child(const AslBranch *b, const AslBranch *container)
{
	return b->row.parent == container->row.branch && !b->ended && !b->seen;
}

static int
by_number(const ListCell *a, const ListCell *b)
{
	return ((AslBranch *) lfirst(a))->row.branch - ((AslBranch *) lfirst(b))->row.branch;
}

List *
asl_abort_children(AslBranch *container)
{
	AslRun	   *run = container->run;
	List	   *loaded = NIL;
	List	   *aborted = NIL;
	ListCell   *cell;
	int32	   *numbers = NULL;
	int			count = 0;

	check_stack_depth();
	foreach(cell, run->branches)
		if (is_open_child(lfirst(cell), container))
			loaded = lappend(loaded, lfirst(cell));
	if (run->persistent)
		count = store_branch_children(run->execution, container->row.branch, &numbers);
	foreach(cell, loaded)
	{
		abort_branch(lfirst(cell));
		aborted = lappend(aborted, lfirst(cell));
	}
	for (int i = 0; i < count; i++)
	{
		AslBranch  *b = NULL;

		foreach(cell, run->branches)
		{
			AslBranch  *other = lfirst(cell);

			if (other->row.branch == numbers[i] && !other->seen)
				b = other;
		}
		if (b == NULL && (b = load_row(run, numbers[i])) != NULL)
		{
			abort_branch(b);
			aborted = lappend(aborted, b);
		}
	}
	list_sort(aborted, by_number);
	return aborted;
}

/* Locks every row below a branch that this run has not loaded. */
static void
lock_rest(AslRun *run, int32 parent)
{
	int32	   *numbers;
	int			count = store_branch_children(run->execution, parent, &numbers);
	StoreBranch row;

	check_stack_depth();
	for (int i = 0; i < count; i++)
	{
		ListCell   *cell;
		bool		held = false;

		foreach(cell, run->branches)
		{
			AslBranch  *b = lfirst(cell);

			held |= b->row.branch == numbers[i] && !b->seen;
		}
		if (!held)
			(void) lock_cancelling(run->execution, numbers[i], &row);
		lock_rest(run, numbers[i]);
	}
}

void
asl_abort_rest(AslRun *run)
{
	AslBranch  *root = asl_run_branch(run, STORE_ROOT_BRANCH);

	if (root != NULL && root->row.branch_count > 0)
		lock_rest(run, STORE_ROOT_BRANCH);
	stop_nested(run->execution, -1);
}

bool
asl_stop(int64 execution, AslEnd end, AslError error)
{
	StoreBranch row;
	AslRun	   *run;

	if (asl_attempt_is_running(execution))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
						errmsg("execution " INT64_FORMAT " cannot be stopped by its own task", execution)));
	if (!lock_cancelling(execution, STORE_ROOT_BRANCH, &row))
		return false;
	run = asl_run_open(&row);
	asl_run_end(run, end, 0, NULL, error);
	asl_run_flush(run);
	return true;
}
