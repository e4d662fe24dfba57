/*
 * api.c - asl.api: the AWS Step Functions API as one function of an action and a request.
 */
#include "postgres.h"

#include "api/argument.h"
#include "api/handler.h"
#include "api/json_fault.h"
#include "base/errors.h"
#include "engine/arn.h"
#include "engine/attempt.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(asl_sql_api);

char *
asl_request_text(AslValue request, const char *member)
{
	AslValue	value = asl_member(request, member);

	return value.kind == ASL_STRING ? asl_to_cstring(value) : NULL;
}

int64
asl_request_integer(AslValue request, const char *member)
{
	AslValue	value = asl_member(request, member);

	return value.kind == ASL_NUMBER ? (int64) asl_nearest_double(value) : 0;
}

bool
asl_request_bool(AslValue request, const char *member, bool absent)
{
	AslValue	value = asl_member(request, member);

	return value.kind == ASL_BOOL ? value.u.boolean : absent;
}

bool
asl_request_parse(const char *text, AslValue *value, const char **fault)
{
	char	   *message;

	if (asl_parse_json(text, strlen(text), false, value, &message))
		return true;
	*fault = asl_json_fault(text);
	if (*fault == NULL)
		*fault = message;
	return false;
}

Jsonb *
asl_request_json(AslValue request, const char *member, const char *absent, int sqlstate, const char *prefix)
{
	const char *text = asl_request_text(request, member);
	const char *fault;
	AslValue	value;

	if (text == NULL)
		text = absent;
	if (!asl_request_parse(text, &value, &fault))
		ereport(ERROR, (errcode(sqlstate), errmsg("%s%s'", prefix, fault)));
	return asl_to_jsonb(value);
}

char *
asl_request_arn(AslValue request, const char *member, const char *kind)
{
	return asl_arn_name_only(asl_request_text(request, member), kind);
}

void
asl_answer_set(AslValue *answer, const char *member, AslValue value)
{
	asl_object_set(answer, member, strlen(member), value);
}

void
asl_answer_text(AslValue *answer, const char *member, const char *text)
{
	if (text != NULL)
		asl_answer_set(answer, member, asl_cstring(text));
}

/* Seconds since 1970, with milliseconds. */
void
asl_answer_time(AslValue *answer, const char *member, TimestampTz time)
{
	int64		epoch = (int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY * 1000;

	if (time != 0)
		asl_answer_set(answer, member, asl_number((time / 1000 + epoch) / 1000.0));
}

void
asl_answer_payload(AslValue *answer, const char *member, const char *details, Jsonb *payload, bool metadata_only)
{
	AslValue	included = asl_object_new(1);

	if (payload == NULL)
		return;
	if (!metadata_only)
		asl_answer_text(answer, member, asl_to_json(asl_from_jsonb(payload)));
	asl_answer_set(&included, "included", asl_bool(!metadata_only));
	asl_answer_set(answer, details, included);
}

AslValue
asl_operation_run(const char *name, AslValue request)
{
	const AslOperation *operation = asl_operation_find(name);

	if (operation == NULL || operation->handler == NULL)
		ereport(ERROR, (errcode(ERRCODE_ASL_UNKNOWN_OPERATION),
						errmsg("unknown operation \"%s\"", asl_shown(name))));
	asl_operation_check(operation, request);
	return operation->handler(request);
}

/* The member beside the type in which AWS tells what an error is of; the error's constraint name has its value.  NULL: none. */
static const char *
error_member(int sqlstate)
{
	switch (sqlstate)
	{
		case ERRCODE_ASL_VALIDATION_EXCEPTION:
			return "reason";
		case ERRCODE_ASL_RESOURCE_NOT_FOUND:
		case ERRCODE_ASL_TOO_MANY_TAGS:
			return "resourceName";
		default:
			return NULL;
	}
}

/* Raises the error that was caught again.  One of the API says its type as AWS does. */
static void
rethrow(MemoryContext context)
{
	ErrorData  *error;
	const char *name;
	AslValue	body = asl_object_new(2);

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	FlushErrorState();
	name = asl_api_error_name(error->sqlerrcode);
	if (name != NULL)
	{
		if (error->sqlerrcode == ERRCODE_ASL_ACCESS_DENIED)
			name = "AccessDeniedException";
		asl_answer_text(&body, "__type", name);
		if (error_member(error->sqlerrcode) != NULL)
			asl_answer_text(&body, error_member(error->sqlerrcode), error->constraint_name);
		error->detail = asl_to_json(body);
	}
	ReThrowError(error);
}

/* api(action text, request jsonb) returns jsonb */
Datum
asl_sql_api(PG_FUNCTION_ARGS)
{
	char	   *action = asl_text_argument(fcinfo, 0, "action");
	Jsonb	   *request = asl_jsonb_argument(fcinfo, 1, "request");
	MemoryContext context = CurrentMemoryContext;
	Jsonb	   *volatile result = NULL;

	PG_TRY();
	{
		result = asl_to_jsonb(asl_operation_run(action, asl_from_jsonb(request)));
	}
	PG_CATCH();
	{
		rethrow(context);
	}
	PG_END_TRY();
	PG_RETURN_JSONB_P(result);
}
