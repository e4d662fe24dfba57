/*
 * patience.c - how long the engine waits for a lock that another session holds.
 */
#include "postgres.h"

#include "engine/patience.h"

#include "base/compat.h"
#include "base/settings.h"
#include "lib/stringinfo.h"
#include "storage/proc.h"
#include "utils/guc.h"

static bool stepping = false;	/* between asl_patience_begin_step and asl_patience_end_step */
static bool in_task = false;	/* and in a task's SQL */
static int	of_session = 0;		/* the session's own lock_timeout, while stepping and not in_task */

int
asl_patience(void)
{
	if (stepping)
		return in_task && LockTimeout > 0 ? Min(LockTimeout, ASL_WORKER_PATIENCE) : ASL_WORKER_PATIENCE;
	return LockTimeout > 0 ? Min(LockTimeout, asl_lock_timeout) : asl_lock_timeout;
}

int
asl_patience_begin(void)
{
	int			level = NewGUCNestLevel();
	char		value[16];

	snprintf(value, sizeof(value), "%d", asl_patience());
	(void) set_config_option("lock_timeout", value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return level;
}

void
asl_patience_end(int level)
{
	AtEOXact_GUC(true, level);
}

void
asl_patience_begin_step(void)
{
	if (stepping)
		return;
	stepping = true;
	of_session = LockTimeout;
	LockTimeout = ASL_WORKER_PATIENCE;
}

void
asl_patience_end_step(void)
{
	if (stepping && !in_task)
		LockTimeout = of_session;
	stepping = in_task = false;
}

void
asl_patience_begin_task(void)
{
	if (!stepping || in_task)
		return;
	in_task = true;
	LockTimeout = of_session;
}

void
asl_patience_end_task(void)
{
	if (!in_task)
		return;
	in_task = false;
	of_session = LockTimeout;
	LockTimeout = ASL_WORKER_PATIENCE;
}

/* The sessions that hold a lock, as a phrase. */
static char *
holders(const LOCKTAG *tag, LOCKMODE mode)
{
	StringInfoData text;
	VirtualTransactionId *holder = GetLockConflicts(tag, mode, NULL);

	initStringInfo(&text);
	for (; VirtualTransactionIdIsValid(*holder); holder++)
	{
		int			pid = asl_virtual_transaction_pid(*holder);

		appendStringInfoString(&text, text.len > 0 ? ", " : "");
		if (pid > 0)
			appendStringInfo(&text, "process %d", pid);
		else
			appendStringInfoString(&text, "a prepared transaction");
	}
	return text.data;
}

/* Tells, with the error of a wait that was too long, what it was for. */
static void
tell_waiting(void *phrase)
{
	errcontext("%s", (const char *) phrase);
}

bool
asl_patience_lock(const LOCKTAG *tag, LOCKMODE mode, const char *what)
{
	LockAcquireResult result = LockAcquire(tag, mode, false, true);
	ErrorContextCallback context = {.callback = tell_waiting, .previous = error_context_stack};
	int			level;

	if (result != LOCKACQUIRE_NOT_AVAIL)
		return result != LOCKACQUIRE_ALREADY_HELD;
	level = asl_patience_begin();
	context.arg = psprintf("while waiting for %s, which %s holds", what, holders(tag, mode));
	error_context_stack = &context;
	(void) LockAcquire(tag, mode, false, false);
	error_context_stack = context.previous;
	asl_patience_end(level);
	return true;
}
