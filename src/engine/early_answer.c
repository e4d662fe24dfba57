/*
 * early_answer.c - a task whose token is answered by the very call that hands it out.
 */
#include "postgres.h"

#include "engine/early_answer.h"

#include "access/xact.h"
#include "utils/memutils.h"

/* Of the calls under way: a synchronous run inside a task has tasks of its own. */
static AslEarlyAnswer *innermost = NULL;

/* An answer belongs to the subtransaction that gave it, and with its commit to the one around it. */
static void
follow_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg)
{
	for (AslEarlyAnswer *answer = innermost; answer != NULL; answer = answer->outer)
	{
		if (!answer->given || answer->given_in != mine)
			continue;
		if (event == SUBXACT_EVENT_ABORT_SUB)
			answer->given = false;
		else if (event == SUBXACT_EVENT_COMMIT_SUB)
			answer->given_in = parent;
	}
}

void
asl_early_answer_begin(AslEarlyAnswer *answer)
{
	static bool registered = false;

	if (!registered)
		RegisterSubXactCallback(follow_subtransaction, NULL);
	registered = true;
	answer->given = false;
	answer->outer = innermost;
	innermost = answer;
}

void
asl_early_answer_end(AslEarlyAnswer *answer)
{
	innermost = answer->outer;
}

AslEarlyAnswer *
asl_early_answer_find(int64 execution, int32 branch, const char *secret)
{
	for (AslEarlyAnswer *answer = innermost; answer != NULL; answer = answer->outer)
		if (answer->execution == execution && answer->branch == branch && strcmp(answer->secret, secret) == 0)
			return answer;
	return NULL;
}

void
asl_early_answer_give(AslEarlyAnswer *answer, const Jsonb *output, AslError error)
{
	MemoryContext old = MemoryContextSwitchTo(answer->context);

	answer->output = NULL;
	if (output != NULL)
	{
		answer->output = palloc(VARSIZE(output));
		memcpy(answer->output, output, VARSIZE(output));
	}
	answer->error.name = error.name ? pstrdup(error.name) : NULL;
	answer->error.cause = error.cause ? pstrdup(error.cause) : NULL;
	answer->given = true;
	answer->given_in = GetCurrentSubTransactionId();
	MemoryContextSwitchTo(old);
}
