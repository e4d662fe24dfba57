/*
 * step.h - one step of one branch: the unit of work of workers and of asl.run_pending().
 */
#ifndef ASL_STEP_H
#define ASL_STEP_H

#include "engine/run.h"

typedef enum AslStepResult
{
	ASL_STEP_DONE,				/* stepped; commit makes it durable */
	ASL_STEP_BUSY,				/* another session holds the branch */
	ASL_STEP_IDLE				/* no such branch, or it is not due */
} AslStepResult;

/*
 * Steps a branch as far as one transaction goes: at most one task's SQL with the pure states around it.  Runs inside
 * the caller's transaction; an ERROR means that the caller must abort it and call asl_step_failed in a new one.
 * The session's user must be the execution's owner.
 */
extern AslStepResult asl_step(int64 execution, int32 branch);

/* In a new transaction after a step ended in an ERROR (not a cancel), or before one that may have taken its process
 * down: counts the attempt; too many fail the branch with States.Runtime and that text as cause. */
extern void asl_step_failed(int64 execution, int32 branch, const char *message);

/* Steps every branch of a run that can go on, until each rests or the execution has ended. */
extern void asl_run_loop(AslRun *run);

/* The sessions that hold what a step of the branch would lock: the branch, its container, the root; NULL: none does. */
extern char *asl_step_waits_for(int64 execution, int32 branch);

#endif
