/*
 * lookup.c - predicates that look something up: array[id = $x], where the same array is asked again and again.
 *
 * Such a predicate is an equality, or begins with one (array[id = $x and ..]), between a path of names that starts at the
 * item and a value that is the same for all items.  From the second time on its array has an index: its items by the
 * values of that path.  The predicate is still evaluated, but only for the items that the index does not rule out; so all
 * the index has to guarantee is that equal values are found in the same place.  The operator in does the same with the
 * items themselves.
 */
#include "postgres.h"

#include "jsonata/evaluate.h"

#define LOOKUP_FEW 16			/* an array of fewer items is not worth it */
#define LOOKUP_MANY 1000000		/* the index of one of more items takes too much memory */
#define LOOKUP_MOST 32			/* predicates of one evaluation; $eval can make any number */

struct Lookup
{
	Lookup	   *next;
	const JsonataNode *node;	/* a predicate, or the operator in */
	AslValue	array;			/* that was asked last */
	bool		indexed;
	AslValue	strings;		/* arrays of items by the value of the path, where it is a string */
	AslValue	others;			/* by a number's bytes; by the kind of all else */
};

/* Is the node a path of nothing but names, after those steps? */
static bool
lookup_is_names(const JsonataNode *node, int from)
{
	if (node->type != NODE_PATH || (node->flags & NODE_FINISH) || node->tuple_from >= 0 || node->group != NULL)
		return false;
	for (int i = 0; i < node->list.count; i++)
	{
		const JsonataNode *step = node->list.items[i];

		if (step->stages.count > 0 || (step->flags & NODE_FINISH) || (i >= from && step->type != NODE_NAME))
			return false;
	}
	return true;
}

/* Is the node a path of names from the item, which is the context or, if focus is a slot, the variable there? */
static bool
lookup_is_key(const JsonataNode *node, int focus)
{
	const JsonataNode *first;

	if (focus < 0)
		return (node->type == NODE_FIELD && !(node->flags & NODE_FINISH)) || lookup_is_names(node, 0);
	if (!lookup_is_names(node, 1))
		return false;
	first = node->list.items[0];
	return first->type == NODE_VARIABLE && first->ref.hops == 0 && first->ref.slot == focus;
}

/* Is the node a literal or a variable, or a path of names from there, whose value is the same whatever the item is? */
static bool
lookup_is_steady(const JsonataNode *node, int focus)
{
	if (lookup_is_names(node, 1))
		node = node->list.items[0];
	if (node->flags & NODE_FINISH)
		return false;
	for (const VariableRef *ref = &node->ref; node->type == NODE_VARIABLE && ref != NULL; ref = ref->next)
	{
		if (ref->hops == 0 && ref->slot == focus)
			return false;
	}
	return node->type == NODE_VARIABLE || node->type == NODE_STRING || node->type == NODE_NUMBER || node->type == NODE_VALUE;
}

/* The two sides of the equality that a predicate begins with; false where it begins with something else. */
static bool
lookup_sides(const JsonataNode *predicate, int focus, const JsonataNode **key, const JsonataNode **value)
{
	while (predicate->type == NODE_BINARY && predicate->op == OP_AND && !(predicate->flags & NODE_FINISH))
		predicate = predicate->lhs;
	if (predicate->type != NODE_BINARY || predicate->op != OP_EQUAL || (predicate->flags & NODE_FINISH))
		return false;
	*key = predicate->lhs;
	*value = predicate->rhs;
	if (lookup_is_key(*key, focus) && lookup_is_steady(*value, focus))
		return true;
	*key = predicate->rhs;
	*value = predicate->lhs;
	return lookup_is_key(*key, focus) && lookup_is_steady(*value, focus);
}

/* The lookup of a predicate: a new one when it is seen for the first time, NULL where there are too many. */
static Lookup *
lookup_find(Evaluation *ev, const JsonataNode *node)
{
	Lookup	  **end = &ev->lookups;
	int			count = 0;

	for (; *end != NULL; end = &(*end)->next, count++)
	{
		if ((*end)->node == node)
			return *end;
	}
	if (count >= LOOKUP_MOST)
		return NULL;
	*end = palloc0(sizeof(Lookup));
	(*end)->node = node;
	return *end;
}

/* The lookup of a node, where it asks the same array as before; else NULL. */
static Lookup *
lookup_again(Evaluation *ev, const JsonataNode *node, AslValue array)
{
	Lookup	   *lookup;

	if (array.form == ASL_FORM_RANGE || asl_array_count(array) < LOOKUP_FEW || asl_array_count(array) > LOOKUP_MANY)
		return NULL;
	lookup = lookup_find(ev, node);
	if (lookup == NULL || (lookup->array.form == array.form && lookup->array.u.container == array.u.container))
		return lookup;
	lookup->array = array;
	lookup->indexed = false;
	return NULL;
}

/* Where a value stands in an index: a name in one of its objects.  room takes the bytes of names that are not strings. */
static AslValue *
lookup_place(Lookup *lookup, AslValue v, double *room, AslValue *name)
{
	if (v.kind == ASL_STRING)
	{
		*name = v;
		return &lookup->strings;
	}
	if (v.kind == ASL_NUMBER)
	{
		*room = asl_cast_double(v) + 0.0;	/* 0 for -0 */
		*name = asl_string((char *) room, sizeof(double));
	}
	else
	{
		*(char *) room = v.kind;
		*name = asl_string((char *) room, 1);
	}
	return &lookup->others;
}

/* Adds an item to an index. */
static void
lookup_add(Lookup *lookup, AslValue v, AslValue item)
{
	double		room;
	AslValue	name;
	AslValue   *object = lookup_place(lookup, v, &room, &name);
	AslValue	items = asl_object_get(*object, name.u.string, name.length);

	if (!asl_defined(items))
	{
		items = asl_array_new(1);
		if (v.kind != ASL_STRING)
			name = asl_copy(name);
		asl_object_set(object, name.u.string, name.length, items);
	}
	asl_array_push(&items, item);
}

/* Makes the index of an array by the values of key, NULL for the items themselves; what has none is in no place of it. */
static void
lookup_index(Evaluation *ev, Lookup *lookup, const JsonataNode *key, Frame *frame, int focus)
{
	AslValue	before = focus < 0 ? asl_undefined() : frame->slots[focus];
	Items		items;
	AslValue	item;

	lookup->strings = asl_object_new(LOOKUP_FEW);
	lookup->others = asl_object_new(LOOKUP_FEW);
	items_begin(&items, lookup->array);
	while (items_next(&items, &item))
	{
		AslValue	v;

		evaluation_tick(ev);
		if (focus >= 0)
			frame->slots[focus] = item;
		v = key == NULL ? item : asl_evaluate(ev, key, item, frame);
		if (asl_defined(v))
			lookup_add(lookup, v, item);
	}
	if (focus >= 0)
		frame->slots[focus] = before;
	lookup->indexed = true;
}

/* The items that an index has for a value. */
static AslValue
lookup_get(Lookup *lookup, AslValue v)
{
	double		room;
	AslValue	name;
	AslValue   *object = lookup_place(lookup, v, &room, &name);
	AslValue	items = asl_defined(v) ? asl_object_get(*object, name.u.string, name.length) : v;

	return asl_defined(items) ? items : asl_array_new(0);
}

/* The same items, in their order, or an array of those that the predicate may be true for. */
AslValue
asl_lookup_narrow(Evaluation *ev, const JsonataNode *predicate, AslValue array, Frame *frame, int focus)
{
	const JsonataNode *key;
	const JsonataNode *value;
	Lookup	   *lookup;

	if (asl_array_count(array) < LOOKUP_FEW || !lookup_sides(predicate, focus, &key, &value))
		return array;
	lookup = lookup_again(ev, predicate, array);
	if (lookup == NULL)
		return array;
	if (!lookup->indexed)
		lookup_index(ev, lookup, key, frame, focus);
	return lookup_get(lookup, asl_evaluate(ev, value, asl_undefined(), frame));
}

/* The same items, in their order, or an array of those that may equal v. */
AslValue
asl_lookup_equal(Evaluation *ev, const JsonataNode *node, AslValue array, AslValue v)
{
	Lookup	   *lookup = lookup_again(ev, node, array);

	if (lookup == NULL)
		return array;
	if (!lookup->indexed)
		lookup_index(ev, lookup, NULL, NULL, -1);
	return lookup_get(lookup, v);
}
