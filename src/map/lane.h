/*
 * lane.h - the lanes of a Map: children that work through its items one after the other, as many as may run at once.
 */
#ifndef ASL_LANE_H
#define ASL_LANE_H

#include "engine/run.h"

/* The state's Started event. */
extern void asl_map_add_started(AslBranch *b, int length);
/* Starts the lanes; of an empty Map, all children have ended. */
extern void asl_map_open(AslBranch *b, AslValue items, int64 most_lanes);
/*
 * The iteration of a lane ended; true: the lane goes on with another one, or was refused it.  Where it has to ask the
 * Map for items, *container is the Map, locked.
 */
extern bool asl_map_lane_next(AslBranch *lane, AslBranch **container);
/* What the events of an iteration tell of it. */
extern AslValue asl_map_iteration_members(const AslBranch *lane, const AslState *map);

#endif
