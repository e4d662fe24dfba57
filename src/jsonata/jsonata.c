/*
 * jsonata.c - the contract of this folder: compiling and evaluating an expression.
 */
#include "postgres.h"

#include <math.h>

#include "jsonata/evaluate.h"
#include "jsonata/parser.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* Compiles an expression in the current memory context. */
JsonataExpr *
asl_jsonata_parse(const char *text, int length, JsonataDialect dialect, JsonataError *error)
{
	sigjmp_buf	target;
	Escape		escape = {.target = &target, .error = error};
	JsonataExpr *expr = palloc0(sizeof(JsonataExpr));

	expr->dialect = dialect;
	expr->source = pnstrdup(text, length);
	expr->length = length;
	escape.source = expr->source;
	if (sigsetjmp(target, 0) != 0)
		return NULL;
	expr->root = asl_parser_parse(expr->source, length, dialect, &escape);
	expr->root = asl_postprocess(expr->root, &escape);
	asl_resolve(expr, NULL, &escape);
	return expr;
}

/* A number that is no JSON number: in Step Functions its name, else an error. */
static AslValue
jsonata_not_finite(Evaluation *ev, AslValue v)
{
	double		number = asl_cast_double(v);

	if (ev->expr->dialect == JSONATA_STATES)
		return asl_cstring(isnan(number) ? "NaN" : number < 0 ? "-Infinity" : "Infinity");
	RAISE(&ev->escape, .code = "D1001", .value = v);
}

/* The value with nothing in it that JSON does not have: numbers that are not finite, undefined in arrays. */
static AslValue
jsonata_clean(Evaluation *ev, AslValue v)
{
	AslValue	copy;
	AslIterator it;
	AslValue	key;
	AslValue	element;

	if (v.kind == ASL_NUMBER && v.form == ASL_FORM_OWN && !isfinite(v.u.number))
		return jsonata_not_finite(ev, v);
	if (!asl_is_container(v) || v.form != ASL_FORM_OWN)
		return v;
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	copy = v.kind == ASL_ARRAY ? asl_array_new(asl_array_count(v)) : asl_object_new(asl_object_count(v));
	it = asl_iterate(v);
	while (asl_next(&it, &key, &element))
	{
		element = jsonata_clean(ev, element);
		if (v.kind == ASL_ARRAY)
			asl_array_push(&copy, asl_defined(element) ? element : asl_null());
		else if (asl_defined(element))
			asl_object_set(&copy, key.u.string, key.length, element);
	}
	return copy;
}

/*
 * Takes the evaluator's flags off a value and all values in it.  Only what this evaluation has made has any, and nobody
 * else has seen it yet, so they are changed where they stand.
 */
static void
jsonata_clear_flags(AslValue *v)
{
	v->flags = 0;
	if (!asl_is_container(*v) || v->form != ASL_FORM_OWN)
		return;
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (v->kind == ASL_ARRAY)
	{
		for (uint32 i = 0; i < v->u.array->count; i++)
		{
			AslValue   *element = &v->u.array->items[i];

			if (element->flags != 0 || asl_is_container(*element))
				jsonata_clear_flags(element);
		}
	}
	else
	{
		for (uint32 i = 0; i < v->u.object->count; i++)
		{
			AslValue   *member = &v->u.object->members[i].value;

			if (member->flags != 0 || asl_is_container(*member))
				jsonata_clear_flags(member);
		}
	}
}

/* The first context: the input; an array is one item, not many. */
static AslValue
jsonata_context(AslValue input)
{
	AslValue	wrapped;

	if (input.kind != ASL_ARRAY)
		return input;
	wrapped = asl_array_new(1);
	asl_array_push(&wrapped, input);
	wrapped.flags = VALUE_SEQUENCE | VALUE_OUTER;
	return wrapped;
}

/* Milliseconds since 1970. */
static double
jsonata_now(TimestampTz now)
{
	return floor((now + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY) / 1000.0);
}

/* Evaluates the expression and makes its value one for the caller; false where it gives up. */
static bool
jsonata_run(Evaluation *ev, AslValue *result)
{
	sigjmp_buf	target;
	AslValue	v;

	ev->escape.target = &target;
	if (sigsetjmp(target, 0) != 0)
		return false;
	v = asl_evaluate(ev, ev->expr->root, jsonata_context(ev->input), asl_frame_new(ev->expr->shape, NULL));
	if (v.flags & VALUE_TUPLES)
		v = asl_undefined();
	*result = ev->unclean ? jsonata_clean(ev, v) : v;
	jsonata_clear_flags(result);
	return true;
}

/*
 * The error being raised as one of the expression: a value that is nested too deeply, or contains itself, exhausts the
 * stack of whatever walks over it.  All other errors are the caller's, as are those of the variables that it provides.
 */
static void
jsonata_catch(Evaluation *ev, JsonataError *error)
{
	sigjmp_buf	target;

	if (geterrcode() != ERRCODE_STATEMENT_TOO_COMPLEX || ev->outside)
		PG_RE_THROW();
	MemoryContextSwitchTo(ev->context);
	FlushErrorState();
	ev->escape = (Escape) {.target = &target, .error = error, .source = ev->expr->source};
	if (sigsetjmp(target, 0) == 0)
		asl_raise_depth(&ev->escape, ev->expr->dialect, 0);
}

/* Evaluates an expression. */
bool
asl_jsonata_evaluate(const JsonataExpr *expr, AslValue input, JsonataVariable variable, void *arg,
					 AslValue *result, JsonataError *error)
{
	TimestampTz now = GetCurrentTimestamp();
	Evaluation	ev = {
		.escape = {.error = error, .source = expr->source},
		.expr = expr,
		.input = input,
		.variable = variable,
		.arg = arg,
		.limits = asl_limits(expr->dialect),
		.context = CurrentMemoryContext,
		.now = jsonata_now(now)
	};
	volatile bool done = false;

	ev.memory = MemoryContextMemAllocated(ev.context, true);
	if (ev.limits.timeout > 0)
		ev.deadline = TimestampTzPlusMilliseconds(now, ev.limits.timeout);
	PG_TRY();
	{
		done = jsonata_run(&ev, result);
	}
	PG_CATCH();
	{
		jsonata_catch(&ev, error);
	}
	PG_END_TRY();
	return done;
}
