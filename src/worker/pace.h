/*
 * pace.h - places for slow steps: a step that takes longer than asl.slow_step.
 *
 * Of a database's asl.workers places asl.quick_workers are kept free of slow steps of any one role, and one of slow
 * steps of all roles together.  A task that is known to be slow waits for a place in its pool's second queue.  A step
 * that turns out to be slow keeps its place if it may; if not, it is cancelled, undone, and begins again when there is a
 * place for it: it loses no more than asl.slow_step, and that once.
 *
 * Every function but the first two needs the shared lock.
 */
#ifndef ASL_WORKER_PACE_H
#define ASL_WORKER_PACE_H

#include "worker/shared.h"

/* Once in each worker. */
extern void asl_pace_install(void);
/* Around the steps of a transaction. */
extern void asl_pace_begin_turn(void);
extern void asl_pace_end_turn(void);

/* Whether the pool may have one more slow step. */
extern bool asl_pace_has_place(const Pool *pool);
/* The pool's busy workers whose step is not slow. */
extern int	asl_pace_quick_workers(const Pool *pool);
/* The slot's step is over: its place may be another's. */
extern void asl_pace_release(Slot *slot);
/* The launcher: gives places to steps that have turned out slow, or cancels them; when to look again. */
extern TimestampTz asl_pace_judge(TimestampTz now);

#endif
