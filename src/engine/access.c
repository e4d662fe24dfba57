/*
 * access.c - may a role do that?
 */
#include "postgres.h"

#include "engine/access.h"

#include "base/errors.h"
#include "engine/arn.h"
#include "miscadmin.h"
#include "utils/acl.h"

static const struct
{
	const char *name;
	AslPrivilege privilege;
	bool		of_activity;
}			privileges[] = {
	{"START", ASL_MAY_START, true},
	{"DESCRIBE", ASL_MAY_DESCRIBE, false},
	{"STOP", ASL_MAY_STOP, false},
	{"REDRIVE", ASL_MAY_REDRIVE, false},
	{"ANSWER", ASL_MAY_ANSWER, true},
};

AslPrivilege
asl_privilege(const char *kind, const char *name)
{
	for (size_t i = 0; i < lengthof(privileges); i++)
		if (pg_strcasecmp(privileges[i].name, name) == 0 && (privileges[i].of_activity || strcmp(kind, ASL_OF_MACHINE) == 0))
			return privileges[i].privilege;
	return ASL_MAY_OWN;
}

StoreObject
asl_machine_object(const StoreMachine *machine)
{
	return (StoreObject) {ASL_OF_MACHINE, machine->state_machine, machine->owner};
}

StoreObject
asl_activity_object(const StoreActivity *activity)
{
	return (StoreObject) {ASL_OF_ACTIVITY, activity->activity, activity->owner};
}

StoreObject
asl_execution_object(const StoreExecution *execution)
{
	return (StoreObject) {ASL_OF_MACHINE, execution->state_machine, execution->owner};
}

/* The sum of what a role has been granted, itself, as a member or with everybody. */
static int
granted(Oid role, const StoreObject *object)
{
	StoreGrant *grants;
	int			count = store_grants(object, &grants);
	int			sum = 0;

	for (int i = 0; i < count; i++)
		if (!OidIsValid(grants[i].grantee) || has_privs_of_role(role, grants[i].grantee))
			sum |= asl_privilege(object->kind, grants[i].privilege);
	return sum;
}

bool
asl_may(Oid role, AslPrivilege privilege, const StoreObject *object)
{
	return has_privs_of_role(role, object->owner) || (granted(role, object) & privilege) != 0;
}

/* has_privs_of_role alone knows of NOINHERIT. */
bool
asl_is_member(Oid role, Oid of)
{
	return is_member_of_role_nosuper(role, of) && has_privs_of_role(role, of);
}

bool
asl_may_schedule(const StoreObject *machine, const StoreObject *activity, const char **lacking)
{
	*lacking = NULL;
	if (asl_is_member(machine->owner, activity->owner) || asl_is_member(activity->owner, machine->owner))
		return true;
	if (!asl_may(machine->owner, ASL_MAY_START, activity))
		return false;
	if (!asl_may(activity->owner, ASL_MAY_ANSWER, machine))
		*lacking = "ANSWER";
	return *lacking == NULL;
}

/* What asl_permit_… says, of a thing that errors call by this name. */
static bool
permit(StoreObject object, AslPrivilege privilege, const char *what, const char *name)
{
	int			sum;

	if (has_privs_of_role(GetUserId(), object.owner))
		return true;
	sum = granted(GetUserId(), &object);
	if (sum != 0 && (sum & privilege) == 0)
		ereport(ERROR, (errcode(ERRCODE_ASL_ACCESS_DENIED),
						errmsg("permission denied for %s \"%s\"", what, name),
						errhint("Its owner has granted other privileges on it, but not this one; see the view asl.grants.")));
	return sum != 0;
}

bool
asl_permit_machine(const StoreMachine *machine, AslPrivilege privilege)
{
	return permit(asl_machine_object(machine), privilege, "state machine", machine->name);
}

bool
asl_permit_activity(const StoreActivity *activity, AslPrivilege privilege)
{
	return permit(asl_activity_object(activity), privilege, "activity", activity->name);
}

bool
asl_permit_execution(const StoreExecution *execution, AslPrivilege privilege)
{
	return permit(asl_execution_object(execution), privilege, "execution", psprintf(INT64_FORMAT, execution->execution));
}

void
asl_activity_require(const char *name, AslPrivilege privilege, StoreActivity *activity)
{
	if (!store_activity_find(name, activity) || !asl_permit_activity(activity, privilege))
		ereport(ERROR, (errcode(ERRCODE_ASL_ACTIVITY_DOES_NOT_EXIST),
						errmsg("Activity Does Not Exist: '%s'", asl_arn_activity(name))));
}
