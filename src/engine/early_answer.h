/*
 * early_answer.h - a task whose token is answered by the very call that hands it out.
 *
 * Until the call's transaction has committed, no other session knows the token and the branch does not wait yet.  The
 * call itself may answer already, or send a heartbeat: the answer is kept in memory, taken back if the subtransaction
 * that gave it is rolled back, and the state goes on with it when the call returns.
 */
#ifndef ASL_EARLY_ANSWER_H
#define ASL_EARLY_ANSWER_H

#include "base/errors.h"
#include "utils/jsonb.h"

typedef struct AslEarlyAnswer
{
	int64		execution;
	int32		branch;
	const char *secret;
	MemoryContext context;		/* of the answer */
	bool		given;
	SubTransactionId given_in;
	Jsonb	   *output;			/* NULL: the error */
	AslError	error;
	struct AslEarlyAnswer *outer;
} AslEarlyAnswer;

/* The call begins or ends.  Every try begins without an answer; an end follows each beginning, errors or not. */
extern void asl_early_answer_begin(AslEarlyAnswer *answer);
extern void asl_early_answer_end(AslEarlyAnswer *answer);

/* The answer that this token of a call under way in this session is to get; NULL where there is no such call. */
extern AslEarlyAnswer *asl_early_answer_find(int64 execution, int32 branch, const char *secret);
/* Gives it; what it consists of is copied. */
extern void asl_early_answer_give(AslEarlyAnswer *answer, const Jsonb *output, AslError error);

#endif
