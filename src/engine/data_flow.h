/*
 * data_flow.h - what a state takes from its input and what it makes its output of.
 *
 *   JSONPath: raw input → InputPath → Parameters → work → ResultSelector → ResultPath (into the raw input) → OutputPath
 *   JSONata:  raw input → Arguments → work → Output
 *
 * Assign is evaluated beside the output, both from the variables as they were when the state was entered.
 */
#ifndef ASL_DATA_FLOW_H
#define ASL_DATA_FLOW_H

#include "base/compat_noreturn.h"
#include "engine/scope.h"

/* The effective input: after InputPath. */
extern AslValue asl_flow_input(AslBranch *b);
/* What the work gets: after Parameters or Arguments.  token: a task token that the payload may hand out, or NULL. */
extern AslValue asl_flow_arguments(AslBranch *b, AslValue effective, const char *token);
/* The output of a state whose work gave result, and what it assigns (undefined: nothing); assigned NULL: the state is
 * left on a way for which its own Output and Assign do not count. */
extern AslPayload *asl_flow_output(AslBranch *b, AslValue result, AslValue *assigned);

/* A plain …Path field's value; raises States.Runtime "Invalid path …" where there is nothing. */
extern AslValue asl_flow_path(const AslExpr *expr, AslScope *scope);
/* Raises what is wrong with a field's value: States.QueryEvaluationError where JSONata gave it, else States.Runtime. */
pg_noreturn extern void asl_flow_raise(const AslExpr *expr, const char *what);
/* The same: what the field or …Path gives is no such number. */
pg_noreturn extern void asl_flow_refuse(const AslExpr *expr, AslValue v, const char *number);
/* An optional number of seconds (TimeoutSeconds, TimeoutSecondsPath …), at most ASL_LONGEST_SECONDS; 0 where the field is
 * absent. */
extern int64 asl_flow_seconds(AslBranch *b, const AslExpr *expr);

/* What the state or task of that name fails with, States.DataLimitExceeded, when the value's text is longer than the
 * machine's limit; NULL: it is not. */
extern char *asl_flow_excess(AslBranch *b, AslValue value, const char *what);
/* Raises it. */
extern void asl_flow_check_size(AslBranch *b, AslValue value, const char *what);
/* Raises it when the values of variables are together longer than so many payloads may be. */
extern void asl_flow_check_variables(AslBranch *b, AslValue variables, int payloads);

#endif
