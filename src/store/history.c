/*
 * history.c - rows of an execution's history.
 */
#include "postgres.h"

#include "store/history.h"

#include "catalog/pg_type.h"

void
store_history_insert(int64 execution, const StoreChunk *chunk)
{
	static StoreQuery insert = {
		"INSERT INTO asl.history (execution, first_event, event_count, written_at, events, payloads) "
		"VALUES ($1, $2, $3, $4, $5, $6)",
		6, {INT8OID, INT8OID, INT4OID, TIMESTAMPTZOID, BYTEAOID, JSONBARRAYOID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, execution);
	store_add_int64(&call, chunk->first_event);
	store_add_int32(&call, chunk->event_count);
	store_add_time_or_null(&call, chunk->written_at, true);
	store_add(&call, chunk->events);
	if (chunk->payloads)
		store_add(&call, chunk->payloads);
	else
		store_add_null(&call);
	store_run(&call, &insert);
	store_end(&call);
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
