/*
 * task_role.c - the identity that a task's SQL runs with.
 */
#include "postgres.h"

#include "engine/task_role.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/guc.h"

/* The search_path that the owner would have after logging in. */
static char *
role_search_path(Oid role)
{
	static StoreQuery read = {
		"SELECT coalesce((SELECT substr(c, 13) FROM pg_db_role_setting s, unnest(s.setconfig) c "
		" WHERE c LIKE 'search_path=%' AND s.setrole IN ($1, 0) "
		" AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) "
		" ORDER BY s.setrole = $1 DESC, s.setdatabase DESC LIMIT 1), '\"$user\", public')",
		1, {OIDOID}};
	StoreCall	call;
	char	   *path;

	store_begin(&call);
	store_add_oid(&call, role);
	store_run(&call, &read);
	path = store_get_text(&call, 0, 1);
	store_end(&call);
	return path;
}

void
asl_task_role_begin(AslTaskRole *role, AslBranch *b)
{
	Oid			owner = b->run->owner;

	role->switched = GetUserId() != owner;
	if (!role->switched)
		return;
	(void) set_config_option("search_path", psprintf("%s, pg_temp", role_search_path(owner)), PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	GetUserIdAndSecContext(&role->saved_user, &role->saved_context);
	SetUserIdAndSecContext(owner, role->saved_context | SECURITY_LOCAL_USERID_CHANGE);
}

void
asl_task_role_end(AslTaskRole *role)
{
	if (role->switched)
		SetUserIdAndSecContext(role->saved_user, role->saved_context);
}
