/*
 * run_loop.h - stepping every branch of a run that can go on.
 */
#ifndef ASL_RUN_LOOP_H
#define ASL_RUN_LOOP_H

#include "engine/run.h"

/* The ExecutionStarted event. */
extern void asl_run_started(AslRun *run);
/* Steps until every branch rests or the execution has ended. */
extern void asl_run_loop(AslRun *run);

#endif
