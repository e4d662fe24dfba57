/*
 * iteration.c - what the expressions of a Map's iterations are given: items, ItemSelector's payloads, names.
 *
 * Nothing here writes or locks: a Map's row is only looked at, and does not change in what is read here while it is open.
 */
#include "postgres.h"

#include "engine/iteration.h"

#include "engine/arn.h"
#include "engine/data_flow.h"
#include "utils/memutils.h"

AslBranch *
asl_map_run_lane(AslBranch *b)
{
	while (b->row.parent >= 0)
	{
		AslBranch  *container = asl_run_look(b->run, b->row.parent);

		if (container == NULL || container->state->distributed)
			return container ? b : NULL;
		b = container;
	}
	return NULL;
}

char *
asl_map_run_uuid(const AslBranch *b)
{
	return asl_uuid_of(psprintf(INT64_FORMAT " %d " INT64_FORMAT " %d", b->run->execution, b->row.branch,
								b->row.entered_at, b->retry_count));
}

char *
asl_map_run_machine(const AslBranch *container)
{
	const char *machine = container->run->program->name;
	const char *label = container->state->label;

	return psprintf("%s/%s", machine,
					label ? label : asl_uuid_of(psprintf("%s/%s", machine, container->state->name)));
}

char *
asl_map_run_child_name(const AslBranch *container, const AslBranch *lane)
{
	return asl_uuid_of(psprintf("%s %d", asl_map_run_uuid(container), lane->row.position));
}

/* One visit of one Map.  Event ids alone do not tell: a Map Run's children number theirs each on its own. */
typedef struct ItemsKey
{
	int64		generation;
	int64		execution;
	int64		branch;
	int64		entered_at;
	int64		started_event;
} ItemsKey;

/*
 * The items of a Map that is stored are decoded once per backend and Map, not once a transaction: lanes come back
 * for more.
 */
AslValue
asl_run_items(AslBranch *map)
{
	static MemoryContext context = NULL;
	static ItemsKey kept = {0};
	static AslValue items;
	ItemsKey	key = {store_generation(), map->run->execution, map->row.branch, map->row.entered_at, map->row.previous_event};
	MemoryContext old;

	if (asl_defined(map->items))
		return map->items;
	if (memcmp(&key, &kept, sizeof(key)) != 0)
	{
		if (context == NULL)
			context = AllocSetContextCreate(TopMemoryContext, "pg_asl items of a Map", ALLOCSET_DEFAULT_SIZES);
		kept = (ItemsKey) {0};
		MemoryContextReset(context);
		old = MemoryContextSwitchTo(context);
		items = asl_from_jsonb(DatumGetJsonbPCopy(map->row.items));
		MemoryContextSwitchTo(old);
		kept = key;
	}
	return items;
}

AslValue
asl_map_item(AslBranch *lane)
{
	if (!asl_defined(lane->item))
	{
		AslBranch  *container = asl_run_look(lane->run, lane->row.parent);
		AslValue	item = asl_array_get(asl_run_items(container), lane->row.position);

		/* Stored items are kept for one Map at a time: those of a Map around it or inside it take their place. */
		lane->item = asl_defined(container->items) ? item : asl_from_jsonb(asl_to_jsonb(item));
	}
	return lane->item;
}

AslValue
asl_map_source(AslBranch *b, AslValue effective)
{
	const AslExpr *expr = &b->state->items;
	AslBranchScope scope;

	asl_scope_init(&scope, b, effective);
	if (expr->kind == ASL_EXPR_JSONATA)
		return asl_expr_evaluate_typed(expr, &scope.base, b->state->distributed ? ASL_UNDEFINED : ASL_ARRAY);
	return asl_expr_present(expr) ? asl_expr_evaluate(expr, &scope.base) : effective;
}

/* Is what the Map iterates over made of an object's members? */
static bool
iterates_object(AslBranch *container)
{
	return !asl_defined(container->state->item_reader)
		&& asl_map_source(container, asl_flow_input(container)).kind == ASL_OBJECT;
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

/* Where a reader's items come from: "S3://BUCKET/KEY"; NULL where it names no bucket. */
static char *
reader_source(AslBranch *container)
{
	AslBranchScope scope;
	AslValue	arguments,
				bucket,
				key;

	asl_scope_init(&scope, container, asl_flow_input(container));
	if (!asl_expr_present(&container->state->item_reader_arguments))
		return NULL;
	arguments = asl_expr_evaluate(&container->state->item_reader_arguments, &scope.base);
	bucket = asl_member(arguments, "Bucket");
	key = asl_member(arguments, "Key");
	if (bucket.kind != ASL_STRING)
		return NULL;
	return key.kind == ASL_STRING ? psprintf("S3://%s/%s", asl_to_cstring(bucket), asl_to_cstring(key))
		: psprintf("S3://%s", asl_to_cstring(bucket));
}

void
asl_map_run_item(AslBranch *container, AslBranch *lane, AslValue *object)
{
	AslValue	item = asl_map_item(lane);
	const char *source = asl_defined(container->state->item_reader) ? reader_source(container) : "STATE_DATA";

	if (asl_defined(asl_member(item, "Key")) && iterates_object(container))
	{
		asl_object_set(object, "Key", strlen("Key"), asl_member(item, "Key"));
		item = asl_member(item, "Value");
	}
	asl_object_set(object, "Value", strlen("Value"), item);
	if (source)
		asl_object_set(object, "Source", strlen("Source"), asl_cstring(source));
}
