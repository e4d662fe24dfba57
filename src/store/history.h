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
/* All chunks of an execution in order; palloc'd into *chunks. */
extern int	store_history_read(int64 execution, StoreChunk **chunks);

#endif
