/*
 * definition_state.c - reading a state: the table of the fields of all state types, and what no table can say.
 */
#include "postgres.h"

#include <math.h>

#include "asl/definition_reader.h"
#include "miscadmin.h"

#define TASK		ASL_ON(ASL_TASK)
#define WAIT		ASL_ON(ASL_WAIT)
#define PASS		ASL_ON(ASL_PASS)
#define SUCCEED		ASL_ON(ASL_SUCCEED)
#define FAIL		ASL_ON(ASL_FAIL)
#define CHOICE		ASL_ON(ASL_CHOICE)
#define PARALLEL	ASL_ON(ASL_PARALLEL)
#define MAP			ASL_ON(ASL_MAP)
#define WORKERS		(TASK | PARALLEL | MAP)
#define MOVERS		(WORKERS | PASS | WAIT)
#define ALL_BUT_FAIL (MOVERS | CHOICE | SUCCEED)

#define BOTH		ASL_IN_BOTH
#define PATHS		ASL_IN_JSONPATH
#define JSONATA		ASL_IN_JSONATA

#define AT(member)	.offset = offsetof(AslState, member)
#define RANGE(low, high)	.min = (low), .max = (high)
#define LONGEST		99999999	/* seconds */

/* In the order of AslStateType. */
static const char *const type_words[] = {"Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map", NULL};

static void read_resource(AslReader *reader, const AslField *field, AslValue value, void *target);
static void read_result(AslReader *reader, const AslField *field, AslValue value, void *target);
static void read_branches(AslReader *reader, const AslField *field, AslValue value, void *target);

static const AslField state_fields[] = {
	{"Type", ASL_ON_ANY, BOTH},
	{"Comment", ASL_ON_ANY, BOTH, .read = asl_check_text},
	{"QueryLanguage", ASL_ON_ANY, BOTH, .read = asl_check_word, .words = asl_language_words},
	{"Next", MOVERS, BOTH, ASL_GROUP_REQUIRED, ASL_GROUP_TRANSITION, asl_read_target, AT(next)},
	{"End", MOVERS, BOTH, ASL_GROUP_REQUIRED | ASL_FALSE_IS_ABSENT, ASL_GROUP_TRANSITION, asl_check_bool},

	/* data flow */
	{"InputPath", ALL_BUT_FAIL, PATHS, .read = asl_read_path, AT(input_path)},
	{"ItemSelector", MAP, BOTH, 0, ASL_GROUP_SELECTOR, asl_read_template, AT(arguments)},
	{"Parameters", WORKERS | PASS, PATHS, 0, ASL_GROUP_SELECTOR, asl_read_payload, AT(arguments)},
	{"Arguments", TASK | PARALLEL, JSONATA, .read = asl_read_template, AT(arguments)},
	{"ResultSelector", WORKERS, PATHS, .read = asl_read_payload, AT(result_selector)},
	{"Assign", MOVERS | CHOICE, BOTH, ASL_SEES_RESULT, .read = asl_read_assign, AT(assign)},
	{"ResultPath", WORKERS | PASS, PATHS, ASL_NULL_ALLOWED | ASL_CONTEXT_REFUSED | ASL_VARIABLES_REFUSED,
	.read = asl_read_reference_path, AT(result_path)},
	{"OutputPath", ALL_BUT_FAIL, PATHS, .read = asl_read_path, AT(output_path)},
	{"Output", ALL_BUT_FAIL, JSONATA, ASL_SEES_RESULT, .read = asl_read_template, AT(output)},

	{"Retry", WORKERS, BOTH, .read = asl_read_retry},
	{"Catch", WORKERS, BOTH, .read = asl_read_catch},

	/* Task */
	{"Resource", TASK, BOTH, ASL_REQUIRED, .read = read_resource, AT(resource)},
	{"TimeoutSeconds", TASK, BOTH, 0, ASL_GROUP_TIMEOUT, asl_read_computed_int, AT(timeout_seconds), RANGE(1, LONGEST)},
	{"TimeoutSecondsPath", TASK, PATHS, 0, ASL_GROUP_TIMEOUT, asl_read_reference_path, AT(timeout_seconds)},
	{"HeartbeatSeconds", TASK, BOTH, 0, ASL_GROUP_HEARTBEAT, asl_read_computed_int, AT(heartbeat_seconds), RANGE(1, LONGEST)},
	{"HeartbeatSecondsPath", TASK, PATHS, 0, ASL_GROUP_HEARTBEAT, asl_read_reference_path, AT(heartbeat_seconds)},
	{"Credentials", TASK, BOTH, .read = asl_read_credentials, AT(credentials)},

	/* Pass */
	{"Result", PASS, PATHS, .read = read_result, AT(result)},

	/* Wait */
	{"SecondsPath", WAIT, PATHS, ASL_GROUP_REQUIRED, ASL_GROUP_TIME, asl_read_reference_path, AT(seconds)},
	{"Seconds", WAIT, BOTH, ASL_GROUP_REQUIRED, ASL_GROUP_TIME, asl_read_computed_int, AT(seconds), RANGE(0, LONGEST)},
	{"TimestampPath", WAIT, PATHS, ASL_GROUP_REQUIRED, ASL_GROUP_TIME, asl_read_reference_path, AT(timestamp)},
	{"Timestamp", WAIT, BOTH, ASL_GROUP_REQUIRED, ASL_GROUP_TIME, asl_read_computed_timestamp, AT(timestamp)},

	/* Fail */
	{"Error", FAIL, BOTH, 0, ASL_GROUP_ERROR, asl_read_computed_text, AT(error)},
	{"ErrorPath", FAIL, PATHS, 0, ASL_GROUP_ERROR, asl_read_path_or_call, AT(error)},
	{"Cause", FAIL, BOTH, 0, ASL_GROUP_CAUSE, asl_read_computed_text, AT(cause)},
	{"CausePath", FAIL, PATHS, 0, ASL_GROUP_CAUSE, asl_read_path_or_call, AT(cause)},

	/* Choice */
	{"Choices", CHOICE, BOTH, ASL_REQUIRED, .read = asl_read_choices},
	{"Default", CHOICE, BOTH, .read = asl_read_target, AT(default_state)},

	/* Parallel */
	{"Branches", PARALLEL, BOTH, ASL_REQUIRED, .read = read_branches},

	/* Map */
	{"ItemProcessor", MAP, BOTH, ASL_GROUP_REQUIRED, ASL_GROUP_PROCESSOR, asl_read_processor},
	{"Iterator", MAP, BOTH, ASL_GROUP_REQUIRED, ASL_GROUP_PROCESSOR, asl_read_processor},
	{"ItemsPath", MAP, PATHS, .read = asl_read_reference_path, AT(items)},
	{"Items", MAP, JSONATA, .read = asl_read_computed_items, AT(items)},
	{"MaxConcurrency", MAP, BOTH, 0, ASL_GROUP_CONCURRENCY, asl_read_computed_int, AT(max_concurrency), RANGE(0, INFINITY)},
	{"MaxConcurrencyPath", MAP, PATHS, ASL_CONTEXT_REFUSED, ASL_GROUP_CONCURRENCY, asl_read_reference_path,
	AT(max_concurrency)},
	{"Label", MAP, BOTH, .read = asl_read_label, AT(label)},
	{"ItemReader", MAP, BOTH, .read = asl_read_item_reader},
	{"ItemBatcher", MAP, BOTH, .read = asl_read_item_batcher},
	{"ResultWriter", MAP, BOTH, .read = asl_read_result_writer},
	{"ToleratedFailureCount", MAP, BOTH, 0, ASL_GROUP_FAILURE_COUNT, asl_read_computed_int,
	AT(tolerated_failure_count), RANGE(0, INFINITY)},
	{"ToleratedFailureCountPath", MAP, PATHS, ASL_CONTEXT_REFUSED, ASL_GROUP_FAILURE_COUNT, asl_read_reference_path,
	AT(tolerated_failure_count)},
	{"ToleratedFailurePercentage", MAP, BOTH, 0, ASL_GROUP_FAILURE_PERCENTAGE, asl_read_computed_double,
	AT(tolerated_failure_percentage), RANGE(0, 100)},
	{"ToleratedFailurePercentagePath", MAP, PATHS, ASL_CONTEXT_REFUSED, ASL_GROUP_FAILURE_PERCENTAGE,
	asl_read_reference_path, AT(tolerated_failure_percentage)},
};

static const AslObject state_object = {lengthof(state_fields), state_fields};

/* "Task" */
const char *
asl_state_type_name(AslStateType type)
{
	return type_words[type];
}

/*
 * Readers of fields that are a state's own
 */

/* Next, Default, a rule's and a catcher's Next: AslState *, one of the same States. */
void
asl_read_target(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState  **slot = (AslState **) ((char *) target + field->offset);

	if (!asl_expect(reader, value, ASL_STRING))
		return;
	*slot = asl_find_state(reader->machine, reader->container, value);
	if (*slot == NULL && reader->container->count > 0)
		asl_complain(reader, "MISSING_TRANSITION_TARGET", "Missing '%s' target: %s", field->name,
					 asl_to_cstring(value));
}

/* Refuses what an Express workflow cannot wait for. */
static void
state_check_express_resource(AslReader *reader, const AslResource *resource)
{
	if (resource->kind == ASL_RESOURCE_ACTIVITY)
		asl_complain(reader, ASL_SCHEMA, "Express state machine does not support Activity ARN");
	else if (resource->pattern == ASL_WAIT_FOR_TASK_TOKEN)
		asl_complain(reader, ASL_SCHEMA,
					 "Express state machine does not support '.waitForTaskToken' service integration ");
	else if (resource->pattern != ASL_REQUEST_RESPONSE)
		asl_complain(reader, ASL_SCHEMA, "Express state machine does not support '.sync' service integration");
}

/* Resource. */
static void
read_resource(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState   *state = target;
	AslResource *resource;

	if (!asl_expect(reader, value, ASL_STRING))
		return;
	resource = asl_resource_parse(asl_to_cstring(value));
	if (resource == NULL)
		asl_complain(reader, ASL_SCHEMA, "Value is not a valid resource ARN");
	else if (!asl_resource_recognized(resource))
		asl_complain(reader, ASL_SCHEMA, "The resource provided %s is not recognized. The value is not a valid "
					 "resource ARN, or the resource is not available in this region.", resource->text);
	else
	{
		state->resource = resource;
		if (reader->express)
			state_check_express_resource(reader, resource);
	}
}

/* Does any member's key, at any depth, end in ".$"? */
static bool
state_has_computed_key(AslValue value)
{
	AslIterator it;
	AslValue	key,
				element;

	check_stack_depth();
	if (!asl_is_container(value))
		return false;
	it = asl_iterate(value);
	while (asl_next(&it, &key, &element))
	{
		if ((key.kind == ASL_STRING && key.length > 2 && memcmp(key.u.string + key.length - 2, ".$", 2) == 0) ||
			state_has_computed_key(element))
			return true;
	}
	return false;
}

/* Result: any JSON, never computed. */
static void
read_result(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState   *state = target;

	state->result = value;
	if (state_has_computed_key(value))
		asl_warn(reader, "PASS_RESULT_IS_STATIC",
				 "The Result of a Pass state is static. Use Parameters to compute the values of keys that end in '.$'.");
}

/* Branches: an array of States objects, at least one. */
static void
read_branches(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState   *state = target;

	if (!asl_expect_elements(reader, value))
		return;
	state->branches = palloc0(asl_array_count(value) * sizeof(AslStates *));
	for (int i = 0; i < asl_array_count(value); i++)
	{
		int			entered = asl_enter_index(reader, i);

		asl_read_branch(reader, ASL_BRANCH, asl_array_get(value, i), state);
		asl_leave(reader, entered);
	}
}

/*
 * What concerns several fields of a state
 */

/* Is the constant heartbeat not shorter than the constant timeout? */
static bool
state_heartbeat_too_long(const AslState *state)
{
	int64		heartbeat,
				timeout;

	return state->heartbeat_seconds.kind == ASL_EXPR_LITERAL && state->timeout_seconds.kind == ASL_EXPR_LITERAL &&
		asl_to_int64(state->heartbeat_seconds.literal, &heartbeat) &&
		asl_to_int64(state->timeout_seconds.literal, &timeout) && heartbeat >= timeout;
}

static void
state_check_task(AslReader *reader, AslState *state)
{
	const AslResource *resource = state->resource;

	if (state_heartbeat_too_long(state))
		asl_complain(reader, ASL_SCHEMA, "The value of 'HeartbeatSeconds' must be smaller than that of 'TimeoutSeconds'");
	if (resource == NULL)
		return;
	if (resource->kind == ASL_RESOURCE_ACTIVITY && state->credentials.kind != ASL_EXPR_ABSENT)
		asl_complain(reader, ASL_SCHEMA, "The field 'Credentials' is not supported for activities");
	if ((resource->kind == ASL_RESOURCE_ACTIVITY || resource->pattern == ASL_WAIT_FOR_TASK_TOKEN) &&
		state->timeout_seconds.kind == ASL_EXPR_ABSENT && state->heartbeat_seconds.kind == ASL_EXPR_ABSENT)
		asl_warn(reader, "MISSING_TIMEOUT",
				 "The task waits for an answer that may never come. Use TimeoutSeconds or HeartbeatSeconds.");
}

static void
state_check(AslReader *reader, AslState *state, AslValue value)
{
	if (state->type == ASL_TASK)
		state_check_task(reader, state);
	else if (state->type == ASL_MAP)
		asl_check_map(reader, state, value);
	else if (state->type == ASL_CHOICE && !asl_defined(asl_object_get(value, "Default", strlen("Default"))))
		asl_warn(reader, "MISSING_DEFAULT", "The execution fails when no choice rule matches. Use Default.");
}

/*
 * Reading a state
 */

/* Reads the state's Type; false, with a complaint, if there is no valid one. */
static bool
state_read_type(AslReader *reader, AslState *state, AslValue value)
{
	AslValue	type = asl_object_get(value, "Type", strlen("Type"));

	for (int i = 0; type_words[i] != NULL; i++)
	{
		if (asl_string_is(type, type_words[i]))
		{
			state->type = i;
			return true;
		}
	}
	if (!asl_defined(type))
		asl_complain(reader, ASL_SCHEMA, "These fields are required: [Type]");
	else
	{
		int			entered = asl_enter_member(reader, asl_cstring("Type"));

		asl_complain(reader, ASL_SCHEMA, "The field 'Type' should have one of these values: [%s]",
					 asl_join_words(type_words));
		asl_leave(reader, entered);
	}
	return false;
}

/* Decides the state's language: its own, else the machine's. */
static void
state_read_language(AslReader *reader, AslState *state, AslValue value)
{
	AslValue	language = asl_object_get(value, "QueryLanguage", strlen("QueryLanguage"));

	state->language = reader->machine->language;
	if (!asl_defined(language))
		return;
	state->language = asl_string_is(language, asl_language_words[ASL_JSONPATH]) ? ASL_JSONPATH : ASL_JSONATA;
	if (state->language == ASL_JSONPATH && reader->machine->language == ASL_JSONATA)
		asl_complain(reader, ASL_SCHEMA,
					 "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
}

/* Reads a state, whose name, container and pointer are set; the reader is at its location. */
void
asl_read_state(AslReader *reader, AslState *state, AslValue value)
{
	AslReader	outer = *reader;

	if (!asl_expect(reader, value, ASL_OBJECT) || !state_read_type(reader, state, value))
		return;
	state_read_language(reader, state, value);
	reader->state = state;
	reader->state_location = reader->location.len;
	reader->language = state->language;
	asl_read_object(reader, &state_object, state->type, value, state);
	state_check(reader, state, value);
	reader->state = outer.state;
	reader->state_location = outer.state_location;
	reader->language = outer.language;
}
