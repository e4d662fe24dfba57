/*
 * worker.c - the life of a worker process.
 *
 * A worker is connected to one database as one role, the owner of the executions that it steps: for a task it is as if
 * that role had logged in.  It takes ready branches from its pool, steps each in a transaction of its own, and leaves
 * when there has been nothing to do for a while.  A scout is a short-lived worker without a role: it looks into a
 * database's tables for roles that have something to do, or deletes executions that have expired.
 *
 * How a step can end otherwise than well:
 *
 *   another session holds the branch   it is looked at again after a pause
 *   cancelled, deadlock, conflict      rolled back; looked at again after a pause
 *   any other ERROR                    rolled back and counted; the worker dies and the launcher starts another one
 *   the process dies                   the branch goes back to the queue as one to be careful with: the next attempt is
 *                                      counted before it begins
 *
 * A branch that is counted too often fails; the engine knows how often that is.
 */
#include "postgres.h"

#include "worker/worker.h"

#include "access/xact.h"
#include "base/settings.h"
#include "commands/extension.h"
#include "engine/batch.h"
#include "step/step.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/sinval.h"
#include "store/retention.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"
#include "worker/gate.h"
#include "worker/pool.h"
#include "worker/session.h"
#include "worker/slot.h"

#define WORKER_MAX_PUT_OFF 64
#define WORKER_MAX_BATCH 256	/* steps of one transaction */
#define WORKER_SHORTEST_PAUSE 10	/* ms */
#define WORKER_LONGEST_PAUSE 1000

/* Items that could not be stepped now; all of them are looked at again after a pause. */
typedef struct PutOff
{
	QueueItem	items[WORKER_MAX_PUT_OFF];
	int			count;
	TimestampTz until;			/* while count > 0 */
	int			pause;			/* ms; doubles as long as nothing can be stepped */
} PutOff;

static PutOff put_off = {.pause = WORKER_SHORTEST_PAUSE};

/* The items of the transaction under way: quick steps share one. */
static QueueItem batch[WORKER_MAX_BATCH];
static int	batch_count = 0;
static int	steps_alone = 0;	/* so many next steps share with none */

static void
worker_put_off(const QueueItem *item)
{
	if (put_off.count == 0)
		put_off.until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), put_off.pause);
	put_off.items[put_off.count++] = *item;
}

/* Whether the pause of the items put off is over; one that seems too long says that the clock has been set back. */
static bool
worker_put_off_is_over(void)
{
	TimestampTz now;

	if (put_off.count == 0)
		return false;
	now = GetCurrentTimestamp();
	return put_off.until <= now || put_off.until > TimestampTzPlusMilliseconds(now, WORKER_LONGEST_PAUSE);
}

static void
worker_resume_put_off(void)
{
	asl_pool_put_back(put_off.items, put_off.count);
	put_off.count = 0;
	put_off.pause = Min(put_off.pause * 2, WORKER_LONGEST_PAUSE);
}

/* Hands everything back.  Any step of the transaction under way may be why the process dies, unless it was told to. */
static void
worker_at_exit(int code, Datum unused)
{
	bool		died = code != 0 && !asl_my_slot->leave;

	if (put_off.count > 0)
		worker_resume_put_off();
	for (int i = 1; i < batch_count; i++)
		batch[i].careful |= died;
	/* The slot hands back the first one. */
	if (batch_count > 1)
		asl_pool_put_back(batch + 1, batch_count - 1);
	asl_slot_detach(died);
}

/* What pg_stat_activity and the log say that this process does. */
static void
worker_report(const QueueItem *item)
{
	static char text[100];

	snprintf(text, sizeof(text), "pg_asl: execution " INT64_FORMAT ", branch %d", item->execution, item->branch);
	debug_query_string = text;
	pgstat_report_activity(STATE_RUNNING, text);
}

static void
worker_begin(void)
{
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
}

static void
worker_commit(void)
{
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* Counts an attempt in a transaction of its own. */
static void
worker_count_attempt(const QueueItem *item, const char *message)
{
	worker_begin();
	asl_step_failed(item->execution, item->branch, message);
	worker_commit();
}

/* Rolls back after an error, as PostgresMain does; the error has been copied. */
static void
worker_recover(void)
{
	HOLD_INTERRUPTS();
	disable_all_timeouts(false);
	QueryCancelPending = false;
	AbortCurrentTransaction();
	PortalErrorCleanup();
	FlushErrorState();
	RESUME_INTERRUPTS();
}

/* Whether the same step may well succeed if it is simply done again. */
static bool
worker_may_repeat(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_QUERY_CANCELED || sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE ||
		ERRCODE_TO_CATEGORY(sqlerrcode) == ERRCODE_TRANSACTION_ROLLBACK;
}

/* A cancel is somebody's wish, everything else counts as an attempt; what nobody expects ends the worker. */
static void
worker_step_failed(const QueueItem *item, ErrorData *error)
{
	QueueItem	again = *item;

	again.careful = false;
	if (error->sqlerrcode != ERRCODE_QUERY_CANCELED)
		worker_count_attempt(item, error->message);
	worker_put_off(&again);
	asl_pool_end_step();
	if (!worker_may_repeat(error->sqlerrcode))
		proc_exit(1);
}

/* Steps a branch; one that another session holds is looked at again later. */
static void
worker_step_one(const QueueItem *item)
{
	if (asl_step(item->execution, item->branch) == ASL_STEP_BUSY)
		worker_put_off(item);
	else
		put_off.pause = WORKER_SHORTEST_PAUSE;
}

/*
 * Steps the first item of the batch and, unless alone, others that may share its transaction.  NULL: that is
 * committed; else the error, after the rollback.
 */
static ErrorData *
worker_try_batch(bool alone)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;

	PG_TRY();
	{
		if (batch[0].careful)
			worker_count_attempt(&batch[0], "the process that stepped this branch died");
		worker_begin();
		worker_step_one(&batch[0]);
		while (!alone && batch_count < WORKER_MAX_BATCH && put_off.count < WORKER_MAX_PUT_OFF &&
			   asl_batch_open() && asl_pool_join(&batch[batch_count]))
		{
			asl_session_separate();
			worker_step_one(&batch[batch_count++]);
		}
		asl_pool_return();
		worker_commit();
	}
	PG_CATCH();
	{
		EmitErrorReport();
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		worker_recover();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	return error;
}

/* A batch that failed: its items go back, and as many steps as it had are taken singly, so that the faulty one is
 * found and the others are done. */
static void
worker_break_up_batch(void)
{
	asl_pool_put_back(batch, batch_count);
	steps_alone = batch_count;
}

static void
worker_step(const QueueItem *item)
{
	bool		alone = item->careful || steps_alone > 0;
	ErrorData  *error;

	worker_report(item);
	QueryCancelPending = false;
	batch[0] = *item;
	batch_count = 1;
	steps_alone = Max(steps_alone - 1, 0);
	error = worker_try_batch(alone);
	if (error == NULL)
		asl_pool_succeeded();
	else
	{
		asl_pool_stay();
		if (batch_count == 1)
			worker_step_failed(item, error);
		else
			worker_break_up_batch();
	}
	batch_count = 0;
	asl_session_tidy();
}

/* Reads what is due from the tables. */
static void
worker_scan(void)
{
	MemoryContext context = CurrentMemoryContext;
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz next_due;
	StoreDue   *found;
	int			count;

	worker_begin();
	MemoryContextSwitchTo(context);
	count = store_due_branches(GetSessionUserId(), now, ASL_SCAN_LIMIT, &found);
	next_due = store_next_due(GetSessionUserId(), now);
	worker_commit();
	MemoryContextSwitchTo(context);
	asl_pool_scanned(found, count, next_due);
}

/* Sleeps until that time, or until somebody sets the latch. */
static void
worker_sleep(TimestampTz until)
{
	TimestampTz now = GetCurrentTimestamp();
	int			events = WL_LATCH_SET | WL_EXIT_ON_PM_DEATH;
	long		timeout = -1;

	if (until != DT_NOEND)
	{
		/* A clock that is set forward must not make timers late for long. */
		timeout = Min(TimestampDifferenceMilliseconds(now, until), 60 * 1000);
		events |= WL_TIMEOUT;
	}
	debug_query_string = NULL;
	pgstat_report_stat(true);
	pgstat_report_activity(STATE_IDLE, NULL);
	WaitLatch(MyLatch, events, timeout, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	ProcessCatchupInterrupt();
}

/* One turn of a worker's loop; false: it is to leave. */
static bool
worker_turn(void)
{
	QueueItem	item;
	TimestampTz wakes_at;

	CHECK_FOR_INTERRUPTS();
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
	if (worker_put_off_is_over())
		worker_resume_put_off();
	if (put_off.count == WORKER_MAX_PUT_OFF)
	{
		asl_pool_stay();
		worker_sleep(put_off.until);
		return true;
	}
	wakes_at = put_off.count > 0 ? put_off.until : DT_NOEND;
	switch (asl_pool_next(&item, &wakes_at))
	{
		case POOL_STEP:
			worker_step(&item);
			break;
		case POOL_SCAN:
			worker_scan();
			break;
		case POOL_SLEEP:
			worker_sleep(wakes_at);
			break;
		case POOL_LEAVE:
			return false;
	}
	pgstat_report_stat(false);
	return true;
}

/* Deletes executions that have been kept long enough, in small transactions. */
static void
worker_purge(void)
{
	StorePurge	purge = {0};

	pgstat_report_activity(STATE_RUNNING, "pg_asl: deleting expired executions");
	while (!purge.finished && !asl_my_slot->leave)
	{
		CHECK_FOR_INTERRUPTS();
		worker_begin();
		store_purge_batch(&purge, InvalidOid);
		worker_commit();
	}
}

/* Looks for roles that have something to do in this database. */
static void
worker_scout(void)
{
	MemoryContext context = CurrentMemoryContext;
	StoreDueRole *found;
	int			count;

	pgstat_report_activity(STATE_RUNNING, "pg_asl: looking for executions");
	worker_begin();
	MemoryContextSwitchTo(context);
	count = store_due_roles(&found);
	worker_commit();
	for (int i = 0; i < count; i++)
		asl_pool_announce(MyDatabaseId, found[i].role, found[i].due_at);
}

/* Whether there is anything in this database for a worker. */
static bool
worker_is_wanted(void)
{
	bool		open;
	bool		installed;

	worker_begin();
	open = asl_gate_is_open(MyDatabaseId);
	installed = OidIsValid(get_extension_oid("pg_asl", true));
	worker_commit();
	if (open && !installed)
		asl_pools_forget(MyDatabaseId);
	return open && installed;
}

static void
worker_run(void)
{
	MemoryContext turn = AllocSetContextCreate(TopMemoryContext, "pg_asl worker's turn", ALLOCSET_DEFAULT_SIZES);

	asl_session_begin();
	do
	{
		MemoryContextReset(turn);
		MemoryContextSwitchTo(turn);
	} while (worker_turn());
}

/* The argument is the number of the process's slot; bgw_extra holds its generation. */
void
asl_worker_main(Datum argument)
{
	uint32		generation;

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();

	memcpy(&generation, MyBgworkerEntry->bgw_extra, sizeof(generation));
	if (!asl_slot_attach(DatumGetInt32(argument), generation))
		proc_exit(0);
	/* Registered before the connection is made, so that it is called after the process has left the database. */
	on_shmem_exit(worker_at_exit, 0);
	BackgroundWorkerInitializeConnectionByOid(asl_my_slot->database, asl_my_slot->role, 0);

	if (!worker_is_wanted())
		proc_exit(0);
	if (OidIsValid(asl_my_slot->role))
		worker_run();
	else if (asl_my_slot->purges)
		worker_purge();
	else
		worker_scout();
	proc_exit(0);
}
