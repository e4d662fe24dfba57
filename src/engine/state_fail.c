/*
 * state_fail.c - Fail: ends the branch with an error of the definition's own.
 */
#include "postgres.h"

#include "engine/state.h"

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
	v = asl_expr_evaluate(expr, &scope.base);
	if (!asl_defined(v))
		asl_raise_runtime("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'",
						  expr->path->text, expr->field, asl_to_json(asl_input(b)));
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
