/*
 * outcome.c - what the end or failure of a branch means to the state that contains it.
 */
#include "postgres.h"

#include "step/outcome.h"

#include "engine/container.h"
#include "engine/data_flow.h"
#include "engine/fault.h"
#include "engine/iteration.h"
#include "map/lane.h"
#include "map/map_run.h"
#include "map/result_writer.h"
#include "miscadmin.h"

/* The outputs together are longer than a result may be. */
static void
fail_for_excess(AslBranch *b, const char *cause)
{
	AslFault	fault = {.error = {"States.DataLimitExceeded", cause}, .by_name_only = true};

	(void) asl_container_abandon(b);
	if (b->state->distributed)
		asl_map_run_failed(b, &fault);
	else
		asl_fault_handle(b, &fault);
}

/* All children have ended: collects their outputs and finishes the state. */
static void
children_ended(AslBranch *b)
{
	AslValue	result;
	char	   *excess;

	if (asl_results_exported(b->state))
	{
		asl_map_run_await_writing(b);
		return;
	}
	result = asl_container_outputs(b, b->state->type == ASL_MAP ? b->row.next_item : b->state->branch_count);
	if (b->state->distributed)
		result = asl_map_run_output(b->state, result);
	excess = asl_flow_excess(b, result, b->state->name);
	if (excess)
		fail_for_excess(b, excess);
	else
		asl_container_finish_with(b, result);
}

/* The container of a branch; raises a serialization failure where a sibling has ended it meanwhile. */
static AslBranch *
container_of(AslBranch *child)
{
	AslBranch  *container = asl_run_branch(child->run, child->row.parent);

	if (container == NULL || container->row.phase != STORE_CHILDREN)
		ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
						errmsg("the state that branch %d of execution " INT64_FORMAT " belongs to has ended meanwhile",
							   child->row.branch, child->run->execution)));
	container->dirty = true;
	return container;
}

/* A child's last event is there: its container goes on without it, or the lane with another iteration. */
static void
child_done(AslBranch *child, int64 last)
{
	AslBranch  *container = NULL;

	if (asl_run_look(child->run, child->row.parent)->state->type == ASL_MAP && asl_map_lane_next(child, &container))
		return;
	if (container == NULL)
		container = container_of(child);
	child->ended = true;
	container->dirty = true;
	if (--container->row.open_children > 0)
		return;
	if (!container->state->distributed)
		container->row.previous_event = last;
	children_ended(container);
}

/* A child's States object has ended with an output. */
static void
child_ended(AslBranch *child, void *arg)
{
	AslPayload *output = arg;
	AslBranch  *seen = asl_run_look(child->run, child->row.parent);
	int64		last = child->row.previous_event;

	asl_container_keep(child, seen->state->distributed ? asl_map_run_result(seen, child, output) : output);
	if (seen->state->type == ASL_MAP)
		last = asl_event_add(child, ASL_EVENT_MapIterationSucceeded, last,
							 asl_map_iteration_members(child, seen->state), NULL);
	child_done(child, last);
}

/* The event of a state that ends with a sibling of its branch. */
static void
add_state_aborted(AslBranch *sibling, int64 failing)
{
	AslEventType type;

	switch (sibling->state->type)
	{
		case ASL_TASK:
			type = ASL_EVENT_TaskStateAborted;
			break;
		case ASL_WAIT:
			type = ASL_EVENT_WaitStateAborted;
			break;
		case ASL_PARALLEL:
			type = ASL_EVENT_ParallelStateAborted;
			break;
		case ASL_MAP:
			type = ASL_EVENT_MapStateAborted;
			break;
		default:
			return;
	}
	if (sibling->row.entered_event != 0)
		(void) asl_event_add(sibling, type, failing, asl_undefined(), NULL);
}

/* The events that tell of a failing Map iteration and of those that end with it. */
static void
add_aborted(AslBranch *child, AslBranch *container, List *aborted)
{
	int64		failing = child->row.previous_event;
	bool		is_map = container->state->type == ASL_MAP;
	ListCell   *cell;

	if (is_map)
		(void) asl_event_add(child, ASL_EVENT_MapIterationFailed, failing,
							 asl_map_iteration_members(child, container->state), NULL);
	if (child->state->type == ASL_TASK && child->row.entered_event != 0 && (!is_map || aborted != NIL))
		(void) asl_event_add(child, ASL_EVENT_TaskStateAborted, failing, asl_undefined(), NULL);
	foreach(cell, aborted)
	{
		AslBranch  *sibling = lfirst(cell);

		if (is_map)
			(void) asl_event_add(sibling, ASL_EVENT_MapIterationAborted, failing,
								 asl_map_iteration_members(sibling, container->state), NULL);
		add_state_aborted(sibling, failing);
	}
}

/* A child failed with an error that nothing inside caught. */
static void
child_failed(AslBranch *child, AslFault *fault)
{
	AslBranch  *container = container_of(child);

	if (container->state->distributed)
	{
		if (asl_map_run_child_failed(container, child, fault))
			child_done(child, 0);
		return;
	}
	child->ended = true;
	add_aborted(child, container, asl_container_abandon(container));
	container->row.previous_event = child->row.previous_event;
	asl_fault_handle(container, fault);
}

/* Nothing catches the error anywhere: the execution ends, or the Map Run's child that the branch belongs to. */
static void
execution_failed(AslBranch *b, AslFault *fault)
{
	AslBranch  *lane = asl_map_run_lane(b);

	if (lane == NULL)
	{
		asl_run_end(b->run, ASL_FAILED, b->row.previous_event, NULL, fault->error);
		return;
	}
	if (lane != b)
		(void) asl_container_abandon(lane);
	child_failed(lane, fault);
}

/* What a lane's next iteration is to get cannot be made: its Map fails. */
static void
iteration_refused(AslBranch *lane, AslFault *fault)
{
	AslBranch  *map = container_of(lane);

	if (map->state->distributed)
	{
		lane->ended = true;
		(void) asl_container_abandon(map);
		asl_map_run_failed(map, fault);
		return;
	}
	map->row.previous_event = lane->row.previous_event;
	asl_fault_complete(map, fault);
	lane->row.previous_event = map->row.previous_event;
	if (!fault->fatal)
		child_failed(lane, fault);
	else
		asl_fault_handle(map, fault);
}

/* What else goes wrong when a child has ended is taken for a failure of its last state. */
static void
branch_ended(AslBranch *b, AslPayload *output)
{
	AslFault	fault;

	if (!asl_attempt(b, child_ended, output, &fault))
		asl_fault_handle(b, &fault);
}

void
asl_outcome_settle(AslRun *run)
{
	while (run->outcome.kind != ASL_UNDECIDED)
	{
		AslOutcome	outcome = run->outcome;

		CHECK_FOR_INTERRUPTS();
		run->outcome = (AslOutcome) {ASL_UNDECIDED};
		if (outcome.kind == ASL_BRANCH_ENDED)
			branch_ended(outcome.branch, outcome.output);
		else if (outcome.kind == ASL_CHILDREN_ENDED)
			children_ended(outcome.branch);
		else if (outcome.kind == ASL_ITERATION_REFUSED)
			iteration_refused(outcome.branch, outcome.fault);
		else if (outcome.fault->fatal)
			execution_failed(outcome.branch, outcome.fault);
		else
			child_failed(outcome.branch, outcome.fault);
	}
}
