/*
 * transition.c - entering and leaving states.
 *
 * Everything happens to the branch in memory.  A state is left in three moves that cannot be torn apart by an error: what
 * may raise (output, size of variables) comes first, then the Exited event, then the next state or the branch's end.
 */
#include "postgres.h"

#include "engine/transition.h"

#include "engine/data_flow.h"
#include "utils/timestamp.h"

void
asl_branch_park(AslBranch *b, StorePhase phase, const TimestampTz *due_at)
{
	b->row.phase = phase;
	b->row.has_due = due_at != NULL;
	if (due_at)
		b->row.due_at = *due_at;
}

void
asl_state_enter(AslBranch *b)
{
	AslEventType type = ASL_EVENT_TaskStateEntered + b->state->type;

	b->row.entered_at = GetCurrentTimestamp();
	b->row.entered_previous = b->row.previous_event;
	b->row.entered_event = asl_event_add(b, type, b->row.previous_event, asl_members("name", b->state->name), b->input);
	b->row.previous_event = b->row.entered_event;
}

#define MOST_VARIABLES 40		/* payloads' worth: 10 MiB of 256 KiB each */

/* The assigned values join the variables of the branch. */
static void
assign_variables(AslBranch *b, AslValue assigned)
{
	AslValue	variables;
	AslIterator it = asl_iterate(assigned);
	AslValue	key,
				value;

	asl_flow_check_variables(b, assigned, 1);
	variables = asl_defined(b->variables) ? asl_object_copy(b->variables) : asl_object_new(4);
	while (asl_next(&it, &key, &value))
		asl_object_set(&variables, key.u.string, key.length, value);
	asl_flow_check_variables(b, variables, MOST_VARIABLES);
	b->variables = variables;
	b->row.variables_stored = false;
}

/*
 * The branch goes on with the next state.  It is due since it was due for this one: an index entry that stays the same
 * keeps the row's next version on its page.
 */
static void
transition(AslBranch *b, AslState *next, AslPayload *output)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz due_at = b->row.has_due ? Min(b->row.due_at, now) : now;

	b->state = next;
	b->input = output;
	b->retries = NULL;
	b->retry_count = 0;
	b->row.entered_event = 0;
	asl_branch_park(b, STORE_ENTER, &due_at);
}

/*
 * Where a States object ends, the root ends its execution; for any other branch its end is noted, and told to its
 * container when the step's work is done.
 */
void
asl_state_exit(AslBranch *b, AslPayload *output, AslValue assigned, AslState *next)
{
	AslEventType type = ASL_EVENT_TaskStateExited + b->state->type;
	AslValue	members = asl_members("name", b->state->name);

	if (asl_defined(assigned) && asl_object_count(assigned) > 0)
	{
		assign_variables(b, assigned);
		asl_object_set(&members, "assignedVariables", strlen("assignedVariables"), assigned);
	}
	b->row.previous_event = asl_event_add(b, type, b->row.previous_event, members, output);
	if (next)
		transition(b, next, output);
	else if (asl_branch_is_root(b))
		asl_run_end(b->run, ASL_SUCCEEDED, b->row.previous_event, output, (AslError) {0});
	else
		asl_run_outcome(b, ASL_BRANCH_ENDED, output, NULL);
}

void
asl_state_finish(AslBranch *b, AslValue result)
{
	AslValue	assigned;
	AslPayload *output = asl_flow_output(b, result, &assigned);

	asl_state_exit(b, output, assigned, b->state->next);
}
