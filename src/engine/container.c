/*
 * container.c - Parallel and Map as containers of branches.
 */
#include "postgres.h"

#include "engine/container.h"

#include "engine/abort.h"
#include "engine/data_flow.h"
#include "engine/fault.h"
#include "map/map_run.h"
#include "map/result_writer.h"
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

void
asl_container_keep(AslBranch *child, AslPayload *output)
{
	AslRun	   *run = child->run;

	if (run->persistent)
		store_result_insert(run->execution, child->row.parent, child->row.position, asl_payload_get(output));
	else
		asl_run_branch(run, child->row.parent)->results[child->row.position] = output->value;
}

AslValue
asl_container_outputs(AslBranch *b, int positions)
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
	count = store_results_read(b->run->execution, b->row.branch, &stored);
	for (int i = 0; i < count; i++)
		asl_array_push(&outputs, asl_from_jsonb(stored[i]));
	return outputs;
}

/* The event that tells of the container's success; a Map Run's own comes before it.  Neither is what the state's
 * Exited event follows, but an error of what is left to do does. */
static int64
add_succeeded(AslBranch *b)
{
	int64		previous = b->row.previous_event;
	bool		is_map = b->state->type == ASL_MAP;

	if (b->state->distributed)
		previous = asl_event_add(b, ASL_EVENT_MapRunSucceeded, previous, asl_undefined(), NULL);
	return asl_event_add(b, is_map ? ASL_EVENT_MapStateSucceeded : ASL_EVENT_ParallelStateSucceeded, previous,
						 asl_undefined(), NULL);
}

/* A Map's items are no longer needed. */
static void
drop_items(AslBranch *b)
{
	b->row.items = (Datum) 0;
	b->row.items_stored = false;
	b->items = asl_undefined();
}

typedef struct FinishWork
{
	AslValue	result;
	int64		succeeded;		/* the event */
} FinishWork;

static void
finish_work(AslBranch *b, void *arg)
{
	FinishWork *work = arg;

	work->succeeded = add_succeeded(b);
	b->row.phase = STORE_ENTER;
	drop_items(b);
	asl_state_finish(b, work->result);
}

void
asl_container_finish_with(AslBranch *b, AslValue result)
{
	FinishWork	work = {result, b->row.previous_event};
	AslFault	fault;

	if (b->run->persistent)
		store_results_delete(b->run->execution, b->row.branch);
	if (asl_attempt(b, finish_work, &work, &fault))
		return;
	b->row.previous_event = work.succeeded;
	asl_fault_handle(b, &fault);
}

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

void
asl_container_finish(AslBranch *b)
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

void
asl_container_child_done(AslBranch *child, int64 last)
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
	asl_container_finish(container);
}

void
asl_container_child_ended(AslBranch *child, AslPayload *output)
{
	AslBranch  *seen = asl_run_look(child->run, child->row.parent);
	int64		last = child->row.previous_event;

	asl_container_keep(child, seen->state->distributed ? asl_map_run_result(seen, child, output) : output);
	if (seen->state->type == ASL_MAP)
		last = asl_event_add(child, ASL_EVENT_MapIterationSucceeded, last,
							 asl_map_iteration_members(child, seen->state), NULL);
	asl_container_child_done(child, last);
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

List *
asl_container_abandon(AslBranch *container)
{
	List	   *aborted = asl_abort_children(container);

	if (container->run->persistent)
		store_results_delete(container->run->execution, container->row.branch);
	drop_items(container);
	container->dirty = true;
	return aborted;
}

void
asl_container_child_failed(AslBranch *child, const AslFault *fault)
{
	AslBranch  *container = container_of(child);
	AslFault	passed = *fault;

	if (container->state->distributed)
	{
		asl_map_run_child_failed(container, child, fault);
		return;
	}
	child->ended = true;
	add_aborted(child, container, asl_container_abandon(container));
	container->row.previous_event = child->row.previous_event;
	asl_fault_handle(container, &passed);
}

void
asl_container_item_failed(AslBranch *lane, AslFault *fault)
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
		asl_container_child_failed(lane, fault);
	else
		asl_fault_handle(map, fault);
}
