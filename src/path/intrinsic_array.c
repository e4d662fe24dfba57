/*
 * intrinsic_array.c - States.Array and the functions on arrays.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "path/intrinsic_call.h"
#include "port/pg_bitutils.h"
#include "utils/fmgrprotos.h"

AslValue
asl_intrinsic_array(const AslIntrinsicCall *call)
{
	AslValue	array = asl_array_new(call->count);

	for (int i = 0; i < call->count; i++)
		asl_array_push(&array, call->arguments[i]);
	return array;
}

AslValue
asl_intrinsic_array_contains(const AslIntrinsicCall *call)
{
	AslIterator elements = asl_iterate(asl_intrinsic_argument(call, 0, ASL_ARRAY));
	AslValue	key;
	AslValue	element;

	while (asl_next(&elements, &key, &element))
		if (asl_equal(element, call->arguments[1]))
			return asl_bool(true);
	return asl_bool(false);
}

AslValue
asl_intrinsic_array_get_item(const AslIntrinsicCall *call)
{
	AslValue	array = asl_intrinsic_argument(call, 0, ASL_ARRAY);
	int32		index = asl_intrinsic_integer(call, 1);

	if (index < 0 || index >= asl_array_count(array))
		asl_intrinsic_fail(call, psprintf("The index %d is outside of the array, which has %u elements", index,
										  asl_array_count(array)));
	return asl_array_get(array, index);
}

AslValue
asl_intrinsic_array_length(const AslIntrinsicCall *call)
{
	return asl_integer(asl_array_count(asl_intrinsic_argument(call, 0, ASL_ARRAY)));
}

AslValue
asl_intrinsic_array_partition(const AslIntrinsicCall *call)
{
	AslValue	array = asl_intrinsic_argument(call, 0, ASL_ARRAY);
	int32		size = asl_intrinsic_integer(call, 1);
	AslIterator elements = asl_iterate(array);
	AslValue	chunks = asl_array_new(0);
	AslValue	chunk = asl_array_new(0);
	AslValue	key;
	AslValue	element;

	if (size <= 0)
		asl_intrinsic_fail(call, psprintf("The chunk size must be a positive integer but was %d", size));
	while (asl_next(&elements, &key, &element))
	{
		asl_array_push(&chunk, element);
		if (asl_array_count(chunk) == size)
		{
			asl_array_push(&chunks, chunk);
			chunk = asl_array_new(0);
		}
	}
	if (asl_array_count(chunk) > 0)
		asl_array_push(&chunks, chunk);
	return chunks;
}

AslValue
asl_intrinsic_array_range(const AslIntrinsicCall *call)
{
	int64		first = asl_intrinsic_integer(call, 0);
	int64		last = asl_intrinsic_integer(call, 1);
	int64		step = asl_intrinsic_integer(call, 2);
	AslValue	array = asl_array_new(0);

	if (step == 0)
		asl_intrinsic_fail(call, "The step must not be 0");
	if ((last - first) / step >= ASL_INTRINSIC_MAX_RANGE)
		asl_intrinsic_fail(call, psprintf("The array must not have more than %d elements", ASL_INTRINSIC_MAX_RANGE));
	for (; step > 0 ? first <= last : first >= last; first += step)
		asl_array_push(&array, asl_integer(first));
	return array;
}

/* A hash that is the same for equal values: members in any order, 1 as 1.0. */
static uint32
intrinsic_array_hash(AslValue value)
{
	uint32		hash = murmurhash32(value.kind);
	AslIterator children;
	AslValue	key;
	AslValue	child;

	check_stack_depth();
	switch (value.kind)
	{
		case ASL_BOOL:
			return hash_combine(hash, value.u.boolean);
		case ASL_NUMBER:
			return hash_combine(hash, DatumGetUInt32(DirectFunctionCall1(hash_numeric,
																		 NumericGetDatum(asl_to_numeric(value)))));
		case ASL_STRING:
			return hash_combine(hash, hash_bytes((const unsigned char *) value.u.string, value.length));
		case ASL_ARRAY:
			children = asl_iterate(value);
			while (asl_next(&children, &key, &child))
				hash = hash_combine(hash, intrinsic_array_hash(child));
			return hash;
		case ASL_OBJECT:
			children = asl_iterate(value);
			while (asl_next(&children, &key, &child))
				hash += hash_combine(intrinsic_array_hash(key), intrinsic_array_hash(child));
			return hash;
		default:
			return hash;
	}
}

/* The first of equal elements stays.  table: open addressing, number in the result + 1. */
AslValue
asl_intrinsic_array_unique(const AslIntrinsicCall *call)
{
	AslValue	array = asl_intrinsic_argument(call, 0, ASL_ARRAY);
	uint32		mask = pg_nextpower2_32(2 * asl_array_count(array) + 2) - 1;
	uint32	   *table = palloc0((mask + 1) * sizeof(uint32));
	AslIterator elements = asl_iterate(array);
	AslValue	unique = asl_array_new(0);
	AslValue	key;
	AslValue	element;

	while (asl_next(&elements, &key, &element))
	{
		uint32		slot = intrinsic_array_hash(element) & mask;

		CHECK_FOR_INTERRUPTS();
		while (table[slot] != 0 && !asl_equal(asl_array_get(unique, table[slot] - 1), element))
			slot = (slot + 1) & mask;
		if (table[slot] != 0)
			continue;
		asl_array_push(&unique, element);
		table[slot] = asl_array_count(unique);
	}
	return unique;
}
