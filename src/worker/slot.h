/*
 * slot.h - worker processes: their starts, states and ends.  Functions marked (lock) need the shared lock.
 */
#ifndef ASL_WORKER_SLOT_H
#define ASL_WORKER_SLOT_H

#include "worker/shared.h"

/* This process's slot; NULL: it is no worker. */
extern Slot *asl_my_slot;

/* (lock) The slot's pool; NULL: none, a scout's. */
extern Pool *asl_pool_of(Slot *slot);
/* (lock) */
extern void asl_slot_set_state(Slot *slot, SlotState state);

/* (lock) Reserves a slot for a process to be started; pool NULL: for a scout.  NULL: no slot is free. */
extern Slot *asl_slot_reserve(Oid database, Pool *pool);
/* (lock) The process of a reserved slot will not come. */
extern void asl_slot_cancel(Slot *slot);

/* Called by the process that was started for a slot; false: it is no longer wanted. */
extern bool asl_slot_attach(int number, uint32 generation);
/* Called at the very end of that process, after it has left the list of processes.  died: nobody told it to leave. */
extern void asl_slot_detach(bool died);

/* (lock) Asks a worker to leave after its step. */
extern void asl_slot_ask_to_leave(Slot *slot);
/* Makes all workers of a database leave at once, rolling back, and waits until they have. */
extern void asl_slots_stop(Oid database);

#endif
