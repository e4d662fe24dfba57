/*
 * limits.c - the settings asl.jsonata_* and what the dialects set where they do not.
 */
#include "postgres.h"

#include "jsonata/limits.h"

#include <limits.h>

#include "utils/guc.h"

#define LIMITS_UNSET (-1)

static int	limits_timeout = LIMITS_UNSET;
static int	limits_depth = LIMITS_UNSET;
static int	limits_sequence = LIMITS_UNSET;
static int	limits_memory = LIMITS_UNSET;	/* kB */

/* What the dialects set themselves.  Step Functions': as documented and as measured there. */
static const Limits limits_standard = {
	.memory = (Size) 1024 * 1024 * 1024,
	.string = PG_UINT32_MAX
};
static const Limits limits_states = {
	.timeout = 1000,
	.depth = 100,
	.sequence = 873782,
	.memory = (Size) 256 * 1024 * 1024,
	.string = 7 * 1024 * 1024,
	.range = 360145
};

/* The limits of a dialect. */
Limits
asl_limits(JsonataDialect dialect)
{
	Limits		limits = dialect == JSONATA_STATES ? limits_states : limits_standard;

	if (limits_timeout != LIMITS_UNSET)
		limits.timeout = limits_timeout;
	if (limits_depth != LIMITS_UNSET)
		limits.depth = limits_depth;
	if (limits_sequence != LIMITS_UNSET)
		limits.sequence = limits.range = limits_sequence;
	if (limits_memory != LIMITS_UNSET)
	{
		limits.memory = (Size) limits_memory * 1024;
		limits.string = PG_UINT32_MAX;
	}
	return limits;
}

/* Defines the settings. */
void
asl_limits_define(void)
{
	DefineCustomIntVariable("asl.jsonata_timeout",
							"Time after which the evaluation of a JSONata expression is given up.",
							"0 is no limit; -1 is the dialect's own: 1 s for states, none for standard.",
							&limits_timeout, LIMITS_UNSET, -1, INT_MAX, PGC_SUSET, GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable("asl.jsonata_depth",
							"Most evaluations that may be open inside one another in a JSONata expression.",
							"0 is no limit but max_stack_depth; -1 is the dialect's own: 100 for states, none for standard.",
							&limits_depth, LIMITS_UNSET, -1, INT_MAX, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("asl.jsonata_sequence",
							"Most items of a sequence in a JSONata expression.",
							"0 is no limit; -1 is the dialect's own: 873,782 for states, none for standard.",
							&limits_sequence, LIMITS_UNSET, -1, INT_MAX, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("asl.jsonata_memory",
							"Most memory that the evaluation of a JSONata expression may use.",
							"0 is no limit; -1 is the dialect's own: 256 MB for states, 7 MB of them for a string; 1 GB for standard.",
							&limits_memory, LIMITS_UNSET, -1, INT_MAX, PGC_SUSET, GUC_UNIT_KB, NULL, NULL, NULL);
}
