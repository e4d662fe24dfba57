/*
 * express.c - EXPRESS state machines.
 */
#include "postgres.h"

#include "step/express.h"

#include "engine/arn.h"
#include "miscadmin.h"
#include "step/step.h"
#include "storage/latch.h"
#include "store/execution.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#define LONGEST_EXPRESS (5 * 60)	/* seconds; AWS's limit */

/* When the first branch is due that rests; DT_NOEND: none ever is. */
static TimestampTz
next_due(const AslRun *run)
{
	TimestampTz due = DT_NOEND;
	ListCell   *cell;

	foreach(cell, run->branches)
	{
		AslBranch  *b = lfirst(cell);

		if (!b->ended && b->row.has_due)
			due = Min(due, b->row.due_at);
	}
	return due;
}

/* Sleeps until a time; obeys interrupts. */
static void
sleep_until(TimestampTz until)
{
	for (;;)
	{
		long		milliseconds = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), until);

		CHECK_FOR_INTERRUPTS();
		if (milliseconds <= 0)
			return;
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
	}
}

void
asl_express_run(AslRun *run)
{
	int64		seconds = run->program->machine->timeout_seconds;

	if (seconds == 0 || seconds > LONGEST_EXPRESS)
		seconds = LONGEST_EXPRESS;
	run->deadline = run->start_date + seconds * USECS_PER_SEC;
	asl_run_started(run);
	for (;;)
	{
		asl_run_loop(run);
		if (run->end == ASL_RUNNING)
			sleep_until(Min(next_due(run), run->deadline));
		if (GetCurrentTimestamp() >= run->deadline)
			asl_run_end(run, ASL_TIMED_OUT, 0, NULL, (AslError) {"States.Timeout", NULL});
		if (run->end != ASL_RUNNING)
			return;
	}
}

void
asl_express_step(AslRun *stored)
{
	AslRun	   *run;

	asl_run_load(stored);
	run = asl_run_open_memory(stored->program, pnstrdup(stored->name, strcspn(stored->name, ":")), stored->input);
	run->execution = stored->execution;
	run->arn = asl_arn_express(stored->program->name, stored->name);
	asl_express_run(run);
	store_execution_clear(stored->execution);
	store_execution_delete(stored->execution);
}
