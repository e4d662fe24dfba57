/*
 * resources.h - what the Resources of a definition's Tasks, ItemReaders and ResultWriters resolve to.
 */
#ifndef ASL_RESOURCES_H
#define ASL_RESOURCES_H

#include "asl/definition.h"
#include "engine/access.h"
#include "nodes/pg_list.h"

typedef struct AslResolved
{
	const AslState *state;
	const AslResource *resource;
	const char *location;		/* "/States/A/Resource", "/States/M/ItemReader/Resource" */
	const char *target;			/* the resource of ours that runs; NULL: none does */
	bool		trusting;		/* the warning is of whose code runs: it would not fail */
	const char *warning;		/* why the task would fail as things are; NULL: nothing known */
} AslResolved;

/* One for each of them, nested ones included, as they are for that machine, id 0 where it is not there yet; palloc'd. */
extern List *asl_resolved_resources(const AslStates *states, StoreObject machine);

#endif
