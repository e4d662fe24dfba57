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
 * The role that a task's Credentials name, by ARN or by name.  An ARN of no role of this database is InvalidOid: the
 * owner runs the task.  False: the owner may not act for that role.
 */
extern bool asl_task_role_find(Oid owner, const char *role_arn, Oid *role);

/*
 * In a worker the session's user is the owner already and nothing happens.  In a synchronous run the caller's
 * session lends itself as to a SECURITY DEFINER function: the owner's rights, no way to change roles, the owner's
 * search_path with temporary objects last.  Must be ended in the same (sub)transaction, or that one rolled back.
 */
extern void asl_task_role_begin(AslTaskRole *role, AslBranch *b);
extern void asl_task_role_end(AslTaskRole *role);

#endif
