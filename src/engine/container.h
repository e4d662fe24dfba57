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
/* What a lane's next iteration is to get cannot be made: its Map fails. */
extern void asl_container_item_failed(AslBranch *lane, AslFault *fault);

/* A child's last event is there: its container goes on without it, or the lane with another iteration. */
extern void asl_container_child_done(AslBranch *child, int64 last);
/* Keeps a child's output until the container collects it. */
extern void asl_container_keep(AslBranch *child, AslPayload *output);
/* The container gives its children up: those that were running (see asl_abort_children). */
extern List *asl_container_abandon(AslBranch *container);

/* state_map.c: the array to be mapped over. */
extern AslValue asl_map_items(AslBranch *b, AslValue effective);
/* Is it made of an object's members? */
extern bool asl_map_iterates_object(AslBranch *container);
/* A number field; a …Path may lead to a text that holds one.  Raises States.Runtime for anything else. */
extern double asl_map_number(AslBranch *b, const AslExpr *expr, AslValue effective, bool integer, double absent);
/* The lane's item, or what ItemSelector makes of it. */
extern AslValue asl_map_select(AslBranch *container, AslBranch *lane);
/* What the lane's iteration gets: that, or a batch of them. */
extern AslValue asl_map_iteration_input(AslBranch *container, AslBranch *lane);
extern void asl_map_add_started(AslBranch *b, int length);
/* Starts the lanes; an empty Map ends at once. */
extern void asl_map_open(AslBranch *b, AslValue items, int64 most_lanes);
/* state_map.c: the iteration of a lane ended; true: the lane goes on with another one, or the Map has failed. */
extern bool asl_map_lane_next(AslBranch *lane, AslBranch **container);
extern AslValue asl_map_iteration_members(const AslBranch *lane, const AslState *map);

/* The container begins to wait for its children. */
extern void asl_container_open(AslBranch *b, int children, int positions);
/* All children have ended: collects their outputs and finishes the state. */
extern void asl_container_finish(AslBranch *b);
/* The outputs that are kept so far, in the order of their positions. */
extern AslValue asl_container_outputs(AslBranch *b, int positions);
/* The state's work is done and its result known; no outputs are kept any more. */
extern void asl_container_finish_with(AslBranch *b, AslValue result);

#endif
