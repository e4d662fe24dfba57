/*
 * history.c - an execution's events: buffering, writing a chunk, unfolding chunks.
 */
#include "postgres.h"

#include "engine/history.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static const char *const event_names[] = {
#define EVENT_NAME(type, payload) #type,
	ASL_EVENT_LIST(EVENT_NAME)
#undef EVENT_NAME
};

static const char *const event_payload_members[] = {
#define EVENT_PAYLOAD(type, payload) payload,
	ASL_EVENT_LIST(EVENT_PAYLOAD)
#undef EVENT_PAYLOAD
};

AslPayload *
asl_payload(AslValue value)
{
	AslPayload *payload = palloc0(sizeof(AslPayload));

	payload->value = value;
	return payload;
}

AslPayload *
asl_payload_jsonb(Jsonb *jsonb)
{
	AslPayload *payload = asl_payload(asl_from_jsonb(jsonb));

	payload->jsonb = jsonb;
	return payload;
}

Jsonb *
asl_payload_get(AslPayload *payload)
{
	if (payload->jsonb == NULL)
		payload->jsonb = asl_to_jsonb(payload->value);
	return payload->jsonb;
}

int64
asl_history_add(AslHistory *history, AslEventType type, int64 previous, AslValue members, AslPayload *payload)
{
	if (!history->recorded)
		return history->base + ++history->count;
	if (history->count == history->capacity)
	{
		history->capacity = Max(32, history->capacity * 2);
		history->events = history->events == NULL
			? palloc(history->capacity * sizeof(AslEvent))
			: repalloc(history->events, history->capacity * sizeof(AslEvent));
	}
	history->events[history->count++] = (AslEvent) {
		.type = type, .previous = previous, .at = GetCurrentTimestamp(), .members = members, .payload = payload
	};
	return history->base_known ? history->base + history->count : -history->count;
}

int64
asl_history_id(const AslHistory *history, int64 reference)
{
	Assert(reference >= 0 || history->base_known);
	return reference >= 0 ? reference : history->base - reference;
}

/* The payload's place among the transaction's payloads; 0 for none. */
static int
payload_index(AslPayload *payload, ArrayBuildState **payloads)
{
	if (payload == NULL)
		return 0;
	if (payload->index == 0)
	{
		*payloads = accumArrayResult(*payloads, JsonbPGetDatum(asl_payload_get(payload)), false, JSONBOID,
									 CurrentMemoryContext);
		payload->index = (*payloads)->nelems;
	}
	return payload->index;
}

/* One event as it is stored: [type, previous, milliseconds, payload, members]. */
static AslValue
event_value(const AslHistory *history, const AslEvent *event, TimestampTz since, int payload)
{
	AslValue	v = asl_array_new(5);

	asl_array_push(&v, asl_number(event->type));
	asl_array_push(&v, asl_number((double) asl_history_id(history, event->previous)));
	asl_array_push(&v, asl_number((double) ((event->at - since) / 1000)));
	if (payload > 0 || asl_defined(event->members))
		asl_array_push(&v, asl_number(payload));
	if (asl_defined(event->members))
		asl_array_push(&v, event->members);
	return v;
}

void
asl_history_write(AslHistory *history, int64 execution)
{
	StoreChunk	chunk;
	ArrayBuildState *payloads = NULL;
	AslValue	events;

	if (history->count == 0)
		return;
	chunk.first_event = history->base + 1;
	chunk.written_at = history->events[0].at;
	events = asl_array_new(history->count);
	for (int i = 0; i < history->count; i++)
		asl_array_push(&events, event_value(history, &history->events[i], chunk.written_at,
											payload_index(history->events[i].payload, &payloads)));
	chunk.events = asl_to_jsonb(events);
	chunk.payloads = payloads ? makeArrayResult(payloads, CurrentMemoryContext) : (Datum) 0;
	store_history_insert(execution, &chunk);
}

/* The number at an index of a stored event; 0 where the event is shorter. */
static int64
stored_number(AslValue event, int index)
{
	AslValue	v = asl_array_get(event, index);
	int64		n = 0;

	if (asl_defined(v))
		(void) asl_to_int64(v, &n);
	return n;
}

/* The details object: the payload under its member's name, then the other members. */
static Jsonb *
event_details(AslEventType type, Datum *payloads, int payload, AslValue members)
{
	AslValue	details = asl_object_new(4);

	if (payload > 0)
		asl_object_set(&details, event_payload_members[type], strlen(event_payload_members[type]),
					   asl_from_jsonb(DatumGetJsonbP(payloads[payload - 1])));
	if (asl_defined(members))
	{
		AslIterator it = asl_iterate(members);
		AslValue	key,
					member;

		while (asl_next(&it, &key, &member))
			asl_object_set(&details, key.u.string, key.length, member);
	}
	return asl_to_jsonb(details);
}

/* Unfolds one chunk behind *event; the place behind its last event. */
static AslHistoryEvent *
chunk_unfold(const StoreChunk *chunk, AslHistoryEvent *event)
{
	AslValue	events = asl_from_jsonb(chunk->events);
	AslIterator it = asl_iterate(events);
	AslValue	key,
				stored;
	Datum	   *payloads = NULL;
	int			payload_count;
	int64		id = chunk->first_event;

	if (chunk->payloads)
		deconstruct_array(DatumGetArrayTypeP(chunk->payloads), JSONBOID, -1, false, TYPALIGN_INT,
						  &payloads, NULL, &payload_count);
	while (asl_next(&it, &key, &stored))
	{
		AslEventType type = stored_number(stored, 0);

		event->id = id++;
		event->previous = stored_number(stored, 1);
		event->at = chunk->written_at + stored_number(stored, 2) * 1000;
		event->type = event_names[type];
		event->details = event_details(type, payloads, stored_number(stored, 3), asl_array_get(stored, 4));
		event++;
	}
	return event;
}

int
asl_history_read(int64 execution, AslHistoryEvent **events)
{
	StoreChunk *chunks;
	int			chunk_count = store_history_read(execution, &chunks);
	AslHistoryEvent *event;
	int			count = 0;

	for (int i = 0; i < chunk_count; i++)
		count += asl_array_count(asl_from_jsonb(chunks[i].events));
	event = *events = palloc_extended(Max(count, 1) * sizeof(AslHistoryEvent), MCXT_ALLOC_HUGE);
	for (int i = 0; i < chunk_count; i++)
		event = chunk_unfold(&chunks[i], event);
	return count;
}
