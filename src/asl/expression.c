/*
 * expression.c - evaluating any computed field of a state.
 */
#include "postgres.h"

#include "asl/expression.h"
#include "asl/jsonata_template.h"

/* The value of an expression; for a single JSONata expression of the kind asked for, ASL_UNDEFINED: any. */
static AslValue
evaluate(const AslExpr *expr, AslScope *scope, AslKind kind)
{
	switch (expr->kind)
	{
		case ASL_EXPR_ABSENT:
			break;
		case ASL_EXPR_LITERAL:
			return expr->literal;
		case ASL_EXPR_PATH:
			return expr->path->call != NULL ?
				asl_intrinsic_evaluate(expr->path->call, scope) :
				asl_path_evaluate(expr->path->path, scope);
		case ASL_EXPR_TEMPLATE:
			return asl_template_evaluate(expr->payload, scope);
		case ASL_EXPR_JSONATA:
			return asl_jsonata_template_evaluate(expr->jsonata, scope, kind);
	}
	elog(ERROR, "expression is absent");
}

AslValue
asl_expr_evaluate(const AslExpr *expr, AslScope *scope)
{
	return evaluate(expr, scope, ASL_UNDEFINED);
}

/* The same where a JSONata expression must give a value of that kind. */
AslValue
asl_expr_evaluate_typed(const AslExpr *expr, AslScope *scope, AslKind kind)
{
	return evaluate(expr, scope, kind);
}
