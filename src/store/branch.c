/*
 * branch.c - rows of branches and of their results.
 *
 * A step's own rows are found and changed by key (row.h); what looks for several is a statement.
 */
#include "postgres.h"

#include "store/branch.h"

#include "access/htup_details.h"
#include "access/multixact.h"
#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/array.h"
#include "utils/backend_status.h"
#include "utils/timestamp.h"

#define ROW_COLUMNS(column) \
	column(execution) column(branch) column(owner) column(revision) column(due_at) column(phase) column(parent) \
	column(position) column(position_end) column(state) column(input) column(variables) column(previous_event) \
	column(entered_event) column(entered_previous) column(entered_at) column(retries) column(attempts) \
	column(event_count) column(branch_count) column(open_children) column(next_item) column(item_count) \
	column(failed_items) column(items) column(answer) column(error) column(cause)

enum
{
#define NUMBER(name) BRANCH_##name,
	ROW_COLUMNS(NUMBER)
#undef NUMBER
	BRANCH_COLUMN_COUNT
};

static StoreTable branch_table = {
	.name = "branch", .key_count = 2, .column_count = BRANCH_COLUMN_COUNT,
	.columns = {ROW_COLUMNS(STORE_COLUMN_NAME)}
};

/* Opens the row of a branch. */
static void
branch_open(StoreRow *row, int64 execution, int32 branch)
{
	store_row_open(row, &branch_table);
	store_row_set_int64(row, BRANCH_execution, execution, true);
	store_row_set_int32(row, BRANCH_branch, branch, true);
}

/* The row as a struct. */
static void
branch_get(const StoreRow *row, StoreBranch *b)
{
	b->execution = DatumGetInt64(store_row_get(row, BRANCH_execution));
	b->branch = DatumGetInt32(store_row_get(row, BRANCH_branch));
	b->owner = DatumGetObjectId(store_row_get(row, BRANCH_owner));
	b->revision = DatumGetInt64(store_row_get(row, BRANCH_revision));
	b->has_due = !store_row_is_null(row, BRANCH_due_at);
	b->due_at = DatumGetTimestampTz(store_row_get(row, BRANCH_due_at));
	b->phase = DatumGetChar(store_row_get(row, BRANCH_phase));
	b->parent = store_row_is_null(row, BRANCH_parent) ? -1 : DatumGetInt32(store_row_get(row, BRANCH_parent));
	b->position = DatumGetInt32(store_row_get(row, BRANCH_position));
	b->position_end = DatumGetInt32(store_row_get(row, BRANCH_position_end));
	b->state = store_row_text(row, BRANCH_state);
	b->input = store_row_get(row, BRANCH_input);
	b->variables = store_row_get(row, BRANCH_variables);
	b->items = store_row_get(row, BRANCH_items);
	b->input_stored = b->variables_stored = b->items_stored = true;
	b->previous_event = DatumGetInt64(store_row_get(row, BRANCH_previous_event));
	b->entered_event = DatumGetInt64(store_row_get(row, BRANCH_entered_event));
	b->entered_previous = DatumGetInt64(store_row_get(row, BRANCH_entered_previous));
	b->entered_at = DatumGetTimestampTz(store_row_get(row, BRANCH_entered_at));
	b->retries = store_row_get(row, BRANCH_retries);
	b->attempts = DatumGetInt32(store_row_get(row, BRANCH_attempts));
	b->event_count = DatumGetInt64(store_row_get(row, BRANCH_event_count));
	b->branch_count = DatumGetInt32(store_row_get(row, BRANCH_branch_count));
	b->open_children = DatumGetInt32(store_row_get(row, BRANCH_open_children));
	b->next_item = DatumGetInt32(store_row_get(row, BRANCH_next_item));
	b->item_count = DatumGetInt32(store_row_get(row, BRANCH_item_count));
	b->failed_items = DatumGetInt32(store_row_get(row, BRANCH_failed_items));
	b->answer = store_row_jsonb(row, BRANCH_answer);
	b->error = store_row_text(row, BRANCH_error);
	b->cause = store_row_text(row, BRANCH_cause);
}

/* What a step may change; a large value that stands in the row already keeps its place on disk. */
static void
branch_set(StoreRow *row, const StoreBranch *b)
{
	bool		root = b->branch == STORE_ROOT_BRANCH;
	bool		container = b->phase == STORE_CHILDREN;

	store_row_set_time(row, BRANCH_due_at, b->due_at, b->has_due);
	store_row_set(row, BRANCH_phase, CharGetDatum(b->phase));
	store_row_set_int32(row, BRANCH_position, b->position, !root);
	store_row_set_int32(row, BRANCH_position_end, b->position_end, !root);
	store_row_set_text(row, BRANCH_state, b->state);
	if (!b->input_stored)
		store_row_set_varlena(row, BRANCH_input, b->input);
	if (!b->variables_stored)
		store_row_set_varlena(row, BRANCH_variables, b->variables);
	if (!b->items_stored)
		store_row_set_varlena(row, BRANCH_items, b->items);
	store_row_set_int64(row, BRANCH_previous_event, b->previous_event, true);
	store_row_set_int64(row, BRANCH_entered_event, b->entered_event, b->entered_event != 0);
	store_row_set_int64(row, BRANCH_entered_previous, b->entered_previous, b->entered_event != 0);
	store_row_set_time(row, BRANCH_entered_at, b->entered_at, b->entered_event != 0);
	store_row_set_varlena(row, BRANCH_retries, b->retries);
	store_row_set_int32(row, BRANCH_attempts, b->attempts, true);
	store_row_set_int64(row, BRANCH_event_count, b->event_count, root);
	store_row_set_int32(row, BRANCH_branch_count, b->branch_count, root);
	store_row_set_int32(row, BRANCH_open_children, b->open_children, container);
	store_row_set_int32(row, BRANCH_next_item, b->next_item, container);
	store_row_set_int32(row, BRANCH_item_count, b->item_count, container);
	store_row_set_int32(row, BRANCH_failed_items, b->failed_items, container && b->failed_items > 0);
}

bool
store_branch_read(int64 execution, int32 branch, StoreLock lock, StoreBranch *result)
{
	StoreRow	row;
	bool		found;

	branch_open(&row, execution, branch);
	found = store_row_find(&row, lock);
	if (found)
		branch_get(&row, result);
	store_row_close(&row);
	return found;
}

bool
store_branch_exists(int64 execution, int32 branch)
{
	StoreRow	row;
	bool		found;

	branch_open(&row, execution, branch);
	found = store_row_find(&row, STORE_NO_LOCK);
	store_row_close(&row);
	return found;
}

void
store_branch_insert(const StoreBranch *b)
{
	StoreRow	row;

	branch_open(&row, b->execution, b->branch);
	store_row_set(&row, BRANCH_owner, ObjectIdGetDatum(b->owner));
	store_row_set_int64(&row, BRANCH_revision, b->revision, true);
	store_row_set_int32(&row, BRANCH_parent, b->parent, b->parent >= 0);
	branch_set(&row, b);
	store_row_insert(&row);
	store_row_close(&row);
}

void
store_branch_update(const StoreBranch *b)
{
	StoreRow	row;

	branch_open(&row, b->execution, b->branch);
	if (!store_row_find(&row, STORE_NO_LOCK))
		elog(ERROR, "branch %d of execution " INT64_FORMAT " is missing", b->branch, b->execution);
	branch_set(&row, b);
	store_row_set_null(&row, BRANCH_answer);
	store_row_set_null(&row, BRANCH_error);
	store_row_set_null(&row, BRANCH_cause);
	store_row_update(&row);
	store_row_close(&row);
}

void
store_branch_delete(int64 execution, int32 branch)
{
	StoreRow	row;

	branch_open(&row, execution, branch);
	if (store_row_find(&row, STORE_NO_LOCK))
		store_row_delete(&row);
	store_row_close(&row);
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
	StoreRow	row;
	Oid			owner = InvalidOid;

	branch_open(&row, execution, branch);
	if (store_row_find(&row, STORE_LOCK_WAIT) && DatumGetChar(store_row_get(&row, BRANCH_phase)) == STORE_TASK)
	{
		owner = DatumGetObjectId(store_row_get(&row, BRANCH_owner));
		store_row_set(&row, BRANCH_phase, CharGetDatum(STORE_ANSWERED));
		store_row_set_time(&row, BRANCH_due_at, now, true);
		store_row_set_varlena(&row, BRANCH_answer, PointerGetDatum(output));
		store_row_set_text(&row, BRANCH_error, error);
		store_row_set_text(&row, BRANCH_cause, cause);
		store_row_update(&row);
	}
	store_row_close(&row);
	return owner;
}

void
store_branch_count_attempt(int64 execution, int32 branch, TimestampTz due_at)
{
	StoreRow	row;

	branch_open(&row, execution, branch);
	if (store_row_find(&row, STORE_LOCK_WAIT))
	{
		store_row_set_int32(&row, BRANCH_attempts, DatumGetInt32(store_row_get(&row, BRANCH_attempts)) + 1, true);
		store_row_set_time(&row, BRANCH_due_at, due_at, true);
		store_row_update(&row);
	}
	store_row_close(&row);
}

/* The transactions that hold a tuple or are changing it, as an xid[]; 0: none. */
static Datum
tuple_holders(HeapTuple tuple)
{
	uint16		mask = tuple->t_data->t_infomask;
	TransactionId xmax = HeapTupleHeaderGetRawXmax(tuple->t_data);
	MultiXactMember *members;
	Datum	   *holders;
	int			count = 1;

	if ((mask & HEAP_XMAX_INVALID) != 0)
		return (Datum) 0;
	if ((mask & HEAP_XMAX_IS_MULTI) != 0)
		count = GetMultiXactIdMembers(xmax, &members, false, HEAP_XMAX_IS_LOCKED_ONLY(mask));
	holders = palloc(Max(count, 1) * sizeof(Datum));
	for (int i = 0; i < count; i++)
		holders[i] = TransactionIdGetDatum((mask & HEAP_XMAX_IS_MULTI) != 0 ? members[i].xid : xmax);
	return count <= 0 ? (Datum) 0 :
		PointerGetDatum(construct_array(holders, count, XIDOID, sizeof(TransactionId), true, TYPALIGN_INT));
}

/* The same of a branch's row. */
static Datum
branch_row_holders(int64 execution, int32 branch)
{
	StoreRow	row;
	Datum		holders = (Datum) 0;

	branch_open(&row, execution, branch);
	if (store_row_find(&row, STORE_NO_LOCK))
		holders = tuple_holders(row.found);
	store_row_close(&row);
	return holders;
}

/*
 * A row lock's holder stands in the row's xmax before it commits; a transaction id's holder stands in pg_locks.
 * Only sessions that step branches are cancelled, never an application.
 */
char *
store_branch_holders(int64 execution, int32 branch, StoreHolder what)
{
	static StoreQuery find = {
		"SELECT string_agg(CASE WHEN p.gid IS NOT NULL THEN format('the prepared transaction \"%s\"', p.gid) "
		"       WHEN a.pid IS NOT NULL THEN format('process %s of role \"%s\" (%s)', a.pid, a.usename, coalesce(a.state, a.backend_type)) "
		"       ELSE 'a prepared transaction' END, ', '), "
		"  count(CASE WHEN a.backend_type = 'pg_asl worker' AND $2 > 1 THEN pg_terminate_backend(a.pid) "
		"       WHEN (a.backend_type = 'pg_asl worker' OR a.query ~* 'run_pending') AND $2 > 0 THEN pg_cancel_backend(a.pid) END) "
		"FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid "
		"LEFT JOIN pg_prepared_xacts p ON p.transaction = l.transactionid "
		"WHERE l.locktype = 'transactionid' AND l.transactionid = ANY ($1) AND l.granted AND l.mode = 'ExclusiveLock' "
		"  AND l.pid IS DISTINCT FROM pg_backend_pid()",
		2, {XIDARRAYOID, INT4OID}};
	Datum		holders = branch_row_holders(execution, branch);
	StoreCall	call;
	char	   *phrase;

	if (holders == (Datum) 0)
		return NULL;
	/* pg_stat_activity would not show a process that is younger than this transaction's first look at it. */
	pgstat_clear_backend_activity_snapshot();
	store_begin(&call);
	store_add(&call, holders);
	store_add_int32(&call, what);
	store_run(&call, &find);
	phrase = store_get_text(&call, 0, 1);
	store_end(&call);
	return phrase;
}

void
store_result_insert(int64 execution, int32 container, int32 position, Jsonb *output)
{
	enum {EXECUTION, CONTAINER, POSITION, OUTPUT, COLUMN_COUNT};
	static StoreTable results = {
		.name = "result", .key_count = 3, .column_count = COLUMN_COUNT,
		.columns = {"execution", "branch", "position", "output"}
	};
	StoreRow	row;

	store_row_open(&row, &results);
	store_row_set_int64(&row, EXECUTION, execution, true);
	store_row_set_int32(&row, CONTAINER, container, true);
	store_row_set_int32(&row, POSITION, position, true);
	store_row_set_varlena(&row, OUTPUT, JsonbPGetDatum(output));
	store_row_insert(&row);
	store_row_close(&row);
}

int
store_results_read(int64 execution, int32 container, Jsonb ***outputs)
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
