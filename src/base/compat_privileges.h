/*
 * compat_privileges.h - the part of compat.h about privileges; utils/acl.h brings the parser's headers along.
 *
 * Since PostgreSQL 16 one function each asks for all kinds of objects.
 */
#ifndef ASL_COMPAT_PRIVILEGES_H
#define ASL_COMPAT_PRIVILEGES_H

#include "postgres.h"

#include "catalog/pg_database.h"
#include "utils/acl.h"

#if PG_VERSION_NUM < 160000
/* Whether SET ROLE would be allowed: since 16 a membership may leave that out. */
static inline bool
member_can_set_role(Oid member, Oid role)
{
	return is_member_of_role(member, role);
}

static inline bool
object_ownercheck(Oid catalog, Oid object, Oid role)
{
	return catalog == DatabaseRelationId ? pg_database_ownercheck(object, role) : pg_extension_ownercheck(object, role);
}

static inline AclResult
object_aclcheck(Oid catalog, Oid object, Oid role, AclMode mode)
{
	Assert(catalog == DatabaseRelationId);
	return pg_database_aclcheck(object, role, mode);
}
#endif

#endif
