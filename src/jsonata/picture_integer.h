/*
 * picture_integer.h - integers written and read after a picture: digits ("#,##0", "٠٠١"), letters ("A"), Roman numerals
 * ("i"), words ("Ww"), each as a cardinal or, with the modifier ";o", as an ordinal (XPath functions 3.1, 4.6).
 *
 * $formatInteger and $parseInteger, and the integer components of date pictures.
 */
#ifndef ASL_PICTURE_INTEGER_H
#define ASL_PICTURE_INTEGER_H

#include "jsonata/jsonata.h"

/* $formatInteger: value (finite) is rounded down; *result is a new string.  Errors: D3130, D3131. */
extern bool asl_picture_integer_format(double value, AslValue picture, AslValue *result, JsonataError *error);

/*
 * $parseInteger: reads text, a string, after picture, leniently, as the reference does.  *result is a number, NaN where
 * the text holds none.  Errors: D3130, D3131.
 */
extern bool asl_picture_integer_parse(AslValue text, AslValue picture, AslValue *result, JsonataError *error);

#endif
