/*
 * query.h - the shape of every store call: kept plans, run with the extension owner's identity.
 *
 * A store call is store_begin … store_run … store_end.  Between the first and the last the current user is the
 * extension's owner (as ri_triggers.c switches to a table's), never longer: no user code runs inside.  For the same
 * time only pg_catalog is searched: plans are prepared once per backend and kept, but PostgreSQL analyzes a kept plan
 * anew under the search_path of the moment, wherever that has changed.
 *
 * Results are read with store_get_… and are copied into the memory context that was current at store_begin.
 */
#ifndef ASL_STORE_QUERY_H
#define ASL_STORE_QUERY_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "executor/spi.h"
#include "utils/jsonb.h"

#define STORE_MAX_ARGS 28

/* One statement; static in the function that runs it.  argument_types: as SQL type names, comma-free list of OIDs. */
typedef struct StoreQuery
{
	const char *sql;
	int			argument_count;
	Oid			argument_types[STORE_MAX_ARGS];
	SPIPlanPtr	plan;			/* NULL until first run */
} StoreQuery;

typedef struct StoreCall
{
	Oid			saved_user;
	int			saved_context;
	int			search_path;	/* to restore the caller's */
	MemoryContext caller;		/* where results are copied */
	int			argument_count;
	Datum		values[STORE_MAX_ARGS];
	char		nulls[STORE_MAX_ARGS];
} StoreCall;

extern void store_begin(StoreCall *call);
extern void store_end(StoreCall *call);

/* Arguments, in order; each store_run clears them.  The …_or_null forms take NULL pointers for SQL NULL. */
extern void store_add(StoreCall *call, Datum value);
extern void store_add_null(StoreCall *call);
extern void store_add_int64(StoreCall *call, int64 value);
extern void store_add_int64_or_null(StoreCall *call, int64 value, bool present);
extern void store_add_int32(StoreCall *call, int32 value);
extern void store_add_int32_or_null(StoreCall *call, int32 value, bool present);
extern void store_add_oid(StoreCall *call, Oid value);
extern void store_add_time_or_null(StoreCall *call, TimestampTz value, bool present);
extern void store_add_text_or_null(StoreCall *call, const char *value);
extern void store_add_jsonb_or_null(StoreCall *call, Jsonb *value);

/* Runs a statement with the arguments added; the number of rows processed.  Result rows are SPI_tuptable's. */
extern uint64 store_run(StoreCall *call, StoreQuery *query);

/* Columns of a result row, counted from 1.  Text and jsonb: NULL for SQL NULL, else copied to the caller's context. */
extern int64 store_get_int64(int row, int column);	/* 0 for NULL, as are the next */
extern int32 store_get_int32(int row, int column);
extern Oid	store_get_oid(int row, int column);
extern bool store_get_bool(int row, int column);
extern TimestampTz store_get_time(int row, int column);
extern char *store_get_text(StoreCall *call, int row, int column);
extern Jsonb *store_get_jsonb(StoreCall *call, int row, int column);
extern Datum store_get_varlena(StoreCall *call, int row, int column);	/* detoasted copy; (Datum) 0 for NULL */

/* Has the extension, which may be older than the library, this table? */
extern bool store_has_table(const char *name);
/* The extension's owner. */
extern Oid	store_owner(void);
/* Another number whenever the extension may have been dropped and created again: ids in memory then mean nothing. */
extern int64 store_generation(void);

#endif
