/*
 * parser.h - from text to a complete syntax tree, in three passes.
 */
#ifndef ASL_PARSER_H
#define ASL_PARSER_H

#include "jsonata/node.h"
#include "jsonata/raise.h"

/* Parses the text as it stands; jumps to escape where it is no expression. */
extern JsonataNode *asl_parser_parse(const char *text, int length, JsonataDialect dialect, Escape *escape);

/* Makes paths of operators and finds the objects of parent operators. */
extern JsonataNode *asl_postprocess(JsonataNode *node, Escape *escape);

/* Resolves variables: fills in expr's shape and free variables.  outer: the scope in which $eval stands, or NULL. */
extern void asl_resolve(JsonataExpr *expr, Scope *outer, Escape *escape);

#endif
