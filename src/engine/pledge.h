/*
 * pledge.h - what a client's transaction has told a task: that it takes it, that it is alive, the answer; or that what it
 * belongs to is deleted.
 *
 * A client may stay in its transaction for as long as it likes, and must hold up nobody but itself.  So it locks no row
 * of a branch or task before its commit: what it says is pledged, and settled as the last thing before the commit (or before it
 * is prepared), in the same transaction as everything else that the client has written.  A task that has timed out or
 * ended meanwhile refuses the commit; both happen or neither.
 *
 * A task that is taken is claimed meanwhile by a lock in memory that only others who want to take a task look at.
 *
 * Within a task's SQL, whose transaction is the engine's own, a pledge is settled when the task ends.
 */
#ifndef ASL_PLEDGE_H
#define ASL_PLEDGE_H

#include "postgres.h"

#include "base/compat_noreturn.h"
#include "store/task.h"

/* Each raises where the task does not wait any more, also for an answer of this transaction's own. */
extern void asl_pledge_answer(const StoreTask *given, Jsonb *output, const char *error, const char *cause);
extern void asl_pledge_heartbeat(const StoreTask *given);

/* Claims the oldest task of an activity that nobody has taken; false: there is none. */
extern bool asl_pledge_take(int64 activity, const char *worker_name, StoreTask *task);

/* The tasks that wait for an activity that is being deleted fail with this cause. */
extern void asl_pledge_deletion(int64 activity, const char *cause);

/* The running executions of a state machine that has been marked end at their next step, and with the last of them it. */
extern void asl_pledge_doom(int64 state_machine);

/* Settles what has been pledged; raises where a task does not wait any more. */
extern void asl_pledges_settle(void);

#endif
