/*
 * request.h - one HTTP request, from its first line to its answer.
 *
 *      HTTP thread                        one of the workers                    watcher
 *   reads head and body
 *   finds the route, suspends   ──queue──►  authenticates, runs SQL
 *                                           answers                ──no task──►  waits for a notification, or 55 s
 *   sends the answer  ◄──resume─────────────                       ◄──queue────
 *
 * A request belongs to one of them at a time: whoever has it may write to it, and hands it on through a mutex.
 */
#ifndef GATEWAY_REQUEST_H
#define GATEWAY_REQUEST_H

#include "sigv4.h"

#include <libpq-fe.h>
#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#define MAX_HEADERS 100
#define MAX_BODY (8 * 1024 * 1024)

typedef struct Request Request;

/* What a route does, in a worker with a connection to the database: it ends with an answer, or hands the request on. */
typedef void (*Work) (Request *request, PGconn **connection);

struct Request
{
	struct MHD_Connection *connection;
	int			socket;
	char	   *target;			/* path and query, as they came; malloc'd */
	char	   *body;			/* malloc'd, with a zero byte behind it */
	size_t		length;
	SigHeader	headers[MAX_HEADERS];	/* the texts are libmicrohttpd's */
	int			header_count;
	Work		work;
	const struct Operation *operation;	/* NULL: not of the API */
	char		id[37];			/* x-amzn-RequestId */
	int64_t		began;			/* milliseconds of the monotonic clock */
	char		key_id[129];	/* "": development mode, or not known yet */
	char		role[64];

	/* The answer. */
	bool		answered;
	int			status;
	const char *content_type;
	char	   *answer;			/* malloc'd */
	char		error[64];		/* name of AWS's error; "": none */

	/* A poll for an activity's task that waits. */
	char		activity[81];
	char		channel[64];
	int64_t		deadline;
	uint64_t	seen;			/* notifications that had come when it last looked for a task */
	bool		listened;		/* its channel was being listened to then */
	Request    *next;
};

extern int64_t now_ms(void);

/* The answer is made: it is sent.  The text is malloc'd and becomes the request's. */
extern void request_answer(Request *request, int status, const char *content_type, char *text);
/* The same with an AWS error; the message is printable ASCII that JSON need not escape, NULL: none. */
extern void request_refuse(Request *request, int status, const char *type, const char *message);

/* http.c: sends the answer of a request that a worker has answered. */
extern void http_resume(Request *request);

#endif
