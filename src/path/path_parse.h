/*
 * path_parse.h - the parser's state, shared by paths, their filters and intrinsic calls; private to path/.
 *
 * A parsing function returns NULL or false after it has filled in the error; it never raises for bad input.
 */
#ifndef ASL_PATH_PARSE_H
#define ASL_PATH_PARSE_H

#include "path/path_steps.h"

typedef struct AslPathParser
{
	const char *begin;			/* positions in errors count from here */
	const char *at;
	const char *end;
	int			depth;			/* of nested filters, literals and calls */
	AslSyntaxError *error;
} AslPathParser;

#define ASL_PATH_MAX_DEPTH 100

static inline bool
asl_parser_sees(const AslPathParser *parser, char c)
{
	return parser->at < parser->end && *parser->at == c;
}

/* Steps over c if it is next. */
static inline bool
asl_parser_accept(AslPathParser *parser, char c)
{
	if (!asl_parser_sees(parser, c))
		return false;
	parser->at++;
	return true;
}

/* Fills in the error for the text at the given place; always false. */
extern bool asl_parser_fail(AslPathParser *parser, const char *at, const char *message);
/* Counts one more level of nesting; false where there are too many. */
extern bool asl_parser_enter(AslPathParser *parser);
extern void asl_parser_skip_blanks(AslPathParser *parser);
/* Steps over c, or fails with what was expected. */
extern bool asl_parser_expect(AslPathParser *parser, char c);

/* Parses the path that begins here, as far as it goes. */
extern AslPath *asl_path_parse_prefix(AslPathParser *parser);
/* Parses a text in ' or " with backslash escapes. */
extern bool asl_path_parse_quoted(AslPathParser *parser, AslName *name);
/* Parses "(…)" of a filter. */
extern AslFilter *asl_filter_parse(AslPathParser *parser);
/* Parses a number, a text in quotes, true, false, null, or an array or object of these. */
extern bool asl_path_parse_literal(AslPathParser *parser, AslValue *value);

#endif
