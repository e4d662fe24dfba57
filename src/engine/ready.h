/*
 * ready.h - what this transaction has made ready, told at its commit.
 *
 * Whoever inserts or changes a branch so that somebody must look at it says so here.  The list follows
 * subtransactions (what a failed task made ready is forgotten with it) and is handed to the hook once, after commit;
 * without a hook (library not preloaded) the tables alone tell it.
 */
#ifndef ASL_READY_H
#define ASL_READY_H

#include "postgres.h"
#include "datatype/timestamp.h"

typedef struct AslReady
{
	Oid			role;			/* owner of the execution */
	int64		execution;
	int32		branch;
	TimestampTz due_at;			/* now or earlier: to be stepped at once; later: a timer */
	bool		slow;			/* it waits for a place for slow work (slow.h) */
} AslReady;

/* Called after commit, in a critical stretch of code: must not raise and must not touch tables. */
typedef void (*AslReadyHook) (const AslReady *ready, int count);
extern AslReadyHook asl_ready_hook;

extern void asl_ready_add(Oid role, int64 execution, int32 branch, TimestampTz due_at);
/* The same for one that waits for a place. */
extern void asl_ready_add_slow(Oid role, int64 execution, int32 branch, TimestampTz due_at);

#endif
