/*
 * tag.c - tags of state machines and activities.
 */
#include "postgres.h"

#include "api/argument.h"
#include "api/handler.h"
#include "base/errors.h"
#include "catalog/pg_type.h"
#include "engine/access.h"
#include "engine/arn.h"
#include "engine/patience.h"
#include "engine/start.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(asl_sql_tag_resource);
PG_FUNCTION_INFO_V1(asl_sql_untag_resource);

#define MOST_TAGS 50

/* Raises where a text has other characters than letters, digits, blanks and _ . : / = + - @. */
static void
check_characters(const char *text, const char *what)
{
	for (const char *p = text; *p != '\0'; p += pg_mblen(p))
		if ((unsigned char) *p < 0x80 && !isalnum((unsigned char) *p) && strchr(" _.:/=+-@", *p) == NULL)
			ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
							errmsg("The %s of a tag has characters that it must not have: '%s'", what, asl_shown(text)),
							errhint("Letters, digits, blanks and _ . : / = + - @ do.")));
}

int
asl_request_tags(AslValue request, StoreTag **tags)
{
	AslValue	list = asl_member(request, "tags");
	uint32		most = list.kind == ASL_ARRAY ? asl_array_count(list) : 0;
	int			count = 0;

	*tags = palloc(Max(most, 1) * sizeof(StoreTag));
	for (uint32 i = 0; i < most; i++)
	{
		AslValue	tag = asl_array_get(list, i);
		char	   *key = asl_request_text(tag, "key");
		char	   *value = asl_request_text(tag, "value");

		CHECK_FOR_INTERRUPTS();
		if (key == NULL)
			continue;
		check_characters(key, "key");
		check_characters(value ? value : "", "value");
		(*tags)[count++] = (StoreTag) {key, value ? value : ""};
	}
	return count;
}

void
asl_tags_put(const StoreObject *object, const char *arn, int count, const StoreTag *tags)
{
	StoreTag   *all;
	int			patience = asl_patience_begin();

	for (int i = 0; i < count; i++)
		store_tag_put(object, tags[i]);
	asl_patience_end(patience);
	if (count > 0 && store_tags(object, &all) > MOST_TAGS)
		ereport(ERROR, (errcode(ERRCODE_ASL_TOO_MANY_TAGS), errmsg("A resource has at most %d tags: '%s'", MOST_TAGS, arn),
						err_generic_string(PG_DIAG_CONSTRAINT_NAME, arn)));
}

/* What is tagged, with which the current user may do that; raises ResourceNotFound. */
static StoreObject
find_object(const char *arn, AslPrivilege of_machine, AslPrivilege of_activity)
{
	StoreMachine machine;
	StoreActivity activity;

	if (asl_arn_is(arn, "activity"))
	{
		if (store_activity_find(asl_arn_name_only(arn, "activity"), &activity) && asl_permit_activity(&activity, of_activity))
			return asl_activity_object(&activity);
	}
	else if (asl_machine_open(asl_arn_name_only(arn, "stateMachine"), NoLock, of_machine, &machine))
		return asl_machine_object(&machine);
	ereport(ERROR, (errcode(ERRCODE_ASL_RESOURCE_NOT_FOUND), errmsg("Resource not found: '%s'", arn),
					err_generic_string(PG_DIAG_CONSTRAINT_NAME, arn)));
}

AslValue
asl_api_tag_resource(AslValue request)
{
	char	   *arn = asl_request_text(request, "resourceArn");
	StoreObject object = find_object(arn, ASL_MAY_OWN, ASL_MAY_OWN);
	StoreTag   *tags;
	int			count = asl_request_tags(request, &tags);

	asl_tags_put(&object, arn, count, tags);
	return asl_object_new(0);
}

AslValue
asl_api_untag_resource(AslValue request)
{
	StoreObject object = find_object(asl_request_text(request, "resourceArn"), ASL_MAY_OWN, ASL_MAY_OWN);
	AslIterator it = asl_iterate(asl_member(request, "tagKeys"));
	AslValue	index,
				key;
	int			patience = asl_patience_begin();

	while (asl_next(&it, &index, &key))
	{
		CHECK_FOR_INTERRUPTS();
		if (key.kind == ASL_STRING)
			store_tag_delete(&object, asl_to_cstring(key));
	}
	asl_patience_end(patience);
	return asl_object_new(0);
}

AslValue
asl_api_list_tags_for_resource(AslValue request)
{
	AslValue	answer = asl_object_new(1);
	AslValue	list = asl_array_new(8);
	StoreObject object = find_object(asl_request_text(request, "resourceArn"), ASL_MAY_DESCRIBE,
									 ASL_MAY_START | ASL_MAY_ANSWER);
	StoreTag   *tags;
	int			count = store_tags(&object, &tags);

	for (int i = 0; i < count; i++)
	{
		AslValue	tag = asl_object_new(2);

		asl_answer_text(&tag, "key", tags[i].key);
		asl_answer_text(&tag, "value", tags[i].value);
		asl_array_push(&list, tag);
	}
	asl_answer_set(&answer, "tags", list);
	return answer;
}

/* SQL's {"key": "value"} as a request's list. */
static AslValue
tag_list(AslValue given)
{
	AslValue	list = asl_array_new(8);
	AslIterator it;
	AslValue	key,
				value;

	if (given.kind != ASL_OBJECT)
		return given;
	it = asl_iterate(given);
	while (asl_next(&it, &key, &value))
	{
		AslValue	tag = asl_object_new(2);

		asl_answer_set(&tag, "key", key);
		asl_answer_set(&tag, "value", value);
		asl_array_push(&list, tag);
	}
	return list;
}

/* tag_resource(arn text, tags jsonb) returns void */
Datum
asl_sql_tag_resource(PG_FUNCTION_ARGS)
{
	AslValue	request = asl_object_new(2);

	asl_answer_text(&request, "resourceArn", asl_text_argument(fcinfo, 0, "arn"));
	asl_answer_set(&request, "tags", tag_list(asl_from_jsonb(asl_jsonb_argument(fcinfo, 1, "tags"))));
	(void) asl_operation_run("TagResource", request);
	PG_RETURN_VOID();
}

/* untag_resource(arn text, keys text[]) returns void */
Datum
asl_sql_untag_resource(PG_FUNCTION_ARGS)
{
	AslValue	request = asl_object_new(2);
	AslValue	list = asl_array_new(8);
	Datum	   *keys;
	bool	   *nulls;
	int			count;

	asl_require(fcinfo, 1, "keys");
	asl_answer_text(&request, "resourceArn", asl_text_argument(fcinfo, 0, "arn"));
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &keys, &nulls, &count);
	for (int i = 0; i < count; i++)
		asl_array_push(&list, nulls[i] ? asl_null() : asl_cstring(TextDatumGetCString(keys[i])));
	asl_answer_set(&request, "tagKeys", list);
	(void) asl_operation_run("UntagResource", request);
	PG_RETURN_VOID();
}
