/*
 * express.h - EXPRESS state machines: executions that run to their end at one go, in memory.
 */
#ifndef ASL_EXPRESS_H
#define ASL_EXPRESS_H

#include "engine/run.h"

/* Runs a run in memory to its end, sleeping where it waits. */
extern void asl_express_run(AslRun *run);
/* An asynchronous express execution: its row was the order to run it. */
extern void asl_express_step(AslRun *stored);

#endif
