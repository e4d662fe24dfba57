/*
 * service_answer.c - answers of services in the shape that AWS's SDK gives them.
 *
 * There is no HTTP here: request ids, trace ids and dates are made up so that definitions which read them find
 * what they expect.
 */
#include "postgres.h"

#include "integration/service_answer.h"

#include "engine/arn.h"
#include "engine/attempt.h"
#include "pgtime.h"

static void
set(AslValue *object, const char *key, AslValue value)
{
	asl_object_set(object, key, strlen(key), value);
}

/* A header in both collections.  AllHttpHeaders has lists; what varies is recorded as plain text there, too. */
static void
add_header(AslValue *all, AslValue *single, const char *name, const char *value, bool varies)
{
	AslValue	text = asl_cstring(value);
	AslValue	list = asl_array_new(1);

	asl_array_push(&list, text);
	set(all, name, varies ? text : list);
	set(single, name, text);
}

/* Now, as HTTP writes it. */
static char *
http_date(void)
{
	pg_time_t	now = (pg_time_t) time(NULL);
	char		text[64];

	pg_strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", pg_gmtime(&now));
	return pstrdup(text);
}

void
asl_answer_add_metadata(AslValue *answer, const char *content_type, int content_length, const AslHeader *headers,
						int count)
{
	AslValue	all = asl_object_new(8);
	AslValue	single = asl_object_new(8);
	AslValue	http = asl_object_new(3);
	AslValue	response = asl_object_new(1);
	const char *request_id = asl_uuid_v4();

	for (int i = 0; i < count; i++)
		add_header(&all, &single, headers[i].name, headers[i].value, headers[i].varies);
	add_header(&all, &single, "Content-Length", psprintf("%d", content_length), false);
	add_header(&all, &single, "Content-Type", content_type, false);
	add_header(&all, &single, "Date", http_date(), true);
	add_header(&all, &single, "x-amzn-RequestId", request_id, true);
	set(&http, "AllHttpHeaders", all);
	set(&http, "HttpHeaders", single);
	set(&http, "HttpStatusCode", asl_number(200));
	set(answer, "SdkHttpMetadata", http);
	set(&response, "RequestId", asl_cstring(request_id));
	set(answer, "SdkResponseMetadata", response);
}

char *
asl_answer_refusal(const char *service, int status, const char *code, const char *message)
{
	return psprintf("%s (Service: %s; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
					message, service, status, code, asl_uuid_v4());
}

void
asl_answer_refuse_lambda(int status, const char *code, const char *message)
{
	asl_raise_task_failed(psprintf("Lambda.%s", code), asl_answer_refusal("AWSLambda", status, code, message));
}
