/*
 * group.c - object constructors and grouping: {key: value} over a sequence of items, or of rows.
 *
 * Each item names its groups by the keys; each group's value is then evaluated once, with its item, or all its items as
 * an array, for context.
 */
#include "postgres.h"

#include "jsonata/evaluate.h"

typedef struct GroupEntry
{
	AslValue	key;
	int			pair;			/* which of the constructor's pairs made it */
	AslValue	data;			/* its item, or an array of its items; its rows always as an array */
	bool		many;			/* data is an array made here */
} GroupEntry;

typedef struct Grouping
{
	Evaluation *ev;
	const Group *group;
	GroupEntry *entries;
	int			count;
	int			room;
	AslValue	index;			/* key to the number of its entry */
} Grouping;

/* Appends to what a group has: arrays are spliced. */
static void
group_append(AslValue *data, bool *many, AslValue item)
{
	AslValue	parts[2] = {*data, item};

	if (!*many)
		*data = asl_array_new(8);
	for (int i = *many; i < 2; i++)
	{
		Items		items;
		AslValue	element;

		items_begin(&items, parts[i]);
		while (items_next(&items, &element))
			asl_array_push(data, element);
	}
	*many = true;
}

/* The entry of a key; a new one has undefined data. */
static GroupEntry *
group_entry(Grouping *grouping, AslValue key, int pair)
{
	AslValue	found = asl_object_get(grouping->index, key.u.string, key.length);
	GroupEntry *entry;

	if (asl_defined(found))
	{
		entry = &grouping->entries[(int) found.u.number];
		if (entry->pair != pair)
			RAISE(&grouping->ev->escape, .code = "D1009", .position = grouping->group->position, .value = key);
		return entry;
	}
	if (grouping->count == grouping->room)
	{
		grouping->room *= 2;
		grouping->entries = repalloc(grouping->entries, grouping->room * sizeof(GroupEntry));
	}
	asl_object_set(&grouping->index, key.u.string, key.length, asl_number(grouping->count));
	entry = &grouping->entries[grouping->count++];
	*entry = (GroupEntry) {.key = key, .pair = pair};
	return entry;
}

/* Evaluates the keys of an item and adds the item, or its row, to their groups. */
static void
group_add(Grouping *grouping, AslValue item, Frame *frame, AslValue row)
{
	Evaluation *ev = grouping->ev;

	evaluation_tick(ev);
	for (int i = 0; i < grouping->group->count; i++)
	{
		AslValue	key = asl_evaluate(ev, grouping->group->keys[i], item, frame);
		GroupEntry *entry;
		int			before = grouping->count;

		if (!asl_defined(key))
			continue;
		if (key.kind != ASL_STRING)
			RAISE(&ev->escape, .code = "T1003", .position = grouping->group->position, .value = key);
		entry = group_entry(grouping, key, i);
		if (asl_defined(row))
		{
			if (grouping->count > before)
				entry->data = asl_array_new(4);
			asl_array_push(&entry->data, row);
		}
		else if (grouping->count > before)
			entry->data = item;
		else
			group_append(&entry->data, &entry->many, item);
	}
}

/* One row with the columns of all rows of a group: arrays of their values. */
static Frame *
group_reduce(AslValue rows, const Shape *shape, Frame *outer)
{
	AslArray   *array = rows.u.array;
	Frame	   *result;

	if (array->count == 1)
		return tuple_frame(array->items[0]);
	result = asl_frame_new(shape, outer);
	for (int c = 0; c < shape->columns; c++)
	{
		AslValue   *column = &result->slots[c];
		bool		many = false;

		*column = tuple_frame(array->items[0])->slots[c];
		for (uint32 r = 1; r < array->count; r++)
		{
			AslValue	v = tuple_frame(array->items[r])->slots[c];

			if (!asl_defined(*column))
				*column = v;
			else if (asl_defined(v))
				group_append(column, &many, v);
		}
	}
	return result;
}

/* The object of all groups. */
static AslValue
group_values(Grouping *grouping, const Shape *shape, Frame *frame)
{
	AslValue	result = asl_object_new(grouping->count);

	for (int i = 0; i < grouping->count; i++)
	{
		GroupEntry *entry = &grouping->entries[i];
		Frame	   *row = shape == NULL ? frame : group_reduce(entry->data, shape, frame);
		AslValue	v = asl_evaluate(grouping->ev, grouping->group->values[entry->pair],
									 shape == NULL ? entry->data : row->slots[0], row);

		if (asl_defined(v))
			asl_object_set(&result, entry->key.u.string, entry->key.length, v);
	}
	return result;
}

/* The object that a constructor makes of a value: of its items where it is an array; of rows where shape is given. */
AslValue
asl_group_evaluate(Evaluation *ev, const Group *group, AslValue input, const Shape *shape, Frame *frame)
{
	Grouping	grouping = {.ev = ev, .group = group, .room = 8};
	Items		items;
	AslValue	item = asl_undefined();

	items_begin(&items, input);
	if (group->literal_keys && shape == NULL && items.count <= 1)
	{
		items_next(&items, &item);
		return asl_evaluate_object(ev, group, item, frame);
	}
	grouping.entries = palloc(grouping.room * sizeof(GroupEntry));
	grouping.index = asl_object_new(grouping.room);
	if (items.count == 0 && shape == NULL)
		group_add(&grouping, item, frame, asl_undefined());
	while (items_next(&items, &item))
	{
		if (shape == NULL)
			group_add(&grouping, item, frame, asl_undefined());
		else
			group_add(&grouping, tuple_frame(item)->slots[0], tuple_frame(item), item);
	}
	return group_values(&grouping, shape, frame);
}
