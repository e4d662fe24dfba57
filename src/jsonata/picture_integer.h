/*
 * picture_integer.h - integers written and read after a picture: digits ("#,##0", "٠٠١"), letters ("A"), Roman numerals
 * ("i"), words ("Ww"), each as a cardinal or, with the modifier ";o", as an ordinal (XPath functions 3.1, 4.6).
 *
 * $formatInteger and $parseInteger, and the integer components of date pictures.
 */
#ifndef ASL_PICTURE_INTEGER_H
#define ASL_PICTURE_INTEGER_H

#include "jsonata/jsonata.h"
#include "mb/pg_wchar.h"

/* $formatInteger: value is rounded down; *result is a new string.  Errors: D3130, D3131, D1001. */
extern bool asl_picture_integer_format(double value, AslValue picture, AslValue *result, JsonataError *error);

/*
 * $parseInteger: reads text, a string, after picture, leniently, as the reference does.  *result is a number, NaN where
 * the text holds none.  Errors: D3130, D3131.
 */
extern bool asl_picture_integer_parse(AslValue text, AslValue picture, AslValue *result, JsonataError *error);

/* What follows is for date pictures. */

typedef enum IntegerStyle
{
	INTEGER_DECIMAL,
	INTEGER_LETTERS,
	INTEGER_ROMAN,
	INTEGER_WORDS
} IntegerStyle;

typedef enum LetterCase
{
	CASE_LOWER,
	CASE_UPPER,
	CASE_TITLE
} LetterCase;

/* A grouping sign and the number of digits to its right. */
typedef struct GroupingSign
{
	int			digits;
	pg_wchar	sign;
} GroupingSign;

typedef struct IntegerPicture
{
	IntegerStyle style;
	LetterCase	letter_case;
	bool		ordinal;
	/* the rest is INTEGER_DECIMAL's */
	pg_wchar	zero;			/* the digit zero of the picture's decimal family */
	int			mandatory;		/* digits; fewer are filled up with zeros */
	int			optional;
	int			interval;		/* the first sign stands after every so many digits; 0: each where it stands */
	int			sign_count;
	GroupingSign *signs;		/* from the right to the left */
} IntegerPicture;

/* Reads a picture, in the current memory context.  Errors: D3130, D3131. */
extern bool asl_picture_integer_analyse(const char *text, int length, IntegerPicture *picture, JsonataError *error);

/* Appends value, an integer, after picture.  Errors: D1001 for a Roman numeral too large to be one. */
extern bool asl_picture_integer_append(StringInfo out, double value, const IntegerPicture *picture, JsonataError *error);

/* Reads text after picture; NaN where it holds no integer. */
extern double asl_picture_integer_read(const char *text, int length, const IntegerPicture *picture);

/* Changes ASCII letters that stand in title case in text. */
extern void asl_picture_integer_set_case(char *text, LetterCase letter_case);

#endif
