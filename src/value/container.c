/*
 * container.c - lazy views on containers inside jsonb data, and walking containers of any form.
 */
#include "postgres.h"

#include "value/container.h"

/* The size of a container in bytes: its header, its entries, its children's data. */
uint32
asl_container_size(JsonbContainer *container)
{
	uint32		count = JsonContainerSize(container);
	char	   *data = container_data(container);

	if (JsonContainerIsObject(container))
		count *= 2;
	return (data - (char *) container) + (count == 0 ? 0 : getJsonbOffset(container, count));
}

/* Orders a key as jsonb does: by length, then by bytes. */
static inline int
container_compare(const char *a, uint32 a_length, const char *b, uint32 b_length)
{
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	return memcmp(a, b, a_length);
}

/* The index of a key in a view on an object, -1 where there is none. */
static int
container_find(JsonbContainer *container, const char *key, uint32 length)
{
	char	   *data = container_data(container);
	int			low = 0;
	int			high = JsonContainerSize(container);

	while (low < high)
	{
		int			middle = low + (high - low) / 2;
		int			order = container_compare(data + getJsonbOffset(container, middle),
											  getJsonbLength(container, middle), key, length);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

/* The index of a key among at most JB_OFFSET_STRIDE, whose lengths a single pass adds up. */
static int
container_find_few(JsonbContainer *container, const char *key, uint32 length)
{
	char	   *data = container_data(container);
	uint32		count = JsonContainerSize(container);
	uint32		begin = 0;

	for (uint32 i = 0; i < count; i++)
	{
		uint32		end = container_end(container->children[i], begin);

		/* Most other keys of the length differ in their last byte, and save a call. */
		if (end - begin == length && (length == 0 || data[end - 1] == key[length - 1]) &&
			memcmp(data + begin, key, length) == 0)
			return i;
		if (end - begin > length)
			break;
		begin = end;
	}
	return -1;
}

/* The member's value in a view on an object; undefined where there is none. */
AslValue
asl_container_get(JsonbContainer *container, const char *key, int length)
{
	uint32		count = JsonContainerSize(container);
	int			index = count <= JB_OFFSET_STRIDE ? container_find_few(container, key, length)
		: container_find(container, key, length);
	uint32		begin;

	if (index < 0)
		return asl_undefined();
	index += count;
	begin = getJsonbOffset(container, index);
	return container_child(container->children[index], container_data(container), begin,
						   container_end(container->children[index], begin));
}

/* Starts a walk over a container of any form. */
AslIterator
asl_iterate(AslValue container)
{
	uint32		values = 0;

	if (unlikely(!asl_is_container(container)))
		asl_refuse_kind(container, ASL_ARRAY);
	if (container.form == ASL_FORM_JSONB && container.kind == ASL_OBJECT && container.length > 0)
		values = getJsonbOffset(container.u.container, container.length);
	return (AslIterator) {.container = container, .value_offset = values};
}

/* The next step of a walk over a view. */
static bool
container_next(AslIterator *it, AslValue *key, AslValue *element)
{
	JsonbContainer *container = it->container.u.container;
	char	   *data = container_data(container);
	uint32		count = it->container.length;
	uint32		i = it->index;
	uint32		end;

	if (i >= count)
		return false;
	it->index++;
	end = container_end(container->children[i], it->offset);
	if (it->container.kind == ASL_ARRAY)
	{
		*key = asl_undefined();
		*element = container_child(container->children[i], data, it->offset, end);
	}
	else
	{
		JEntry		entry = container->children[i + count];
		uint32		value_end = container_end(entry, it->value_offset);

		*key = asl_string(data + it->offset, end - it->offset);
		*element = container_child(entry, data, it->value_offset, value_end);
		it->value_offset = value_end;
	}
	it->offset = end;
	return true;
}

/* The next step of a walk; false at the end, with key and element untouched. */
bool
asl_next(AslIterator *it, AslValue *key, AslValue *element)
{
	if (it->container.form == ASL_FORM_JSONB)
		return container_next(it, key, element);
	if (it->container.kind == ASL_OBJECT)
	{
		AslObject  *object = it->container.u.object;
		AslMember  *member;

		if (it->index >= object->count)
			return false;
		member = &object->members[it->index++];
		*key = asl_string(member->key, member->key_length);
		*element = member->value;
		return true;
	}
	if (it->index >= asl_array_count(it->container))
		return false;
	*key = asl_undefined();
	*element = asl_array_get(it->container, it->index++);
	return true;
}
