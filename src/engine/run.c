/*
 * run.c - an execution under way: loading its branches, writing back what became of them.
 */
#include "postgres.h"

#include "engine/run.h"

#include "base/settings.h"
#include "catalog/pg_type.h"
#include "commands/async.h"
#include "engine/abort.h"
#include "engine/arn.h"
#include "engine/attempt.h"
#include "engine/batch.h"
#include "engine/ready.h"
#include "miscadmin.h"
#include "store/execution.h"
#include "store/task.h"
#include "utils/array.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* Programs are kept by revision and, above these bits, the store's generation. */
#define REVISION_BITS 40

static HTAB *programs = NULL;

/* An option of a revision; undefined where it is not set. */
static AslValue
option(AslValue options, const char *name)
{
	return asl_object_get(options, name, strlen(name));
}

/* A number option, or the setting's value. */
static int64
option_number(AslValue options, const char *name, int64 setting)
{
	AslValue	v = option(options, name);
	int64		n;

	return asl_defined(v) && asl_to_int64(v, &n) ? n : setting;
}

/* Reads a revision's row into a program that lasts as long as the backend. */
static void
program_load(AslProgram *program, const StoreRevision *row)
{
	AslValue	options = asl_from_jsonb(row->content.options);
	AslValue	notify = option(options, "notify");

	program->state_machine = row->state_machine;
	program->name = MemoryContextStrdup(TopMemoryContext, row->name);
	program->express = row->express;
	program->owner = row->owner;
	program->role_arn = row->content.role_arn ? MemoryContextStrdup(TopMemoryContext, row->content.role_arn) : NULL;
	program->durable_execution = asl_string_is(option(options, "durability"), "execution");
	program->max_payload = option_number(options, "max_payload", -1);
	program->max_history_events = option_number(options, "max_history_events", -1);
	program->notify = notify.kind == ASL_STRING
		? MemoryContextStrdup(TopMemoryContext, asl_to_cstring(notify)) : NULL;
}

AslProgram *
asl_program(int64 revision)
{
	AslProgram *program;
	StoreRevision row;
	int64		key;
	bool		found;

	if (programs == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(int64), .entrysize = sizeof(AslProgram), .hcxt = TopMemoryContext};

		programs = hash_create("pg_asl programs", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	(void) store_owner();
	key = (store_generation() << REVISION_BITS) + revision;
	program = hash_search(programs, &key, HASH_FIND, NULL);
	if (program != NULL && (program->machine = asl_definition_cache_get(key)) != NULL)
		return program;
	store_revision_read(revision, &row);
	if (program == NULL)
	{
		AslProgram	loaded = {.key = key, .revision = revision};

		program_load(&loaded, &row);
		program = hash_search(programs, &key, HASH_ENTER, &found);
		*program = loaded;
	}
	program->machine = asl_definition_cache_put(key, row.content.definition, row.express);
	return program;
}

/* An option may lower what the administrator has set; to raise it is a superuser's right.  0 is no limit. */
static int64
limit_of(const AslProgram *program, int64 option, int64 setting)
{
	if (option < 0)
		return setting;
	if (setting > 0 && (option == 0 || option > setting) && !superuser_arg(program->owner))
		return setting;
	return option;
}

int64
asl_payload_limit(const AslProgram *program)
{
	return limit_of(program, program->max_payload, asl_max_payload);
}

int64
asl_history_limit(const AslProgram *program)
{
	return limit_of(program, program->max_history_events, asl_max_history_events);
}

/* A run without branches. */
static AslRun *
run_new(AslProgram *program)
{
	AslRun	   *run = palloc0(sizeof(AslRun));

	run->program = program;
	run->owner = program->owner;
	return run;
}

/* Counters of an int[] column; NULL where it is NULL. */
static int *
retries_read(Datum array, int *sum)
{
	int		   *retries;
	ArrayType  *a;
	int			count;

	*sum = 0;
	if (array == (Datum) 0)
		return NULL;
	a = DatumGetArrayTypeP(array);
	count = ArrayGetNItems(ARR_NDIM(a), ARR_DIMS(a));
	retries = palloc0(count * sizeof(int));
	for (int i = 0; i < count; i++)
	{
		retries[i] = ((int32 *) ARR_DATA_PTR(a))[i];
		*sum += retries[i];
	}
	return retries;
}

static Datum
retries_write(const AslBranch *b)
{
	Datum	   *elements;

	if (b->retries == NULL)
		return (Datum) 0;
	elements = palloc(b->state->retrier_count * sizeof(Datum));
	for (int i = 0; i < b->state->retrier_count; i++)
		elements[i] = Int32GetDatum(b->retries[i]);
	return PointerGetDatum(construct_array(elements, b->state->retrier_count, INT4OID, 4, true, TYPALIGN_INT));
}

/* Makes a branch of a row and adds it to the run. */
static AslBranch *
branch_load(AslRun *run, const StoreBranch *row)
{
	AslBranch  *b = palloc0(sizeof(AslBranch));

	b->run = run;
	b->row = *row;
	if (row->state)
	{
		b->state = asl_machine_state(run->program->machine, row->state);
		if (b->state == NULL)
			elog(ERROR, "state \"%s\" of execution " INT64_FORMAT " is not in its definition", row->state, row->execution);
	}
	if (row->input)
		b->input = asl_payload_stored(row->input);
	else if (b->state)
	{
		asl_run_load(run);
		b->input = run->input;
	}
	if (row->variables)
		b->variables = asl_from_jsonb(DatumGetJsonbP(row->variables));
	b->retries = retries_read(row->retries, &b->retry_count);
	run->branches = lappend(run->branches, b);
	if (asl_branch_is_root(b) && !run->history.base_known)
	{
		run->history.base = row->event_count;
		run->history.base_known = true;
	}
	return b;
}

AslRun *
asl_run_open(const StoreBranch *row)
{
	AslRun	   *run = run_new(asl_program(row->revision));

	run->execution = row->execution;
	run->owner = row->owner;
	run->persistent = true;
	run->history.recorded = true;
	(void) branch_load(run, row);
	if (row->branch == STORE_ROOT_BRANCH && row->event_count == 0 && !run->program->express)
		asl_run_started(run);
	return run;
}

AslRun *
asl_run_open_memory(AslProgram *program, const char *name, AslPayload *input)
{
	AslRun	   *run = run_new(program);
	AslBranch  *root = palloc0(sizeof(AslBranch));

	run->name = name;
	run->start_date = GetCurrentTimestamp();
	run->input = input;
	run->history.base_known = true;
	root->run = run;
	root->is_new = true;
	root->row.parent = -1;
	root->row.phase = STORE_ENTER;
	root->row.has_due = true;
	root->row.due_at = run->start_date;
	root->state = program->machine->states->start_at;
	root->input = input;
	run->branches = list_make1(root);
	return run;
}

/* A branch that is already in the run; one that was only seen where that will do and there is no other: it may be
 * out of date by then. */
static AslBranch *
branch_find(AslRun *run, int32 number, bool or_seen)
{
	AslBranch  *seen = NULL;
	ListCell   *cell;

	foreach(cell, run->branches)
	{
		AslBranch  *b = lfirst(cell);

		if (b->row.branch != number)
			continue;
		if (!b->seen)
			return b;
		seen = b;
	}
	return or_seen ? seen : NULL;
}

AslBranch *
asl_run_branch(AslRun *run, int32 number)
{
	AslBranch  *b = branch_find(run, number, false);
	StoreBranch row;

	if (b != NULL || !run->persistent)
		return b;
	if (!store_branch_read(run->execution, number, STORE_LOCK_WAIT, &row))
		return NULL;
	return branch_load(run, &row);
}

AslBranch *
asl_run_look(AslRun *run, int32 number)
{
	AslBranch  *b = branch_find(run, number, true);
	StoreBranch row;
	bool		base_known = run->history.base_known;

	if (b != NULL || !run->persistent)
		return b;
	if (!store_branch_read(run->execution, number, STORE_NO_LOCK, &row))
		return NULL;
	b = branch_load(run, &row);
	b->seen = true;
	run->history.base_known = base_known;
	return b;
}

void
asl_run_load(AslRun *run)
{
	Datum		input;

	if (run->input != NULL)
		return;
	store_execution_load(run->execution, &run->name, &run->start_date, &input, &run->origin);
	run->input = asl_payload_stored(input);
}

void
asl_run_know_events(AslRun *run)
{
	if (!run->history.base_known && asl_run_branch(run, STORE_ROOT_BRANCH) == NULL)
		ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
						errmsg("execution " INT64_FORMAT " has ended meanwhile", run->execution)));
}

/* The next branch number of the execution. */
static int32
run_next_branch(AslRun *run)
{
	AslBranch  *root;

	if (!run->persistent)
		return ++run->branch_count;
	asl_run_know_events(run);
	root = asl_run_branch(run, STORE_ROOT_BRANCH);
	root->dirty = true;
	return ++root->row.branch_count;
}

AslBranch *
asl_run_spawn(AslBranch *container, int32 position, AslState *start_at, AslPayload *input)
{
	AslRun	   *run = container->run;
	AslBranch  *b = palloc0(sizeof(AslBranch));

	b->run = run;
	b->is_new = b->dirty = true;
	b->row.execution = run->execution;
	b->row.branch = run_next_branch(run);
	b->row.owner = run->owner;
	b->row.revision = run->program->revision;
	b->row.parent = container->row.branch;
	b->row.position = position;
	b->row.phase = STORE_ENTER;
	b->row.has_due = true;
	b->row.due_at = GetCurrentTimestamp();
	b->state = start_at;
	b->input = input;
	run->branches = lappend(run->branches, b);
	return b;
}

/* Does a state belong to a Map Run's children, whose events are not its execution's? */
static bool
is_silent(const AslState *state)
{
	const AslState *owner = state->container->owner;

	for (; owner != NULL; owner = owner->container->owner)
		if (owner->distributed)
			return true;
	return false;
}

/* A child of a Map Run is an execution of its own: its events are numbered as if they were kept one after the other. */
int64
asl_event_add(AslBranch *b, AslEventType type, int64 previous, AslValue members, AslPayload *payload)
{
	if (is_silent(b->state))
	{
		b->run->silent_events++;
		return previous + 1;
	}
	return asl_history_add(&b->run->history, type, previous, members, payload);
}

AslValue
asl_members(const char *key, const char *value)
{
	AslValue	members = asl_object_new(4);

	asl_members_add(&members, key, value);
	return members;
}

void
asl_members_add(AslValue *members, const char *key, const char *value)
{
	if (value)
		asl_object_set(members, key, strlen(key), asl_cstring(value));
}

void
asl_members_add_number(AslValue *members, const char *key, int64 value)
{
	asl_object_set(members, key, strlen(key), asl_integer(value));
}

void
asl_run_outcome(AslBranch *b, AslOutcomeKind kind, AslPayload *output, const AslFault *fault)
{
	AslOutcome *outcome = &b->run->outcome;

	Assert(outcome->kind == ASL_UNDECIDED);
	*outcome = (AslOutcome) {kind, b, output};
	if (fault)
	{
		outcome->fault = palloc(sizeof(AslFault));
		*outcome->fault = *fault;
	}
}

void
asl_run_end(AslRun *run, AslEnd end, int64 previous, AslPayload *output, AslError error)
{
	static const AslEventType events[] = {
		[ASL_SUCCEEDED] = ASL_EVENT_ExecutionSucceeded, [ASL_FAILED] = ASL_EVENT_ExecutionFailed,
		[ASL_TIMED_OUT] = ASL_EVENT_ExecutionTimedOut, [ASL_ABORTED] = ASL_EVENT_ExecutionAborted
	};
	AslValue	members = asl_undefined();

	if (end != ASL_SUCCEEDED)
	{
		members = asl_members("cause", error.cause);
		asl_members_add(&members, "error", end == ASL_TIMED_OUT ? "States.Timeout" : error.name);
	}
	run->end = end;
	run->output = output;
	run->error = error;
	(void) asl_history_add(&run->history, events[end], previous, members, output);
}

const char *
asl_run_role_arn(const AslRun *run)
{
	return run->program->role_arn ? run->program->role_arn : asl_arn_role(GetUserNameFromId(run->owner, false));
}

void
asl_run_started(AslRun *run)
{
	AslValue	members = asl_members("roleArn", asl_run_role_arn(run));

	asl_run_load(run);
	if (run->origin.alias != NULL)
		asl_members_add(&members, "stateMachineAliasArn", asl_arn_alias(run->program->name, run->origin.alias));
	if (run->origin.version != 0)
		asl_members_add(&members, "stateMachineVersionArn", asl_arn_version(run->program->name, run->origin.version));
	(void) asl_history_add(&run->history, ASL_EVENT_ExecutionStarted, 0, members, run->input);
}

/*
 * An execution may have so many events and no more: the last one possible is its end.  What the transaction did
 * beyond that has happened, but is not told.
 */
static void
run_limit_events(AslRun *run)
{
	AslHistory *history = &run->history;
	int64		limit = asl_history_limit(run->program);
	int64		last = history->base + history->count;

	if (limit <= 0 || last < limit || (last == limit && run->end == ASL_SUCCEEDED))
		return;
	history->count = Max(limit - 1 - history->base, 0);
	asl_run_end(run, ASL_FAILED, limit - 1, NULL, (AslError) {
		"States.Runtime",
			psprintf("The execution reached the maximum number of history events (" INT64_FORMAT ").", limit)
	});
}

/* Writes what became of one branch. */
static void
branch_write(AslBranch *b)
{
	StoreBranch *row = &b->row;

	row->state = b->state ? b->state->name : NULL;
	row->input_stored = row->input_stored &&
		(row->input ? b->input->stored == row->input : b->input == b->run->input);
	if (!row->input_stored)
		row->input = JsonbPGetDatum(asl_payload_get(b->input));
	if (!row->variables_stored)
		row->variables = asl_defined(b->variables) ? JsonbPGetDatum(asl_to_jsonb(b->variables)) : (Datum) 0;
	row->retries = retries_write(b);
	row->previous_event = asl_history_id(&b->run->history, row->previous_event);
	row->entered_event = asl_history_id(&b->run->history, row->entered_event);
	row->entered_previous = asl_history_id(&b->run->history, row->entered_previous);
	row->attempts = 0;
	if (asl_branch_is_root(b))
		row->event_count = b->run->history.base + b->run->history.count;
	if (b->is_new)
		store_branch_insert(row);
	else
		store_branch_update(row);
}

/* The branches of an execution that goes on. */
static void
run_write_branches(AslRun *run)
{
	ListCell   *cell;

	foreach(cell, run->branches)
	{
		AslBranch  *b = lfirst(cell);

		if (b->seen || (b->ended && b->is_new))
			continue;
		if (b->ended)
			store_branch_delete(run->execution, b->row.branch);
		else if (b->dirty)
			branch_write(b);
		if (!b->ended && b->row.has_due)
			(b->slow ? asl_ready_add_slow : asl_ready_add) (run->owner, run->execution, b->row.branch, b->row.due_at);
	}
}

/* Deletes what an ended execution no longer needs; most have nothing but their root. */
static void
run_clear(AslRun *run)
{
	AslBranch  *root = asl_run_branch(run, STORE_ROOT_BRANCH);

	if (root->row.branch_count == 0 && root->row.phase != STORE_TASK && root->row.phase != STORE_ANSWERED &&
		run->program->machine->timeout_seconds == 0)
	{
		store_branch_delete(run->execution, STORE_ROOT_BRANCH);
		return;
	}
	asl_abort_rest(run);
	store_execution_clear(run->execution);
}

/* A Task of another execution waits for the end of this one: its branch is ready.  Whatever the Task waits for by now
 * may be something else. */
static void
wake_caller(StoreCaller caller, int64 execution)
{
	TimestampTz now = GetCurrentTimestamp();
	StoreTask	task;
	Oid			owner;

	if (!store_task_read(caller.execution, caller.branch, STORE_NO_LOCK, &task) || task.child != execution)
		return;
	owner = store_branch_answer(caller.execution, caller.branch, NULL, NULL, NULL, now);
	if (OidIsValid(owner))
		asl_ready_add(owner, caller.execution, caller.branch, now);
}

/* The end of an execution: its row, its listeners, whoever waits for it. */
static void
run_write_end(AslRun *run)
{
	static const char *const statuses[] = {
		[ASL_SUCCEEDED] = "SUCCEEDED", [ASL_FAILED] = "FAILED", [ASL_TIMED_OUT] = "TIMED_OUT", [ASL_ABORTED] = "ABORTED"
	};
	TimestampTz now = GetCurrentTimestamp();
	bool		timed_out = run->end == ASL_TIMED_OUT;
	StoreCaller caller;

	caller = store_execution_finish(run->execution, statuses[run->end],
									run->output ? asl_payload_get(run->output) : NULL,
									timed_out ? NULL : run->error.name, timed_out ? NULL : run->error.cause, now);
	run_clear(run);
	if (run->program->notify)
		Async_Notify(run->program->notify, psprintf(INT64_FORMAT, run->execution));
	if (caller.execution != 0)
		wake_caller(caller, run->execution);
	run->told_outsider = true;
}

void
asl_run_flush(AslRun *run)
{
	if (run->history.count > 0)
	{
		asl_run_know_events(run);
		asl_run_branch(run, STORE_ROOT_BRANCH)->dirty = true;
	}
	run_limit_events(run);
	asl_history_write(&run->history, run->execution);
	if (run->end == ASL_RUNNING)
		run_write_branches(run);
	else
		run_write_end(run);
	asl_batch_add(run);
}
