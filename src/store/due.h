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

/* Up to limit branches of a role that are due at or before now, oldest first, read without row locks (and whether or
 * not others hold one); palloc'd into *found. */
extern int store_due_branches(Oid role, TimestampTz now, int limit, StoreDue **found);
/* When the role's next branch after that time is due (what is due already is in hand); DT_NOEND: none. */
extern TimestampTz store_next_due(Oid role, TimestampTz after);

typedef struct StoreDueRole
{
	Oid			role;
	TimestampTz due_at;
} StoreDueRole;

/* When this server last started, a restart after a crash included. */
extern TimestampTz store_server_start(void);

/* Every role with branches that wait for a time or are ready, and its next due time; palloc'd into *found. */
extern int store_due_roles(StoreDueRole **found);

/* Whether a prepared transaction of this database has touched branches. */
extern bool store_prepared_touches(const char *gid);

#endif
