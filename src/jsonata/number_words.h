/*
 * number_words.h - numbers in English words: "One Thousand, Two Hundred and Thirty-Four", "Thirty-Fourth".
 */
#ifndef ASL_NUMBER_WORDS_H
#define ASL_NUMBER_WORDS_H

#include "postgres.h"
#include "lib/stringinfo.h"

/* Appends value, an integer >= 0, in title case.  Beyond trillions the words repeat: "ten billion trillion". */
extern void asl_number_words_append(StringInfo out, double value, bool ordinal);

/* Reads a number in words of any case, cardinal or ordinal; NaN where text is none. */
extern double asl_number_words_read(const char *text, int length);

#endif
