/*
 * data_flow.c - what a state takes from its input and what it makes its output of.
 */
#include "postgres.h"

#include "engine/data_flow.h"

#include "base/settings.h"
#include "engine/attempt.h"

AslValue
asl_flow_path(const AslExpr *expr, AslScope *scope)
{
	AslValue	v = asl_expr_evaluate(expr, scope);

	if (!asl_defined(v))
		asl_raise_runtime("Invalid path '%s' : %s", expr->path->text, asl_path_missing(expr->path->path, scope));
	return v;
}

/* InputPath, OutputPath: absent is "$", null gives an empty object. */
static AslValue
select_by(const AslExpr *expr, AslScope *scope)
{
	if (!asl_expr_present(expr))
		return scope->input;
	if (expr->kind == ASL_EXPR_LITERAL)
		return asl_object_new(0);
	return asl_flow_path(expr, scope);
}

AslValue
asl_flow_input(AslBranch *b)
{
	AslBranchScope scope;

	if (!asl_expr_present(&b->state->input_path))
		return asl_input(b);
	asl_scope_init(&scope, b, asl_input(b));
	return select_by(&b->state->input_path, &scope.base);
}

AslValue
asl_flow_arguments(AslBranch *b, AslValue effective, const char *token)
{
	AslBranchScope scope;

	if (!asl_expr_present(&b->state->arguments))
		return effective;
	asl_scope_init(&scope, b, effective);
	scope.task_token = token;
	return asl_expr_evaluate(&b->state->arguments, &scope.base);
}

void
asl_flow_raise(const AslExpr *expr, const char *what)
{
	if (expr->kind == ASL_EXPR_JSONATA)
		ereport(ERROR, (errcode(ERRCODE_ASL_QUERY_EVALUATION_ERROR), errmsg_internal("%s", what),
						errdetail_internal("%s", expr->field)));
	asl_raise_runtime("%s", what);
}

void
asl_flow_refuse(const AslExpr *expr, AslValue v, const char *number)
{
	const char *slash = strrchr(expr->field, '/');
	const char *field = slash ? slash + 1 : expr->field;
	bool		by_path = expr->kind == ASL_EXPR_PATH;

	/* AWS does not show what an object holds. */
	asl_flow_raise(expr, psprintf("The %s field refers to value \"%s\" which is not a valid %s%s%s", field,
								  v.kind == ASL_STRING ? asl_to_cstring(v) : v.kind == ASL_OBJECT ? "{}" : asl_to_json(v),
								  number, by_path ? ": " : "", by_path ? expr->path->text : ""));
}

int64
asl_flow_seconds(AslBranch *b, const AslExpr *expr)
{
	AslBranchScope scope;
	AslValue	v;
	int64		seconds;

	if (!asl_expr_present(expr))
		return 0;
	if (expr->kind == ASL_EXPR_LITERAL)
		v = expr->literal;
	else if (expr->kind == ASL_EXPR_JSONATA)
	{
		asl_scope_init(&scope, b, asl_input(b));
		v = asl_expr_evaluate_typed(expr, &scope.base, ASL_NUMBER);
	}
	else
	{
		asl_scope_init(&scope, b, asl_flow_input(b));
		v = asl_flow_path(expr, &scope.base);
	}
	if (v.kind != ASL_NUMBER || !asl_to_int64(v, &seconds) || seconds <= 0 || seconds > ASL_LONGEST_SECONDS)
		asl_flow_refuse(expr, v, "positive integer");
	return seconds;
}

/* AWS's words for a payload that is too long. */
static char *
excess_text(const char *what)
{
	return psprintf("The state/task '%s' returned a result with a size exceeding the maximum number of bytes service "
					"limit.", what);
}

char *
asl_flow_excess(AslBranch *b, AslValue value, const char *what)
{
	int64		limit = asl_payload_limit(b->run->program);

	return limit > 0 && asl_json_size(value, limit) > limit ? excess_text(what) : NULL;
}

void
asl_flow_check_size(AslBranch *b, AslValue value, const char *what)
{
	char	   *excess = asl_flow_excess(b, value, what);

	if (excess)
		ereport(ERROR, (errcode(ERRCODE_ASL_DATA_LIMIT_EXCEEDED), errmsg_internal("%s", excess)));
}

void
asl_flow_check_variables(AslBranch *b, AslValue variables, int payloads)
{
	int64		limit = asl_payload_limit(b->run->program) * payloads;
	int64		size = 0;
	AslIterator it = asl_iterate(variables);
	AslValue	name,
				value;

	while (limit > 0 && asl_next(&it, &name, &value))
	{
		size += asl_json_size(value, limit - size);
		if (size > limit)
			ereport(ERROR, (errcode(ERRCODE_ASL_DATA_LIMIT_EXCEEDED),
							errmsg_internal("%s", excess_text(b->state->name))));
	}
}

/* The state types whose work gives a result: "$states.result" exists for them. */
static bool
has_result(const AslState *state)
{
	return state->type == ASL_TASK || state->type == ASL_PARALLEL || state->type == ASL_MAP;
}

static AslValue
jsonata_output(AslBranch *b, AslValue result, AslValue *assigned)
{
	AslState   *state = b->state;
	AslBranchScope scope;
	AslValue	output;

	asl_scope_init(&scope, b, asl_input(b));
	if (has_result(state))
		scope.base.result = result;
	if (assigned && asl_expr_present(&state->output))
		output = asl_expr_evaluate(&state->output, &scope.base);
	else
		output = result;
	if (assigned && asl_expr_present(&state->assign))
		*assigned = asl_expr_evaluate(&state->assign, &scope.base);
	return output;
}

static AslValue
jsonpath_output(AslBranch *b, AslValue result, AslValue *assigned)
{
	AslState   *state = b->state;
	AslBranchScope scope;
	AslValue	output = result;

	asl_scope_init(&scope, b, result);
	if (asl_expr_present(&state->result_selector))
		output = asl_expr_evaluate(&state->result_selector, &scope.base);
	if (assigned && asl_expr_present(&state->assign))
	{
		scope.base.input = output;
		*assigned = asl_expr_evaluate(&state->assign, &scope.base);
	}
	if (state->result_path.kind == ASL_EXPR_LITERAL)
		output = asl_input(b);
	else if (asl_expr_present(&state->result_path))
		output = asl_path_write(state->result_path.path->path, asl_input(b), output);
	scope.base.input = output;
	return select_by(&state->output_path, &scope.base);
}

AslPayload *
asl_flow_output(AslBranch *b, AslValue result, AslValue *assigned)
{
	AslValue	output;

	if (assigned)
		*assigned = asl_undefined();
	output = b->state->language == ASL_JSONATA ? jsonata_output(b, result, assigned)
		: jsonpath_output(b, result, assigned);
	asl_flow_check_size(b, output, b->state->name);
	/* An output that is the input keeps its payload, and with it its place in the history. */
	if (asl_same(output, asl_input(b)))
		return b->input;
	return asl_payload(output);
}
