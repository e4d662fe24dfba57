/*
 * history.h - rows of an execution's history, one a transaction.
 */
#ifndef ASL_STORE_HISTORY_H
#define ASL_STORE_HISTORY_H

#include "store/row.h"

typedef struct StoreChunk
{
	int64		first_event;
	TimestampTz written_at;
	int			event_count;
	Datum		events;			/* bytea; engine/history.c knows its form */
	Datum		payloads;		/* jsonb[]; 0: none */
} StoreChunk;

extern void store_history_insert(int64 execution, const StoreChunk *chunk);
/* The chunk of an execution that follows the one whose first event is after, or with reverse comes before it; false where
 * there is none.  Its data is palloc'd. */
extern bool store_history_next(int64 execution, int64 after, bool reverse, StoreChunk *chunk);

#endif
