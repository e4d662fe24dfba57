/*
 * state.h - the state types but Map (map/map.h).  Each enters with the Entered event written, and raises language errors.
 */
#ifndef ASL_STATE_H
#define ASL_STATE_H

#include "engine/attempt.h"

extern void asl_state_pass(AslBranch *b);
extern void asl_state_succeed(AslBranch *b);
extern void asl_state_choice(AslBranch *b);
extern void asl_state_fail(AslBranch *b);

extern void asl_state_wait(AslBranch *b);
extern void asl_state_wait_over(AslBranch *b);

/* Does this Task, or a Map's ItemReader, run SQL of the user's in this transaction? */
extern bool asl_state_task_runs_sql(const AslBranch *b);
extern void asl_state_task(AslBranch *b);	/* an attempt: first or after Retry */
extern void asl_state_task_answered(AslBranch *b);
extern void asl_state_task_due(AslBranch *b);	/* its timeout, perhaps */

extern void asl_state_parallel(AslBranch *b);

/* choice_rule.c */
extern bool asl_test_matches(const AslTest *test, AslScope *scope);

#endif
