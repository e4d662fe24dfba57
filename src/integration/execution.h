/*
 * execution.h - nested executions: a Task that starts an execution and may wait for its end.
 */
#ifndef ASL_INTEGRATION_EXECUTION_H
#define ASL_INTEGRATION_EXECUTION_H

#include "integration/integration.h"
#include "store/execution.h"

/* The refusal of a start, in the words that StepFunctions' own integration has for it. */
extern void asl_nested_refused(AslFault *fault);
/* The description of an ended child as AWS gives it; as_text: Input and Output as JSON texts (.sync). */
extern AslValue asl_nested_description(const StoreExecution *child, bool as_text);

#endif
