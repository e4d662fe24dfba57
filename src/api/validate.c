/*
 * validate.c - asl.validate_state_machine_definition.
 */
#include "postgres.h"

#include "asl/definition.h"
#include "base/errors.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(asl_sql_validate_state_machine_definition);

/* Is it the type of Express workflows?  Raises if it is no type at all. */
static bool
is_express(const char *type)
{
	if (strcmp(type, "EXPRESS") == 0)
		return true;
	if (strcmp(type, "STANDARD") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
				 errmsg("invalid type of state machine: \"%s\"", type),
				 errhint("The types are STANDARD and EXPRESS.")));
	return false;
}

/* One diagnostic as a row. */
static void
put_diagnostic(ReturnSetInfo *result, const AslDiagnostic *diagnostic)
{
	bool		nulls[4] = {[3] = diagnostic->location == NULL};
	Datum		values[4] = {
		CStringGetTextDatum(diagnostic->warning ? "WARNING" : "ERROR"),
		CStringGetTextDatum(diagnostic->code),
		CStringGetTextDatum(diagnostic->message),
		diagnostic->location == NULL ? (Datum) 0 : CStringGetTextDatum(diagnostic->location)
	};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* asl.validate_state_machine_definition(definition jsonb, type text) */
Datum
asl_sql_validate_state_machine_definition(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	AslDiagnostics diagnostics = {0};
	bool		express = is_express(text_to_cstring(PG_GETARG_TEXT_PP(1)));

	asl_definition_read(PG_GETARG_JSONB_P(0), express, CurrentMemoryContext, &diagnostics);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < diagnostics.count; i++)
		put_diagnostic(result, &diagnostics.items[i]);
	return (Datum) 0;
}
