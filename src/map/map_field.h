/*
 * map_field.h - what the fields of a Map lead to: its items and its numbers.
 */
#ifndef ASL_MAP_FIELD_H
#define ASL_MAP_FIELD_H

#include "engine/run.h"

/* The array to be mapped over; raises a language error for any other value. */
extern AslValue asl_map_items(AslBranch *b, AslValue effective);
/* A number field; a …Path may lead to a text that holds one.  Raises States.Runtime for anything else. */
extern double asl_map_number(AslBranch *b, const AslExpr *expr, AslValue effective, bool integer, double absent);
/* MaxConcurrency; 0: no limit. */
extern int64 asl_map_concurrency(AslBranch *b, AslValue effective);

#endif
