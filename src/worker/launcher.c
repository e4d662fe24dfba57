/*
 * launcher.c - the process that starts workers.
 *
 * It is connected to no database and sleeps until somebody tells it (wake.c), a worker leaves, a timer of a pool
 * without idle workers is due, or it is time to sweep: then a scout looks into every database, one after the other.
 * When all have been looked into, a second round deletes what has expired: that may take long.
 *
 * Workers of a pool are started one at a time; the new one calls for the next if there is still work for it.  Where a
 * database has asl.workers of them, a pool that needs one has another pool's worker leave: an idle one, or, if it has
 * none of its own, one of the pool with the most.
 */
#include "postgres.h"

#include "worker/worker.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "base/settings.h"
#include "catalog/pg_database.h"
#include "commands/dbcommands.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/sinval.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"
#include "worker/admission.h"
#include "worker/gate.h"
#include "worker/pace.h"
#include "worker/pool.h"
#include "worker/shared.h"
#include "worker/slot.h"
#include "worker/utility.h"
#include "worker/wake.h"

#define LAUNCHER_SHORTEST_TENURE 250	/* ms that a worker may stay before another role's pool needs its place */
#define LAUNCHER_SOLE_TENURE 5000	/* ms that a pool's only worker may be idle before another's second one needs it */
#define LAUNCHER_GATE_DELAY 1000		/* ms between looks at a closed gate */
#define LAUNCHER_REFUSAL_DELAY 2000		/* ms between looks at a role that may not have a worker */
#define LAUNCHER_LONGEST_DELAY (60 * 1000)	/* ms between starts that fail for want of room */
#define LAUNCHER_LOCK_TIMEOUT "10s"		/* for the shared catalogs; then it is started anew */

/* A process that was asked for. */
typedef struct Start
{
	BackgroundWorkerHandle *handle; /* NULL: none */
	uint32		generation;		/* of the slot of the same number */
} Start;

static Start *starts;			/* by slot */
static List *sweep = NIL;		/* databases that a scout has yet to visit; in TopMemoryContext */
static bool sweep_purges = true;	/* it is the second round */
static TimestampTz next_sweep = DT_NOBEGIN;
static int	room_failures = 0;	/* starts in a row that failed for want of room */
static TimestampTz room_not_before = DT_NOBEGIN;

/* ---- starting processes ---- */

/* Asks the postmaster for the process of a reserved slot; false: there is no room for it. */
static bool
launcher_register(Slot *slot)
{
	int			number = slot - asl_shared->slots;
	BackgroundWorker process = {0};
	Start	   *start = &starts[number];

	process.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	process.bgw_start_time = BgWorkerStart_RecoveryFinished;
	process.bgw_restart_time = BGW_NEVER_RESTART;
	process.bgw_main_arg = Int32GetDatum(number);
	process.bgw_notify_pid = MyProcPid;
	strlcpy(process.bgw_library_name, "pg_asl", sizeof(process.bgw_library_name));
	strlcpy(process.bgw_function_name, "asl_worker_main", sizeof(process.bgw_function_name));
	strlcpy(process.bgw_name, "pg_asl worker", sizeof(process.bgw_name));
	strlcpy(process.bgw_type, "pg_asl worker", sizeof(process.bgw_type));
	memcpy(process.bgw_extra, &slot->generation, sizeof(slot->generation));

	if (start->handle)
		pfree(start->handle);
	start->handle = NULL;
	start->generation = slot->generation;
	return RegisterDynamicBackgroundWorker(&process, &start->handle);
}

/* Gives back the slots of processes that ended before they came to attach themselves. */
static void
launcher_reap(void)
{
	for (int i = 0; i < asl_shared->slot_count; i++)
	{
		Slot	   *slot = &asl_shared->slots[i];
		pid_t		pid;

		if (!starts[i].handle || GetBackgroundWorkerPid(starts[i].handle, &pid) != BGWH_STOPPED)
			continue;
		pfree(starts[i].handle);
		starts[i].handle = NULL;
		asl_lock();
		if (slot->state == SLOT_STARTING && slot->generation == starts[i].generation)
		{
			if (asl_pool_of(slot))
				asl_pool_delay(asl_pool_of(slot));
			asl_slot_cancel(slot);
		}
		asl_unlock();
	}
}

/* ---- which pool gets a worker ---- */

/*
 * Whether it is not yet that time.  No wait is longer than a minute: then the clock has been set back.  Twice that is
 * looked for, since the delay may have been counted from somewhat later than now.
 */
static bool
launcher_must_wait(TimestampTz until, TimestampTz now)
{
	return until > now && until <= TimestampTzPlusMilliseconds(now, 2 * LAUNCHER_LONGEST_DELAY);
}

/* The number of a database's workers.  Needs the shared lock. */
static int
launcher_count(Oid database, bool *leaving)
{
	int			count = 0;

	*leaving = false;
	for (int i = 0; i < asl_shared->slot_count; i++)
	{
		Slot	   *slot = &asl_shared->slots[i];

		if (slot->state == SLOT_FREE || slot->database != database || slot->pool < 0)
			continue;
		count++;
		*leaving |= slot->leave;
	}
	return count;
}

/* The better one of two workers to give up its place for a pool; either may be NULL. */
static Slot *
launcher_rather(Slot *a, Slot *b)
{
	int			a_workers,
				b_workers;

	if (!a || !b)
		return a ? a : b;
	if ((a->state == SLOT_IDLE) != (b->state == SLOT_IDLE))
		return a->state == SLOT_IDLE ? a : b;
	if (a->slow != b->slow)
		return a->slow ? b : a;
	a_workers = asl_pool_of(a)->busy + asl_pool_of(a)->idle;
	b_workers = asl_pool_of(b)->busy + asl_pool_of(b)->idle;
	if (a_workers != b_workers)
		return a_workers > b_workers ? a : b;
	return a->since < b->since ? a : b;
}

/* Is this idle worker its pool's only one, which has had work lately?  The next work then need not wait for a place. */
static bool
launcher_is_sole(Slot *slot, TimestampTz now)
{
	const Pool *pool = asl_pool_of(slot);

	return pool->starting + pool->busy + pool->idle == 1 &&
		!TimestampDifferenceExceeds(slot->idle_since, now, LAUNCHER_SOLE_TENURE);
}

/*
 * The worker that gives up its place for a pool (NULL: a scout): an idle one, or if the pool has none a busy one.
 * It is one of that database, or of any (InvalidOid).  NULL: there is none.  Needs the shared lock.
 */
static Slot *
launcher_choose(Pool *pool, Oid database, TimestampTz now)
{
	bool		has_none = pool && asl_pace_quick_workers(pool) == 0;
	Slot	   *choice = NULL;

	for (int i = 0; i < asl_shared->slot_count; i++)
	{
		Slot	   *slot = &asl_shared->slots[i];

		if (slot->pool < 0 || asl_pool_of(slot) == pool || (OidIsValid(database) && slot->database != database))
			continue;
		if (slot->state == SLOT_IDLE ? has_none || !launcher_is_sole(slot, now) : slot->state == SLOT_BUSY && has_none)
			choice = launcher_rather(choice, slot);
	}
	return choice;
}

/*
 * Makes another pool's worker leave in favour of this one.  When to try again if none can leave yet; one that becomes
 * idle tells the launcher.  Needs the shared lock.
 */
static TimestampTz
launcher_make_place(Pool *pool, Oid database, TimestampTz now)
{
	Slot	   *choice = launcher_choose(pool, database, now);
	TimestampTz end_of_tenure;

	asl_shared->waiting = true;
	if (!choice)
		return pool ? TimestampTzPlusMilliseconds(now, LAUNCHER_SHORTEST_TENURE) : DT_NOEND;
	end_of_tenure = TimestampTzPlusMilliseconds(choice->since, LAUNCHER_SHORTEST_TENURE);
	if (choice->state == SLOT_BUSY && launcher_must_wait(end_of_tenure, now))
		return end_of_tenure;
	asl_slot_ask_to_leave(choice);
	return DT_NOEND;
}

/*
 * Reserves a slot for a pool that needs a worker, or returns NULL; *again is lowered to when to look at it again.
 * Needs the shared lock.
 */
static Slot *
launcher_consider(Pool *pool, TimestampTz now, TimestampTz *again)
{
	TimestampTz not_before;
	bool		leaving;

	if (!asl_pool_has_work(pool, now))
	{
		pool->calling = false;
		asl_pool_free_if_quiet(pool);
		return NULL;
	}
	if (pool->starting > 0)
		return NULL;
	if (pool->idle > 0)
	{
		pool->calling = false;
		asl_wake_workers(pool, 1);
		return NULL;
	}
	not_before = Max(pool->not_before, room_not_before);
	if (launcher_must_wait(not_before, now))
	{
		*again = Min(*again, not_before);
		return NULL;
	}
	if (launcher_count(pool->database, &leaving) >= asl_workers)
	{
		if (asl_workers > 0 && !leaving)
			*again = Min(*again, launcher_make_place(pool, pool->database, now));
		return NULL;
	}
	pool->calling = false;
	return asl_slot_reserve(pool->database, pool);
}

/*
 * Gives a reserved slot back and has the pool wait, always equally long: what lets its role in again tells nobody.
 * Whether the reason is new and belongs into the log.
 */
static bool
launcher_refuse(Slot *slot, const char *refusal, TimestampTz now)
{
	Pool	   *pool = asl_pool_of(slot);
	bool		is_new = refusal && !pool->refused;

	asl_lock();
	if (slot->state == SLOT_STARTING)
		asl_slot_cancel(slot);
	pool->refused |= refusal != NULL;
	pool->not_before = TimestampTzPlusMilliseconds(now, refusal ? LAUNCHER_REFUSAL_DELAY : LAUNCHER_GATE_DELAY);
	asl_unlock();
	return is_new;
}

/* There is no room for a process in the whole server: another one may have to go, and the next try waits. */
static void
launcher_no_room(Pool *pool, TimestampTz now)
{
	if (room_failures == 0)
		ereport(LOG,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("no more background worker processes for pg_asl"),
				 errhint("Consider increasing the configuration parameter \"max_worker_processes\".")));
	room_not_before = TimestampTzPlusMilliseconds(now, Min(1000 << Min(room_failures, 6), LAUNCHER_LONGEST_DELAY));
	room_failures++;
	asl_lock();
	(void) launcher_make_place(pool, InvalidOid, now);
	asl_unlock();
}

/* Starts the process of a reserved slot, or gives the slot back. */
static bool
launcher_start(Slot *slot, TimestampTz now)
{
	Pool	   *pool = asl_pool_of(slot);

	if (launcher_register(slot))
	{
		room_failures = 0;
		return true;
	}
	asl_lock();
	if (slot->state == SLOT_STARTING)
		asl_slot_cancel(slot);
	asl_unlock();
	launcher_no_room(pool, now);
	return false;
}

/* For the log: the name, or what is left of something that is gone. */
static const char *
launcher_name(Oid object, const char *name)
{
	return name ? psprintf("\"%s\"", name) : psprintf("%u", object);
}

/* Asks the catalogs about a reserved slot; false: its worker cannot or must not start now. */
static bool
launcher_admits(Slot *slot, TimestampTz now)
{
	Oid			database = slot->database;
	Oid			role = slot->role;
	const char *refusal;
	bool		gone;
	bool		admitted;

	StartTransactionCommand();
	refusal = asl_admission_refusal(database, role, &gone);
	admitted = !refusal && asl_gate_is_open(database);
	if (!admitted && launcher_refuse(slot, refusal, now) && !gone)
		ereport(LOG,
				(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
				 errmsg("cannot start a pg_asl worker for role %s in database %s",
						launcher_name(role, GetUserNameFromId(role, true)),
						launcher_name(database, get_database_name(database))),
				 errdetail_internal("%s", refusal)));
	if (gone)
		asl_pools_forget(database);
	CommitTransactionCommand();
	if (admitted)
		asl_pool_of(slot)->refused = false;
	return admitted;
}

/* Starts a worker for a pool if it needs one and may have it; *again is lowered to when to look at it again. */
static bool
launcher_serve_pool(Pool *pool, TimestampTz now, TimestampTz *again)
{
	Slot	   *slot = NULL;

	asl_lock();
	if (OidIsValid(pool->database))
		slot = launcher_consider(pool, now, again);
	asl_unlock();
	if (!slot)
		return false;
	if (launcher_admits(slot, now) && launcher_start(slot, now))
		return true;
	/* Now there is a time when to try it again. */
	if (OidIsValid(pool->database))
		*again = Min(*again, Max(pool->not_before, room_not_before));
	return false;
}

/*
 * Starts workers for the pools that need one; when to look again.  Each pool is looked at once.  The one after that
 * which got the last worker comes first, so that those who wait for a place take turns.
 */
static TimestampTz
launcher_serve_pools(TimestampTz now)
{
	static int	turn = 0;
	TimestampTz again = DT_NOEND;
	int			count = asl_shared->pool_count;
	int			first = turn;

	asl_shared->waiting = false;
	for (int i = 0; i < count; i++)
	{
		int			number = (first + i) % count;

		CHECK_FOR_INTERRUPTS();
		if (launcher_serve_pool(&asl_shared->pools[number], now, &again))
			turn = number + 1;
	}
	return again;
}

/* Where asl.workers has become smaller, the surplus leaves. */
static void
launcher_dismiss_surplus(void)
{
	asl_lock();
	for (int i = 0; i < asl_shared->slot_count; i++)
	{
		Slot	   *slot = &asl_shared->slots[i];
		int			before = 0;

		for (int j = 0; j < i; j++)
			before += asl_shared->slots[j].state != SLOT_FREE && asl_shared->slots[j].pool >= 0 &&
				asl_shared->slots[j].database == slot->database;
		if ((slot->state == SLOT_BUSY || slot->state == SLOT_IDLE) && slot->pool >= 0 && before >= asl_workers)
			asl_slot_ask_to_leave(slot);
	}
	asl_unlock();
}

/* ---- sweeping ---- */

/* All databases that accept connections. */
static List *
launcher_databases(void)
{
	MemoryContext context = CurrentMemoryContext;
	List	   *databases = NIL;
	Relation	catalog;
	TableScanDesc scan;
	HeapTuple	tuple;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	catalog = table_open(DatabaseRelationId, AccessShareLock);
	scan = table_beginscan_catalog(catalog, 0, NULL);
	while (HeapTupleIsValid(tuple = heap_getnext(scan, ForwardScanDirection)))
	{
		Form_pg_database database = (Form_pg_database) GETSTRUCT(tuple);
		MemoryContext old;

		/* A negative limit other than -1 marks what an interrupted DROP DATABASE has left. */
		if (!database->datallowconn || database->datconnlimit < -1)
			continue;
		old = MemoryContextSwitchTo(context);
		databases = lappend_oid(databases, database->oid);
		MemoryContextSwitchTo(old);
	}
	table_endscan(scan);
	table_close(catalog, AccessShareLock);
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(context);
	return databases;
}

/* Reserves a slot for a scout, one at a time; NULL: none is needed, or not now. */
static Slot *
launcher_reserve_scout(Oid database)
{
	Slot	   *slot = NULL;
	bool		scouting = false;

	asl_lock();
	for (int i = 0; i < asl_shared->slot_count; i++)
		scouting |= asl_shared->slots[i].state != SLOT_FREE && asl_shared->slots[i].pool < 0;
	if (!scouting)
		slot = asl_slot_reserve(database, NULL);
	if (slot)
		slot->purges = sweep_purges;
	asl_unlock();
	return slot;
}

/* Begins a round of a sweep when it is time, and goes on with it; when to look again. */
static TimestampTz
launcher_sweep(TimestampTz now)
{
	Slot	   *slot;

	if (asl_shared->sweep_wanted)
	{
		asl_shared->sweep_wanted = false;
		next_sweep = Min(next_sweep, TimestampTzPlusMilliseconds(now, LAUNCHER_LONGEST_DELAY));
	}
	next_sweep = Min(next_sweep, TimestampTzPlusMilliseconds(now, asl_sweep_interval * INT64CONST(1000)));
	if (sweep == NIL && sweep_purges && next_sweep > now)
		return next_sweep;
	if (sweep == NIL)
	{
		sweep_purges = !sweep_purges;
		sweep = launcher_databases();
		if (!sweep_purges)
			next_sweep = TimestampTzPlusMilliseconds(now, asl_sweep_interval * INT64CONST(1000));
	}
	if (sweep == NIL)
		return next_sweep;
	if (launcher_must_wait(room_not_before, now))
		return room_not_before;
	slot = launcher_reserve_scout(linitial_oid(sweep));
	if (slot && !launcher_start(slot, now))
		return room_not_before;
	if (slot)
		sweep = list_delete_first(sweep);
	return DT_NOEND;			/* the scout's end wakes the launcher */
}

/* ---- the process ---- */

static void
launcher_at_exit(int code, Datum unused)
{
	asl_lock();
	asl_shared->launcher = NULL;
	asl_shared->launcher_wakes_at = DT_NOEND;
	asl_unlock();
}

/* Takes the place of the launcher; what a former one has asked for and did not come yet is given up. */
static void
launcher_attach(void)
{
	on_shmem_exit(launcher_at_exit, 0);
	asl_lock();
	asl_shared->launcher = MyProc;
	if (asl_shared->started_at == 0)
		asl_shared->started_at = GetCurrentTimestamp();
	for (int i = 0; i < asl_shared->slot_count; i++)
		if (asl_shared->slots[i].state == SLOT_STARTING)
			asl_slot_cancel(&asl_shared->slots[i]);
	asl_unlock();
	starts = MemoryContextAllocZero(TopMemoryContext, asl_shared->slot_count * sizeof(Start));
}

/* Sleeps until that time, a timer that no worker wakes up for, or until somebody sets the latch. */
static void
launcher_sleep(TimestampTz until, TimestampTz looked_at)
{
	bool		timers = false;
	long		timeout;

	asl_lock();
	for (int i = 0; i < asl_shared->pool_count; i++)
	{
		Pool	   *pool = &asl_shared->pools[i];

		if (!OidIsValid(pool->database) || pool->next_due <= looked_at || pool->next_due == DT_NOEND ||
			asl_wake_covered(pool))
			continue;
		until = Min(until, pool->next_due);
		timers = true;
	}
	asl_shared->launcher_wakes_at = until;
	asl_unlock();

	/* A clock that is set forward must not make timers late for long. */
	timeout = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), until);
	if (timers)
		timeout = Min(timeout, 60 * 1000);
	WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, timeout, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);

	asl_lock();
	asl_shared->launcher_wakes_at = DT_NOEND;
	asl_unlock();
}

/* One turn of the launcher's loop. */
static void
launcher_turn(void)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz judge;
	TimestampTz until;

	launcher_reap();
	launcher_dismiss_surplus();
	asl_lock();
	judge = asl_pace_judge(now);
	asl_unlock();
	until = Min(judge, launcher_serve_pools(now));
	until = Min(until, launcher_sweep(now));
	launcher_sleep(until, now);

	CHECK_FOR_INTERRUPTS();
	ProcessCatchupInterrupt();
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
}

void
asl_launcher_main(Datum argument)
{
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	SetConfigOption("lock_timeout", LAUNCHER_LOCK_TIMEOUT, PGC_SUSET, PGC_S_OVERRIDE);

	launcher_attach();
	pgstat_report_activity(STATE_IDLE, "pg_asl: starting workers when they are needed");
	while (!ShutdownRequestPending)
	{
		MemoryContextSwitchTo(TopMemoryContext);
		launcher_turn();
	}
	/* Not 0: unless the server is being shut down, it is started again. */
	proc_exit(1);
}

static void
launcher_define(void)
{
	BackgroundWorker process = {0};

	process.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	process.bgw_start_time = BgWorkerStart_RecoveryFinished;
	process.bgw_restart_time = 1;
	strlcpy(process.bgw_library_name, "pg_asl", sizeof(process.bgw_library_name));
	strlcpy(process.bgw_function_name, "asl_launcher_main", sizeof(process.bgw_function_name));
	strlcpy(process.bgw_name, "pg_asl launcher", sizeof(process.bgw_name));
	strlcpy(process.bgw_type, "pg_asl launcher", sizeof(process.bgw_type));
	RegisterBackgroundWorker(&process);
}

void
asl_worker_init(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	asl_shared_request();
	asl_wake_install();
	asl_utility_install();
	/* pg_upgrade wants nobody to change what it copies. */
	if (!IsBinaryUpgrade)
		launcher_define();
}
