/*
 * session.c - the hygiene of a worker's session: DISCARD ALL, cheap enough to follow every step.
 *
 * Settings, temporary objects, prepared statements, advisory locks, cursors, sequence caches and the role go back to
 * what they were.  (LISTEN is refused in background workers.)  Plans stay: they belong to the engine.  Variables of
 * procedural languages and libraries that a task has loaded stay too, as they do after DISCARD ALL.
 */
#include "postgres.h"

#include "worker/session.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/prepare.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/guc.h"
#include "utils/portal.h"

/* ALTER ROLE … SET role makes the second differ from the first. */
static Oid	session_user;
static Oid	session_current_user;
static Oid	session_role;

void
asl_session_begin(void)
{
	session_user = GetSessionUserId();
	session_current_user = GetUserId();
	session_role = GetCurrentRoleId();
}

/* Whether the last transaction has left something that takes another one to remove. */
static bool
session_is_dirty(void)
{
	return (MyXactFlags & XACT_FLAGS_ACCESSEDTEMPNAMESPACE) != 0 || GetSessionUserId() != session_user ||
		GetUserId() != session_current_user || GetCurrentRoleId() != session_role;
}

static void
session_clean(void)
{
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	SetPGVariable("session_authorization", NIL, false);
	SetPGVariable("role", NIL, false);
	ResetTempTableNamespace();
	CommitTransactionCommand();
}

void
asl_session_separate(void)
{
	PortalHashTableDeleteAll();
	DropAllPreparedStatements();
	ResetSequenceCaches();
	LockReleaseSession(USER_LOCKMETHOD);
}

/* Outside of a transaction there are no portals but held cursors: dropping one runs nobody's code. */
void
asl_session_tidy(void)
{
	asl_session_separate();
	if (session_is_dirty())
		session_clean();
	ResetAllOptions();
}
