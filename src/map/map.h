/*
 * map.h - the state type Map.
 */
#ifndef ASL_MAP_H
#define ASL_MAP_H

#include "engine/run.h"

/* The work of a Map that is entered or tried again: starts what iterates. */
extern void asl_state_map(AslBranch *b);

#endif
