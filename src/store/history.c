/*
 * history.c - rows of an execution's history.
 *
 * A row is what one transaction added, and is never changed afterwards.
 */
#include "postgres.h"

#include "store/history.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/timestamp.h"

void
store_history_insert(int64 execution, const StoreChunk *chunk)
{
	enum {EXECUTION, FIRST_EVENT, EVENT_COUNT, WRITTEN_AT, EVENTS, PAYLOADS, COLUMN_COUNT};
	static StoreTable history = {
		.name = "history", .key_count = 2, .column_count = COLUMN_COUNT,
		.columns = {"execution", "first_event", "event_count", "written_at", "events", "payloads"}
	};
	StoreRow	row;

	store_row_open(&row, &history);
	store_row_set_int64(&row, EXECUTION, execution, true);
	store_row_set_int64(&row, FIRST_EVENT, chunk->first_event, true);
	store_row_set_int32(&row, EVENT_COUNT, chunk->event_count, true);
	store_row_set_time(&row, WRITTEN_AT, chunk->written_at, true);
	store_row_set_varlena(&row, EVENTS, chunk->events);
	store_row_set_varlena(&row, PAYLOADS, chunk->payloads);
	store_row_insert(&row);
	store_row_close(&row);
}

int
store_history_read(int64 execution, StoreChunk **chunks)
{
	static StoreQuery read = {
		"SELECT first_event, event_count, written_at, events, payloads FROM asl.history WHERE execution = $1 ORDER BY first_event",
		1, {INT8OID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_int64(&call, execution);
	count = (int) store_run(&call, &read);
	*chunks = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(StoreChunk));
	for (int i = 0; i < count; i++)
	{
		StoreChunk *chunk = &(*chunks)[i];

		chunk->first_event = store_get_int64(i, 1);
		chunk->event_count = store_get_int32(i, 2);
		chunk->written_at = store_get_time(i, 3);
		chunk->events = store_get_varlena(&call, i, 4);
		chunk->payloads = store_get_varlena(&call, i, 5);
	}
	store_end(&call);
	return count;
}
