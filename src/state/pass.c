/*
 * pass.c - Pass and Succeed: states whose work is their data flow.
 */
#include "postgres.h"

#include "state/state.h"

#include "engine/data_flow.h"
#include "engine/transition.h"

void
asl_state_pass(AslBranch *b)
{
	AslValue	effective = asl_flow_input(b);

	asl_state_finish(b, asl_defined(b->state->result) ? b->state->result : asl_flow_arguments(b, effective, NULL));
}

void
asl_state_succeed(AslBranch *b)
{
	asl_state_finish(b, asl_flow_input(b));
}
