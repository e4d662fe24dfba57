/*
 * queue.h - the queues of ready branches.  Every function needs the shared lock.
 */
#ifndef ASL_WORKER_QUEUE_H
#define ASL_WORKER_QUEUE_H

#include "worker/shared.h"

/* Adds a copy of an item to the queue that it belongs into, at the front or at the end; a branch that is in the queue stays where it is.  False: there is
 * no room. */
extern bool asl_queue_push(Pool *pool, const QueueItem *wanted, bool front);
/* Takes the first one of a pool's queues; false: it is empty. */
extern bool asl_queue_pop(QueueList *list, QueueItem *item);

#endif
