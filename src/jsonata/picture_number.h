/*
 * picture_number.h - $formatNumber: numbers written after a picture as in "#,##0.00" (XPath functions 3.1, 4.7).
 */
#ifndef ASL_PICTURE_NUMBER_H
#define ASL_PICTURE_NUMBER_H

#include "jsonata/jsonata.h"

/*
 * Writes value after picture, a string.  options is an object whose members replace the signs of the picture
 * ("decimal-separator", "grouping-separator", "exponent-separator", "minus-sign", "percent", "per-mille",
 * "zero-digit", "digit", "pattern-separator"; others are ignored), or undefined.  *result is a new string.
 * Errors: D3080 to D3093, D1001 where value is not finite.
 */
extern bool asl_picture_number_format(double value, AslValue picture, AslValue options,
									  AslValue *result, JsonataError *error);

#endif
