/*
 * scope.h - what the expressions of one state can see: an AslScope over a branch.
 */
#ifndef ASL_ENGINE_SCOPE_H
#define ASL_ENGINE_SCOPE_H

#include "engine/run.h"

typedef struct AslBranchScope
{
	AslScope	base;
	AslBranch  *branch;
	AslBranch  *lane;			/* an ItemSelector's: the lane whose item it makes; else NULL */
	const char *task_token;		/* NULL: no token is being handed out */
	AslValue	context;		/* built when first asked for */
} AslBranchScope;

/* A scope in which "$", "$states.input", is input. */
extern void asl_scope_init(AslBranchScope *scope, AslBranch *b, AslValue input);

/* A timestamp as context object and history print it: UTC, milliseconds, "Z". */
extern char *asl_timestamp_text(TimestampTz t);

#endif
