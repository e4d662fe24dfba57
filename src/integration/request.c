/*
 * request.c - which members the arguments of a call may have.
 */
#include "postgres.h"

#include "integration/request.h"

#include "engine/attempt.h"
#include "miscadmin.h"

typedef enum MemberRule
{
	ANYTHING,
	TEXT,						/* a text, where it is there */
	REQUIRED_TEXT
} MemberRule;

typedef struct Member
{
	const char *name;			/* NULL: the list's end */
	MemberRule	rule;
} Member;

/* AWS's APIs; InvocationType and their like are accepted and change nothing. */
static const Member lambda_members[] = {
	{"FunctionName", REQUIRED_TEXT}, {"Payload"}, {"ClientContext"}, {"InvocationType"}, {"LogType"}, {"Qualifier"},
	{"TenantId"}, {NULL}
};
static const Member execution_members[] = {
	{"StateMachineArn", REQUIRED_TEXT}, {"Name", TEXT}, {"Input"}, {"TraceHeader"}, {NULL}
};

/* Our own; what they need is an ordinary error of the task. */
static const Member sql_members[] = {{"Statement"}, {"Parameters"}, {NULL}};
static const Member notify_members[] = {{"Channel"}, {"Payload"}, {NULL}};

/* The members that calls of a kind may have; NULL: any.  *supporter is who knows them. */
static const Member *
known_members(const AslResource *resource, const char **supporter)
{
	*supporter = "Step Functions";
	switch (resource->kind)
	{
		case ASL_RESOURCE_LAMBDA_INVOKE:
			return lambda_members;
		case ASL_RESOURCE_START_EXECUTION:
			return execution_members;
		case ASL_RESOURCE_SQL:
			*supporter = "pg:sql";
			return sql_members;
		case ASL_RESOURCE_NOTIFY:
			*supporter = "pg:notify";
			return notify_members;
		default:
			return NULL;
	}
}

pg_noreturn static void
refuse(AslValue arguments, const char *why)
{
	asl_raise_runtime("The Parameters '%s' could not be used to start the Task: [%s]", asl_to_json(arguments), why);
}

static void
check_members(const Member *members, AslValue arguments)
{
	for (; members->name != NULL; members++)
	{
		AslValue	v = asl_member(arguments, members->name);

		if (!asl_defined(v) && members->rule == REQUIRED_TEXT)
			refuse(arguments, psprintf("The field '%s' is required but was missing", members->name));
		if (asl_defined(v) && v.kind != ASL_STRING && members->rule != ANYTHING)
			refuse(arguments, psprintf("The value of the field '%s' has an invalid format", members->name));
	}
}

static bool
is_known(const Member *members, AslValue name)
{
	for (; members->name != NULL; members++)
		if (asl_string_is(name, members->name))
			return true;
	return false;
}

void
asl_request_check(const AslResource *resource, AslValue arguments)
{
	const char *supporter;
	const Member *members = known_members(resource, &supporter);
	AslIterator it;
	AslValue	key,
				value;

	if (members == NULL)
		return;
	check_members(members, arguments);
	if (arguments.kind != ASL_OBJECT)
		refuse(arguments, psprintf("The arguments of %s must be an object", resource->text));
	it = asl_iterate(arguments);
	while (asl_next(&it, &key, &value))
	{
		CHECK_FOR_INTERRUPTS();
		if (!is_known(members, key))
			refuse(arguments, psprintf("The field '%s' is not supported by %s", asl_to_cstring(key), supporter));
	}
}
