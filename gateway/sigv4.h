/*
 * sigv4.h - AWS's signature, version 4: is a request signed with the secret of the key that it names?
 *
 * A request is read (sigv4_read: what the Authorization header says, and whether that can be right at all), then its
 * key's secret is looked up, then the signature is verified.  The hashes are OpenSSL's.
 */
#ifndef GATEWAY_SIGV4_H
#define GATEWAY_SIGV4_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define SIGV4_WINDOW (5 * 60)	/* seconds that a client's clock may differ from ours */

typedef struct SigHeader
{
	const char *name;
	const char *value;
} SigHeader;

/* A request as it came; all memory is the caller's. */
typedef struct SigRequest
{
	const char *method;
	const char *target;			/* path and query, raw */
	const SigHeader *headers;
	int			header_count;
	const char *body;
	size_t		body_length;
	time_t		now;
} SigRequest;

/* What the Authorization header says; the texts lie in copy, which sigv4_free gives back. */
typedef struct SigClaim
{
	char	   *copy;
	char	   *algorithm;
	char	   *credential;		/* the scope's fields are cut off it */
	char	   *key_id;
	char	   *date;
	char	   *region;
	char	   *service;
	char	   *terminator;
	char	   *signed_headers;
	char	   *signature;
	const char *timestamp;		/* the field X-Amz-Date or Date of the request */
} SigClaim;

/* Why a request is refused: AWS's error and text, and which check it was. */
typedef struct SigFault
{
	int			check;
	const char *type;
	char		message[1024];	/* printable ASCII without quotes and backslashes; "": none */
} SigFault;

/* The value of a header, its name in any case; NULL: there is none. */
extern const char *sigv4_header(const SigRequest *request, const char *name);

/* False and the fault where the request cannot be right, whatever the secret.  sigv4_free in either case. */
extern bool sigv4_read(const SigRequest *request, SigClaim *claim, SigFault *fault);
extern bool sigv4_verify(const SigRequest *request, const SigClaim *claim, const char *secret, SigFault *fault);
extern void sigv4_free(SigClaim *claim);

/* The fault of a key that is not known. */
extern void sigv4_unknown_key(SigFault *fault);

/* The canonical request, malloc'd; collapse: whether empty segments of the path are left out. */
extern char *sigv4_canonical(const SigRequest *request, const char *signed_headers, bool collapse);
/* The signature of a canonical request: 64 digits and a zero byte. */
extern void sigv4_sign(const SigClaim *claim, const char *secret, const char *canonical, char *signature);

#endif
