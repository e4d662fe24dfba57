/*
 * task_token.c - task tokens.  The secret has 122 random bits: who knows it may answer.
 */
#include "postgres.h"

#include "engine/task_token.h"

#include "engine/arn.h"
#include "utils/builtins.h"

#define UUID_LENGTH 36

char *
asl_task_secret(int64 activity)
{
	return activity == 0 ? asl_uuid_v4() : psprintf("%s." INT64_FORMAT, asl_uuid_v4(), activity);
}

int64
asl_task_secret_activity(const char *secret)
{
	return strlen(secret) > UUID_LENGTH ? strtoll(secret + UUID_LENGTH + 1, NULL, 10) : 0;
}

bool
asl_task_secret_is(const char *secret, const char *given)
{
	size_t		length = strlen(secret);
	unsigned char difference = 0;

	if (length != strlen(given))
		return false;
	for (size_t i = 0; i < length; i++)
		difference |= (unsigned char) (secret[i] ^ given[i]);
	return difference == 0;
}

/* Has the text a secret's form? */
static bool
is_secret(const char *text)
{
	size_t		length = strlen(text);

	return length == UUID_LENGTH || (length > UUID_LENGTH + 1 && text[UUID_LENGTH] == '.' &&
									 strspn(text + UUID_LENGTH + 1, "0123456789") == length - UUID_LENGTH - 1);
}

char *
asl_task_token(int64 execution, int32 branch, const char *secret)
{
	return psprintf(INT64_FORMAT ".%d.%s", execution, branch, secret);
}

bool
asl_task_token_parse(const char *token, int64 *execution, int32 *branch, const char **secret)
{
	char	   *end;
	long long	number;

	errno = 0;
	number = strtoll(token, &end, 10);
	if (errno != 0 || end == token || *end != '.' || number <= 0)
		return false;
	*execution = number;
	token = end + 1;
	number = strtoll(token, &end, 10);
	if (errno != 0 || end == token || *end != '.' || number < 0 || number > PG_INT32_MAX)
		return false;
	*branch = (int32) number;
	*secret = end + 1;
	return is_secret(*secret);
}
