/*
 * row.h - one row of a table by its key, without SQL.
 *
 * What every step does to its own rows: a kept plan's executor start-up costs several times what the row itself does.
 * Everything else is a statement (query.h).  Only the tables' indexes are kept; triggers, constraints, row security
 * and privileges do not count here: the tables belong to the extension alone.
 *
 * Use: store_row_open, the key columns set, store_row_find, columns read or set, store_row_update or store_row_delete;
 * or all columns set and store_row_insert; store_row_close.  Afterwards the next command sees the change.
 */
#ifndef ASL_STORE_ROW_H
#define ASL_STORE_ROW_H

#include "postgres.h"

#include "access/htup.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/relcache.h"

#define STORE_MAX_COLUMNS 32

/* For lists of columns that make both an enum and the names. */
#define STORE_COLUMN_NAME(name) #name,

/* A table as its file knows it: static, the first columns are the key (bigint, int, or text with collation "C"). */
typedef struct StoreTable
{
	const char *name;
	const char *key_index;		/* NULL: the primary key's */
	int			key_count;
	int			column_count;
	int			required_count; /* those from here on are NULL where an older version's table lacks them; 0: none is */
	const char *columns[STORE_MAX_COLUMNS];
	/* For store_row_find_first: an index on two columns, the second one a timestamptz. */
	const char *queue_index;
	int			queue_key;
	int			queue_order;

	/* Looked up at the first use for each store_generation, and again when some table has been altered. */
	bool		known;
	int64		generation;
	int64		layouts;
	Oid			relation;
	AttrNumber	attributes[STORE_MAX_COLUMNS];
} StoreTable;

typedef struct StoreRow
{
	StoreTable *table;
	Relation	relation;
	HeapTuple	found;			/* a copy in the context of store_row_find; NULL */
	Datum		values[STORE_MAX_COLUMNS];	/* by attribute number */
	bool		nulls[STORE_MAX_COLUMNS];
} StoreRow;

typedef enum StoreLock
{
	STORE_NO_LOCK,
	STORE_LOCK_WAIT,			/* FOR UPDATE */
	STORE_LOCK_SKIP				/* as if it were not there when another session holds it */
} StoreLock;

/* A row whose columns are all NULL. */
extern void store_row_open(StoreRow *row, StoreTable *table);
extern void store_row_close(StoreRow *row);

/*
 * Reads the row with the key that was set; false where there is none.  With a lock it is the newest version; raises a
 * serialization failure where the transaction's snapshot is older than that.
 */
extern bool store_row_find(StoreRow *row, StoreLock lock);
/* Whether a row will do. */
typedef bool (*StoreClaim) (StoreRow *row, void *arg);
/*
 * The first row of the table's queue index, with the queue's key as it was set and its order between those times, that
 * will do and that no other transaction has changed meanwhile; it is not locked.
 */
extern bool store_row_find_first(StoreRow *row, TimestampTz from, TimestampTz to, StoreClaim claim, void *arg);
extern void store_row_insert(StoreRow *row);
/* Of the row found: it is locked, or nobody else may change it. */
extern void store_row_update(StoreRow *row);
extern void store_row_delete(StoreRow *row);

extern void store_row_set(StoreRow *row, int column, Datum value);
extern void store_row_set_null(StoreRow *row, int column);
/* NULL where not present. */
extern void store_row_set_int64(StoreRow *row, int column, int64 value, bool present);
extern void store_row_set_int32(StoreRow *row, int column, int32 value, bool present);
extern void store_row_set_time(StoreRow *row, int column, TimestampTz value, bool present);
/* NULL for 0 and NULL. */
extern void store_row_set_varlena(StoreRow *row, int column, Datum value);
extern void store_row_set_text(StoreRow *row, int column, const char *value);

extern bool store_row_is_null(const StoreRow *row, int column);
/* 0 for NULL; of a varlena: as it stands in the row, perhaps toasted, valid as long as the row's copy. */
extern Datum store_row_get(const StoreRow *row, int column);
extern char *store_row_text(const StoreRow *row, int column);	/* NULL for NULL, as the next */
extern Jsonb *store_row_jsonb(const StoreRow *row, int column);

#endif
