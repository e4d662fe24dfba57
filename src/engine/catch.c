/*
 * catch.c - Catch: leaving a failed state for the state that deals with the error.
 *
 * In JSONPath "$" of a catcher is the Error Output, in JSONata the state's input, beside $states.errorOutput.
 */
#include "postgres.h"

#include "engine/fault.h"

#include "engine/data_flow.h"
#include "engine/transition.h"

AslCatcher *
asl_catch_find(AslBranch *b, const AslFault *fault)
{
	for (int i = 0; i < b->state->catcher_count; i++)
	{
		AslCatcher *catcher = &b->state->catchers[i];

		if (asl_error_equals(b->state, fault, catcher->error_count, catcher->error_equals))
			return catcher;
	}
	return NULL;
}

/* The Error Output.  A timeout has an empty cause; a name or cause that nobody gave is null. */
static AslValue
error_output(const AslFault *fault)
{
	AslValue	output = asl_object_new(2);
	const char *cause = fault->timeout ? "" : fault->error.cause;

	asl_object_set(&output, "Error", 5, fault->error.name ? asl_cstring(fault->error.name) : asl_null());
	asl_object_set(&output, "Cause", 5, cause ? asl_cstring(cause) : asl_null());
	return output;
}

void
asl_catch_apply(AslBranch *b, AslCatcher *catcher, const AslFault *fault)
{
	AslValue	error = error_output(fault);
	AslValue	assigned = asl_undefined();
	AslValue	output = error;
	AslBranchScope scope;

	if (b->state->language == ASL_JSONATA)
	{
		asl_scope_init(&scope, b, asl_input(b));
		scope.base.error_output = error;
		if (asl_expr_present(&catcher->output))
			output = asl_expr_evaluate(&catcher->output, &scope.base);
	}
	else
	{
		asl_scope_init(&scope, b, error);
		if (catcher->result_path.kind == ASL_EXPR_LITERAL)
			output = asl_input(b);
		else if (asl_expr_present(&catcher->result_path))
			output = asl_path_write(catcher->result_path.path->path, asl_input(b), error);
	}
	if (asl_expr_present(&catcher->assign))
		assigned = asl_expr_evaluate(&catcher->assign, &scope.base);
	asl_flow_check_size(b, output, b->state->name);
	asl_state_exit(b, asl_payload(output), assigned, catcher->next);
}
