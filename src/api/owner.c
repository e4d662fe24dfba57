/*
 * owner.c - asl.reassign_owned.
 */
#include "postgres.h"

#include "api/argument.h"
#include "engine/owner.h"
#include "miscadmin.h"
#include "utils/acl.h"

PG_FUNCTION_INFO_V1(asl_sql_reassign_owned);

/* Raises unless the current user has the role's rights. */
static void
check_member(Oid role)
{
	if (!has_privs_of_role(GetUserId(), role))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("permission denied to reassign workflows"),
						errdetail("Only roles with privileges of both roles may reassign workflows from one to the other.")));
}

/* reassign_owned(old_owner regrole, new_owner regrole) returns void */
Datum
asl_sql_reassign_owned(PG_FUNCTION_ARGS)
{
	asl_require(fcinfo, 0, "old_owner");
	asl_require(fcinfo, 1, "new_owner");
	(void) GetUserNameFromId(PG_GETARG_OID(1), false);
	check_member(PG_GETARG_OID(0));
	check_member(PG_GETARG_OID(1));
	asl_owner_reassign(PG_GETARG_OID(0), PG_GETARG_OID(1));
	PG_RETURN_VOID();
}
