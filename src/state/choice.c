/*
 * choice.c - Choice: the first rule that holds says where to go.
 */
#include "postgres.h"

#include "state/state.h"

#include "engine/data_flow.h"
#include "engine/transition.h"

static bool
rule_holds(const AslChoiceRule *rule, AslScope *scope)
{
	if (rule->test)
		return asl_test_matches(rule->test, scope);
	return asl_expr_evaluate_typed(&rule->condition, scope, ASL_BOOL).u.boolean;
}

/* Leaves by a rule: its own Assign and Output count, the state's go with Default. */
static void
leave_by_rule(AslBranch *b, const AslChoiceRule *rule, AslScope *scope)
{
	AslValue	assigned = asl_undefined();
	AslValue	output = scope->input;

	if (asl_expr_present(&rule->output))
		output = asl_expr_evaluate(&rule->output, scope);
	if (asl_expr_present(&rule->assign))
		assigned = asl_expr_evaluate(&rule->assign, scope);
	asl_state_exit(b, asl_flow_output(b, output, NULL), assigned, rule->next);
}

void
asl_state_choice(AslBranch *b)
{
	AslBranchScope scope;
	AslValue	assigned;
	AslPayload *output;

	asl_scope_init(&scope, b, asl_flow_input(b));
	for (int i = 0; i < b->state->choice_count; i++)
	{
		if (rule_holds(&b->state->choices[i], &scope.base))
		{
			leave_by_rule(b, &b->state->choices[i], &scope.base);
			return;
		}
	}
	if (b->state->default_state == NULL)
		asl_raise_runtime("Failed to transition out of the state. The state does not point to a next state.");
	output = asl_flow_output(b, scope.base.input, &assigned);
	asl_state_exit(b, output, assigned, b->state->default_state);
}
