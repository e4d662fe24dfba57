/*
 * start.c - starting executions.
 */
#include "postgres.h"

#include "engine/start.h"

#include "catalog/namespace.h"
#include "common/pg_prng.h"
#include "engine/access.h"
#include "engine/arn.h"
#include "engine/patience.h"
#include "engine/ready.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "store/version.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#define MAX_NAME_CHARACTERS 80

/*
 * Characters that no name may hold: those that AWS refuses, and those that cannot be seen or change the order of the
 * others, so that two names cannot look alike.
 */
static bool
name_character_refused(pg_wchar c)
{
	if (c < 0x80)
		return c <= ' ' || c == 0x7F || strchr("<>{}[]?*\"#%\\^|~`$&,;:/", (int) c) != NULL;
	return c <= 0x9F || c == 0xFFFE || c == 0xFFFF || c == 0xA0 || c == 0xAD || c == 0x1680 || c == 0x3000
		|| (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F) || c == 0x061C
		|| c == 0x180E || c == 0xFEFF;
}

void
asl_check_name(const char *name)
{
	const unsigned char *p = (const unsigned char *) name;
	int			characters = 0;

	for (; *p; p += pg_utf_mblen(p), characters++)
		if (characters >= MAX_NAME_CHARACTERS || name_character_refused(utf8_to_unicode(p)))
			break;
	if (*p != '\0' || characters == 0)
		ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_NAME),
						errmsg("Invalid Name: '%s'", name),
						errhint("A name has 1 to 80 characters, none of them blank, a control character or one of "
								"<>{}[]?*\"#%%\\^|~`$&,;:/.")));
}

void
asl_check_payload(Jsonb *payload, int64 limit, int sqlstate, const char *what)
{
	if (limit > 0 && asl_json_size(asl_from_jsonb(payload), limit) > limit)
		ereport(ERROR, (errcode(sqlstate),
						errmsg("%s is longer than " INT64_FORMAT " bytes", what, limit),
						errhint("The limit is the setting asl.max_payload, or the state machine's option max_payload.")));
}

/*
 * Locks a state machine until the end of the transaction: shared by whoever starts executions, exclusive for its
 * deletion, which thus sees them all.  A lock in memory: the row's would write to it with every start.  False: this
 * transaction had it already.
 */
static bool
machine_lock(const StoreMachine *machine, LOCKMODE mode)
{
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, get_relname_relid("state_machine", get_namespace_oid("asl", false)),
					   (uint32) machine->state_machine, (uint16) (machine->state_machine >> 32));
	return asl_patience_lock(&tag, mode, psprintf("state machine \"%s\"", machine->name));
}

bool
asl_machine_open(const char *name, LOCKMODE mode, AslPrivilege privilege, StoreMachine *machine)
{
	int64		locked = 0;

	/* Found again when it is locked: a deletion, or a new machine of that name, may have come first. */
	while (store_machine_find(name, machine))
	{
		if (!asl_permit_machine(machine, privilege))
			return false;
		if (mode == NoLock || machine->state_machine == locked || !machine_lock(machine, mode))
			return true;
		locked = machine->state_machine;
	}
	return false;
}

void
asl_machine_require(const char *name_or_arn, LOCKMODE mode, AslPrivilege privilege, StoreMachine *machine)
{
	char	   *name = asl_arn_name(name_or_arn, "stateMachine");

	if (!asl_machine_open(name, mode, privilege, machine))
		ereport(ERROR, (errcode(ERRCODE_ASL_STATE_MACHINE_DOES_NOT_EXIST),
						errmsg("State Machine Does Not Exist: '%s'", asl_arn_state_machine(name))));
}

/* Which of an alias's versions: in the long run each as often as its weight says, or the heavier one. */
static int32
alias_version(const StoreAlias *alias, bool pick)
{
	int			mark = pick ? (int) pg_prng_uint64_range(&pg_global_prng_state, 1, 100) : 50;

	return alias->other_version == 0 || mark <= alias->weight ? alias->version : alias->other_version;
}

/* What a qualifier leads to; false where there is no such thing. */
static bool
machine_qualify(StoreMachine *machine, const char *qualifier, bool pick)
{
	int			number = asl_arn_version_number(qualifier);
	StoreAlias	alias;
	StoreVersion version;

	if (!store_has_table("state_machine_version"))
		return false;
	if (number == 0)
	{
		if (!store_alias_find(machine->state_machine, qualifier, &alias))
			return false;
		machine->alias = alias.name;
		number = alias_version(&alias, pick);
	}
	if (!store_version_find(machine->state_machine, number, &version))
		return false;
	machine->version = version.version;
	machine->revision = version.revision;
	return true;
}

/*
 * A version runs as the role that owned the machine when it was published: whom the machine belongs to since, or was
 * granted to, is not thereby allowed to act as that one.
 */
static void
check_version_owner(StoreMachine *machine)
{
	Oid			owner = asl_program(machine->revision)->owner;

	if (owner != machine->owner && !has_privs_of_role(GetUserId(), owner))
		ereport(ERROR, (errcode(ERRCODE_ASL_ACCESS_DENIED),
						errmsg("permission denied for version %d of state machine \"%s\"", machine->version, machine->name),
						errdetail("It was published while the state machine belonged to another role.")));
	machine->owner = owner;
}

void
asl_machine_require_qualified(const char *name_or_arn, LOCKMODE mode, AslPrivilege privilege, bool pick,
							  StoreMachine *machine)
{
	char	   *name = asl_arn_name(name_or_arn, "stateMachine");
	char	   *qualifier = asl_arn_cut_qualifier(name);

	if (!asl_machine_open(name, mode, privilege, machine) ||
		(qualifier != NULL && !machine_qualify(machine, qualifier, pick)))
		ereport(ERROR, (errcode(ERRCODE_ASL_STATE_MACHINE_DOES_NOT_EXIST),
						errmsg("State Machine Does Not Exist: '%s'",
							   qualifier ? asl_arn_alias(name, qualifier) : asl_arn_state_machine(name))));
	if (machine->version != 0)
		check_version_owner(machine);
}

void
asl_refuse_deleting(const char *name)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_STATE_MACHINE_DELETING),
					errmsg("State Machine is being deleted: '%s'", asl_arn_state_machine(name))));
}

void
asl_machine_for_start(const char *name_or_arn, StoreMachine *machine)
{
	asl_machine_require_qualified(name_or_arn, AccessShareLock, ASL_MAY_START, true, machine);
	if (machine->deleting)
		asl_refuse_deleting(machine->name);
}

/* Starting again under a name that is taken: fine while it is the same request, still running. */
static int64
start_again(const StoreMachine *machine, const char *name, Jsonb *input)
{
	StoreExecution row;

	if (store_execution_find(machine->name, name, &row) && row.state_machine == machine->state_machine && strcmp(row.status, "RUNNING") == 0 &&
		asl_equal(asl_from_jsonb(row.input), asl_from_jsonb(input)))
		return row.execution;
	ereport(ERROR, (errcode(ERRCODE_ASL_EXECUTION_ALREADY_EXISTS),
					errmsg("Execution Already Exists: '%s'", asl_arn_execution(machine->name, name))));
}

int64
asl_start(const StoreMachine *machine, const char *name, Jsonb *input, const char *trace_header, StoreCaller caller)
{
	AslProgram *program = asl_program(machine->revision);
	int64		timeout_seconds = machine->express ? 0 : program->machine->timeout_seconds;
	TimestampTz now = GetCurrentTimestamp();
	bool		given = name != NULL;
	int64		execution;
	int			patience;

	if (given)
		asl_check_name(name);
	else
		name = asl_uuid_v7();
	if (machine->express)
		name = psprintf("%s:%s", name, asl_uuid_v4());
	asl_check_payload(input, asl_payload_limit(program), ERRCODE_ASL_INVALID_EXECUTION_INPUT, "execution input");
	/* Somebody else may be about to start one of a name that was given. */
	patience = given ? asl_patience_begin() : 0;
	execution = store_execution_insert(machine->state_machine, machine->revision, machine->owner, name, input,
									   program->machine->states->start_at->name, now,
									   timeout_seconds, caller,
									   (StoreOrigin) {machine->version, machine->alias, trace_header});
	if (given)
		asl_patience_end(patience);
	if (execution == 0)
		return start_again(machine, name, input);
	asl_ready_add(machine->owner, execution, STORE_ROOT_BRANCH, now);
	if (timeout_seconds > 0)
		asl_ready_add(machine->owner, execution, STORE_DEADLINE_BRANCH, now + timeout_seconds * USECS_PER_SEC);
	return execution;
}
