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
#include "miscadmin.h"
#include "storage/procarray.h"
#include "utils/acl.h"
#include "utils/syscache.h"

/*
 * Background workers do not count as connections, but where there are more of those than a limit allows, no worker may
 * connect either.  A limit of 0 is a way to say that nobody may log in.
 */
static bool
admission_full(int limit, int connections)
{
	return limit == 0 || (limit > 0 && connections > limit);
}

static const char *
admission_database(Oid database, Oid role, bool *gone)
{
	HeapTuple	tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(database));
	Form_pg_database form;
	const char *refusal = NULL;

	*gone = !HeapTupleIsValid(tuple);
	if (*gone)
		return _("The database does not exist.");
	form = (Form_pg_database) GETSTRUCT(tuple);
	if (!form->datallowconn || form->datconnlimit < -1)
		refusal = _("The database does not accept connections.");
	else if (!superuser_arg(role) && admission_full(form->datconnlimit, CountDBConnections(database)))
		refusal = _("The database accepts no more connections.");
	ReleaseSysCache(tuple);
	return refusal;
}

static const char *
admission_role(Oid role)
{
	HeapTuple	tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(role));
	Form_pg_authid form;
	const char *refusal = NULL;

	if (!HeapTupleIsValid(tuple))
		return _("The role does not exist.");
	form = (Form_pg_authid) GETSTRUCT(tuple);
	if (!form->rolcanlogin)
		refusal = _("The role is not permitted to log in.");
	else if (!form->rolsuper && admission_full(form->rolconnlimit, CountUserBackends(role)))
		refusal = _("The role may have no more connections.");
	ReleaseSysCache(tuple);
	return refusal;
}

const char *
asl_admission_refusal(Oid database, Oid role, bool *gone)
{
	const char *refusal = admission_database(database, role, gone);

	if (!refusal)
		refusal = admission_role(role);
	if (!refusal && object_aclcheck(DatabaseRelationId, database, role, ACL_CONNECT) != ACLCHECK_OK)
		refusal = _("The role has no CONNECT privilege for the database.");
	return refusal;
}
