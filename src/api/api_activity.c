/*
 * api_activity.c - what asl.api does with activities and the answers to tasks.
 */
#include "postgres.h"

#include "api/activity.h"
#include "api/handler.h"
#include "base/errors.h"
#include "base/settings.h"
#include "engine/access.h"
#include "engine/arn.h"
#include "engine/pledge.h"
#include "engine/start.h"
#include "engine/task_token.h"

/* The activity that a request names, with which the current user may do that. */
static void
find_activity(AslValue request, AslPrivilege privilege, StoreActivity *activity)
{
	asl_activity_require(asl_arn_name_only(asl_request_text(request, "activityArn"), "activity"), privilege, activity);
}

AslValue
asl_api_create_activity(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	StoreActivity activity;
	char	   *name = asl_request_text(request, "name");

	asl_request_refuse(request, "tags");
	asl_request_refuse(request, "encryptionConfiguration");
	asl_activity_create(name, ASL_ACTIVITY_CHANNEL);
	asl_activity_require(name, ASL_MAY_OWN, &activity);
	asl_answer_text(&answer, "activityArn", asl_arn_activity(name));
	asl_answer_time(&answer, "creationDate", activity.creation_date);
	return answer;
}

AslValue
asl_api_describe_activity(AslValue request)
{
	AslValue	answer = asl_object_new(4);
	AslValue	encryption = asl_object_new(1);
	StoreActivity activity;

	find_activity(request, ASL_MAY_START | ASL_MAY_ANSWER, &activity);
	asl_answer_text(&answer, "activityArn", asl_arn_activity(activity.name));
	asl_answer_text(&answer, "name", activity.name);
	asl_answer_time(&answer, "creationDate", activity.creation_date);
	asl_answer_text(&encryption, "type", "AWS_OWNED_KEY");
	asl_answer_set(&answer, "encryptionConfiguration", encryption);
	return answer;
}

AslValue
asl_api_delete_activity(AslValue request)
{
	asl_activity_delete(asl_arn_name_only(asl_request_text(request, "activityArn"), "activity"));
	return asl_object_new(0);
}

/* Does not wait: an empty answer where there is no task. */
AslValue
asl_api_get_activity_task(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	StoreActivity activity;
	StoreTask	task;

	find_activity(request, ASL_MAY_ANSWER, &activity);
	if (asl_pledge_take(activity.activity, asl_request_text(request, "workerName"), &task))
	{
		asl_answer_text(&answer, "taskToken", asl_task_token(task.execution, task.branch, task.secret));
		asl_answer_text(&answer, "input", asl_to_json(asl_from_jsonb(task.input)));
	}
	return answer;
}

AslValue
asl_api_send_task_success(AslValue request)
{
	StoreTask	task;
	Jsonb	   *output;

	asl_task_of_token(asl_request_text(request, "taskToken"), &task);
	output = asl_request_json(request, "output", NULL, ERRCODE_ASL_INVALID_OUTPUT, "Invalid Output");
	asl_check_payload(output, asl_max_payload, ERRCODE_ASL_INVALID_OUTPUT, "output");
	asl_pledge_answer(&task, output, NULL, NULL);
	return asl_object_new(0);
}

AslValue
asl_api_send_task_failure(AslValue request)
{
	StoreTask	task;

	asl_task_of_token(asl_request_text(request, "taskToken"), &task);
	asl_pledge_answer(&task, NULL, asl_request_text(request, "error"), asl_request_text(request, "cause"));
	return asl_object_new(0);
}

AslValue
asl_api_send_task_heartbeat(AslValue request)
{
	StoreTask	task;

	asl_task_of_token(asl_request_text(request, "taskToken"), &task);
	asl_pledge_heartbeat(&task);
	return asl_object_new(0);
}
