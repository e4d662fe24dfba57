/*
 * argument.c - arguments and results of SQL-callable functions.
 */
#include "postgres.h"

#include "api/argument.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

void
asl_require(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_ASL_MISSING_REQUIRED_PARAMETER),
						errmsg("%s must not be NULL", name)));
}

char *
asl_text_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	asl_require(fcinfo, argument, name);
	return text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

Jsonb *
asl_jsonb_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	asl_require(fcinfo, argument, name);
	return PG_GETARG_JSONB_P(argument);
}

char *
asl_optional_text(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

#define MOST_SHOWN 1000			/* bytes of a text that is too long */

const char *
asl_shown(const char *text)
{
	int			length = strlen(text);

	return length <= MOST_SHOWN ? text : psprintf("%.*s...", pg_mbcliplen(text, length, MOST_SHOWN), text);
}

void
asl_check_length(const char *text, const char *name, int limit)
{
	if (text && pg_mbstrlen(text) > limit)
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: "
							   "Member must have length less than or equal to %d", asl_shown(text), name, limit)));
}

AslError
asl_error_argument(FunctionCallInfo fcinfo, int name_argument, int cause_argument)
{
	AslError	error = {asl_optional_text(fcinfo, name_argument), asl_optional_text(fcinfo, cause_argument)};

	asl_check_length(error.name, "error", 256);
	asl_check_length(error.cause, "cause", 32768);
	return error;
}

Jsonb *
asl_optional_jsonb(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NULL : PG_GETARG_JSONB_P(argument);
}

/* Is the argument EXPRESS?  Raises where it is not STANDARD either. */
bool
asl_express_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	char	   *type = asl_text_argument(fcinfo, argument, name);

	if (strcmp(type, "EXPRESS") != 0 && strcmp(type, "STANDARD") != 0)
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: "
							   "Member must satisfy enum value set: [STANDARD, EXPRESS]", type, name)));
	return strcmp(type, "EXPRESS") == 0;
}

Datum
asl_result_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	TupleDesc	columns;

	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls));
}

Datum
asl_text_datum(const char *text, bool *isnull)
{
	*isnull = text == NULL;
	return text ? CStringGetTextDatum(text) : (Datum) 0;
}

Datum
asl_jsonb_datum(Jsonb *jsonb, bool *isnull)
{
	*isnull = jsonb == NULL;
	return jsonb ? JsonbPGetDatum(jsonb) : (Datum) 0;
}
