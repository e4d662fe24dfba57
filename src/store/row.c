/*
 * row.c - one row of a table by its key, without SQL.
 *
 * The executor's own calls for rows (as execReplication.c applies changes with them), below plans and expressions.
 *
 * Duties of the executor that are taken over here: a snapshot and a lock on the table of a statement's strength, held to
 * the end of the transaction; the refusal to write where the transaction may only read; FOR UPDATE's following of newer
 * versions, and the serialization failure where the snapshot is older than they are; entries in every index, unique ones
 * with their check, none for a version that stays on its page; a new command id, so that the next command sees the change.
 *
 * Duties that these tables do not need, since they are the extension's alone and come from schema.sql: permissions and
 * row security (the caller is trusted, its SQL is not run here), triggers, foreign keys and CHECK constraints, NOT NULL
 * (what is written is complete), generated and identity columns, partitions and inheritance, column defaults (every
 * column is set, or NULL), domains, and EvalPlanQual's re-check of a condition (the key never changes).
 *
 * What would break it: a trigger, rule, policy, partition or column default added by hand is passed over in silence; an
 * expression or exclusion index would be kept, but has not been tried; a column whose type is another than the one that
 * its file writes is not noticed.  More columns than STORE_MAX_COLUMNS and columns that are missing are refused.
 */
#include "postgres.h"

#include "store/row.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "base/compat.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

static int64 layouts = 0;

/* Some table's definition has changed: perhaps it is one of ours. */
static void
forget_layouts(Datum arg, Oid relation)
{
	layouts++;
}

static void
register_forgetting(void)
{
	static bool registered = false;

	if (!registered)
		CacheRegisterRelcacheCallback(forget_layouts, (Datum) 0);
	registered = true;
}

/* Raises where the table has more columns than a StoreRow has room for; dropped ones count. */
static void
check_layout(const StoreTable *table)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table->relation));
	int			columns;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("table asl.%s does not exist", table->name)));
	columns = ((Form_pg_class) GETSTRUCT(tuple))->relnatts;
	ReleaseSysCache(tuple);
	if (columns > STORE_MAX_COLUMNS)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("table asl.%s has %d columns, this library knows at most %d", table->name, columns,
							   STORE_MAX_COLUMNS),
						errhint("Columns added by hand count even when they have been dropped; a newer version's tables "
								"need its library.")));
}

/* Looks a table and its columns up by name. */
static void
table_learn(StoreTable *table)
{
	(void) store_owner();
	if (table->known && table->generation == store_generation() && table->layouts == layouts)
		return;
	register_forgetting();
	table->known = false;
	table->layouts = layouts;
	table->generation = store_generation();
	table->relation = get_relname_relid(table->name, get_namespace_oid("asl", false));
	check_layout(table);
	for (int i = 0; i < table->column_count; i++)
	{
		table->attributes[i] = get_attnum(table->relation, table->columns[i]);
		if (table->attributes[i] == InvalidAttrNumber && table->required_count > 0 && i >= table->required_count)
			continue;
		if (table->attributes[i] == InvalidAttrNumber || table->attributes[i] > STORE_MAX_COLUMNS)
			ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
							errmsg("table asl.%s has no column \"%s\"", table->name, table->columns[i]),
							errhint("Bring the extension to the library's version: ALTER EXTENSION pg_asl UPDATE.")));
	}
	table->known = true;
}

void
store_row_open(StoreRow *row, StoreTable *table)
{
	table_learn(table);
	row->table = table;
	row->found = NULL;
	/* A standby, where every transaction is read-only, grants no other lock. */
	row->relation = table_open(table->relation, XactReadOnly ? AccessShareLock : RowExclusiveLock);
	/* Whoever altered the table before the lock was granted has been heard of by now; afterwards nobody can. */
	table_learn(table);
	memset(row->nulls, true, sizeof(row->nulls));
	PushActiveSnapshot(GetTransactionSnapshot());
}

/* The lock on the table lasts to the end of the transaction. */
void
store_row_close(StoreRow *row)
{
	PopActiveSnapshot();
	table_close(row->relation, NoLock);
}

/* What the executor checks before a statement. */
static void
require_write(const char *command)
{
	PreventCommandIfReadOnly(command);
	PreventCommandIfParallelMode(command);
}

/* Makes the row a copy of a tuple. */
static void
row_take(StoreRow *row, HeapTuple tuple)
{
	row->found = tuple;
	heap_deform_tuple(tuple, RelationGetDescr(row->relation), row->values, row->nulls);
}

/* Raises where another transaction changed the row since this one's only snapshot. */
static void
refuse_old_snapshot(void)
{
	if (IsolationUsesXactSnapshot())
		ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
						errmsg("could not serialize access due to concurrent update")));
}

/* Locks the row's newest version as a FOR UPDATE does (nodeLockRows.c); NULL: it is gone. */
static HeapTuple
row_lock(StoreRow *row, ItemPointerData tid, LockWaitPolicy policy)
{
	TupleTableSlot *slot = table_slot_create(row->relation, NULL);
	int			flags = TUPLE_LOCK_FLAG_LOCK_UPDATE_IN_PROGRESS;
	HeapTuple	locked = NULL;
	TM_FailureData failure;
	TM_Result	result;

	require_write("SELECT FOR UPDATE");
	if (!IsolationUsesXactSnapshot())
		flags |= TUPLE_LOCK_FLAG_FIND_LAST_VERSION;
	result = table_tuple_lock(row->relation, &tid, GetActiveSnapshot(), slot, GetCurrentCommandId(false),
							  LockTupleExclusive, policy, flags, &failure);
	switch (result)
	{
		case TM_Ok:
			locked = ExecCopySlotHeapTuple(slot);
			break;
		case TM_WouldBlock:
			break;
		case TM_Updated:
		case TM_Deleted:
			refuse_old_snapshot();
			break;
		default:
			elog(ERROR, "unexpected table_tuple_lock status: %u", result);
	}
	ExecDropSingleTupleTableSlot(slot);
	return locked;
}

/* Opens an index of the row's table; the key's by its number, since a REINDEX may have made another one. */
static Relation
open_index(const StoreRow *row, const char *name)
{
	Relation	relation = row->relation;

	if (name)
		return index_open(get_relname_relid(name, RelationGetNamespace(relation)), AccessShareLock);
	list_free(RelationGetIndexList(relation));
	return index_open(relation->rd_pkindex, AccessShareLock);
}

/* A condition on a column, of an index in the order of collation "C". */
static void
condition(ScanKey key, const StoreRow *row, int column, StrategyNumber strategy, RegProcedure comparison, Datum value)
{
	ScanKeyEntryInitialize(key, 0, row->table->attributes[column], strategy, InvalidOid, C_COLLATION_OID, comparison,
						   value);
}

/* The condition that a column has the value that was set. */
static void
condition_equal(ScanKey key, const StoreRow *row, int column)
{
	AttrNumber	attribute = row->table->attributes[column];
	Oid			type = TupleDescAttr(RelationGetDescr(row->relation), attribute - 1)->atttypid;

	Assert(type == INT8OID || type == INT4OID || type == TEXTOID);
	condition(key, row, column, BTEqualStrategyNumber,
			  type == INT8OID ? F_INT8EQ : type == INT4OID ? F_INT4EQ : F_TEXTEQ, store_row_get(row, column));
}

bool
store_row_find(StoreRow *row, StoreLock lock)
{
	StoreTable *table = row->table;
	ScanKeyData key[STORE_MAX_COLUMNS];
	Relation	index = open_index(row, table->key_index);
	SysScanDesc scan;
	HeapTuple	tuple;

	for (int i = 0; i < table->key_count; i++)
		condition_equal(&key[i], row, i);
	scan = systable_beginscan_ordered(row->relation, index, GetActiveSnapshot(), table->key_count, key);
	tuple = systable_getnext_ordered(scan, ForwardScanDirection);
	if (tuple != NULL)
		tuple = lock == STORE_NO_LOCK ? heap_copytuple(tuple)
			: row_lock(row, tuple->t_self, lock == STORE_LOCK_SKIP ? LockWaitSkip : LockWaitBlock);
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	if (tuple != NULL)
		row_take(row, tuple);
	return tuple != NULL;
}

/* Is this still the row's version, for everybody? */
static bool
is_newest(StoreRow *row, ItemPointerData tid)
{
	TupleTableSlot *slot = table_slot_create(row->relation, NULL);
	bool		newest;

	PushActiveSnapshot(GetLatestSnapshot());
	newest = table_tuple_fetch_row_version(row->relation, &tid, GetActiveSnapshot(), slot);
	PopActiveSnapshot();
	ExecDropSingleTupleTableSlot(slot);
	return newest;
}

bool
store_row_find_first(StoreRow *row, TimestampTz from, TimestampTz to, StoreClaim claim, void *arg)
{
	StoreTable *table = row->table;
	ScanKeyData key[3];
	Relation	index = open_index(row, table->queue_index);
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		found = false;

	condition_equal(&key[0], row, table->queue_key);
	condition(&key[1], row, table->queue_order, BTGreaterEqualStrategyNumber, F_TIMESTAMPTZ_GE, TimestampTzGetDatum(from));
	condition(&key[2], row, table->queue_order, BTLessEqualStrategyNumber, F_TIMESTAMPTZ_LE, TimestampTzGetDatum(to));
	scan = systable_beginscan_ordered(row->relation, index, GetActiveSnapshot(), lengthof(key), key);
	while (!found && (tuple = systable_getnext_ordered(scan, ForwardScanDirection)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		row_take(row, heap_copytuple(tuple));
		found = claim(row, arg) && is_newest(row, tuple->t_self);
	}
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	return found;
}

/* Makes index entries for a tuple that was stored. */
static void
row_index(StoreRow *row, TupleTableSlot *slot, bool update)
{
	EState	   *estate = CreateExecutorState();
	ResultRelInfo *target = makeNode(ResultRelInfo);

	InitResultRelInfo(target, row->relation, 0, NULL, 0);
	ExecOpenIndices(target, false);
	asl_insert_index_tuples(target, slot, estate, update);
	ExecCloseIndices(target);
	FreeExecutorState(estate);
}

/* The row's values as a slot. */
static TupleTableSlot *
row_slot(StoreRow *row)
{
	TupleDesc	columns = RelationGetDescr(row->relation);
	TupleTableSlot *slot = MakeSingleTupleTableSlot(columns, &TTSOpsVirtual);

	memcpy(slot->tts_values, row->values, columns->natts * sizeof(Datum));
	memcpy(slot->tts_isnull, row->nulls, columns->natts * sizeof(bool));
	return ExecStoreVirtualTuple(slot);
}

void
store_row_insert(StoreRow *row)
{
	TupleTableSlot *slot = row_slot(row);

	require_write("INSERT");
	simple_table_tuple_insert(row->relation, slot);
	row_index(row, slot, false);
	ExecDropSingleTupleTableSlot(slot);
	CommandCounterIncrement();
}

void
store_row_update(StoreRow *row)
{
	TupleTableSlot *slot = row_slot(row);

	require_write("UPDATE");
	if (asl_table_update(row->relation, &row->found->t_self, slot, GetActiveSnapshot()))
		row_index(row, slot, true);
	ExecDropSingleTupleTableSlot(slot);
	CommandCounterIncrement();
}

void
store_row_delete(StoreRow *row)
{
	require_write("DELETE");
	simple_table_tuple_delete(row->relation, &row->found->t_self, GetActiveSnapshot());
	CommandCounterIncrement();
}

/* Where a column's value stands; below 0: the table lacks it. */
static int
place(const StoreRow *row, int column)
{
	Assert(column < row->table->column_count);
	return row->table->attributes[column] - 1;
}

void
store_row_set(StoreRow *row, int column, Datum value)
{
	row->values[place(row, column)] = value;
	row->nulls[place(row, column)] = false;
}

void
store_row_set_null(StoreRow *row, int column)
{
	row->nulls[place(row, column)] = true;
}

void
store_row_set_int64(StoreRow *row, int column, int64 value, bool present)
{
	store_row_set(row, column, Int64GetDatum(value));
	row->nulls[place(row, column)] = !present;
}

void
store_row_set_int32(StoreRow *row, int column, int32 value, bool present)
{
	store_row_set(row, column, Int32GetDatum(value));
	row->nulls[place(row, column)] = !present;
}

void
store_row_set_time(StoreRow *row, int column, TimestampTz value, bool present)
{
	store_row_set(row, column, TimestampTzGetDatum(value));
	row->nulls[place(row, column)] = !present;
}

void
store_row_set_varlena(StoreRow *row, int column, Datum value)
{
	store_row_set(row, column, value);
	row->nulls[place(row, column)] = value == (Datum) 0;
}

void
store_row_set_text(StoreRow *row, int column, const char *value)
{
	store_row_set_varlena(row, column, value ? CStringGetTextDatum(value) : (Datum) 0);
}

bool
store_row_is_null(const StoreRow *row, int column)
{
	return place(row, column) < 0 || row->nulls[place(row, column)];
}

Datum
store_row_get(const StoreRow *row, int column)
{
	return store_row_is_null(row, column) ? (Datum) 0 : row->values[place(row, column)];
}

char *
store_row_text(const StoreRow *row, int column)
{
	return store_row_is_null(row, column) ? NULL : TextDatumGetCString(store_row_get(row, column));
}

Jsonb *
store_row_jsonb(const StoreRow *row, int column)
{
	return store_row_is_null(row, column) ? NULL : DatumGetJsonbP(store_row_get(row, column));
}
