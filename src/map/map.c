/*
 * map.c - Map: lanes work through the items.
 */
#include "postgres.h"

#include "state/state.h"

#include "engine/container.h"
#include "engine/data_flow.h"
#include "map/item_reader.h"
#include "map/map_run.h"
#include "utils/timestamp.h"

/* AWS runs about so many inline iterations at once, whatever MaxConcurrency allows. */
#define MOST_LANES 40

/* What the state maps over, whatever it is. */
static AslValue
map_source(AslBranch *b, AslValue effective)
{
	const AslExpr *expr = &b->state->items;
	AslBranchScope scope;

	asl_scope_init(&scope, b, effective);
	if (expr->kind == ASL_EXPR_JSONATA)
		return asl_expr_evaluate_typed(expr, &scope.base, b->state->distributed ? ASL_UNDEFINED : ASL_ARRAY);
	return asl_expr_present(expr) ? asl_expr_evaluate(expr, &scope.base) : effective;
}

bool
asl_map_iterates_object(AslBranch *container)
{
	return !asl_defined(container->state->item_reader)
		&& map_source(container, asl_flow_input(container)).kind == ASL_OBJECT;
}

AslValue
asl_map_items(AslBranch *b, AslValue effective)
{
	const AslExpr *expr = &b->state->items;
	AslValue	items = map_source(b, effective);

	if (items.kind == ASL_ARRAY || (b->state->distributed && asl_items_of(items, &items)))
		return items;
	if (b->state->language == ASL_JSONATA)
		ereport(ERROR, (errcode(ERRCODE_ASL_QUERY_EVALUATION_ERROR),
						errmsg("Map state input must be an array but was: %s", asl_to_json(items))));
	if (expr->kind != ASL_EXPR_PATH)
		asl_raise_runtime("Reference path \"$\" must point to array.");
	/* AWS writes a path into the context object with one "$". */
	asl_raise_runtime("Reference path \"%s\" must point to array.",
					  expr->path->text + (asl_path_root(expr->path->path, NULL) == ASL_ROOT_CONTEXT ? 1 : 0));
}

/* The number that a text holds; undefined where it holds none. */
static AslValue
number_of_text(AslValue text)
{
	AslValue	v;
	char	   *message;

	if (!asl_parse_json(text.u.string, text.length, false, &v, &message) || v.kind != ASL_NUMBER)
		return asl_undefined();
	return v;
}

double
asl_map_number(AslBranch *b, const AslExpr *expr, AslValue effective, bool integer, double absent)
{
	AslBranchScope scope;
	AslValue	v;
	AslValue	number;

	if (!asl_expr_present(expr))
		return absent;
	asl_scope_init(&scope, b, effective);
	if (expr->kind == ASL_EXPR_PATH)
		v = asl_flow_path(expr, &scope.base);
	else
		v = asl_expr_evaluate_typed(expr, &scope.base, ASL_NUMBER);
	number = v.kind == ASL_STRING ? number_of_text(v) : v;
	if (number.kind != ASL_NUMBER || (integer && !asl_is_integer(number)))
		asl_flow_refuse(expr, v, integer ? "integer" : "float");
	return asl_to_double(number);
}

/* MaxConcurrency; 0: no limit. */
static int64
max_concurrency(AslBranch *b, AslValue effective)
{
	const AslExpr *expr = &b->state->max_concurrency;
	double		n = asl_map_number(b, expr, effective, true, 0);

	if (n < 0)
		asl_flow_raise(expr, "MaxConcurrency cannot be negative.");
	return (int64) Min(n, PG_INT32_MAX);
}

AslValue
asl_map_iteration_members(const AslBranch *lane, const AslState *map)
{
	AslValue	members = asl_members("name", map->name);

	asl_members_add_number(&members, "index", lane->row.position);
	return members;
}

AslValue
asl_map_select(AslBranch *container, AslBranch *lane)
{
	AslBranchScope scope;

	if (!asl_expr_present(&container->state->arguments))
		return asl_map_item(lane);
	asl_scope_init(&scope, container, asl_flow_input(container));
	scope.lane = lane;
	return asl_expr_evaluate(&container->state->arguments, &scope.base);
}

AslValue
asl_map_iteration_input(AslBranch *container, AslBranch *lane)
{
	return container->state->has_batcher ? asl_map_item(lane) : asl_map_select(container, lane);
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

/* A lane begins an iteration whose event follows previous; false: that has made the Map fail. */
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
	asl_container_item_failed(lane, &fault);
	return false;
}

/* Do the iterations of a Map follow one another, by MaxConcurrency 1? */
static bool
is_sequential(AslBranch *map)
{
	const AslExpr *expr = &map->state->max_concurrency;

	if (!asl_expr_present(expr))
		return false;
	return max_concurrency(map, expr->kind == ASL_EXPR_LITERAL ? asl_undefined() : asl_flow_input(map)) == 1;
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
		asl_container_finish(b);
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

void
asl_state_map(AslBranch *b)
{
	AslValue	effective = asl_flow_input(b);
	int64		limit = max_concurrency(b, effective);
	AslValue	items;

	if (b->state->distributed)
	{
		asl_map_run_start(b, effective, limit);
		return;
	}
	items = asl_map_items(b, effective);
	asl_map_add_started(b, asl_array_count(items));
	asl_map_open(b, items, limit > 0 ? Min(limit, MOST_LANES) : MOST_LANES);
}
