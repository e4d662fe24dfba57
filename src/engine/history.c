/*
 * history.c - an execution's events: buffering, writing a chunk, unfolding chunks.
 *
 * While they are collected, events refer to each other by minus their position, as only the root's row knows the last id given
 * out; asl_history_id makes them real ones when that is known, at the latest when the chunk is written.  A chunk, one row
 * of asl.history, is a transaction's events in a compact form and an array of their payloads, each stored once however
 * many events show it.
 */
#include "postgres.h"

#include "engine/history.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
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

AslPayload *
asl_payload_stored(Datum stored)
{
	AslPayload *payload = asl_payload(asl_undefined());

	payload->stored = stored;
	return payload;
}

AslValue
asl_payload_value(AslPayload *payload)
{
	if (payload->stored && payload->jsonb == NULL)
	{
		payload->jsonb = DatumGetJsonbP(payload->stored);
		payload->value = asl_from_jsonb(payload->jsonb);
	}
	return payload->value;
}

Jsonb *
asl_payload_get(AslPayload *payload)
{
	(void) asl_payload_value(payload);
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

void
asl_history_backdate(AslHistory *history, TimestampTz at)
{
	if (history->recorded)
		history->events[history->count - 1].at = at;
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

/* A number in groups of seven bits, the lowest first. */
static void
append_varint(StringInfo out, uint64 n)
{
	for (; n >= 0x80; n >>= 7)
		appendStringInfoCharMacro(out, (char) (n | 0x80));
	appendStringInfoCharMacro(out, (char) n);
}

static void
append_bytes(StringInfo out, const char *bytes, int length)
{
	append_varint(out, length);
	appendBinaryStringInfo(out, bytes, length);
}

/* Takes the member "name" from the members; what is left of them, undefined for nothing. */
static AslValue
split_name(AslValue members, AslValue *name)
{
	AslValue	rest;

	*name = asl_defined(members) ? asl_object_get(members, "name", 4) : asl_undefined();
	if (!asl_defined(members) || asl_object_count(members) == (asl_defined(*name) ? 1 : 0))
		return asl_undefined();
	if (!asl_defined(*name))
		return members;
	rest = asl_object_copy(members);
	asl_object_remove(&rest, "name", 4);
	return rest;
}

/* What follows an event's type and flags in the stored form. */
#define HAS_PAYLOAD 1
#define HAS_NAME 2
#define SAME_NAME 4				/* as the event before that had one */
#define HAS_MEMBERS 8

/* Writing or reading the events of a chunk: what one event leaves for the next. */
typedef struct ChunkState
{
	int64		id;
	TimestampTz at;
	AslValue	name;
} ChunkState;

/*
 * One event as it is stored: type, flags, how many ids back its previous event is, milliseconds since the event
 * before; then, as the flags say, the payload's index, the name, the other members as JSON text.
 */
static void
append_event(StringInfo out, const AslHistory *history, const AslEvent *event, int payload, ChunkState *state)
{
	AslValue	name;
	AslValue	rest = split_name(event->members, &name);
	bool		same = asl_defined(name) && asl_equal(name, state->name);
	int64		milliseconds = Max(event->at - state->at, 0) / 1000;
	char	   *text;

	appendStringInfoCharMacro(out, (char) event->type);
	appendStringInfoCharMacro(out, (payload > 0 ? HAS_PAYLOAD : 0) | (same ? SAME_NAME : 0) |
							  (asl_defined(name) && !same ? HAS_NAME : 0) | (asl_defined(rest) ? HAS_MEMBERS : 0));
	append_varint(out, state->id - asl_history_id(history, event->previous));
	append_varint(out, milliseconds);
	if (payload > 0)
		append_varint(out, payload);
	if (asl_defined(name) && !same)
		append_bytes(out, name.u.string, name.length);
	if (asl_defined(rest))
	{
		text = asl_to_json(rest);
		append_bytes(out, text, strlen(text));
	}
	if (asl_defined(name))
		state->name = name;
	state->at += milliseconds * 1000;
	state->id++;
}

void
asl_history_write(AslHistory *history, int64 execution)
{
	StoreChunk	chunk;
	ArrayBuildState *payloads = NULL;
	StringInfoData events;
	ChunkState	state;

	if (history->count == 0)
		return;
	chunk.first_event = history->base + 1;
	chunk.written_at = history->events[0].at;
	state = (ChunkState) {.id = chunk.first_event, .at = chunk.written_at};
	initStringInfo(&events);
	for (int i = 0; i < history->count; i++)
		append_event(&events, history, &history->events[i], payload_index(history->events[i].payload, &payloads),
					 &state);
	chunk.event_count = history->count;
	chunk.events = PointerGetDatum(cstring_to_text_with_len(events.data, events.len));
	chunk.payloads = payloads ? makeArrayResult(payloads, CurrentMemoryContext) : (Datum) 0;
	store_history_insert(execution, &chunk);
}

/* The bytes of a chunk that are still to be read. */
typedef struct ChunkReader
{
	const unsigned char *at;
	const unsigned char *end;
} ChunkReader;

static int
read_byte(ChunkReader *reader)
{
	if (reader->at >= reader->end)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("a stored event is cut off")));
	return *reader->at++;
}

static uint64
read_varint(ChunkReader *reader)
{
	uint64		n = 0;
	int			byte;

	for (int shift = 0; shift < 64; shift += 7)
	{
		byte = read_byte(reader);
		n |= (uint64) (byte & 0x7F) << shift;
		if (byte < 0x80)
			break;
	}
	return n;
}

static AslValue
read_bytes(ChunkReader *reader)
{
	uint64		length = read_varint(reader);
	const char *bytes = (const char *) reader->at;

	if (length > reader->end - reader->at)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("a stored event is cut off")));
	reader->at += length;
	return asl_string(bytes, length);
}

/* The other members of an event, from their text; undefined for none. */
static AslValue
read_members(AslValue text)
{
	AslValue	members;
	char	   *message;

	if (!asl_defined(text))
		return text;
	if (!asl_parse_json(text.u.string, text.length, false, &members, &message) || members.kind != ASL_OBJECT)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("a stored event is damaged")));
	return members;
}

/* The details object: the payload under its member's name, the name, the other members. */
static Jsonb *
event_details(AslEventType type, Datum *payloads, int payload, AslValue name, AslValue members)
{
	AslValue	details = asl_defined(members) ? asl_object_copy(members) : asl_object_new(4);

	if (payload > 0)
		asl_object_set(&details, event_payload_members[type], strlen(event_payload_members[type]),
					   asl_from_jsonb(DatumGetJsonbP(payloads[payload - 1])));
	if (asl_defined(name))
		asl_object_set(&details, "name", 4, name);
	return asl_to_jsonb(details);
}

/* An event of a chunk whose details have not been made yet; name and members look into the chunk. */
typedef struct FoldedEvent
{
	AslHistoryEvent event;
	AslEventType type;
	int			payload;
	AslValue	name;
	AslValue	members;		/* JSON text; undefined: none */
} FoldedEvent;

/* Reads one event; the reverse of append_event. */
static void
read_event(ChunkReader *reader, ChunkState *state, FoldedEvent *folded)
{
	int			type = read_byte(reader);
	int			flags = read_byte(reader);

	if (type >= lengthof(event_names))
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("unknown event type %d", type)));
	folded->type = type;
	folded->event.id = state->id++;
	folded->event.previous = folded->event.id - read_varint(reader);
	folded->event.at = state->at += read_varint(reader) * 1000;
	folded->event.type = event_names[type];
	folded->payload = flags & HAS_PAYLOAD ? read_varint(reader) : 0;
	if (flags & HAS_NAME)
		state->name = read_bytes(reader);
	folded->name = flags & (HAS_NAME | SAME_NAME) ? state->name : asl_undefined();
	folded->members = flags & HAS_MEMBERS ? read_bytes(reader) : asl_undefined();
}

/* The payloads of a chunk. */
static int
chunk_payloads(const StoreChunk *chunk, Datum **payloads)
{
	int			count = 0;

	*payloads = NULL;
	if (chunk->payloads)
		deconstruct_array(DatumGetArrayTypeP(chunk->payloads), JSONBOID, -1, false, TYPALIGN_INT,
						  payloads, NULL, &count);
	return count;
}

/* What of a history is read. */
typedef struct HistoryPage
{
	bool		reverse;
	int64		after;			/* the events that come after this one; 0: all */
	int64		left;			/* at most so many more */
	AslHistorySink sink;
	void	   *arg;
} HistoryPage;

/* Makes the details of each event of a chunk that is on the page for the sink, in a memory context that is empty again
 * afterwards. */
static void
chunk_unfold(const StoreChunk *chunk, HistoryPage *page, MemoryContext context)
{
	struct varlena *bytes = (struct varlena *) DatumGetPointer(chunk->events);
	ChunkReader reader = {(unsigned char *) VARDATA(bytes), (unsigned char *) VARDATA(bytes) + VARSIZE(bytes) - VARHDRSZ};
	ChunkState	state = {.id = chunk->first_event, .at = chunk->written_at};
	FoldedEvent *folded = palloc_extended(Max(chunk->event_count, 1) * sizeof(FoldedEvent), MCXT_ALLOC_HUGE);
	Datum	   *payloads;
	int			payload_count = chunk_payloads(chunk, &payloads);

	for (int i = 0; i < chunk->event_count; i++)
		read_event(&reader, &state, &folded[i]);
	for (int i = 0; i < chunk->event_count && page->left > 0; i++)
	{
		FoldedEvent *f = &folded[page->reverse ? chunk->event_count - 1 - i : i];
		MemoryContext caller;

		if (page->after != 0 && (page->reverse ? f->event.id >= page->after : f->event.id <= page->after))
			continue;
		CHECK_FOR_INTERRUPTS();
		page->left--;
		caller = MemoryContextSwitchTo(context);
		if (f->payload < 0 || f->payload > payload_count)
			ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("a stored event has no payload %d", f->payload)));
		f->event.details = event_details(f->type, payloads, f->payload, f->name, read_members(f->members));
		page->sink(page->arg, &f->event);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
}

void
asl_history_read(int64 execution, bool reverse, int64 after, int64 limit, AslHistorySink sink, void *arg)
{
	MemoryContext chunk_context = AllocSetContextCreate(CurrentMemoryContext, "pg_asl chunk", ALLOCSET_DEFAULT_SIZES);
	MemoryContext event_context = AllocSetContextCreate(CurrentMemoryContext, "pg_asl event", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(chunk_context);
	HistoryPage page = {.reverse = reverse, .after = after, .left = limit, .sink = sink, .arg = arg};
	StoreChunk	chunk = {.first_event = reverse ? PG_INT64_MAX : 0};

	if (reverse && after != 0)
		chunk.first_event = after;
	else if (after != 0 && store_history_next(execution, after + 1, true, &chunk))
		chunk.first_event--;	/* begins with the chunk of that event */
	while (page.left > 0 && store_history_next(execution, chunk.first_event, reverse, &chunk))
	{
		chunk_unfold(&chunk, &page, event_context);
		MemoryContextReset(chunk_context);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(event_context);
	MemoryContextDelete(chunk_context);
}
