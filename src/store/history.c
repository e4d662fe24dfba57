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

bool
store_history_next(int64 execution, int64 after, bool reverse, StoreChunk *chunk)
{
	static StoreQuery forward = {
		"SELECT first_event, event_count, written_at, events, payloads FROM asl.history "
		"WHERE execution = $1 AND first_event > $2 ORDER BY first_event LIMIT 1", 2, {INT8OID, INT8OID}};
	static StoreQuery backward = {
		"SELECT first_event, event_count, written_at, events, payloads FROM asl.history "
		"WHERE execution = $1 AND first_event < $2 ORDER BY first_event DESC LIMIT 1", 2, {INT8OID, INT8OID}};
	StoreCall	call;
	bool		found;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int64(&call, after);
	found = store_run(&call, reverse ? &backward : &forward) > 0;
	if (found)
	{
		chunk->first_event = store_get_int64(0, 1);
		chunk->event_count = store_get_int32(0, 2);
		chunk->written_at = store_get_time(0, 3);
		chunk->events = store_get_varlena(&call, 0, 4);
		chunk->payloads = store_get_varlena(&call, 0, 5);
	}
	store_end(&call);
	return found;
}
