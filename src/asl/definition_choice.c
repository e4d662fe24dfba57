/*
 * definition_choice.c - reading the rules of a Choice state.
 *
 * A rule and a test nested in And, Or, Not are read by the same table: nested tests lack what a rule says about the
 * transition.
 */
#include "postgres.h"

#include "asl/definition_reader.h"
#include "asl/timestamp.h"
#include "miscadmin.h"

typedef enum TestVariant { RULE, NESTED } TestVariant;

#define ON_RULE		ASL_ON(RULE)
#define BOTH		ASL_IN_BOTH
#define PATHS		ASL_IN_JSONPATH
#define JSONATA		ASL_IN_JSONATA

#define MAX_NESTING	100

static void read_and(AslReader *reader, const AslField *field, AslValue value, void *target);
static void read_or(AslReader *reader, const AslField *field, AslValue value, void *target);
static void read_not(AslReader *reader, const AslField *field, AslValue value, void *target);
static void read_variable(AslReader *reader, const AslField *field, AslValue value, void *target);
static void read_operand(AslReader *reader, const AslField *field, AslValue value, void *target);
static void read_operand_path(AslReader *reader, const AslField *field, AslValue value, void *target);

#define AT(member)	.offset = offsetof(AslChoiceRule, member)

/* StringEquals: operand of that type; StringEqualsPath: a path to one; IsNull: true or false. */
#define COMPARATOR(name, type, comparison_) \
	{name, ASL_ON_ANY, PATHS, .group = ASL_GROUP_COMPARISON, .read = read_operand, \
	.operand_type = ASL_OPERAND_##type, .comparison = ASL_##comparison_}
#define COMPARATORS(name, type, comparison_) \
	COMPARATOR(name, type, comparison_), \
	{name "Path", ASL_ON_ANY, PATHS, .group = ASL_GROUP_COMPARISON, .read = read_operand_path, \
	.operand_type = ASL_OPERAND_##type, .comparison = ASL_##comparison_}
#define ORDERED(family, type) \
	COMPARATORS(family "Equals", type, EQUALS), \
	COMPARATORS(family "LessThan", type, LESS_THAN), \
	COMPARATORS(family "GreaterThan", type, GREATER_THAN), \
	COMPARATORS(family "LessThanEquals", type, LESS_THAN_EQUALS), \
	COMPARATORS(family "GreaterThanEquals", type, GREATER_THAN_EQUALS)

static const AslField test_fields[] = {
	{"And", ASL_ON_ANY, PATHS, ASL_GROUP_REQUIRED, ASL_GROUP_TEST, read_and},
	{"Or", ASL_ON_ANY, PATHS, ASL_GROUP_REQUIRED, ASL_GROUP_TEST, read_or},
	{"Not", ASL_ON_ANY, PATHS, ASL_GROUP_REQUIRED, ASL_GROUP_TEST, read_not},
	{"Variable", ASL_ON_ANY, PATHS, ASL_GROUP_REQUIRED, ASL_GROUP_TEST, read_variable},
	{"Condition", ON_RULE, JSONATA, ASL_GROUP_REQUIRED, ASL_GROUP_TEST, asl_read_computed_bool, AT(condition)},
	{"Next", ON_RULE, BOTH, ASL_REQUIRED, .read = asl_read_target, AT(next)},
	{"Assign", ON_RULE, BOTH, .read = asl_read_assign, AT(assign)},
	{"Output", ON_RULE, JSONATA, .read = asl_read_template, AT(output)},
	{"Comment", ASL_ON_ANY, BOTH, .read = asl_check_text},
	ORDERED("String", STRING),
	COMPARATOR("StringMatches", STRING, MATCHES),
	ORDERED("Numeric", NUMERIC),
	COMPARATORS("BooleanEquals", BOOLEAN, EQUALS),
	ORDERED("Timestamp", TIMESTAMP),
	COMPARATOR("IsNull", BOOLEAN, IS_NULL),
	COMPARATOR("IsPresent", BOOLEAN, IS_PRESENT),
	COMPARATOR("IsNumeric", BOOLEAN, IS_NUMERIC),
	COMPARATOR("IsString", BOOLEAN, IS_STRING),
	COMPARATOR("IsBoolean", BOOLEAN, IS_BOOLEAN),
	COMPARATOR("IsTimestamp", BOOLEAN, IS_TIMESTAMP),
};

static const AslObject test_object = {lengthof(test_fields), test_fields};

/* Variable: a reference path. */
static void
read_variable(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslChoiceRule *rule = target;

	rule->test->variable = asl_parse_reference_path(reader, field, value, true);
}

/* Notes a comparator. */
static AslTest *
choose_comparison(const AslField *field, AslChoiceRule *rule)
{
	rule->test->comparison = field->comparison;
	rule->test->operand_type = field->operand_type;
	return rule->test;
}

/* A comparator's constant, of the comparator's type. */
static void
read_operand(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	static const AslKind kinds[] = {
		[ASL_OPERAND_STRING] = ASL_STRING, [ASL_OPERAND_NUMERIC] = ASL_NUMBER,
		[ASL_OPERAND_BOOLEAN] = ASL_BOOL, [ASL_OPERAND_TIMESTAMP] = ASL_STRING
	};
	AslTest    *test = choose_comparison(field, target);
	AslTimestamp instant;

	if (!asl_expect(reader, value, kinds[field->operand_type]))
		return;
	if (field->operand_type == ASL_OPERAND_TIMESTAMP && !asl_timestamp_parse(value.u.string, value.length, &instant))
		asl_complain(reader, ASL_SCHEMA, "String does not match RFC3339 timestamp");
	test->operand = value;
}

/* A comparator's reference path. */
static void
read_operand_path(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslTest    *test = choose_comparison(field, target);

	test->operand_path = asl_parse_reference_path(reader, field, value, true);
}

/* Complains about a Variable without comparator and a comparator without Variable. */
static void
check_comparison(AslReader *reader, AslValue value)
{
	bool		variable = asl_defined(asl_object_get(value, "Variable", strlen("Variable")));
	const char *comparators[lengthof(test_fields) + 1] = {NULL};
	const char *present = NULL;
	int			count = 0;

	for (int i = 0; i < lengthof(test_fields); i++)
	{
		const char *name = test_fields[i].name;

		if (test_fields[i].group != ASL_GROUP_COMPARISON)
			continue;
		comparators[count++] = name;
		if (asl_defined(asl_object_get(value, name, strlen(name))))
			present = name;
	}
	if (variable && present == NULL)
		asl_complain(reader, ASL_SCHEMA, "This object should have only one of the following fields: [%s]",
					 asl_join_words(comparators));
	else if (!variable && present != NULL)
		asl_complain(reader, ASL_SCHEMA, "Field '%s' is not supported", present);
}

/* Reads a rule or a nested test into rule, and in JSONPath into the test that it points to. */
static void
read_test(AslReader *reader, TestVariant variant, AslValue value, AslChoiceRule *rule)
{
	check_stack_depth();
	if (++reader->depth > MAX_NESTING)
		asl_complain(reader, "TOO_DEEPLY_NESTED", "The choice rule is too deeply nested");
	else
	{
		if (reader->language == ASL_JSONPATH)
			rule->test = palloc0(sizeof(AslTest));
		asl_read_object(reader, &test_object, variant, value, rule);
		if (value.kind == ASL_OBJECT && reader->language == ASL_JSONPATH)
			check_comparison(reader, value);
	}
	reader->depth--;
}

/* Reads one nested test. */
static AslTest *
read_nested_test(AslReader *reader, AslValue value)
{
	AslChoiceRule rule = {0};

	read_test(reader, NESTED, value, &rule);
	return rule.test;
}

/* And, Or: an array of tests, at least one. */
static void
read_tests(AslReader *reader, AslTestKind kind, AslValue value, AslTest *test)
{
	test->kind = kind;
	if (!asl_expect_elements(reader, value))
		return;
	test->tests = palloc(asl_array_count(value) * sizeof(AslTest *));
	for (int i = 0; i < asl_array_count(value); i++)
	{
		int			entered = asl_enter_index(reader, i);

		test->tests[test->count++] = read_nested_test(reader, asl_array_get(value, i));
		asl_leave(reader, entered);
	}
}

static void
read_and(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	read_tests(reader, ASL_TEST_AND, value, ((AslChoiceRule *) target)->test);
}

static void
read_or(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	read_tests(reader, ASL_TEST_OR, value, ((AslChoiceRule *) target)->test);
}

/* Not: one test. */
static void
read_not(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslTest    *test = ((AslChoiceRule *) target)->test;

	test->kind = ASL_TEST_NOT;
	test->count = 1;
	test->tests = palloc(sizeof(AslTest *));
	test->tests[0] = read_nested_test(reader, value);
}

/* Choices: an array of rules, at least one. */
void
asl_read_choices(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState   *state = target;

	if (!asl_expect_elements(reader, value))
		return;
	state->choice_count = asl_array_count(value);
	state->choices = palloc0(state->choice_count * sizeof(AslChoiceRule));
	for (int i = 0; i < state->choice_count; i++)
	{
		int			entered = asl_enter_index(reader, i);

		read_test(reader, RULE, asl_array_get(value, i), &state->choices[i]);
		asl_leave(reader, entered);
	}
}
