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
	int32		version;		/* that was asked for, by its number or by an alias: the revision is its own; 0: none was */
	const char *alias;			/* NULL: none was */
} StoreMachine;

/* What a revision consists of. */
typedef struct StoreContent
{
	Jsonb	   *definition;
	const char *definition_text;	/* as it was given; NULL: the jsonb tells all */
	Jsonb	   *options;
	const char *role_arn;		/* as it was given; NULL: the owner's */
	Jsonb	   *configuration;	/* NULL: AWS's defaults */
} StoreContent;

typedef struct StoreRevision
{
	int64		revision;
	int64		number;
	int64		state_machine;
	const char *name;			/* the machine's */
	bool		express;
	Oid			owner;			/* whom its executions run as */
	TimestampTz creation_date;
	StoreContent content;
} StoreRevision;

/* False where there is none. */
extern bool store_machine_find(const char *name, StoreMachine *machine);
/* False: the name is taken. */
extern bool store_machine_insert(const char *name, bool express, Oid owner, const StoreContent *content);
/* Makes a new revision the current one, with its id in the struct; its number. */
extern int64 store_machine_update(StoreMachine *machine, const StoreContent *content);
/* Gives the machine to another role; the revisions so far keep the old one. */
extern void store_machine_set_owner(StoreMachine *machine, Oid owner);
/* The machines after a name, in the order of their names, that a role may see; at most limit, palloc'd. */
extern int	store_machines(Oid role, const char *after, int limit, StoreMachine **machines);
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
