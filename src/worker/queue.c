/*
 * queue.c - the queues of ready branches.
 *
 * Items of all queues come from one array; a hash table over it finds what is queued already, so that scans may find
 * the same branches again and again.
 */
#include "postgres.h"

#include "worker/queue.h"

#include "common/hashfn.h"

/* No pool takes more than this from the others. */
#define QUEUE_LIMIT (ASL_MAX_ITEMS / 2)

static int32 *
queue_bucket(int pool, int64 execution, int32 branch)
{
	uint32		hash = murmurhash32((uint32) execution ^ (uint32) (execution >> 32));

	hash = hash_combine(hash, murmurhash32((uint32) branch ^ ((uint32) pool << 20)));
	return &asl_shared->buckets[hash % ASL_MAX_ITEMS];
}

/* The queued item of that branch, or NULL. */
static QueueItem *
queue_find(int pool, int64 execution, int32 branch)
{
	int32		index = *queue_bucket(pool, execution, branch);

	for (; index != ASL_NO_ITEM; index = asl_shared->items[index].next_in_bucket)
	{
		QueueItem  *item = &asl_shared->items[index];

		if (item->execution == execution && item->branch == branch && item->pool == pool)
			return item;
	}
	return NULL;
}

static void
queue_link(QueueList *list, int32 index, bool front)
{
	QueueItem  *item = &asl_shared->items[index];

	item->next = front ? list->head : ASL_NO_ITEM;
	if (list->head == ASL_NO_ITEM)
		list->head = list->tail = index;
	else if (front)
		list->head = index;
	else
	{
		asl_shared->items[list->tail].next = index;
		list->tail = index;
	}
	list->count++;
}

bool
asl_queue_push(Pool *pool, const QueueItem *wanted, bool front)
{
	int			number = pool - asl_shared->pools;
	QueueItem  *item = queue_find(number, wanted->execution, wanted->branch);
	int32	   *bucket;
	int32		index;

	if (item)
	{
		item->careful |= wanted->careful;
		return true;
	}
	index = asl_shared->free_item;
	if (index == ASL_NO_ITEM || pool->ready.count + pool->slow.count >= QUEUE_LIMIT)
		return false;

	item = &asl_shared->items[index];
	asl_shared->free_item = item->next;
	bucket = queue_bucket(number, wanted->execution, wanted->branch);
	*item = *wanted;
	item->pool = number;
	item->next_in_bucket = *bucket;
	*bucket = index;
	queue_link(item->slow ? &pool->slow : &pool->ready, index, front);
	return true;
}

bool
asl_queue_pop(QueueList *list, QueueItem *result)
{
	int32		index = list->head;
	QueueItem  *item = &asl_shared->items[index];
	int32	   *link;

	if (index == ASL_NO_ITEM)
		return false;
	*result = *item;

	link = queue_bucket(item->pool, item->execution, item->branch);
	while (*link != index)
		link = &asl_shared->items[*link].next_in_bucket;
	*link = item->next_in_bucket;

	list->head = item->next;
	if (list->head == ASL_NO_ITEM)
		list->tail = ASL_NO_ITEM;
	list->count--;
	item->next = asl_shared->free_item;
	asl_shared->free_item = index;
	return true;
}
