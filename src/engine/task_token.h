/*
 * task_token.h - task tokens: "EXECUTION.BRANCH.SECRET", made anew for each attempt.  An activity's secret tells the
 * activity, too: "UUID.ACTIVITY".
 */
#ifndef ASL_TASK_TOKEN_H
#define ASL_TASK_TOKEN_H

#include "postgres.h"

/* activity 0: the task is none's. */
extern char *asl_task_secret(int64 activity);
/* The activity whose task has that secret; 0: none. */
extern int64 asl_task_secret_activity(const char *secret);
/* Is that the secret?  Takes equally long wherever they differ. */
extern bool asl_task_secret_is(const char *secret, const char *given);
extern char *asl_task_token(int64 execution, int32 branch, const char *secret);
/* False where the text is no token. */
extern bool asl_task_token_parse(const char *token, int64 *execution, int32 *branch, const char **secret);

#endif
