/*
 * run_pending.c - asl.run_pending(): the work of a worker in the caller's own session.
 *
 * Each step has a transaction of its own.  It runs in a subtransaction too, which puts the session's state in order
 * after an ERROR: only then can a procedure end its transaction.
 *
 * The session stays the caller's: its settings and temporary tables are there for the tasks, and theirs for it.
 */
#include "postgres.h"

#include "access/xact.h"
#include "base/errors.h"
#include "engine/patience.h"
#include "step/step.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "store/branch.h"
#include "store/due.h"
#include "store/retention.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#define RUN_BATCH 100
#define ABORT_DELAY 200000		/* microseconds; longer than an aborting session naps (engine/abort.c) */

/* The procedure ends transactions. */
static void
run_check_context(FunctionCallInfo fcinfo)
{
	if (!fcinfo->context || !IsA(fcinfo->context, CallContext) || castNode(CallContext, fcinfo->context)->atomic)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
				 errmsg("asl.run_pending() cannot run inside a transaction block"),
				 errhint("CALL it as a statement of its own, outside of BEGIN and COMMIT and of functions.")));
}

/* A task may say RESET SESSION AUTHORIZATION: it must not lead to more rights than the workflow's. */
static void
run_check_user(void)
{
	if (GetUserId() != GetAuthenticatedUserId() || GetSessionUserId() != GetAuthenticatedUserId())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("asl.run_pending() runs only as the role that has logged in"),
				 errhint("Log in as the role that owns the state machines, without SET ROLE or SET SESSION AUTHORIZATION.")));
}

/* What a task has left of SET ROLE goes; the rest of the session is the caller's own. */
static void
run_restore_user(void)
{
	if (GetUserId() != GetAuthenticatedUserId() || GetSessionUserId() != GetAuthenticatedUserId())
		SetPGVariable("session_authorization", NIL, false);
}

/* One step in a subtransaction.  NULL: done; else the error, after the subtransaction's rollback. */
static ErrorData *
run_try(const StoreDue *due, AslStepResult *result)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	asl_patience_begin_step();
	PG_TRY();
	{
		PushActiveSnapshot(GetTransactionSnapshot());
		*result = asl_step(due->execution, due->branch);
		PopActiveSnapshot();
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	asl_patience_end_step();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return error;
}

/* Commits.  NULL: done; else the error (of a deferred trigger, say): SPI_commit has begun a new transaction already. */
static ErrorData *
run_commit(void)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;

	PG_TRY();
	{
		SPI_commit();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	return error;
}

/*
 * Has somebody ended the branch meanwhile, whose way to do so is to cancel whoever steps it?  He holds the lock of the
 * branch's container until he is done; for the root branch, which has none, he is given time to get its own.
 */
static bool
run_is_aborted(const StoreDue *due)
{
	StoreBranch row;
	bool		exists;

	PushActiveSnapshot(GetTransactionSnapshot());
	exists = store_branch_read(due->execution, due->branch, STORE_NO_LOCK, &row);
	if (exists)
	{
		if (row.parent < 0)
			pg_usleep(ABORT_DELAY);
		(void) store_branch_read(due->execution, row.parent < 0 ? due->branch : row.parent, STORE_LOCK_WAIT, &row);
		exists = store_branch_exists(due->execution, due->branch);
	}
	PopActiveSnapshot();
	SPI_commit();
	return !exists;
}

/* After an ERROR: a cancel is meant for the caller unless it came with the branch's end; anything else is told and
 * counts as an attempt, but for a lock that another session has. */
static void
run_failed(const StoreDue *due, ErrorData *error)
{
	SPI_rollback();
	run_restore_user();
	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
	{
		if (run_is_aborted(due))
			return;
		ReThrowError(error);
	}
	error->elevel = WARNING;
	ThrowErrorData(error);
	if (error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE)
		return;
	PushActiveSnapshot(GetTransactionSnapshot());
	asl_step_failed(due->execution, due->branch, error->message);
	PopActiveSnapshot();
	SPI_commit();
}

/* What was due before the server started may be why it did: the attempt is counted before the step, durably. */
static void
run_count_attempt(const StoreDue *due, TimestampTz server_start)
{
	if (due->due_at >= server_start)
		return;
	PushActiveSnapshot(GetTransactionSnapshot());
	asl_step_failed(due->execution, due->branch, "the process that stepped this branch died");
	PopActiveSnapshot();
	SPI_commit();
}

/* Steps one branch and commits; false: it was not its time, or another session has it or what it needs. */
static bool
run_step(const StoreDue *due, TimestampTz server_start)
{
	AslStepResult result = ASL_STEP_IDLE;
	ErrorData  *error;

	CHECK_FOR_INTERRUPTS();
	run_count_attempt(due, server_start);
	error = run_try(due, &result);
	if (!error)
		error = run_commit();
	if (error)
		run_failed(due, error);
	run_restore_user();
	return error ? error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE : result == ASL_STEP_DONE;
}

/* Steps what is due now, at most that many times; the number of steps. */
static int64
run_batch(MemoryContext batch, int64 limit)
{
	TimestampTz server_start;
	StoreDue   *due;
	int			count;
	int64		steps = 0;

	MemoryContextReset(batch);
	MemoryContextSwitchTo(batch);
	PushActiveSnapshot(GetTransactionSnapshot());
	server_start = store_server_start();
	count = store_due_branches(GetUserId(), GetCurrentTimestamp(), RUN_BATCH, &due);
	PopActiveSnapshot();
	for (int i = 0; i < count && steps < limit; i++)
		steps += run_step(&due[i], server_start);
	return steps;
}

/* One batch of what the role has kept long enough; each call goes on where the last one of this session ended. */
static void
run_purge(void)
{
	static StorePurge purge = {0};

	if (purge.finished)
		purge = (StorePurge) {0};
	PushActiveSnapshot(GetTransactionSnapshot());
	store_purge_batch(&purge, GetUserId());
	PopActiveSnapshot();
	SPI_commit();
}

PG_FUNCTION_INFO_V1(asl_sql_run_pending);

Datum
asl_sql_run_pending(PG_FUNCTION_ARGS)
{
	int64		limit = PG_ARGISNULL(0) ? PG_INT64_MAX : PG_GETARG_INT64(0);
	MemoryContext batch;
	int64		steps;

	run_check_context(fcinfo);
	run_check_user();
	if (limit < 0)
		ereport(ERROR,
				(errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
				 errmsg("max_steps must not be negative")));

	SPI_connect_ext(SPI_OPT_NONATOMIC);
	batch = AllocSetContextCreate(CurrentMemoryContext, "asl.run_pending batch", ALLOCSET_DEFAULT_SIZES);
	do
	{
		steps = run_batch(batch, Min(limit, RUN_BATCH));
		limit -= steps;
	} while (steps > 0 && limit > 0);
	run_purge();
	SPI_finish();
	PG_RETURN_VOID();
}
