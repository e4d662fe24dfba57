/*
 * owned.h - DROP ROLE, REASSIGN OWNED and DROP OWNED look at workflows, too, in the database where they are run.
 */
#ifndef ASL_WORKER_OWNED_H
#define ASL_WORKER_OWNED_H

#include "postgres.h"

#include "nodes/nodes.h"
#include "nodes/pg_list.h"

typedef struct AslOwnedRole
{
	Oid			role;
	char	   *name;
} AslOwnedRole;

/* The roles, AslOwnedRole, that one of these statements is about; NIL for other statements.  They may be gone after it. */
extern List *asl_owned_before(const Node *statement);
/* After it, when rights have been checked: does the same with workflows. */
extern void asl_owned_after(const Node *statement, const List *roles);

#endif
