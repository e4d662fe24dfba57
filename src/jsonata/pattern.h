/*
 * pattern.h - regular expressions as functions.
 */
#ifndef ASL_PATTERN_H
#define ASL_PATTERN_H

#include "jsonata/evaluate.h"

/* Calls /re/ on a string, or the member "next" of what it found: the match as an object, undefined without one. */
extern AslValue asl_pattern_apply(Evaluation *ev, const AslFunction *function, AslValue argument);

#endif
