/*
 * api_activity.c - what asl.api does with activities and the answers to tasks.
 */
#include "postgres.h"

#include "api/activity.h"
#include "api/configuration.h"
#include "api/handler.h"
#include "api/page.h"
#include "base/errors.h"
#include "base/settings.h"
#include "engine/access.h"
#include "engine/arn.h"
#include "engine/pledge.h"
#include "engine/start.h"
#include "engine/task_token.h"
#include "miscadmin.h"

/* The activity that a request names, with which the current user may do that. */
static void
find_activity(AslValue request, AslPrivilege privilege, StoreActivity *activity)
{
	asl_activity_require(asl_request_arn(request, "activityArn", "activity"), privilege, activity);
}

/* An activity's encryption as it was given, or AWS's default. */
static AslValue
encryption_of(const StoreActivity *activity)
{
	Jsonb	   *kept = store_activity_encryption(activity->activity);

	return kept ? asl_from_jsonb(kept) : asl_encryption_given(asl_undefined());
}

/* A repeated request's tags do not count. */
AslValue
asl_api_create_activity(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	AslValue	encryption = asl_encryption_given(request);
	char	   *name = asl_request_text(request, "name");
	StoreTag   *tags;
	int			tag_count = asl_request_tags(request, &tags);
	bool		is_new = asl_activity_create(name, ASL_ACTIVITY_CHANNEL);
	StoreActivity activity;
	StoreObject object;

	asl_activity_require(name, ASL_MAY_OWN, &activity);
	object = asl_activity_object(&activity);
	if (is_new && !asl_equal(encryption, asl_encryption_given(asl_undefined())))
		store_activity_set_encryption(activity.activity, asl_to_jsonb(encryption));
	if (is_new)
		asl_tags_put(&object, asl_arn_activity(name), tag_count, tags);
	else if (!asl_equal(encryption, encryption_of(&activity)))
		asl_refuse_activity_exists(name, "It has another encryption configuration.");
	asl_answer_text(&answer, "activityArn", asl_arn_activity(name));
	asl_answer_time(&answer, "creationDate", activity.creation_date);
	return answer;
}

AslValue
asl_api_describe_activity(AslValue request)
{
	AslValue	answer = asl_object_new(4);
	StoreActivity activity;

	find_activity(request, ASL_MAY_START | ASL_MAY_ANSWER, &activity);
	asl_answer_text(&answer, "activityArn", asl_arn_activity(activity.name));
	asl_answer_text(&answer, "name", activity.name);
	asl_answer_time(&answer, "creationDate", activity.creation_date);
	asl_answer_set(&answer, "encryptionConfiguration", encryption_of(&activity));
	return answer;
}

AslValue
asl_api_list_activities(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	AslValue	list = asl_array_new(16);
	AslPage		page = asl_page("ListActivities", request);
	StoreActivity *activities;
	int			count = store_activities(GetUserId(), page.after ? page.after : "", page.limit + 1, &activities);

	for (int i = 0; i < Min(count, page.limit); i++)
	{
		AslValue	activity = asl_object_new(3);

		asl_answer_text(&activity, "activityArn", asl_arn_activity(activities[i].name));
		asl_answer_text(&activity, "name", activities[i].name);
		asl_answer_time(&activity, "creationDate", activities[i].creation_date);
		asl_array_push(&list, activity);
	}
	asl_answer_set(&answer, "activities", list);
	if (count > page.limit)
		asl_page_continue(&page, &answer, activities[page.limit - 1].name);
	return answer;
}

AslValue
asl_api_delete_activity(AslValue request)
{
	asl_activity_delete(asl_request_arn(request, "activityArn", "activity"));
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
	output = asl_request_json(request, "output", NULL, ERRCODE_ASL_INVALID_OUTPUT, "Invalid Output: '");
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
