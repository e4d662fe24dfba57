/*
 * task.c - activities, the answers to tasks, and asl.fail.
 */
#include "postgres.h"

#include "api/activity.h"

#include "api/argument.h"
#include "base/errors.h"
#include "base/settings.h"
#include "engine/access.h"
#include "engine/arn.h"
#include "engine/attempt.h"
#include "engine/patience.h"
#include "engine/pledge.h"
#include "engine/start.h"
#include "engine/task_token.h"
#include "integration/integration.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "store/tag.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(asl_sql_create_activity);
PG_FUNCTION_INFO_V1(asl_sql_delete_activity);
PG_FUNCTION_INFO_V1(asl_sql_get_activity_task);
PG_FUNCTION_INFO_V1(asl_sql_send_task_success);
PG_FUNCTION_INFO_V1(asl_sql_send_task_failure);
PG_FUNCTION_INFO_V1(asl_sql_send_task_heartbeat);
PG_FUNCTION_INFO_V1(asl_sql_fail);
PG_FUNCTION_INFO_V1(asl_sql_map_resource);
PG_FUNCTION_INFO_V1(asl_sql_task_token);

void
asl_refuse_activity_exists(const char *name, const char *difference)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_ACTIVITY_ALREADY_EXISTS),
					errmsg("Activity Already Exists: '%s'", asl_arn_activity(name)),
					errdetail_internal("%s", difference)));
}

bool
asl_activity_create(const char *name, const char *channel)
{
	StoreActivity activity;
	bool		inserted;
	int			patience;

	asl_check_name(name);
	if (channel[0] == '\0')
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION), errmsg("channel must not be empty")));
	patience = asl_patience_begin();
	inserted = store_activity_insert(name, channel, GetUserId());
	asl_patience_end(patience);
	if (!inserted &&
		(!store_activity_find(name, &activity) || strcmp(activity.channel, channel) != 0 ||
		 activity.owner != GetUserId()))
		asl_refuse_activity_exists(name, "It has another owner or channel.");
	return inserted;
}

/* create_activity(name text, channel name) returns text */
Datum
asl_sql_create_activity(PG_FUNCTION_ARGS)
{
	char	   *name = asl_text_argument(fcinfo, 0, "name");

	asl_require(fcinfo, 1, "channel");
	(void) asl_activity_create(name, NameStr(*PG_GETARG_NAME(1)));
	PG_RETURN_TEXT_P(cstring_to_text(asl_arn_activity(name)));
}

void
asl_activity_delete(const char *name)
{
	StoreActivity activity;
	StoreObject object;
	int			patience;

	if (!store_activity_find(name, &activity) || !asl_permit_activity(&activity, ASL_MAY_OWN))
		return;
	object = asl_activity_object(&activity);
	patience = asl_patience_begin();
	store_activity_delete(activity.activity);
	store_grants_forget(object);
	store_tags_forget(&object);
	asl_patience_end(patience);
	asl_pledge_deletion(activity.activity, psprintf("The activity %s does not exist.", asl_arn_activity(name)));
}

/* delete_activity(name text) returns void */
Datum
asl_sql_delete_activity(PG_FUNCTION_ARGS)
{
	asl_activity_delete(asl_arn_name(asl_text_argument(fcinfo, 0, "name"), "activity"));
	PG_RETURN_VOID();
}

/* get_activity_task(activity text, worker_name text) returns table of at most one row */
Datum
asl_sql_get_activity_task(PG_FUNCTION_ARGS)
{
	char	   *name = asl_arn_name(asl_text_argument(fcinfo, 0, "activity"), "activity");
	char	   *worker_name = asl_optional_text(fcinfo, 1);
	StoreActivity activity;
	StoreTask	task;
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum		values[2];
	bool		nulls[2] = {false};

	asl_activity_require(name, ASL_MAY_ANSWER, &activity);
	asl_check_length(worker_name, "worker_name", 80);
	InitMaterializedSRF(fcinfo, 0);
	if (asl_pledge_take(activity.activity, worker_name, &task))
	{
		values[0] = CStringGetTextDatum(asl_task_token(task.execution, task.branch, task.secret));
		values[1] = JsonbPGetDatum(task.input);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

void
asl_task_of_token(const char *token, StoreTask *task)
{
	if (!asl_task_token_parse(token, &task->execution, &task->branch, &task->secret))
		ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_TOKEN), errmsg("Invalid Token: 'Invalid token'")));
}

/* send_task_success(task_token text, output jsonb) returns void */
Datum
asl_sql_send_task_success(PG_FUNCTION_ARGS)
{
	StoreTask	task;
	Jsonb	   *output = asl_jsonb_argument(fcinfo, 1, "output");

	asl_task_of_token(asl_text_argument(fcinfo, 0, "task_token"), &task);
	asl_check_payload(output, asl_max_payload, ERRCODE_ASL_INVALID_OUTPUT, "output");
	asl_pledge_answer(&task, output, NULL, NULL);
	PG_RETURN_VOID();
}

/* send_task_failure(task_token text, error text, cause text) returns void */
Datum
asl_sql_send_task_failure(PG_FUNCTION_ARGS)
{
	StoreTask	task;
	AslError	error = asl_error_argument(fcinfo, 1, 2);

	asl_task_of_token(asl_text_argument(fcinfo, 0, "task_token"), &task);
	asl_pledge_answer(&task, NULL, error.name, error.cause);
	PG_RETURN_VOID();
}

/* send_task_heartbeat(task_token text) returns void */
Datum
asl_sql_send_task_heartbeat(PG_FUNCTION_ARGS)
{
	StoreTask	task;

	asl_task_of_token(asl_text_argument(fcinfo, 0, "task_token"), &task);
	asl_pledge_heartbeat(&task);
	PG_RETURN_VOID();
}

/* fail(error text, cause text) returns void: never returns */
Datum
asl_sql_fail(PG_FUNCTION_ARGS)
{
	AslError	error = asl_error_argument(fcinfo, 0, 1);

	asl_raise_task_failed(error.name, error.cause);
}

/* Can an ARN be mapped to this?  The pattern in which it is called is the ARN's own. */
static bool
is_target(const char *text)
{
	AslResource *resource = strncmp(text, "pg:", 3) == 0 ? asl_resource_parse(text) : NULL;

	return resource != NULL && resource->pattern == ASL_REQUEST_RESPONSE && resource->kind != ASL_RESOURCE_ACTIVITY;
}

/* What is mapped to can still be made, or is found by another search_path. */
static void
warn_of_target(const AslResource *target)
{
	const char *lacking = target->kind == ASL_RESOURCE_FUNCTION ? asl_integration_function_lacking(target) : NULL;

	if (lacking)
		ereport(WARNING, (errcode(ERRCODE_WARNING), errmsg("calls of this resource would fail as things are"),
						  errdetail_internal("%s", lacking)));
}

/* map_resource(pattern text, target text) returns void */
Datum
asl_sql_map_resource(PG_FUNCTION_ARGS)
{
	char	   *pattern = asl_text_argument(fcinfo, 0, "pattern");
	char	   *target = asl_optional_text(fcinfo, 1);

	if (strncmp(pattern, "arn:", 4) != 0)
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("pattern \"%s\" is not an ARN", pattern),
						errhint("A pattern is a Resource's ARN in which * stands for any text.")));
	if (target && !is_target(target))
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("an ARN cannot be mapped to \"%s\"", target),
						errhint("Targets are pg:function:[schema.]name, pg:sql, pg:notify and "
								"pg:states:startExecution.")));
	store_resource_map(GetUserId(), pattern, target);
	if (target)
		warn_of_target(asl_resource_parse(target));
	PG_RETURN_VOID();
}

/* task_token(execution bigint, branch int, secret text) returns text: for the view asl.pending_tasks */
Datum
asl_sql_task_token(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(asl_task_token(PG_GETARG_INT64(0), PG_GETARG_INT32(1),
													text_to_cstring(PG_GETARG_TEXT_PP(2)))));
}
