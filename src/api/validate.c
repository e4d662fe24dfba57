/*
 * validate.c - asl.validate_state_machine_definition.
 */
#include "postgres.h"

#include "api/argument.h"
#include "api/resources.h"
#include "asl/definition.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(asl_sql_validate_state_machine_definition);

/* One diagnostic as a row; in a database of version 0.2 the function has no column for the hint. */
static void
put_diagnostic(ReturnSetInfo *result, const AslDiagnostic *diagnostic)
{
	bool		nulls[5] = {[3] = diagnostic->location == NULL, [4] = diagnostic->hint == NULL};
	Datum		values[5] = {
		CStringGetTextDatum(diagnostic->warning ? "WARNING" : "ERROR"),
		CStringGetTextDatum(diagnostic->code),
		CStringGetTextDatum(diagnostic->message),
		diagnostic->location == NULL ? (Datum) 0 : CStringGetTextDatum(diagnostic->location),
		diagnostic->hint == NULL ? (Datum) 0 : CStringGetTextDatum(diagnostic->hint)
	};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* Adds the resources that nothing is mapped to; what else may be missing can still be made. */
static void
warn_of_resources(const AslMachine *machine, AslDiagnostics *diagnostics)
{
	ListCell   *cell;

	foreach(cell, asl_resolved_resources(machine->states, (StoreObject) {ASL_OF_MACHINE, 0, GetUserId()}))
	{
		AslResolved *r = lfirst(cell);

		if (r->target == NULL)
			asl_diagnostics_add(diagnostics, true, "UNMAPPED_RESOURCE", r->warning, r->location);
	}
}

/* asl.validate_state_machine_definition(definition jsonb, type text) */
Datum
asl_sql_validate_state_machine_definition(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	AslDiagnostics diagnostics = {0};
	bool		express = asl_express_argument(fcinfo, 1, "type");
	AslMachine *machine;

	machine = asl_definition_read(asl_jsonb_argument(fcinfo, 0, "definition"), express, CurrentMemoryContext, &diagnostics);
	if (machine != NULL)
		warn_of_resources(machine, &diagnostics);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < diagnostics.count; i++)
		put_diagnostic(result, &diagnostics.items[i]);
	return (Datum) 0;
}
