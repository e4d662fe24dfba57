/*
 * arn.c - Amazon resource names and UUIDs.
 */
#include "postgres.h"

#include "engine/arn.h"

#include "base/errors.h"
#include "base/settings.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* "arn:aws:states:REGION:ACCOUNT:KIND:" */
static char *
states_prefix(const char *kind)
{
	return psprintf("arn:aws:states:%s:%s:%s:", asl_region, asl_account_id, kind);
}

char *
asl_arn_state_machine(const char *name)
{
	return psprintf("%s%s", states_prefix("stateMachine"), name);
}

char *
asl_arn_version(const char *state_machine, int version)
{
	return psprintf("%s%s:%d", states_prefix("stateMachine"), state_machine, version);
}

char *
asl_arn_alias(const char *state_machine, const char *alias)
{
	return psprintf("%s%s:%s", states_prefix("stateMachine"), state_machine, alias);
}

char *
asl_arn_execution(const char *state_machine, const char *name)
{
	return psprintf("%s%s:%s", states_prefix("execution"), state_machine, name);
}

char *
asl_arn_express(const char *state_machine, const char *name_uuid)
{
	return psprintf("%s%s:%s", states_prefix("express"), state_machine, name_uuid);
}

char *
asl_arn_activity(const char *name)
{
	return psprintf("%s%s", states_prefix("activity"), name);
}

char *
asl_arn_map_run(const char *machine, const char *uuid)
{
	return psprintf("%s%s:%s", states_prefix("mapRun"), machine, uuid);
}

char *
asl_arn_role(const char *role)
{
	return psprintf("arn:aws:iam::%s:role/%s", asl_account_id, role);
}

static void
refuse(const char *detail, const char *arn)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_ARN),
					errmsg("Invalid Arn: '%s%s'", detail, arn)));
}

/* The sixth and later fields of an ARN whose resource type is kind. */
static const char *
arn_rest(const char *arn, const char *kind)
{
	const char *p = arn;
	size_t		length = strlen(kind);

	if (strncmp(arn, "arn:", 4) != 0)
		refuse("Invalid ARN prefix: ", arn);
	for (int i = 0; i < 5; i++)
	{
		p = strchr(p, ':');
		if (p == NULL)
			refuse("Invalid ARN: ", arn);
		p++;
	}
	if (strncmp(p, kind, length) != 0 || p[length] != ':' || p[length + 1] == '\0')
	{
		if (strncmp(p, "express:", 8) == 0)
			refuse("Resource type not valid in this context: express", "");
		refuse("Resource type not valid in this context: ", pnstrdup(p, strcspn(p, ":")));
	}
	return p + length + 1;
}

bool
asl_arn_is(const char *arn, const char *kind)
{
	const char *p = arn;

	if (strncmp(arn, "arn:", 4) != 0)
		return false;
	for (int i = 0; i < 5 && p != NULL; i++)
	{
		p = strchr(p, ':');
		p = p ? p + 1 : NULL;
	}
	return p != NULL && strncmp(p, kind, strlen(kind)) == 0 && p[strlen(kind)] == ':';
}

char *
asl_arn_cut_qualifier(char *machine)
{
	char	   *colon = strchr(machine, ':');

	if (colon == NULL)
		return NULL;
	*colon = '\0';
	return colon + 1;
}

int
asl_arn_version_number(const char *qualifier)
{
	size_t		digits = strspn(qualifier, "0123456789");

	return digits > 0 && digits < 10 && qualifier[digits] == '\0' ? atoi(qualifier) : 0;
}

char *
asl_arn_name_only(const char *arn, const char *kind)
{
	return pstrdup(arn_rest(arn, kind));
}

char *
asl_arn_name(const char *name_or_arn, const char *kind)
{
	if (strncmp(name_or_arn, "arn:", 4) != 0)
		return pstrdup(name_or_arn);
	return asl_arn_name_only(name_or_arn, kind);
}

void
asl_arn_execution_names(const char *arn, char **state_machine, char **name)
{
	const char *rest = arn_rest(arn, "execution");
	const char *colon = strchr(rest, ':');

	if (colon == NULL || colon[1] == '\0')
		refuse("Invalid ARN: ", arn);
	else
	{
		*state_machine = pnstrdup(rest, colon - rest);
		*name = pstrdup(colon + 1);
	}
}

/* A UUID's text from 16 bytes, with version and variant set. */
static char *
uuid_text(unsigned char *bytes, int version)
{
	char	   *hex = palloc(37);
	char	   *p = hex;

	bytes[6] = (bytes[6] & 0x0F) | (version << 4);
	bytes[8] = (bytes[8] & 0x3F) | 0x80;
	for (int i = 0; i < UUID_LEN; i++)
	{
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		p += sprintf(p, "%02x", bytes[i]);
	}
	return hex;
}

static void
random_bytes(unsigned char *bytes, int count)
{
	if (!pg_strong_random(bytes, count))
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not generate random values")));
}

char *
asl_uuid_v4(void)
{
	unsigned char bytes[UUID_LEN];

	random_bytes(bytes, UUID_LEN);
	return uuid_text(bytes, 4);
}

char *
asl_uuid_v7(void)
{
	unsigned char bytes[UUID_LEN];
	uint64		milliseconds = GetCurrentTimestamp() / 1000 +
		(uint64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY * 1000;

	random_bytes(bytes, UUID_LEN);
	for (int i = 0; i < 6; i++)
		bytes[i] = (unsigned char) (milliseconds >> (8 * (5 - i)));
	return uuid_text(bytes, 7);
}

char *
asl_uuid_of(const char *text)
{
	uint64		halves[2];

	StaticAssertStmt(sizeof(halves) == UUID_LEN, "a UUID has two halves");
	for (int i = 0; i < 2; i++)
		halves[i] = hash_bytes_extended((const unsigned char *) text, strlen(text), i);
	return uuid_text((unsigned char *) halves, 8);
}
