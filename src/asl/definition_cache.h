/*
 * definition_cache.h - the definitions this backend has read, by revision.
 *
 * A revision never changes, so an entry is never stale; the least recently used one makes room when there are
 * many.  A machine that a running step holds is pinned by asl_definition_cache_get until the next call from outside
 * the engine's step (the engine looks a machine up once a step).
 */
#ifndef ASL_DEFINITION_CACHE_H
#define ASL_DEFINITION_CACHE_H

#include "asl/definition.h"

/* The machine of a revision, NULL if this backend has not read it yet. */
extern AslMachine *asl_definition_cache_get(int64 revision);
/* Reads a definition that was valid when it was stored and keeps it. */
extern AslMachine *asl_definition_cache_put(int64 revision, Jsonb *definition, bool express);

#endif
