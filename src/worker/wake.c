/*
 * wake.c - waking workers, at commit and otherwise.
 */
#include "postgres.h"

#include "worker/wake.h"

#include "engine/ready.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "utils/timestamp.h"
#include "worker/pace.h"
#include "worker/pool.h"
#include "worker/queue.h"
#include "worker/slot.h"

/* A worker goes on with its execution for so many steps before it is the others' turn. */
#define WAKE_LONGEST_STREAK 16

/*
 * So many items wait for a worker whose commit is under way rather than wake another one: quick steps share its next
 * transaction, and a flush fewer is worth more than a flush's time.
 */
#define WAKE_LEFT_TO_RETURNING 8

void
asl_wake_launcher(void)
{
	if (asl_shared->launcher)
		SetLatch(&asl_shared->launcher->procLatch);
}

/* The pool's worker that has been idle for the shortest time: the others may reach their timeout. */
static Slot *
wake_choose(Pool *pool)
{
	int			number = pool - asl_shared->pools;
	Slot	   *best = NULL;

	for (int i = 0; i < asl_shared->slot_count; i++)
	{
		Slot	   *slot = &asl_shared->slots[i];

		if (slot->state == SLOT_IDLE && slot->pool == number && (!best || slot->idle_since > best->idle_since))
			best = slot;
	}
	return best;
}

/* Wakes an idle worker; false: there is none. */
static bool
wake_one(Pool *pool)
{
	Slot	   *slot = pool->idle > 0 ? wake_choose(pool) : NULL;

	if (!slot)
		return false;
	asl_slot_set_state(slot, SLOT_BUSY);
	SetLatch(&slot->proc->procLatch);
	return true;
}

void
asl_wake_workers(Pool *pool, int wanted)
{
	if (pool->returning > 0)
		wanted = Min(wanted, pool->ready.count + pool->slow.count - pool->returning * WAKE_LEFT_TO_RETURNING);
	while (wanted > 0 && wake_one(pool))
		wanted--;
	if (wanted > 0 && pool->starting == 0 && !pool->calling)
	{
		pool->calling = true;
		asl_wake_launcher();
	}
}

bool
asl_wake_covered(Pool *pool)
{
	int			number = pool - asl_shared->pools;

	for (int i = 0; pool->idle > 0 && i < asl_shared->slot_count; i++)
	{
		Slot	   *slot = &asl_shared->slots[i];

		if (slot->state == SLOT_IDLE && slot->pool == number && slot->wakes_at <= pool->next_due)
			return true;
	}
	return false;
}

void
asl_wake_for_timer(Pool *pool)
{
	if (pool->next_due == DT_NOEND || asl_shared->launcher_wakes_at <= pool->next_due || asl_wake_covered(pool))
		return;
	if (!wake_one(pool))
		asl_wake_launcher();
}

/* Adds one entry to its pool; the number of workers that it needs.  A worker's own execution comes first. */
static int
wake_add(Pool *pool, const AslReady *entry, TimestampTz now)
{
	Slot	   *mine = asl_my_slot;
	QueueItem	item = {.execution = entry->execution, .branch = entry->branch, .slow = entry->slow};
	bool		follows = mine && mine->execution == entry->execution && mine->streak < WAKE_LONGEST_STREAK;

	if (entry->due_at > now)
	{
		pool->next_due = Min(pool->next_due, entry->due_at);
		return 0;
	}
	if (!asl_queue_push(pool, &item, follows))
		pool->scan_wanted = true;
	/* Who gives a place back wakes somebody. */
	return entry->slow && !asl_pace_has_place(pool) ? 0 : 1;
}

/* After a commit: hands what it made ready over to the workers.  A worker's own process takes one of them itself. */
static void
wake_at_commit(const AslReady *ready, int count)
{
	TimestampTz now = GetCurrentTimestamp();
	int			i = 0;

	asl_lock();
	while (i < count)
	{
		Oid			role = ready[i].role;
		Pool	   *pool = asl_pool_get(MyDatabaseId, role);
		int			wanted = asl_my_slot && pool && asl_pool_of(asl_my_slot) == pool ? -1 : 0;

		for (; i < count && ready[i].role == role; i++)
			if (pool)
				wanted += wake_add(pool, &ready[i], now);
		if (!pool)
		{
			asl_shared->sweep_wanted = true;
			asl_wake_launcher();
			continue;
		}
		asl_wake_workers(pool, wanted);
		asl_wake_for_timer(pool);
	}
	asl_unlock();
}

void
asl_wake_install(void)
{
	asl_ready_hook = wake_at_commit;
}
