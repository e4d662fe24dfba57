/*
 * slow.c - work that takes long.
 */
#include "postgres.h"

#include "engine/slow.h"

#include "common/hashfn.h"
#include "miscadmin.h"

bool		(*asl_slow_begin_hook) (uint64 kind) = NULL;
void		(*asl_slow_end_hook) (uint64 kind) = NULL;

/* A number for the state of a revision, or for the EXPRESS state machine; never 0.  A hint: two may have the same. */
static uint64
kind_of(const AslBranch *b)
{
	const char *name = b->run->program->express ? "" : b->state->name;

	return hash_combine64(hash_bytes_extended((const unsigned char *) name, strlen(name), b->run->program->revision),
						  MyDatabaseId) | 1;
}

bool
asl_slow_begin(const AslBranch *b)
{
	return asl_slow_begin_hook == NULL || asl_slow_begin_hook(kind_of(b));
}

void
asl_slow_end(const AslBranch *b)
{
	if (asl_slow_end_hook)
		asl_slow_end_hook(kind_of(b));
}
