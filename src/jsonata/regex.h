/*
 * regex.h - JavaScript's regular expressions, on PCRE2.
 *
 * The syntax and meaning are JavaScript's without its flag u, but over characters instead of UTF-16 units.  Known
 * differences: a lookbehind's alternatives must have fixed lengths; a group keeps its last match when an outer
 * repetition begins anew, and counts as matched where an optional repetition matched nothing.
 */
#ifndef ASL_REGEX_H
#define ASL_REGEX_H

#include "jsonata/jsonata.h"

typedef struct JsonataRegex JsonataRegex;	/* compiled; lives in the memory context it was compiled in; immutable */

/* What a group (0: the whole match) matched: byte offsets into the text; start -1 where it took no part. */
typedef struct RegexSpan
{
	int			start;
	int			end;
} RegexSpan;

/*
 * Compiles the text between the slashes; the flags are i and m.  NULL and *error (without a code, as the reference) where
 * it is no regular expression.  Everything it owns goes with the current memory context.
 */
extern JsonataRegex *asl_regex_compile(const char *pattern, int length, bool ignore_case, bool multiline,
									   JsonataError *error);

/* The number of capturing groups. */
extern int	asl_regex_groups(const JsonataRegex *regex);

/*
 * Finds the first match that begins at or after offset (bytes, at a character's start).  Fills in
 * spans[0 .. asl_regex_groups()] and sets *matched; false and *error where the search exceeds its limits.  A cancel raises.
 */
extern bool asl_regex_exec(const JsonataRegex *regex, const char *text, int length, int offset,
						   bool *matched, RegexSpan *spans, JsonataError *error);

#endif
