/*
 * row.c - one row of a table by its key, without SQL.
 *
 * The executor's own calls for rows (as execReplication.c applies changes with them), below plans and expressions.
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
#include "catalog/pg_collation.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/* Looks a table and its columns up by name. */
static void
table_learn(StoreTable *table)
{
	(void) store_owner();
	if (table->known && table->generation == store_generation())
		return;
	table->known = false;
	table->generation = store_generation();
	table->relation = get_relname_relid(table->name, get_namespace_oid("asl", false));
	for (int i = 0; i < table->column_count; i++)
	{
		table->attributes[i] = get_attnum(table->relation, table->columns[i]);
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

/* Where a column's value stands. */
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
	return row->nulls[place(row, column)];
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
