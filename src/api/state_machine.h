/*
 * state_machine.h - state machines as arguments of SQL-callable functions.
 */
#ifndef ASL_STATE_MACHINE_H
#define ASL_STATE_MACHINE_H

#include "fmgr.h"
#include "storage/lock.h"
#include "store/machine.h"

/* The first argument, which has this name: a machine by name or ARN that the current user may see, locked in that mode
 * (engine/start.h). */
extern void asl_find_machine(FunctionCallInfo fcinfo, const char *argument, LOCKMODE mode, StoreMachine *machine);

#endif
