/*
 * filter.h - what a compiled filter looks like; private to path/.
 *
 * "[?(@.a > 1 && !@.b)]": a tree whose leaves compare two operands or ask whether a path finds anything.
 */
#ifndef ASL_FILTER_H
#define ASL_FILTER_H

#include "path/path_steps.h"

typedef struct AslPattern AslPattern;	/* a compiled regular expression */

typedef enum AslOperandKind
{
	ASL_OPERAND_LITERAL,
	ASL_OPERAND_ITEM,			/* "@.a" */
	ASL_OPERAND_DOCUMENT,		/* "$.a" */
	ASL_OPERAND_PATTERN			/* "/x/i" */
} AslOperandKind;

typedef struct AslOperand
{
	AslOperandKind kind;
	AslValue	literal;
	AslPath    *path;
	AslPattern *pattern;
} AslOperand;

typedef enum AslFilterKind
{
	ASL_FILTER_OR,
	ASL_FILTER_AND,
	ASL_FILTER_NOT,				/* of left */
	ASL_FILTER_EXISTS,			/* does first find anything? */
	ASL_FILTER_COMPARE			/* first operator second */
} AslFilterKind;

/* A comparison of two values, either of which may be undefined. */
typedef bool (*AslFilterComparison) (AslValue first, AslValue second);

struct AslFilter
{
	AslFilterKind kind;
	AslFilter  *left;
	AslFilter  *right;
	AslFilterComparison comparison;	/* NULL: "=~" */
	AslOperand	first;
	AslOperand	second;
};

/* Finds an operator: true with its comparison, NULL for "=~". */
extern bool asl_filter_operator(const char *name, int length, AslFilterComparison *comparison);

/* Compiles a regular expression with the flags that follow it; NULL and *message where it is none. */
extern AslPattern *asl_pattern_compile(AslName expression, AslName flags, char **message);
/* Does the whole text of a scalar match, or that of any element of an array? */
extern bool asl_pattern_matches(const AslPattern *pattern, AslValue value);

#endif
