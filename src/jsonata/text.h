/*
 * text.h - what JSONata does with characters: counting, case, URLs and base64, as JavaScript does it.
 *
 * Text is UTF-8, not zero-terminated; a character is a code point.  Results are new strings in the current memory
 * context, or the argument itself where nothing changes.
 */
#ifndef ASL_TEXT_H
#define ASL_TEXT_H

#include "jsonata/jsonata.h"
#include "mb/pg_wchar.h"

/* The number of characters; the number of UTF-16 units. */
extern int	asl_text_characters(const char *text, int length);
extern int	asl_text_utf16_units(const char *text, int length);

/* The byte offset at which character n (from 0) begins; length where there are no more than n. */
extern int	asl_text_offset(const char *text, int length, int n);

/* The code point at text, and how many bytes it takes; the text is valid. */
extern pg_wchar asl_text_decode(const char *text, int *bytes);
extern void asl_text_append(StringInfo out, pg_wchar character);
extern bool asl_text_is_character(pg_wchar code);

/* The order of JavaScript's < on strings, by UTF-16 units: negative, 0, positive. */
extern int	asl_text_compare(AslValue a, AslValue b);

/* Unicode's full case mapping, whatever the database's locale: "ß" is "SS" in upper case. */
extern AslValue asl_text_upper(AslValue text);
extern AslValue asl_text_lower(AslValue text);

/* encodeURI; component: encodeURIComponent, which leaves fewer characters as they are. */
extern AslValue asl_text_encode_url(AslValue text, bool component);
/* Their inverses.  D3140 where an escape sequence is malformed or not UTF-8. */
extern bool asl_text_decode_url(AslValue text, bool component, AslValue *result, JsonataError *error);

/* base64 over the characters' low bytes, one byte a character, as the reference; decoding ignores what is not base64. */
extern AslValue asl_text_base64_encode(AslValue text);
extern AslValue asl_text_base64_decode(AslValue text);

/* Is it base64 for Java: digits that make whole bytes, then no padding or all of it? */
extern bool asl_text_is_base64(AslValue text);

#endif
