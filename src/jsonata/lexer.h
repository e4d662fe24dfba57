/*
 * lexer.h - the tokens of an expression.
 *
 * Whether "/" divides or begins a regular expression is the parser's to know: it asks for each token with infix true
 * where an operator is expected.
 */
#ifndef ASL_LEXER_H
#define ASL_LEXER_H

#include "jsonata/node.h"
#include "jsonata/raise.h"

typedef enum TokenType
{
	TOKEN_END, TOKEN_OPERATOR, TOKEN_STRING, TOKEN_NUMBER, TOKEN_VALUE, TOKEN_NAME, TOKEN_VARIABLE, TOKEN_REGEX
} TokenType;

typedef struct Token
{
	TokenType	type;
	JsonataOp	op;
	int			position;		/* behind the token */
	AslValue	value;			/* operators: their text */
	JsonataRegex *regex;
} Token;

typedef struct Lexer
{
	const char *text;
	int			length;
	int			position;
	JsonataDialect dialect;
	Escape	   *escape;
} Lexer;

/* Reads the next token. */
extern Token asl_lexer_next(Lexer *lexer, bool infix);

#endif
