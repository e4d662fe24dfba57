/*
 * array.c - arrays of every form: own vectors, views, ranges.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"
#include "value/container.h"

/* The number of elements. */
uint32
asl_array_count(AslValue array)
{
	asl_require_kind(array, ASL_ARRAY);
	return array.form == ASL_FORM_OWN ? array.u.array->count : array.length;
}

/* An element; undefined past the end. */
AslValue
asl_array_get(AslValue array, uint32 index)
{
	JsonbContainer *container;
	uint32		begin;

	if (index >= asl_array_count(array))
		return asl_undefined();
	if (array.form == ASL_FORM_OWN)
		return array.u.array->items[index];
	if (array.form == ASL_FORM_RANGE)
		return asl_integer(array.u.first + index);
	container = array.u.container;
	begin = getJsonbOffset(container, index);
	return container_child(container->children[index], container_data(container), begin,
						   container_end(container->children[index], begin));
}

/* An own array without elements, in the current memory context. */
AslValue
asl_array_new(uint32 capacity)
{
	AslArray   *array = palloc_extended(sizeof(AslArray) + (Size) capacity * sizeof(AslValue), MCXT_ALLOC_HUGE);

	array->count = 0;
	array->capacity = capacity;
	array->borrowed = false;
	array->items = (AslValue *) (array + 1);
	return (AslValue) {.kind = ASL_ARRAY, .u.array = array};
}

/*
 * An own array with the items of another, which stay where they are: it may add to them as long as there is room, and nobody
 * else may.  Beyond that room it gets items of its own, and those it had remain the lender's.
 */
AslValue
asl_array_borrow(AslArray *lender)
{
	AslValue	result = asl_array_new(0);

	*result.u.array = *lender;
	result.u.array->borrowed = true;
	return result;
}

/* Doubles the room of an own array, at least to so many items, which stay in its memory context. */
static void
array_grow(AslArray *array, uint32 least)
{
	bool		owns_chunk = !array->borrowed && array->items != (AslValue *) (array + 1);
	uint32		capacity = Max(Max(array->capacity * 2, 8), least);
	Size		size = (Size) capacity * sizeof(AslValue);

	if (owns_chunk)
		array->items = repalloc_huge(array->items, size);
	else
	{
		AslValue   *items = MemoryContextAllocHuge(GetMemoryChunkContext(array), size);

		memcpy(items, array->items, array->count * sizeof(AslValue));
		array->items = items;
		array->borrowed = false;
	}
	array->capacity = capacity;
}

/* Appends to an own array. */
void
asl_array_push(AslValue *array, AslValue element)
{
	AslArray   *own = array->u.array;

	asl_require_own(*array, ASL_ARRAY);
	if (unlikely(own->count == own->capacity))
		array_grow(own, 0);
	own->items[own->count++] = element;
}

/* Appends all elements of an array to an own one. */
void
asl_array_push_all(AslValue *array, AslValue elements)
{
	AslArray   *own;
	uint32		more = asl_array_count(elements);
	AslIterator it;
	AslValue	key;
	AslValue	element;

	asl_require_own(*array, ASL_ARRAY);
	own = array->u.array;
	if (more > PG_UINT32_MAX - own->count)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("array is too long")));
	if (own->capacity - own->count < more)
		array_grow(own, own->count + more);
	if (elements.form == ASL_FORM_OWN)
	{
		memcpy(own->items + own->count, elements.u.array->items, more * sizeof(AslValue));
		own->count += more;
		return;
	}
	it = asl_iterate(elements);
	while (asl_next(&it, &key, &element))
	{
		CHECK_FOR_INTERRUPTS();
		own->items[own->count++] = element;
	}
}

/* Replaces an element of an own array. */
void
asl_array_set(AslValue *array, uint32 index, AslValue element)
{
	asl_require_own(*array, ASL_ARRAY);
	if (unlikely(index >= array->u.array->count))
		elog(ERROR, "array index %u is out of range", index);
	array->u.array->items[index] = element;
}

/* The integers from .. to, as an array that holds none of them. */
AslValue
asl_range(int64 from, int64 to)
{
	uint64		count = to < from ? 0 : (uint64) to - (uint64) from + 1;

	if (count > PG_UINT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("range of integers is too long")));
	return (AslValue) {.kind = ASL_ARRAY, .form = ASL_FORM_RANGE, .length = (uint32) count, .u.first = from};
}

/* An own array with the same elements. */
AslValue
asl_array_copy(AslValue array)
{
	AslValue	copy = asl_array_new(asl_array_count(array));

	asl_array_push_all(&copy, array);
	return copy;
}
