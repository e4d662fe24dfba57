/*
 * task_role.h - the identity that a task's SQL runs with.
 */
#ifndef ASL_TASK_ROLE_H
#define ASL_TASK_ROLE_H

#include "engine/run.h"

typedef struct AslTaskRole
{
	bool		switched;
	Oid			saved_user;
	int			saved_context;
} AslTaskRole;

/*
 * The role that a task's Credentials name, by ARN or by name.  False: there is none, or the owner may not SET ROLE to it.
 */
extern bool asl_task_role_find(Oid owner, const char *role_arn, Oid *role);

/* Sets the search_path that a role would have after logging in, with temporary objects last; until the GUC nest level's
 * end. */
extern void asl_task_role_set_search_path(Oid role);

/*
 * In a worker the role has logged in, and only Credentials name another one; a synchronous run borrows the session of
 * whoever calls, and that may have become the owner by SET ROLE only.  Neither may leave traps for the other, and the
 * task must not get back to what the session is: unless the session is the role's own from the login on, the operation
 * is security-restricted.  There is no way to other roles then, no temporary table, prepared statement, held cursor or
 * LISTEN, nothing is deferred, cursors end with the task, and the search_path is the role's own, temporary objects last.
 *
 * prepare comes first, outside of the task's subtransaction.  begin must be ended in the same (sub)transaction, or that
 * one rolled back.
 */
extern void asl_task_role_prepare(const AslBranch *b);
extern void asl_task_role_begin(AslTaskRole *role, const AslBranch *b);
extern void asl_task_role_end(AslTaskRole *role);

#endif
