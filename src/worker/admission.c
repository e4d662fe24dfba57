/*
 * admission.c - whether a worker may be started.
 *
 * A process that cannot connect would say so in the log each time that it is tried.
 */
#include "postgres.h"

#include "worker/admission.h"

#include "access/htup_details.h"
#include "base/compat_privileges.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_database.h"
#include "utils/acl.h"
#include "utils/syscache.h"

static const char *
admission_database(Oid database, bool *gone)
{
	HeapTuple	tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(database));
	bool		allows;

	*gone = !HeapTupleIsValid(tuple);
	if (*gone)
		return _("The database does not exist.");
	allows = ((Form_pg_database) GETSTRUCT(tuple))->datallowconn;
	ReleaseSysCache(tuple);
	return allows ? NULL : _("The database does not accept connections.");
}

static const char *
admission_role(Oid role)
{
	HeapTuple	tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(role));
	bool		can_login;

	if (!HeapTupleIsValid(tuple))
		return _("The role does not exist.");
	can_login = ((Form_pg_authid) GETSTRUCT(tuple))->rolcanlogin;
	ReleaseSysCache(tuple);
	return can_login ? NULL : _("The role is not permitted to log in.");
}

const char *
asl_admission_refusal(Oid database, Oid role, bool *gone)
{
	const char *refusal = admission_database(database, gone);

	if (!refusal)
		refusal = admission_role(role);
	if (!refusal && object_aclcheck(DatabaseRelationId, database, role, ACL_CONNECT) != ACLCHECK_OK)
		refusal = _("The role has no CONNECT privilege for the database.");
	return refusal;
}
