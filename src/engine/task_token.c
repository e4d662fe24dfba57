/*
 * task_token.c - task tokens.  The secret has 122 random bits: who knows it may answer.
 */
#include "postgres.h"

#include "engine/task_token.h"

#include "engine/arn.h"
#include "utils/builtins.h"

char *
asl_task_secret(void)
{
	return asl_uuid_v4();
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
	return strlen(*secret) == 36;
}
