/*
 * limits.h - how far an evaluation may go.
 */
#ifndef ASL_LIMITS_H
#define ASL_LIMITS_H

#include "jsonata/jsonata.h"

typedef struct Limits
{
	int			timeout;		/* ms; 0 none */
	int			depth;			/* evaluations of nodes that are open; 0 none */
	uint32		sequence;		/* items; 0 none */
	Size		memory;			/* bytes of an evaluation as a whole; 0 none */
	uint32		string;			/* bytes of a string */
	uint32		range;			/* items of Step Functions' $range; 0 none */
} Limits;

#define LIMITS_MEMORY_MESSAGE "Expression evaluation memory limit exceeded: Check for excessive memory usage"

/* The limits of a dialect: those of the settings, where they say none those of the dialect. */
extern Limits asl_limits(JsonataDialect dialect);

/* Defines the settings asl.jsonata_*. */
extern void asl_limits_define(void);

#endif
