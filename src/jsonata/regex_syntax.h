/*
 * regex_syntax.h - from JavaScript's regular expression syntax to PCRE2's.
 */
#ifndef ASL_REGEX_SYNTAX_H
#define ASL_REGEX_SYNTAX_H

#include "postgres.h"
#include "lib/stringinfo.h"

/*
 * Appends to out the PCRE2 pattern that means what pattern means in JavaScript (without the flag u), for PCRE2_UTF |
 * PCRE2_MATCH_UNSET_BACKREF.  Sets *groups to the number of capturing groups.  Returns NULL, or what is wrong with the
 * pattern in V8's words ("Nothing to repeat").
 */
extern const char *asl_regex_syntax_translate(const char *pattern, int length, bool multiline,
											  StringInfo out, int *groups);

#endif
