/*
 * version.c - versions of state machines.
 */
#include "postgres.h"

#include "api/argument.h"
#include "api/handler.h"
#include "api/page.h"
#include "api/state_machine.h"
#include "base/errors.h"
#include "engine/arn.h"
#include "engine/patience.h"
#include "engine/start.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(asl_sql_publish_state_machine_version);
PG_FUNCTION_INFO_V1(asl_sql_delete_state_machine_version);

#define MOST_VERSIONS 1000

const char *
asl_revision_id(const StoreRevision *revision)
{
	if (revision->number == 1)
		return "INITIAL";
	return asl_uuid_of(psprintf("revision " INT64_FORMAT " of state machine " INT64_FORMAT, revision->number,
								revision->state_machine));
}

void
asl_machine_publish(const StoreMachine *machine, const char *description, StoreVersion *version)
{
	int			patience;

	if (store_version_of_revision(machine->state_machine, machine->revision, version))
		return;
	if (store_version_count(machine->state_machine) >= MOST_VERSIONS)
		ereport(ERROR, (errcode(ERRCODE_ASL_SERVICE_QUOTA_EXCEEDED),
						errmsg("The maximum number of state machine versions has been reached: %d", MOST_VERSIONS)));
	patience = asl_patience_begin();
	store_version_insert(machine->state_machine, machine->revision, description, version);
	asl_patience_end(patience);
}

/* The machine of that name or ARN, locked, and not being deleted. */
static void
open_for_publishing(const char *name_or_arn, StoreMachine *machine, StoreRevision *revision)
{
	asl_machine_require(name_or_arn, ShareUpdateExclusiveLock, ASL_MAY_OWN, machine);
	if (machine->deleting)
		asl_refuse_deleting(machine->name);
	store_revision_read(machine->revision, revision);
}

static void
refuse_revision(const char *given, const char *current)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_CONFLICT),
					errmsg("Failed to publish the State Machine version for revision %s. The current State Machine revision is %s.",
						   asl_shown(given), current)));
}

AslValue
asl_api_publish_state_machine_version(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	char	   *revision_id = asl_request_text(request, "revisionId");
	StoreMachine machine;
	StoreRevision revision;
	StoreVersion version;

	open_for_publishing(asl_request_arn(request, "stateMachineArn", "stateMachine"), &machine, &revision);
	if (revision_id != NULL && strcmp(revision_id, asl_revision_id(&revision)) != 0)
		refuse_revision(revision_id, asl_revision_id(&revision));
	asl_machine_publish(&machine, asl_request_text(request, "description"), &version);
	asl_answer_time(&answer, "creationDate", version.creation_date);
	asl_answer_text(&answer, "stateMachineVersionArn", asl_arn_version(machine.name, version.version));
	return answer;
}

/* publish_state_machine_version(name text, description text, revision bigint) returns text */
Datum
asl_sql_publish_state_machine_version(PG_FUNCTION_ARGS)
{
	char	   *description = asl_optional_text(fcinfo, 1);
	StoreMachine machine;
	StoreRevision revision;
	StoreVersion version;

	asl_check_length(description, "description", 256);
	open_for_publishing(asl_text_argument(fcinfo, 0, "name"), &machine, &revision);
	if (!PG_ARGISNULL(2) && PG_GETARG_INT64(2) != revision.number)
		refuse_revision(psprintf(INT64_FORMAT, PG_GETARG_INT64(2)), psprintf(INT64_FORMAT, revision.number));
	asl_machine_publish(&machine, description, &version);
	PG_RETURN_TEXT_P(cstring_to_text(asl_arn_version(machine.name, version.version)));
}

/* Raises where aliases lead to the version. */
static void
check_unreferenced(int64 state_machine, int32 version)
{
	StringInfoData names;
	StoreAlias *aliases;
	int			count = store_aliases(state_machine, version, "", PG_INT16_MAX, &aliases);

	if (count == 0)
		return;
	initStringInfo(&names);
	for (int i = 0; i < count; i++)
		appendStringInfo(&names, "%s%s", i > 0 ? ", " : "", aliases[i].name);
	ereport(ERROR, (errcode(ERRCODE_ASL_CONFLICT),
					errmsg("Version to be deleted must not be referenced by an alias. "
						   "Current list of aliases referencing this version: [%s]", names.data)));
}

/* Deletes a version, by "NAME:NUMBER", if it is there. */
static void
delete_version(char *name)
{
	char	   *qualifier = asl_arn_cut_qualifier(name);
	int			number = qualifier ? asl_arn_version_number(qualifier) : 0;
	StoreMachine machine;
	int			patience;

	if (number == 0)
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("The ARN of a state machine version is required, as %s is one.",
							   asl_arn_version(name, 1))));
	if (!asl_machine_open(name, ShareUpdateExclusiveLock, ASL_MAY_OWN, &machine))
		return;
	check_unreferenced(machine.state_machine, number);
	patience = asl_patience_begin();
	store_version_delete(machine.state_machine, number);
	asl_patience_end(patience);
}

AslValue
asl_api_delete_state_machine_version(AslValue request)
{
	delete_version(asl_request_arn(request, "stateMachineVersionArn", "stateMachine"));
	return asl_object_new(0);
}

/* delete_state_machine_version(version text) returns void */
Datum
asl_sql_delete_state_machine_version(PG_FUNCTION_ARGS)
{
	delete_version(asl_arn_name(asl_text_argument(fcinfo, 0, "version"), "stateMachine"));
	PG_RETURN_VOID();
}

AslValue
asl_api_list_state_machine_versions(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	AslValue	list = asl_array_new(8);
	AslPage		page = asl_page("ListStateMachineVersions", request);
	StoreMachine machine;
	StoreVersion *versions;
	int			count;

	asl_machine_require(asl_request_arn(request, "stateMachineArn", "stateMachine"), NoLock, ASL_MAY_DESCRIBE, &machine);
	count = store_versions(machine.state_machine, (int32) asl_page_after(&page), page.limit + 1, &versions);
	for (int i = 0; i < Min(count, page.limit); i++)
	{
		AslValue	version = asl_object_new(2);

		asl_answer_text(&version, "stateMachineVersionArn", asl_arn_version(machine.name, versions[i].version));
		asl_answer_time(&version, "creationDate", versions[i].creation_date);
		asl_array_push(&list, version);
	}
	asl_answer_set(&answer, "stateMachineVersions", list);
	if (count > page.limit)
		asl_page_continue(&page, &answer, psprintf("%d", versions[page.limit - 1].version));
	return answer;
}
