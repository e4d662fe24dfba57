/*
 * definition_graph.c - whether a States object's states can be reached and left.
 */
#include "postgres.h"

#include "asl/definition_reader.h"

/* The states found so far from the first one on; those before next have been looked at. */
typedef struct Search
{
	bool	   *found;			/* by index */
	AslState  **states;
	int			count;
} Search;

/* Finds a state, which may be NULL. */
static void
search_find(Search *search, AslState *state)
{
	if (state == NULL || search->found[state->index])
		return;
	search->found[state->index] = true;
	search->states[search->count++] = state;
}

/* Finds all states that a state can lead to. */
static void
search_follow(Search *search, const AslState *state)
{
	search_find(search, state->next);
	search_find(search, state->default_state);
	for (int i = 0; i < state->choice_count; i++)
		search_find(search, state->choices[i].next);
	for (int i = 0; i < state->catcher_count; i++)
		search_find(search, state->catchers[i].next);
}

/* Complains about the states that cannot be reached from StartAt. */
static void
graph_check_reachable(AslReader *reader, const AslStates *states)
{
	Search		search = {
		.found = palloc0(states->count * sizeof(bool)),
		.states = palloc(states->count * sizeof(AslState *))
	};

	search_find(&search, states->start_at);
	for (int i = 0; i < search.count; i++)
		search_follow(&search, search.states[i]);
	for (int i = 0; i < states->count; i++)
	{
		if (!search.found[i])
			asl_report_at(reader, states->states[i]->pointer, false, "MISSING_TRANSITION_TARGET",
						  psprintf("State \"%s\" is not reachable.", states->states[i]->name));
	}
}

/* Complains if no state ends: of the machine without a location, as AWS does. */
static void
graph_check_end(AslReader *reader, const AslStates *states)
{
	for (int i = 0; i < states->count; i++)
	{
		const AslState *state = states->states[i];

		if (state->type != ASL_CHOICE && state->next == NULL)
			return;
	}
	asl_report_at(reader, states->owner == NULL ? NULL : asl_reader_location(reader), false, "MISSING_END_STATE",
				  "Workflow has no terminal state");
}

/* Checks the transitions of a States object that has been read; the reader is at the object that has it. */
void
asl_check_graph(AslReader *reader, const AslStates *states)
{
	if (states->start_at != NULL)
		graph_check_reachable(reader, states);
	graph_check_end(reader, states);
}
