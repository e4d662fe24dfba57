/*
 * parallel.c - Parallel: every branch gets a copy of the input.
 */
#include "postgres.h"

#include "state/state.h"

#include "engine/container.h"
#include "engine/data_flow.h"

void
asl_state_parallel(AslBranch *b)
{
	AslValue	arguments = asl_flow_arguments(b, asl_flow_input(b), NULL);
	AslPayload *input = b->input;
	int			count = b->state->branch_count;

	if (!asl_same(arguments, asl_input(b)))
	{
		asl_flow_check_size(b, arguments, b->state->name);
		input = asl_payload(arguments);
	}
	b->row.previous_event = asl_event_add(b, ASL_EVENT_ParallelStateStarted, b->row.previous_event, asl_undefined(),
										  NULL);
	asl_container_open(b, count, count);
	for (int i = 0; i < count; i++)
		asl_run_spawn(b, i, b->state->branches[i]->start_at, input)->row.previous_event = b->row.previous_event;
}
