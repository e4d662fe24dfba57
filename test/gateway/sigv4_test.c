/*
 * sigv4_test.c - signatures that real clients have made: each is verified, and none of its mutations.
 */
#include "sigv4.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define CREDENTIAL "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261127/us-east-1/states/aws4_request, SignedHeaders="

typedef struct Vector
{
	const char *name;
	const char *target;
	const char *body;
	time_t		now;
	SigHeader	headers[12];
} Vector;

static const Vector vectors[] = {
	{
		"aws cli 2, with a session token", "/",
		"{\"stateMachineArn\": \"arn:aws:states:us-east-1:000000000000:stateMachine:x\"}", 1795759023,
		{
			{"Host", "127.0.0.1:8083"}, {"X-Amz-Target", "AWSStepFunctions.StartExecution"},
			{"Content-Type", "application/x-amz-json-1.0"}, {"X-Amz-Date", "20261127T055703Z"},
			{"X-Amz-Security-Token", "IQoJb3JpZ2luX2VjEXAMPLE//+/TOKEN=="},
			{"Authorization", CREDENTIAL "content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
			"Signature=0d86c11cc48e4344be6e1f19156d8d1d7d140ee2ebd02294dad9fde14e30e9e9"}
		}
	},
	{
		"JavaScript, with UTF-8", "/",
		"{\"stateMachineArn\":\"arn:aws:states:us-east-1:000000000000:stateMachine:x\",\"input\":\"{\\\"a\\\":\\\"\303\251\\\"}\"}",
		1795759025,
		{
			{"host", "127.0.0.1:8083"}, {"x-amz-target", "AWSStepFunctions.StartExecution"}, {"content-length", "99"},
			{"content-type", "application/x-amz-json-1.0"}, {"x-amz-date", "20261127T055705Z"},
			{"x-amz-content-sha256", "44005d2348c2f5a1c9c8c2e3791b9116672ac44df673a0ba565b41ea9eb2d6fa"},
			{"x-amz-security-token", "IQoJb3JpZ2luX2VjEXAMPLE//+/TOKEN=="}, {"x-amz-user-agent", "aws-sdk-js/3.1163.0"},
			{"amz-sdk-invocation-id", "a2ae3874-3dc3-495d-b5ff-b4560d5ac253"}, {"amz-sdk-request", "attempt=1; max=3"},
			{"authorization", CREDENTIAL "amz-sdk-invocation-id;amz-sdk-request;content-length;content-type;host;"
			"x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target;x-amz-user-agent,"
			"Signature=34abcfb631bff2799f37291094841b957fcca92d965923cc99ebd0f15a23f7ea"}
		}
	},
	{
		"a path, a query and folded headers", "/a%20b/~x//y?b=2&a=%20", "{\"maxResults\":2}", 1795780800,
		{
			{"Host", "127.0.0.1:8083"}, {"X-Amz-Target", "AWSStepFunctions.ListActivities"},
			{"Content-Type", "application/x-amz-json-1.0"}, {"X-Amz-Date", "20261127T120000Z"},
			{"X-Amz-Note", "  a  b \t c  "}, {"X-Amz-Empty", ""},
			{"Authorization", CREDENTIAL "content-type;host;x-amz-date;x-amz-empty;x-amz-note;x-amz-target, "
			"Signature=087365672215ddd5255a7d01e083cd587420888ed6591d1f8edb623755860655"}
		}
	},
};

static int	number;
static int	failed;

static void
report(bool fine, const char *vector, const char *what)
{
	printf("%s %d - %s: %s\n", fine ? "ok" : "not ok", ++number, vector, what);
	failed += !fine;
}

static SigRequest
request_of(const Vector *v)
{
	SigRequest	request = {"POST", v->target, v->headers, 0, v->body, strlen(v->body), v->now};

	while (request.header_count < 12 && v->headers[request.header_count].name != NULL)
		request.header_count++;
	return request;
}

static bool
verify(const SigRequest *request)
{
	SigClaim	claim;
	SigFault	fault;
	bool		fine = sigv4_read(request, &claim, &fault) && sigv4_verify(request, &claim, SECRET, &fault);

	sigv4_free(&claim);
	return fine;
}

/* With a header replaced. */
static bool
verify_with(const Vector *v, const char *name, const char *value)
{
	Vector		changed = *v;
	SigRequest	request = request_of(v);

	for (int i = 0; i < request.header_count; i++)
		if (strcasecmp(changed.headers[i].name, name) == 0)
			changed.headers[i].value = value;
	request.headers = changed.headers;
	return verify(&request);
}

static const char *
authorization(const Vector *v)
{
	SigRequest	request = request_of(v);

	return sigv4_header(&request, "Authorization");
}

/* Each byte of a text, changed. */
static bool
no_byte_may_change(const Vector *v, const char *name)
{
	SigRequest	request = request_of(v);
	char	   *copy = strdup(name != NULL ? sigv4_header(&request, name) : v->body);
	bool		fine = true;

	for (char *c = copy; *c != '\0'; c++)
	{
		*c ^= 1;
		if (name == NULL)
			request.body = copy;
		fine = fine && !(name == NULL ? verify(&request) : verify_with(v, name, copy));
		*c ^= 1;
	}
	free(copy);
	return fine;
}

static void
mutate(const Vector *v)
{
	char		text[2000];
	char	   *signature;

	report(no_byte_may_change(v, NULL), v->name, "no byte of the body may change");
	report(no_byte_may_change(v, "X-Amz-Target"), v->name, "nor of the target");
	report(no_byte_may_change(v, "X-Amz-Date"), v->name, "nor of the date");
	snprintf(text, sizeof(text), "%s0", authorization(v));
	report(!verify_with(v, "Authorization", text), v->name, "no longer signature");
	text[strlen(text) - 2] = '\0';
	report(!verify_with(v, "Authorization", text), v->name, "no shorter one");
	snprintf(text, sizeof(text), "%s", authorization(v));
	for (signature = strstr(text, "Signature=") + 10; *signature != '\0'; signature++)
		if (*signature >= 'a')
			*signature -= 32;
	report(!verify_with(v, "Authorization", text), v->name, "none in upper case");
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++)
	{
		SigRequest	request = request_of(&vectors[i]);

		report(verify(&request), vectors[i].name, "is verified");
		request.now += SIGV4_WINDOW + 1;
		report(!verify(&request), vectors[i].name, "has expired later");
		request.now -= 2 * SIGV4_WINDOW + 2;
		report(!verify(&request), vectors[i].name, "is not yet current earlier");
		mutate(&vectors[i]);
	}
	printf("1..%d\n", number);
	return failed > 0;
}
