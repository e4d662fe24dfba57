/*
 * machine.h - rows of state machines, their revisions and the resource map.
 */
#ifndef ASL_STORE_MACHINE_H
#define ASL_STORE_MACHINE_H

#include "store/query.h"

typedef struct StoreMachine
{
	int64		state_machine;
	const char *name;
	bool		express;
	bool		deleting;
	Oid			owner;
	int64		revision;
	TimestampTz creation_date;
} StoreMachine;

typedef struct StoreRevision
{
	int64		revision;
	int64		number;
	int64		state_machine;
	const char *name;			/* the machine's */
	bool		express;
	Oid			owner;
	Jsonb	   *definition;
	Jsonb	   *options;
} StoreRevision;

/* False where there is none. */
extern bool store_machine_find(const char *name, StoreMachine *machine);
/* False: the name is taken. */
extern bool store_machine_insert(const char *name, bool express, Oid owner, Jsonb *definition, Jsonb *options);
/* Makes a new revision the current one; its number. */
extern int64 store_machine_update(int64 state_machine, Jsonb *definition, Jsonb *options);
/* Marks the machine DELETING. */
extern void store_machine_set_deleting(int64 state_machine);

typedef struct StoreDoomed
{
	int64		execution;
	Oid			owner;
} StoreDoomed;

/* Makes each running execution end at its next step; those of an EXPRESS machine end by themselves.  palloc'd. */
extern int	store_machine_doom(int64 state_machine, TimestampTz now, StoreDoomed **doomed);
/* A machine that is DELETING is DELETED once no execution of it runs; whether it is. */
extern bool store_machine_delete_if_unused(int64 state_machine);

/* A revision that some row refers to; raises an internal error where it is missing. */
extern void store_revision_read(int64 revision, StoreRevision *result);

/* What a role's Tasks run for a resource: the target of the most specific pattern that matches, the role's own ones
 * first, then those of the extension's owner; NULL if none does. */
extern char *store_resource_target(const char *resource, Oid role);
/* target NULL: the mapping is removed. */
extern void store_resource_map(Oid owner, const char *pattern, const char *target);

#endif
