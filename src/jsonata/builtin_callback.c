/*
 * builtin_callback.c - functions that call a function: $map, $filter, $single, $reduce, $each, $sift, $sort.
 */
#include "postgres.h"

#include <math.h>

#include "jsonata/evaluate.h"
#include "jsonata/text.h"

/* Calls a callback with a value, its index or key, and the whole, as many of them as it takes. */
static inline AslValue
callback_call(Evaluation *ev, AslValue function, AslValue v, AslValue position, AslValue whole)
{
	AslValue	args[3] = {v, position, whole};

	evaluation_tick(ev);
	return asl_apply(ev, function, args, Max(1, Min(function.u.function->arity, 3)), asl_null());
}

static AslValue
callback_map(Evaluation *ev, const AslValue *args, int count)
{
	SequenceBuilder out;
	Items		items;
	AslValue	item;

	if (!asl_defined(args[0]))
		return args[0];
	sequence_begin(&out, ev);
	items_begin(&items, args[0]);
	while (items_next(&items, &item))
	{
		AslValue	v = callback_call(ev, args[1], item, asl_number(items.index - 1), args[0]);

		if (asl_defined(v))
			sequence_push(&out, v);
	}
	return asl_sequence_array(sequence_end(&out));
}

static AslValue
callback_filter(Evaluation *ev, const AslValue *args, int count)
{
	SequenceBuilder out;
	Items		items;
	AslValue	item;

	if (!asl_defined(args[0]))
		return args[0];
	sequence_begin(&out, ev);
	items_begin(&items, args[0]);
	while (items_next(&items, &item))
	{
		if (asl_cast_boolean(ev, callback_call(ev, args[1], item, asl_number(items.index - 1), args[0])) > 0)
			sequence_push(&out, item);
	}
	return asl_sequence_array(sequence_end(&out));
}

static AslValue
callback_single(Evaluation *ev, const AslValue *args, int count)
{
	bool		found = false;
	AslValue	result = asl_undefined();
	Items		items;
	AslValue	item;

	if (!asl_defined(args[0]))
		return args[0];
	items_begin(&items, args[0]);
	while (items_next(&items, &item))
	{
		if (asl_defined(args[1]) &&
			asl_cast_boolean(ev, callback_call(ev, args[1], item, asl_number(items.index - 1), args[0])) <= 0)
			continue;
		if (found)
			RAISE(&ev->escape, .code = "D3138");
		found = true;
		result = item;
	}
	if (!found)
		RAISE(&ev->escape, .code = "D3139");
	return result;
}

static AslValue
callback_reduce(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result = args[2];
	int			arity = args[1].u.function->arity;
	Items		items;
	AslValue	item;

	if (!asl_defined(args[0]))
		return args[0];
	if (arity < 2)
		RAISE(&ev->escape, .code = "D3050");
	items_begin(&items, args[0]);
	if (!asl_defined(result))
		items_next(&items, &result);
	while (items_next(&items, &item))
	{
		AslValue	call[4] = {result, item, asl_number(items.index - 1), args[0]};

		evaluation_tick(ev);
		result = asl_apply(ev, args[1], call, Min(arity, 4), asl_null());
	}
	return result;
}

static AslValue
callback_each(Evaluation *ev, const AslValue *args, int count)
{
	SequenceBuilder out;

	sequence_begin(&out, ev);
	if (args[0].kind == ASL_OBJECT)
	{
		AslIterator it = asl_iterate(args[0]);
		AslValue	key;
		AslValue	v;

		while (asl_next(&it, &key, &v))
		{
			v = callback_call(ev, args[1], v, key, args[0]);
			if (asl_defined(v))
				sequence_push(&out, v);
		}
	}
	return asl_sequence_array(sequence_end(&out));
}

static AslValue
callback_sift(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result = asl_object_new(8);
	AslIterator it;
	AslValue	key;
	AslValue	v;

	if (args[0].kind != ASL_OBJECT)
		return asl_undefined();
	it = asl_iterate(args[0]);
	while (asl_next(&it, &key, &v))
	{
		if (!asl_defined(args[1]))
			RAISE(&ev->escape, .code = "T1006");
		if (asl_cast_boolean(ev, callback_call(ev, args[1], v, key, args[0])) > 0)
			asl_object_set(&result, key.u.string, key.length, v);
	}
	return asl_object_count(result) == 0 ? asl_undefined() : result;
}

/* Truth as JavaScript sees it. */
static bool
callback_truthy(AslValue v)
{
	switch (v.kind)
	{
		case ASL_UNDEFINED:
		case ASL_NULL:
			return false;
		case ASL_BOOL:
			return v.u.boolean;
		case ASL_NUMBER:
			return asl_cast_double(v) != 0 && !isnan(asl_cast_double(v));
		case ASL_STRING:
			return v.length > 0;
		default:
			return true;
	}
}

/* Whether the comparator of $sort wants right before left. */
static bool
callback_after(Evaluation *ev, const void *left, const void *right, void *arg)
{
	AslValue	args[2] = {*(const AslValue *) left, *(const AslValue *) right};

	return callback_truthy(asl_apply(ev, *(AslValue *) arg, args, 2, asl_null()));
}

/* The order of $sort without a comparator. */
static bool
callback_after_number(Evaluation *ev, const void *left, const void *right, void *arg)
{
	return asl_cast_double(*(const AslValue *) left) > asl_cast_double(*(const AslValue *) right);
}

static bool
callback_after_string(Evaluation *ev, const void *left, const void *right, void *arg)
{
	return asl_text_compare(*(const AslValue *) left, *(const AslValue *) right) > 0;
}

/* The order of an array that holds nothing but numbers, or nothing but strings. */
static OrderAfter
callback_natural_order(Evaluation *ev, AslValue array)
{
	uint8		kind = array.u.array->items[0].kind;

	for (uint32 i = 0; i < array.u.array->count; i++)
	{
		if (array.u.array->items[i].kind != kind || (kind != ASL_STRING && !asl_is_number(ev, array.u.array->items[i])))
			RAISE(&ev->escape, .code = "D3070");
	}
	return kind == ASL_STRING ? callback_after_string : callback_after_number;
}

static AslValue
callback_sort(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	comparator = args[1];
	AslValue	source;
	AslValue	result;
	const void **pointers;
	uint32		n;

	if (!asl_defined(args[0]) || asl_array_count(args[0]) <= 1)
		return args[0];
	source = asl_array_copy(args[0]);
	n = source.u.array->count;
	pointers = palloc_extended(n * sizeof(void *), MCXT_ALLOC_HUGE);
	for (uint32 i = 0; i < n; i++)
		pointers[i] = &source.u.array->items[i];
	asl_order_merge(ev, pointers, n, asl_defined(comparator) ? callback_after : callback_natural_order(ev, source),
					&comparator);
	result = asl_array_new(n);
	for (uint32 i = 0; i < n; i++)
		asl_array_push(&result, *(const AslValue *) pointers[i]);
	pfree(pointers);
	return result;
}

Builtin		asl_builtins_callback[] = {
	{"map", "<af>", 2, callback_map, BUILTIN_BOTH},
	{"filter", "<af>", 2, callback_filter, BUILTIN_BOTH},
	{"single", "<af?>", 2, callback_single, BUILTIN_BOTH},
	{"reduce", "<afj?:j>", 3, callback_reduce, BUILTIN_BOTH},
	{"each", "<o-f:a>", 2, callback_each, BUILTIN_BOTH},
	{"sift", "<o-f?:o>", 2, callback_sift, BUILTIN_BOTH},
	{"sort", "<af?:a>", 2, callback_sort, BUILTIN_BOTH},
	{0}
};
