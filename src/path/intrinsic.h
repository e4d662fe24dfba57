/*
 * intrinsic.h - the intrinsic functions, States.Format(…) and its 17 siblings.
 */
#ifndef ASL_INTRINSIC_H
#define ASL_INTRINSIC_H

#include "path/path.h"

typedef struct AslIntrinsic AslIntrinsic;

/* Parses a call; NULL and *error where the text is none (unknown name and wrong arity included). */
extern AslIntrinsic *asl_intrinsic_parse(const char *text, int length, AslSyntaxError *error);
/* The function's name, "States.Format". */
extern const char *asl_intrinsic_name(const AslIntrinsic *call);
/* Evaluates it.  Raises ERRCODE_ASL_INTRINSIC_FAILURE (wrong type, count, range) or ERRCODE_ASL_RUNTIME (a path
 * argument that finds nothing), both as AWS does: "The function '…' had the following error: …". */
extern AslValue asl_intrinsic_evaluate(const AslIntrinsic *call, AslScope *scope);
/* Calls visit for each path in the arguments, nested ones included. */
extern void asl_intrinsic_paths(const AslIntrinsic *call, void (*visit) (const AslPath *path, void *arg), void *arg);

#endif
