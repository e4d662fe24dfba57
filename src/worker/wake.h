/*
 * wake.h - who is woken when there is something to do.  Every function needs the shared lock, but for the first.
 */
#ifndef ASL_WORKER_WAKE_H
#define ASL_WORKER_WAKE_H

#include "worker/shared.h"

/* Makes commits of this server's sessions tell the workers. */
extern void asl_wake_install(void);

/* Work for so many workers has come up: wakes idle ones, calls for the launcher if there are too few. */
extern void asl_wake_workers(Pool *pool, int wanted);
/* Makes sure that somebody wakes up for the pool's next timer. */
extern void asl_wake_for_timer(Pool *pool);
/* Whether somebody other than the launcher wakes up for it. */
extern bool asl_wake_covered(Pool *pool);
extern void asl_wake_launcher(void);

#endif
