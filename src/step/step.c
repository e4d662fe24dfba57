/*
 * step.c - stepping the branches of a run.
 *
 *      phase           what a step does
 *      enter    e      Entered event, then the state's work
 *      retry    r      the state's work again
 *      wait     w      its time has come: the state is left
 *      task     t      due: its timeout, perhaps
 *      answered a      the answer goes through the state's data flow
 *      children c      due: a Map Run's children have ended, their results are written
 *
 * Pure states follow on one another; what a step makes runnable in this run is stepped too, until every branch
 * rests, or needs a transaction of its own.
 */
#include "postgres.h"

#include "step/step.h"

#include "engine/abort.h"
#include "engine/batch.h"
#include "engine/fault.h"
#include "engine/ready.h"
#include "engine/slow.h"
#include "engine/transition.h"
#include "map/map.h"
#include "map/map_run.h"
#include "miscadmin.h"
#include "state/state.h"
#include "step/express.h"
#include "step/outcome.h"
#include "store/due.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* Of one transaction: then it commits and the branch is ready again.  Steps that have no events count, too, so that a
 * branch which rests until a time in the past does not turn here for ever. */
#define MOST_EVENTS 1000
#define MOST_ATTEMPTS 5			/* of a branch that takes its worker down */
#define LONGEST_PAUSE 3600		/* seconds between attempts to end an execution */

/* The work of the state that is entered or tried again. */
static void
state_work(AslBranch *b)
{
	switch (b->state->type)
	{
		case ASL_TASK:
			asl_state_task(b);
			break;
		case ASL_WAIT:
			asl_state_wait(b);
			break;
		case ASL_PASS:
			asl_state_pass(b);
			break;
		case ASL_SUCCEED:
			asl_state_succeed(b);
			break;
		case ASL_FAIL:
			asl_state_fail(b);
			break;
		case ASL_CHOICE:
			asl_state_choice(b);
			break;
		case ASL_PARALLEL:
			asl_state_parallel(b);
			break;
		case ASL_MAP:
			asl_state_map(b);
			break;
	}
}

/* One step of a branch, by its phase. */
static void
branch_work(AslBranch *b, void *arg)
{
	switch (b->row.phase)
	{
		case STORE_ENTER:
			asl_state_enter(b);
			state_work(b);
			break;
		case STORE_RETRY:
			state_work(b);
			break;
		case STORE_WAIT:
			asl_state_wait_over(b);
			break;
		case STORE_TASK:
			asl_state_task_due(b);
			break;
		case STORE_ANSWERED:
			asl_state_task_answered(b);
			break;
		case STORE_CHILDREN:
			asl_map_run_write(b);
			break;
		default:
			elog(ERROR, "branch %d of execution " INT64_FORMAT " cannot be stepped in phase \"%c\"",
				 b->row.branch, b->row.execution, b->row.phase);
	}
}

/* May the Task's SQL run in this transaction?  Not while the root's lock is held that other branches wait for. */
static bool
may_run_sql(const AslBranch *b)
{
	const AslRun *run = b->run;

	if (!run->persistent)
		return true;
	return (!run->history.base_known || list_length(run->branches) == 1) && asl_batch_admits_sql(b);
}

/* Is there something to do for the branch, in this transaction? */
static bool
runnable(const AslBranch *b, TimestampTz now)
{
	if (b->ended || b->seen || !b->row.has_due || b->row.due_at > now)
		return false;
	if (b->run->deadline != 0 && now >= b->run->deadline)
		return false;
	return !asl_state_task_runs_sql(b) || may_run_sql(b);
}

/* Steps one branch; false: not in this transaction, and nothing of it has happened. */
static bool
step_branch(AslBranch *b)
{
	AslRun	   *run = b->run;
	AslBranch	saved = *b;
	int			event_count = run->history.count;
	AslFault	fault;

	b->dirty = true;
	if (!asl_attempt(b, branch_work, NULL, &fault))
		asl_fault_handle(b, &fault);
	if (!run->again)
	{
		asl_outcome_settle(run);
		return true;
	}
	saved.slow = b->slow;
	*b = saved;
	run->history.count = event_count;
	run->again = false;
	return false;
}

void
asl_run_loop(AslRun *run)
{
	bool		progress;
	int			steps = 0;

	do
	{
		progress = false;
		for (int i = 0; i < list_length(run->branches) && run->end == ASL_RUNNING; i++)
		{
			AslBranch  *b = list_nth(run->branches, i);

			while (run->end == ASL_RUNNING && runnable(b, GetCurrentTimestamp()))
			{
				CHECK_FOR_INTERRUPTS();
				if (run->persistent && Max(run->history.count + run->silent_events, steps++) >= MOST_EVENTS)
					return;
				if (!step_branch(b))
					return;
				progress = true;
			}
		}
	} while (progress && run->end == ASL_RUNNING);
}

/* The machine's TimeoutSeconds has passed, or the machine is being deleted. */
static void
step_deadline(const StoreBranch *row)
{
	if (row->phase == STORE_DEADLINE)
		(void) asl_stop(row->execution, ASL_TIMED_OUT, (AslError) {0});
	else
	{
		(void) asl_stop(row->execution, ASL_ABORTED, (AslError) {0});
		store_branch_delete(row->execution, row->branch);
		(void) store_machine_delete_if_unused(asl_program(row->revision)->state_machine);
	}
}

/* The branch's attempts are used up. */
static void
give_up(const StoreBranch *row, const char *message)
{
	AslRun	   *run = asl_run_open(row);
	AslBranch  *b = linitial(run->branches);
	AslFault	fault = {.fatal = true};

	fault.error.name = "States.Runtime";
	fault.error.cause = message;
	asl_fault_handle(b, &fault);
	asl_outcome_settle(run);
	asl_run_flush(run);
}

/* An EXPRESS execution, from its start to its end: alone in its transaction, and in a place for slow work if need be. */
static void
step_express(AslRun *run, const StoreBranch *row)
{
	AslBranch  *root = linitial(run->branches);

	if (!asl_slow_begin(root))
		asl_ready_add_slow(row->owner, row->execution, row->branch, row->due_at);
	else if (!asl_batch_claim())
		asl_ready_add(row->owner, row->execution, row->branch, row->due_at);
	else
	{
		PG_TRY();
		{
			asl_express_step(run);
		}
		PG_FINALLY();
		{
			asl_slow_end(root);
		}
		PG_END_TRY();
	}
}

/* Steps the branch whose row is locked. */
static void
step_row(const StoreBranch *row)
{
	AslRun	   *run;

	if (row->branch == STORE_DEADLINE_BRANCH)
	{
		step_deadline(row);
		return;
	}
	run = asl_run_open(row);
	if (run->program->express)
	{
		step_express(run, row);
		return;
	}
	asl_run_loop(run);
	asl_run_flush(run);
}

AslStepResult
asl_step(int64 execution, int32 branch)
{
	static MemoryContext context = NULL;
	MemoryContext caller;
	StoreBranch row;
	AslStepResult result = ASL_STEP_DONE;

	if (context == NULL)
		context = AllocSetContextCreate(TopMemoryContext, "pg_asl step", ALLOCSET_DEFAULT_SIZES);
	MemoryContextReset(context);
	caller = MemoryContextSwitchTo(context);
	if (!store_branch_read(execution, branch, STORE_LOCK_SKIP, &row))
		result = store_branch_exists(execution, branch) ? ASL_STEP_BUSY : ASL_STEP_IDLE;
	else if (!row.has_due || row.due_at > GetCurrentTimestamp())
		result = ASL_STEP_IDLE;
	else if (row.owner != GetSessionUserId())
	{
		/* It was handed over: its new owner's workers are told. */
		asl_ready_add(row.owner, execution, branch, row.due_at);
		result = ASL_STEP_IDLE;
	}
	else
		step_row(&row);
	MemoryContextSwitchTo(caller);
	return result;
}

/* Seconds until a branch is tried again; what ends an execution is tried for ever, less and less often. */
static int64
pause_after(const StoreBranch *row)
{
	if (row->branch != STORE_DEADLINE_BRANCH)
		return row->attempts;
	return Min(INT64CONST(1) << Min(row->attempts, 16), LONGEST_PAUSE);
}

void
asl_step_failed(int64 execution, int32 branch, const char *message)
{
	StoreBranch row;
	TimestampTz due_at;

	if (!store_branch_read(execution, branch, STORE_LOCK_SKIP, &row))
		return;
	/* Who died after its commit has left a branch that waits for something: it must go on waiting. */
	if (!row.has_due || row.due_at > GetCurrentTimestamp())
		return;
	if (row.attempts + 1 >= MOST_ATTEMPTS && branch != STORE_DEADLINE_BRANCH)
	{
		give_up(&row, message);
		return;
	}
	due_at = GetCurrentTimestamp() + pause_after(&row) * USECS_PER_SEC;
	store_branch_count_attempt(execution, branch, due_at);
	asl_ready_add(row.owner, execution, branch, due_at);
}

char *
asl_step_waits_for(int64 execution, int32 branch)
{
	StoreBranch row;
	char	   *holders = store_branch_holders(execution, branch, STORE_NAME_HOLDER);

	if (!holders && store_branch_read(execution, branch, STORE_NO_LOCK, &row) && row.parent > STORE_ROOT_BRANCH)
		holders = store_branch_holders(execution, row.parent, STORE_NAME_HOLDER);
	return holders ? holders : store_branch_holders(execution, STORE_ROOT_BRANCH, STORE_NAME_HOLDER);
}
