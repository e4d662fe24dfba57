/*
 * version.h - rows of published versions of state machines, and of the aliases that lead to them.
 *
 * Whoever writes them holds the machine's lock in ShareUpdateExclusiveLock (engine/start.h).
 */
#ifndef ASL_STORE_VERSION_H
#define ASL_STORE_VERSION_H

#include "store/query.h"

typedef struct StoreVersion
{
	int32		version;
	int64		revision;
	const char *description;	/* NULL: none */
	TimestampTz creation_date;
} StoreVersion;

typedef struct StoreAlias
{
	const char *name;
	int32		version;
	int32		weight;			/* of 100 */
	int32		other_version;	/* gets the rest; 0: there is none */
	const char *description;	/* NULL: none */
	TimestampTz creation_date;
	TimestampTz update_date;
} StoreAlias;

/* False where there is none. */
extern bool store_version_find(int64 state_machine, int32 version, StoreVersion *result);
/* The newest version of that revision. */
extern bool store_version_of_revision(int64 state_machine, int64 revision, StoreVersion *result);
/* Publishes a revision under the next number. */
extern void store_version_insert(int64 state_machine, int64 revision, const char *description, StoreVersion *result);
extern void store_version_delete(int64 state_machine, int32 version);
extern int	store_version_count(int64 state_machine);
/* The newest first, those before a number (0: all); at most limit, palloc'd. */
extern int	store_versions(int64 state_machine, int32 before, int limit, StoreVersion **versions);

extern bool store_alias_find(int64 state_machine, const char *name, StoreAlias *result);
/* Inserts an alias, or gives the one of that name another description and other routes; fills in its dates. */
extern void store_alias_put(int64 state_machine, StoreAlias *alias);
extern void store_alias_delete(int64 state_machine, const char *name);
extern int	store_alias_count(int64 state_machine);
/* By name, those after one ("": all) that lead to a version (0: any); at most limit, palloc'd. */
extern int	store_aliases(int64 state_machine, int32 version, const char *after, int limit, StoreAlias **aliases);

/* The machine is gone. */
extern void store_versions_forget(int64 state_machine);

#endif
