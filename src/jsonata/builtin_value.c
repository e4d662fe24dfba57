/*
 * builtin_value.c - functions of values of any kind, of time, and $eval.
 */
#include "postgres.h"

#include <math.h>

#include "jsonata/datetime.h"
#include "jsonata/evaluate.h"
#include "jsonata/parser.h"

static AslValue
value_boolean(Evaluation *ev, const AslValue *args, int count)
{
	int			truth = asl_cast_boolean(ev, args[0]);

	return truth < 0 ? asl_undefined() : asl_bool(truth);
}

static AslValue
value_not(Evaluation *ev, const AslValue *args, int count)
{
	int			truth = asl_cast_boolean(ev, args[0]);

	return truth < 0 ? asl_undefined() : asl_bool(!truth);
}

static AslValue
value_exists(Evaluation *ev, const AslValue *args, int count)
{
	return asl_bool(asl_defined(args[0]));
}

static AslValue
value_type(Evaluation *ev, const AslValue *args, int count)
{
	static const char *const names[] = {
		[ASL_NULL] = "null", [ASL_BOOL] = "boolean", [ASL_NUMBER] = "number", [ASL_STRING] = "string",
		[ASL_ARRAY] = "array", [ASL_OBJECT] = "object", [ASL_FUNCTION] = "function"
	};

	/* An infinite one is an error. */
	(void) asl_is_number(ev, args[0]);
	return asl_defined(args[0]) ? asl_cstring(names[args[0].kind]) : args[0];
}

/* The message that was given, or the usual one. */
static const char *
value_message(AslValue message, const char *usual)
{
	return message.kind == ASL_STRING && message.length > 0 ? asl_to_cstring(message) : usual;
}

static AslValue
value_error(Evaluation *ev, const AslValue *args, int count)
{
	RAISE(&ev->escape, .code = "D3137", .text = value_message(args[0], "$error() function evaluated"));
}

static AslValue
value_assert(Evaluation *ev, const AslValue *args, int count)
{
	if (args[0].kind != ASL_BOOL || !args[0].u.boolean)
		RAISE(&ev->escape, .code = "D3141", .text = value_message(args[1], "$assert() statement failed"));
	return asl_undefined();
}

static AslValue
value_millis(Evaluation *ev, const AslValue *args, int count)
{
	return asl_number(ev->now);
}

/* A point in time as text. */
static AslValue
value_format_time(Evaluation *ev, double millis, AslValue picture, AslValue timezone)
{
	AslValue	result;

	if (!asl_datetime_format(millis, picture, timezone, &result, ev->escape.error))
		asl_raise_filled(&ev->escape, 0);
	return result;
}

static AslValue
value_now(Evaluation *ev, const AslValue *args, int count)
{
	return value_format_time(ev, ev->now, args[0], args[1]);
}

static AslValue
value_from_millis(Evaluation *ev, const AslValue *args, int count)
{
	return asl_defined(args[0]) ? value_format_time(ev, asl_cast_double(args[0]), args[1], args[2]) : args[0];
}

static AslValue
value_to_millis(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result;

	if (!asl_defined(args[0]))
		return args[0];
	if (!asl_datetime_parse(args[0], args[1], ev->now, &result, ev->escape.error))
		asl_raise_filled(&ev->escape, 0);
	if (result.kind == ASL_NUMBER && !isfinite(asl_cast_double(result)))
		ev->unclean = true;
	return result;
}

/* Parses an expression that sees its caller's variables. */
static JsonataExpr *
value_compile(Evaluation *ev, AslValue text)
{
	JsonataExpr *expr = palloc0(sizeof(JsonataExpr));

	expr->dialect = ev->expr->dialect;
	expr->source = asl_to_cstring(text);
	expr->length = text.length;
	expr->root = asl_parser_parse(expr->source, expr->length, expr->dialect, &ev->escape);
	expr->root = asl_postprocess(expr->root, &ev->escape);
	asl_resolve(expr, ev->caller_scope, &ev->escape);
	return expr;
}

/* What $eval's expression sees as its context. */
static AslValue
value_eval_context(Evaluation *ev, AslValue focus)
{
	AslValue	wrapped;

	if (!asl_defined(focus))
		return ev->caller_context;
	if (focus.kind != ASL_ARRAY || (focus.flags & VALUE_SEQUENCE))
		return focus;
	wrapped = asl_array_new(1);
	asl_array_push(&wrapped, focus);
	wrapped.flags = VALUE_SEQUENCE | VALUE_OUTER;
	return wrapped;
}

/* Errors inside are told by an error of $eval itself; everything around it is as it was before. */
static AslValue
value_eval(Evaluation *ev, const AslValue *args, int count)
{
	Escape		outer = ev->escape;
	int			depth = ev->depth;
	AslValue	context = value_eval_context(ev, args[1]);
	Frame	   *caller = ev->caller_frame;
	JsonataError inner;
	sigjmp_buf	target;
	volatile bool parsed = false;
	AslValue	result;

	if (!asl_defined(args[0]))
		return args[0];
	ev->escape = (Escape) {.target = &target, .error = &inner, .source = asl_to_cstring(args[0])};
	if (sigsetjmp(target, 0) == 0)
	{
		JsonataExpr *expr = value_compile(ev, args[0]);

		parsed = true;
		result = asl_evaluate(ev, expr->root, context, asl_frame_new(expr->shape, caller));
		ev->escape = outer;
		return result;
	}
	ev->escape = outer;
	ev->depth = depth;
	RAISE(&ev->escape, .code = parsed ? "D3121" : "D3120", .value = asl_cstring(inner.message));
}

Builtin		asl_builtins_value[] = {
	{"boolean", "<x-:b>", 1, value_boolean, BUILTIN_BOTH},
	{"not", "<x-:b>", 1, value_not, BUILTIN_BOTH},
	{"exists", "<x:b>", 1, value_exists, BUILTIN_BOTH},
	{"type", "<x:s>", 1, value_type, BUILTIN_BOTH},
	{"error", "<s?:x>", 1, value_error, BUILTIN_BOTH},
	{"assert", "<bs?:x>", 2, value_assert, BUILTIN_BOTH},
	{"now", "<s?s?:s>", 2, value_now, BUILTIN_BOTH},
	{"millis", "<:n>", 0, value_millis, BUILTIN_BOTH},
	{"fromMillis", "<n-s?s?:s>", 3, value_from_millis, BUILTIN_BOTH},
	{"toMillis", "<s-s?:n>", 2, value_to_millis, BUILTIN_BOTH},
	{"eval", "<sx?:x>", 2, value_eval, BUILTIN_STANDARD},
	{0}
};
