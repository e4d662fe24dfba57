/*
 * owned.c - DROP ROLE, REASSIGN OWNED and DROP OWNED of roles with workflows.
 */
#include "postgres.h"

#include "worker/owned.h"

#include "catalog/namespace.h"
#include "commands/extension.h"
#include "engine/owner.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"

/* Is the extension here, in a version that knows of grants? */
static bool
extension_is_here(void)
{
	return OidIsValid(get_extension_oid("pg_asl", true)) && OidIsValid(get_namespace_oid("asl", true)) &&
		OidIsValid(get_relname_relid("grant_entry", get_namespace_oid("asl", true)));
}

/* The statement's list of RoleSpec; NIL: it is none of ours. */
static List *
role_specs(const Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_DropRoleStmt:
			return ((const DropRoleStmt *) statement)->roles;
		case T_DropOwnedStmt:
			return ((const DropOwnedStmt *) statement)->roles;
		case T_ReassignOwnedStmt:
			return ((const ReassignOwnedStmt *) statement)->roles;
		default:
			return NIL;
	}
}

List *
asl_owned_before(const Node *statement)
{
	List	   *specs = role_specs(statement);
	List	   *roles = NIL;
	ListCell   *cell;

	if (specs == NIL || !extension_is_here())
		return NIL;
	foreach(cell, specs)
	{
		AslOwnedRole *owned = palloc(sizeof(AslOwnedRole));

		owned->role = get_rolespec_oid(lfirst(cell), true);
		if (!OidIsValid(owned->role))
			continue;
		owned->name = GetUserNameFromId(owned->role, false);
		roles = lappend(roles, owned);
	}
	return roles;
}

void
asl_owned_after(const Node *statement, const List *roles)
{
	ListCell   *cell;

	foreach(cell, roles)
	{
		const AslOwnedRole *owned = lfirst(cell);

		if (IsA(statement, DropRoleStmt))
			asl_owner_check_drop(owned->role, owned->name);
		else if (IsA(statement, DropOwnedStmt))
			asl_owner_drop(owned->role);
		else
			asl_owner_reassign(owned->role, get_rolespec_oid(((const ReassignOwnedStmt *) statement)->newrole, false));
	}
}
