/*
 * pace.c - places for slow steps.
 */
#include "postgres.h"

#include "worker/pace.h"

#include <signal.h>

#include "base/settings.h"
#include "engine/slow.h"
#include "storage/latch.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
#include "worker/slot.h"
#include "worker/wake.h"

#define PACE_SIGNAL_DELAY 1000	/* ms between two cancels of a step that does not obey */
#define PACE_MOST_CANCELS 5		/* then its worker is terminated */

static TimestampTz work_began;
static TimeoutId slow_timeout;

/* ---- in a worker ---- */

/* The step is slow: the launcher decides. */
static void
pace_strike(void)
{
	PGPROC	   *launcher = asl_shared->launcher;

	asl_my_slot->struck = true;
	if (launcher)
		SetLatch(&launcher->procLatch);
}

/* Takes a place for the slow step of this worker. */
static bool
pace_take_place(void)
{
	bool		taken;

	asl_lock();
	taken = asl_my_slot->slow || asl_pace_has_place(asl_pool_of(asl_my_slot));
	asl_my_slot->slow = taken;
	asl_unlock();
	return taken;
}

/* Where it is remembered that this kind of work is slow.  Read and written without a lock: a hint. */
static uint64 *
pace_memory(uint64 kind)
{
	return &asl_shared->slow_kinds[kind / 2 % ASL_MAX_SLOW_KINDS];
}

static bool
pace_begin(uint64 kind)
{
	if (*pace_memory(kind) == kind && !pace_take_place())
		return false;
	work_began = GetCurrentTimestamp();
	return true;
}

static void
pace_end(uint64 kind)
{
	uint64	   *memory = pace_memory(kind);

	if (TimestampDifferenceExceeds(work_began, GetCurrentTimestamp(), asl_slow_step))
		*memory = kind;
	else if (*memory == kind)
		*memory = 0;
}

void
asl_pace_install(void)
{
	slow_timeout = RegisterTimeout(USER_TIMEOUT, pace_strike);
	asl_slow_begin_hook = pace_begin;
	asl_slow_end_hook = pace_end;
}

void
asl_pace_begin_turn(void)
{
	enable_timeout_after(slow_timeout, asl_slow_step);
}

void
asl_pace_end_turn(void)
{
	disable_timeout(slow_timeout, false);
}

/* ---- places ---- */

bool
asl_pace_has_place(const Pool *pool)
{
	int			kept = Min(asl_quick_workers, asl_workers - 1);
	int			number = pool - asl_shared->pools;
	int			of_pool = 0;
	int			of_database = 0;

	for (int i = 0; i < asl_shared->slot_count; i++)
	{
		const Slot *slot = &asl_shared->slots[i];

		if (slot->state == SLOT_FREE || !slot->slow || slot->database != pool->database)
			continue;
		of_database++;
		of_pool += slot->pool == number;
	}
	return kept <= 0 || (of_pool < asl_workers - kept && of_database < asl_workers - 1);
}

int
asl_pace_quick_workers(const Pool *pool)
{
	int			number = pool - asl_shared->pools;
	int			count = pool->busy;

	for (int i = 0; i < asl_shared->slot_count; i++)
	{
		const Slot *slot = &asl_shared->slots[i];

		count -= slot->state == SLOT_BUSY && slot->pool == number && slot->slow;
	}
	return count;
}

void
asl_pace_release(Slot *slot)
{
	bool		was_slow = slot->slow;

	slot->struck = slot->slow = false;
	slot->cancels = 0;
	if (!was_slow)
		return;
	for (int i = 0; i < asl_shared->pool_count; i++)
	{
		Pool	   *pool = &asl_shared->pools[i];

		if (pool->database == slot->database && pool->slow.count > 0 && asl_pace_has_place(pool))
			asl_wake_workers(pool, 1);
	}
}

TimestampTz
asl_pace_judge(TimestampTz now)
{
	TimestampTz again = DT_NOEND;

	for (int i = 0; i < asl_shared->slot_count; i++)
	{
		Slot	   *slot = &asl_shared->slots[i];

		if (slot->state != SLOT_BUSY || !slot->struck || slot->slow || slot->pool < 0)
			continue;
		slot->slow = slot->cancels == 0 && asl_pace_has_place(asl_pool_of(slot));
		if (slot->slow)
			continue;
		kill(slot->proc->pid, slot->cancels++ < PACE_MOST_CANCELS ? SIGINT : SIGTERM);
		again = TimestampTzPlusMilliseconds(now, PACE_SIGNAL_DELAY);
	}
	return again;
}
