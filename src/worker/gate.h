/*
 * gate.h - statements that need a database without workers.
 *
 * DROP DATABASE, CREATE DATABASE … TEMPLATE and the like refuse to run while somebody is connected; DROP EXTENSION
 * would wait for every running step.  They close the database's gate until their transaction ends: the workers leave,
 * none is started.  The gate is a heavyweight lock, so that nothing is left closed whatever becomes of the statement.
 *
 * COPY into the extension's tables is a restore under way, whose tables come one after the other, each in a transaction
 * of its own: a worker that stepped a branch before the rest of its execution is there would break it.  It closes the
 * gate until its session ends.
 */
#ifndef ASL_WORKER_GATE_H
#define ASL_WORKER_GATE_H

#include "postgres.h"

#include "nodes/nodes.h"

/* Closes the gate of the database that a statement wants for itself, by somebody who may have it; InvalidOid: none. */
extern Oid	asl_gate_before(const Node *statement);
/* Whether workers may connect to that database.  Needs a transaction. */
extern bool asl_gate_is_open(Oid database);

#endif
