/*
 * api_history.c - what asl.api tells of an execution's events, page by page.
 *
 * A page's token holds the last event's id and what the page was asked of, so that it holds for the same request only.  It
 * gives no right: whoever shows it is asked again what he may see.
 */
#include "postgres.h"

#include "api/execution.h"
#include "api/handler.h"
#include "base/errors.h"
#include "engine/arn.h"
#include "engine/history.h"

#define USUAL_PAGE 100

/* An answer's events while they are collected. */
typedef struct EventPage
{
	AslValue	events;
	MemoryContext context;		/* where they live */
	bool		data;			/* with payloads */
	int64		limit;
	int64		last;			/* the id of the last one */
	bool		more;			/* there was another one */
} EventPage;

static bool
ends_with(const char *text, const char *end)
{
	size_t		length = strlen(text);

	return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

/* The member that holds an event's details; NULL: events of this type have none. */
static const char *
details_member(const char *type)
{
	static const char *const bare[] = {
		"LambdaFunctionStarted", "ParallelStateStarted", "ParallelStateSucceeded", "ParallelStateFailed", "MapStateSucceeded",
		"MapStateFailed", "MapRunSucceeded", "MapRunAborted"
	};
	char	   *member;

	if (ends_with(type, "StateEntered"))
		return "stateEnteredEventDetails";
	if (ends_with(type, "StateExited"))
		return "stateExitedEventDetails";
	if (ends_with(type, "StateAborted"))
		return NULL;
	for (int i = 0; i < lengthof(bare); i++)
		if (strcmp(type, bare[i]) == 0)
			return NULL;
	member = psprintf("%sEventDetails", type);
	member[0] = pg_tolower((unsigned char) member[0]);
	return member;
}

/* The values of an object as JSON texts. */
static AslValue
member_texts(AslValue object)
{
	AslValue	texts = asl_object_new(asl_object_count(object));
	AslIterator it = asl_iterate(object);
	AslValue	key;
	AslValue	value;

	while (asl_next(&it, &key, &value))
		asl_answer_text(&texts, asl_to_cstring(key), asl_to_json(value));
	return texts;
}

/* Details as AWS tells them: payloads are JSON texts, each beside the remark that it is whole. */
static AslValue
event_details(AslValue details, bool data)
{
	AslValue	told = asl_object_new(asl_object_count(details) + 2);
	AslValue	whole = asl_object_new(1);
	AslIterator it = asl_iterate(details);
	AslValue	key;
	AslValue	value;

	asl_answer_set(&whole, "truncated", asl_bool(false));
	while (asl_next(&it, &key, &value))
	{
		bool		variables = asl_string_is(key, "assignedVariables") && value.kind == ASL_OBJECT;
		bool		payload = asl_string_is(key, "input") || asl_string_is(key, "output");
		char	   *member = asl_to_cstring(key);

		if (variables || payload)
			asl_answer_set(&told, psprintf("%sDetails", member), whole);
		if (variables)
			value = member_texts(value);
		else if (payload || asl_string_is(key, "parameters"))
			value = asl_cstring(asl_to_json(value));
		else
		{
			asl_answer_set(&told, member, value);
			continue;
		}
		if (data)
			asl_answer_set(&told, member, value);
	}
	return told;
}

/* Adds an event, which lasts until this returns, to the page. */
static void
add_event(void *arg, const AslHistoryEvent *event)
{
	EventPage  *page = arg;
	MemoryContext caller = MemoryContextSwitchTo(page->context);
	AslValue	told = asl_object_new(5);
	const char *member = details_member(event->type);

	page->more = asl_array_count(page->events) == page->limit;
	if (!page->more)
	{
		asl_answer_set(&told, "id", asl_integer(event->id));
		asl_answer_set(&told, "previousEventId", asl_integer(event->previous));
		asl_answer_time(&told, "timestamp", event->at);
		asl_answer_text(&told, "type", event->type);
		if (member != NULL)
			asl_answer_set(&told, member, asl_copy(event_details(asl_from_jsonb(event->details), page->data)));
		asl_array_push(&page->events, told);
		page->last = event->id;
	}
	MemoryContextSwitchTo(caller);
}

/* The event after which the page of a token begins, 0 where there is none; raises InvalidToken for another request's. */
static int64
token_event(const char *token, const char *of)
{
	size_t		length = strlen(of);
	char	   *end;
	int64		event;

	if (token == NULL)
		return 0;
	if (strncmp(token, of, length) == 0 && token[length] == '.' && token[length + 1] >= '1' && token[length + 1] <= '9')
	{
		errno = 0;
		event = strtoll(token + length + 1, &end, 10);
		if (*end == '\0' && errno == 0 && event < PG_INT64_MAX)
			return event;
	}
	ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_TOKEN), errmsg("Invalid Token: 'Invalid token'")));
}

AslValue
asl_api_get_execution_history(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	bool		reverse = asl_request_bool(request, "reverseOrder", false);
	EventPage	page = {
		.events = asl_array_new(USUAL_PAGE), .context = CurrentMemoryContext,
		.data = asl_request_bool(request, "includeExecutionData", true)
	};
	StoreExecution row;
	const char *of;

	asl_execution_find(asl_request_text(request, "executionArn"), ASL_MAY_DESCRIBE, &row);
	of = asl_uuid_of(psprintf(INT64_FORMAT " %d %d", row.execution, reverse, page.data));
	page.limit = asl_request_integer(request, "maxResults");
	if (page.limit == 0)
		page.limit = USUAL_PAGE;
	/* One more than the page holds: is there another page? */
	asl_history_read(row.execution, reverse, token_event(asl_request_text(request, "nextToken"), of), page.limit + 1,
					 add_event, &page);
	asl_answer_set(&answer, "events", page.events);
	if (page.more)
		asl_answer_text(&answer, "nextToken", psprintf("%s." INT64_FORMAT, of, page.last));
	return answer;
}
