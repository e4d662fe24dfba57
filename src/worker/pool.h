/*
 * pool.h - pools: what the executions of one role in one database need.  Functions marked (lock) need the shared lock.
 */
#ifndef ASL_WORKER_POOL_H
#define ASL_WORKER_POOL_H

#include "store/due.h"
#include "worker/shared.h"

/* A scan reads so many due branches at once. */
#define ASL_SCAN_LIMIT 1000

/* (lock) The pool of that role, made if need be; NULL: there is no room. */
extern Pool *asl_pool_get(Oid database, Oid role);
/* (lock) Frees a pool that has no workers and nothing to do. */
extern void asl_pool_free_if_quiet(Pool *pool);
/* (lock) After a worker's death or a failed start: no other start for a while. */
extern void asl_pool_delay(Pool *pool);
/* (lock) Whether there is something to do that no worker has in hand. */
extern bool asl_pool_has_work(Pool *pool, TimestampTz now);

/* Drops all that is known about a database. */
extern void asl_pools_forget(Oid database);
/* A scout has found out when a role's next branch is due. */
extern void asl_pool_announce(Oid database, Oid role, TimestampTz due_at);

typedef enum PoolTask
{
	POOL_STEP,					/* step the item */
	POOL_SCAN,					/* read the tables, then call asl_pool_scanned */
	POOL_SLEEP,					/* until the time given, or until the latch is set */
	POOL_LEAVE
} PoolTask;

/* What this worker is to do next; the last step is done with.  wakes_at goes in as the time at which the worker has
 * something to do by itself (DT_NOEND: never) and comes out as the time until which to sleep. */
extern PoolTask asl_pool_next(QueueItem *item, TimestampTz *wakes_at);
/* Another item for the transaction under way; false: there is none, or none that may share a transaction. */
extern bool asl_pool_join(QueueItem *item);
/* The turn's commit is about to begin: a few items may wait for this worker. */
extern void asl_pool_return(void);
/* Something else comes first that may take long: what was left to this worker is others'. */
extern void asl_pool_stay(void);
/* The step under way is over: the branch is not handed back if this process dies. */
extern void asl_pool_end_step(void);
extern void asl_pool_scanned(const StoreDue *found, int count, TimestampTz next_due);
/* A step was finished: the pool's workers do not die in a row. */
extern void asl_pool_succeeded(void);
/* The tables are to be read again at that time. */
extern void asl_pool_look_again(TimestampTz at);
/* Gives items back, to be looked at again. */
extern void asl_pool_put_back(const QueueItem *items, int count);

#endif
