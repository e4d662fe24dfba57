/*
 * state_map.c - Map: lanes work through the items.
 */
#include "postgres.h"

#include "engine/state.h"

#include "engine/container.h"
#include "engine/data_flow.h"
#include "utils/timestamp.h"

/* AWS runs about so many inline iterations at once, whatever MaxConcurrency allows. */
#define MOST_LANES 40

/* The array to be mapped over. */
static AslValue
map_items(AslBranch *b, AslValue effective)
{
	const AslExpr *expr = &b->state->items;
	AslBranchScope scope;
	AslValue	items = effective;

	asl_scope_init(&scope, b, effective);
	if (expr->kind == ASL_EXPR_JSONATA)
		items = asl_expr_evaluate_typed(expr, &scope.base, ASL_ARRAY);
	else if (expr->kind == ASL_EXPR_PATH)
		items = asl_expr_evaluate(expr, &scope.base);
	else if (expr->kind == ASL_EXPR_LITERAL)
		items = expr->literal;
	if (items.kind == ASL_ARRAY)
		return items;
	if (b->state->language == ASL_JSONATA)
		ereport(ERROR, (errcode(ERRCODE_ASL_QUERY_EVALUATION_ERROR),
						errmsg("Map state input must be an array but was: %s", asl_to_json(items))));
	asl_raise_runtime("Reference path \"%s\" must point to array.",
					  expr->kind == ASL_EXPR_PATH ? expr->path->text : "$");
}

/* MaxConcurrency; 0: no limit. */
static int64
max_concurrency(AslBranch *b, AslValue effective)
{
	const AslExpr *expr = &b->state->max_concurrency;
	AslBranchScope scope;
	AslValue	v;
	int64		n;

	if (!asl_expr_present(expr))
		return 0;
	if (expr->kind == ASL_EXPR_LITERAL)
		v = expr->literal;
	else
	{
		asl_scope_init(&scope, b, effective);
		v = expr->kind == ASL_EXPR_JSONATA ? asl_expr_evaluate_typed(expr, &scope.base, ASL_NUMBER)
			: asl_flow_path(expr, &scope.base);
	}
	if (v.kind != ASL_NUMBER || !asl_to_int64(v, &n))
		asl_raise_runtime("The %s field refers to value \"%s\" which is not a valid integer: %s", expr->field,
						  v.kind == ASL_STRING ? asl_to_cstring(v) : v.kind == ASL_OBJECT ? "{}" : asl_to_json(v),
						  expr->kind == ASL_EXPR_PATH ? expr->path->text : "");
	if (n < 0)
		asl_raise_runtime("MaxConcurrency cannot be negative.");
	return n;
}

AslValue
asl_map_iteration_members(const AslBranch *lane, const AslState *map)
{
	AslValue	members = asl_members("name", map->name);

	asl_members_add_number(&members, "index", lane->row.position);
	return members;
}

/* What an iteration gets: the item, or what ItemSelector makes of it. */
static AslPayload *
iteration_input(AslBranch *lane, AslBranch *container)
{
	AslBranchScope scope;

	if (!asl_expr_present(&container->state->arguments))
		return asl_payload(asl_map_item(lane));
	asl_scope_init(&scope, container, asl_flow_input(container));
	scope.lane = lane;
	return asl_payload(asl_expr_evaluate(&container->state->arguments, &scope.base));
}

/* A lane begins an iteration whose event follows previous. */
static void
iteration_start(AslBranch *lane, AslBranch *container, int64 previous)
{
	lane->item = asl_undefined();
	lane->row.previous_event = asl_event_add(lane, ASL_EVENT_MapIterationStarted, previous,
											 asl_map_iteration_members(lane, container->state), NULL);
	lane->input = iteration_input(lane, container);
	lane->variables = asl_undefined();
	lane->state = container->state->branches[0]->start_at;
	lane->row.phase = STORE_ENTER;
	lane->row.entered_event = 0;
	lane->row.has_due = true;
	lane->row.due_at = GetCurrentTimestamp();
	lane->retries = NULL;
	lane->retry_count = 0;
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
	if (max_concurrency(map, asl_flow_input(map)) == 1)
		previous = lane->row.previous_event;
	if (lane->row.position + 1 < lane->row.position_end)
		lane->row.position++;
	else
	{
		int			length = asl_array_count(asl_from_jsonb(map->row.items));

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
	iteration_start(lane, map, previous);
	return true;
}

void
asl_state_map(AslBranch *b)
{
	AslValue	effective = asl_flow_input(b);
	int64		limit = max_concurrency(b, effective);
	AslValue	items = map_items(b, effective);
	int			length = asl_array_count(items);
	int			lanes = Min(length, limit > 0 ? Min(limit, MOST_LANES) : MOST_LANES);
	AslValue	members = asl_object_new(1);
	AslBranch **lane;

	asl_members_add_number(&members, "length", length);
	b->row.previous_event = asl_event_add(b, ASL_EVENT_MapStateStarted, b->row.previous_event, members, NULL);
	b->row.items = asl_to_jsonb(items);
	b->row.items_stored = false;
	asl_container_open(b, lanes, length);
	if (length == 0)
	{
		asl_container_finish(b);
		return;
	}
	lane = palloc(lanes * sizeof(AslBranch *));
	for (int i = 0; i < lanes; i++)
	{
		lane[i] = asl_run_spawn(b, i, b->state->branches[0]->start_at, NULL);
		lane[i]->row.position_end = i + 1;
		iteration_start(lane[i], b, b->row.previous_event);
	}
}
