/*
 * scope.h - what an expression of a state can see: its input, the context object and the variables.
 *
 * The context object and variables are asked for by call, so that nobody builds what nobody reads.
 */
#ifndef ASL_SCOPE_H
#define ASL_SCOPE_H

#include "value/value.h"

typedef struct AslScope AslScope;
struct AslScope
{
	AslValue	input;			/* "$" in paths; "$states.input" in JSONata */
	AslValue	(*context) (AslScope *scope);	/* "$$", "$states.context" */
	AslValue	(*variable) (AslScope *scope, const char *name, int length);	/* undefined: not assigned */
	AslValue	result;			/* JSONata: "$states.result", undefined where there is none */
	AslValue	error_output;	/* JSONata: "$states.errorOutput", undefined where there is none */
};

#endif
