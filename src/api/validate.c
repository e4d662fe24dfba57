/*
 * validate.c - asl.validate_state_machine_definition.
 */
#include "postgres.h"

#include "api/argument.h"
#include "asl/definition.h"
#include "engine/integration.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(asl_sql_validate_state_machine_definition);

/* Warns of the tasks, nested ones included, whose resource is neither ours nor mapped to one of ours. */
static void
warn_unmapped(const AslStates *states, AslDiagnostics *diagnostics)
{
	check_stack_depth();
	for (int i = 0; i < states->count; i++)
	{
		const AslState *state = states->states[i];

		if (state->resource != NULL && asl_resource_target(state->resource, GetUserId()) == NULL)
			asl_diagnostics_add(diagnostics, true, "UNMAPPED_RESOURCE",
								psprintf("The resource %s is not mapped to anything in this database. Use asl.map_resource.",
										 state->resource->text),
								psprintf("%s/Resource", state->pointer));
		for (int j = 0; j < state->branch_count; j++)
			warn_unmapped(state->branches[j], diagnostics);
	}
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
	bool		express = asl_express_argument(fcinfo, 1, "type");
	AslMachine *machine;

	machine = asl_definition_read(PG_GETARG_JSONB_P(0), express, CurrentMemoryContext, &diagnostics);
	if (machine != NULL)
		warn_unmapped(machine->states, &diagnostics);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < diagnostics.count; i++)
		put_diagnostic(result, &diagnostics.items[i]);
	return (Datum) 0;
}
