/*
 * container.h - Parallel and Map as containers of child branches, and the outputs that are kept until all have ended.
 *
 * A Parallel has one child per branch.  A Map has lanes: children that work through its items one after the other,
 * as many as may run at once; a lane takes a block of items when it has ended the one before.
 */
#ifndef ASL_CONTAINER_H
#define ASL_CONTAINER_H

#include "engine/attempt.h"

/* The container begins to wait for its children. */
extern void asl_container_open(AslBranch *b, int children, int positions);
/* Keeps a child's output until the container collects it. */
extern void asl_container_keep(AslBranch *child, AslPayload *output);
/* The outputs that are kept so far, in the order of their positions. */
extern AslValue asl_container_outputs(AslBranch *b, int positions);
/* The container gives its children up: those that were running (see asl_abort_children). */
extern List *asl_container_abandon(AslBranch *container);
/* The state's work is done and its result known; no outputs are kept any more. */
extern void asl_container_finish_with(AslBranch *b, AslValue result);

#endif
