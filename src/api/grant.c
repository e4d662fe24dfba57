/*
 * grant.c - asl.grant and asl.revoke.
 */
#include "postgres.h"

#include "api/argument.h"
#include "catalog/pg_type.h"
#include "engine/access.h"
#include "engine/arn.h"
#include "engine/start.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

PG_FUNCTION_INFO_V1(asl_sql_grant);
PG_FUNCTION_INFO_V1(asl_sql_revoke);

/* What the first two arguments name; its owner's members may grant it. */
static StoreObject
object_argument(FunctionCallInfo fcinfo)
{
	char	   *kind = asl_text_argument(fcinfo, 0, "kind");
	char	   *name = asl_text_argument(fcinfo, 1, "name");
	StoreMachine machine;
	StoreActivity activity;

	if (strcmp(kind, ASL_OF_MACHINE) == 0)
	{
		asl_machine_require(name, NoLock, ASL_MAY_OWN, &machine);
		return asl_machine_object(&machine);
	}
	if (strcmp(kind, ASL_OF_ACTIVITY) == 0)
	{
		asl_activity_require(asl_arn_name(name, "activity"), ASL_MAY_OWN, &activity);
		return asl_activity_object(&activity);
	}
	ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
					errmsg("1 validation error detected: Value '%s' at 'kind' failed to satisfy constraint: "
						   "Member must satisfy enum value set: [state_machine, activity]", kind)));
}

/* The role that the third argument names; InvalidOid: PUBLIC. */
static Oid
grantee_argument(FunctionCallInfo fcinfo)
{
	char	   *role = asl_text_argument(fcinfo, 2, "role");

	return pg_strcasecmp(role, "public") == 0 ? InvalidOid : get_role_oid(role, false);
}

/* Raises where a text names no privilege for that kind of object; else its name as it is stored. */
static char *
privilege_name(const char *kind, Datum given)
{
	char	   *name = TextDatumGetCString(given);

	if (asl_privilege(kind, name) == ASL_MAY_OWN)
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("there is no privilege \"%s\" for kind %s", name, kind),
						errhint("A state machine's are START, DESCRIBE, STOP, REDRIVE and ANSWER, an activity's START and "
								"ANSWER.")));
	return asc_toupper(name, strlen(name));
}

/* Does it for each privilege of the last argument. */
static Datum
for_each_privilege(FunctionCallInfo fcinfo, void (*change) (const StoreObject *object, StoreGrant grant))
{
	StoreObject object = object_argument(fcinfo);
	StoreGrant	grant = {.grantee = grantee_argument(fcinfo)};
	Datum	   *texts;
	bool	   *nulls;
	int			count;

	asl_require(fcinfo, 3, "privileges");
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(3), TEXTOID, -1, false, TYPALIGN_INT, &texts, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_ASL_MISSING_REQUIRED_PARAMETER), errmsg("a privilege must not be NULL")));
		grant.privilege = privilege_name(object.kind, texts[i]);
		change(&object, grant);
	}
	PG_RETURN_VOID();
}

/* grant(kind text, name text, role text, privileges text[]) returns void */
Datum
asl_sql_grant(PG_FUNCTION_ARGS)
{
	return for_each_privilege(fcinfo, store_grant_add);
}

/* revoke(kind text, name text, role text, privileges text[]) returns void */
Datum
asl_sql_revoke(PG_FUNCTION_ARGS)
{
	return for_each_privilege(fcinfo, store_grant_remove);
}
