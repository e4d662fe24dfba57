/*
 * api.c - authenticates a request and has the database answer it, in a transaction of its own with the caller's role.
 *
 *   BEGIN
 *   asl.request_begin           as the gateway: was this already done?  Waits for the one that does it just now.
 *   set_config('role', …)       for this transaction only
 *   asl.api                     as the caller
 *   set_config('role', 'none')
 *   asl.request_end             as the gateway: remembers the answer
 *   COMMIT
 *
 * The second and the last but one only where the client may send the same request again.  asl.api runs nobody's code but the
 * extension's, so taking the role back is no door; the operations that run a definition's SQL are refused here.
 */
#include "api.h"

#include "database.h"
#include "key.h"
#include "operation.h"
#include "watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INVOCATION_LENGTH 64

static const char *development_role;

void
api_configure(const char *role)
{
	development_role = role;
}

bool
api_is_open(void)
{
	return development_role != NULL;
}

static SigRequest
to_be_verified(const Request *request)
{
	return (SigRequest)
	{
		.method = "POST",.target = request->target,.headers = request->headers,.header_count = request->header_count,
			.body = request->body,.body_length = request->length,.now = time(NULL)
	};
}

/* The key's role, where the signature is right.  An unknown key takes as long as a known one. */
static bool
authenticate_claim(Request *request, const SigRequest *sig, const SigClaim *claim, PGconn *connection)
{
	SigFault	fault;
	Key			key;
	bool		fine;

	if (!key_find(connection, claim->key_id, &key))
	{
		request_refuse(request, 503, "ServiceUnavailable", "Access keys cannot be looked up.");
		return false;
	}
	snprintf(request->key_id, sizeof(request->key_id), "%s", claim->key_id);
	fine = sigv4_verify(sig, claim, key.role[0] != '\0' ? key.secret : "none", &fault);
	if (key.role[0] == '\0' || sigv4_header(sig, "X-Amz-Security-Token") != NULL)
	{
		sigv4_unknown_key(&fault);
		fine = false;
	}
	if (!fine)
		request_refuse(request, 400, fault.type, fault.message);
	snprintf(request->role, sizeof(request->role), "%s", fine ? key.role : "");
	return fine;
}

/* Finds out whose the request is, or refuses it. */
static bool
authenticate(Request *request, PGconn *connection)
{
	SigRequest	sig = to_be_verified(request);
	SigClaim	claim;
	SigFault	fault;
	bool		fine;

	if (request->role[0] != '\0')
		return true;			/* a poll that has waited */
	if (development_role != NULL)
	{
		snprintf(request->role, sizeof(request->role), "%s", development_role);
		return true;
	}
	fine = sigv4_read(&sig, &claim, &fault);
	if (fine)
		fine = authenticate_claim(request, &sig, &claim, connection);
	else
		request_refuse(request, 400, fault.type, fault.message);
	sigv4_free(&claim);
	return fine;
}

/* The name of AWS's error for a SQLSTATE that is not asl.api's; NULL: one of ours that has no counterpart. */
static const char *
error_of_state(const char *state, int *status)
{
	*status = 400;
	if (strncmp(state, "22", 2) == 0)
		return "SerializationException";	/* the request is no JSON */
	if (strcmp(state, "42501") == 0)
		return "AccessDeniedException";
	if (strcmp(state, "42704") == 0 || strcmp(state, "22023") == 0)
		return "UnrecognizedClientException";
	/* Lost sessions, deadlocks, a server that starts or stops: the client tries again. */
	if (state[0] == '\0' || strncmp(state, "08", 2) == 0 || strncmp(state, "40", 2) == 0 || strncmp(state, "53", 2) == 0 ||
		strncmp(state, "55", 2) == 0 || strncmp(state, "57", 2) == 0)
	{
		*status = 503;
		return "ServiceUnavailable";
	}
	return "InternalFailure";
}

/* The answer for an error of class SL, whose detail is the error as JSON.  PostgreSQL writes the JSON. */
static bool
answer_aws_error(Request *request, PGconn *connection, const char *message, const char *detail)
{
	static const char *const sql =
	"SELECT t, (d || jsonb_build_object('__type', CASE t WHEN 'ValidationException' THEN 'com.amazon.coral.validate#'"
	" WHEN 'SerializationException' THEN 'com.amazon.coral.service#' ELSE 'com.amazonaws.swf.service.v2.model#' END || t,"
	" 'message', $2::text))::text FROM (SELECT $1::jsonb AS d, $1::jsonb ->> '__type' AS t) error WHERE t IS NOT NULL";
	const char *values[] = {detail, message};
	PGresult   *result = database_run(connection, sql, 2, values);
	bool		fine = database_ok(result) && PQntuples(result) == 1;

	if (fine)
	{
		snprintf(request->error, sizeof(request->error), "%s", PQgetvalue(result, 0, 0));
		request_answer(request, 400, NULL, strdup(PQgetvalue(result, 0, 1)));
	}
	PQclear(result);
	return fine;
}

/* Ends the transaction and answers with its error. */
static void
answer_failure(Request *request, PGconn *connection, const PGresult *failed)
{
	const char *field = PQresultErrorField(failed, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(failed, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = PQresultErrorField(failed, PG_DIAG_MESSAGE_DETAIL);
	const char *state = field != NULL ? field : "";
	const char *type;
	char		text[300] = "";
	int			status;

	PQclear(PQexec(connection, "ROLLBACK"));
	if (strncmp(state, "SL", 2) == 0 && detail != NULL && answer_aws_error(request, connection, message, detail))
		return;
	type = error_of_state(state, &status);
	if (strcmp(type, "AccessDeniedException") == 0)
		snprintf(text, sizeof(text), "User: %s is not authorized to perform: states:%s", request->role, request->operation->name);
	else if (strcmp(type, "SerializationException") != 0)
		snprintf(text, sizeof(text), "The database has refused it with SQLSTATE %s.", state);
	request_refuse(request, status, type, text);
}

/* Runs a statement of the transaction.  Where it fails, the request is answered and there is no result. */
static PGresult *
step(Request *request, PGconn *connection, const char *sql, int count, const char *const *values)
{
	PGresult   *result = database_run(connection, sql, count, values);

	if (database_ok(result))
		return result;
	answer_failure(request, connection, result);
	PQclear(result);
	return NULL;
}

static bool
command(Request *request, PGconn *connection, const char *sql, int count, const char *const *values)
{
	PGresult   *result = step(request, connection, sql, count, values);

	PQclear(result);
	return result != NULL;
}

/* What tells a repeated request: whose it is, the operation, the invocation's id and the body. */
typedef struct Repeatable
{
	bool		applies;
	const char *values[5];		/* the last is the answer's, for request_end */
	char		caller[200];
} Repeatable;

static void
repeatable_of(Request *request, Repeatable *repeatable)
{
	SigRequest	sig = to_be_verified(request);
	const char *invocation = sigv4_header(&sig, "amz-sdk-invocation-id");

	repeatable->applies = request->operation->once && invocation != NULL && strlen(invocation) <= INVOCATION_LENGTH;
	snprintf(repeatable->caller, sizeof(repeatable->caller), "%s@%s", request->role, request->key_id);
	repeatable->values[0] = repeatable->caller;
	repeatable->values[1] = request->operation->name;
	repeatable->values[2] = invocation;
	repeatable->values[3] = request->body;
}

/* Whether the request may go on: it is not one that was answered already.  Else it is answered, or refused. */
static bool
begin_once(Request *request, PGconn *connection, const Repeatable *repeatable)
{
	PGresult   *result;
	char	   *before = NULL;

	if (!repeatable->applies)
		return true;
	result = step(request, connection, "SELECT asl.request_begin($1, $2, $3, $4)::text", 4, repeatable->values);
	if (result == NULL)
		return false;
	if (!PQgetisnull(result, 0, 0))
		before = strdup(PQgetvalue(result, 0, 0));
	PQclear(result);
	if (before == NULL)
		return true;
	PQclear(PQexec(connection, "ROLLBACK"));
	request_answer(request, 200, NULL, before);
	return false;
}

static bool
end_once(Request *request, PGconn *connection, Repeatable *repeatable, const char *answer)
{
	if (!repeatable->applies)
		return true;
	repeatable->values[4] = answer;
	return command(request, connection, "SELECT set_config('role', 'none', true)", 0, NULL) &&
		command(request, connection, "SELECT asl.request_end($1, $2, $3, $4, $5::jsonb)", 5, repeatable->values);
}

/* The activity of a poll and its channel, as its role sees them. */
static bool
find_channel(Request *request, PGconn *connection)
{
	static const char *const sql =
	"SELECT p.name, coalesce(a.channel, 'asl_activity') FROM (SELECT split_part($1::jsonb ->> 'activityArn', ':', 7)) p(name)"
	" LEFT JOIN asl.activities a USING (name)";
	const char *values[] = {request->body};
	PGresult   *result = step(request, connection, sql, 1, values);

	if (result == NULL)
		return false;
	snprintf(request->activity, sizeof(request->activity), "%s", PQgetvalue(result, 0, 0));
	snprintf(request->channel, sizeof(request->channel), "%s", PQgetvalue(result, 0, 1));
	PQclear(result);
	return true;
}

/* Commits and answers, or, where a poll has found no task, undoes and waits: then true, and the request is not ours any more. */
static bool
finish(Request *request, PGconn *connection, Repeatable *repeatable, const char *answer)
{
	bool		empty = request->operation->polls && strcmp(answer, "{}") == 0;

	if (empty && request->deadline > now_ms())
	{
		if (!find_channel(request, connection))
			return false;
		PQclear(PQexec(connection, "ROLLBACK"));
		watch_wait(request);
		return true;
	}
	if (end_once(request, connection, repeatable, answer) && command(request, connection, "COMMIT", 0, NULL))
		request_answer(request, 200, NULL, strdup(answer));
	return false;
}

/* The request's transaction, as its role; whether it waits now. */
static bool
run(Request *request, PGconn *connection)
{
	const char *role[] = {request->role};
	const char *call[] = {request->operation->name, request->body};
	Repeatable	repeatable;
	PGresult   *result;
	bool		waits;

	repeatable_of(request, &repeatable);
	if (!command(request, connection, "BEGIN", 0, NULL) || !begin_once(request, connection, &repeatable) ||
		!command(request, connection, "SELECT set_config('role', $1, true)", 1, role))
		return false;
	result = step(request, connection, "SELECT asl.api($1, $2::jsonb)::text", 2, call);
	if (result == NULL)
		return false;
	waits = finish(request, connection, &repeatable, PQgetvalue(result, 0, 0));
	PQclear(result);
	return waits;
}

/* A poll.  Its client must still be there; one that was woken and is answered, with a task or without, wakes the next. */
static void
run_poll(Request *request, PGconn *connection)
{
	char		activity[sizeof(request->activity)];
	char		channel[sizeof(request->channel)];
	bool		waits = false;

	if (request->deadline == 0)
		request->deadline = now_ms() + POLL_MS;
	/* Once it is answered or waits again, the request is not ours any more. */
	memcpy(activity, request->activity, sizeof(activity));
	memcpy(channel, request->channel, sizeof(channel));
	watch_look(request);
	if (client_is_gone(request))
		request_answer(request, 200, NULL, strdup("{}"));
	else
		waits = run(request, connection);
	if (!waits && activity[0] != '\0')
		watch_wake_next(channel, activity);
}

void
api_run(Request *request, PGconn **connection)
{
	if (!authenticate(request, *connection))
		return;
	if (request->operation->tenants_code)
		request_refuse(request, 400, "UnknownOperationException",
					   "This operation runs the SQL of a definition, which the gateway does not do in its own session.");
	else if (request->operation->polls)
		run_poll(request, *connection);
	else
		run(request, *connection);
}
