/*
 * configuration.c - what a request says of logging, tracing and encryption.
 */
#include "postgres.h"

#include "api/configuration.h"

#include "api/handler.h"
#include "base/errors.h"

#define USUAL_KEY_REUSE 300		/* seconds */

static void
refuse_logging(const char *reason)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_LOGGING_CONFIGURATION), errmsg("Invalid Logging Configuration: %s", reason)));
}

/* Raises where a destination names no log group. */
static void
check_destination(AslValue destination)
{
	char	   *arn = asl_request_text(asl_member(destination, "cloudWatchLogsLogGroup"), "logGroupArn");

	if (arn == NULL || strncmp(arn, "arn:", 4) != 0 || strstr(arn, ":logs:") == NULL || strstr(arn, ":log-group:") == NULL)
		refuse_logging("Log Destination must be the ARN of a CloudWatch Logs log group.");
}

/* A logging configuration with its defaults; undefined: none was given. */
static AslValue
logging_of(AslValue given)
{
	AslValue	logging = asl_object_new(3);
	AslValue	level = asl_member(given, "level");
	AslValue	destinations = asl_member(given, "destinations");
	int			count = destinations.kind == ASL_ARRAY ? (int) asl_array_count(destinations) : 0;
	bool		off = level.kind != ASL_STRING || asl_string_is(level, "OFF");

	if (count > 1 || (!off && count == 0))
		refuse_logging("Must specify exactly one Log Destination.");
	asl_answer_set(&logging, "level", off ? asl_cstring("OFF") : level);
	asl_answer_set(&logging, "includeExecutionData", asl_bool(asl_request_bool(given, "includeExecutionData", false)));
	if (count > 0)
	{
		check_destination(asl_array_get(destinations, 0));
		asl_answer_set(&logging, "destinations", destinations);
	}
	return logging;
}

static AslValue
tracing_of(AslValue given)
{
	AslValue	tracing = asl_object_new(1);

	asl_answer_set(&tracing, "enabled", asl_bool(asl_request_bool(given, "enabled", false)));
	return tracing;
}

static void
refuse_encryption(const char *reason)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_ENCRYPTION_CONFIGURATION),
					errmsg("Invalid Encryption Configuration: %s", reason)));
}

static AslValue
encryption_of(AslValue given)
{
	AslValue	encryption = asl_object_new(3);
	bool		customer = asl_string_is(asl_member(given, "type"), "CUSTOMER_MANAGED_KMS_KEY");
	char	   *key = asl_request_text(given, "kmsKeyId");
	int64		seconds = asl_request_integer(given, "kmsDataKeyReusePeriodSeconds");

	if (customer && key == NULL)
		refuse_encryption("kmsKeyId is required for CUSTOMER_MANAGED_KMS_KEY.");
	if (!customer && (key != NULL || seconds != 0))
		refuse_encryption("kmsKeyId and kmsDataKeyReusePeriodSeconds are for CUSTOMER_MANAGED_KMS_KEY only.");
	asl_answer_text(&encryption, "type", customer ? "CUSTOMER_MANAGED_KMS_KEY" : "AWS_OWNED_KEY");
	if (customer)
	{
		asl_answer_text(&encryption, "kmsKeyId", key);
		asl_answer_set(&encryption, "kmsDataKeyReusePeriodSeconds", asl_integer(seconds ? seconds : USUAL_KEY_REUSE));
	}
	return encryption;
}

/* The three, and how each is read. */
static const struct
{
	const char *member;
	AslValue	(*of) (AslValue given);
}			parts[] = {
	{"encryptionConfiguration", encryption_of},
	{"loggingConfiguration", logging_of},
	{"tracingConfiguration", tracing_of},
};

AslValue
asl_configuration(Jsonb *kept)
{
	AslValue	configuration = asl_object_new(lengthof(parts));

	if (kept != NULL)
		return asl_from_jsonb(kept);
	for (size_t i = 0; i < lengthof(parts); i++)
		asl_answer_set(&configuration, parts[i].member, parts[i].of(asl_undefined()));
	return configuration;
}

Jsonb *
asl_configuration_given(AslValue request, Jsonb *kept)
{
	AslValue	configuration = asl_object_copy(asl_configuration(kept));

	for (size_t i = 0; i < lengthof(parts); i++)
	{
		AslValue	given = asl_member(request, parts[i].member);

		if (given.kind == ASL_OBJECT)
			asl_answer_set(&configuration, parts[i].member, parts[i].of(given));
	}
	return asl_equal(configuration, asl_configuration(NULL)) ? NULL : asl_to_jsonb(configuration);
}

AslValue
asl_encryption_given(AslValue request)
{
	return encryption_of(asl_member(request, "encryptionConfiguration"));
}
