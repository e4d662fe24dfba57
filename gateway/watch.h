/*
 * watch.h - polls that wait: one thread, one session that listens, however many clients.
 */
#ifndef GATEWAY_WATCH_H
#define GATEWAY_WATCH_H

#include "request.h"

#define POLL_MS 55000			/* a poll without a task is answered after that; clients give up after 60 s */

/* Before a poll looks for a task: notes what has been heard until now. */
extern void watch_look(Request *request);
/* It has found none: waits, for a notification or its time.  Its channel and activity are known. */
extern void watch_wait(Request *request);
/* A task of this activity was found, or somebody who was woken could not take it: there may be one for the next who waits. */
extern void watch_wake_next(const char *channel, const char *activity);

extern bool client_is_gone(const Request *request);

extern void watch_start(void);
/* Answers all that wait, and ends. */
extern void watch_stop(void);

#endif
