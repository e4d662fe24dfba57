/*
 * expression.h - evaluating any computed field of a state.
 */
#ifndef ASL_EXPRESSION_H
#define ASL_EXPRESSION_H

#include "asl/definition.h"

/*
 * The value of an expression that is there.  Raises language errors: ERRCODE_ASL_RUNTIME, INTRINSIC_FAILURE,
 * QUERY_EVALUATION_ERROR, each with the cause's text, unframed, as message; for a JSONata error the location
 * ("Output/result") is the error's detail.  Where a plain …Path finds nothing the result is undefined: what that
 * means differs by field.
 */
extern AslValue asl_expr_evaluate(const AslExpr *expr, AslScope *scope);

/* The same for a JSONata field that must have a type; words as AWS's: "array", "string", "number", "boolean". */
extern AslValue asl_expr_evaluate_typed(const AslExpr *expr, AslScope *scope, AslKind kind);

static inline bool asl_expr_present(const AslExpr *expr) { return expr->kind != ASL_EXPR_ABSENT; }

#endif
