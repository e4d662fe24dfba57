/*
 * shared.h - the memory that the launcher, the workers and committing sessions share.
 *
 *   Shared ── pools[]   one per database and role that has something to do
 *      │        └── two queues: lists of items
 *      ├── slots[]   one per worker process: starting, busy or idle
 *      └── items[]   ready branches; all queues take theirs from here
 *
 * It exists only where the library is preloaded.  It is a hint, never the truth: the tables hold every branch and
 * when it is due, so whatever does not fit here (items, pools) or is lost with a crash is found by a scan.
 *
 * One lock guards everything; nobody does more than a few memory accesses under it.
 *
 * What always holds when the lock is free:
 *
 * 1. A pool with work at hand has a busy or woken worker, or the launcher has been told (pool.calling).  Work that
 *    nobody was woken for is left to workers that are returning: one that does not after all wakes another.
 * 2. A pool's next_due is not later than any timer of its branches, unless scan_wanted or scanning is set.
 * 3. Somebody sleeps no longer than until next_due: an idle worker of the pool or the launcher (wakes_at).
 */
#ifndef ASL_WORKER_SHARED_H
#define ASL_WORKER_SHARED_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "storage/condition_variable.h"
#include "storage/lwlock.h"
#include "storage/proc.h"

#define ASL_MAX_POOLS 1024
#define ASL_MAX_ITEMS 65536
#define ASL_NO_ITEM 0			/* index of an item that is none */
#define ASL_MAX_SLOW_KINDS 4096

/* A ready branch in a queue. */
typedef struct QueueItem
{
	int64		execution;
	int32		branch;
	int32		next;			/* in its queue or in the free list */
	int32		next_in_bucket;
	int16		pool;
	bool		careful;		/* may have taken a worker down: count the attempt before the step */
	bool		slow;			/* waits for a place for slow work: stands in the second queue */
	uint8		pause;			/* how often it has been put off in a row */
	uint32		overdue;		/* the state whose task did not obey its timeout; 0: none (engine/attempt.h) */
} QueueItem;

typedef struct QueueList
{
	int32		head;			/* ASL_NO_ITEM: it is empty */
	int32		tail;
	int			count;
} QueueList;

typedef struct Pool
{
	Oid			database;		/* InvalidOid: this pool is free */
	Oid			role;
	QueueList	ready;
	QueueList	slow;			/* what waits for a place (pace.h) */
	TimestampTz next_due;		/* of timers; DT_NOEND: none known */
	bool		scan_wanted;	/* the tables may hold due branches that the queue does not */
	bool		scanning;		/* a worker is reading them */
	bool		calling;		/* the launcher has been told that a worker is needed */
	int			starting;		/* number of slots in that state, and so on */
	int			busy;
	int			idle;
	int			returning;		/* of the busy ones */
	int			failures;		/* deaths of workers in a row without a finished step */
	TimestampTz not_before;		/* no start of a worker until then */
	bool		refused;		/* the log has been told why no worker can be started */
} Pool;

typedef enum SlotState
{
	SLOT_FREE,
	SLOT_STARTING,				/* the launcher has asked for the process */
	SLOT_BUSY,					/* also: woken, about to look for work */
	SLOT_IDLE
} SlotState;

typedef struct Slot
{
	SlotState	state;
	uint32		generation;		/* counts uses of this slot: tells a process that comes too late */
	bool		leave;			/* the worker is asked to leave after its step */
	bool		returning;		/* busy with the commit of its turn, after which it looks for work again */
	Oid			database;
	Oid			role;			/* InvalidOid: a scout, see worker.c */
	bool		purges;			/* a scout that deletes what has expired */
	int			pool;			/* -1: none */
	PGPROC	   *proc;
	TimestampTz since;			/* of its start */
	TimestampTz idle_since;		/* 0: it has just had work */
	TimestampTz wakes_at;		/* while idle */
	bool		scanning;		/* it reads the tables for its pool */
	int64		execution;		/* what is being stepped; 0: nothing */
	int32		branch;
	int			streak;			/* steps of this execution that followed the first one directly */
	bool		struck;			/* the step has taken longer than asl.slow_step */
	bool		slow;			/* it has one of the places for that */
	int			cancels;		/* how often the launcher has cancelled it for want of one */
	uint32		overdue;		/* as the item's */
} Slot;

typedef struct Shared
{
	LWLock	   *lock;
	ConditionVariable left;		/* a worker has left */
	PGPROC	   *launcher;
	TimestampTz launcher_wakes_at;	/* DT_NOEND while it is awake */
	TimestampTz started_at;		/* of the first launcher; 0: none yet */
	bool		waiting;		/* a pool waits for the place of another one's worker */
	bool		sweep_wanted;	/* there was no room for a pool */
	int			slot_count;		/* max_worker_processes */
	int			pool_count;		/* pools[0 .. pool_count) have been used */
	int32		free_item;
	uint64		slow_kinds[ASL_MAX_SLOW_KINDS];	/* of work that took long when it was done last (engine/slow.h) */
	int32		buckets[ASL_MAX_ITEMS];
	QueueItem	items[ASL_MAX_ITEMS];	/* the first is never used */
	Pool		pools[ASL_MAX_POOLS];
	Slot		slots[FLEXIBLE_ARRAY_MEMBER];
} Shared;

/* NULL where the library is not preloaded. */
extern Shared *asl_shared;

/* Asks for the memory; called while the postmaster preloads the library. */
extern void asl_shared_request(void);

static inline void
asl_lock(void)
{
	LWLockAcquire(asl_shared->lock, LW_EXCLUSIVE);
}

static inline void
asl_unlock(void)
{
	LWLockRelease(asl_shared->lock);
}

#endif
