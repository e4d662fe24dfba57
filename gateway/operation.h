/*
 * operation.h - the operations of the API, and what is special about some.
 */
#ifndef GATEWAY_OPERATION_H
#define GATEWAY_OPERATION_H

#include "request.h"

typedef struct Operation
{
	const char *name;
	bool		once;			/* happens once under an invocation id */
	bool		polls;			/* waits for a task */
	bool		tenants_code;	/* runs SQL of a definition: never in the gateway's session */
} Operation;

#define OPERATION_COUNT 37
extern const Operation operations[OPERATION_COUNT];

/* NULL where the header X-Amz-Target names none. */
extern const Operation *operation_find(const char *target);

#endif
