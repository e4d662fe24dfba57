/*
 * value.c - what concerns values of every kind: equality, copies, strings.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "value/container.h"

static const char *const kind_names[] = {
	[ASL_UNDEFINED] = "nothing", [ASL_NULL] = "null", [ASL_BOOL] = "a boolean", [ASL_NUMBER] = "a number",
	[ASL_STRING] = "a string", [ASL_ARRAY] = "an array", [ASL_OBJECT] = "an object", [ASL_FUNCTION] = "a function"
};

void
asl_refuse_kind(AslValue v, AslKind needed)
{
	if (v.kind == needed)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s that was not made here cannot be changed", kind_names[needed])));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s is needed, not %s", kind_names[needed],
					v.kind < lengthof(kind_names) ? kind_names[v.kind] : "a value of no known kind")));
}

/* A string value on a zero-terminated text, which is not copied. */
AslValue
asl_cstring(const char *text)
{
	return asl_string(text, strlen(text));
}

/* The string's bytes as a palloc'd zero-terminated text. */
char *
asl_to_cstring(AslValue string)
{
	asl_require_kind(string, ASL_STRING);
	return pnstrdup(string.u.string, string.length);
}

/* Equality of numbers: as doubles where one of them is a double, else exactly. */
static bool
value_number_equal(AslValue a, AslValue b)
{
	if (a.form == ASL_FORM_NUMERIC && b.form == ASL_FORM_NUMERIC)
		return DatumGetBool(DirectFunctionCall2(numeric_eq, NumericGetDatum(a.u.numeric),
												NumericGetDatum(b.u.numeric)));
	return asl_nearest_double(a) == asl_nearest_double(b);
}

/* Equality of arrays, element by element. */
static bool
value_array_equal(AslValue a, AslValue b)
{
	AslIterator ia = asl_iterate(a);
	AslIterator ib = asl_iterate(b);
	AslValue	key;
	AslValue	left;
	AslValue	right;

	if (asl_array_count(a) != asl_array_count(b))
		return false;
	while (asl_next(&ia, &key, &left) && asl_next(&ib, &key, &right))
	{
		if (!asl_equal(left, right))
			return false;
	}
	return true;
}

/* Equality of objects, whatever the order of their members. */
static bool
value_object_equal(AslValue a, AslValue b)
{
	AslIterator it = asl_iterate(a);
	AslValue	key;
	AslValue	left;

	if (asl_object_count(a) != asl_object_count(b))
		return false;
	while (asl_next(&it, &key, &left))
	{
		AslValue	right = asl_object_get(b, key.u.string, key.length);

		if (!asl_defined(right) || !asl_equal(left, right))
			return false;
	}
	return true;
}

/* Deep equality; functions are equal to themselves. */
bool
asl_equal(AslValue a, AslValue b)
{
	if (a.kind != b.kind)
		return false;
	switch ((AslKind) a.kind)
	{
		case ASL_UNDEFINED:
		case ASL_NULL:
			return true;
		case ASL_BOOL:
			return a.u.boolean == b.u.boolean;
		case ASL_NUMBER:
			return value_number_equal(a, b);
		case ASL_STRING:
			return a.length == b.length && memcmp(a.u.string, b.u.string, a.length) == 0;
		case ASL_ARRAY:
			check_stack_depth();
			return value_array_equal(a, b);
		case ASL_OBJECT:
			check_stack_depth();
			return value_object_equal(a, b);
		case ASL_FUNCTION:
			return a.u.function == b.u.function;
	}
	return false;
}

/* A copy of bytes in the current memory context. */
static void *
value_copy_bytes(const void *bytes, Size size)
{
	void	   *copy = palloc_extended(Max(size, 1), MCXT_ALLOC_HUGE);

	memcpy(copy, bytes, size);
	return copy;
}

/* A deep copy of an own container; the keys are copied too. */
static AslValue
value_copy_own(AslValue v)
{
	AslValue	copy;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (v.kind == ASL_ARRAY)
	{
		AslArray   *array = v.u.array;

		copy = asl_array_new(array->count);
		for (uint32 i = 0; i < array->count; i++)
			asl_array_push(&copy, asl_copy(array->items[i]));
	}
	else
	{
		AslObject  *object = v.u.object;

		copy = asl_object_new(object->count);
		for (uint32 i = 0; i < object->count; i++)
		{
			AslMember  *member = &object->members[i];

			asl_object_set(&copy, value_copy_bytes(member->key, member->key_length), member->key_length,
						   asl_copy(member->value));
		}
	}
	copy.flags = v.flags;
	return copy;
}

/* A deep copy in the current memory context; functions are shared. */
AslValue
asl_copy(AslValue v)
{
	if (v.kind == ASL_STRING)
		v.u.string = value_copy_bytes(v.u.string, v.length);
	else if (v.kind == ASL_NUMBER && v.form == ASL_FORM_NUMERIC)
		v.u.numeric = value_copy_bytes(v.u.numeric, VARSIZE(v.u.numeric));
	else if (asl_is_container(v) && v.form == ASL_FORM_JSONB)
		v.u.container = value_copy_bytes(v.u.container, asl_container_size(v.u.container));
	else if (asl_is_container(v) && v.form == ASL_FORM_OWN)
		v = value_copy_own(v);
	return v;
}
