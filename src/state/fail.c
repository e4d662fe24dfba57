/*
 * fail.c - Fail: ends the branch with an error of the definition's own.
 */
#include "postgres.h"

#include "state/state.h"

#include "engine/data_flow.h"
#include "engine/fault.h"

/* Error or Cause; NULL where the field is absent. */
static const char *
fail_text(AslBranch *b, const AslExpr *expr)
{
	AslBranchScope scope;
	AslValue	v;

	if (!asl_expr_present(expr))
		return NULL;
	asl_scope_init(&scope, b, asl_input(b));
	if (expr->kind == ASL_EXPR_JSONATA)
		return asl_to_cstring(asl_expr_evaluate_typed(expr, &scope.base, ASL_STRING));
	v = expr->kind == ASL_EXPR_LITERAL ? expr->literal : asl_path_expr_evaluate(expr->path, &scope.base, expr->field);
	if (v.kind != ASL_STRING)
		asl_raise_runtime("The JSONPath '%s' specified for the field '%s' must refer to a string", expr->path->text,
						  expr->field);
	return asl_to_cstring(v);
}

void
asl_state_fail(AslBranch *b)
{
	AslFault	fault = {0};

	fault.error.name = fail_text(b, &b->state->error);
	fault.error.cause = fail_text(b, &b->state->cause);
	asl_fault_handle(b, &fault);
}
