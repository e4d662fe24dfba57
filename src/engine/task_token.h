/*
 * task_token.h - task tokens: "EXECUTION.BRANCH.SECRET", made anew for each attempt.
 */
#ifndef ASL_TASK_TOKEN_H
#define ASL_TASK_TOKEN_H

#include "postgres.h"

extern char *asl_task_secret(void);
extern char *asl_task_token(int64 execution, int32 branch, const char *secret);
/* False where the text is no token. */
extern bool asl_task_token_parse(const char *token, int64 *execution, int32 *branch, const char **secret);

#endif
