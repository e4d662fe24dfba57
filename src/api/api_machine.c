/*
 * api_machine.c - what asl.api does with state machines.
 */
#include "postgres.h"

#include "api/configuration.h"
#include "api/execution.h"
#include "api/handler.h"
#include "api/page.h"
#include "api/state_machine.h"
#include "base/errors.h"
#include "engine/arn.h"
#include "engine/start.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/timestamp.h"

/* The definition that a request gives, as text and as jsonb. */
static void
read_definition(AslValue request, StoreContent *content)
{
	content->definition_text = asl_request_text(request, "definition");
	content->definition = asl_request_json(request, "definition", NULL, ERRCODE_ASL_INVALID_DEFINITION,
										   "Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: ");
}

/* Is the request's outcome to be published?  Raises where a version that is not has a description. */
static bool
wants_version(AslValue request)
{
	bool		publish = asl_request_bool(request, "publish", false);

	if (!publish && asl_request_text(request, "versionDescription") != NULL)
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("Version description can only be set when publish is true")));
	return publish;
}

/* Adds the version to the answer, which is published where it is not yet. */
static void
publish(AslValue *answer, const StoreMachine *machine, AslValue request)
{
	StoreVersion version;

	asl_machine_publish(machine, asl_request_text(request, "versionDescription"), &version);
	asl_answer_text(answer, "stateMachineVersionArn", asl_arn_version(machine->name, version.version));
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Raises where a machine that is there already is not what the request would have made; role and tags do not count. */
static void
check_same(const StoreMachine *machine, const StoreContent *content, bool express, AslValue request)
{
	StoreRevision revision;
	StoreVersion version;
	bool		published;

	store_revision_read(machine->revision, &revision);
	published = store_version_of_revision(machine->state_machine, machine->revision, &version);
	if (!has_privs_of_role(GetUserId(), machine->owner) || machine->express != express ||
		!asl_same_content(&revision.content, content) || published != wants_version(request) ||
		(published && !same_text(version.description, asl_request_text(request, "versionDescription"))))
		asl_refuse_machine_exists(machine->name);
}

AslValue
asl_api_create_state_machine(AslValue request)
{
	AslValue	answer = asl_object_new(3);
	char	   *name = asl_request_text(request, "name");
	StoreContent content = {.role_arn = asl_request_text(request, "roleArn"), .options = asl_to_jsonb(asl_object_new(0))};
	bool		express = asl_string_is(asl_member(request, "type"), "EXPRESS");
	bool		publishes = wants_version(request);
	StoreTag   *tags;
	int			tag_count = asl_request_tags(request, &tags);
	StoreMachine machine;
	StoreObject object;

	asl_check_name(name);
	read_definition(request, &content);
	content.configuration = asl_configuration_given(request, NULL);
	if (asl_machine_create(name, express, &content, &machine))
	{
		object = asl_machine_object(&machine);
		asl_tags_put(&object, asl_arn_state_machine(name), tag_count, tags);
	}
	else
		check_same(&machine, &content, express, request);
	asl_answer_text(&answer, "stateMachineArn", asl_arn_state_machine(name));
	asl_answer_time(&answer, "creationDate", machine.creation_date);
	if (publishes)
		publish(&answer, &machine, request);
	return answer;
}

/* Raises where an update would change nothing. */
static void
check_change(AslValue request)
{
	static const char *const members[] = {
		"definition", "roleArn", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration"
	};

	for (size_t i = 0; i < lengthof(members); i++)
	{
		AslValue	given = asl_member(request, members[i]);

		if (asl_defined(given) && given.kind != ASL_NULL)
			return;
	}
	ereport(ERROR, (errcode(ERRCODE_ASL_MISSING_REQUIRED_PARAMETER),
					errmsg("Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration "
						   "must be specified")));
}

/* How clients know a revision; the first one has no name in answers. */
static void
answer_revision_id(AslValue *answer, const StoreRevision *revision)
{
	if (revision->number > 1)
		asl_answer_text(answer, "revisionId", asl_revision_id(revision));
}

AslValue
asl_api_update_state_machine(AslValue request)
{
	AslValue	answer = asl_object_new(3);
	char	   *role_arn = asl_request_text(request, "roleArn");
	bool		publishes = wants_version(request);
	StoreMachine machine;
	StoreRevision revision;
	StoreContent content;

	check_change(request);
	asl_machine_require(asl_request_arn(request, "stateMachineArn", "stateMachine"), ShareUpdateExclusiveLock, ASL_MAY_OWN,
						&machine);
	if (machine.deleting)
		asl_refuse_deleting(machine.name);
	store_revision_read(machine.revision, &revision);
	content = revision.content;
	content.role_arn = role_arn ? role_arn : content.role_arn;
	if (asl_request_text(request, "definition") != NULL)
		read_definition(request, &content);
	content.configuration = asl_configuration_given(request, content.configuration);
	(void) asl_machine_change(&machine, &revision, &content);
	store_revision_read(machine.revision, &revision);
	asl_answer_time(&answer, "updateDate", GetCurrentTimestamp());
	answer_revision_id(&answer, &revision);
	if (publishes)
		publish(&answer, &machine, request);
	return answer;
}

AslValue
asl_api_delete_state_machine(AslValue request)
{
	asl_machine_delete(asl_request_arn(request, "stateMachineArn", "stateMachine"));
	return asl_object_new(0);
}

/* By state, then by name. */
static int
compare_references(const ListCell *a, const ListCell *b)
{
	const AslVariableUse *left = lfirst(a);
	const AslVariableUse *right = lfirst(b);
	int			states = strcmp(left->state->name, right->state->name);

	return states ? states : strcmp(left->name, right->name);
}

/* The variables that the state of the sorted reference at i reads, each once; i moves behind them. */
static AslValue
references_of_state(const List *references, int *i)
{
	AslValue	names = asl_array_new(4);
	const AslVariableUse *first = list_nth(references, *i);
	const char *last = NULL;

	for (; *i < list_length(references); (*i)++)
	{
		const AslVariableUse *use = list_nth(references, *i);

		if (use->state != first->state)
			break;
		if (last == NULL || strcmp(last, use->name) != 0)
			asl_array_push(&names, asl_cstring(use->name));
		last = use->name;
	}
	return names;
}

/* Adds which state reads which variables; nothing where none does. */
static void
answer_references(AslValue *answer, int64 revision)
{
	List	   *references = list_copy(asl_program(revision)->machine->references);
	AslValue	states = asl_object_new(4);

	list_sort(references, compare_references);
	for (int i = 0; i < list_length(references);)
	{
		const AslVariableUse *first = list_nth(references, i);

		asl_answer_set(&states, first->state->name, references_of_state(references, &i));
	}
	if (references != NIL)
		asl_answer_set(answer, "variableReferences", states);
}

/* What is told of a revision. */
static void
answer_revision(AslValue *answer, const StoreRevision *revision, AslValue request)
{
	bool		metadata = asl_string_is(asl_member(request, "includedData"), "METADATA_ONLY");
	const StoreContent *content = &revision->content;
	AslIterator it = asl_iterate(asl_configuration(content->configuration));
	AslValue	member,
				value;

	asl_answer_text(answer, "name", revision->name);
	asl_answer_text(answer, "definition", metadata ? "" : content->definition_text ? content->definition_text
					: asl_to_json(asl_from_jsonb(content->definition)));
	asl_answer_text(answer, "roleArn", content->role_arn ? content->role_arn
					: asl_arn_role(GetUserNameFromId(revision->owner, false)));
	while (asl_next(&it, &member, &value))
		asl_answer_set(answer, asl_to_cstring(member), value);
	answer_revision_id(answer, revision);
	if (!metadata)
		answer_references(answer, revision->revision);
}

AslValue
asl_api_describe_state_machine(AslValue request)
{
	AslValue	answer = asl_object_new(16);
	StoreMachine machine;
	StoreRevision revision;
	StoreVersion version;

	asl_machine_require_qualified(asl_request_arn(request, "stateMachineArn", "stateMachine"), NoLock, ASL_MAY_DESCRIBE,
								  false, &machine);
	store_revision_read(machine.revision, &revision);
	asl_answer_text(&answer, "stateMachineArn", asl_arn_state_machine(machine.name));
	asl_answer_time(&answer, "creationDate", machine.creation_date);
	if (machine.version != 0 && store_version_find(machine.state_machine, machine.version, &version))
	{
		asl_answer_text(&answer, "stateMachineArn", asl_arn_version(machine.name, version.version));
		asl_answer_time(&answer, "creationDate", version.creation_date);
		asl_answer_text(&answer, "description", version.description);
	}
	asl_answer_text(&answer, "type", machine.express ? "EXPRESS" : "STANDARD");
	asl_answer_text(&answer, "status", machine.deleting ? "DELETING" : "ACTIVE");
	answer_revision(&answer, &revision, request);
	return answer;
}

AslValue
asl_api_describe_state_machine_for_execution(AslValue request)
{
	AslValue	answer = asl_object_new(16);
	StoreExecution row;
	StoreRevision revision;

	asl_execution_find(asl_request_text(request, "executionArn"), ASL_MAY_DESCRIBE, &row);
	store_revision_read(row.revision, &revision);
	asl_answer_text(&answer, "stateMachineArn", asl_arn_state_machine(row.machine_name));
	asl_answer_time(&answer, "updateDate", revision.creation_date);
	answer_revision(&answer, &revision, request);
	return answer;
}

AslValue
asl_api_list_state_machines(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	AslValue	list = asl_array_new(16);
	AslPage		page = asl_page("ListStateMachines", request);
	StoreMachine *machines;
	int			count = store_machines(GetUserId(), page.after ? page.after : "", page.limit + 1, &machines);

	for (int i = 0; i < Min(count, page.limit); i++)
	{
		AslValue	machine = asl_object_new(4);

		asl_answer_text(&machine, "stateMachineArn", asl_arn_state_machine(machines[i].name));
		asl_answer_text(&machine, "name", machines[i].name);
		asl_answer_text(&machine, "type", machines[i].express ? "EXPRESS" : "STANDARD");
		asl_answer_time(&machine, "creationDate", machines[i].creation_date);
		asl_array_push(&list, machine);
	}
	asl_answer_set(&answer, "stateMachines", list);
	if (count > page.limit)
		asl_page_continue(&page, &answer, machines[page.limit - 1].name);
	return answer;
}
