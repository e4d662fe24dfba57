/*
 * due.h - finding branches that are due, for start-up, timers and the safety sweep.
 */
#ifndef ASL_DUE_H
#define ASL_DUE_H

#include "postgres.h"
#include "datatype/timestamp.h"

typedef struct StoreDue
{
	int64		execution;
	int32		branch;
	TimestampTz due_at;
} StoreDue;

/* Up to limit branches of a role that are due at or before now, oldest first, not locked; palloc'd into *found. */
extern int store_due_branches(Oid role, TimestampTz now, int limit, StoreDue **found);
/* When the role's next branch is due; DT_NOEND: none is waiting for a time. */
extern TimestampTz store_next_due(Oid role);

typedef struct StoreDueRole
{
	Oid			role;
	TimestampTz due_at;
} StoreDueRole;

/* Every role with branches that wait for a time or are ready, and its next due time; palloc'd into *found. */
extern int store_due_roles(StoreDueRole **found);

#endif
