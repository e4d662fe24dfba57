/*
 * filter.c - evaluating filters, with Jayway's comparisons.
 *
 * "==" compares a number and a text by value ('1' == 1), "===" does not.  A path that finds nothing is undefined and
 * equals nothing, itself included, so "@.a != 1" holds where there is no a.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "path/filter.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

/* Reads a number from a text; undefined where it holds none. */
static AslValue
filter_number(AslValue text)
{
	AslValue	number;
	char	   *message;

	if (asl_parse_json(text.u.string, text.length, false, &number, &message) && number.kind == ASL_NUMBER)
		return number;
	return asl_undefined();
}

static bool
filter_type_safe_equal(AslValue first, AslValue second)
{
	return asl_defined(first) && asl_equal(first, second);
}

static bool
filter_equal(AslValue first, AslValue second)
{
	if (first.kind == ASL_NUMBER && second.kind == ASL_STRING)
		second = filter_number(second);
	else if (first.kind == ASL_STRING && second.kind == ASL_NUMBER)
		first = filter_number(first);
	return filter_type_safe_equal(first, second);
}

static bool
filter_not_equal(AslValue first, AslValue second)
{
	return !filter_equal(first, second);
}

static bool
filter_type_safe_not_equal(AslValue first, AslValue second)
{
	return !filter_type_safe_equal(first, second);
}

/* Texts are ordered by their bytes, which is by code points. */
static int
filter_order_texts(AslValue first, AslValue second)
{
	int			order = memcmp(first.u.string, second.u.string, Min(first.length, second.length));

	return order != 0 ? order : (first.length > second.length) - (first.length < second.length);
}

/* Are the two comparable, and if so, how do they order?  A number and a text compare as texts. */
static bool
filter_order(AslValue first, AslValue second, int *order)
{
	if (first.kind == ASL_NUMBER && second.kind == ASL_NUMBER)
	{
		*order = DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(asl_to_numeric(first)),
												   NumericGetDatum(asl_to_numeric(second))));
		return true;
	}
	if ((first.kind != ASL_NUMBER && first.kind != ASL_STRING) || (second.kind != ASL_NUMBER && second.kind != ASL_STRING))
		return false;
	if (first.kind == ASL_NUMBER)
		first = asl_cstring(asl_to_json(first));
	if (second.kind == ASL_NUMBER)
		second = asl_cstring(asl_to_json(second));
	*order = filter_order_texts(first, second);
	return true;
}

static bool
filter_less(AslValue first, AslValue second)
{
	int			order;

	return filter_order(first, second, &order) && order < 0;
}

static bool
filter_less_or_equal(AslValue first, AslValue second)
{
	int			order;

	return filter_order(first, second, &order) && order <= 0;
}

static bool
filter_greater(AslValue first, AslValue second)
{
	return filter_less(second, first);
}

static bool
filter_greater_or_equal(AslValue first, AslValue second)
{
	return filter_less_or_equal(second, first);
}

static bool
filter_in(AslValue first, AslValue second)
{
	AslIterator elements;
	AslValue	key;
	AslValue	element;

	if (second.kind != ASL_ARRAY)
		return false;
	elements = asl_iterate(second);
	while (asl_next(&elements, &key, &element))
		if (filter_equal(first, element))
			return true;
	return false;
}

static bool
filter_not_in(AslValue first, AslValue second)
{
	return !filter_in(first, second);
}

/* The number of elements of the first array that are in the second. */
static uint32
filter_count_common(AslValue first, AslValue second)
{
	AslIterator elements = asl_iterate(first);
	AslValue	key;
	AslValue	element;
	uint32		count = 0;

	while (asl_next(&elements, &key, &element))
	{
		CHECK_FOR_INTERRUPTS();
		count += filter_in(element, second);
	}
	return count;
}

static bool
filter_subset_of(AslValue first, AslValue second)
{
	return first.kind == ASL_ARRAY && second.kind == ASL_ARRAY &&
		filter_count_common(first, second) == asl_array_count(first);
}

static bool
filter_all(AslValue first, AslValue second)
{
	return filter_subset_of(second, first);
}

static bool
filter_any_of(AslValue first, AslValue second)
{
	return first.kind == ASL_ARRAY && second.kind == ASL_ARRAY && filter_count_common(first, second) > 0;
}

static bool
filter_none_of(AslValue first, AslValue second)
{
	return first.kind == ASL_ARRAY && second.kind == ASL_ARRAY && filter_count_common(first, second) == 0;
}

/* A text contains a text, an array an element. */
static bool
filter_contains(AslValue first, AslValue second)
{
	if (first.kind == ASL_STRING && second.kind == ASL_STRING)
		return second.length == 0 || memmem(first.u.string, first.length, second.u.string, second.length) != NULL;
	return filter_in(second, first);
}

/* The number of a container's children or of a text's characters; -1 for other values. */
static int64
filter_length(AslValue value)
{
	switch (value.kind)
	{
		case ASL_STRING:
			return pg_mbstrlen_with_len(value.u.string, value.length);
		case ASL_ARRAY:
			return asl_array_count(value);
		case ASL_OBJECT:
			return asl_object_count(value);
		default:
			return -1;
	}
}

static bool
filter_size(AslValue first, AslValue second)
{
	int64		size;

	return first.kind != ASL_OBJECT && second.kind == ASL_NUMBER && asl_to_int64(second, &size) &&
		size >= 0 && filter_length(first) == size;
}

static bool
filter_empty(AslValue first, AslValue second)
{
	int64		length = filter_length(first);

	return length >= 0 && second.kind == ASL_BOOL && (length == 0) == second.u.boolean;
}

static const struct
{
	const char *name;
	AslFilterComparison comparison;
}			filter_operators[] = {
	{"==", filter_equal},
	{"!=", filter_not_equal},
	{"===", filter_type_safe_equal},
	{"!==", filter_type_safe_not_equal},
	{"<", filter_less},
	{"<=", filter_less_or_equal},
	{">", filter_greater},
	{">=", filter_greater_or_equal},
	{"=~", NULL},
	{"in", filter_in},
	{"nin", filter_not_in},
	{"subsetof", filter_subset_of},
	{"all", filter_all},
	{"anyof", filter_any_of},
	{"noneof", filter_none_of},
	{"contains", filter_contains},
	{"size", filter_size},
	{"empty", filter_empty},
};

bool
asl_filter_operator(const char *name, int length, AslFilterComparison *comparison)
{
	for (int i = 0; i < lengthof(filter_operators); i++)
	{
		if (strlen(filter_operators[i].name) == length && pg_strncasecmp(filter_operators[i].name, name, length) == 0)
		{
			*comparison = filter_operators[i].comparison;
			return true;
		}
	}
	return false;
}

/* An operand's value; undefined where its path finds nothing. */
static AslValue
filter_operand(const AslOperand *operand, AslValue item, AslValue document)
{
	switch (operand->kind)
	{
		case ASL_OPERAND_ITEM:
			return asl_path_follow(operand->path, item, document);
		case ASL_OPERAND_DOCUMENT:
			return asl_path_follow(operand->path, document, document);
		default:
			return operand->literal;
	}
}

/* Does the operand's path find anything?  null is something, an indefinite path's empty array is nothing. */
static bool
filter_exists(const AslOperand *operand, AslValue item, AslValue document)
{
	AslValue	value = filter_operand(operand, item, document);

	return asl_defined(value) && (operand->path->definite || asl_array_count(value) > 0);
}

/* "=~", the regular expression on either side. */
static bool
filter_matches_pattern(const AslFilter *filter, AslValue item, AslValue document)
{
	bool		first = filter->first.kind == ASL_OPERAND_PATTERN;
	const AslOperand *pattern = first ? &filter->first : &filter->second;
	const AslOperand *value = first ? &filter->second : &filter->first;

	return asl_pattern_matches(pattern->pattern, filter_operand(value, item, document));
}

bool
asl_filter_matches(const AslFilter *filter, AslValue item, AslValue document)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	switch (filter->kind)
	{
		case ASL_FILTER_OR:
			return asl_filter_matches(filter->left, item, document) || asl_filter_matches(filter->right, item, document);
		case ASL_FILTER_AND:
			return asl_filter_matches(filter->left, item, document) && asl_filter_matches(filter->right, item, document);
		case ASL_FILTER_NOT:
			return !asl_filter_matches(filter->left, item, document);
		case ASL_FILTER_EXISTS:
			return filter_exists(&filter->first, item, document);
		case ASL_FILTER_COMPARE:
			if (filter->comparison == NULL)
				return filter_matches_pattern(filter, item, document);
			return filter->comparison(filter_operand(&filter->first, item, document),
									  filter_operand(&filter->second, item, document));
	}
	pg_unreachable();
}
