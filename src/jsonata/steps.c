/*
 * steps.c - paths: each step maps the items that the one before has found.
 *
 * The results of a step's items are put together: arrays among them are flattened by one level.  As an exception an
 * array that is the only result of the last step is the path's value as it is.  Nothing is copied while there is one
 * result only: an array is handed on as the sequence of its elements.
 */
#include "postgres.h"

#include <math.h>

#include "jsonata/evaluate.h"

/* Puts the results of a step's items together. */
typedef struct Collector
{
	uint32		results;
	Sequence	held;			/* the first result */
	SequenceBuilder out;		/* all of them, once there are two */
} Collector;

/* A sequence as an array, whatever its length. */
AslValue
asl_sequence_array(Sequence sequence)
{
	AslValue	array;

	if (sequence.kind == SEQUENCE_MANY || sequence.kind == SEQUENCE_PLAIN)
		return sequence.value;
	array = asl_array_new(sequence.kind == SEQUENCE_ONE ? 1 : 0);
	if (sequence.kind == SEQUENCE_ONE)
		asl_array_push(&array, sequence.value);
	array.flags = VALUE_SEQUENCE;
	return array;
}

static void
collector_add(SequenceBuilder *out, const Sequence *result)
{
	if (result->kind == SEQUENCE_ONE)
		sequence_push(out, result->value);
	else if (result->kind != SEQUENCE_EMPTY)
		sequence_push_all(out, result->value);
}

/* Adds the result of one item. */
static inline void
collector_push(Collector *collector, const Sequence *result)
{
	if (collector->results++ == 0)
	{
		collector->held = *result;
		return;
	}
	if (collector->results == 2)
		collector_add(&collector->out, &collector->held);
	collector_add(&collector->out, result);
}

/* How a value enters a sequence. */
static inline SequenceKind
sequence_kind(const AslValue *v)
{
	if (v->kind != ASL_ARRAY || (v->flags & VALUE_CONS))
		return SEQUENCE_ONE;
	return v->flags & VALUE_SEQUENCE ? SEQUENCE_MANY : SEQUENCE_PLAIN;
}

/* What a step has found whose items had one result. */
static inline Sequence
steps_alone(Sequence result, bool last)
{
	if (last && result.kind == SEQUENCE_ONE && (result.value.flags & VALUE_CONS))
		result.kind = SEQUENCE_PLAIN;
	if (result.kind == SEQUENCE_MANY || (result.kind == SEQUENCE_PLAIN && !last))
	{
		if (asl_array_count(result.value) == 0)
			return (Sequence) {.kind = SEQUENCE_EMPTY};
		result.kind = SEQUENCE_MANY;
		result.value.flags = VALUE_SEQUENCE;
	}
	return result;
}

/* What a step has found. */
static Sequence
collector_end(Collector *collector, bool last)
{
	if (collector->results == 0)
		return (Sequence) {.kind = SEQUENCE_EMPTY};
	if (collector->results == 1)
		return steps_alone(collector->held, last);
	return sequence_end(&collector->out);
}

/* Appends the members of that name of an array's elements. */
static void
steps_field_of_array(Evaluation *ev, AslValue array, AslValue name, SequenceBuilder *out)
{
	Items		items;
	AslValue	item;

	items_begin(&items, array);
	while (items_next(&items, &item))
	{
		AslValue	v;

		evaluation_tick(ev);
		if (item.kind == ASL_ARRAY)
		{
			check_stack_depth();
			steps_field_of_array(ev, item, name, out);
			continue;
		}
		if (item.kind != ASL_OBJECT)
			continue;
		v = asl_object_get(item, name.u.string, name.length);
		if (v.kind == ASL_ARRAY)
			sequence_push_all(out, v);
		else if (asl_defined(v))
			sequence_push(out, v);
	}
}

/* The member of a name: of an object, or of an array's elements, all that there are. */
AslValue
asl_field(Evaluation *ev, AslValue input, AslValue name)
{
	SequenceBuilder out;

	if (input.kind == ASL_OBJECT)
		return asl_object_get(input, name.u.string, name.length);
	if (input.kind != ASL_ARRAY)
		return asl_undefined();
	sequence_begin(&out, ev);
	steps_field_of_array(ev, input, name, &out);
	return sequence_value(&out);
}

/* The number of the element that an index means; count where it means none. */
static inline double
steps_index(double index, uint32 count)
{
	index = floor(index);
	return index < 0 ? count + index : index;
}

/* e[n] with n a literal. */
static Sequence
steps_filter_index(double index, Sequence input)
{
	uint32		count = sequence_count(input);
	AslValue	item;

	index = steps_index(index, count);
	if (!(index >= 0 && index < count))
		return (Sequence) {.kind = SEQUENCE_EMPTY};
	item = input.kind == SEQUENCE_ONE ? input.value : asl_array_get(input.value, (uint32) index);
	if (!asl_defined(item))
		return (Sequence) {.kind = SEQUENCE_EMPTY};
	if (item.kind == ASL_ARRAY)
		return (Sequence) {.kind = item.flags & VALUE_SEQUENCE ? SEQUENCE_MANY : SEQUENCE_PLAIN, .value = item};
	return (Sequence) {.kind = SEQUENCE_ONE, .value = item};
}

/* Whether a predicate's value is an array of nothing but numbers. */
static bool
steps_is_indexes(Evaluation *ev, AslValue v)
{
	Items		items;
	AslValue	item;

	if (v.kind != ASL_ARRAY)
		return false;
	items_begin(&items, v);
	while (items_next(&items, &item))
	{
		if (!asl_is_number(ev, item))
			return false;
	}
	return true;
}

/* How often a predicate of the value v keeps the item at index of count. */
int
asl_filter_keeps(Evaluation *ev, AslValue v, uint32 index, uint32 count)
{
	Items		indexes;
	AslValue	item;
	int			times = 0;

	if (v.kind == ASL_BOOL)
		return v.u.boolean;
	if (!(v.kind == ASL_NUMBER && asl_is_number(ev, v)) && !steps_is_indexes(ev, v))
		return asl_cast_boolean(ev, v) > 0;
	items_begin(&indexes, v);
	while (items_next(&indexes, &item))
		times += steps_index(asl_cast_double(item), count) == index;
	return times;
}

/* Keeps an item.  Nothing, filtered by what is always true, is an item as in the reference. */
static inline void
steps_keep(Evaluation *ev, SequenceBuilder *out, AslValue item)
{
	if (!asl_defined(item))
		ev->unclean = true;
	sequence_push(out, item);
}

/* e[p] with p an index, the same one for all items. */
static Sequence
steps_filter_number(Evaluation *ev, double index, Sequence input)
{
	uint32		count = sequence_count(input);
	SequenceBuilder out;

	index = steps_index(index, count);
	sequence_begin(&out, ev);
	if (index >= 0 && index < count)
		steps_keep(ev, &out, input.kind == SEQUENCE_ONE ? input.value : asl_array_get(input.value, (uint32) index));
	return sequence_end(&out);
}

/* How often each of count items is meant by these indexes. */
static uint32 *
steps_count_indexes(Evaluation *ev, AslValue indexes, uint32 count)
{
	uint32	   *times = palloc0(count * sizeof(uint32));
	Items		items;
	AslValue	item;

	items_begin(&items, indexes);
	while (items_next(&items, &item))
	{
		double		index = steps_index(asl_cast_double(item), count);

		evaluation_tick(ev);
		if (index >= 0 && index < count)
			times[(uint32) index]++;
	}
	return times;
}

/* e[p] with p a value that is the same for all items. */
static Sequence
steps_filter_steady(Evaluation *ev, AslValue v, Sequence input)
{
	uint32	   *times = NULL;
	uint32		keep = 0;
	SequenceBuilder out;
	Items		items;
	AslValue	item;

	if (v.kind == ASL_NUMBER && asl_is_number(ev, v))
		return steps_filter_number(ev, asl_cast_double(v), input);
	if (steps_is_indexes(ev, v))
		times = steps_count_indexes(ev, v, sequence_count(input));
	else
		keep = asl_cast_boolean(ev, v) > 0;
	sequence_begin(&out, ev);
	items_of_sequence(&items, input);
	while (items_next(&items, &item))
	{
		evaluation_tick(ev);
		for (uint32 n = times ? times[items.index - 1] : keep; n > 0; n--)
			steps_keep(ev, &out, item);
	}
	return sequence_end(&out);
}

/* e[p] */
Sequence
asl_filter(Evaluation *ev, const JsonataNode *predicate, Sequence input, Frame *frame)
{
	SequenceBuilder out;
	Items		items;
	AslValue	item;

	/* As in the reference what is attached to the number has no effect. */
	if (predicate->type == NODE_NUMBER)
		return steps_filter_index(predicate->value.u.number, input);
	if ((predicate->flags & NODE_STEADY) && sequence_count(input) > 0)
		return steps_filter_steady(ev, asl_evaluate(ev, predicate, asl_undefined(), frame), input);
	if ((predicate->flags & NODE_TRUTH) && (input.kind == SEQUENCE_MANY || input.kind == SEQUENCE_PLAIN))
		input.value = asl_lookup_narrow(ev, predicate, input.value, frame, -1);
	sequence_begin(&out, ev);
	items_of_sequence(&items, input);
	while (items_next(&items, &item))
	{
		AslValue	v;
		uint32		index = items.index - 1;

		evaluation_tick(ev);
		v = asl_evaluate(ev, predicate, item, frame);
		for (int times = asl_filter_keeps(ev, v, index, items.count); times > 0; times--)
			steps_keep(ev, &out, item);
	}
	return sequence_end(&out);
}

/* Evaluates a step for one item; false where there is no result. */
static inline bool
steps_item(Evaluation *ev, const JsonataNode *step, AslValue item, Frame *frame, Sequence *result)
{
	result->value = step->type == NODE_NAME && item.kind == ASL_OBJECT && !(step->flags & NODE_FINISH) ?
		asl_object_get(item, step->value.u.string, step->value.length) : asl_evaluate(ev, step, item, frame);
	result->kind = sequence_kind(&result->value);
	if (step->stages.count == 0)
		return asl_defined(result->value);
	/* For a filter an array of whatever kind is its elements, and undefined is one item. */
	if (result->value.kind == ASL_ARRAY)
		result->kind = SEQUENCE_MANY;
	for (int i = 0; i < step->stages.count; i++)
		*result = asl_filter(ev, step->stages.items[i].filter, *result, frame);
	return true;
}

/* Evaluates a step for many items. */
static Sequence
steps_map_many(Evaluation *ev, const JsonataNode *step, Sequence input, Frame *frame, bool last)
{
	Collector	collector = {0};
	Items		items;
	AslValue	item;
	Sequence	result;

	sequence_begin(&collector.out, ev);
	items_of_sequence(&items, input);
	while (items_next(&items, &item))
	{
		evaluation_tick(ev);
		if (steps_item(ev, step, item, frame, &result))
			collector_push(&collector, &result);
	}
	return collector_end(&collector, last);
}

/* Evaluates a step for all items. */
static inline Sequence
steps_map(Evaluation *ev, const JsonataNode *step, Sequence input, Frame *frame, bool last)
{
	Sequence	result;

	if (input.kind != SEQUENCE_ONE)
		return steps_map_many(ev, step, input, frame, last);
	if (!steps_item(ev, step, input.value, frame, &result))
		return (Sequence) {.kind = SEQUENCE_EMPTY};
	return steps_alone(result, last);
}

/* Orders all items. */
static Sequence
steps_order(Evaluation *ev, const JsonataNode *step, Sequence input, Frame *frame)
{
	if (sequence_count(input) > 1)
	{
		AslValue	sorted = asl_array_copy(input.value);

		asl_order_items(ev, step, sorted.u.array->items, sorted.u.array->count, false, frame);
		input = (Sequence) {.kind = SEQUENCE_PLAIN, .value = sorted};
	}
	for (int i = 0; i < step->stages.count; i++)
		input = asl_filter(ev, step->stages.items[i].filter, input, frame);
	return input;
}

/* The value of a path whose steps have found this. */
AslValue
asl_steps_finish(const JsonataNode *path, Sequence sequence)
{
	bool		keep = (path->flags & (NODE_KEEP_ARRAY | NODE_KEEP_SINGLETON)) != 0;
	AslValue	v = sequence.value;

	switch (sequence.kind)
	{
		case SEQUENCE_EMPTY:
			return asl_undefined();
		case SEQUENCE_ONE:
			if (!keep)
				return v;
			v = asl_sequence_array(sequence);
			break;
		case SEQUENCE_PLAIN:
			if ((v.flags & VALUE_CONS) && (path->flags & NODE_KEEP_SINGLETON))
				v = asl_sequence_array((Sequence) {.kind = SEQUENCE_ONE, .value = v});
			break;
		case SEQUENCE_MANY:
			v.flags |= VALUE_SEQUENCE;
			if (asl_array_count(v) == 0)
				return asl_undefined();
			if (asl_array_count(v) == 1 && !keep)
				return asl_array_get(v, 0);
			break;
	}
	if (keep)
		v.flags |= VALUE_KEEP_SINGLETON;
	return v;
}

/* What a path starts from: the items of the context, except where it starts from a variable. */
static Sequence
steps_start(const JsonataNode *path, AslValue context)
{
	const JsonataNode *first = path->list.items[0];

	if (context.kind == ASL_ARRAY && first->type != NODE_VARIABLE && first->type != NODE_CONTEXT)
		return (Sequence) {.kind = SEQUENCE_MANY, .value = context};
	return (Sequence) {.kind = SEQUENCE_ONE, .value = context};
}

/* What the first steps of a path find. */
Sequence
asl_steps_run(Evaluation *ev, const JsonataNode *path, int count, AslValue context, Frame *frame)
{
	Sequence	sequence = steps_start(path, context);

	for (int i = 0; i < count; i++)
	{
		const JsonataNode *step = path->list.items[i];

		if (i == 0 && (step->flags & NODE_CONSARRAY))
		{
			AslValue	v = asl_evaluate(ev, step, asl_sequence_array(sequence), frame);

			/* As in the reference a block that only contains an array constructor hands nothing on. */
			sequence.kind = v.kind == ASL_ARRAY ? SEQUENCE_PLAIN :
				asl_defined(v) && path->list.count == 1 ? SEQUENCE_ONE : SEQUENCE_EMPTY;
			sequence.value = v;
		}
		else if (step->type == NODE_ORDER)
			sequence = steps_order(ev, step, sequence, frame);
		else
			sequence = steps_map(ev, step, sequence, frame, i == path->list.count - 1);
		if (sequence_count(sequence) == 0)
			break;
	}
	return sequence;
}

/* The value of a path, unwrapped. */
AslValue
asl_steps_evaluate(Evaluation *ev, const JsonataNode *path, AslValue context, Frame *frame)
{
	Sequence	sequence;

	if (path->tuple_from >= 0)
		return asl_tuple_evaluate(ev, path, context, frame);
	sequence = asl_steps_run(ev, path, path->list.count, context, frame);
	if (path->group == NULL)
		return asl_steps_finish(path, sequence);
	return asl_group_evaluate(ev, path->group, asl_sequence_array(sequence), NULL, frame);
}
