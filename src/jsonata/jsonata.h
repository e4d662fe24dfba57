/*
 * jsonata.h - JSONata, the query and transformation language, over values.
 *
 * The reference is jsonata-js 2.2.2; the dialect "states" is what AWS Step Functions runs.
 * This folder knows nothing of workflows.
 */
#ifndef ASL_JSONATA_H
#define ASL_JSONATA_H

#include "nodes/pg_list.h"
#include "value/value.h"

typedef enum JsonataDialect { JSONATA_STANDARD, JSONATA_STATES } JsonataDialect;

typedef struct JsonataExpr JsonataExpr;	/* compiled; lives in the context it was parsed in; immutable */

typedef struct JsonataError
{
	char		code[8];		/* "T2001"; "" for uncoded limits */
	const char *message;		/* the reference's wording, palloc'd */
	int			position;		/* characters from the start; -1 unknown */
	const char *token;			/* NULL: none */
	bool		internal;		/* Step Functions says no more than that something is wrong inside */
} JsonataError;

/* Parses an expression in the current memory context; NULL and *error where it is none. Never raises for bad input. */
extern JsonataExpr *asl_jsonata_parse(const char *text, int length, JsonataDialect dialect, JsonataError *error);

/* Resolves a free variable "$name" of the expression; undefined where there is none. */
typedef AslValue (*JsonataVariable) (void *arg, const char *name, int length);

/*
 * Evaluates an expression.  The result is allocated in the current memory context (or looks into the input).  On
 * error returns false with *error filled in: the caller decides what to raise.  A cancel and out-of-memory raise.
 */
extern bool asl_jsonata_evaluate(const JsonataExpr *expr, AslValue input, JsonataVariable variable, void *arg,
								 AslValue *result, JsonataError *error);

/* Calls visit for each reference to a free variable: its name and, when a member follows directly
 * ("$states.result.x": "states", "result"), that member, else NULL. */
extern void asl_jsonata_variables(const JsonataExpr *expr, void (*visit) (void *arg, const char *name, const char *member), void *arg);

/* What Step Functions refuses at definition time, a list of messages: "Reference to 'phone' at the top level is not
 * supported.", "Reference to '$$' is not supported." */
extern List *asl_jsonata_unsupported(const JsonataExpr *expr);

#endif
