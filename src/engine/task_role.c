/*
 * task_role.c - the identity that a task's SQL runs with.
 */
#include "postgres.h"

#include "engine/task_role.h"

#include "access/xact.h"
#include "base/compat_privileges.h"
#include "catalog/pg_type.h"
#include "engine/attempt.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/portal.h"

/* The search_path that a role would have after logging in. */
static char *
role_search_path(Oid role)
{
	static StoreQuery read = {
		"SELECT coalesce((SELECT substr(c, 13) FROM pg_db_role_setting s, unnest(s.setconfig) c "
		" WHERE starts_with(c, 'search_path=') AND s.setrole IN ($1, 0) "
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
asl_task_role_set_search_path(Oid role)
{
	char	   *path = role_search_path(role);

	(void) set_config_option("search_path", path[0] ? psprintf("%s, pg_temp", path) : "pg_temp", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* A role that is gone, or was never there, is refused: the owner's rights in its place might be more than its own. */
bool
asl_task_role_find(Oid owner, const char *role_arn, Oid *role)
{
	bool		is_arn = strncmp(role_arn, "arn:", 4) == 0;
	const char *slash = strrchr(role_arn, '/');

	*role = get_role_oid(is_arn && slash ? slash + 1 : role_arn, true);
	return OidIsValid(*role) && member_can_set_role(owner, *role);
}

/* The role that runs the branch's task. */
static Oid
task_user(const AslBranch *b)
{
	return OidIsValid(b->task_role) ? b->task_role : b->run->owner;
}

/*
 * Is the session the role's own?  Where another one has logged in, or SET ROLE or SET SESSION AUTHORIZATION have been
 * used, a task could go back to what the session is.
 */
static bool
session_is_of(Oid role)
{
	return GetUserId() == role && GetSessionUserId() == role && GetAuthenticatedUserId() == role;
}

/*
 * Deferred triggers run as whoever fires them.  Those of the caller fire now, as the caller; and since constraints
 * stay immediate from here on, the task leaves none behind that the caller would fire.
 */
void
asl_task_role_prepare(const AslBranch *b)
{
	if (session_is_of(task_user(b)) || !asl_deferrable_exists())
		return;
	asl_fire_deferred();
}

void
asl_task_role_begin(AslTaskRole *role, const AslBranch *b)
{
	Oid			user = task_user(b);

	role->switched = !session_is_of(user);
	if (!role->switched)
		return;
	asl_task_role_set_search_path(user);
	GetUserIdAndSecContext(&role->saved_user, &role->saved_context);
	SetUserIdAndSecContext(user, role->saved_context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
}

/* Cursors of this subtransaction would run as whoever fetches from them. */
static void
close_cursors(void)
{
	SPI_connect();
	if (SPI_execute("SELECT name FROM pg_catalog.pg_cursors", true, 0) != SPI_OK_SELECT)
		elog(ERROR, "reading pg_cursors failed");
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		Portal		portal = GetPortalByName(SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1));

		if (portal != NULL && portal->createSubid == GetCurrentSubTransactionId())
			PortalDrop(portal, false);
	}
	SPI_finish();
}

void
asl_task_role_end(AslTaskRole *role)
{
	if (!role->switched)
		return;
	close_cursors();
	SetUserIdAndSecContext(role->saved_user, role->saved_context);
}
