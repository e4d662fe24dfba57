/*
 * grant.h - rows of what owners let other roles do with their state machines and activities.
 */
#ifndef ASL_STORE_GRANT_H
#define ASL_STORE_GRANT_H

#include "store/query.h"

/* A thing that belongs to somebody and may be granted to others: a state machine, or an activity. */
typedef struct StoreObject
{
	const char *kind;			/* "state_machine" or "activity" */
	int64		id;
	Oid			owner;
} StoreObject;

typedef struct StoreGrant
{
	Oid			grantee;		/* InvalidOid: PUBLIC */
	const char *privilege;
} StoreGrant;

/* For statements whose $1 is a role: may it see the row, whose columns are owner and, named as the kind, the id?  The
 * privilege "%": any. */
#define STORE_VISIBLE(row, kind, privilege) \
	"(pg_has_role($1, " row ".owner, 'USAGE') OR EXISTS (SELECT FROM asl.grant_entry g WHERE g.kind = '" kind "' " \
	"AND g.object = " row "." kind " AND g.privilege LIKE '" privilege "' " \
	"AND CASE WHEN g.grantee = 0 THEN true ELSE pg_has_role($1, g.grantee, 'USAGE') END))"

/* All that has been granted on an object; palloc'd.  None where the tables are those of a version without grants. */
extern int	store_grants(const StoreObject *object, StoreGrant **grants);
/* Granting what is granted already, and taking back what was not, changes nothing. */
extern void store_grant_add(const StoreObject *object, StoreGrant grant);
extern void store_grant_remove(const StoreObject *object, StoreGrant grant);
/* The object is gone. */
extern void store_grants_forget(StoreObject object);

#endif
