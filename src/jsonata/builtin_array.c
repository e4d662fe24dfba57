/*
 * builtin_array.c - functions of arrays, without those that take a function.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "common/pg_prng.h"
#include "jsonata/evaluate.h"

static AslValue
array_count(Evaluation *ev, const AslValue *args, int count)
{
	return asl_number(asl_defined(args[0]) ? asl_array_count(args[0]) : 0);
}

static inline uint32
array_size(AslValue v)
{
	return v.kind == ASL_ARRAY ? asl_array_count(v) : 1;
}

static AslValue
array_append(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result;
	double		size;

	if (!asl_defined(args[0]) || !asl_defined(args[1]))
		return asl_defined(args[0]) ? args[0] : args[1];
	size = (double) array_size(args[0]) + array_size(args[1]);
	if (ev->limits.sequence != 0 && size > ev->limits.sequence)
		asl_sequence_refuse(ev, NULL, size);
	result = asl_evaluate_grown(ev, args[0], (Size) size);
	asl_evaluate_add(ev, &result, args[1]);
	return result;
}

static AslValue
array_reverse(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result;
	AslArray   *array;

	if (!asl_defined(args[0]) || asl_array_count(args[0]) <= 1)
		return args[0];
	result = asl_array_copy(args[0]);
	array = result.u.array;
	for (uint32 i = 0; i < array->count / 2; i++)
	{
		AslValue	item = array->items[i];

		CHECK_FOR_INTERRUPTS();
		array->items[i] = array->items[array->count - 1 - i];
		array->items[array->count - 1 - i] = item;
	}
	return result;
}

static AslValue
array_shuffle(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result;
	AslArray   *array;

	if (!asl_defined(args[0]) || asl_array_count(args[0]) <= 1)
		return args[0];
	result = asl_array_copy(args[0]);
	array = result.u.array;
	for (uint32 i = array->count - 1; i > 0; i--)
	{
		uint32		j = pg_prng_uint64_range(&pg_global_prng_state, 0, i);
		AslValue	item = array->items[i];

		CHECK_FOR_INTERRUPTS();
		array->items[i] = array->items[j];
		array->items[j] = item;
	}
	return result;
}

static AslValue
array_zip(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result;
	uint32		length = PG_UINT32_MAX;

	for (int i = 0; i < count; i++)
		length = Min(length, asl_defined(args[i]) ? asl_array_count(args[i]) : 0);
	result = asl_array_new(length);
	for (uint32 n = 0; n < length; n++)
	{
		AslValue	tuple = asl_array_new(count);

		evaluation_tick(ev);
		for (int i = 0; i < count; i++)
			asl_array_push(&tuple, asl_array_get(args[i], n));
		asl_array_push(&result, tuple);
	}
	return result;
}

/* A hash that values which are equal share. */
static uint32
array_hash(AslValue v)
{
	AslIterator it;
	AslValue	key;
	AslValue	element;
	uint32		hash = v.kind;
	double		number;

	switch (v.kind)
	{
		case ASL_BOOL:
			return murmurhash32(hash + v.u.boolean);
		case ASL_NUMBER:
			number = asl_cast_double(v);
			if (number == 0)
				number = 0;		/* -0 equals 0 */
			return hash_bytes((const unsigned char *) &number, sizeof(number));
		case ASL_STRING:
			return hash_bytes((const unsigned char *) v.u.string, v.length);
		case ASL_FUNCTION:
			return hash_bytes((const unsigned char *) &v.u.function, sizeof(v.u.function));
		case ASL_ARRAY:
		case ASL_OBJECT:
			check_stack_depth();
			it = asl_iterate(v);
			while (asl_next(&it, &key, &element))
			{
				uint32		member = array_hash(element);

				/* Members may stand in any order: their hashes are added up. */
				if (v.kind == ASL_OBJECT)
					hash += murmurhash32(member ^ array_hash(key));
				else
					hash = hash_combine(hash, member);
			}
			return hash;
		default:
			return hash;
	}
}

/* Remembers an item in a table of indexes + 1; false where an equal one is there already. */
static bool
array_remember(uint32 *table, uint32 mask, const AslArray *seen, AslValue item)
{
	for (uint32 slot = array_hash(item) & mask;; slot = (slot + 1) & mask)
	{
		if (table[slot] == 0)
		{
			table[slot] = seen->count + 1;
			return true;
		}
		if (asl_equal(seen->items[table[slot] - 1], item))
			return false;
	}
}

static AslValue
array_distinct(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result;
	Items		items;
	AslValue	item;
	uint32	   *table;
	uint32		slots = 16;

	if (args[0].kind != ASL_ARRAY || asl_array_count(args[0]) <= 1)
		return args[0];
	items_begin(&items, args[0]);
	while (slots < 2 * items.count)
		slots *= 2;
	table = palloc_extended(slots * sizeof(uint32), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	result = asl_array_new(8);
	while (items_next(&items, &item))
	{
		evaluation_tick(ev);
		if (array_remember(table, slots - 1, result.u.array, item))
			asl_array_push(&result, item);
	}
	pfree(table);
	result.flags = args[0].flags & VALUE_SEQUENCE;
	return result;
}

Builtin		asl_builtins_array[] = {
	{"count", "<a:n>", 1, array_count, BUILTIN_BOTH},
	{"append", "<xx:a>", 2, array_append, BUILTIN_BOTH},
	{"reverse", "<a:a>", 1, array_reverse, BUILTIN_BOTH},
	{"shuffle", "<a:a>", 1, array_shuffle, BUILTIN_BOTH},
	{"zip", "<a+>", 0, array_zip, BUILTIN_BOTH},
	{"distinct", "<x:x>", 1, array_distinct, BUILTIN_BOTH},
	{0}
};
