/*
 * transition.h - entering and leaving states.
 */
#ifndef ASL_TRANSITION_H
#define ASL_TRANSITION_H

#include "engine/run.h"

/* The state's Entered event. */
extern void asl_state_enter(AslBranch *b);
/* The state's work is done: evaluates its output, adds its Exited event and goes to the next state or ends. */
extern void asl_state_finish(AslBranch *b, AslValue result);
/* The same where output and next state are known (Choice rules, catchers). */
extern void asl_state_exit(AslBranch *b, AslPayload *output, AslValue assigned, AslState *next);
/* Parks the branch: nobody looks at it before due_at (NULL: before somebody else changes it). */
extern void asl_branch_park(AslBranch *b, StorePhase phase, const TimestampTz *due_at);

#endif
