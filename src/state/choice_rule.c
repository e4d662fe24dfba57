/*
 * choice_rule.c - the data tests of JSONPath Choice rules.
 */
#include "postgres.h"

#include "state/state.h"

#include "asl/timestamp.h"
#include "jsonata/text.h"
#include "miscadmin.h"
#include "utils/fmgrprotos.h"

/* The instant that a value is; false for other values than timestamps. */
static bool
timestamp_of(AslValue v, AslTimestamp *instant)
{
	return v.kind == ASL_STRING && asl_timestamp_parse(v.u.string, v.length, instant);
}

/* A pattern's backslashes stand before a star or another backslash. */
static void
check_pattern(AslValue pattern)
{
	const char *p = pattern.u.string;

	for (uint32 i = 0; i < pattern.length; i++)
		if (p[i] == '\\' && (++i == pattern.length || (p[i] != '*' && p[i] != '\\')))
			asl_raise_runtime("The StringMatches pattern '%s' has a backslash that is followed by neither * nor another "
							  "backslash.", asl_to_cstring(pattern));
}

/*
 * StringMatches: "*" stands for any text, "\*" and "\\" for themselves.  Going back to the last star only keeps this linear for one star and quadratic at worst.
 */
static bool
string_matches(AslValue v, AslValue pattern)
{
	const char *s = v.u.string,
			   *s_end = s + v.length;
	const char *p = pattern.u.string,
			   *p_end = p + pattern.length;
	const char *star = NULL,
			   *restart = NULL;

	while (s < s_end)
	{
		int			escape = p + 1 < p_end && *p == '\\' ? 1 : 0;

		CHECK_FOR_INTERRUPTS();
		if (p < p_end && *p == '*')
		{
			star = ++p;
			restart = s;
		}
		else if (p < p_end && p[escape] == *s)
		{
			p += escape + 1;
			s++;
		}
		else if (star != NULL)
		{
			p = star;
			s = ++restart;
		}
		else
			return false;
	}
	while (p < p_end && *p == '*')
		p++;
	return p == p_end;
}

static int
number_compare(AslValue a, AslValue b)
{
	if (a.form == ASL_FORM_OWN && b.form == ASL_FORM_OWN)
		return a.u.number < b.u.number ? -1 : a.u.number > b.u.number;
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(asl_to_numeric(a)),
											 NumericGetDatum(asl_to_numeric(b))));
}

/* Orders two values of the operand's type; false where one of them is of another type. */
static bool
compare(AslOperandType type, AslValue a, AslValue b, int *order)
{
	AslTimestamp ta,
				tb;

	switch (type)
	{
		case ASL_OPERAND_STRING:
			if (a.kind != ASL_STRING || b.kind != ASL_STRING)
				return false;
			*order = asl_text_compare(a, b);
			return true;
		case ASL_OPERAND_NUMERIC:
			if (a.kind != ASL_NUMBER || b.kind != ASL_NUMBER)
				return false;
			*order = number_compare(a, b);
			return true;
		case ASL_OPERAND_BOOLEAN:
			if (a.kind != ASL_BOOL || b.kind != ASL_BOOL)
				return false;
			*order = (int) a.u.boolean - (int) b.u.boolean;
			return true;
		case ASL_OPERAND_TIMESTAMP:
			if (!timestamp_of(a, &ta) || !timestamp_of(b, &tb))
				return false;
			*order = asl_timestamp_compare(&ta, &tb);
			return true;
	}
	return false;
}

/* IsNull and its siblings. */
static bool
is_of_type(AslComparison comparison, AslValue v)
{
	AslTimestamp ignored;

	switch (comparison)
	{
		case ASL_IS_NULL:
			return v.kind == ASL_NULL;
		case ASL_IS_PRESENT:
			return asl_defined(v);
		case ASL_IS_NUMERIC:
			return v.kind == ASL_NUMBER;
		case ASL_IS_STRING:
			return v.kind == ASL_STRING;
		case ASL_IS_BOOLEAN:
			return v.kind == ASL_BOOL;
		default:
			return timestamp_of(v, &ignored);
	}
}

/* A value that a test must find. */
static AslValue
test_value(const AslPath *path, AslScope *scope)
{
	AslValue	v = asl_path_evaluate(path, scope);

	if (!asl_defined(v))
		asl_raise_runtime("Invalid path '%s': The choice state's condition path references an invalid value.",
						  asl_path_text(path));
	return v;
}

static bool
comparison_holds(const AslTest *test, AslScope *scope)
{
	AslValue	v;
	AslValue	operand;
	int			order;

	if (test->comparison == ASL_IS_PRESENT)
		return is_of_type(ASL_IS_PRESENT, asl_path_evaluate(test->variable, scope)) == test->operand.u.boolean;
	v = test_value(test->variable, scope);
	if (test->comparison > ASL_MATCHES)
		return is_of_type(test->comparison, v) == test->operand.u.boolean;
	operand = test->operand_path ? test_value(test->operand_path, scope) : test->operand;
	if (test->comparison == ASL_MATCHES)
	{
		check_pattern(operand);
		return v.kind == ASL_STRING && string_matches(v, operand);
	}
	if (!compare(test->operand_type, v, operand, &order))
		return false;
	switch (test->comparison)
	{
		case ASL_EQUALS:
			return order == 0;
		case ASL_LESS_THAN:
			return order < 0;
		case ASL_GREATER_THAN:
			return order > 0;
		case ASL_LESS_THAN_EQUALS:
			return order <= 0;
		default:
			return order >= 0;
	}
}

bool
asl_test_matches(const AslTest *test, AslScope *scope)
{
	check_stack_depth();
	switch (test->kind)
	{
		case ASL_TEST_AND:
			for (int i = 0; i < test->count; i++)
				if (!asl_test_matches(test->tests[i], scope))
					return false;
			return true;
		case ASL_TEST_OR:
			for (int i = 0; i < test->count; i++)
				if (asl_test_matches(test->tests[i], scope))
					return true;
			return false;
		case ASL_TEST_NOT:
			return !asl_test_matches(test->tests[0], scope);
		default:
			return comparison_holds(test, scope);
	}
}
