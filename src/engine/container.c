/*
 * container.c - Parallel and Map as containers of branches.
 */
#include "postgres.h"

#include "engine/container.h"

#include "engine/abort.h"
#include "engine/fault.h"
#include "engine/transition.h"

void
asl_container_open(AslBranch *b, int children, int positions)
{
	asl_branch_park(b, STORE_CHILDREN, NULL);
	b->row.open_children = children;
	b->row.next_item = children;
	if (!b->run->persistent)
		b->results = palloc0(Max(positions, 1) * sizeof(AslValue));
}

/* Keeps a child's output until the container collects it. */
static void
keep_result(AslBranch *child, AslPayload *output)
{
	AslRun	   *run = child->run;

	if (run->persistent)
		store_result_insert(run->execution, child->row.parent, child->row.position, asl_payload_get(output));
	else
		asl_run_branch(run, child->row.parent)->results[child->row.position] = output->value;
}

/* The outputs of all children, in order. */
static AslValue
take_results(AslBranch *b, int positions)
{
	AslValue	outputs = asl_array_new(positions);
	Jsonb	  **stored;
	int			count;

	if (!b->run->persistent)
	{
		for (int i = 0; i < positions; i++)
			asl_array_push(&outputs, b->results[i]);
		return outputs;
	}
	count = store_results_take(b->run->execution, b->row.branch, &stored);
	for (int i = 0; i < count; i++)
		asl_array_push(&outputs, asl_from_jsonb(stored[i]));
	return outputs;
}

static void
finish_work(AslBranch *b, void *arg)
{
	bool		is_map = b->state->type == ASL_MAP;
	int			positions = is_map ? b->row.next_item : b->state->branch_count;
	AslValue	outputs = take_results(b, positions);

	(void) asl_event_add(b, is_map ? ASL_EVENT_MapStateSucceeded : ASL_EVENT_ParallelStateSucceeded,
						 b->row.previous_event, asl_undefined(), NULL);
	b->row.phase = STORE_ENTER;
	b->row.items = NULL;
	b->row.items_stored = false;
	asl_state_finish(b, outputs);
}

void
asl_container_finish(AslBranch *b)
{
	AslFault	fault;

	if (!asl_attempt(b, finish_work, NULL, &fault))
		asl_fault_handle(b, &fault);
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

void
asl_container_child_ended(AslBranch *child, AslPayload *output)
{
	AslBranch  *container = NULL;
	AslBranch  *seen = asl_run_look(child->run, child->row.parent);
	int64		last = child->row.previous_event;

	keep_result(child, output);
	if (seen->state->type == ASL_MAP)
	{
		last = asl_event_add(child, ASL_EVENT_MapIterationSucceeded, last,
							 asl_map_iteration_members(child, seen->state), NULL);
		if (asl_map_lane_next(child, &container))
			return;
	}
	if (container == NULL)
		container = container_of(child);
	child->ended = true;
	if (--container->row.open_children > 0)
		return;
	container->row.previous_event = last;
	asl_container_finish(container);
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
	if (child->state->type == ASL_TASK && (!is_map || aborted != NIL))
		(void) asl_event_add(child, ASL_EVENT_TaskStateAborted, failing, asl_undefined(), NULL);
	foreach(cell, aborted)
	{
		AslBranch  *sibling = lfirst(cell);

		if (sibling->row.entered_event == 0)
			continue;
		if (is_map)
			(void) asl_event_add(sibling, ASL_EVENT_MapIterationAborted, failing,
								 asl_map_iteration_members(sibling, container->state), NULL);
		if (sibling->state->type == ASL_TASK)
			(void) asl_event_add(sibling, ASL_EVENT_TaskStateAborted, failing, asl_undefined(), NULL);
	}
}

void
asl_container_child_failed(AslBranch *child, const AslFault *fault)
{
	AslBranch  *container = container_of(child);
	AslFault	passed = *fault;
	List	   *aborted;

	child->ended = true;
	aborted = asl_abort_children(container);
	if (child->run->persistent)
		store_results_delete(child->run->execution, container->row.branch);
	add_aborted(child, container, aborted);
	container->row.previous_event = child->row.previous_event;
	container->row.items = NULL;
	container->row.items_stored = false;
	passed.evaluation = false;
	passed.framed = false;
	asl_fault_handle(container, &passed);
}
