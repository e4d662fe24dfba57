/*
 * prepared.h - waking workers when a prepared transaction is committed.
 *
 * PostgreSQL calls no transaction callback there, and the session that prepared it may be long gone, or the server
 * started anew.  But a prepared transaction keeps its locks: one that holds the lock of asl.branch has made something
 * ready, perhaps, and the tables say what.
 */
#ifndef ASL_WORKER_PREPARED_H
#define ASL_WORKER_PREPARED_H

#include "postgres.h"

#include "nodes/nodes.h"

/* Whether a statement is the COMMIT PREPARED of a transaction that has touched branches. */
extern bool asl_prepared_before(const Node *statement);
/* After it: what is due in this database is announced. */
extern void asl_prepared_committed(void);

#endif
