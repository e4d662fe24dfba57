/*
 * sigv4.c - reads what a request's Authorization header claims and verifies its signature.
 *
 * The checks are made in the order of AWS's own framework and refused with its texts.  Whatever a text repeats of the
 * request is cut to printable characters that need no escape in JSON.  Secrets are compared in constant time.
 */
#include "sigv4.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
#define SERVICE "states"
#define TERMINATOR "aws4_request"
#define DIGEST 32
#define HEX_DIGEST (2 * DIGEST)
#define MAX_SEGMENTS 256
#define MAX_PARAMETERS 64

/* Refuses; always false.  What the arguments bring along is made harmless. */
__attribute__((format(printf, 4, 5)))
static bool
refuse(SigFault *fault, int check, const char *type, const char *format,...)
{
	va_list		arguments;

	fault->check = check;
	fault->type = type;
	va_start(arguments, format);
	vsnprintf(fault->message, sizeof(fault->message), format, arguments);
	va_end(arguments);
	for (char *c = fault->message; *c != '\0'; c++)
		if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\')
			*c = '?';
	return false;
}

void
sigv4_unknown_key(SigFault *fault)
{
	refuse(fault, 13, "UnrecognizedClientException", "The security token included in the request is invalid.");
}

const char *
sigv4_header(const SigRequest *request, const char *name)
{
	for (int i = 0; i < request->header_count; i++)
		if (strcasecmp(request->headers[i].name, name) == 0)
			return request->headers[i].value;
	return NULL;
}

static void
hex(const unsigned char *bytes, char *text)
{
	for (int i = 0; i < DIGEST; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* The SHA-256 of some bytes in hex: HEX_DIGEST digits and a zero byte. */
static void
hex_hash(const void *data, size_t length, char *text)
{
	unsigned char digest[DIGEST];

	if (!EVP_Digest(data, length, digest, NULL, EVP_sha256(), NULL))
		abort();				/* out of memory */
	hex(digest, text);
}

static void
hmac(const void *key, size_t key_length, const char *text, unsigned char *digest)
{
	if (HMAC(EVP_sha256(), key, (int) key_length, (const unsigned char *) text, strlen(text), digest, NULL) == NULL)
		abort();				/* out of memory */
}

/* One name of a list that is separated by semicolons; moves on to the next. */
static bool
next_name(const char **list, const char **name, size_t *length)
{
	if (**list == '\0')
		return false;
	*name = *list;
	*length = strcspn(*list, ";");
	*list += *length;
	if (**list == ';')
		(*list)++;
	return true;
}

static bool
is_signed(const SigClaim *claim, const char *wanted)
{
	const char *list = claim->signed_headers;
	const char *name;
	size_t		length;

	while (next_name(&list, &name, &length))
		if (length == strlen(wanted) && strncmp(name, wanted, length) == 0)
			return true;
	return false;
}

/* Reads "Credential=…, SignedHeaders=…, Signature=…", separated by a comma with or without blanks. */
static void
read_parts(SigClaim *claim, char *text)
{
	char	   *rest;

	for (char *part = strtok_r(text, ",", &rest); part != NULL; part = strtok_r(NULL, ",", &rest))
	{
		part += strspn(part, " \t");
		if (strncmp(part, "Credential=", 11) == 0)
			claim->credential = part + 11;
		else if (strncmp(part, "SignedHeaders=", 14) == 0)
			claim->signed_headers = part + 14;
		else if (strncmp(part, "Signature=", 10) == 0)
			claim->signature = part + 10;
	}
}

static bool
check_parts(const SigClaim *claim, SigFault *fault)
{
	if (claim->credential != NULL && claim->signature != NULL && claim->signed_headers != NULL && claim->timestamp != NULL)
		return true;
	return refuse(fault, 6, "IncompleteSignatureException", "%s%s%s%s",
				  claim->credential == NULL ? "Authorization header requires 'Credential' parameter. " : "",
				  claim->signature == NULL ? "Authorization header requires 'Signature' parameter. " : "",
				  claim->signed_headers == NULL ? "Authorization header requires 'SignedHeaders' parameter. " : "",
				  claim->timestamp == NULL ?
				  "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " : "");
}

static void
print_time(time_t when, char *text, size_t size)
{
	struct tm	parts;

	gmtime_r(&when, &parts);
	strftime(text, size, "%Y%m%dT%H%M%SZ", &parts);
}

static bool
check_time(const SigRequest *request, const SigClaim *claim, SigFault *fault)
{
	struct tm	parts = {0};
	const char *end = strlen(claim->timestamp) == 16 ? strptime(claim->timestamp, "%Y%m%dT%H%M%SZ", &parts) : NULL;
	time_t		when;
	char		now[20];
	char		limit[20];

	if (end == NULL || *end != '\0')
		return refuse(fault, 7, "IncompleteSignatureException",
					  "Date must be in ISO-8601 'basic format'. Got '%.40s'. See http://en.wikipedia.org/wiki/ISO_8601",
					  claim->timestamp);
	when = timegm(&parts);
	print_time(request->now, now, sizeof(now));
	if (when < request->now - SIGV4_WINDOW)
	{
		print_time(request->now - SIGV4_WINDOW, limit, sizeof(limit));
		return refuse(fault, 8, "InvalidSignatureException", "Signature expired: %s is now earlier than %s (%s - 5 min.)",
					  claim->timestamp, limit, now);
	}
	if (when > request->now + SIGV4_WINDOW)
	{
		print_time(request->now + SIGV4_WINDOW, limit, sizeof(limit));
		return refuse(fault, 8, "InvalidSignatureException", "Signature not yet current: %s is still later than %s (%s + 5 min.)",
					  claim->timestamp, limit, now);
	}
	return true;
}

/* Splits the credential from the right: a key id may contain slashes. */
static bool
split_credential(SigClaim *claim, SigFault *fault)
{
	char	  **fields[] = {&claim->terminator, &claim->service, &claim->region, &claim->date};
	char		whole[200];

	snprintf(whole, sizeof(whole), "%s", claim->credential);
	for (int i = 0; i < 4; i++)
	{
		char	   *slash = strrchr(claim->credential, '/');

		if (slash == NULL)
			return refuse(fault, 11, "IncompleteSignatureException", "Credential must have exactly 5 slash-delimited elements, "
						  "e.g. keyid/date/region/service/term, got '%s'", whole);
		*slash = '\0';
		*fields[i] = slash + 1;
	}
	claim->key_id = claim->credential;
	return true;
}

static bool
check_scope(const SigClaim *claim, SigFault *fault)
{
	bool		region = claim->region[0] != '\0';
	bool		service = strcmp(claim->service, SERVICE) == 0;
	bool		terminator = strcmp(claim->terminator, TERMINATOR) == 0;
	bool		date = strlen(claim->date) == 8 && strncmp(claim->date, claim->timestamp, 8) == 0;
	char		term[120] = "";
	char		day[200] = "";

	if (region && service && terminator && date)
		return true;
	if (!terminator)
		snprintf(term, sizeof(term), "Credential should be scoped with a valid terminator: 'aws4_request', not '%.40s'. ",
				 claim->terminator);
	if (!date)
		snprintf(day, sizeof(day), "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
				 "'%.20s' != '%.8s', from '%s'.", claim->date, claim->timestamp, claim->timestamp);
	return refuse(fault, 12, "InvalidSignatureException", "%s%s%s%s",
				  region ? "" : "Credential should be scoped to a valid region, not ''. ",
				  service ? "" : "Credential should be scoped to correct service: 'states'. ", term, day);
}

bool
sigv4_read(const SigRequest *request, SigClaim *claim, SigFault *fault)
{
	const char *header = sigv4_header(request, "Authorization");
	const char *query = strchr(request->target, '?');
	size_t		algorithm;

	memset(claim, 0, sizeof(*claim));
	if (header != NULL && query != NULL && strstr(query, "X-Amz-Algorithm=") != NULL)
		return refuse(fault, 4, "InvalidSignatureException",
					  "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
	if (header == NULL || strncmp(header, "AWS4-", 5) != 0)
		return refuse(fault, 5, "MissingAuthenticationTokenException", "Missing Authentication Token");
	if ((claim->copy = strdup(header)) == NULL)
		abort();
	algorithm = strcspn(claim->copy, " \t");
	claim->algorithm = claim->copy;
	if (claim->copy[algorithm] != '\0')
	{
		claim->copy[algorithm] = '\0';
		read_parts(claim, claim->copy + algorithm + 1);
	}
	if ((claim->timestamp = sigv4_header(request, "X-Amz-Date")) == NULL)
		claim->timestamp = sigv4_header(request, "Date");
	if (!check_parts(claim, fault) || !check_time(request, claim, fault))
		return false;
	if (!is_signed(claim, "host") || !is_signed(claim, "x-amz-date") || !is_signed(claim, "x-amz-target"))
		return refuse(fault, 9, "InvalidSignatureException",
					  "'%s' must be a 'SignedHeader' in the AWS Authorization.",
					  !is_signed(claim, "host") ? "Host' or ':authority" : !is_signed(claim, "x-amz-date") ? "X-Amz-Date" : "X-Amz-Target");
	if (strcmp(claim->algorithm, ALGORITHM) != 0)
		return refuse(fault, 10, "IncompleteSignatureException", "Unsupported AWS 'algorithm': '%.40s'.", claim->algorithm);
	return split_credential(claim, fault) && check_scope(claim, fault);
}

void
sigv4_free(SigClaim *claim)
{
	free(claim->copy);
	claim->copy = NULL;
}

/* Writes a part of a path with everything but the unreserved characters encoded. */
static void
encode(FILE *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
	{
		unsigned char c = (unsigned char) text[i];

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || strchr("-_.~", c) != NULL)
			fputc(c, out);
		else
			fprintf(out, "%%%02X", c);
	}
}

/* The path as received, without . and .., its segments encoded (once more). */
static void
canonical_path(FILE *out, const char *path, size_t length, bool collapse)
{
	const char *segments[MAX_SEGMENTS];
	size_t		lengths[MAX_SEGMENTS];
	int			count = 0;
	bool		open = false;	/* whether a slash ends it */

	for (size_t i = length > 0 && path[0] == '/' ? 1 : 0; i < length;)
	{
		const char *slash = memchr(path + i, '/', length - i);
		size_t		n = slash != NULL ? (size_t) (slash - (path + i)) : length - i;

		open = slash != NULL;
		if (n == 2 && memcmp(path + i, "..", 2) == 0)
			count -= count > 0;
		else if (!(n == 1 && path[i] == '.') && !(n == 0 && collapse) && count < MAX_SEGMENTS)
		{
			segments[count] = path + i;
			lengths[count++] = n;
		}
		i += n + 1;
	}
	for (int i = 0; i < count; i++)
	{
		fputc('/', out);
		encode(out, segments[i], lengths[i]);
	}
	if (open || count == 0)
		fputc('/', out);
}

static int
compare_parameters(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* The parameters of a query, sorted; one without a value gets an empty one. */
static void
canonical_query(FILE *out, const char *query)
{
	char	   *copy = strdup(query);
	char	   *parameters[MAX_PARAMETERS];
	char	   *rest;
	int			count = 0;

	if (copy == NULL)
		abort();
	for (char *p = strtok_r(copy, "&", &rest); p != NULL && count < MAX_PARAMETERS; p = strtok_r(NULL, "&", &rest))
		parameters[count++] = p;
	qsort(parameters, (size_t) count, sizeof(*parameters), compare_parameters);
	for (int i = 0; i < count; i++)
		fprintf(out, "%s%s%s", i > 0 ? "&" : "", parameters[i], strchr(parameters[i], '=') != NULL ? "" : "=");
	free(copy);
}

/* A header's value without blanks around it and with one blank for each run of them inside. */
static void
canonical_value(FILE *out, const char *value)
{
	bool		blank = false;

	for (value += strspn(value, " \t"); *value != '\0'; value++)
	{
		if (*value == ' ' || *value == '\t')
		{
			blank = true;
			continue;
		}
		if (blank)
			fputc(' ', out);
		blank = false;
		fputc(*value, out);
	}
}

static void
canonical_header(FILE *out, const SigRequest *request, const char *name, size_t length)
{
	const char *separator = "";

	fprintf(out, "%.*s:", (int) length, name);
	for (int i = 0; i < request->header_count; i++)
	{
		const SigHeader *header = &request->headers[i];

		if (strlen(header->name) != length || strncasecmp(header->name, name, length) != 0)
			continue;
		fputs(separator, out);
		canonical_value(out, header->value);
		separator = ",";
	}
	fputc('\n', out);
}

char *
sigv4_canonical(const SigRequest *request, const char *signed_headers, bool collapse)
{
	char	   *text;
	size_t		size;
	FILE	   *out = open_memstream(&text, &size);
	size_t		path = strcspn(request->target, "?");
	const char *list = signed_headers;
	const char *name;
	size_t		length;
	char		hash[HEX_DIGEST + 1];

	if (out == NULL)
		abort();
	fprintf(out, "%s\n", request->method);
	canonical_path(out, request->target, path, collapse);
	fputc('\n', out);
	if (request->target[path] == '?')
		canonical_query(out, request->target + path + 1);
	fputc('\n', out);
	while (next_name(&list, &name, &length))
		canonical_header(out, request, name, length);
	hex_hash(request->body, request->body_length, hash);
	fprintf(out, "\n%s\n%s", signed_headers, hash);
	if (fclose(out) != 0)
		abort();
	return text;
}

void
sigv4_sign(const SigClaim *claim, const char *secret, const char *canonical, char *signature)
{
	unsigned char key[DIGEST];
	char		first[300];
	char		hash[HEX_DIGEST + 1];
	char		to_sign[600];

	hex_hash(canonical, strlen(canonical), hash);
	snprintf(to_sign, sizeof(to_sign), ALGORITHM "\n%.16s\n%.8s/%.200s/%s/%s\n%s", claim->timestamp, claim->date,
			 claim->region, SERVICE, TERMINATOR, hash);
	snprintf(first, sizeof(first), "AWS4%s", secret);
	hmac(first, strlen(first), claim->date, key);
	hmac(key, DIGEST, claim->region, key);
	hmac(key, DIGEST, SERVICE, key);
	hmac(key, DIGEST, TERMINATOR, key);
	hmac(key, DIGEST, to_sign, key);
	hex(key, signature);
	OPENSSL_cleanse(first, sizeof(first));
	OPENSSL_cleanse(key, sizeof(key));
}

static bool
signature_is(const SigRequest *request, const SigClaim *claim, const char *secret, bool collapse)
{
	char	   *canonical = sigv4_canonical(request, claim->signed_headers, collapse);
	char		signature[HEX_DIGEST + 1];
	bool		equal;

	sigv4_sign(claim, secret, canonical, signature);
	free(canonical);
	equal = strlen(claim->signature) == HEX_DIGEST && CRYPTO_memcmp(signature, claim->signature, HEX_DIGEST) == 0;
	OPENSSL_cleanse(signature, sizeof(signature));
	return equal;
}

/* Some clients leave out the empty segments of a path, others don't. */
bool
sigv4_verify(const SigRequest *request, const SigClaim *claim, const char *secret, SigFault *fault)
{
	const char *said = sigv4_header(request, "X-Amz-Content-Sha256");
	char		hash[HEX_DIGEST + 1];

	hex_hash(request->body, request->body_length, hash);
	if ((said == NULL || strcmp(said, hash) == 0) &&
		(signature_is(request, claim, secret, true) || signature_is(request, claim, secret, false)))
		return true;
	return refuse(fault, 14, "InvalidSignatureException",
				  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
				  "Key and signing method. Consult the service documentation for details.");
}
