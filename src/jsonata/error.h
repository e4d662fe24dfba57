/*
 * error.h - filling in a JsonataError.
 *
 * Evaluator code that fails returns false and leaves code and message here; the caller knows the position and adds it.
 */
#ifndef ASL_JSONATA_ERROR_H
#define ASL_JSONATA_ERROR_H

#include "jsonata/jsonata.h"

/*
 * Fills in *error: the code ("" where the reference has none) and the message made from format, palloc'd.  No
 * position, no token.  Always returns false, to be written "return asl_error_set(error, ...)".
 */
extern bool asl_error_set(JsonataError *error, const char *code, const char *format, ...) pg_attribute_printf(3, 4);

/* Fills in *error for a number that is too large for what is asked of it, or not finite: D1001.  Always returns false. */
extern bool asl_error_number_range(JsonataError *error, double value);

#endif
