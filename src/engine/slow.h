/*
 * slow.h - work that takes long.
 *
 * Workers do it in some of their places only, so that quick work goes on (worker/pace.h).  What a state's task, or an
 * EXPRESS state machine, took when it ran last is what is known of it.
 */
#ifndef ASL_SLOW_H
#define ASL_SLOW_H

#include "postgres.h"

#include "engine/run.h"

/* What the workers say: whether work of that kind may begin now; and that it is over. */
extern bool (*asl_slow_begin_hook) (uint64 kind);
extern void (*asl_slow_end_hook) (uint64 kind);

/* The task of a branch is about to run, or, where the branch has no state, an EXPRESS execution.  False: it is known to
 * be slow and there is no place for it; the branch is to be looked at when there is one. */
extern bool asl_slow_begin(const AslBranch *b);
extern void asl_slow_end(const AslBranch *b);

#endif
