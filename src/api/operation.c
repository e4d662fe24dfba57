/*
 * operation.c - the operations of the Step Functions API: one table.
 */
#include "postgres.h"

#include "api/operation.h"

#include "api/handler.h"

#define ANY PG_INT32_MAX
#define REQUIRED .required = true
#define SENSITIVE .sensitive = true
#define NUMBER(member, from, to) {.name = member, .kind = ASL_MEMBER_INTEGER, .least = from, .most = to}
#define BOOLEAN(member) {.name = member, .kind = ASL_MEMBER_BOOLEAN}
#define TEXT(member, from, to, ...) {.name = member, .least = from, .most = to, ##__VA_ARGS__}
#define ONE_OF(member, set, ...) {.name = member, .most = -1, .values = set, ##__VA_ARGS__}
#define STRUCTURE(member, table, ...) {.name = member, .kind = ASL_MEMBER_STRUCTURE, .members = table, ##__VA_ARGS__}
#define LIST(member, from, to, element, ...) \
	{.name = member, .kind = ASL_MEMBER_LIST, .least = from, .most = to, .members = element, ##__VA_ARGS__}
/* What many operations have. */
#define ARN(member, ...) TEXT(member, 1, 256, ##__VA_ARGS__)
#define LONG_ARN(member, ...) TEXT(member, 1, 2000, ##__VA_ARGS__)
#define NAME(member, ...) TEXT(member, 1, 80, ##__VA_ARGS__)
#define DEFINITION(...) TEXT("definition", 1, 1048576, SENSITIVE, ##__VA_ARGS__)
#define PAYLOAD(member, ...) TEXT(member, 0, 262144, SENSITIVE, .bytes = true, ##__VA_ARGS__)
#define TOKEN(...) TEXT("taskToken", 1, 2048, REQUIRED)
#define ERROR_AND_CAUSE TEXT("error", 0, 256, SENSITIVE), TEXT("cause", 0, 32768, SENSITIVE)
#define PAGE NUMBER("maxResults", 0, 1000), TEXT("nextToken", 1, 1024)
#define DESCRIPTION(member) TEXT(member, 0, 256, SENSITIVE)
#define INCLUDED_DATA ONE_OF("includedData", "[ALL_DATA, METADATA_ONLY]")
#define TYPE ONE_OF("type", "[STANDARD, EXPRESS]")
#define TAGS(...) LIST("tags", 0, -1, tag, ##__VA_ARGS__)
#define ENCRYPTION STRUCTURE("encryptionConfiguration", encryption)
#define LOGGING STRUCTURE("loggingConfiguration", logging)
#define TRACING STRUCTURE("tracingConfiguration", tracing)
#define ROUTING(...) LIST("routingConfiguration", 1, 2, route, ##__VA_ARGS__)
#define TRACE_HEADER TEXT("traceHeader", 0, 256, .pattern = "\\p{ASCII}*", .matches = is_ascii)

static bool
is_ascii(const char *text, int length)
{
	for (int i = 0; i < length; i++)
		if ((unsigned char) text[i] >= 0x80)
			return false;
	return true;
}

/* Letters, digits and "_-.", not digits alone. */
static bool
is_alias_name(const char *text, int length)
{
	bool		only_digits = true;

	for (int i = 0; i < length; i++)
	{
		bool		digit = text[i] >= '0' && text[i] <= '9';
		bool		letter = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z');

		if (!digit && !letter && (text[i] == '\0' || strchr("_-.", text[i]) == NULL))
			return false;
		only_digits = only_digits && digit;
	}
	return !only_digits;
}

static bool
is_client_token(const char *text, int length)
{
	for (int i = 0; i < length; i++)
		if (text[i] < '!' || text[i] > '~')
			return false;
	return length > 0;
}

static const AslMember tag_members[] = {TEXT("key", 1, 128), TEXT("value", 0, 256), {NULL}};
static const AslMember tag[] = {STRUCTURE("member", tag_members, .shape = "Tag")};
static const AslMember tag_key[] = {TEXT("member", 1, 128)};
static const AslMember encryption[] = {
	ONE_OF("type", "[CUSTOMER_MANAGED_KMS_KEY, AWS_OWNED_KEY]", REQUIRED), TEXT("kmsKeyId", 1, 2048),
	NUMBER("kmsDataKeyReusePeriodSeconds", 60, 900), {NULL}
};
static const AslMember log_group_members[] = {ARN("logGroupArn"), {NULL}};
static const AslMember destination_members[] = {STRUCTURE("cloudWatchLogsLogGroup", log_group_members), {NULL}};
static const AslMember destination[] = {STRUCTURE("member", destination_members)};
static const AslMember logging[] = {
	ONE_OF("level", "[ALL, ERROR, FATAL, OFF]"), BOOLEAN("includeExecutionData"), LIST("destinations", 0, -1, destination),
	{NULL}
};
static const AslMember tracing[] = {BOOLEAN("enabled"), {NULL}};
static const AslMember route_members[] = {
	ARN("stateMachineVersionArn", REQUIRED), {.name = "weight", .kind = ASL_MEMBER_INTEGER, .most = 100, REQUIRED}, {NULL}
};
static const AslMember route[] = {STRUCTURE("member", route_members, .shape = "RoutingConfigurationListItem")};
static const AslMember mock_error[] = {ERROR_AND_CAUSE, {NULL}};
static const AslMember mock[] = {
	PAYLOAD("result"), STRUCTURE("errorOutput", mock_error), ONE_OF("fieldValidationMode", "[STRICT, PRESENT, NONE]"), {NULL}
};
static const AslMember state_configuration[] = {
	NUMBER("retrierRetryCount", 0, ANY), TEXT("errorCausedByState", 1, 80, SENSITIVE),
	NUMBER("mapIterationFailureCount", 0, ANY), PAYLOAD("mapItemReaderData"), {NULL}
};

#define MEMBERS(...) (const AslMember[]) {__VA_ARGS__, {NULL}}
#define ONE_ARN(member) MEMBERS(ARN(member, REQUIRED))

static const AslOperation operations[] = {
	{"CreateActivity", asl_api_create_activity, MEMBERS(NAME("name", REQUIRED), TAGS(), ENCRYPTION)},
	{"CreateStateMachine", asl_api_create_state_machine,
		MEMBERS(NAME("name", REQUIRED), DEFINITION(REQUIRED), ARN("roleArn", REQUIRED), TYPE, LOGGING, TAGS(), TRACING,
				BOOLEAN("publish"), DESCRIPTION("versionDescription"), ENCRYPTION)},
	{"CreateStateMachineAlias", asl_api_create_state_machine_alias,
		MEMBERS(DESCRIPTION("description"),
				NAME("name", REQUIRED, .pattern = "^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$", .matches = is_alias_name),
				ROUTING(REQUIRED))},
	{"DeleteActivity", asl_api_delete_activity, ONE_ARN("activityArn")},
	{"DeleteStateMachine", asl_api_delete_state_machine, ONE_ARN("stateMachineArn")},
	{"DeleteStateMachineAlias", asl_api_delete_state_machine_alias, ONE_ARN("stateMachineAliasArn")},
	{"DeleteStateMachineVersion", asl_api_delete_state_machine_version, MEMBERS(LONG_ARN("stateMachineVersionArn", REQUIRED))},
	{"DescribeActivity", asl_api_describe_activity, ONE_ARN("activityArn")},
	{"DescribeExecution", asl_api_describe_execution, MEMBERS(ARN("executionArn", REQUIRED), INCLUDED_DATA)},
	{"DescribeMapRun", NULL, MEMBERS(LONG_ARN("mapRunArn", REQUIRED))},
	{"DescribeStateMachine", asl_api_describe_state_machine, MEMBERS(ARN("stateMachineArn", REQUIRED), INCLUDED_DATA)},
	{"DescribeStateMachineAlias", asl_api_describe_state_machine_alias, ONE_ARN("stateMachineAliasArn")},
	{"DescribeStateMachineForExecution", asl_api_describe_state_machine_for_execution, MEMBERS(ARN("executionArn", REQUIRED), INCLUDED_DATA)},
	{"GetActivityTask", asl_api_get_activity_task, MEMBERS(ARN("activityArn", REQUIRED), NAME("workerName"))},
	{"GetExecutionHistory", asl_api_get_execution_history,
		MEMBERS(ARN("executionArn", REQUIRED), PAGE, BOOLEAN("reverseOrder"), BOOLEAN("includeExecutionData"))},
	{"ListActivities", asl_api_list_activities, MEMBERS(PAGE)},
	{"ListExecutions", asl_api_list_executions,
		MEMBERS(ARN("stateMachineArn"),
				ONE_OF("statusFilter", "[SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]"),
				NUMBER("maxResults", 0, 1000), TEXT("nextToken", 1, 3096), LONG_ARN("mapRunArn"),
				ONE_OF("redriveFilter", "[REDRIVEN, NOT_REDRIVEN]"))},
	{"ListMapRuns", NULL, MEMBERS(ARN("executionArn", REQUIRED), PAGE)},
	{"ListStateMachineAliases", asl_api_list_state_machine_aliases, MEMBERS(ARN("stateMachineArn", REQUIRED), PAGE)},
	{"ListStateMachineVersions", asl_api_list_state_machine_versions, MEMBERS(ARN("stateMachineArn", REQUIRED), PAGE)},
	{"ListStateMachines", asl_api_list_state_machines, MEMBERS(PAGE)},
	{"ListTagsForResource", asl_api_list_tags_for_resource, ONE_ARN("resourceArn")},
	{"PublishStateMachineVersion", asl_api_publish_state_machine_version,
		MEMBERS(ARN("stateMachineArn", REQUIRED), TEXT("revisionId", 0, -1), DESCRIPTION("description"))},
	{"RedriveExecution", NULL,
		MEMBERS(ARN("executionArn", REQUIRED), TEXT("clientToken", 1, 64, .pattern = "[!-~]+", .matches = is_client_token))},
	{"SendTaskFailure", asl_api_send_task_failure, MEMBERS(TOKEN(), ERROR_AND_CAUSE)},
	{"SendTaskHeartbeat", asl_api_send_task_heartbeat, MEMBERS(TOKEN())},
	{"SendTaskSuccess", asl_api_send_task_success, MEMBERS(TOKEN(), PAYLOAD("output", REQUIRED))},
	{"StartExecution", asl_api_start_execution,
		MEMBERS(ARN("stateMachineArn", REQUIRED), NAME("name"), PAYLOAD("input"), TRACE_HEADER)},
	{"StartSyncExecution", asl_api_start_sync_execution,
		MEMBERS(ARN("stateMachineArn", REQUIRED), NAME("name"), PAYLOAD("input"), TRACE_HEADER, INCLUDED_DATA)},
	{"StopExecution", asl_api_stop_execution, MEMBERS(ARN("executionArn", REQUIRED), ERROR_AND_CAUSE)},
	{"TagResource", asl_api_tag_resource, MEMBERS(ARN("resourceArn", REQUIRED), TAGS(REQUIRED))},
	{"TestState", NULL,
		MEMBERS(DEFINITION(REQUIRED), ARN("roleArn"), PAYLOAD("input"), ONE_OF("inspectionLevel", "[INFO, DEBUG, TRACE]"),
				BOOLEAN("revealSecrets"), PAYLOAD("variables"), TEXT("stateName", 1, 80, SENSITIVE), STRUCTURE("mock", mock),
				PAYLOAD("context"), STRUCTURE("stateConfiguration", state_configuration))},
	{"UntagResource", asl_api_untag_resource, MEMBERS(ARN("resourceArn", REQUIRED), LIST("tagKeys", 0, -1, tag_key, REQUIRED))},
	{"UpdateMapRun", NULL,
		MEMBERS(LONG_ARN("mapRunArn", REQUIRED), NUMBER("maxConcurrency", 0, ANY),
				{.name = "toleratedFailurePercentage", .kind = ASL_MEMBER_DOUBLE, .most = 100},
				NUMBER("toleratedFailureCount", 0, -1))},
	{"UpdateStateMachine", asl_api_update_state_machine,
		MEMBERS(ARN("stateMachineArn", REQUIRED), DEFINITION(), ARN("roleArn"), LOGGING, TRACING, BOOLEAN("publish"),
				DESCRIPTION("versionDescription"), ENCRYPTION)},
	{"UpdateStateMachineAlias", asl_api_update_state_machine_alias,
		MEMBERS(ARN("stateMachineAliasArn", REQUIRED), DESCRIPTION("description"), ROUTING())},
	{"ValidateStateMachineDefinition", asl_api_validate_state_machine_definition,
		MEMBERS(DEFINITION(REQUIRED), TYPE, ONE_OF("severity", "[ERROR, WARNING]"), NUMBER("maxResults", 0, 100))},
};

const AslOperation *
asl_operation_find(const char *name)
{
	for (int i = 0; i < lengthof(operations); i++)
		if (strcmp(operations[i].name, name) == 0)
			return &operations[i];
	return NULL;
}
