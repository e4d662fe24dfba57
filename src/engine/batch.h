/*
 * batch.h - the transaction that steps run in: how long it may grow, and whether its commit waits for the disk.
 *
 * Quick steps share a transaction, because a commit costs more than they do: after a crash all of them run again or
 * none.  The price is that locks live as long as the transaction.  So the first task's SQL runs without conditions,
 * and each later one only
 *   - while the transaction is younger than its state's window and those of the states before, a few milliseconds at
 *     most: a quick task makes its state's window longer, one that was slow or waited for a lock halves it (additive
 *     increase, multiplicative decrease, as in RFC 5681), so that rows which everybody wants are not held for long,
 *   - with a short lock_timeout and a deadline: struck by one of them it is undone, the transaction commits, and the
 *     task runs again as the first one of another transaction,
 *   - at isolation level READ COMMITTED, where each statement sees the present,
 *   - in databases without deferrable constraints, whose state lasts as long as a transaction,
 *   - after tasks that have not touched temporary objects.
 */
#ifndef ASL_BATCH_H
#define ASL_BATCH_H

#include "engine/run.h"

/* May another step join this transaction?  Only after a step that changed nothing for others to wait for. */
extern bool asl_batch_open(void);

/* Takes a transaction in which nothing has been stepped yet for one step alone; false: it is another's already. */
extern bool asl_batch_claim(void);

/* The tasks of runs in memory are no steps: the next functions leave them alone. */

/* May this Task's SQL run in this transaction? */
extern bool asl_batch_admits_sql(const AslBranch *b);
/* The Task's SQL is about to run. */
extern void asl_batch_begin_sql(AslBranch *b);
/* Is this error the deadline's or lock_timeout's, so that the task is to run again as a first one?  To be asked
 * before asl_batch_end_sql. */
extern bool asl_batch_struck(const AslBranch *b, const ErrorData *error);
/* It has run; failed: and was undone. */
extern void asl_batch_end_sql(AslBranch *b, bool failed);

/* A run has been written: what it means for the transaction. */
extern void asl_batch_add(const AslRun *run);

#endif
