/*
 * database.c - opens sessions and runs statements in them.
 */
#include "database.h"

#include <stdio.h>
#include <string.h>

static const char *conninfo = "";

/* What holds in each session: no name of a tenant's is found by chance, and no statement takes for ever. */
static const char *const session_settings =
"SET search_path = pg_catalog; SET statement_timeout = '60s'; SET lock_timeout = '20s';"
"SET idle_in_transaction_session_timeout = '60s'; SET default_transaction_isolation = 'read committed';"
"SET client_encoding = 'UTF8'; SET client_min_messages = 'error'";

void
database_configure(const char *dsn)
{
	conninfo = dsn;
}

bool
database_ok(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

/* The application's name and a short patience go before what the conninfo says nothing about. */
static PGconn *
open_session(void)
{
	const char *const names[] = {"fallback_application_name", "connect_timeout", "dbname", NULL};
	const char *const values[] = {"pg_asl_gateway", "5", conninfo, NULL};

	return PQconnectdbParams(names, values, 1);
}

bool
database_connect(PGconn **connection)
{
	PGresult   *result;
	bool		fine;

	if (*connection != NULL && PQstatus(*connection) == CONNECTION_OK && PQtransactionStatus(*connection) == PQTRANS_IDLE)
		return true;
	PQfinish(*connection);
	*connection = open_session();
	fine = PQstatus(*connection) == CONNECTION_OK;
	if (fine)
	{
		result = PQexec(*connection, session_settings);
		fine = database_ok(result);
		PQclear(result);
	}
	if (!fine)
	{
		fprintf(stderr, "pg_asl_gateway: the database cannot be reached: %s", PQerrorMessage(*connection));
		PQfinish(*connection);
		*connection = NULL;
	}
	return fine;
}

PGresult *
database_run(PGconn *connection, const char *sql, int count, const char *const *values)
{
	return PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);
}
