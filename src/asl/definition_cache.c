/*
 * definition_cache.c - the definitions this backend has read, by revision.
 *
 * Revisions never change, so nothing is ever invalidated.  The cache is a hash table whose entries also form a list,
 * the most recently used first; the last one makes room.  What the current transaction has used stays: a step may
 * hold it, and run any number of other machines before it goes on.
 */
#include "postgres.h"

#include "access/xact.h"
#include "asl/definition_cache.h"
#include "lib/ilist.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#define CACHE_SIZE	128			/* machines */

typedef struct CacheEntry
{
	int64		revision;		/* the hash key */
	AslMachine *machine;
	uint64		used_in;		/* the transaction that used it last */
	dlist_node	node;			/* in recent */
} CacheEntry;

static HTAB *cache = NULL;
static dlist_head recent = DLIST_STATIC_INIT(recent);
static int	cached = 0;
static uint64 transactions = 0;	/* ended since the cache was made */

/* Notes that an entry is used now. */
static void
touch(CacheEntry *entry)
{
	entry->used_in = transactions;
	dlist_push_head(&recent, &entry->node);
}

/* The machine of a revision, NULL if this backend has not read it yet. */
AslMachine *
asl_definition_cache_get(int64 revision)
{
	CacheEntry *entry = cache == NULL ? NULL : hash_search(cache, &revision, HASH_FIND, NULL);

	if (entry == NULL)
		return NULL;
	dlist_delete(&entry->node);
	touch(entry);
	return entry->machine;
}

/* Counts transactions. */
static void
count_transaction(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		transactions++;
}

static void
create_cache(void)
{
	HASHCTL		control = {.keysize = sizeof(int64), .entrysize = sizeof(CacheEntry), .hcxt = TopMemoryContext};

	cache = hash_create("state machines", CACHE_SIZE, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	RegisterXactCallback(count_transaction, NULL);
}

/* Forgets the machine that has not been used for the longest time, if the current transaction has not used it. */
static void
forget_oldest(void)
{
	CacheEntry *oldest = dlist_tail_element(CacheEntry, node, &recent);

	if (oldest->used_in == transactions)
		return;
	dlist_delete(&oldest->node);
	MemoryContextDelete(oldest->machine->context);
	hash_search(cache, &oldest->revision, HASH_REMOVE, NULL);
	cached--;
}

/* Reads a definition that was valid when it was stored and keeps it. */
AslMachine *
asl_definition_cache_put(int64 revision, Jsonb *definition, bool express)
{
	AslDiagnostics diagnostics = {0};
	AslMachine *machine;
	CacheEntry *entry;

	if (cache == NULL)
		create_cache();
	if (cached >= CACHE_SIZE)
		forget_oldest();
	machine = asl_definition_read(definition, express, TopMemoryContext, &diagnostics);
	if (machine == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("stored definition of revision " INT64_FORMAT " is not valid", revision),
				 errdetail_internal("%s: %s", diagnostics.items[0].code, diagnostics.items[0].message)));
	entry = hash_search(cache, &revision, HASH_ENTER, NULL);
	entry->machine = machine;
	touch(entry);
	cached++;
	return machine;
}
