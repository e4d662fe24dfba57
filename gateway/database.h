/*
 * database.h - sessions of the gateway's login role, which has no rights of its own.
 *
 * No tenant's code runs in such a session, and what a request sets ends with its transaction: the role above all.
 */
#ifndef GATEWAY_DATABASE_H
#define GATEWAY_DATABASE_H

#include <libpq-fe.h>
#include <stdbool.h>

extern void database_configure(const char *dsn);

/* Makes sure of a usable session; false: the database cannot be reached now. */
extern bool database_connect(PGconn **connection);

/* Runs a statement with text parameters; the result is the caller's to clear. */
extern PGresult *database_run(PGconn *connection, const char *sql, int count, const char *const *values);

extern bool database_ok(const PGresult *result);

#endif
