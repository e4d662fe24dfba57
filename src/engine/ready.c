/*
 * ready.c - the list of what this transaction has made ready.
 *
 * Entries stand in the order in which they were added, each with the subtransaction that added it.  Those of an
 * aborted subtransaction and of its descendants are the list's tail: ids of subtransactions only grow, and whatever
 * was added after its start was added by it or by a descendant.  So nothing has to be done when one commits.
 */
#include "postgres.h"

#include "engine/ready.h"

#include "access/xact.h"
#include "utils/memutils.h"

typedef struct ReadyList
{
	AslReady   *entries;		/* in TopTransactionContext */
	SubTransactionId *owners;	/* the same length */
	int			count;
	int			capacity;
} ReadyList;

AslReadyHook asl_ready_hook = NULL;

static ReadyList ready = {0};

static void
ready_at_end(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_COMMIT && ready.count > 0 && asl_ready_hook)
		asl_ready_hook(ready.entries, ready.count);

	/* What a prepared transaction makes ready is found in the tables after its commit. */
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		ready = (ReadyList) {0};
}

static void
ready_at_end_of_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg)
{
	if (event != SUBXACT_EVENT_ABORT_SUB)
		return;
	while (ready.count > 0 && ready.owners[ready.count - 1] >= mine)
		ready.count--;
}

/* Makes room for one more entry. */
static void
ready_reserve(void)
{
	MemoryContext old;

	if (ready.count < ready.capacity)
		return;
	old = MemoryContextSwitchTo(TopTransactionContext);
	if (ready.capacity == 0)
	{
		ready.capacity = 64;
		ready.entries = palloc(ready.capacity * sizeof(AslReady));
		ready.owners = palloc(ready.capacity * sizeof(SubTransactionId));
	}
	else
	{
		ready.entries = repalloc_huge(ready.entries, ready.capacity * 2 * sizeof(AslReady));
		ready.owners = repalloc_huge(ready.owners, ready.capacity * 2 * sizeof(SubTransactionId));
		ready.capacity *= 2;
	}
	MemoryContextSwitchTo(old);
}

/* Adds an entry. */
static void
ready_add(AslReady entry)
{
	static bool registered = false;

	if (!registered)
	{
		RegisterXactCallback(ready_at_end, NULL);
		RegisterSubXactCallback(ready_at_end_of_subtransaction, NULL);
		registered = true;
	}
	ready_reserve();
	ready.entries[ready.count] = entry;
	ready.owners[ready.count++] = GetCurrentSubTransactionId();
}

void
asl_ready_add(Oid role, int64 execution, int32 branch, TimestampTz due_at)
{
	ready_add((AslReady) {.role = role, .execution = execution, .branch = branch, .due_at = due_at});
}

void
asl_ready_add_slow(Oid role, int64 execution, int32 branch, TimestampTz due_at)
{
	ready_add((AslReady) {.role = role, .execution = execution, .branch = branch, .due_at = due_at, .slow = true});
}
