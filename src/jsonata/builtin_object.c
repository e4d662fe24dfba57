/*
 * builtin_object.c - functions of objects, without those that take a function.
 */
#include "postgres.h"

#include "jsonata/evaluate.h"

/* Collects the keys of an object, or of all objects in an array, each once. */
static void
object_collect_keys(Evaluation *ev, AslValue v, AslValue *keys)
{
	AslIterator it;
	AslValue	key;
	AslValue	element;

	if (!asl_is_container(v))
		return;
	check_stack_depth();
	it = asl_iterate(v);
	while (asl_next(&it, &key, &element))
	{
		evaluation_tick(ev);
		if (v.kind == ASL_OBJECT)
			asl_object_set(keys, key.u.string, key.length, asl_null());
		else
			object_collect_keys(ev, element, keys);
	}
}

static AslValue
object_keys(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	keys = asl_object_new(8);
	SequenceBuilder out;

	object_collect_keys(ev, args[0], &keys);
	sequence_begin(&out, ev);
	for (uint32 i = 0; i < keys.u.object->count; i++)
		sequence_push(&out, asl_string(keys.u.object->members[i].key, keys.u.object->members[i].key_length));
	return asl_sequence_array(sequence_end(&out));
}

static AslValue
object_lookup(Evaluation *ev, const AslValue *args, int count)
{
	return asl_defined(args[1]) ? asl_field(ev, args[0], args[1]) : asl_undefined();
}

/* Appends an object of one member for each member of an object, or of the objects in an array. */
static void
object_spread_into(Evaluation *ev, AslValue v, SequenceBuilder *out)
{
	AslIterator it;
	AslValue	key;
	AslValue	element;

	if (!asl_is_container(v))
	{
		if (asl_defined(v))
			sequence_push(out, v);
		return;
	}
	check_stack_depth();
	it = asl_iterate(v);
	while (asl_next(&it, &key, &element))
	{
		evaluation_tick(ev);
		if (v.kind == ASL_ARRAY)
			object_spread_into(ev, element, out);
		else
		{
			AslValue	single = asl_object_new(1);

			asl_object_set(&single, key.u.string, key.length, element);
			sequence_push(out, single);
		}
	}
}

static AslValue
object_spread(Evaluation *ev, const AslValue *args, int count)
{
	SequenceBuilder out;
	AslValue	result;

	if (!asl_is_container(args[0]))
		return args[0];
	sequence_begin(&out, ev);
	object_spread_into(ev, args[0], &out);
	result = asl_sequence_array(sequence_end(&out));
	/* As in the reference what is put together of an array's items is no sequence any more. */
	if (args[0].kind == ASL_ARRAY && asl_array_count(args[0]) > 0)
		result.flags = 0;
	return result;
}

static AslValue
object_merge(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result;
	Items		items;
	AslValue	item;

	if (!asl_defined(args[0]))
		return args[0];
	items_begin(&items, args[0]);
	/* The first one is often an object that grows, in $reduce, and large. */
	result = items_next(&items, &item) ? asl_object_copy(item) : asl_object_new(0);
	while (items_next(&items, &item))
	{
		AslIterator it = asl_iterate(item);
		AslValue	key;
		AslValue	v;

		evaluation_tick(ev);
		while (asl_next(&it, &key, &v))
			asl_object_set(&result, key.u.string, key.length, v);
	}
	return result;
}

static AslValue
object_clone(Evaluation *ev, const AslValue *args, int count)
{
	return asl_clone(ev, args[0], 0);
}

Builtin		asl_builtins_object[] = {
	{"keys", "<x-:a<s>>", 1, object_keys, BUILTIN_BOTH},
	{"lookup", "<x-s:x>", 2, object_lookup, BUILTIN_BOTH},
	{"spread", "<x-:a<o>>", 1, object_spread, BUILTIN_BOTH},
	{"merge", "<a<o>:o>", 1, object_merge, BUILTIN_BOTH},
	{"clone", "<(oa)-:o>", 1, object_clone, BUILTIN_BOTH},
	{0}
};
