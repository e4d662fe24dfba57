/*
 * owner.h - workflows and the roles that own them: DROP ROLE, REASSIGN OWNED, DROP OWNED.
 *
 * Only this database is looked at, as with the last two statements; nobody's rights are.
 */
#ifndef ASL_OWNER_H
#define ASL_OWNER_H

#include "postgres.h"

/* Raises where the role owns something, with the list of it, as DROP ROLE does; called with the role's name of before. */
extern void asl_owner_check_drop(Oid role, const char *name);
/* Hands everything over; running executions go on as the other role. */
extern void asl_owner_reassign(Oid from, Oid to);
/* Stops the role's executions and deletes everything. */
extern void asl_owner_drop(Oid role);

#endif
