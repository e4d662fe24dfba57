/*
 * api_history.c - what asl.api tells of an execution's events, page by page.
 */
#include "postgres.h"

#include "api/execution.h"
#include "api/handler.h"
#include "api/page.h"
#include "engine/history.h"

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

AslValue
asl_api_get_execution_history(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	bool		reverse = asl_request_bool(request, "reverseOrder", false);
	AslPage		page = asl_page("GetExecutionHistory", request);
	EventPage	told = {
		.events = asl_array_new(page.limit), .context = CurrentMemoryContext,
		.data = asl_request_bool(request, "includeExecutionData", true), .limit = page.limit
	};
	StoreExecution row;

	asl_execution_find(asl_request_text(request, "executionArn"), ASL_MAY_DESCRIBE, &row);
	/* One more than the page holds: is there another page? */
	asl_history_read(row.execution, reverse, asl_page_after(&page), page.limit + 1, add_event, &told);
	asl_answer_set(&answer, "events", told.events);
	if (told.more)
		asl_page_continue(&page, &answer, psprintf(INT64_FORMAT, told.last));
	return answer;
}
