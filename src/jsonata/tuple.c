/*
 * tuple.c - paths that bind variables (@, #) or ask for parents (%): streams of tuples.
 *
 * From its first step that binds something on a path carries rows instead of items.  A row is the frame in which the
 * next step is evaluated: its first slot is the item, the others are the variables bound so far.
 */
#include "postgres.h"

#include "jsonata/evaluate.h"

/* A row with the columns of another one, NULL for none. */
static Frame *
tuple_new(const Shape *shape, Frame *outer, const Frame *source)
{
	Frame	   *row = asl_frame_new(shape, outer);

	if (source != NULL)
		memcpy(row->slots, source->slots, shape->columns * sizeof(AslValue));
	return row;
}

/* Makes rows of items. */
static AslValue
tuple_rows(const Shape *shape, Frame *outer, Sequence sequence)
{
	AslValue	rows = asl_array_new(sequence_count(sequence));
	Items		items;
	AslValue	item;

	items_of_sequence(&items, sequence);
	while (items_next(&items, &item))
	{
		Frame	   *row = tuple_new(shape, outer, NULL);

		row->slots[0] = item;
		asl_array_push(&rows, tuple_row(row));
	}
	return rows;
}

/* Whether a predicate keeps a row; for predicates whose value is a truth. */
static bool
tuple_keeps(Evaluation *ev, const JsonataNode *predicate, Frame *row)
{
	AslValue	v = asl_evaluate(ev, predicate, row->slots[0], row);

	return v.kind == ASL_BOOL && v.u.boolean;
}

/* What a step does to the rows. */
typedef struct TupleMap
{
	Evaluation *ev;
	const JsonataNode *step;
	const Shape *shape;
	Frame	   *outer;
	const JsonataNode *filter;			/* the step's first stage, where it can be applied to each row at once */
	Frame	   *spare;			/* a row that the filter has thrown away */
	AslValue	rows;
} TupleMap;

/* Adds the row that one element of a step's result makes of a row. */
static inline void
tuple_add(TupleMap *map, const Frame *source, AslValue element, uint32 index)
{
	const TupleStep *tuple = map->step->tuple;
	Frame	   *row = map->spare;

	if (row == NULL)
		row = tuple_new(map->shape, map->outer, source);
	else
		memcpy(row->slots, source->slots, map->shape->columns * sizeof(AslValue));
	map->spare = NULL;
	if (tuple->focus >= 0)
		row->slots[tuple->focus] = element;
	else
		row->slots[0] = element;
	if (tuple->index >= 0)
		row->slots[tuple->index] = asl_number(index);
	if (tuple->ancestor >= 0)
		row->slots[tuple->ancestor] = source->slots[0];
	if (map->filter != NULL && !tuple_keeps(map->ev, map->filter, row))
		map->spare = row;
	else
		asl_array_push(&map->rows, tuple_row(row));
}

/* Adds the rows that a step's own rows make of a row: with the columns of both. */
static void
tuple_add_inner(TupleMap *map, const Frame *source, AslValue inner_rows)
{
	const TupleStep *tuple = map->step->tuple;
	AslArray   *inner = inner_rows.u.array;

	for (uint32 i = 0; i < inner->count; i++)
	{
		Frame	   *inner_row = tuple_frame(inner->items[i]);
		Frame	   *row = tuple_new(map->shape, map->outer, source);

		for (int c = 0; c < tuple->inner->columns; c++)
		{
			if (!(inner_row->slots[c].flags & VALUE_UNBOUND))
				row->slots[tuple->merge[c]] = inner_row->slots[c];
		}
		asl_array_push(&map->rows, tuple_row(row));
	}
}

/* Evaluates a step for all rows. */
static AslValue
tuple_map(Evaluation *ev, const JsonataNode *path, const JsonataNode *step, AslValue rows, Frame *outer, int *stages_done)
{
	TupleMap	map = {.ev = ev, .step = step, .shape = path->shape, .outer = outer};
	AslArray   *source = rows.u.array;

	map.rows = asl_array_new(source->count);
	if (step->stages.count > 0 && !path->shape->captured && step->tuple->inner == NULL &&
		step->stages.items[0].filter != NULL && (step->stages.items[0].filter->flags & NODE_TRUTH))
		map.filter = step->stages.items[0].filter;
	*stages_done = map.filter != NULL;
	for (uint32 i = 0; i < source->count; i++)
	{
		Frame	   *row = tuple_frame(source->items[i]);
		AslValue	v = asl_evaluate(ev, step, row->slots[0], row);
		Items		items;
		AslValue	item;

		evaluation_tick(ev);
		if (!asl_defined(v))
			continue;
		if (v.flags & VALUE_TUPLES)
		{
			tuple_add_inner(&map, row, v);
			continue;
		}
		if (map.filter != NULL && v.kind == ASL_ARRAY && step->tuple->index < 0)
			v = asl_lookup_narrow(ev, map.filter, v, row, step->tuple->focus);
		items_begin(&items, v);
		while (items_next(&items, &item))
		{
			evaluation_tick(ev);
			tuple_add(&map, row, item, items.index - 1);
		}
	}
	return map.rows;
}

/* Filters rows: as asl_filter, but the predicate sees a row's variables and its item. */
static AslValue
tuple_filter(Evaluation *ev, const JsonataNode *predicate, AslValue rows)
{
	AslArray   *source = rows.u.array;
	AslValue	result = asl_array_new(0);

	for (uint32 i = 0; i < source->count; i++)
	{
		Frame	   *row = tuple_frame(source->items[i]);
		AslValue	v;

		evaluation_tick(ev);
		v = asl_evaluate(ev, predicate, row->slots[0], row);
		for (int times = asl_filter_keeps(ev, v, i, source->count); times > 0; times--)
			asl_array_push(&result, source->items[i]);
	}
	return result;
}

/* Numbers rows. */
static void
tuple_number(AslValue rows, int column)
{
	for (uint32 i = 0; i < rows.u.array->count; i++)
		tuple_frame(rows.u.array->items[i])->slots[column] = asl_number(i);
}

/* Applies a step's stages to its rows. */
static AslValue
tuple_stages(Evaluation *ev, const JsonataNode *step, int from, AslValue rows)
{
	for (int s = from; s < step->stages.count; s++)
	{
		const Stage *stage = &step->stages.items[s];

		if (stage->filter != NULL)
			rows = tuple_filter(ev, stage->filter, rows);
		else
			tuple_number(rows, stage->column);
	}
	return rows;
}

/* Evaluates one step of a path.  Items that are ordered before there are rows get their numbers at once. */
static AslValue
tuple_step(Evaluation *ev, const JsonataNode *path, const JsonataNode *step, bool first, AslValue rows, Frame *outer)
{
	int			stages_done = 0;

	if (step->type == NODE_ORDER)
	{
		asl_order_items(ev, step, rows.u.array->items, rows.u.array->count, true, outer);
		if (first && step->tuple->index >= 0)
			tuple_number(rows, step->tuple->index);
	}
	else
		rows = tuple_map(ev, path, step, rows, outer, &stages_done);
	return tuple_stages(ev, step, stages_done, rows);
}

/* The items of rows. */
static Sequence
tuple_items(Evaluation *ev, AslValue rows)
{
	SequenceBuilder out;

	sequence_begin(&out, ev);
	for (uint32 i = 0; i < rows.u.array->count; i++)
		sequence_push(&out, tuple_frame(rows.u.array->items[i])->slots[0]);
	return sequence_end(&out);
}

/* The rows of a path, given the items that its plain steps have found. */
static AslValue
tuple_run(Evaluation *ev, const JsonataNode *path, Sequence sequence, Frame *frame)
{
	AslValue	rows = tuple_rows(path->shape, frame, sequence);

	for (int i = path->tuple_from; i < path->list.count; i++)
		rows = tuple_step(ev, path, path->list.items[i], i == path->tuple_from, rows, frame);
	rows.flags = VALUE_TUPLES | VALUE_SEQUENCE;
	return rows;
}

/* The value of a path with a tuple stream. */
AslValue
asl_tuple_evaluate(Evaluation *ev, const JsonataNode *path, AslValue context, Frame *frame)
{
	Sequence	sequence = asl_steps_run(ev, path, path->tuple_from, context, frame);
	AslValue	rows;

	/* Where nothing was found before there are rows, there are none: the group sees nothing, in a row without variables. */
	if (sequence_count(sequence) == 0 && path->tuple_from > 0 && !(path->list.items[0]->flags & NODE_TUPLE))
		return path->group == NULL ? asl_steps_finish(path, sequence) :
			asl_group_evaluate(ev, path->group, asl_sequence_array(sequence), NULL,
							   tuple_new(path->shape, frame, NULL));
	rows = tuple_run(ev, path, sequence, frame);
	if (path->group != NULL)
		return asl_group_evaluate(ev, path->group, rows, path->shape, frame);
	return path->flags & NODE_ROWS ? rows : asl_steps_finish(path, tuple_items(ev, rows));
}
