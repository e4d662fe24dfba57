/*
 * container.h - Parallel and Map as containers: what their children's ends mean to them.
 *
 * A Parallel has one child per branch.  A Map has lanes: children that work through its items one after the other,
 * as many as may run at once; a lane takes a block of items when it has ended the one before.
 */
#ifndef ASL_CONTAINER_H
#define ASL_CONTAINER_H

#include "engine/attempt.h"

/* A child's States object has ended with an output. */
extern void asl_container_child_ended(AslBranch *child, AslPayload *output);
/* A child failed with an error that nothing inside caught. */
extern void asl_container_child_failed(AslBranch *child, const AslFault *fault);

/* state_map.c: the iteration of a lane ended; true: the lane goes on with another one. */
extern bool asl_map_lane_next(AslBranch *lane, AslBranch **container);
extern AslValue asl_map_iteration_members(const AslBranch *lane, const AslState *map);

/* The container begins to wait for its children. */
extern void asl_container_open(AslBranch *b, int children, int positions);
/* All children have ended: collects their outputs and finishes the state. */
extern void asl_container_finish(AslBranch *b);

#endif
