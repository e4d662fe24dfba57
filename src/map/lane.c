/*
 * lane.c - lanes work through a Map's items.
 *
 *   items      0 1 2 3 4 5 6 7 8 9 …
 *   lane A     [0]   [3 4]   ↑
 *   lane B       [1]    [5 6 7]    next_item, in the Map's row: the first item that no lane has taken
 *
 * A lane goes through its block (position to position_end, in its own row) without touching the Map's row, and locks that
 * only to take the next block; with no items left it ends as a child.
 */
#include "postgres.h"

#include "map/lane.h"

#include "engine/container.h"
#include "engine/data_flow.h"
#include "engine/iteration.h"
#include "map/map_field.h"
#include "utils/timestamp.h"

AslValue
asl_map_iteration_members(const AslBranch *lane, const AslState *map)
{
	AslValue	members = asl_members("name", map->name);

	asl_members_add_number(&members, "index", lane->row.position);
	return members;
}

/* What the lane's iteration under way gets becomes the input of its first state. */
static void
input_work(AslBranch *lane, void *arg)
{
	AslBranch  *container = arg;
	AslValue	input = asl_map_iteration_input(container, lane);

	asl_flow_check_size(container, input, container->state->name);
	lane->input = asl_payload(input);
}

/* A lane begins an iteration whose event follows previous; false: its input could not be made. */
static bool
iteration_start(AslBranch *lane, AslBranch *container, int64 previous)
{
	AslFault	fault;

	lane->item = asl_undefined();
	lane->row.previous_event = asl_event_add(lane, ASL_EVENT_MapIterationStarted, previous,
											 asl_map_iteration_members(lane, container->state), NULL);
	lane->variables = asl_undefined();
	lane->row.variables_stored = false;
	lane->state = container->state->branches[0]->start_at;
	lane->row.phase = STORE_ENTER;
	lane->row.entered_event = 0;
	lane->row.has_due = true;
	lane->row.due_at = GetCurrentTimestamp();
	lane->retries = NULL;
	lane->retry_count = 0;
	if (asl_attempt(lane, input_work, container, &fault))
		return true;
	asl_run_outcome(lane, ASL_ITERATION_REFUSED, NULL, &fault);
	return false;
}

/* Do the iterations of a Map follow one another, by MaxConcurrency 1? */
static bool
is_sequential(AslBranch *map)
{
	const AslExpr *expr = &map->state->max_concurrency;

	if (!asl_expr_present(expr))
		return false;
	return asl_map_concurrency(map, expr->kind == ASL_EXPR_LITERAL ? asl_undefined() : asl_flow_input(map)) == 1;
}

/* How many items a lane takes at once: twice as many as it has just done in one transaction, but not more than its
 * share of what is left. */
static int
block_size(const AslBranch *lane, const AslBranch *container, int length)
{
	int			share = (length - container->row.next_item) / Max(container->row.open_children, 1);

	return Max(1, Min(2 * lane->position_count, share));
}

bool
asl_map_lane_next(AslBranch *lane, AslBranch **container)
{
	AslBranch  *map = asl_run_look(lane->run, lane->row.parent);
	int64		previous = map->row.previous_event;

	lane->position_count++;
	if (map->state->distributed)
		previous = 0;
	else if (is_sequential(map))
		previous = lane->row.previous_event;
	if (lane->row.position + 1 < lane->row.position_end)
		lane->row.position++;
	else
	{
		int			length = map->row.item_count;

		if (lane->row.position_end >= length)
			return false;
		map = *container = asl_run_branch(lane->run, lane->row.parent);
		if (map == NULL || map->row.next_item >= length)
			return false;
		map->dirty = true;
		lane->row.position = map->row.next_item;
		map->row.next_item += block_size(lane, map, length);
		lane->row.position_end = map->row.next_item;
	}
	(void) iteration_start(lane, map, previous);
	return true;
}

void
asl_map_add_started(AslBranch *b, int length)
{
	AslValue	members = asl_object_new(1);

	asl_members_add_number(&members, "length", length);
	b->row.previous_event = asl_event_add(b, ASL_EVENT_MapStateStarted, b->row.previous_event, members, NULL);
}

void
asl_map_open(AslBranch *b, AslValue items, int64 most_lanes)
{
	int			length = asl_array_count(items);
	int			lanes = Min(length, most_lanes);

	b->items = items;
	b->row.item_count = length;
	b->row.items = b->run->persistent ? JsonbPGetDatum(asl_to_jsonb(items)) : (Datum) 0;
	b->row.items_stored = false;
	asl_container_open(b, lanes, length);
	if (length == 0)
	{
		asl_run_outcome(b, ASL_CHILDREN_ENDED, NULL, NULL);
		return;
	}
	for (int i = 0; i < lanes; i++)
	{
		AslBranch  *lane = asl_run_spawn(b, i, b->state->branches[0]->start_at, NULL);

		lane->row.position_end = i + 1;
		if (!iteration_start(lane, b, b->state->distributed ? 0 : b->row.previous_event))
			return;
	}
}
