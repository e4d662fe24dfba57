/*
 * map_field.c - what the fields of a Map lead to.
 *
 * Each is evaluated whenever it is asked for, nothing is stored: from the same input the same comes out.
 */
#include "postgres.h"

#include "map/map_field.h"

#include "engine/attempt.h"
#include "engine/data_flow.h"
#include "engine/iteration.h"
#include "map/item_reader.h"

AslValue
asl_map_items(AslBranch *b, AslValue effective)
{
	const AslExpr *expr = &b->state->items;
	AslValue	items = asl_map_source(b, effective);

	if (items.kind == ASL_ARRAY || (b->state->distributed && asl_items_of(items, &items)))
		return items;
	if (b->state->language == ASL_JSONATA)
		ereport(ERROR, (errcode(ERRCODE_ASL_QUERY_EVALUATION_ERROR),
						errmsg("Map state input must be an array but was: %s", asl_to_json(items))));
	if (expr->kind != ASL_EXPR_PATH)
		asl_raise_runtime("Reference path \"$\" must point to array.");
	/* AWS writes a path into the context object with one "$". */
	asl_raise_runtime("Reference path \"%s\" must point to array.",
					  expr->path->text + (asl_path_root(expr->path->path, NULL) == ASL_ROOT_CONTEXT ? 1 : 0));
}

/* The number that a text holds; undefined where it holds none. */
static AslValue
number_of_text(AslValue text)
{
	AslValue	v;
	char	   *message;

	if (!asl_parse_json(text.u.string, text.length, false, &v, &message) || v.kind != ASL_NUMBER)
		return asl_undefined();
	return v;
}

double
asl_map_number(AslBranch *b, const AslExpr *expr, AslValue effective, bool integer, double absent)
{
	AslBranchScope scope;
	AslValue	v;
	AslValue	number;

	if (!asl_expr_present(expr))
		return absent;
	asl_scope_init(&scope, b, effective);
	if (expr->kind == ASL_EXPR_PATH)
		v = asl_flow_path(expr, &scope.base);
	else
		v = asl_expr_evaluate_typed(expr, &scope.base, ASL_NUMBER);
	number = v.kind == ASL_STRING ? number_of_text(v) : v;
	if (number.kind != ASL_NUMBER || (integer && !asl_is_integer(number)))
		asl_flow_refuse(expr, v, integer ? "integer" : "float");
	return asl_to_double(number);
}

int64
asl_map_concurrency(AslBranch *b, AslValue effective)
{
	const AslExpr *expr = &b->state->max_concurrency;
	double		n = asl_map_number(b, expr, effective, true, 0);

	if (n < 0)
		asl_flow_raise(expr, "MaxConcurrency cannot be negative.");
	return (int64) Min(n, PG_INT32_MAX);
}
