/*
 * container.c - what Parallel and Map have in common: children, and their outputs.
 *
 * A container waits in phase CHILDREN, without a due time, and counts the children that are open in its row; so its row's
 * lock orders the ends of its children.  Their outputs are rows of asl.result until the last one has ended, by position:
 * of the branch in a Parallel, of the item in a Map.  In a run in memory they are an array in the branch's struct.
 */
#include "postgres.h"

#include "engine/container.h"

#include "engine/abort.h"
#include "engine/data_flow.h"
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

/* A Map's items are no longer needed. */
static void
drop_items(AslBranch *b)
{
	b->row.items = (Datum) 0;
	b->row.items_stored = false;
	b->items = asl_undefined();
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
