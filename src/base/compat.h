/*
 * compat.h - all that differs between the supported PostgreSQL versions, 15 to 18.
 */
#ifndef ASL_COMPAT_H
#define ASL_COMPAT_H

#include "postgres.h"

#include "access/tableam.h"
#include "catalog/namespace.h"
#include "common/jsonapi.h"
#include "executor/executor.h"
#include "storage/lock.h"
#include "storage/proc.h"
#if PG_VERSION_NUM >= 170000
#include "storage/procarray.h"
#else
#include "storage/sinvaladt.h"
#endif
#include "utils/guc.h"

#if PG_VERSION_NUM < 150000
#error "pg_asl needs PostgreSQL 15 or later"
#endif

/* What a JSON parser's semantic action returns, and how a lexer for a text is made. */
#if PG_VERSION_NUM >= 160000
#define ASL_JSON_ACTION				JsonParseErrorType
#define ASL_JSON_ACTION_DONE		JSON_SUCCESS
#else
#define ASL_JSON_ACTION				void
#define ASL_JSON_ACTION_DONE
#endif

static inline JsonLexContext *
asl_json_lexer(const char *text, int length, int encoding)
{
#if PG_VERSION_NUM >= 170000
	return makeJsonLexContextCstringLen(NULL, text, length, encoding, true);
#else
	return makeJsonLexContextCstringLen(unconstify(char *, text), length, encoding, true);
#endif
}

/*
 * For a while names without a schema are found in pg_catalog alone, not even in pg_temp.  What restrict returns goes to
 * restore, in the same subtransaction; the rollback of one restores too.
 */
static inline int
asl_search_path_restrict(void)
{
#if PG_VERSION_NUM >= 170000
	int			level = NewGUCNestLevel();

	RestrictSearchPath();
	return level;
#else
	OverrideSearchPath path = {.addCatalog = true};

	PushOverrideSearchPath(&path);
	return 0;
#endif
}

static inline void
asl_search_path_restore(int level)
{
#if PG_VERSION_NUM >= 170000
	AtEOXact_GUC(false, level);
#else
	PopOverrideSearchPath();
#endif
}

/* Updates a tuple that nobody else changes; does it need index entries? */
static inline bool
asl_table_update(Relation relation, ItemPointer tid, TupleTableSlot *slot, Snapshot snapshot)
{
#if PG_VERSION_NUM >= 160000
	TU_UpdateIndexes indexes;

	simple_table_tuple_update(relation, tid, slot, snapshot, &indexes);
	return indexes != TU_None;
#else
	bool		indexes;

	simple_table_tuple_update(relation, tid, slot, snapshot, &indexes);
	return indexes;
#endif
}

/* Makes the entries of a tuple that was stored, in indexes without deferred constraints. */
static inline void
asl_insert_index_tuples(ResultRelInfo *target, TupleTableSlot *slot, EState *estate, bool update)
{
#if PG_VERSION_NUM >= 160000
	(void) ExecInsertIndexTuples(target, slot, estate, update, false, NULL, NIL, false);
#else
	(void) ExecInsertIndexTuples(target, slot, estate, update, false, NULL, NIL);
#endif
}

/* The process of a virtual transaction; 0: it has none (any more), as a prepared one. */
static inline int
asl_virtual_transaction_pid(VirtualTransactionId id)
{
	PGPROC	   *proc;

#if PG_VERSION_NUM >= 170000
	proc = id.procNumber == INVALID_PROC_NUMBER ? NULL : ProcNumberGetProc(id.procNumber);
#else
	proc = id.backendId == InvalidBackendId ? NULL : BackendIdGetProc(id.backendId);
#endif
	return proc ? proc->pid : 0;
}

#endif
