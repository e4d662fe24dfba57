/*
 * batch.c - the transaction that steps run in.
 */
#include "postgres.h"

#include "engine/batch.h"

#include "access/xact.h"
#include "engine/attempt.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/timeout.h"

#define LONGEST_BATCH 4.0		/* milliseconds, the longest window */
#define QUICK_TASK 1.0			/* milliseconds that a task takes to count as quick */
#define WINDOW_GROWTH 0.25		/* milliseconds that a quick task adds to its state's window */
#define TASK_DEADLINE 25		/* milliseconds for a task that is not the first */
#define LOCK_PATIENCE 3		/* milliseconds such a task waits for a lock */

static struct
{
	bool		active;			/* this transaction has stepped something */
	bool		closed;			/* nothing may join */
	bool		durable;		/* the commit is as synchronous_commit says */
	double		longest;		/* milliseconds after which nothing joins any more: the smallest window so far */
	int			steps;			/* runs that have been written */
	int			sql_tasks;
	instr_time	began;
	instr_time	task_began;
	bool		guarded;		/* the task under way is not the first: it has a deadline */
	int			lock_timeout;	/* the session's own meanwhile */
}			batch;

static volatile sig_atomic_t deadline_struck = false;

/* Before the commit its kind is chosen; after it the next transaction begins afresh. */
static void
batch_at_transaction_end(XactEvent event, void *arg)
{
	if (!batch.active)
		return;
	if (event == XACT_EVENT_PRE_COMMIT)
	{
		if (!batch.durable && synchronous_commit > SYNCHRONOUS_COMMIT_OFF)
			(void) set_config_option("synchronous_commit", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL,
									 true, 0, false);
	}
	else if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT)
		memset(&batch, 0, sizeof(batch));
}

/* The first step of a transaction opens its batch. */
static void
batch_begin(void)
{
	static bool registered = false;

	if (batch.active)
		return;
	if (!registered)
	{
		RegisterXactCallback(batch_at_transaction_end, NULL);
		registered = true;
	}
	batch.active = true;
	batch.longest = LONGEST_BATCH;
	INSTR_TIME_SET_CURRENT(batch.began);
}

static double
milliseconds_since(instr_time then)
{
	instr_time	now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, then);
	return INSTR_TIME_GET_MILLISEC(now);
}

bool
asl_batch_open(void)
{
	return batch.active && !batch.closed && milliseconds_since(batch.began) < batch.longest;
}

bool
asl_batch_claim(void)
{
	batch_begin();
	if (batch.sql_tasks + batch.steps > 0)
		return false;
	batch.closed = batch.durable = true;
	return true;
}

bool
asl_batch_admits_sql(const AslBranch *b)
{
	batch_begin();
	if (batch.sql_tasks + batch.steps == 0)
		return true;
	return asl_batch_open() && milliseconds_since(batch.began) < b->state->batch_window && !IsolationUsesXactSnapshot();
}

static void
deadline_handler(void)
{
	deadline_struck = true;
	InterruptPending = true;
	QueryCancelPending = true;
	SetLatch(MyLatch);
}

static TimeoutId
deadline(void)
{
	static TimeoutId id = MAX_TIMEOUTS;

	if (id == MAX_TIMEOUTS)
		id = RegisterTimeout(USER_TIMEOUT, deadline_handler);
	return id;
}

void
asl_batch_begin_sql(AslBranch *b)
{
	if (!b->run->persistent)
		return;
	batch_begin();
	INSTR_TIME_SET_CURRENT(batch.task_began);
	deadline_struck = false;
	batch.guarded = batch.sql_tasks++ + batch.steps > 0;
	if (!batch.guarded)
		return;
	batch.lock_timeout = LockTimeout;
	if (LockTimeout == 0 || LockTimeout > LOCK_PATIENCE)
		LockTimeout = LOCK_PATIENCE;
	enable_timeout_after(deadline(), TASK_DEADLINE);
}

/* Ends what asl_batch_begin_sql set for a task that is not the first. */
static void
lift_deadline(void)
{
	if (!batch.guarded)
		return;
	disable_timeout(deadline(), false);
	if (deadline_struck)
		QueryCancelPending = false;
	LockTimeout = batch.lock_timeout;
	batch.guarded = false;
}

/* What a state's task says about how long transactions with the next ones may grow. */
static void
adapt_window(double *window)
{
	if (milliseconds_since(batch.task_began) < QUICK_TASK)
		*window = Min(*window + WINDOW_GROWTH, LONGEST_BATCH);
	else
		*window = *window < WINDOW_GROWTH ? 0 : *window / 2;
	batch.longest = Min(batch.longest, *window);
}

void
asl_batch_end_sql(AslBranch *b, bool failed)
{
	if (!b->run->persistent)
		return;
	lift_deadline();
	adapt_window(&b->state->batch_window);
	if (failed || asl_deferrable_exists() || (MyXactFlags & XACT_FLAGS_ACCESSEDTEMPNAMESPACE) != 0)
		batch.closed = true;
}

bool
asl_batch_struck(const AslBranch *b, const ErrorData *error)
{
	return b->run->persistent && batch.guarded && ((error->sqlerrcode == ERRCODE_QUERY_CANCELED && deadline_struck) ||
							 error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE ||
							 error->sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED);
}

/*
 * What a user's code or an outsider can have seen is on disk when the commit returns, with durability "execution"
 * only what an outsider was told.  A lost tail of anything else is simply run again.
 */
void
asl_batch_add(const AslRun *run)
{
	batch_begin();
	batch.steps++;
	if (run->told_outsider || (run->ran_sql && !run->program->durable_execution))
		batch.durable = true;
	/* It holds the root's lock, for which the steps of other branches wait. */
	if (run->history.base_known && !asl_branch_is_root(linitial(run->branches)))
		batch.closed = true;
}
