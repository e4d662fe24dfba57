/*
 * prepared.c - waking workers when a prepared transaction is committed.
 */
#include "postgres.h"

#include "worker/prepared.h"

#include "access/xact.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "store/due.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "worker/pool.h"
#include "worker/shared.h"
#include "worker/wake.h"

bool
asl_prepared_before(const Node *statement)
{
	const TransactionStmt *transaction = (const TransactionStmt *) statement;
	bool		touched;

	if (!IsA(statement, TransactionStmt) || transaction->kind != TRANS_STMT_COMMIT_PREPARED ||
		IsTransactionBlock() || !OidIsValid(get_extension_oid("pg_asl", true)))
		return false;
	PushActiveSnapshot(GetTransactionSnapshot());
	touched = store_prepared_touches(transaction->gid);
	PopActiveSnapshot();
	return touched;
}

/* Announces every role's next branch, as a scout does. */
static void
announce_due(void)
{
	StoreDueRole *found;
	int			count;

	PushActiveSnapshot(GetLatestSnapshot());
	count = store_due_roles(&found);
	PopActiveSnapshot();
	for (int i = 0; i < count; i++)
		asl_pool_announce(MyDatabaseId, found[i].role, found[i].due_at);
}

/* The statement has succeeded, whatever becomes of this: the next sweep finds the same. */
void
asl_prepared_committed(void)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		announce_due();
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		asl_lock();
		asl_shared->sweep_wanted = true;
		asl_wake_launcher();
		asl_unlock();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
}
