/*
 * fault.h - what happens to a branch whose state failed: Retry, Catch, or the end.
 */
#ifndef ASL_FAULT_H
#define ASL_FAULT_H

#include "engine/attempt.h"

/* The state under way failed; the branch's last event is the failing one. */
extern void asl_fault_handle(AslBranch *b, AslFault *fault);
/* Puts the state's name into the cause, and adds the event of a failed evaluation; once for each fault. */
extern void asl_fault_complete(AslBranch *b, AslFault *fault);

/* retry.c: parks the branch for another attempt; false where no retrier matches or its attempts are used up. */
extern bool asl_retry(AslBranch *b, const AslFault *fault);
/* catch.c: the catcher that takes the error, NULL if none does. */
extern AslCatcher *asl_catch_find(AslBranch *b, const AslFault *fault);
/* catch.c: leaves the state through a catcher; raises language errors of its expressions. */
extern void asl_catch_apply(AslBranch *b, AslCatcher *catcher, const AslFault *fault);

/* Is the error named by an ErrorEquals list? */
extern bool asl_error_equals(const AslState *state, const AslFault *fault, int count, const char **names);

#endif
