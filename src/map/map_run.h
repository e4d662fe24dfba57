/*
 * map_run.h - distributed Map: a Map Run.
 *
 * Its child executions are the Map's lanes, as in an inline Map, but they are executions to themselves: their states
 * leave no events in the parent's history, they see no variables of the parent's, their context object tells of
 * the child, and a child that fails ends alone, counted against the state's tolerance.
 */
#ifndef ASL_MAP_RUN_H
#define ASL_MAP_RUN_H

#include "engine/attempt.h"

/* Fetches, limits and batches the items, then starts the children, so many at once (0: no limit). */
extern void asl_map_run_start(AslBranch *b, AslValue effective, int64 concurrency);
/* A child failed; fault is its error.  False: that is one too many, and the Map Run has failed. */
extern bool asl_map_run_child_failed(AslBranch *container, AslBranch *lane, const AslFault *fault);
/* The Map Run fails, and with it the state. */
extern void asl_map_run_failed(AslBranch *b, AslFault *fault);
/* What is kept of a child that succeeded. */
extern AslPayload *asl_map_run_result(AslBranch *container, AslBranch *lane, AslPayload *output);
/* The state's result of what was kept of all children. */
extern AslValue asl_map_run_output(const AslState *map, AslValue kept);

/* The children are done with and their results are to be written, in a transaction of its own. */
extern void asl_map_run_await_writing(AslBranch *b);
/* Writes them and ends the run. */
extern void asl_map_run_write(AslBranch *b);

/* Are children that succeeded described instead of giving their outputs (Transformation NONE)? */
extern bool asl_map_run_describes(const AslState *map);

#endif
