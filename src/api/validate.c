/*
 * validate.c - asl.validate_state_machine_definition.
 */
#include "postgres.h"

#include "api/argument.h"
#include "api/handler.h"
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

/* All that is known to be wrong with a definition. */
static void
diagnose(Jsonb *definition, bool express, AslDiagnostics *diagnostics)
{
	AslMachine *machine = asl_definition_read(definition, express, CurrentMemoryContext, diagnostics);

	if (machine != NULL)
		warn_of_resources(machine, diagnostics);
}

/* The diagnostics of a request's definition; one that is no JSON has one of its own. */
static void
diagnose_request(AslValue request, AslDiagnostics *diagnostics)
{
	const char *text = asl_request_text(request, "definition");
	AslValue	definition;
	const char *fault;

	if (asl_request_parse(text, &definition, &fault))
		diagnose(asl_to_jsonb(definition), asl_string_is(asl_member(request, "type"), "EXPRESS"), diagnostics);
	else
		asl_diagnostics_add(diagnostics, false, "INVALID_JSON_DESCRIPTION", fault, NULL);
}

/* Errors alone, unless warnings are asked for, and no more than the request wants (by itself 100). */
AslValue
asl_api_validate_state_machine_definition(AslValue request)
{
	AslValue	answer = asl_object_new(3);
	AslValue	told = asl_array_new(4);
	AslDiagnostics diagnostics = {0};
	bool		warnings = asl_string_is(asl_member(request, "severity"), "WARNING");
	int64		most = asl_request_integer(request, "maxResults");
	bool		failed = false;
	bool		truncated = false;

	diagnose_request(request, &diagnostics);
	for (int i = 0; i < diagnostics.count; i++)
		failed = failed || !diagnostics.items[i].warning;
	for (int i = 0; i < diagnostics.count; i++)
	{
		const AslDiagnostic *d = &diagnostics.items[i];
		AslValue	o = asl_object_new(4);

		if (d->warning && !warnings)
			continue;
		truncated = asl_array_count(told) == (most ? most : 100);
		if (truncated)
			break;
		asl_answer_text(&o, "severity", d->warning ? "WARNING" : "ERROR");
		asl_answer_text(&o, "code", d->code);
		asl_answer_text(&o, "message", d->message);
		asl_answer_text(&o, "location", d->location);
		asl_array_push(&told, o);
	}
	asl_answer_text(&answer, "result", failed ? "FAIL" : "OK");
	asl_answer_set(&answer, "diagnostics", told);
	asl_answer_set(&answer, "truncated", asl_bool(truncated));
	return answer;
}

/* asl.validate_state_machine_definition(definition jsonb, type text) */
Datum
asl_sql_validate_state_machine_definition(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	AslDiagnostics diagnostics = {0};
	bool		express = asl_express_argument(fcinfo, 1, "type");

	diagnose(asl_jsonb_argument(fcinfo, 0, "definition"), express, &diagnostics);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < diagnostics.count; i++)
		put_diagnostic(result, &diagnostics.items[i]);
	return (Datum) 0;
}
