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
 *   cancelled                          rolled back; looked at again after a pause
 *   waits for another session's lock   the same, with pauses of up to a minute; the log says who holds it
 *   deadlock, conflict                 the same, and counted
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
#include "engine/attempt.h"
#include "engine/batch.h"
#include "engine/patience.h"
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
#include "worker/pace.h"
#include "worker/pool.h"
#include "worker/session.h"
#include "worker/slot.h"

#define WORKER_MAX_PUT_OFF 64
#define WORKER_MAX_BATCH 256	/* steps of one transaction */
#define WORKER_SHORTEST_PAUSE 10	/* ms; doubles each time that an item is put off */
#define WORKER_LONGEST_PAUSE 1000
#define WORKER_LONGEST_LOCK_PAUSE (60 * 1000)	/* after a wait for a lock, which costs the worker's own time */

/* An item that could not be stepped now: it is looked at again after a pause. */
typedef struct PutOff
{
	QueueItem	item;
	TimestampTz until;
} PutOff;

static PutOff put_off[WORKER_MAX_PUT_OFF];
static int	put_off_count = 0;

/* The items of the transaction under way: quick steps share one. */
static QueueItem batch[WORKER_MAX_BATCH];
static int	batch_count = 0;
static int	steps_alone = 0;	/* so many next steps share with none */

/* Where there are too many, the tables remember the item. */
static void
worker_put_off(const QueueItem *item, int longest)
{
	TimestampTz now = GetCurrentTimestamp();
	int			pause = Min(WORKER_SHORTEST_PAUSE << Min(item->pause, 16), longest);
	PutOff	   *kept = &put_off[put_off_count];

	if (put_off_count == WORKER_MAX_PUT_OFF)
	{
		asl_pool_look_again(TimestampTzPlusMilliseconds(now, WORKER_LONGEST_PAUSE));
		return;
	}
	kept->item = *item;
	kept->item.pause = Min(item->pause + 1, 16);
	kept->until = TimestampTzPlusMilliseconds(now, pause);
	put_off_count++;
}

/* When the first pause ends; DT_NOEND: nothing is put off. */
static TimestampTz
worker_put_off_until(void)
{
	TimestampTz until = DT_NOEND;

	for (int i = 0; i < put_off_count; i++)
		until = Min(until, put_off[i].until);
	return until;
}

/* Gives back the items whose pause is over, or all; one that seems too long says that the clock has been set back. */
static void
worker_resume_put_off(bool all)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz latest = TimestampTzPlusMilliseconds(now, WORKER_LONGEST_LOCK_PAUSE);
	int			count = put_off_count;

	put_off_count = 0;
	for (int i = 0; i < count; i++)
	{
		if (all || put_off[i].until <= now || put_off[i].until > latest)
			asl_pool_put_back(&put_off[i].item, 1);
		else
			put_off[put_off_count++] = put_off[i];
	}
}

/* Hands everything back.  Any step of the transaction under way may be why the process dies, unless it was told to. */
static void
worker_at_exit(int code, Datum unused)
{
	bool		told = asl_my_slot->leave || asl_my_slot->cancels > 0 || asl_attempt_overdue() != 0;
	bool		died = code != 0 && !told;

	/* The last of a batch is under way. */
	if (batch_count > 1)
		batch[batch_count - 1].overdue = asl_attempt_overdue();
	else
		asl_my_slot->overdue = asl_attempt_overdue();
	worker_resume_put_off(true);
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
	asl_patience_begin_step();
	PushActiveSnapshot(GetTransactionSnapshot());
}

static void
worker_commit(void)
{
	PopActiveSnapshot();
	CommitTransactionCommand();
	asl_patience_end_step();
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
	asl_patience_end_step();
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

/* Says in the log whom a branch waits for; each time after a longer pause. */
static void
worker_tell_waiting(const QueueItem *item, const ErrorData *error)
{
	char	   *holders;

	worker_begin();
	holders = asl_step_waits_for(item->execution, item->branch);
	ereport(LOG, (errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				  errmsg("branch %d of execution " INT64_FORMAT " waits for a lock of another session", item->branch, item->execution),
				  holders ? errdetail("It is held by %s.", holders) :
				  errdetail_internal("%s", error->detail ? error->detail : error->context ? error->context : error->message)));
	worker_commit();
}

/*
 * A cancel is somebody's wish, a lock that is not to be had nobody's fault, everything else counts as an attempt; what
 * nobody expects ends the worker.
 */
static void
worker_step_failed(const QueueItem *item, ErrorData *error)
{
	QueueItem	again = *item;
	bool		waits = error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE;

	again.careful = false;
	again.slow = asl_my_slot->cancels > 0;
	if (again.slow)
	{
		/* It was cancelled for want of a place, and waits for one. */
		asl_pool_end_step();
		asl_pool_put_back(&again, 1);
		return;
	}
	if (waits)
		worker_tell_waiting(item, error);
	else if (error->sqlerrcode != ERRCODE_QUERY_CANCELED)
		worker_count_attempt(item, error->message);
	worker_put_off(&again, waits ? WORKER_LONGEST_LOCK_PAUSE : WORKER_LONGEST_PAUSE);
	asl_pool_end_step();
	if (!worker_may_repeat(error->sqlerrcode))
		proc_exit(1);
}

/* Steps a branch; one that another session holds is looked at again later. */
static void
worker_step_one(const QueueItem *item)
{
	if (asl_step(item->execution, item->branch) == ASL_STEP_BUSY)
		worker_put_off(item, WORKER_LONGEST_PAUSE);
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
		asl_attempt_set_overdue(batch[0].overdue);
		asl_pace_begin_turn();
		worker_begin();
		worker_step_one(&batch[0]);
		while (!alone && batch_count < WORKER_MAX_BATCH && asl_batch_open() &&
			    asl_pool_join(&batch[batch_count]))
		{
			asl_session_separate();
			worker_step_one(&batch[batch_count++]);
		}
		asl_pool_return();
		worker_commit();
		asl_pace_end_turn();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		/* Of a wait the log is told in its own words. */
		if (error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE)
			EmitErrorReport();
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
	bool		alone = item->careful || item->overdue != 0 || steps_alone > 0;
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
	asl_attempt_set_overdue(0);
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
	if (put_off_count > 0)
		worker_resume_put_off(false);
	wakes_at = worker_put_off_until();
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
	asl_pace_install();
	asl_attempt_may_die = true;
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
