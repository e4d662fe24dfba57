/*
 * object.c - objects: own maps that keep the order of insertion, and the view's side of the same calls.
 *
 * Up to OBJECT_FEW members are searched one by one; above that a hash table of indexes stands beside them.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/memutils.h"
#include "value/container.h"

#define OBJECT_FEW 8

/* The number of members. */
uint32
asl_object_count(AslValue object)
{
	asl_require_kind(object, ASL_OBJECT);
	return object.form == ASL_FORM_OWN ? object.u.object->count : object.length;
}

/* An own object without members, in the current memory context. */
AslValue
asl_object_new(uint32 capacity)
{
	AslObject  *object = palloc_extended(sizeof(AslObject) + (Size) capacity * sizeof(AslMember), MCXT_ALLOC_HUGE);

	object->count = 0;
	object->capacity = capacity;
	object->members = (AslMember *) (object + 1);
	object->table = NULL;
	object->table_mask = 0;
	object->mark = 0;
	return (AslValue) {.kind = ASL_OBJECT, .u.object = object};
}

static inline uint32
object_hash(const char *key, int length)
{
	return hash_bytes((const unsigned char *) key, length);
}

/* The slot of the table that holds the key, or the free one where it belongs. */
static uint32 *
object_slot(AslObject *object, const char *key, uint32 length, uint32 hash)
{
	for (uint32 i = hash & object->table_mask;; i = (i + 1) & object->table_mask)
	{
		uint32	   *slot = &object->table[i];
		AslMember  *member;

		if (*slot == 0)
			return slot;
		member = &object->members[*slot - 1];
		if (member->hash == hash && member->key_length == length && memcmp(member->key, key, length) == 0)
			return slot;
	}
}

/* Makes the table anew, with twice as many slots as the members that there is room for. */
static void
object_index(AslObject *object)
{
	uint32		slots = 32;

	while (slots < 2 * object->capacity)
		slots *= 2;
	if (object->table != NULL)
		pfree(object->table);
	object->table = MemoryContextAllocExtended(GetMemoryChunkContext(object), slots * sizeof(uint32),
											   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	object->table_mask = slots - 1;
	for (uint32 i = 0; i < object->count; i++)
	{
		AslMember  *member = &object->members[i];

		member->hash = object_hash(member->key, member->key_length);
		*object_slot(object, member->key, member->key_length, member->hash) = i + 1;
	}
}

/* Doubles the room of an own object. */
static void
object_grow(AslObject *object)
{
	bool		inline_members = object->members == (AslMember *) (object + 1);
	uint32		capacity = Max(object->capacity * 2, 4);
	Size		size = (Size) capacity * sizeof(AslMember);

	if (inline_members)
	{
		AslMember  *members = MemoryContextAllocHuge(GetMemoryChunkContext(object), size);

		memcpy(members, object->members, object->count * sizeof(AslMember));
		object->members = members;
	}
	else
		object->members = repalloc_huge(object->members, size);
	object->capacity = capacity;
	if (object->table != NULL)
		object_index(object);
}

/* The member with the key, NULL where there is none. */
static AslMember *
object_find(AslObject *object, const char *key, uint32 length)
{
	if (object->table != NULL)
	{
		uint32		slot = *object_slot(object, key, length, object_hash(key, length));

		return slot == 0 ? NULL : &object->members[slot - 1];
	}
	for (uint32 i = 0; i < object->count; i++)
	{
		AslMember  *member = &object->members[i];

		if (member->key_length == length && memcmp(member->key, key, length) == 0)
			return member;
	}
	return NULL;
}

/* A member's value; undefined where there is none. */
AslValue
asl_object_get(AslValue object, const char *key, int length)
{
	AslMember  *member;

	asl_require_kind(object, ASL_OBJECT);
	if (object.form == ASL_FORM_JSONB)
		return asl_container_get(object.u.container, key, length);
	member = object_find(object.u.object, key, length);
	return member == NULL ? asl_undefined() : member->value;
}

/* Sets a member of an own object: a key that is there keeps its place. */
void
asl_object_set(AslValue *object, const char *key, int length, AslValue value)
{
	AslObject  *own = object->u.object;
	AslMember  *member;

	asl_require_own(*object, ASL_OBJECT);
	member = object_find(own, key, length);
	if (member != NULL)
	{
		member->value = value;
		return;
	}
	if (own->count == own->capacity)
		object_grow(own);
	member = &own->members[own->count++];
	*member = (AslMember) {.key = key, .key_length = length, .value = value};
	if (own->table != NULL)
	{
		member->hash = object_hash(key, length);
		*object_slot(own, key, length, member->hash) = own->count;
	}
	else if (own->count > OBJECT_FEW)
		object_index(own);
}

/* Removes a member of an own object; the others keep their order. */
void
asl_object_remove(AslValue *object, const char *key, int length)
{
	AslObject  *own = object->u.object;
	AslMember  *member;

	asl_require_own(*object, ASL_OBJECT);
	member = object_find(own, key, length);
	if (member == NULL)
		return;
	own->count--;
	memmove(member, member + 1, (own->members + own->count - member) * sizeof(AslMember));
	if (own->table != NULL)
		object_index(own);
}

/* A copy of an own object, its table included, with room for one member more. */
static AslValue
object_copy_own(const AslObject *object)
{
	AslValue	value = asl_object_new(object->count + 1);
	AslObject  *copy = value.u.object;

	copy->count = object->count;
	memcpy(copy->members, object->members, object->count * sizeof(AslMember));
	if (object->table != NULL && object->table_mask >= 2 * copy->capacity)
	{
		Size		size = ((Size) object->table_mask + 1) * sizeof(uint32);

		copy->table = palloc_extended(size, MCXT_ALLOC_HUGE);
		copy->table_mask = object->table_mask;
		memcpy(copy->table, object->table, size);
	}
	else if (object->table != NULL)
		object_index(copy);
	return value;
}

/* An own object with the members of a view, and room for one more. */
static AslValue
object_copy_view(AslValue view)
{
	AslValue	value = asl_object_new(view.length + 1);
	AslObject  *copy = value.u.object;
	AslIterator it = asl_iterate(view);
	AslValue	key;
	AslValue	element;

	while (asl_next(&it, &key, &element))
		copy->members[copy->count++] = (AslMember) {.key = key.u.string, .key_length = key.length, .value = element};
	if (copy->count > OBJECT_FEW)
		object_index(copy);
	return value;
}

/* A shallow copy, own and with room for one member more. */
AslValue
asl_object_copy(AslValue object)
{
	asl_require_kind(object, ASL_OBJECT);
	return object.form == ASL_FORM_OWN ? object_copy_own(object.u.object) : object_copy_view(object);
}
