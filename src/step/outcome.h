/*
 * outcome.h - what the end or failure of a branch means to the state that contains it.
 *
 * Whoever works on a branch only notes what became of it (AslOutcome in engine/run.h); nothing below this room knows
 * what a container makes of it.  A failing child fails its container, which a container of its own may contain, and an
 * ended one may be the last: so outcomes are settled in a loop, from the branch up to the first state that goes on.
 */
#ifndef ASL_OUTCOME_H
#define ASL_OUTCOME_H

#include "engine/run.h"

/* Tells the containers, until no outcome is left that one has not been told of. */
extern void asl_outcome_settle(AslRun *run);

#endif
