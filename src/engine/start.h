/*
 * start.h - starting executions.
 */
#ifndef ASL_START_H
#define ASL_START_H

#include "base/compat_noreturn.h"
#include "engine/access.h"
#include "engine/run.h"
#include "storage/lock.h"
#include "store/execution.h"

/* A state machine that the current user may start, by name or ARN, also a version's or an alias's; raises API errors. */
extern void asl_machine_for_start(const char *name_or_arn, StoreMachine *machine);

/*
 * Finds a state machine, checks that the current user may do that with it, and locks it in that mode until the end of
 * the transaction (NoLock: not at all).  False: there is none, at least to this user, and nothing is locked.  Starts take
 * AccessShareLock, an update ShareUpdateExclusiveLock, the deletion AccessExclusiveLock.
 */
extern bool asl_machine_open(const char *name, LOCKMODE mode, AslPrivilege privilege, StoreMachine *machine);
/* The same; raises StateMachineDoesNotExist. */
extern void asl_machine_require(const char *name_or_arn, LOCKMODE mode, AslPrivilege privilege, StoreMachine *machine);

/*
 * The same, by the machine's name or ARN, a version's or an alias's: of these the struct then holds the revision, and
 * whom its executions run as.  An alias leads to one of its versions, by weight where that is picked, else to the one
 * with the greater weight.
 */
extern void asl_machine_require_qualified(const char *name_or_arn, LOCKMODE mode, AslPrivilege privilege, bool pick,
										  StoreMachine *machine);

/*
 * Starts an execution in this transaction.  name NULL: one is made.  The same name and input as a running execution
 * of the machine: that one.  Raises API errors.
 */
extern int64 asl_start(const StoreMachine *machine, const char *name, Jsonb *input, const char *trace_header,
					   StoreCaller caller);

/* The machine of that name is being deleted. */
pg_noreturn extern void asl_refuse_deleting(const char *name);
/* Raises InvalidName for a name that AWS would not take. */
extern void asl_check_name(const char *name);
/* Raises an error where the text of a payload is longer than the limit. */
extern void asl_check_payload(Jsonb *payload, int64 limit, int sqlstate, const char *what);

#endif
