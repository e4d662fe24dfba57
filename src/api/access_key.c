/*
 * access_key.c - access keys for who may become their role, and what the gateway's role alone may call.
 */
#include "postgres.h"

#include "api/argument.h"
#include "base/compat_privileges.h"
#include "miscadmin.h"
#include "store/access_key.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(asl_sql_can_become);
PG_FUNCTION_INFO_V1(asl_sql_create_access_key);
PG_FUNCTION_INFO_V1(asl_sql_disable_access_key);
PG_FUNCTION_INFO_V1(asl_sql_delete_access_key);
PG_FUNCTION_INFO_V1(asl_sql_authenticate);
PG_FUNCTION_INFO_V1(asl_sql_request_begin);
PG_FUNCTION_INFO_V1(asl_sql_request_end);

/* can_become(role regrole) returns boolean: whether SET ROLE would be allowed */
Datum
asl_sql_can_become(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(member_can_set_role(GetUserId(), PG_GETARG_OID(0)));
}

/* create_access_key(role regrole) returns (access_key_id text, secret_access_key text) */
Datum
asl_sql_create_access_key(PG_FUNCTION_ARGS)
{
	Oid			role = PG_GETARG_OID(0);
	StoreAccessKey key;
	Datum		values[2];
	bool		nulls[2];

	if (!member_can_set_role(GetUserId(), role))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("permission denied to create an access key of role \"%s\"", GetUserNameFromId(role, false)),
						errhint("A role's keys are made by those who may SET ROLE to it.")));
	if (!store_access_key_create(role, &key))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("role \"%s\" has two access keys already", GetUserNameFromId(role, false)),
						errhint("Disable or delete one of asl.access_keys first.")));
	values[0] = asl_text_datum(key.id, &nulls[0]);
	values[1] = asl_text_datum(key.secret, &nulls[1]);
	return asl_result_row(fcinfo, values, nulls);
}

/* The key that the first argument names; to who may not become its role there is none. */
static char *
key_argument(FunctionCallInfo fcinfo)
{
	char	   *id = asl_text_argument(fcinfo, 0, "access_key_id");
	Oid			owner = store_access_key_owner(id);

	if (!OidIsValid(owner) || !member_can_set_role(GetUserId(), owner))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("access key \"%s\" does not exist", id)));
	return id;
}

/* disable_access_key(access_key_id text, disabled boolean) returns void */
Datum
asl_sql_disable_access_key(PG_FUNCTION_ARGS)
{
	char	   *id = key_argument(fcinfo);

	asl_require(fcinfo, 1, "disabled");
	store_access_key_disable(id, PG_GETARG_BOOL(1));
	PG_RETURN_VOID();
}

/* delete_access_key(access_key_id text) returns void */
Datum
asl_sql_delete_access_key(PG_FUNCTION_ARGS)
{
	store_access_key_delete(key_argument(fcinfo));
	PG_RETURN_VOID();
}

/* authenticate(access_key_id text) returns (role text, secret text), both NULL where no such key may be used */
Datum
asl_sql_authenticate(PG_FUNCTION_ARGS)
{
	char	   *role = NULL;
	char	   *secret = NULL;
	Datum		values[2];
	bool		nulls[2];

	store_access_key_use(asl_text_argument(fcinfo, 0, "access_key_id"), &role, &secret);
	values[0] = asl_text_datum(role, &nulls[0]);
	values[1] = asl_text_datum(secret, &nulls[1]);
	return asl_result_row(fcinfo, values, nulls);
}

static StoreRequest
request_arguments(FunctionCallInfo fcinfo)
{
	return (StoreRequest)
	{
		asl_text_argument(fcinfo, 0, "caller"), asl_text_argument(fcinfo, 1, "operation"),
			asl_text_argument(fcinfo, 2, "invocation"), asl_text_argument(fcinfo, 3, "body")
	};
}

/* request_begin(caller text, operation text, invocation text, body text) returns jsonb */
Datum
asl_sql_request_begin(PG_FUNCTION_ARGS)
{
	StoreRequest request = request_arguments(fcinfo);
	Jsonb	   *answer;

	if (store_request_begin(&request, &answer) || answer == NULL)
		PG_RETURN_NULL();
	PG_RETURN_JSONB_P(answer);
}

/* request_end(caller text, operation text, invocation text, body text, answer jsonb) returns void */
Datum
asl_sql_request_end(PG_FUNCTION_ARGS)
{
	StoreRequest request = request_arguments(fcinfo);

	store_request_end(&request, asl_jsonb_argument(fcinfo, 4, "answer"));
	PG_RETURN_VOID();
}
