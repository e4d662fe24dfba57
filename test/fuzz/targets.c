/*
 * targets.c - what can be fuzzed.
 *
 * A target that needs two texts takes them from the two halves of its input, which a line feed separates.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "asl/definition.h"
#include "base/errors.h"
#include "jsonata/datetime.h"
#include "jsonata/jsonata.h"
#include "jsonata/picture_integer.h"
#include "jsonata/picture_number.h"
#include "jsonata/regex.h"
#include "path/template.h"

#include "targets.h"

/* What expressions and paths are evaluated on. */
static const char *const document =
"{\"a\": {\"b\": [1, 2.5, -3e3, null, true, \"x\", [], {}, [[4, [5]], 6]], \"c\": {\"d\": \"text\", \"é\": \"ß😀\"}},"
" \"list\": [{\"id\": 1, \"tags\": [\"x\", \"y\"], \"n\": null}, {\"id\": 2, \"tags\": [\"y\"]}, {\"id\": 3}],"
" \"s\": \"hello, world\", \"n\": 12345678901234567890, \"t\": \"2018-03-23T10:33:36.617Z\", \"empty\": []}";

static AslValue
fuzz_document(void)
{
	static Jsonb *jsonb = NULL;
	MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);

	if (jsonb == NULL)
		jsonb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(document)));
	MemoryContextSwitchTo(old);
	return asl_from_jsonb(jsonb);
}

/* The input's two halves. */
static void
fuzz_split(const char *text, int length, AslValue *first, AslValue *second)
{
	const char *line_feed = memchr(text, '\n', length);
	int			split = line_feed ? (int) (line_feed - text) : length;

	*first = asl_string(text, split);
	*second = asl_string(text + Min(split + 1, length), Max(length - split - 1, 0));
}

static AslValue
fuzz_no_context(AslScope *scope)
{
	return asl_object_new(0);
}

static AslValue
fuzz_no_variable(AslScope *scope, const char *name, int length)
{
	return asl_undefined();
}

static AslValue
fuzz_jsonata_variable(void *arg, const char *name, int length)
{
	return asl_undefined();
}

static void
fuzz_json(const char *text, int length)
{
	AslValue	value;
	char	   *message;

	if (asl_parse_json(text, length, true, &value, &message))
	{
		Jsonb	   *jsonb = asl_to_jsonb(value);

		if (!asl_equal(value, asl_from_jsonb(jsonb)))
			elog(PANIC, "the value differs from its jsonb");
		asl_to_json(value);
	}
}

static void
fuzz_jsonata_parse(const char *text, int length)
{
	JsonataError error;
	JsonataExpr *expression = asl_jsonata_parse(text, length, JSONATA_STANDARD, &error);

	if (expression)
		asl_jsonata_unsupported(expression);
}

static void
fuzz_jsonata_evaluate(const char *text, int length)
{
	JsonataError error;
	JsonataExpr *expression = asl_jsonata_parse(text, length, JSONATA_STANDARD, &error);
	AslValue	result;

	if (expression &&
		asl_jsonata_evaluate(expression, fuzz_document(), fuzz_jsonata_variable, NULL, &result, &error) &&
		asl_defined(result))
		asl_to_jsonb(result);
}

static void
fuzz_regex(const char *text, int length)
{
	AslValue	pattern;
	AslValue	subject;
	JsonataError error;
	JsonataRegex *regex;
	RegexSpan  *spans;
	bool		matched;

	fuzz_split(text, length, &pattern, &subject);
	regex = asl_regex_compile(pattern.u.string, pattern.length, length % 2, length % 3, &error);
	if (regex == NULL)
		return;
	spans = palloc((asl_regex_groups(regex) + 1) * sizeof(RegexSpan));
	if (asl_regex_exec(regex, subject.u.string, subject.length, 0, &matched, spans, &error) && matched)
		for (int i = 0; i <= asl_regex_groups(regex); i++)
			if (spans[i].start > spans[i].end || spans[i].end > (int) subject.length)
				elog(PANIC, "group %d is no part of the text", i);
}

static void
fuzz_date(const char *text, int length)
{
	AslValue	picture;
	AslValue	timestamp;
	AslValue	written;
	AslValue	result;
	JsonataError error;

	fuzz_split(text, length, &picture, &timestamp);
	asl_datetime_parse(timestamp, asl_undefined(), 0, &result, &error);
	asl_datetime_parse(timestamp, picture, 1521801216617.0, &result, &error);
	if (asl_datetime_format(1521801216617.0, picture, asl_cstring("-0330"), &written, &error))
		asl_datetime_parse(written, picture, 0, &result, &error);
}

static void
fuzz_integer(const char *text, int length)
{
	AslValue	picture;
	AslValue	number;
	AslValue	result;
	JsonataError error;

	fuzz_split(text, length, &picture, &number);
	asl_picture_integer_parse(number, picture, &result, &error);
	asl_picture_integer_format(strtod(text + picture.length, NULL), picture, &result, &error);
}

static void
fuzz_number(const char *text, int length)
{
	AslValue	picture;
	AslValue	number;
	AslValue	result;
	JsonataError error;

	fuzz_split(text, length, &picture, &number);
	asl_picture_number_format(strtod(text + picture.length, NULL), picture, asl_undefined(), &result, &error);
}

static void
fuzz_path(const char *text, int length)
{
	AslScope	scope = {.context = fuzz_no_context, .variable = fuzz_no_variable};
	AslSyntaxError error;
	AslPath    *path = asl_path_parse(text, length, &error);

	scope.input = fuzz_document();
	if (path == NULL)
		return;
	if (!asl_defined(asl_path_evaluate(path, &scope)))
		asl_path_missing(path, &scope);
	asl_path_is_past_end(path, &scope);
	if (asl_path_root(path, NULL) == ASL_ROOT_INPUT && asl_path_is_reference(path, &error))
	{
		scope.input = asl_path_write(path, scope.input, asl_bool(true));
		if (!asl_equal(asl_path_evaluate(path, &scope), asl_bool(true)))
			elog(PANIC, "what was written is not there");
	}
}

static void
fuzz_no_complaint(void *arg, const char *pointer, const char *message)
{
}

static void
fuzz_template(const char *text, int length)
{
	AslScope	scope = {.context = fuzz_no_context, .variable = fuzz_no_variable};
	AslTemplate *tmpl;
	AslValue	literal;
	char	   *message;

	if (!asl_parse_json(text, length, false, &literal, &message))
		return;
	scope.input = fuzz_document();
	tmpl = asl_template_parse(literal, fuzz_no_complaint, NULL);
	if (tmpl)
		asl_to_json(asl_template_evaluate(tmpl, &scope));
}

static void
fuzz_intrinsic(const char *text, int length)
{
	AslScope	scope = {.context = fuzz_no_context, .variable = fuzz_no_variable};
	AslSyntaxError error;
	AslIntrinsic *call = asl_intrinsic_parse(text, length, &error);

	scope.input = fuzz_document();
	if (call)
		asl_intrinsic_evaluate(call, &scope);
}

static void
fuzz_definition(const char *text, int length)
{
	AslDiagnostics diagnostics = {0};
	Jsonb	   *definition = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));

	asl_definition_read(definition, length % 2, CurrentMemoryContext, &diagnostics);
}

static bool
fuzz_expects_value(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_ASL_UNREPRESENTABLE_VALUE || sqlerrcode == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
}

static bool
fuzz_expects_path(int sqlerrcode)
{
	return fuzz_expects_value(sqlerrcode) || sqlerrcode == ERRCODE_ASL_RUNTIME || sqlerrcode == ERRCODE_ASL_INTRINSIC_FAILURE ||
		sqlerrcode == ERRCODE_ASL_RESULT_PATH_MATCH_FAILURE;
}

/* jsonb's own refusals. */
static bool
fuzz_expects_definition(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_INVALID_TEXT_REPRESENTATION || sqlerrcode == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE ||
		sqlerrcode == ERRCODE_UNTRANSLATABLE_CHARACTER;
}

const FuzzTarget fuzz_targets[] = {
	{"json", fuzz_json, fuzz_expects_value},
	{"jsonata-parse", fuzz_jsonata_parse},
	{"jsonata-evaluate", fuzz_jsonata_evaluate, fuzz_expects_value},
	{"regex", fuzz_regex},
	{"date", fuzz_date},
	{"integer", fuzz_integer},
	{"number", fuzz_number},
	{"path", fuzz_path, fuzz_expects_path},
	{"intrinsic", fuzz_intrinsic, fuzz_expects_path},
	{"template", fuzz_template, fuzz_expects_path},
	{"definition", fuzz_definition, fuzz_expects_definition},
	{NULL}
};
