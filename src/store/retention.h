/*
 * retention.h - deleting executions that have ended long enough ago.
 */
#ifndef ASL_STORE_RETENTION_H
#define ASL_STORE_RETENTION_H

#include "postgres.h"

/* A walk over all executions, oldest first, in batches of a transaction each; start with {0}. */
typedef struct StorePurge
{
	int64		last;			/* the last execution looked at */
	bool		finished;
} StorePurge;

/*
 * Deletes those of the next batch of executions that have been kept as long as their machine's option retention, or
 * the setting asl.retention, says, with their history.  role: only this one's; InvalidOid: everybody's.
 */
extern void store_purge_batch(StorePurge *purge, Oid role);

#endif
