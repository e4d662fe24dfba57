/*
 * intrinsic.c - the table of the intrinsic functions, evaluating calls, and the checks of arguments.
 */
#include "postgres.h"

#include "base/errors.h"
#include "miscadmin.h"
#include "path/intrinsic_call.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

static const AslIntrinsicFunction intrinsic_functions[] = {
	{"States.Array", 0, PG_INT32_MAX, asl_intrinsic_array},
	{"States.ArrayContains", 2, 2, asl_intrinsic_array_contains},
	{"States.ArrayGetItem", 2, 2, asl_intrinsic_array_get_item},
	{"States.ArrayLength", 1, 1, asl_intrinsic_array_length},
	{"States.ArrayPartition", 2, 2, asl_intrinsic_array_partition},
	{"States.ArrayRange", 3, 3, asl_intrinsic_array_range},
	{"States.ArrayUnique", 1, 1, asl_intrinsic_array_unique},
	{"States.Base64Decode", 1, 1, asl_intrinsic_base64_decode},
	{"States.Base64Encode", 1, 1, asl_intrinsic_base64_encode},
	{"States.Format", 1, PG_INT32_MAX, asl_intrinsic_format},
	{"States.Hash", 2, 2, asl_intrinsic_hash},
	{"States.JsonMerge", 3, 3, asl_intrinsic_json_merge},
	{"States.JsonToString", 1, 1, asl_intrinsic_json_to_string},
	{"States.MathAdd", 2, 2, asl_intrinsic_math_add},
	{"States.MathRandom", 2, 3, asl_intrinsic_math_random},
	{"States.StringSplit", 2, 2, asl_intrinsic_string_split},
	{"States.StringToJson", 1, 1, asl_intrinsic_string_to_json},
	{"States.UUID", 0, 0, asl_intrinsic_uuid},
};

const AslIntrinsicFunction *
asl_intrinsic_function(const char *name, int length)
{
	for (int i = 0; i < lengthof(intrinsic_functions); i++)
		if (strlen(intrinsic_functions[i].name) == length && memcmp(intrinsic_functions[i].name, name, length) == 0)
			return &intrinsic_functions[i];
	return NULL;
}

const char *
asl_intrinsic_name(const AslIntrinsic *call)
{
	return call->function->name;
}

void
asl_intrinsic_fail(const AslIntrinsicCall *call, const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_ASL_INTRINSIC_FAILURE),
			 errmsg("The function '%s' had the following error: %s", call->expression, reason)));
}

/* A kind as causes name it. */
static const char *
intrinsic_kind_name(AslKind kind)
{
	switch (kind)
	{
		case ASL_NULL:
			return "NULL";
		case ASL_BOOL:
			return "BOOLEAN";
		case ASL_NUMBER:
			return "NUMBER";
		case ASL_STRING:
			return "STRING";
		case ASL_ARRAY:
			return "ARRAY";
		default:
			return "OBJECT";
	}
}

AslValue
asl_intrinsic_argument(const AslIntrinsicCall *call, int number, AslKind kind)
{
	if (call->arguments[number].kind != kind)
		asl_intrinsic_fail(call, psprintf("Argument %d of %s must be of type %s but was of type %s", number + 1,
										  call->intrinsic->function->name, intrinsic_kind_name(kind),
										  intrinsic_kind_name(call->arguments[number].kind)));
	return call->arguments[number];
}

int32
asl_intrinsic_integer(const AslIntrinsicCall *call, int number)
{
	AslValue	value = asl_intrinsic_argument(call, number, ASL_NUMBER);
	int64		integer;

	if (!asl_is_integer(value))
	{
		Datum		half = DirectFunctionCall2(numeric_div, NumericGetDatum(int64_to_numeric(1)),
											   NumericGetDatum(int64_to_numeric(2)));
		Datum		sum = DirectFunctionCall2(numeric_add, NumericGetDatum(asl_to_numeric(value)), half);

		value = asl_numeric(DatumGetNumeric(DirectFunctionCall1(numeric_floor, sum)));
	}
	if (!asl_to_int64(value, &integer) || integer < PG_INT32_MIN || integer > PG_INT32_MAX)
		asl_intrinsic_fail(call, psprintf("Argument %d of %s must be between -2147483648 and 2147483647", number + 1,
										  call->intrinsic->function->name));
	return integer;
}

/*
 * A path argument's value.  AWS names the state's input also where a path into the context object finds nothing, and
 * that path with one "$".
 */
static AslValue
intrinsic_path(const AslPath *path, AslScope *scope, const char *expression)
{
	AslValue	value = asl_path_evaluate(path, scope);

	if (!asl_defined(value))
		ereport(ERROR,
				(errcode(ERRCODE_ASL_RUNTIME),
				 errmsg("The function '%s' had the following error: The JsonPath argument for the field '%s' could not be found in the input '%s'",
						expression, asl_path_text(path) + (asl_path_root(path, NULL) == ASL_ROOT_CONTEXT ? 1 : 0),
						asl_to_json(scope->input))));
	return value;
}

/* Evaluates a call within the outermost call of the given text. */
static AslValue
intrinsic_evaluate(const AslIntrinsic *intrinsic, AslScope *scope, const char *expression)
{
	AslValue   *arguments = palloc(Max(intrinsic->count, 1) * sizeof(AslValue));
	AslIntrinsicCall call = {intrinsic, expression, intrinsic->count, arguments};

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < intrinsic->count; i++)
	{
		const AslIntrinsicArgument *argument = &intrinsic->arguments[i];

		if (argument->path != NULL)
			arguments[i] = intrinsic_path(argument->path, scope, expression);
		else if (argument->nested != NULL)
			arguments[i] = intrinsic_evaluate(argument->nested, scope, expression);
		else
			arguments[i] = argument->literal;
	}
	return intrinsic->function->call(&call);
}

AslValue
asl_intrinsic_evaluate(const AslIntrinsic *call, AslScope *scope)
{
	return intrinsic_evaluate(call, scope, call->text);
}

void
asl_intrinsic_paths(const AslIntrinsic *call, void (*visit) (const AslPath *path, void *arg), void *arg)
{
	for (int i = 0; i < call->count; i++)
	{
		if (call->arguments[i].path != NULL)
			visit(call->arguments[i].path, arg);
		else if (call->arguments[i].nested != NULL)
			asl_intrinsic_paths(call->arguments[i].nested, visit, arg);
	}
}
