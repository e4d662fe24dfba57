/*
 * queue.h - hands requests to workers.
 */
#ifndef GATEWAY_QUEUE_H
#define GATEWAY_QUEUE_H

#include "request.h"

extern void queue_put(Request *request);
extern void queue_start(int workers);
/* Ends the workers after what they have been given is done. */
extern void queue_stop(void);

#endif
