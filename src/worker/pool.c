/*
 * pool.c - pools and the work in them.
 */
#include "postgres.h"

#include "worker/pool.h"

#include "base/settings.h"
#include "utils/timestamp.h"
#include "worker/pace.h"
#include "worker/queue.h"
#include "worker/slot.h"
#include "worker/wake.h"

#define POOL_LONGEST_DELAY (60 * 1000)	/* ms between restarts of workers that keep dying */

static void
pool_initialize(Pool *pool, Oid database, Oid role)
{
	/* Nobody remembers what was told before the pool was made. */
	*pool = (Pool) {
		.database = database, .role = role, .next_due = DT_NOEND, .scan_wanted = true
	};
}

Pool *
asl_pool_get(Oid database, Oid role)
{
	static int	last = 0;		/* a session commits for the same role again and again */
	Pool	   *pools = asl_shared->pools;
	int			unused = -1;

	if (pools[last].database == database && pools[last].role == role)
		return &pools[last];
	for (int i = 0; i < asl_shared->pool_count; i++)
	{
		if (pools[i].database == database && pools[i].role == role)
		{
			last = i;
			return &pools[i];
		}
		if (pools[i].database == InvalidOid && unused < 0)
			unused = i;
	}
	if (unused < 0)
	{
		if (asl_shared->pool_count == ASL_MAX_POOLS)
			return NULL;
		unused = asl_shared->pool_count++;
	}
	pool_initialize(&pools[unused], database, role);
	return &pools[unused];
}

void
asl_pool_free_if_quiet(Pool *pool)
{
	if (pool->starting + pool->busy + pool->idle == 0 && pool->ready.count + pool->slow.count == 0 && !pool->scan_wanted &&
		pool->next_due == DT_NOEND)
		pool->database = InvalidOid;
}

void
asl_pool_delay(Pool *pool)
{
	int64		delay = 0;

	if (pool->failures++ > 0)
		delay = Min((int64) asl_worker_restart_delay << Min(pool->failures - 2, 16), POOL_LONGEST_DELAY);
	pool->not_before = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), delay);
}

/* A scan finds what is queued again: worth it only when the queue is nearly used up. */
static bool
pool_scan_due(Pool *pool, TimestampTz now)
{
	return !pool->scanning && (pool->scan_wanted || pool->next_due <= now) && pool->ready.count < ASL_SCAN_LIMIT / 2;
}

bool
asl_pool_has_work(Pool *pool, TimestampTz now)
{
	return pool->ready.count > 0 || (pool->slow.count > 0 && asl_pace_has_place(pool)) || pool_scan_due(pool, now);
}

void
asl_pools_forget(Oid database)
{
	QueueItem	item;

	asl_lock();
	for (int i = 0; i < asl_shared->pool_count; i++)
	{
		Pool	   *pool = &asl_shared->pools[i];

		if (pool->database != database)
			continue;
		while (asl_queue_pop(&pool->ready, &item) || asl_queue_pop(&pool->slow, &item))
			;
		pool->next_due = DT_NOEND;
		pool->scan_wanted = false;
		asl_pool_free_if_quiet(pool);
	}
	asl_unlock();
}

void
asl_pool_announce(Oid database, Oid role, TimestampTz due_at)
{
	Pool	   *pool;

	asl_lock();
	pool = asl_pool_get(database, role);
	if (pool)
	{
		pool->next_due = Min(pool->next_due, due_at);
		asl_wake_for_timer(pool);
	}
	else
		asl_shared->sweep_wanted = true;
	asl_unlock();
}

static PoolTask
pool_start_scan(Slot *slot, Pool *pool)
{
	pool->scanning = slot->scanning = true;
	pool->scan_wanted = false;
	pool->next_due = DT_NOEND;
	slot->idle_since = 0;
	return POOL_SCAN;
}

static PoolTask
pool_start_step(Slot *slot, Pool *pool, const QueueItem *item, int64 previous)
{
	slot->execution = item->execution;
	slot->branch = item->branch;
	slot->streak = item->execution == previous ? slot->streak + 1 : 0;
	slot->idle_since = 0;
	if (pool->ready.count > 0)
		asl_wake_workers(pool, 1);
	asl_wake_for_timer(pool);
	return POOL_STEP;
}

/* Nothing to do: the worker sleeps until its time to leave, its own timer, or the pool's if nobody else wakes for it. */
static PoolTask
pool_idle(Slot *slot, Pool *pool, TimestampTz now, TimestampTz *wakes_at)
{
	if (slot->idle_since == 0)
		slot->idle_since = now;
	if (*wakes_at == DT_NOEND && asl_worker_idle_timeout >= 0)
	{
		*wakes_at = TimestampTzPlusMilliseconds(slot->idle_since, asl_worker_idle_timeout);
		if (*wakes_at <= now)
			return POOL_LEAVE;
	}

	asl_slot_set_state(slot, SLOT_IDLE);
	if (asl_shared->waiting)
		asl_wake_launcher();
	if (pool->next_due < *wakes_at && !asl_wake_covered(pool))
		*wakes_at = pool->next_due;
	slot->wakes_at = *wakes_at;
	return POOL_SLEEP;
}

/* The next item; one that waits for a place comes first when there is one, which it gets. */
static bool
pool_pop(Slot *slot, Pool *pool, QueueItem *item)
{
	if (pool->slow.count == 0 || !asl_pace_has_place(pool))
		return asl_queue_pop(&pool->ready, item);
	slot->slow = true;
	return asl_queue_pop(&pool->slow, item);
}

PoolTask
asl_pool_next(QueueItem *item, TimestampTz *wakes_at)
{
	Slot	   *slot = asl_my_slot;
	Pool	   *pool = asl_pool_of(slot);
	TimestampTz now = GetCurrentTimestamp();
	int64		previous = slot->execution;
	PoolTask	task;

	asl_lock();
	slot->execution = 0;
	asl_slot_set_state(slot, SLOT_BUSY);
	asl_pace_release(slot);
	if (slot->leave)
		task = POOL_LEAVE;
	else if (pool_scan_due(pool, now))
		task = pool_start_scan(slot, pool);
	else if (pool_pop(slot, pool, item))
		task = pool_start_step(slot, pool, item, previous);
	else
		task = pool_idle(slot, pool, now, wakes_at);

	if (task == POOL_LEAVE)
		slot->leave = true;
	asl_unlock();
	return task;
}

bool
asl_pool_join(QueueItem *item)
{
	Slot	   *slot = asl_my_slot;
	Pool	   *pool = asl_pool_of(slot);
	bool		taken = false;

	asl_lock();
	if (!slot->leave && asl_queue_pop(&pool->ready, item))
	{
		if (item->careful)
			asl_queue_push(pool, item, true);
		else
			taken = true;
	}
	asl_unlock();
	return taken;
}

void
asl_pool_return(void)
{
	Slot	   *slot = asl_my_slot;

	asl_lock();
	slot->returning = true;
	asl_pool_of(slot)->returning++;
	asl_unlock();
}

void
asl_pool_stay(void)
{
	Slot	   *slot = asl_my_slot;
	Pool	   *pool = asl_pool_of(slot);

	asl_lock();
	asl_slot_set_state(slot, SLOT_BUSY);
	if (pool->ready.count > 0)
		asl_wake_workers(pool, 1);
	asl_unlock();
}

void
asl_pool_end_step(void)
{
	asl_lock();
	asl_my_slot->execution = 0;
	asl_unlock();
}

/* Whether some worker of the pool is stepping that branch. */
static bool
pool_is_stepping(int pool, int64 execution, int32 branch)
{
	for (int i = 0; i < asl_shared->slot_count; i++)
	{
		Slot	   *slot = &asl_shared->slots[i];

		if (slot->execution == execution && slot->branch == branch && slot->pool == pool &&
			slot->state != SLOT_FREE)
			return true;
	}
	return false;
}

void
asl_pool_scanned(const StoreDue *found, int count, TimestampTz next_due)
{
	Slot	   *slot = asl_my_slot;
	Pool	   *pool = asl_pool_of(slot);

	asl_lock();
	for (int i = 0; i < count; i++)
	{
		/* What was due before the server started may be why it did. */
		QueueItem	item = {
			.execution = found[i].execution, .branch = found[i].branch, .careful = found[i].due_at < asl_shared->started_at
		};

		if (!pool_is_stepping(slot->pool, item.execution, item.branch) && !asl_queue_push(pool, &item, false))
			pool->scan_wanted = true;
	}
	if (count == ASL_SCAN_LIMIT)
		pool->scan_wanted = true;
	pool->next_due = Min(pool->next_due, next_due);
	pool->scanning = slot->scanning = false;
	asl_wake_workers(pool, pool->ready.count - 1);
	asl_unlock();
}

void
asl_pool_succeeded(void)
{
	Pool	   *pool = asl_pool_of(asl_my_slot);

	if (pool->failures == 0)
		return;
	asl_lock();
	pool->failures = 0;
	asl_unlock();
}

void
asl_pool_put_back(const QueueItem *items, int count)
{
	Pool	   *pool = asl_pool_of(asl_my_slot);

	asl_lock();
	for (int i = 0; i < count; i++)
		if (!asl_queue_push(pool, &items[i], false))
			pool->scan_wanted = true;
	asl_unlock();
}

void
asl_pool_look_again(TimestampTz at)
{
	Pool	   *pool = asl_pool_of(asl_my_slot);

	asl_lock();
	pool->next_due = Min(pool->next_due, at);
	asl_unlock();
}
