/*
 * branch.c - rows of branches and of their results.
 */
#include "postgres.h"

#include "store/branch.h"

#include "catalog/pg_type.h"
#include "utils/backend_status.h"

#define BRANCH_COLUMNS "SELECT owner, due_at, phase, coalesce(parent, -1), position, position_end, state, input, " \
	"variables, previous_event, entered_event, entered_previous, entered_at, retries, attempts, event_count, " \
	"branch_count, open_children, next_item, item_count, items, answer, error, cause, revision, " \
	"coalesce(failed_items, 0) " \
	"FROM asl.branch WHERE execution = $1 AND branch = $2"

/* Reads the first result row into a struct. */
static void
branch_fetch(StoreCall *call, StoreBranch *b)
{
	b->owner = store_get_oid(0, 1);
	b->has_due = !store_is_null(0, 2);
	b->due_at = store_get_time(0, 2);
	b->phase = store_get_char(0, 3);
	b->parent = store_get_int32(0, 4);
	b->position = store_get_int32(0, 5);
	b->position_end = store_get_int32(0, 6);
	b->state = store_get_text(call, 0, 7);
	b->input = store_get_raw(call, 0, 8);
	b->variables = store_get_raw(call, 0, 9);
	b->input_stored = b->variables_stored = b->items_stored = true;
	b->previous_event = store_get_int64(0, 10);
	b->entered_event = store_get_int64(0, 11);
	b->entered_previous = store_get_int64(0, 12);
	b->entered_at = store_get_time(0, 13);
	b->retries = store_get_varlena(call, 0, 14);
	b->attempts = store_get_int32(0, 15);
	b->event_count = store_get_int64(0, 16);
	b->branch_count = store_get_int32(0, 17);
	b->open_children = store_get_int32(0, 18);
	b->next_item = store_get_int32(0, 19);
	b->item_count = store_get_int32(0, 20);
	b->items = store_get_raw(call, 0, 21);
	b->answer = store_get_jsonb(call, 0, 22);
	b->error = store_get_text(call, 0, 23);
	b->cause = store_get_text(call, 0, 24);
	b->revision = store_get_int64(0, 25);
	b->failed_items = store_get_int32(0, 26);
}

bool
store_branch_read(int64 execution, int32 branch, StoreLock lock, StoreBranch *result)
{
	static StoreQuery queries[] = {
		[STORE_NO_LOCK] = {BRANCH_COLUMNS, 2, {INT8OID, INT4OID}},
		[STORE_LOCK_WAIT] = {BRANCH_COLUMNS " FOR UPDATE", 2, {INT8OID, INT4OID}},
		[STORE_LOCK_SKIP] = {BRANCH_COLUMNS " FOR UPDATE SKIP LOCKED", 2, {INT8OID, INT4OID}},
	};
	StoreCall	call;
	bool		found;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, branch);
	found = store_run(&call, &queries[lock]) > 0;
	if (found)
	{
		result->execution = execution;
		result->branch = branch;
		branch_fetch(&call, result);
	}
	store_end(&call);
	return found;
}

bool
store_branch_exists(int64 execution, int32 branch)
{
	static StoreQuery read = {
		"SELECT FROM asl.branch WHERE execution = $1 AND branch = $2", 2, {INT8OID, INT4OID}};
	StoreCall	call;
	bool		found;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, branch);
	found = store_run(&call, &read) > 0;
	store_end(&call);
	return found;
}

/* Adds a jsonb column that may be kept as it is. */
static void
add_datum_or_null(StoreCall *call, Datum value)
{
	if (value)
		store_add(call, value);
	else
		store_add_null(call);
}

/* Adds what insert and update have in common, parameters $1 to $22. */
static void
branch_add(StoreCall *call, const StoreBranch *b)
{
	bool		root = b->branch == STORE_ROOT_BRANCH;
	bool		container = b->phase == STORE_CHILDREN;

	store_add_int64(call, b->execution);
	store_add_int32(call, b->branch);
	store_add_time_or_null(call, b->due_at, b->has_due);
	store_add_char(call, b->phase);
	store_add_int32_or_null(call, b->position, !root);
	store_add_int32_or_null(call, b->position_end, !root);
	store_add_text_or_null(call, b->state);
	add_datum_or_null(call, b->input_stored ? (Datum) 0 : b->input);
	add_datum_or_null(call, b->variables_stored ? (Datum) 0 : b->variables);
	store_add_int64(call, b->previous_event);
	store_add_int64_or_null(call, b->entered_event, b->entered_event != 0);
	store_add_int64_or_null(call, b->entered_previous, b->entered_event != 0);
	store_add_time_or_null(call, b->entered_at, b->entered_event != 0);
	add_datum_or_null(call, b->retries);
	store_add_int32(call, b->attempts);
	store_add_int64_or_null(call, b->event_count, root);
	store_add_int32_or_null(call, b->branch_count, root);
	store_add_int32_or_null(call, b->open_children, container);
	store_add_int32_or_null(call, b->next_item, container);
	store_add_int32_or_null(call, b->item_count, container);
	store_add_int32_or_null(call, b->failed_items, container && b->failed_items > 0);
	add_datum_or_null(call, b->items_stored ? (Datum) 0 : b->items);
}

#define BRANCH_TYPES INT8OID, INT4OID, TIMESTAMPTZOID, CHAROID, INT4OID, INT4OID, TEXTOID, JSONBOID, JSONBOID, \
	INT8OID, INT8OID, INT8OID, TIMESTAMPTZOID, INT4ARRAYOID, INT4OID, INT8OID, INT4OID, INT4OID, INT4OID, INT4OID, \
	INT4OID, JSONBOID

void
store_branch_insert(const StoreBranch *b)
{
	static StoreQuery insert = {
		"INSERT INTO asl.branch (execution, branch, due_at, phase, position, position_end, state, input, variables, "
		"previous_event, entered_event, entered_previous, entered_at, retries, attempts, event_count, branch_count, "
		"open_children, next_item, item_count, failed_items, items, owner, parent, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
		"$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)",
		25, {BRANCH_TYPES, OIDOID, INT4OID, INT8OID}};
	StoreCall	call;

	store_begin(&call);
	branch_add(&call, b);
	store_add_oid(&call, b->owner);
	store_add_int32_or_null(&call, b->parent, b->parent >= 0);
	store_add_int64(&call, b->revision);
	store_run(&call, &insert);
	store_end(&call);
}

/* A large value that has not changed keeps its place on disk. */
void
store_branch_update(const StoreBranch *b)
{
	static StoreQuery update = {
		"UPDATE asl.branch SET due_at = $3, phase = $4, position = $5, position_end = $6, state = $7, "
		"input = CASE WHEN $23 THEN input ELSE $8 END, variables = CASE WHEN $24 THEN variables ELSE $9 END, "
		"previous_event = $10, entered_event = $11, entered_previous = $12, entered_at = $13, retries = $14, "
		"attempts = $15, event_count = $16, branch_count = $17, open_children = $18, next_item = $19, "
		"item_count = $20, failed_items = $21, "
		"items = CASE WHEN $25 THEN items ELSE $22 END, answer = NULL, error = NULL, cause = NULL "
		"WHERE execution = $1 AND branch = $2",
		25, {BRANCH_TYPES, BOOLOID, BOOLOID, BOOLOID}};
	StoreCall	call;

	store_begin(&call);
	branch_add(&call, b);
	store_add(&call, BoolGetDatum(b->input_stored));
	store_add(&call, BoolGetDatum(b->variables_stored));
	store_add(&call, BoolGetDatum(b->items_stored));
	store_run(&call, &update);
	store_end(&call);
}

void
store_branch_delete(int64 execution, int32 branch)
{
	static StoreQuery remove = {
		"DELETE FROM asl.branch WHERE execution = $1 AND branch = $2", 2, {INT8OID, INT4OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, branch);
	store_run(&call, &remove);
	store_end(&call);
}

int
store_branch_children(int64 execution, int32 parent, int32 **branches)
{
	static StoreQuery read = {
		"SELECT branch FROM asl.branch WHERE execution = $1 AND parent = $2 ORDER BY branch", 2, {INT8OID, INT4OID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, parent);
	count = (int) store_run(&call, &read);
	*branches = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(int32));
	for (int i = 0; i < count; i++)
		(*branches)[i] = store_get_int32(i, 1);
	store_end(&call);
	return count;
}

void
store_execution_clear(int64 execution)
{
	static StoreQuery branches = {"DELETE FROM asl.branch WHERE execution = $1 AND phase <> 'd'", 1, {INT8OID}};
	static StoreQuery tasks = {"DELETE FROM asl.task WHERE execution = $1", 1, {INT8OID}};
	static StoreQuery results = {"DELETE FROM asl.result WHERE execution = $1", 1, {INT8OID}};
	StoreQuery *all[] = {&branches, &tasks, &results};
	StoreCall	call;

	store_begin(&call);
	for (int i = 0; i < lengthof(all); i++)
	{
		store_add_int64(&call, execution);
		store_run(&call, all[i]);
	}
	store_end(&call);
}

Oid
store_branch_answer(int64 execution, int32 branch, Jsonb *output, const char *error, const char *cause,
					TimestampTz now)
{
	static StoreQuery answer = {
		"UPDATE asl.branch SET phase = 'a', due_at = $3, answer = $4, error = $5, cause = $6 "
		"WHERE execution = $1 AND branch = $2 AND phase = 't' RETURNING owner",
		6, {INT8OID, INT4OID, TIMESTAMPTZOID, JSONBOID, TEXTOID, TEXTOID}};
	StoreCall	call;
	Oid			owner = InvalidOid;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, branch);
	store_add_time_or_null(&call, now, true);
	store_add_jsonb_or_null(&call, output);
	store_add_text_or_null(&call, error);
	store_add_text_or_null(&call, cause);
	if (store_run(&call, &answer) > 0)
		owner = store_get_oid(0, 1);
	store_end(&call);
	return owner;
}

void
store_branch_count_attempt(int64 execution, int32 branch, TimestampTz due_at)
{
	static StoreQuery count = {
		"UPDATE asl.branch SET attempts = attempts + 1, due_at = $3 WHERE execution = $1 AND branch = $2",
		3, {INT8OID, INT4OID, TIMESTAMPTZOID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, branch);
	store_add_time_or_null(&call, due_at, true);
	store_run(&call, &count);
	store_end(&call);
}

/*
 * A row lock's holder stands in the row's xmax before it commits; a transaction id's holder stands in pg_locks.
 * Only sessions that step branches are cancelled, never an application that is about to answer.
 */
bool
store_branch_cancel_holder(int64 execution, int32 branch)
{
	static StoreQuery cancel = {
		"SELECT pg_cancel_backend(l.pid) FROM asl.branch b "
		"JOIN pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = b.xmax AND l.granted "
		"     AND l.mode = 'ExclusiveLock' "
		"JOIN pg_stat_activity a ON a.pid = l.pid "
		"     AND (a.backend_type = 'pg_asl worker' OR a.query ~* 'run_pending') "
		"WHERE b.execution = $1 AND b.branch = $2 AND l.pid <> pg_backend_pid()",
		2, {INT8OID, INT4OID}};
	StoreCall	call;
	bool		found;

	/* pg_stat_activity would not show a process that is younger than this transaction's first look at it. */
	pgstat_clear_backend_activity_snapshot();
	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, branch);
	found = store_run(&call, &cancel) > 0;
	store_end(&call);
	return found;
}

void
store_result_insert(int64 execution, int32 container, int32 position, Jsonb *output)
{
	static StoreQuery insert = {
		"INSERT INTO asl.result (execution, branch, position, output) VALUES ($1, $2, $3, $4)",
		4, {INT8OID, INT4OID, INT4OID, JSONBOID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, container);
	store_add_int32(&call, position);
	store_add_jsonb_or_null(&call, output);
	store_run(&call, &insert);
	store_end(&call);
}

int
store_results_take(int64 execution, int32 container, Jsonb ***outputs)
{
	static StoreQuery read = {
		"SELECT output FROM asl.result WHERE execution = $1 AND branch = $2 ORDER BY position", 2, {INT8OID, INT4OID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, container);
	count = (int) store_run(&call, &read);
	*outputs = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(Jsonb *));
	for (int i = 0; i < count; i++)
		(*outputs)[i] = store_get_jsonb(&call, i, 1);
	store_end(&call);
	store_results_delete(execution, container);
	return count;
}

void
store_results_delete(int64 execution, int32 container)
{
	static StoreQuery remove = {
		"DELETE FROM asl.result WHERE execution = $1 AND branch = $2", 2, {INT8OID, INT4OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int32(&call, container);
	store_run(&call, &remove);
	store_end(&call);
}
