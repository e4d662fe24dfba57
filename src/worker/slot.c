/*
 * slot.c - worker processes.
 *
 *   FREE ── reserve (launcher) ──> STARTING ── attach (worker) ──> BUSY <──> IDLE ── detach ──> FREE
 *
 * Each use of a slot has a generation of its own: the process of a start that was given up finds another one and
 * goes away.
 */
#include "postgres.h"

#include "worker/slot.h"

#include <signal.h>

#include "base/settings.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"
#include "worker/pool.h"
#include "worker/queue.h"
#include "worker/wake.h"

Slot	   *asl_my_slot = NULL;

Pool *
asl_pool_of(Slot *slot)
{
	return slot->pool < 0 ? NULL : &asl_shared->pools[slot->pool];
}

/* The pool's number of slots in that state; NULL: nobody counts them. */
static int *
slot_counter(Slot *slot)
{
	Pool	   *pool = asl_pool_of(slot);

	if (!pool || slot->state == SLOT_FREE)
		return NULL;
	return slot->state == SLOT_STARTING ? &pool->starting : slot->state == SLOT_BUSY ? &pool->busy : &pool->idle;
}

void
asl_slot_set_state(Slot *slot, SlotState state)
{
	Pool	   *pool = asl_pool_of(slot);
	int		   *counter = slot_counter(slot);

	if (counter)
		(*counter)--;
	if (pool && slot->returning)
		pool->returning--;
	slot->returning = false;
	slot->state = state;
	slot->wakes_at = DT_NOEND;
	counter = slot_counter(slot);
	if (counter)
		(*counter)++;
}

Slot *
asl_slot_reserve(Oid database, Pool *pool)
{
	for (int i = 0; i < asl_shared->slot_count; i++)
	{
		Slot	   *slot = &asl_shared->slots[i];

		if (slot->state != SLOT_FREE)
			continue;
		*slot = (Slot) {
			.generation = slot->generation + 1,
			.database = database,
			.role = pool ? pool->role : InvalidOid,
			.pool = pool ? pool - asl_shared->pools : -1,
			.since = GetCurrentTimestamp()
		};
		asl_slot_set_state(slot, SLOT_STARTING);
		return slot;
	}
	return NULL;
}

void
asl_slot_cancel(Slot *slot)
{
	Assert(slot->state == SLOT_STARTING);
	asl_slot_set_state(slot, SLOT_FREE);
}

bool
asl_slot_attach(int number, uint32 generation)
{
	Slot	   *slot = &asl_shared->slots[number];

	asl_lock();
	if (slot->state == SLOT_STARTING && slot->generation == generation)
	{
		asl_slot_set_state(slot, SLOT_BUSY);
		slot->proc = MyProc;
		asl_my_slot = slot;
	}
	asl_unlock();
	return asl_my_slot != NULL;
}

/* Hands back what an ending worker had taken; if it died, the step may be why. */
static void
slot_hand_back(Slot *slot, Pool *pool, bool died)
{
	QueueItem	item = {
		.execution = slot->execution, .branch = slot->branch, .careful = died, .slow = slot->cancels > 0,
		.overdue = slot->overdue
	};

	if (slot->execution && !asl_queue_push(pool, &item, false))
		pool->scan_wanted = true;
	if (slot->scanning)
	{
		pool->scanning = false;
		pool->scan_wanted = true;
	}
}

void
asl_slot_detach(bool died)
{
	Slot	   *slot = asl_my_slot;
	Pool	   *pool;

	asl_lock();
	pool = asl_pool_of(slot);
	if (pool)
	{
		slot_hand_back(slot, pool, died);
		if (died)
			asl_pool_delay(pool);
	}
	asl_slot_set_state(slot, SLOT_FREE);
	asl_my_slot = NULL;
	asl_wake_launcher();
	asl_unlock();
	ConditionVariableBroadcast(&asl_shared->left);
}

void
asl_slot_ask_to_leave(Slot *slot)
{
	slot->leave = true;
	if (slot->state == SLOT_IDLE)
		asl_slot_set_state(slot, SLOT_BUSY);
	if (slot->state == SLOT_BUSY)
		SetLatch(&slot->proc->procLatch);
}

/* Tells the workers of a database, but not this process, to leave; how many have not left yet.  Those that have a
 * transaction under way are terminated. */
static int
slots_tell(Oid database, bool terminate)
{
	int			count = 0;

	asl_lock();
	for (int i = 0; i < asl_shared->slot_count; i++)
	{
		Slot	   *slot = &asl_shared->slots[i];

		if (slot->state == SLOT_FREE || slot->database != database || slot == asl_my_slot)
			continue;
		if (slot->state == SLOT_STARTING)
		{
			asl_slot_cancel(slot);
			continue;
		}
		if (terminate && (slot->execution || slot->scanning))
			kill(slot->proc->pid, SIGTERM);
		asl_slot_ask_to_leave(slot);
		count++;
	}
	asl_unlock();
	return count;
}

void
asl_slots_stop(Oid database)
{
	ConditionVariablePrepareToSleep(&asl_shared->left);
	for (bool first = true; slots_tell(database, first) > 0; first = false)
		ConditionVariableSleep(&asl_shared->left, PG_WAIT_EXTENSION);
	ConditionVariableCancelSleep();
}
