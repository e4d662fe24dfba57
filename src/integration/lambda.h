/*
 * lambda.h - lambda:invoke.
 */
#ifndef ASL_INTEGRATION_LAMBDA_H
#define ASL_INTEGRATION_LAMBDA_H

#include "integration/integration.h"

/* The work of a call (see integration.h). */
extern void asl_integration_lambda_invoke(AslBranch *b, AslCall *call);
/* A function's error object as lambda:invoke hands it on: without blanks between its members. */
extern void asl_lambda_compact_cause(AslFault *fault);

#endif
