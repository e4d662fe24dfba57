/*
 * request.h - which members the arguments of a call may have.
 */
#ifndef ASL_INTEGRATION_REQUEST_H
#define ASL_INTEGRATION_REQUEST_H

#include "asl/resource.h"
#include "value/value.h"

/*
 * Arguments that an API would not take are no failure of a task: the request is never made.  Raises States.Runtime for
 * a member that is missing, is no text where it has to be one, or is not known: misspelt, it would be lost in silence.
 */
extern void asl_request_check(const AslResource *resource, AslValue arguments);

#endif
