/*
 * decimal.h - numbers as JavaScript writes, reads and rounds them.
 */
#ifndef ASL_DECIMAL_H
#define ASL_DECIMAL_H

#include "postgres.h"
#include "lib/stringinfo.h"

/* Appends JavaScript's String(value): the shortest digits that read back the same, 1e+21, 1e-7, NaN, -Infinity; -0 is 0. */
extern void asl_decimal_append(StringInfo out, double value);

/* Appends asl_decimal_round15(value). */
extern void asl_decimal_append15(StringInfo out, double value);

/* Appends String(value) with at least 2 and at most 36 as radix: $formatBase; value is an integer. */
extern void asl_decimal_append_radix(StringInfo out, double value, int radix);

/* Appends an integer >= 0 in decimal digits, never with an exponent, with zeros before it up to least digits. */
extern void asl_decimal_append_integer(StringInfo out, double value, int least);

/* The value that $string writes: integers as they are, others rounded to 15 significant digits. */
extern double asl_decimal_round15(double value);

/*
 * $round: to precision decimal places (negative: to tens, hundreds ...), halves to the even neighbour, judged by the
 * decimal text of value and not by its binary one.
 */
extern double asl_decimal_round(double value, int precision);

#endif
