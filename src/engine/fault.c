/*
 * fault.c - what happens to a branch whose state failed.
 *
 * In this order: the cause gets its frame and a failed evaluation its event; a fatal fault ends the execution; Retry
 * parks the branch; Catch leaves the state; else the branch has failed, and its container is told (AslOutcome).  What a
 * catcher's own expressions raise is a fault of the same state, which is not caught again.
 */
#include "postgres.h"

#include "engine/fault.h"

bool
asl_error_equals(const AslState *state, const AslFault *fault, int count, const char **names)
{
	for (int i = 0; i < count; i++)
	{
		if (fault->error.name && strcmp(names[i], fault->error.name) == 0)
			return true;
		if (fault->by_name_only)
			continue;
		if (strcmp(names[i], "States.ALL") == 0)
			return true;
		if (fault->heartbeat && strcmp(names[i], "States.HeartbeatTimeout") == 0)
			return true;
		if (strcmp(names[i], "States.TaskFailed") == 0 && state->type == ASL_TASK && !fault->timeout)
			return true;
		if (fault->sqlstate && strncmp(names[i], "SQLSTATE ", 9) == 0
			&& strcmp(names[i] + 9, unpack_sql_state(fault->sqlstate)) == 0)
			return true;
	}
	return false;
}

/* Adds AWS's words about where it happened. */
static void
frame_cause(AslBranch *b, AslFault *fault)
{
	if (!fault->framed)
		return;
	if (b->row.entered_event < 0)
		asl_run_know_events(b->run);
	fault->error.cause = psprintf("An error occurred while executing the state '%s' (entered at the event id #"
								  INT64_FORMAT "). %s", b->state->name,
								  asl_history_id(&b->run->history, b->row.entered_event), fault->error.cause);
	fault->framed = false;
}

/* A failed evaluation's own event.  It follows what came before the state, as if that had not been entered yet; in
 * a Wait and after the state's work it follows what happened last. */
static void
add_evaluation_failed(AslBranch *b, const AslFault *fault)
{
	AslValue	members = asl_members("cause", fault->error.cause);
	int64		previous = b->row.previous_event;

	if (previous == b->row.entered_event && b->state->type != ASL_WAIT)
		previous = b->row.entered_previous;
	asl_members_add(&members, "error", fault->error.name);
	asl_members_add(&members, "location", fault->location);
	asl_members_add(&members, "state", b->state->name);
	b->row.previous_event = asl_event_add(b, ASL_EVENT_EvaluationFailed, previous, members, NULL);
}

void
asl_fault_complete(AslBranch *b, AslFault *fault)
{
	frame_cause(b, fault);
	if (fault->evaluation)
		add_evaluation_failed(b, fault);
	fault->evaluation = false;
}

/* MapStateFailed, ParallelStateFailed: the container gives up. */
static void
add_container_failed(AslBranch *b)
{
	if (b->state->type == ASL_MAP)
		b->row.previous_event = asl_event_add(b, ASL_EVENT_MapStateFailed, b->row.previous_event, asl_undefined(), NULL);
	else if (b->state->type == ASL_PARALLEL)
		b->row.previous_event = asl_event_add(b, ASL_EVENT_ParallelStateFailed, b->row.previous_event, asl_undefined(),
											  NULL);
}

/* A catcher's own expression failed.  Where one could not be evaluated, that follows the error caught, and a container
 * gives up once more. */
static void
complete_catch_fault(AslBranch *b, AslFault *fault, int64 caught)
{
	bool		evaluation = fault->evaluation;

	if (evaluation)
		b->row.previous_event = caught;
	asl_fault_complete(b, fault);
	if (evaluation)
		add_container_failed(b);
}

/* Nothing catches the error in this branch. */
static void
fail_branch(AslBranch *b, AslFault *fault)
{
	if (asl_branch_is_root(b))
		asl_run_end(b->run, ASL_FAILED, b->row.previous_event, NULL, fault->error);
	else
		asl_run_outcome(b, ASL_BRANCH_FAILED, NULL, fault);
}

typedef struct CatchWork
{
	AslCatcher *catcher;
	AslFault   *fault;
} CatchWork;

static void
catch_work(AslBranch *b, void *arg)
{
	CatchWork  *work = arg;

	asl_catch_apply(b, work->catcher, work->fault);
}

void
asl_fault_handle(AslBranch *b, AslFault *fault)
{
	CatchWork	work = {NULL, fault};
	AslFault	catch_fault;
	int64		failing;

	asl_fault_complete(b, fault);
	if (fault->fatal)
	{
		fail_branch(b, fault);
		return;
	}
	if (asl_retry(b, fault))
		return;
	failing = b->row.previous_event;
	add_container_failed(b);
	work.catcher = asl_catch_find(b, fault);
	if (work.catcher)
	{
		if (asl_attempt(b, catch_work, &work, &catch_fault))
			return;
		fault = &catch_fault;
		complete_catch_fault(b, fault, failing);
	}
	fail_branch(b, fault);
}
