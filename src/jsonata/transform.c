/*
 * transform.c - |pattern|update,delete|: a copy of the input with some of its objects changed.
 *
 * The pattern is evaluated on the copy and finds objects of the copy, which are then changed where they stand.  The copy's
 * objects carry a mark: whatever else a pattern may find belongs to somebody and stays as it is.
 */
#include "postgres.h"

#include "jsonata/decimal.h"
#include "jsonata/evaluate.h"

/*
 * A deep copy that shares scalars.  As the reference copies by way of JSON text, numbers that are not integers are rounded
 * to 15 digits and functions become empty strings.
 */
AslValue
asl_clone(Evaluation *ev, AslValue v, uint32 mark)
{
	AslValue	copy;

	if (v.kind == ASL_FUNCTION)
		return asl_string("", 0);
	if (v.kind == ASL_NUMBER && v.form == ASL_FORM_OWN)
		return asl_number(asl_decimal_round15(v.u.number));
	if (!asl_is_container(v) || (v.form == ASL_FORM_JSONB && mark == 0))
		return v;
	check_stack_depth();
	if (v.kind == ASL_ARRAY)
	{
		copy = asl_array_copy(v);
		for (uint32 i = 0; i < copy.u.array->count; i++)
		{
			evaluation_tick(ev);
			copy.u.array->items[i] = asl_clone(ev, copy.u.array->items[i], mark);
		}
		return copy;
	}
	copy = asl_object_copy(v);
	copy.u.object->mark = mark;
	for (uint32 i = 0; i < copy.u.object->count; i++)
	{
		AslMember  *member = &copy.u.object->members[i];

		evaluation_tick(ev);
		member->value = asl_clone(ev, member->value, mark);
	}
	return copy;
}

/* Merges the update's value into a match. */
static void
transform_update(Evaluation *ev, const AslFunction *transform, AslValue *match, Frame *frame, bool ours)
{
	const JsonataNode *node = transform->node;
	AslValue	update = asl_evaluate(ev, node->rhs, *match, frame);
	AslIterator it;
	AslValue	key;
	AslValue	v;

	if (!asl_defined(update))
		return;
	/* A scalar cannot get members; as in the reference an array ignores them. */
	if (update.kind != ASL_OBJECT || (!asl_is_container(*match) && asl_object_count(update) > 0))
		RAISE(&ev->escape, .code = "T2011", .position = node->rhs->position, .value = update);
	it = asl_iterate(update);
	while (ours && asl_next(&it, &key, &v))
		asl_object_set(match, key.u.string, key.length, v);
}

/* Removes the members from a match that the delete clause names. */
static void
transform_delete(Evaluation *ev, const AslFunction *transform, AslValue *match, Frame *frame, bool ours)
{
	const JsonataNode *node = transform->node;
	AslValue	names = asl_evaluate(ev, node->other, *match, frame);
	Items		items;
	AslValue	name;

	if (!asl_defined(names))
		return;
	items_begin(&items, names);
	while (items_next(&items, &name))
	{
		if (name.kind != ASL_STRING)
			RAISE(&ev->escape, .code = "T2012", .position = node->other->position, .value = names);
	}
	items_begin(&items, names);
	while (ours && items_next(&items, &name))
		asl_object_remove(match, name.u.string, name.length);
}

/* A copy of the input, by the function that $clone means where the transform was written. */
static AslValue
transform_copy(Evaluation *ev, const AslFunction *transform, AslValue input, Frame *frame)
{
	AslValue	clone = asl_variable_lookup(ev, &transform->node->ref, frame);

	if (clone.kind != ASL_FUNCTION)
		RAISE(&ev->escape, .code = "T2013", .position = transform->node->position);
	if (clone.u.function->type != FUNCTION_BUILTIN)
		input = asl_apply(ev, clone, &input, 1, asl_null());
	return asl_clone(ev, input, ++ev->transforms);
}

/* The value of a transform of an object or array. */
AslValue
asl_transform_apply(Evaluation *ev, const AslFunction *transform, AslValue input)
{
	const JsonataNode *node = transform->node;
	Frame	   *frame = asl_frame_new(node->shape, transform->frame);
	AslValue	result;
	AslValue	matches;
	Items		items;
	AslValue	match;
	uint32		mark;

	if (!asl_defined(input))
		return input;
	result = transform_copy(ev, transform, input, frame);
	mark = ev->transforms;
	matches = asl_evaluate(ev, node->lhs, result, frame);
	if (!asl_defined(matches))
		return result;
	items_begin(&items, matches);
	while (items_next(&items, &match))
	{
		bool		ours = match.kind == ASL_OBJECT && match.form == ASL_FORM_OWN && match.u.object->mark == mark;

		evaluation_tick(ev);
		transform_update(ev, transform, &match, frame, ours);
		if (node->other != NULL)
			transform_delete(ev, transform, &match, frame, ours);
		ev->lookups = NULL;
	}
	return result;
}
