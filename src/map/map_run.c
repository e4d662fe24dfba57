/*
 * map_run.c - distributed Map.
 *
 *   start: items are read, cut to MaxItems, put into batches → lanes are opened
 *   a child ends: its output, or its description, is kept      a child fails: counted against the tolerance
 *   all have ended, or too many have failed → with a ResultWriter another transaction writes the files → the state ends
 *
 * The counters are in the Map's row, whose lock orders the children's ends.
 */
#include "postgres.h"

#include "map/map_run.h"

#include "engine/abort.h"
#include "engine/arn.h"
#include "engine/container.h"
#include "engine/data_flow.h"
#include "engine/fault.h"
#include "engine/iteration.h"
#include "engine/transition.h"
#include "integration/execution.h"
#include "map/item_reader.h"
#include "map/lane.h"
#include "map/map_field.h"
#include "map/result_writer.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* AWS runs 10,000 children at once; here each is a row, and there are never as many workers. */
#define MOST_CHILDREN 1000

/* How many items may fail; a threshold that the state does not name is none, but for the last resort: 0 items. */
typedef struct Tolerance
{
	double		count;
	double		percentage;
} Tolerance;

static void
read_tolerance(AslBranch *b, AslValue effective, Tolerance *tolerance)
{
	const AslExpr *count = &b->state->tolerated_failure_count;
	const AslExpr *percentage = &b->state->tolerated_failure_percentage;

	tolerance->percentage = asl_map_number(b, percentage, effective, false, 100);
	tolerance->count = asl_map_number(b, count, effective, true, asl_expr_present(percentage) ? PG_INT32_MAX : 0);
	if (tolerance->count < 0)
		asl_flow_raise(count, "ToleratedFailureCount cannot be negative.");
	if (tolerance->percentage < 0 || tolerance->percentage > 100)
		asl_flow_raise(percentage, "ToleratedFailurePercentage must be between 0 and 100.");
}

/* The first so many items; 0: all. */
static AslValue
first_items(AslValue items, double most)
{
	AslValue	first;

	if (most == 0 || asl_array_count(items) <= most)
		return items;
	first = asl_array_new((uint32) most);
	for (uint32 i = 0; i < most; i++)
		asl_array_push(&first, asl_array_get(items, i));
	return first;
}

/* A batch of items under way. */
typedef struct Batch
{
	AslValue	items;
	double		bytes;
} Batch;

/* Adds the batch, if it has any items, to the batches: {"BatchInput": …, "Items": […]}. */
static void
close_batch(Batch *batch, AslValue input, AslValue *batches)
{
	AslValue	object = asl_object_new(2);

	if (asl_array_count(batch->items) > 0)
	{
		if (asl_defined(input))
			asl_object_set(&object, "BatchInput", strlen("BatchInput"), input);
		asl_object_set(&object, "Items", strlen("Items"), batch->items);
		asl_array_push(batches, object);
	}
	batch->items = asl_array_new(16);
	batch->bytes = strlen("{\"Items\":[]}");
	if (asl_defined(input))
		batch->bytes += strlen("\"BatchInput\":,") + asl_json_size(input, MaxAllocSize);
}

/* ItemBatcher: what ItemSelector makes of each item, in groups. */
static AslValue
batch_items(AslBranch *b, AslValue effective, AslValue items)
{
	const AslState *state = b->state;
	double		most_items = asl_map_number(b, &state->max_items_per_batch, effective, true, PG_UINT32_MAX);
	double		most_bytes = asl_map_number(b, &state->max_input_bytes_per_batch, effective, true, MaxAllocSize);
	AslValue	input = asl_undefined();
	AslValue	batches = asl_array_new(16);
	AslBranchScope scope;
	Batch		batch = {asl_array_new(0), 0};

	if (most_items < 1)
		asl_flow_raise(&state->max_items_per_batch, "MaxItemsPerBatch must be positive.");
	if (most_bytes < 1)
		asl_flow_raise(&state->max_input_bytes_per_batch, "MaxInputBytesPerBatch must be positive.");
	asl_scope_init(&scope, b, effective);
	if (asl_expr_present(&state->batch_input))
		input = asl_expr_evaluate(&state->batch_input, &scope.base);
	close_batch(&batch, input, &batches);
	for (uint32 i = 0; i < asl_array_count(items); i++)
	{
		AslBranch	lane = {.run = b->run, .item = asl_array_get(items, i)};
		AslValue	item;
		double		bytes;

		CHECK_FOR_INTERRUPTS();
		lane.row.parent = b->row.branch;
		lane.row.position = i;
		item = asl_map_select(b, &lane);
		bytes = asl_json_size(item, MaxAllocSize) + 1;
		if (asl_array_count(batch.items) >= most_items || batch.bytes + bytes > most_bytes)
			close_batch(&batch, input, &batches);
		if (batch.bytes + bytes > most_bytes)
			ereport(ERROR, (errcode(ERRCODE_ASL_DATA_LIMIT_EXCEEDED),
							errmsg("The item at index %u is larger than MaxInputBytesPerBatch.", i)));
		asl_array_push(&batch.items, item);
		batch.bytes += bytes;
	}
	close_batch(&batch, input, &batches);
	return batches;
}

/* The effective input; the items, then the batches of them. */
typedef struct BatchWork
{
	AslValue	effective;
	AslValue	items;
} BatchWork;

static void
batch_work(AslBranch *b, void *arg)
{
	BatchWork  *work = arg;

	work->items = batch_items(b, work->effective, work->items);
}

void
asl_map_run_failed(AslBranch *b, AslFault *fault)
{
	AslValue	members = asl_members("error", fault->error.name);

	asl_fault_complete(b, fault);
	asl_members_add(&members, "cause", fault->error.cause);
	if (!fault->fatal)
		b->row.previous_event = asl_event_add(b, ASL_EVENT_MapRunFailed, b->row.previous_event, members, NULL);
	asl_fault_handle(b, fault);
}

static void
add_run_started(AslBranch *b)
{
	const char *arn = asl_arn_map_run(asl_map_run_machine(b), asl_map_run_uuid(b));

	b->row.previous_event = asl_event_add(b, ASL_EVENT_MapRunStarted, b->row.previous_event,
										  asl_members("mapRunArn", arn), NULL);
}

void
asl_map_run_start(AslBranch *b, AslValue effective, int64 concurrency)
{
	const AslState *state = b->state;
	bool		reads = asl_defined(state->item_reader);
	AslValue	items = reads ? asl_array_new(0) : asl_map_items(b, effective);
	AslFault	fault = {.error = {"States.ItemReaderFailed", "field MaxItems must be positive"}};
	Tolerance	tolerance;
	BatchWork	work;
	double		most;

	asl_map_add_started(b, asl_array_count(items));
	read_tolerance(b, effective, &tolerance);
	most = asl_map_number(b, &state->max_items, effective, true, 0);
	add_run_started(b);
	if (most < 0 || (reads && !asl_items_read(b, effective, &items, &fault)))
	{
		if (fault.again)
			b->run->again = true;
		else
			asl_map_run_failed(b, &fault);
		return;
	}
	work = (BatchWork) {effective, first_items(items, most)};
	if (state->has_batcher && !asl_attempt(b, batch_work, &work, &fault))
	{
		asl_map_run_failed(b, &fault);
		return;
	}
	b->row.failed_items = 0;
	asl_map_open(b, work.items, concurrency > 0 ? Min(concurrency, MOST_CHILDREN) : MOST_CHILDREN);
}

/* How many items a child has got. */
static uint32
child_items(const AslBranch *container, AslValue input)
{
	return container->state->has_batcher ? asl_array_count(asl_member(input, "Items")) : 1;
}

/* How many items all children have got. */
static double
count_items(AslBranch *container)
{
	double		total = 0;
	AslIterator it;
	AslValue	key,
				input;

	if (!container->state->has_batcher)
		return container->row.item_count;
	it = asl_iterate(asl_run_items(container));
	while (asl_next(&it, &key, &input))
		total += child_items(container, input);
	return total;
}

/* Have more items failed than the state tolerates? */
static bool
exceeds_tolerance(AslBranch *container)
{
	Tolerance	tolerance;

	read_tolerance(container, asl_flow_input(container), &tolerance);
	return container->row.failed_items > tolerance.count
		|| container->row.failed_items * 100.0 > tolerance.percentage * count_items(container);
}

bool
asl_map_run_describes(const AslState *map)
{
	AslValue	transformation = asl_member(asl_member(map->result_writer, "WriterConfig"), "Transformation");

	return asl_defined(transformation) ? asl_string_is(transformation, "NONE") : asl_results_exported(map);
}

/* What is to be exported is sorted by description. */
static bool
keeps_descriptions(const AslState *map)
{
	return asl_map_run_describes(map) || asl_results_exported(map);
}

/* A child as DescribeExecution would tell of it. */
static AslPayload *
describe_child(AslBranch *container, AslBranch *lane, const char *status, AslPayload *output, const AslError *error)
{
	AslValue	input = asl_map_iteration_input(container, lane);
	StoreExecution child = {.status = status, .input = asl_to_jsonb(input)};

	child.machine_name = asl_map_run_machine(container);
	child.name = asl_map_run_child_name(container, lane);
	child.output = output ? asl_payload_get(output) : NULL;
	child.error = error->name;
	child.cause = error->cause;
	child.start_date = container->row.entered_at;
	child.stop_date = GetCurrentTimestamp();
	return asl_payload(asl_nested_description(&child, true));
}

AslPayload *
asl_map_run_result(AslBranch *container, AslBranch *lane, AslPayload *output)
{
	AslError	none = {NULL, NULL};

	return keeps_descriptions(container->state) ? describe_child(container, lane, "SUCCEEDED", output, &none) : output;
}

/* More items have failed than may. */
static void
run_exceeded(AslBranch *container)
{
	AslFault	fault = {.error = {"States.ExceedToleratedFailureThreshold",
	"The specified tolerated failure threshold was exceeded"}};

	(void) asl_container_abandon(container);
	asl_map_run_failed(container, &fault);
}

bool
asl_map_run_child_failed(AslBranch *container, AslBranch *lane, const AslFault *fault)
{
	container->row.failed_items += child_items(container, asl_map_item(lane));
	container->dirty = true;
	if (keeps_descriptions(container->state))
		asl_container_keep(lane, describe_child(container, lane, "FAILED", NULL, &fault->error));
	if (!exceeds_tolerance(container))
		return true;
	lane->ended = true;
	if (asl_results_exported(container->state))
	{
		(void) asl_abort_children(container);
		asl_map_run_await_writing(container);
	}
	else
		run_exceeded(container);
	return false;
}

void
asl_map_run_await_writing(AslBranch *b)
{
	TimestampTz now = GetCurrentTimestamp();

	asl_branch_park(b, STORE_CHILDREN, &now);
}

void
asl_map_run_write(AslBranch *b)
{
	AslFault	fault;
	AslValue	result;

	if (!asl_results_write(b, asl_container_outputs(b, b->row.item_count), &result, &fault))
	{
		b->run->again = fault.again;
		if (!fault.again)
		{
			(void) asl_container_abandon(b);
			asl_map_run_failed(b, &fault);
		}
	}
	else if (exceeds_tolerance(b))
		run_exceeded(b);
	else
		asl_container_finish_with(b, result);
}

AslValue
asl_map_run_output(const AslState *map, AslValue kept)
{
	AslValue	config = asl_member(map->result_writer, "WriterConfig");
	AslValue	flat;
	AslIterator it;
	AslValue	key,
				output;

	if (!asl_string_is(asl_member(config, "Transformation"), "FLATTEN"))
		return kept;
	flat = asl_array_new(asl_array_count(kept));
	it = asl_iterate(kept);
	while (asl_next(&it, &key, &output))
	{
		if (output.kind != ASL_ARRAY)
			asl_array_push(&flat, output);
		else
			for (uint32 i = 0; i < asl_array_count(output); i++)
				asl_array_push(&flat, asl_array_get(output, i));
	}
	return flat;
}
