/*
 * owner.h - all that a role owns in this database, as DROP ROLE, REASSIGN OWNED and DROP OWNED look at it.
 *
 * An execution's owner is its state machine's, also where that is deleted and its row has only stayed for them; or, after
 * the machine was given to another role, who had it when the execution, or the version that it is of, began.
 */
#ifndef ASL_STORE_OWNER_H
#define ASL_STORE_OWNER_H

#include "store/due.h"

/* A line for each thing that keeps the role from being dropped; palloc'd. */
extern int	store_owned(Oid role, char ***lines);
/* Names of the role's state machines, but for deleted ones; palloc'd. */
extern int	store_owned_machines(Oid role, char ***names);
/* Names of its activities; palloc'd. */
extern int	store_owned_activities(Oid role, char ***names);
/* Its executions that run; palloc'd. */
extern int	store_owned_executions(Oid role, int64 **executions);

/*
 * All of it is another role's from now on; what has been granted to the role stays granted to it, and its access
 * keys stay its own: who knows one is not to be the other role.  Waits for the steps
 * under way.  The branches that are due, or will be; palloc'd.
 */
extern int	store_owner_change(Oid from, Oid to, StoreDue **due);

/* All of it goes, and what has been granted to the role.  Nothing of it may be running any more. */
extern void store_owner_delete(Oid role);

#endif
