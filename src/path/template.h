/*
 * template.h - payload templates: JSON in which members whose key ends in ".$" are paths or intrinsic calls.
 */
#ifndef ASL_TEMPLATE_H
#define ASL_TEMPLATE_H

#include "path/intrinsic.h"

/* A ".$" value: a path or a call. */
typedef struct AslPathExpr
{
	const char *text;
	AslPath    *path;			/* one of the two */
	AslIntrinsic *call;
} AslPathExpr;

extern AslPathExpr *asl_path_expr_parse(const char *text, int length, AslSyntaxError *error);
/* Evaluates it; raises ERRCODE_ASL_RUNTIME with AWS's text
 * "The JSONPath '$.a' specified for the field 'x.$' could not be found in the input '{…}'" where nothing is found. */
extern AslValue asl_path_expr_evaluate(const AslPathExpr *expr, AslScope *scope, const char *field);

typedef struct AslTemplate AslTemplate;

/* Compiles a template.  complain is called for every fault with the JSON pointer below the template's root ("" for
 * the root itself) and a message in AWS's words, and where a text is no path or call, with that and what is wrong with
 * it (else NULL); returns NULL if there was any.  The literal's memory must outlive it. */
typedef void (*AslComplain) (void *arg, const char *pointer, const char *message, const char *text,
							 const AslSyntaxError *error);
extern AslTemplate *asl_template_parse(AslValue literal, AslComplain complain, void *arg);
/* Evaluates it; parts without ".$" are shared with the literal, not copied. */
extern AslValue asl_template_evaluate(const AslTemplate *tmpl, AslScope *scope);
extern void asl_template_paths(const AslTemplate *tmpl, void (*visit) (const AslPath *path, void *arg), void *arg);

#endif
