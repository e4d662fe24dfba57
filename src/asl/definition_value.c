/*
 * definition_value.c - readers of the fields that hold constants: texts, words, numbers.
 */
#include "postgres.h"

#include "asl/definition_reader.h"
#include "fmgr.h"
#include "utils/builtins.h"

/* Where in the target a field's value goes. */
#define SLOT(type)	((type *) ((char *) target + field->offset))

/* Nothing is kept: any string. */
void
asl_check_text(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	asl_expect(reader, value, ASL_STRING);
}

/* The index of value among the field's words; complains and gives -1 if it is none. */
static int
value_find_word(AslReader *reader, const AslField *field, AslValue value)
{
	if (!asl_expect(reader, value, ASL_STRING))
		return -1;
	for (int i = 0; field->words[i] != NULL; i++)
	{
		if (asl_string_is(value, field->words[i]))
			return i;
	}
	asl_complain(reader, ASL_SCHEMA, "Value should be one of the following: [%s]", asl_join_words(field->words));
	return -1;
}

/* Nothing is kept: the word only has to be one of the field's. */
void
asl_check_word(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	value_find_word(reader, field, value);
}

/* bool: is it the second of the field's two words? */
void
asl_read_flag_word(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	*SLOT(bool) = value_find_word(reader, field, value) == 1;
}

/* The nearest double, infinite where a definition's number is beyond all doubles. */
static double
value_double(AslValue number)
{
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(asl_to_numeric(number))));
}

/* Is value a number in the field's range?  Complains if not. */
bool
asl_check_number(AslReader *reader, const AslField *field, AslValue value, bool integer)
{
	int			decimals = integer ? 0 : 1;

	if (value.kind != ASL_NUMBER || (integer && !asl_is_integer(value)))
		asl_complain(reader, ASL_SCHEMA, "Expected value of type %s", integer ? "Integer" : "Number");
	else if (value_double(value) < field->min)
		asl_complain(reader, ASL_SCHEMA, "Minimum value is %.*f", decimals, field->min);
	else if (value_double(value) > field->max)
		asl_complain(reader, ASL_SCHEMA, "Maximum value is %.*f", decimals, field->max);
	else
		return true;
	return false;
}

/* int: an integer in the field's range. */
void
asl_read_int(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	if (asl_check_number(reader, field, value, true))
		*SLOT(int) = (int) value_double(value);
}

/* double: a number in the field's range. */
void
asl_read_double(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	if (asl_check_number(reader, field, value, false))
		*SLOT(double) = value_double(value);
}

/* Nothing is kept: true or false ("End": a state without next). */
void
asl_check_bool(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	asl_expect(reader, value, ASL_BOOL);
}

/* A nested object whose fields belong to the same struct. */
void
asl_read_nested(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	asl_read_object(reader, field->object, 0, value, target);
}

/* Is it an array that is not empty?  Complains if not. */
bool
asl_expect_elements(AslReader *reader, AslValue value)
{
	if (!asl_expect(reader, value, ASL_ARRAY))
		return false;
	if (asl_array_count(value) > 0)
		return true;
	asl_complain(reader, ASL_SCHEMA, "Value cannot be empty");
	return false;
}

/* Is it an array of strings that is not empty?  Complains if not. */
bool
asl_expect_texts(AslReader *reader, AslValue value)
{
	bool		texts = true;

	if (!asl_expect_elements(reader, value))
		return false;
	for (int i = 0; i < asl_array_count(value); i++)
	{
		int			entered = asl_enter_index(reader, i);

		texts &= asl_expect(reader, asl_array_get(value, i), ASL_STRING);
		asl_leave(reader, entered);
	}
	return texts;
}

/* Nothing is kept: an array of strings, not empty. */
void
asl_check_texts(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	asl_expect_texts(reader, value);
}
