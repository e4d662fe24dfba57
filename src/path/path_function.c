/*
 * path_function.c - the functions at a path's end: $.prices.max(), $.tags.length().
 *
 * As in Jayway, numbers are computed as doubles, what is no number is passed over, and length() and keys() of
 * something that has none are null.
 */
#include "postgres.h"

#include <math.h>

#include "path/path_steps.h"
#include "utils/builtins.h"

/* What the numeric functions gather in one pass. */
typedef struct Summary
{
	double		count;
	double		sum;
	double		sum_of_squares;
	AslValue	min;
	AslValue	max;
} Summary;

/* A number as a double; infinite where it is too large for one. */
static double
path_function_double(AslValue number)
{
	if (number.form != ASL_FORM_NUMERIC)
		return asl_to_double(number);
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(number.u.numeric)));
}

/* Adds a number, or an array's numbers, to the summary. */
static void
path_function_add(Summary *summary, AslValue value, bool into_arrays)
{
	double		number;

	if (value.kind == ASL_ARRAY && into_arrays)
	{
		AslIterator elements = asl_iterate(value);
		AslValue	key;
		AslValue	element;

		while (asl_next(&elements, &key, &element))
			path_function_add(summary, element, false);
	}
	if (value.kind != ASL_NUMBER)
		return;
	number = path_function_double(value);
	if (summary->count == 0 || number < path_function_double(summary->min))
		summary->min = value;
	if (summary->count == 0 || number > path_function_double(summary->max))
		summary->max = value;
	summary->count++;
	summary->sum += number;
	summary->sum_of_squares += number * number;
}

/* The subject's numbers and the arguments'. */
static Summary
path_function_summary(AslValue subject, int argument_count, const AslValue *arguments)
{
	Summary		summary = {0};

	if (subject.kind == ASL_ARRAY)
		path_function_add(&summary, subject, true);
	for (int i = 0; i < argument_count; i++)
		path_function_add(&summary, arguments[i], true);
	return summary;
}

/* A computed number; nothing where there were no numbers, or where it is too large for JSON. */
static AslValue
path_function_number(Summary summary, double number)
{
	return summary.count == 0 || !isfinite(number) ? asl_undefined() : asl_number(number);
}

static AslValue
path_function_min(AslValue subject, int argument_count, const AslValue *arguments)
{
	return path_function_summary(subject, argument_count, arguments).min;
}

static AslValue
path_function_max(AslValue subject, int argument_count, const AslValue *arguments)
{
	return path_function_summary(subject, argument_count, arguments).max;
}

static AslValue
path_function_sum(AslValue subject, int argument_count, const AslValue *arguments)
{
	Summary		summary = path_function_summary(subject, argument_count, arguments);

	return path_function_number(summary, summary.sum);
}

static AslValue
path_function_avg(AslValue subject, int argument_count, const AslValue *arguments)
{
	Summary		summary = path_function_summary(subject, argument_count, arguments);

	return path_function_number(summary, summary.sum / summary.count);
}

/* The population's standard deviation. */
static AslValue
path_function_stddev(AslValue subject, int argument_count, const AslValue *arguments)
{
	Summary		summary = path_function_summary(subject, argument_count, arguments);
	double		mean = summary.sum / summary.count;
	double		variance = summary.sum_of_squares / summary.count - mean * mean;

	/* rounding can make it negative */
	return path_function_number(summary, sqrt(variance < 0 ? 0 : variance));
}

static AslValue
path_function_length(AslValue subject, int argument_count, const AslValue *arguments)
{
	if (argument_count > 0)
		subject = arguments[0];
	if (subject.kind == ASL_ARRAY)
		return asl_integer(asl_array_count(subject));
	if (subject.kind == ASL_OBJECT)
		return asl_integer(asl_object_count(subject));
	return asl_null();
}

static AslValue
path_function_keys(AslValue subject, int argument_count, const AslValue *arguments)
{
	AslValue	keys;
	AslIterator members;
	AslValue	key;
	AslValue	value;

	if (subject.kind != ASL_OBJECT)
		return asl_null();
	keys = asl_array_new(asl_object_count(subject));
	members = asl_iterate(subject);
	while (asl_next(&members, &key, &value))
		asl_array_push(&keys, key);
	return keys;
}

/* The texts of an array and the arguments, joined. */
static AslValue
path_function_concat(AslValue subject, int argument_count, const AslValue *arguments)
{
	StringInfoData text;

	initStringInfo(&text);
	if (subject.kind == ASL_ARRAY)
	{
		AslIterator elements = asl_iterate(subject);
		AslValue	key;
		AslValue	element;

		while (asl_next(&elements, &key, &element))
			if (element.kind == ASL_STRING)
				appendBinaryStringInfo(&text, element.u.string, element.length);
	}
	for (int i = 0; i < argument_count; i++)
	{
		if (arguments[i].kind == ASL_STRING)
			appendBinaryStringInfo(&text, arguments[i].u.string, arguments[i].length);
		else if (asl_defined(arguments[i]) && arguments[i].kind != ASL_NULL)
			asl_append_json(&text, arguments[i]);
	}
	return asl_string(text.data, text.len);
}

static AslValue
path_function_append(AslValue subject, int argument_count, const AslValue *arguments)
{
	if (subject.kind != ASL_ARRAY)
		return subject;
	subject = asl_array_copy(subject);
	for (int i = 0; i < argument_count; i++)
		if (asl_defined(arguments[i]))
			asl_array_push(&subject, arguments[i]);
	return subject;
}

/* The array's element, counted from the end where negative. */
static AslValue
path_function_element(AslValue subject, int64 index)
{
	if (subject.kind != ASL_ARRAY)
		return asl_undefined();
	if (index < 0)
		index += asl_array_count(subject);
	return index < 0 || index >= asl_array_count(subject) ? asl_undefined() : asl_array_get(subject, index);
}

static AslValue
path_function_first(AslValue subject, int argument_count, const AslValue *arguments)
{
	return path_function_element(subject, 0);
}

static AslValue
path_function_last(AslValue subject, int argument_count, const AslValue *arguments)
{
	return path_function_element(subject, -1);
}

static AslValue
path_function_index(AslValue subject, int argument_count, const AslValue *arguments)
{
	int64		index;

	if (arguments[0].kind != ASL_NUMBER || !asl_to_int64(arguments[0], &index))
		return asl_undefined();
	return path_function_element(subject, index);
}

static const AslPathFunction path_functions[] = {
	{"min", 0, PG_INT32_MAX, path_function_min},
	{"max", 0, PG_INT32_MAX, path_function_max},
	{"avg", 0, PG_INT32_MAX, path_function_avg},
	{"stddev", 0, PG_INT32_MAX, path_function_stddev},
	{"sum", 0, PG_INT32_MAX, path_function_sum},
	{"length", 0, 1, path_function_length},
	{"keys", 0, 0, path_function_keys},
	{"concat", 0, PG_INT32_MAX, path_function_concat},
	{"append", 0, PG_INT32_MAX, path_function_append},
	{"first", 0, 0, path_function_first},
	{"last", 0, 0, path_function_last},
	{"index", 1, 1, path_function_index},
};

const AslPathFunction *
asl_path_function(const char *name, int length)
{
	for (int i = 0; i < lengthof(path_functions); i++)
		if (strlen(path_functions[i].name) == length && memcmp(path_functions[i].name, name, length) == 0)
			return &path_functions[i];
	return NULL;
}
