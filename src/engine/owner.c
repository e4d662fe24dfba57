/*
 * owner.c - workflows and the roles that own them.
 */
#include "postgres.h"

#include "engine/owner.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_namespace.h"
#include "engine/abort.h"
#include "engine/arn.h"
#include "engine/patience.h"
#include "engine/pledge.h"
#include "engine/ready.h"
#include "engine/start.h"
#include "miscadmin.h"
#include "store/owner.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#define LISTED 100				/* lines of what is owned; the rest is counted */

void
asl_owner_check_drop(Oid role, const char *name)
{
	char	  **lines;
	int			count = store_owned(role, &lines);
	StringInfoData detail;

	if (count == 0)
		return;
	initStringInfo(&detail);
	for (int i = 0; i < Min(count, LISTED); i++)
		appendStringInfo(&detail, "%s%s", i > 0 ? "\n" : "", lines[i]);
	if (count > LISTED)
		appendStringInfo(&detail, "\nand %d more", count - LISTED);
	ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
					errmsg("role \"%s\" cannot be dropped because some objects depend on it", name),
					errdetail_internal("%s", detail.data),
					errhint("REASSIGN OWNED and DROP OWNED take workflows along.")));
}

/* Nobody starts an execution of the role's machines before this transaction ends. */
static void
lock_machines(Oid role)
{
	char	  **names;
	int			count = store_owned_machines(role, &names);
	StoreMachine machine;

	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		(void) asl_machine_open(names[i], AccessExclusiveLock, ASL_MAY_OWN, &machine);
	}
}

/* Every backend forgets what it keeps of revisions, the owner among it (store_generation). */
static void
forget_programs(void)
{
	Relation	catalog = table_open(NamespaceRelationId, AccessShareLock);
	HeapTuple	tuple = SearchSysCache1(NAMESPACENAME, CStringGetDatum("asl"));

	if (HeapTupleIsValid(tuple))
	{
		CacheInvalidateHeapTuple(catalog, tuple, NULL);
		ReleaseSysCache(tuple);
	}
	table_close(catalog, AccessShareLock);
}

void
asl_owner_reassign(Oid from, Oid to)
{
	StoreDue   *due;
	int			patience;
	int			count;

	if (from == to)
		return;
	patience = asl_patience_begin();
	lock_machines(from);
	count = store_owner_change(from, to, &due);
	asl_patience_end(patience);
	for (int i = 0; i < count; i++)
		asl_ready_add(to, due[i].execution, due[i].branch, due[i].due_at);
	forget_programs();
}

/* Others' tasks that wait for them fail. */
static void
delete_activities(Oid role)
{
	char	  **names;
	int			count = store_owned_activities(role, &names);
	StoreActivity activity;

	for (int i = 0; i < count; i++)
		if (store_activity_find(names[i], &activity))
			asl_pledge_deletion(activity.activity, psprintf("The activity %s does not exist.", asl_arn_activity(names[i])));
}

void
asl_owner_drop(Oid role)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "pg_asl stop", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = CurrentMemoryContext;
	int			patience = asl_patience_begin();
	int64	   *executions;
	int			count;

	lock_machines(role);
	count = store_owned_executions(role, &executions);
	MemoryContextSwitchTo(context);
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		(void) asl_stop(executions[i], ASL_ABORTED, (AslError) {0});
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	delete_activities(role);
	store_owner_delete(role);
	asl_patience_end(patience);
	forget_programs();
}
