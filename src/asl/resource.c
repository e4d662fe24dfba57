/*
 * resource.c - parsing a Task's Resource.
 *
 * A resource is one of ours, "pg:KIND[:NAME]", or an ARN, "arn:PARTITION:SERVICE:REGION:ACCOUNT:REST".  Either may end
 * in the suffix of an integration pattern.  The service integrations of the Step Functions service have ARNs without
 * region and account: "arn:aws:states:::SERVICE:ACTION", "arn:aws:states:::aws-sdk:SERVICE:ACTION".
 */
#include "postgres.h"

#include "asl/resource.h"

#define PATTERN(p)	(1 << (p))
#define ANY_PATTERN	(PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_SYNC) | PATTERN(ASL_WAIT_FOR_TASK_TOKEN))

/* The optimized integrations: their actions (NULL: too many to list), and the patterns that they offer. */
static const struct
{
	const char *service;
	const char *actions;
	int			patterns;
}			integrations[] = {
	{"apigateway", "invoke", PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_WAIT_FOR_TASK_TOKEN)},
	{"athena", "startQueryExecution getQueryExecution getQueryResults stopQueryExecution",
	PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_SYNC)},
	{"aws-sdk", NULL, PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_WAIT_FOR_TASK_TOKEN)},
	{"batch", "submitJob", ANY_PATTERN},
	{"bedrock", "invokeModel createModelCustomizationJob", ANY_PATTERN},
	{"codebuild", NULL, ANY_PATTERN},
	{"databrew", "startJobRun", PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_SYNC)},
	{"dynamodb", "getItem putItem updateItem deleteItem", PATTERN(ASL_REQUEST_RESPONSE)},
	{"ecs", "runTask", ANY_PATTERN},
	{"eks", NULL, ANY_PATTERN},
	{"elasticmapreduce", NULL, PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_SYNC)},
	{"emr-containers", NULL, PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_SYNC)},
	{"emr-serverless", NULL, PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_SYNC)},
	{"events", "putEvents", PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_WAIT_FOR_TASK_TOKEN)},
	{"glue", "startJobRun", PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_SYNC)},
	{"http", "invoke", PATTERN(ASL_REQUEST_RESPONSE)},
	{"lambda", "invoke", PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_WAIT_FOR_TASK_TOKEN)},
	{"mediaconvert", "createJob", PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_SYNC)},
	{"sagemaker", NULL, PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_SYNC)},
	{"sns", "publish", PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_WAIT_FOR_TASK_TOKEN)},
	{"sqs", "sendMessage", PATTERN(ASL_REQUEST_RESPONSE) | PATTERN(ASL_WAIT_FOR_TASK_TOKEN)},
	{"states", "startExecution", ANY_PATTERN | PATTERN(ASL_SYNC_2)},
};

/* The suffix that names a pattern; longest first where one ends another. */
static const struct
{
	const char *suffix;
	AslPattern	pattern;
}			suffixes[] = {
	{".sync:2", ASL_SYNC_2},
	{".sync", ASL_SYNC},
	{".waitForTaskToken", ASL_WAIT_FOR_TASK_TOKEN},
};

/* The length of text without its pattern's suffix; *pattern tells which it was. */
static int
resource_strip_suffix(const char *text, AslPattern *pattern)
{
	int			length = strlen(text);

	*pattern = ASL_REQUEST_RESPONSE;
	for (int i = 0; i < lengthof(suffixes); i++)
	{
		int			suffix_length = strlen(suffixes[i].suffix);

		if (length > suffix_length && strcmp(text + length - suffix_length, suffixes[i].suffix) == 0)
		{
			*pattern = suffixes[i].pattern;
			return length - suffix_length;
		}
	}
	return length;
}

/* What follows prefix in text, NULL where text begins otherwise or nothing follows. */
static const char *
resource_after(const char *text, const char *prefix)
{
	size_t		length = strlen(prefix);

	return strncmp(text, prefix, length) == 0 && text[length] != '\0' ? text + length : NULL;
}

/* The kind of "SERVICE:ACTION", without a suffix. */
static AslResourceKind
resource_service_kind(const char *service_action)
{
	if (strcmp(service_action, "states:startExecution") == 0)
		return ASL_RESOURCE_START_EXECUTION;
	if (strcmp(service_action, "lambda:invoke") == 0)
		return ASL_RESOURCE_LAMBDA_INVOKE;
	return ASL_RESOURCE_SERVICE;
}

/*
 * Fills in resource_type and resource from "SERVICE:ACTION[suffix]", whose last colon before the suffix divides the
 * two ("aws-sdk:s3", "getObject").  base_length: the length without the suffix.
 */
static void
resource_divide(AslResource *resource, const char *text, int base_length)
{
	int			colon = base_length;

	while (colon > 0 && text[colon - 1] != ':')
		colon--;
	resource->resource_type = colon > 0 ? pnstrdup(text, colon - 1) : "";
	resource->resource = pstrdup(text + colon);
}

/* Parses what follows "pg:"; base is that without the suffix. */
static bool
resource_parse_ours(AslResource *resource, const char *text, const char *base)
{
	if (strcmp(base, "sql") == 0)
		resource->kind = ASL_RESOURCE_SQL;
	else if (strcmp(base, "notify") == 0)
		resource->kind = ASL_RESOURCE_NOTIFY;
	else if ((resource->name = resource_after(base, "function:")) != NULL)
		resource->kind = ASL_RESOURCE_FUNCTION;
	else if ((resource->name = resource_after(base, "activity:")) != NULL)
		resource->kind = ASL_RESOURCE_ACTIVITY;
	else if (strcmp(base, "states:startExecution") == 0)
	{
		resource->kind = ASL_RESOURCE_START_EXECUTION;
		resource_divide(resource, text, strlen(base));
		return true;
	}
	else
		return false;
	resource->resource_type = "pg";
	resource->resource = pstrdup(text);
	/* Nothing of ours but a nested execution is a job that could be waited for. */
	return resource->pattern == ASL_REQUEST_RESPONSE || resource->pattern == ASL_WAIT_FOR_TASK_TOKEN;
}

/* Divides "arn:PARTITION:SERVICE:REGION:ACCOUNT:REST" in place; false where text is no ARN. */
static bool
resource_split_arn(char *text, char *part[6])
{
	for (int i = 0; i < 5; i++)
	{
		char	   *colon = strchr(text, ':');

		if (colon == NULL)
			return false;
		*colon = '\0';
		part[i] = text;
		text = colon + 1;
	}
	part[5] = text;
	return strcmp(part[0], "arn") == 0 && part[1][0] != '\0' && part[2][0] != '\0' && part[5][0] != '\0';
}

/* A function's ARN ends in "function:NAME[:qualifier]"; name_qualifier is what follows "function:". */
static void
resource_parse_lambda(AslResource *resource, char *name_qualifier)
{
	char	   *colon = strchr(name_qualifier, ':');

	resource->kind = ASL_RESOURCE_LAMBDA;
	resource->name = name_qualifier;
	if (colon != NULL)
	{
		*colon = '\0';
		resource->qualifier = colon + 1;
	}
	resource->resource_type = "lambda";
	resource->resource = resource->text;
}

/* Parses an ARN; base is the text without the suffix. */
static bool
resource_parse_arn(AslResource *resource, const char *base)
{
	char	   *part[6];
	const char *name;

	if (!resource_split_arn(pstrdup(base), part))
		return false;
	if (strcmp(part[2], "lambda") == 0 && (name = resource_after(part[5], "function:")) != NULL)
	{
		resource_parse_lambda(resource, pstrdup(name));
		return true;
	}
	resource->resource_type = part[2];
	resource->resource = resource->text + (part[5] - part[0]);
	if (strcmp(part[2], "states") == 0 && (name = resource_after(part[5], "activity:")) != NULL)
	{
		resource->kind = ASL_RESOURCE_ACTIVITY;
		resource->name = name;
	}
	else if (strcmp(part[2], "states") == 0 && part[3][0] == '\0' && part[4][0] == '\0')
	{
		resource->kind = resource_service_kind(part[5]);
		resource_divide(resource, resource->resource, strlen(part[5]));
	}
	else
		resource->kind = ASL_RESOURCE_SERVICE;
	return true;
}

/* Parses a Resource; NULL where it is none of ours and no ARN.  palloc'd. */
AslResource *
asl_resource_parse(const char *text)
{
	AslResource *resource = palloc0(sizeof(AslResource));
	const char *base;

	resource->text = pstrdup(text);
	base = pnstrdup(text, resource_strip_suffix(text, &resource->pattern));
	if (strncmp(text, "pg:", 3) == 0 ? resource_parse_ours(resource, text + 3, base + 3)
		: resource_parse_arn(resource, base))
		return resource;
	return NULL;
}

/* Is word one of the blank-separated words? */
static bool
resource_has_word(const char *words, const char *word, int length)
{
	for (const char *at = words; (at = strstr(at, word)) != NULL; at++)
	{
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	}
	return false;
}

/*
 * Does Step Functions offer this?  It knows its optimized integrations by name: an action or pattern which one of
 * them lacks is refused.  Of anything else nothing is known: true.
 */
bool
asl_resource_recognized(const AslResource *resource)
{
	const char *service = resource->resource_type;
	const char *action = resource->resource;
	AslPattern	pattern;

	if (strstr(resource->text, ":states:::") == NULL)
		return true;
	if (strncmp(service, "aws-sdk:", strlen("aws-sdk:")) == 0)
		service = "aws-sdk";
	action = pnstrdup(action, resource_strip_suffix(action, &pattern));
	for (int i = 0; i < lengthof(integrations); i++)
	{
		if (strcmp(integrations[i].service, service) == 0)
			return (integrations[i].patterns & PATTERN(pattern)) != 0 &&
				(integrations[i].actions == NULL || resource_has_word(integrations[i].actions, action, strlen(action)));
	}
	return true;
}
