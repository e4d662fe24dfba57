/*
 * access.h - may a role do that?  The one place that answers, for functions, tasks and, in the same words, the views.
 *
 * A member of the owner's role may do everything, others what the owner has granted (asl.grant).  To who may do
 * nothing at all with a thing, it does not exist.
 */
#ifndef ASL_ACCESS_H
#define ASL_ACCESS_H

#include "store/execution.h"
#include "store/grant.h"
#include "store/machine.h"
#include "store/task.h"

/* Kinds of objects. */
#define ASL_OF_MACHINE "state_machine"
#define ASL_OF_ACTIVITY "activity"

/* What may be granted; a set of them is their sum. */
typedef enum AslPrivilege
{
	ASL_MAY_OWN = 0,			/* change, delete, grant: never granted, a matter of membership */
	ASL_MAY_START = 1 << 0,		/* a machine's executions; on an activity: schedule tasks for it */
	ASL_MAY_DESCRIBE = 1 << 1,	/* see a machine and its executions */
	ASL_MAY_STOP = 1 << 2,
	ASL_MAY_REDRIVE = 1 << 3,
	ASL_MAY_ANSWER = 1 << 4		/* take an activity's tasks; a machine's callbacks */
} AslPrivilege;

/* The privilege of that name that is one for the kind of object; ASL_MAY_OWN where there is none. */
extern AslPrivilege asl_privilege(const char *kind, const char *name);

extern StoreObject asl_machine_object(const StoreMachine *machine);
extern StoreObject asl_activity_object(const StoreActivity *activity);
extern StoreObject asl_execution_object(const StoreExecution *execution);

extern bool asl_may(Oid role, AslPrivilege privilege, const StoreObject *object);

/*
 * May a machine's executions schedule tasks for an activity?  Who takes them learns their input and says their result,
 * who schedules them fills the other's queue: so both owners must agree, unless one is a member of the other.
 *
 * lacking: NULL, or the privilege that would have to be granted by the machine's owner; where the activity's owner has
 * not agreed there is no such activity for the machine.
 */
extern bool asl_may_schedule(const StoreObject *machine, const StoreObject *activity, const char **lacking);

/*
 * Has one role, by membership alone, the other's rights?  A superuser's bypass does not count: he may do what he likes,
 * but what he writes down is not meant for everybody.
 */
extern bool asl_is_member(Oid role, Oid of);

/*
 * False: the current user may do nothing at all with it, and it is to be answered as if it did not exist.  Raise
 * AccessDenied where only this is not allowed.
 */
extern bool asl_permit_machine(const StoreMachine *machine, AslPrivilege privilege);
extern bool asl_permit_activity(const StoreActivity *activity, AslPrivilege privilege);
extern bool asl_permit_execution(const StoreExecution *execution, AslPrivilege privilege);

/* The activity of that name with which the current user may do that; raises ActivityDoesNotExist. */
extern void asl_activity_require(const char *name, AslPrivilege privilege, StoreActivity *activity);

#endif
