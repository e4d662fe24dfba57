/*
 * state_machine.c - asl.create_state_machine and its siblings.
 */
#include "postgres.h"

#include "api/state_machine.h"

#include "api/argument.h"
#include "api/configuration.h"
#include "api/resources.h"
#include "asl/definition.h"
#include "base/compat_privileges.h"
#include "base/errors.h"
#include "catalog/pg_authid.h"
#include "engine/arn.h"
#include "engine/patience.h"
#include "engine/pledge.h"
#include "engine/start.h"
#include "miscadmin.h"
#include "store/tag.h"
#include "store/version.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(asl_sql_create_state_machine);
PG_FUNCTION_INFO_V1(asl_sql_update_state_machine);
PG_FUNCTION_INFO_V1(asl_sql_delete_state_machine);
PG_FUNCTION_INFO_V1(asl_sql_describe_state_machine);

/* What a Task needs may be made later: a warning for each that is missing. */
static void
warn_of_resources(const AslMachine *machine, StoreObject object)
{
	ListCell   *cell;

	foreach(cell, asl_resolved_resources(machine->states, object))
	{
		AslResolved *r = lfirst(cell);

		if (r->warning)
			ereport(WARNING, (errcode(ERRCODE_WARNING),
							  r->trusting ? errmsg("state \"%s\" runs another role's code as a superuser", r->state->name)
							  : errmsg("state \"%s\" would fail as things are", r->state->name),
							  errdetail_internal("%s", r->warning)));
	}
}

/* Reads a definition; raises InvalidDefinition with every fault. */
static AslMachine *
read_definition(Jsonb *definition, bool express)
{
	AslDiagnostics diagnostics = {0};
	StringInfoData text,
				hints;
	AslMachine *machine = asl_definition_read(definition, express, CurrentMemoryContext, &diagnostics);
	const char *separator = "";

	if (machine != NULL)
		return machine;
	initStringInfo(&text);
	initStringInfo(&hints);
	for (int i = 0; i < diagnostics.count; i++)
	{
		const AslDiagnostic *d = &diagnostics.items[i];

		if (d->warning)
			continue;
		appendStringInfo(&text, "%s%s: %s at %s", separator, d->code, d->message, d->location ? d->location : "null");
		if (d->hint)
			appendStringInfo(&hints, "%s: %s\n", d->location, d->hint);
		separator = ", ";
	}
	ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_DEFINITION),
					errmsg("Invalid State Machine Definition: '%s'", text.data),
					errhint("%sasl.validate_state_machine_definition lists every diagnostic with its location.", hints.data)));
}

static void
refuse_option(AslValue key, const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_OPTIONS),
					errmsg("option \"%s\" %s", asl_to_cstring(key), what),
					errhint("Options are durability (\"step\" or \"execution\"), max_payload and max_history_events "
							"(numbers, 0: no limit), retention (an interval) and notify (a channel).")));
}

#define LONGEST_RETENTION (1000 * 365.25 * SECS_PER_DAY)

/* Is the interval one that store/retention.c takes as it is?  In seconds, whatever the time zone.  Raises where it is none. */
static bool
is_retention(const char *text)
{
	Interval   *span = DatumGetIntervalP(DirectFunctionCall3(interval_in, CStringGetDatum(text),
															 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	double		days = (double) span->month * DAYS_PER_MONTH + span->day;
	double		seconds = days * SECS_PER_DAY + (double) span->time / USECS_PER_SEC;

	return seconds >= 0 && seconds <= LONGEST_RETENTION;
}

/* Raises where one option is not as it must be. */
static void
check_option(AslValue key, AslValue v)
{
	int64		n;

	if (asl_string_is(key, "durability"))
	{
		if (!asl_string_is(v, "step") && !asl_string_is(v, "execution"))
			refuse_option(key, "must be \"step\" or \"execution\"");
	}
	else if (asl_string_is(key, "max_payload") || asl_string_is(key, "max_history_events"))
	{
		if (v.kind != ASL_NUMBER || !asl_to_int64(v, &n) || n < 0 || n > PG_INT32_MAX)
			refuse_option(key, "must be a whole number that is not negative");
	}
	else if (asl_string_is(key, "retention"))
	{
		if (v.kind != ASL_STRING || !is_retention(asl_to_cstring(v)))
			refuse_option(key, "must be an interval's text, not negative and at most 1000 years");
	}
	else if (asl_string_is(key, "notify"))
	{
		if (v.kind != ASL_STRING || v.length == 0 || v.length >= NAMEDATALEN)
			refuse_option(key, "must be a channel's name");
	}
	else
		refuse_option(key, "is unknown");
}

static void
check_options(Jsonb *options)
{
	AslValue	v = asl_from_jsonb(options);
	AslIterator it;
	AslValue	key,
				member;

	if (v.kind != ASL_OBJECT)
		ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_OPTIONS), errmsg("options must be a JSON object")));
	it = asl_iterate(v);
	while (asl_next(&it, &key, &member))
		check_option(key, member);
}

/* A workflow's role logs in when its workers start. */
static void
check_can_login(Oid role)
{
	HeapTuple	tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(role));
	bool		can_login = HeapTupleIsValid(tuple) && ((Form_pg_authid) GETSTRUCT(tuple))->rolcanlogin;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	if (!can_login)
		ereport(ERROR, (errcode(ERRCODE_ASL_ACCESS_DENIED),
						errmsg("role \"%s\" cannot own a state machine", GetUserNameFromId(role, true)),
						errdetail("Tasks run in sessions of the owner, and this role is not permitted to log in."),
						errhint("Create the state machine as a role with LOGIN.")));
}

/* Definitions that were given as text are the same where their texts are. */
static bool
same_definition(const StoreContent *a, const StoreContent *b)
{
	if (a->definition_text != NULL && b->definition_text != NULL)
		return strcmp(a->definition_text, b->definition_text) == 0;
	return asl_equal(asl_from_jsonb(a->definition), asl_from_jsonb(b->definition));
}

bool
asl_same_content(const StoreContent *a, const StoreContent *b)
{
	return same_definition(a, b) && asl_equal(asl_from_jsonb(a->options), asl_from_jsonb(b->options)) &&
		asl_equal(asl_configuration(a->configuration), asl_configuration(b->configuration));
}

void
asl_refuse_machine_exists(const char *name)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_STATE_MACHINE_ALREADY_EXISTS),
					errmsg("State Machine Already Exists: '%s'", asl_arn_state_machine(name)),
					errhint("asl.update_state_machine changes it.")));
}

/*
 * Whom a roleArn makes the owner: the role that its last part names, if there is one, which the current user must be able
 * to become, as AWS asks for iam:PassRole; else absent.
 */
static Oid
role_owner(const char *arn, Oid absent)
{
	const char *slash = strrchr(arn, '/');
	Oid			role = slash ? get_role_oid(slash + 1, true) : InvalidOid;

	if (strncmp(arn, "arn:", 4) != 0)
		ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_ARN), errmsg("Invalid Arn: 'Invalid ARN prefix: %s'", arn)));
	if (!OidIsValid(role))
		return absent;
	if (!member_can_set_role(GetUserId(), role))
		ereport(ERROR, (errcode(ERRCODE_ASL_ACCESS_DENIED),
						errmsg("User: %s is not authorized to perform: iam:PassRole on resource: %s",
							   asl_arn_role(GetUserNameFromId(GetUserId(), false)), arn),
						errhint("Be a member of role \"%s\".", slash + 1)));
	return role;
}

bool
asl_machine_create(const char *name, bool express, const StoreContent *content, StoreMachine *machine)
{
	AslMachine *definition;
	Oid			owner;
	bool		inserted;
	int			patience;

	asl_check_name(name);
	check_options(content->options);
	definition = read_definition(content->definition, express);
	owner = content->role_arn ? role_owner(content->role_arn, GetUserId()) : GetUserId();
	check_can_login(owner);
	warn_of_resources(definition, (StoreObject) {ASL_OF_MACHINE, 0, owner});
	patience = asl_patience_begin();
	inserted = store_machine_insert(name, express, owner, content);
	asl_patience_end(patience);
	if (!store_machine_find(name, machine) || machine->deleting)
		asl_refuse_deleting(name);
	return inserted;
}

/* create_state_machine(name text, definition jsonb, type text, options jsonb) returns text */
Datum
asl_sql_create_state_machine(PG_FUNCTION_ARGS)
{
	char	   *name = asl_text_argument(fcinfo, 0, "name");
	StoreContent content = {.definition = asl_jsonb_argument(fcinfo, 1, "definition")};
	bool		express = asl_express_argument(fcinfo, 2, "type");
	StoreMachine machine;
	StoreRevision revision;

	content.options = asl_jsonb_argument(fcinfo, 3, "options");
	if (!asl_machine_create(name, express, &content, &machine))
	{
		store_revision_read(machine.revision, &revision);
		if (machine.express != express || machine.owner != GetUserId() || !asl_same_content(&revision.content, &content))
			asl_refuse_machine_exists(name);
	}
	PG_RETURN_TEXT_P(cstring_to_text(asl_arn_state_machine(name)));
}

void
asl_find_machine(FunctionCallInfo fcinfo, const char *argument, LOCKMODE mode, AslPrivilege privilege,
				 StoreMachine *machine)
{
	asl_machine_require(asl_text_argument(fcinfo, 0, argument), mode, privilege, machine);
}

/* Whom the machine is to belong to after a change of its roleArn; NULL: there is none. */
static Oid
changed_owner(const StoreMachine *machine, const char *was, const char *given)
{
	if (given == NULL || strcmp(was, given) == 0)
		return machine->owner;
	return role_owner(given, machine->owner);
}

int64
asl_machine_change(StoreMachine *machine, const StoreRevision *current, const StoreContent *content)
{
	const char *usual = asl_arn_role(GetUserNameFromId(machine->owner, false));
	const char *was = current->content.role_arn ? current->content.role_arn : usual;
	AslMachine *definition;
	Oid			owner;

	check_options(content->options);
	definition = read_definition(content->definition, machine->express);
	owner = changed_owner(machine, was, content->role_arn);
	if (owner != machine->owner)
		check_can_login(owner);
	warn_of_resources(definition, (StoreObject) {ASL_OF_MACHINE, machine->state_machine, owner});
	if (owner == machine->owner && strcmp(was, content->role_arn ? content->role_arn : usual) == 0 &&
		asl_same_content(&current->content, content))
		return current->number;
	if (owner != machine->owner)
		store_machine_set_owner(machine, owner);
	return store_machine_update(machine, content);
}

/* update_state_machine(name text, definition jsonb, options jsonb) returns bigint */
Datum
asl_sql_update_state_machine(PG_FUNCTION_ARGS)
{
	Jsonb	   *definition = asl_optional_jsonb(fcinfo, 1);
	Jsonb	   *options = asl_optional_jsonb(fcinfo, 2);
	StoreMachine machine;
	StoreRevision current;
	StoreContent content;

	if (definition == NULL && options == NULL)
		ereport(ERROR, (errcode(ERRCODE_ASL_MISSING_REQUIRED_PARAMETER),
						errmsg("either the definition or the options must be specified")));
	asl_find_machine(fcinfo, "name", ShareUpdateExclusiveLock, ASL_MAY_OWN, &machine);
	if (machine.deleting)
		asl_refuse_deleting(machine.name);
	store_revision_read(machine.revision, &current);
	content = current.content;
	if (definition != NULL)
	{
		content.definition = definition;
		content.definition_text = NULL;
	}
	if (options != NULL)
		content.options = options;
	PG_RETURN_INT64(asl_machine_change(&machine, &current, &content));
}

void
asl_machine_delete(const char *name)
{
	StoreMachine machine;
	StoreObject object;
	int			patience;

	if (strpbrk(name, ":/") != NULL)
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("The ARN of a state machine is required, without a version, an alias or a label: '%s'",
							   asl_arn_state_machine(name))));
	if (!asl_machine_open(name, AccessExclusiveLock, ASL_MAY_OWN, &machine))
		return;
	object = asl_machine_object(&machine);
	patience = asl_patience_begin();
	store_machine_set_deleting(machine.state_machine);
	store_versions_forget(machine.state_machine);
	store_tags_forget(&object);
	if (!store_machine_delete_if_unused(machine.state_machine))
		asl_pledge_doom(machine.state_machine);
	asl_patience_end(patience);
}

/* delete_state_machine(name text) returns void */
Datum
asl_sql_delete_state_machine(PG_FUNCTION_ARGS)
{
	asl_machine_delete(asl_arn_name(asl_text_argument(fcinfo, 0, "name"), "stateMachine"));
	PG_RETURN_VOID();
}

/* describe_state_machine(name text) returns one row */
Datum
asl_sql_describe_state_machine(PG_FUNCTION_ARGS)
{
	StoreMachine machine;
	StoreRevision revision;
	Datum		values[9];
	bool		nulls[9] = {false};

	asl_machine_require_qualified(asl_text_argument(fcinfo, 0, "name"), NoLock, ASL_MAY_DESCRIBE, false, &machine);
	store_revision_read(machine.revision, &revision);
	values[0] = CStringGetTextDatum(machine.name);
	values[1] = CStringGetTextDatum(machine.version ? asl_arn_version(machine.name, machine.version)
									: asl_arn_state_machine(machine.name));
	values[2] = CStringGetTextDatum(machine.express ? "EXPRESS" : "STANDARD");
	values[3] = CStringGetTextDatum(machine.deleting ? "DELETING" : "ACTIVE");
	values[4] = JsonbPGetDatum(revision.content.definition);
	values[5] = Int64GetDatum(revision.number);
	values[6] = ObjectIdGetDatum(machine.owner);
	values[7] = TimestampTzGetDatum(machine.creation_date);
	values[8] = JsonbPGetDatum(revision.content.options);
	return asl_result_row(fcinfo, values, nulls);
}
