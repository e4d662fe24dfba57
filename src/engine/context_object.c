/*
 * context_object.c - what the expressions of a state can see besides their input: context object and variables.
 *
 * Both are made when an expression first asks, and the context object is kept for the scope's other expressions: most
 * states never look at it.  A branch sees its own variables and those of the branches around it, read without a lock:
 * a container's do not change while it has children.
 */
#include "postgres.h"

#include "engine/scope.h"

#include "engine/arn.h"
#include "engine/iteration.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/timestamp.h"

char *
asl_timestamp_text(TimestampTz t)
{
	struct pg_tm tm;
	fsec_t		fraction;

	if (timestamp2tm(t, NULL, &tm, &fraction, NULL, NULL) != 0)
		ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
	if (fraction / 1000 == 0)
		return psprintf("%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min,
						tm.tm_sec);
	return psprintf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min,
					tm.tm_sec, (int) (fraction / 1000));
}

static void
set(AslValue *object, const char *key, AslValue value)
{
	asl_object_set(object, key, strlen(key), value);
}

/* The execution's ARN, made once a run. */
static const char *
run_arn(AslRun *run)
{
	if (run->arn == NULL)
		run->arn = run->program->express
			? asl_arn_express(run->program->name, psprintf("%s:%s", run->name, asl_uuid_v4()))
			: asl_arn_execution(run->program->name, run->name);
	return run->arn;
}

/* The execution, or the child execution that a branch of a Map Run belongs to. */
static AslValue
execution_object(AslRun *run, AslBranch *lane)
{
	AslValue	o = asl_object_new(6);
	AslBranch  *map = lane ? asl_run_look(run, lane->row.parent) : NULL;
	const char *name;

	asl_run_load(run);
	name = lane ? asl_map_run_child_name(map, lane) : run->name;
	set(&o, "Id", asl_cstring(lane ? asl_arn_execution(asl_map_run_machine(map), name) : run_arn(run)));
	set(&o, "Input", lane ? asl_map_iteration_input(map, lane) : asl_payload_value(run->input));
	set(&o, "StartTime", asl_cstring(asl_timestamp_text(lane ? map->row.entered_at : run->start_date)));
	set(&o, "Name", asl_cstring(name));
	set(&o, "RoleArn", asl_cstring(asl_run_role_arn(run)));
	if (!run->program->express)
		set(&o, "RedriveCount", asl_number(0));
	return o;
}

static AslValue
machine_object(AslRun *run, AslBranch *lane)
{
	AslValue	o = asl_object_new(2);
	const char *name = lane ? asl_map_run_machine(asl_run_look(run, lane->row.parent)) : run->program->name;

	set(&o, "Id", asl_cstring(asl_arn_state_machine(name)));
	set(&o, "Name", asl_cstring(name));
	return o;
}

static AslValue
state_object(const AslBranch *b)
{
	AslValue	o = asl_object_new(3);

	set(&o, "Name", asl_cstring(b->state->name));
	set(&o, "EnteredTime", asl_cstring(asl_timestamp_text(b->row.entered_at)));
	if (b->state->type == ASL_TASK || b->state->type == ASL_PARALLEL || b->state->type == ASL_MAP)
		set(&o, "RetryCount", asl_number(b->retry_count));
	return o;
}

/* The nearest Map around a branch: the lane that iterates, NULL where there is none. */
static AslBranch *
map_lane(AslBranch *b)
{
	for (; b->row.parent >= 0; b = asl_run_look(b->run, b->row.parent))
	{
		AslBranch  *container = asl_run_look(b->run, b->row.parent);

		if (container == NULL)
			return NULL;
		if (container->state->type == ASL_MAP)
			return b;
	}
	return NULL;
}

static AslValue
context_object(AslScope *base)
{
	AslBranchScope *scope = (AslBranchScope *) base;
	AslBranch  *b = scope->branch;
	AslRun	   *run = b->run;
	AslBranch  *lane;
	AslValue	o;
	AslValue	part;

	if (asl_defined(scope->context))
		return scope->context;
	o = asl_object_new(5);
	lane = asl_map_run_lane(b);
	set(&o, "Execution", execution_object(run, lane));
	set(&o, "StateMachine", machine_object(run, lane));
	set(&o, "State", state_object(b));
	if (scope->task_token)
	{
		part = asl_object_new(1);
		set(&part, "Token", asl_cstring(scope->task_token));
		set(&o, "Task", part);
	}
	lane = scope->lane ? scope->lane : map_lane(b);
	if (lane != NULL)
	{
		AslBranch  *container = asl_run_look(run, lane->row.parent);
		AslValue	item = asl_object_new(4);

		set(&item, "Index", asl_number(lane->row.position));
		if (container->state->distributed)
			asl_map_run_item(container, lane, &item);
		else
			set(&item, "Value", asl_map_item(lane));
		part = asl_object_new(1);
		set(&part, "Item", item);
		set(&o, "Map", part);
	}
	scope->context = o;
	return o;
}

/* A variable of the branch's own States object or of one around it, up to the child execution of a Map Run. */
static AslValue
variable(AslScope *base, const char *name, int length)
{
	AslBranch  *b = ((AslBranchScope *) base)->branch;

	while (b != NULL)
	{
		AslValue	v = asl_defined(b->variables) ? asl_object_get(b->variables, name, length) : asl_undefined();

		if (asl_defined(v) || b->row.parent < 0)
			return v;
		b = asl_run_look(b->run, b->row.parent);
		if (b != NULL && b->state->distributed)
			break;
	}
	return asl_undefined();
}

void
asl_scope_init(AslBranchScope *scope, AslBranch *b, AslValue input)
{
	memset(scope, 0, sizeof(*scope));
	scope->base.input = input;
	scope->base.context = context_object;
	scope->base.variable = variable;
	scope->branch = b;
}
