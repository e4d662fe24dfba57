/*
 * patience.h - how long the engine waits for a lock that another session holds.
 *
 * A session may keep its locks for ever: idle in its transaction, prepared, or gone to sleep.  So nobody waits for one
 * without bound.  A worker gives up after ASL_WORKER_PATIENCE, does something else and comes back, also where a task
 * calls one of our functions; one that is called from elsewhere gives up after asl.lock_timeout, or the session's lock_timeout where that is shorter.  A task's
 * SQL waits as its role's own lock_timeout says.
 */
#ifndef ASL_PATIENCE_H
#define ASL_PATIENCE_H

#include "postgres.h"

#include "storage/lock.h"

#define ASL_WORKER_PATIENCE 1000	/* milliseconds */

/* Until asl_patience_end, which gets what this returns, or the end of the (sub)transaction, every wait for a lock is
 * bounded as a function's. */
extern int	asl_patience_begin(void);
extern void asl_patience_end(int level);

/*
 * Around the steps of a transaction: what the engine itself waits for.  The second may be called at any time, after an
 * error too.  Within, around each task's SQL, the next two: the session's lock_timeout counts there.
 */
extern void asl_patience_begin_step(void);
extern void asl_patience_end_step(void);
extern void asl_patience_begin_task(void);
extern void asl_patience_end_task(void);

/* How long a loop of the engine's own may wait, in milliseconds. */
extern int	asl_patience(void);

/*
 * Takes a heavyweight lock until the end of the transaction; where that takes too long the error tells who holds it.
 * what is the object for the message.  False: this transaction had it already.
 */
extern bool asl_patience_lock(const LOCKTAG *tag, LOCKMODE mode, const char *what);

#endif
