/*
 * state_machine.h - state machines as arguments of SQL-callable functions.
 */
#ifndef ASL_STATE_MACHINE_H
#define ASL_STATE_MACHINE_H

#include "engine/access.h"
#include "fmgr.h"
#include "storage/lock.h"

/*
 * The first argument, which has this name: a machine by name or ARN with which the current user may do that, locked in
 * that mode (engine/start.h).
 */
extern void asl_find_machine(FunctionCallInfo fcinfo, const char *argument, LOCKMODE mode, AslPrivilege privilege,
							 StoreMachine *machine);

#endif
