/*
 * shared.c - making the shared memory of the workers.
 */
#include "postgres.h"

#include "worker/shared.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/shmem.h"

Shared	   *asl_shared = NULL;

static shmem_request_hook_type next_request_hook = NULL;
static shmem_startup_hook_type next_startup_hook = NULL;

static Size
shared_size(void)
{
	return add_size(offsetof(Shared, slots), mul_size(max_worker_processes, sizeof(Slot)));
}

static void
shared_on_request(void)
{
	if (next_request_hook)
		next_request_hook();
	RequestAddinShmemSpace(shared_size());
	RequestNamedLWLockTranche("pg_asl", 1);
}

static void
shared_initialize(void)
{
	memset(asl_shared, 0, shared_size());
	asl_shared->lock = &GetNamedLWLockTranche("pg_asl")->lock;
	ConditionVariableInit(&asl_shared->left);
	asl_shared->launcher_wakes_at = DT_NOEND;
	asl_shared->slot_count = max_worker_processes;
	for (int32 i = 1; i < ASL_MAX_ITEMS; i++)
		asl_shared->items[i].next = (i + 1) % ASL_MAX_ITEMS;
	asl_shared->free_item = 1;
}

static void
shared_on_startup(void)
{
	bool		found;

	if (next_startup_hook)
		next_startup_hook();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	asl_shared = ShmemInitStruct("pg_asl", shared_size(), &found);
	if (!found)
		shared_initialize();
	LWLockRelease(AddinShmemInitLock);
}

void
asl_shared_request(void)
{
	next_request_hook = shmem_request_hook;
	shmem_request_hook = shared_on_request;
	next_startup_hook = shmem_startup_hook;
	shmem_startup_hook = shared_on_startup;
}
