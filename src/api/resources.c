/*
 * resources.c - what the Resources of a definition resolve to: for warnings, and for the view asl.resources.
 */
#include "postgres.h"

#include "api/resources.h"

#include "api/argument.h"
#include "api/state_machine.h"
#include "engine/arn.h"
#include "integration/integration.h"
#include "engine/run.h"
#include "engine/task_role.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "store/task.h"
#include "utils/builtins.h"
#include "utils/guc.h"

PG_FUNCTION_INFO_V1(asl_sql_state_machine_resources);

/* Why the machine's tasks cannot use an activity; NULL: they can. */
static char *
activity_lacking(const char *name, const StoreObject *machine)
{
	StoreActivity activity;
	StoreObject object;
	const char *lacking = NULL;

	if (store_activity_find(name, &activity))
	{
		object = asl_activity_object(&activity);
		if (asl_may_schedule(machine, &object, &lacking))
			return NULL;
	}
	if (lacking)
		return psprintf("The activity %s belongs to role \"%s\": asl.grant it %s on the state machine if it may see and answer "
						"these tasks.", name, GetUserNameFromId(activity.owner, true), lacking);
	return psprintf("The activity %s does not exist.", name);
}

/* Why a task cannot run as the role of its Credentials; NULL: it can, or the role is computed. */
static char *
credentials_lacking(const AslState *state, Oid owner)
{
	Oid			role;

	if (state->credentials.literal.kind != ASL_STRING ||
		asl_task_role_find(owner, asl_to_cstring(state->credentials.literal), &role))
		return NULL;
	return psprintf("The role %s of the Credentials does not exist, or \"%s\" may not SET ROLE to it.",
					asl_to_cstring(state->credentials.literal), GetUserNameFromId(owner, true));
}

/* Says what a resource that something is known of runs, and what that lacks. */
static void
describe(const AslResource *runs, const StoreObject *machine, AslResolved *r)
{
	Oid			role = machine->owner;
	char	   *owner;

	switch (runs->kind)
	{
		case ASL_RESOURCE_FUNCTION:
		case ASL_RESOURCE_LAMBDA:
			r->target = psprintf("pg:function:%s", runs->name);
			r->warning = asl_integration_function_lacking(runs);
			if (r->warning == NULL && superuser_arg(role) && (owner = asl_integration_function_foreign_owner(runs)) != NULL)
			{
				r->trusting = true;
				r->warning = psprintf("The function %s would run as superuser \"%s\", but belongs to \"%s\", who is none.",
									  runs->name, GetUserNameFromId(role, true), owner);
			}
			break;
		case ASL_RESOURCE_ACTIVITY:
			r->target = psprintf("pg:activity:%s", runs->name);
			r->warning = activity_lacking(runs->name, machine);
			break;
		default:
			r->target = runs->text;
			break;
	}
}

/* Resolves a resource of a state; field: where it stands there. */
static AslResolved *
resolve(const AslState *state, const AslResource *resource, const char *field, const StoreObject *machine)
{
	AslResolved *r = palloc0(sizeof(AslResolved));
	AslResource *runs = asl_resource_target(resource, machine->owner);

	r->state = state;
	r->resource = resource;
	r->location = psprintf("%s/%s", state->pointer, field);
	if (runs != NULL)
		describe(runs, machine, r);
	else
		r->warning = psprintf("The resource %s is not mapped to anything in this database. Use asl.map_resource.",
							  resource->text);
	if (r->warning == NULL)
		r->warning = credentials_lacking(state, machine->owner);
	return r;
}

/* The same for the Resource of an ItemReader or ResultWriter; value: undefined where the state has none. */
static List *
resolve_within(const AslState *state, AslValue value, const char *field, const StoreObject *machine, List *resolved)
{
	AslValue	text = value.kind == ASL_OBJECT ? asl_object_get(value, "Resource", strlen("Resource")) : asl_undefined();

	if (text.kind != ASL_STRING)
		return resolved;
	return lappend(resolved, resolve(state, asl_resource_parse(asl_to_cstring(text)), psprintf("%s/Resource", field),
									 machine));
}

static List *
resolve_states(const AslStates *states, const StoreObject *machine, List *resolved)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < states->count; i++)
	{
		const AslState *state = states->states[i];

		if (state->resource != NULL)
			resolved = lappend(resolved, resolve(state, state->resource, "Resource", machine));
		resolved = resolve_within(state, state->item_reader, "ItemReader", machine, resolved);
		resolved = resolve_within(state, state->result_writer, "ResultWriter", machine, resolved);
		for (int j = 0; j < state->branch_count; j++)
			resolved = resolve_states(state->branches[j], machine, resolved);
	}
	return resolved;
}

/* Functions without a schema are looked for where the role's workers will. */
List *
asl_resolved_resources(const AslStates *states, StoreObject machine)
{
	int			nest = NewGUCNestLevel();
	List	   *resolved;

	asl_task_role_set_search_path(machine.owner);
	resolved = resolve_states(states, &machine, NIL);
	AtEOXact_GUC(false, nest);
	return resolved;
}

/* state_machine_resources(state_machine text) returns table */
Datum
asl_sql_state_machine_resources(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	StoreMachine machine;
	ListCell   *cell;

	asl_find_machine(fcinfo, "state_machine", NoLock, ASL_MAY_DESCRIBE, &machine);
	InitMaterializedSRF(fcinfo, 0);
	foreach(cell, asl_resolved_resources(asl_program(machine.revision)->machine->states, asl_machine_object(&machine)))
	{
		AslResolved *r = lfirst(cell);
		Datum		values[4];
		bool		nulls[4] = {false};

		values[0] = CStringGetTextDatum(r->state->name);
		values[1] = CStringGetTextDatum(r->resource->text);
		values[2] = asl_text_datum(r->target, &nulls[2]);
		values[3] = asl_text_datum(r->warning, &nulls[3]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
