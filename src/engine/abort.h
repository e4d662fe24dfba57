/*
 * abort.h - ending branches that others are working on: siblings of a failed one, everything of a stopped execution.
 */
#ifndef ASL_ABORT_H
#define ASL_ABORT_H

#include "engine/run.h"

/* Ends all descendants of a container: running SQL is cancelled, awaited answers are no longer awaited, nested
 * executions are stopped.  Returns its children, loaded, in the order of their numbers. */
extern List *asl_abort_children(AslBranch *container);
/* Locks every branch of an ended execution that other sessions still hold, so that its rows can go. */
extern void asl_abort_rest(AslRun *run);
/* Stops a running execution; false where it has ended already.  Raises where the session is running its task. */
extern bool asl_stop(int64 execution, AslEnd end, AslError error);

#endif
