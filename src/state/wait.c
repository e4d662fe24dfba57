/*
 * wait.c - Wait: the branch rests until a time.
 */
#include "postgres.h"

#include "state/state.h"

#include "asl/timestamp.h"
#include "base/settings.h"
#include "engine/data_flow.h"
#include "engine/transition.h"
#include "utils/timestamp.h"

/* AWS counts a delay in seconds in 31 bits: 24,855 days. */
#define LONGEST_DELAY PG_INT32_MAX

static int64
seconds_of_path(AslBranch *b, const AslExpr *expr)
{
	AslBranchScope scope;
	AslValue	v;
	int64		seconds;

	asl_scope_init(&scope, b, asl_flow_input(b));
	v = asl_expr_evaluate(expr, &scope.base);
	if (!asl_defined(v))
		asl_raise_runtime("The SecondsPath parameter does not reference an input value: %s", expr->path->text);
	if (v.kind != ASL_NUMBER || !asl_to_int64(v, &seconds))
		asl_raise_runtime("The SecondsPath parameter cannot be parsed as a long value: %s == %s", expr->path->text,
						  v.kind == ASL_STRING ? asl_to_cstring(v) : asl_to_json(v));
	if (seconds < 0)
		asl_raise_runtime("The SecondsPath parameter references a negative value: %s == " INT64_FORMAT,
						  expr->path->text, seconds);
	return seconds;
}

static int64
seconds_of_jsonata(AslBranch *b, const AslExpr *expr)
{
	AslBranchScope scope;
	AslValue	v;
	int64		seconds;

	asl_scope_init(&scope, b, asl_input(b));
	v = asl_expr_evaluate_typed(expr, &scope.base, ASL_NUMBER);
	if (!asl_to_int64(v, &seconds) || seconds < 0)
		asl_flow_raise(expr, psprintf("The Seconds field references an invalid value: %s", asl_to_json(v)));
	return seconds;
}

static TimestampTz
until_seconds(AslBranch *b)
{
	const AslExpr *expr = &b->state->seconds;
	int64		seconds;

	if (expr->kind == ASL_EXPR_LITERAL)
		(void) asl_to_int64(expr->literal, &seconds);
	else if (expr->kind == ASL_EXPR_JSONATA)
		seconds = seconds_of_jsonata(b, expr);
	else
		seconds = seconds_of_path(b, expr);
	if (seconds > ASL_LONGEST_SECONDS)
		asl_raise_runtime("Wait state delay is too long.");
	return b->row.entered_at + seconds * USECS_PER_SEC;
}

/* AWS waits to the second: a fraction does not count. */
static TimestampTz
until_timestamp(AslBranch *b)
{
	const AslExpr *expr = &b->state->timestamp;
	AslBranchScope scope;
	AslValue	v;
	AslTimestamp until;

	asl_scope_init(&scope, b, b->state->language == ASL_JSONATA ? asl_input(b) : asl_flow_input(b));
	v = expr->kind == ASL_EXPR_LITERAL ? expr->literal
		: expr->kind == ASL_EXPR_JSONATA ? asl_expr_evaluate_typed(expr, &scope.base, ASL_STRING)
		: asl_expr_evaluate(expr, &scope.base);
	if (!asl_defined(v))
		asl_raise_runtime("The TimestampPath parameter does not reference an input value: %s", expr->path->text);
	if (v.kind != ASL_STRING || !asl_timestamp_parse(v.u.string, v.length, &until))
	{
		const char *text = v.kind == ASL_STRING ? asl_to_cstring(v) : asl_to_json(v);

		if (expr->kind != ASL_EXPR_PATH)
			ereport(ERROR, (errcode(ERRCODE_ASL_QUERY_EVALUATION_ERROR),
							errmsg("The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time "
								   "format string: %s", text),
							errdetail_internal("Timestamp")));
		asl_raise_runtime("The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time "
						  "format string: %s == %s", expr->path->text, text);
	}
	return until.second;
}

void
asl_state_wait(AslBranch *b)
{
	bool		by_seconds = asl_expr_present(&b->state->seconds);
	TimestampTz until = by_seconds ? until_seconds(b) : until_timestamp(b);
	TimestampTz now = GetCurrentTimestamp();

	if (!by_seconds && (until - now) / USECS_PER_SEC > LONGEST_DELAY)
		asl_raise_runtime("Wait state delay is too long.");
	if (until <= now)
		asl_state_wait_over(b);
	else
		asl_branch_park(b, STORE_WAIT, &until);
}

void
asl_state_wait_over(AslBranch *b)
{
	asl_state_finish(b, asl_flow_input(b));
}
