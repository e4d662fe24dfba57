/*
 * watch.c - wakes polls when a notification comes, and answers them when their time is up.
 *
 * No notification is lost: a poll notes how many had come before it looked for a task (watch_look); if more have come,
 * or its channel was not listened to then, it looks again instead of waiting.  A notification wakes one poll of the
 * activity; whoever has found a task wakes the next, since a transaction that makes many notifies once.
 */
#include "watch.h"

#include "database.h"
#include "queue.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MAX_CHANNELS 1000
#define RETRY_MS 1000			/* how soon a lost session is tried again */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Request *waiting;		/* the oldest first */
static Request **newest = &waiting;
static uint64_t heard;			/* notifications and sessions so far */
static char *channels[MAX_CHANNELS];
static int	channel_count;
static int	listened_count;		/* of these, so many are being listened to */
static bool stopping;
static int	bell;				/* rings when there is something to do */
static pthread_t thread;

static void
ring(void)
{
	uint64_t	one = 1;

	if (write(bell, &one, sizeof(one)) != sizeof(one) && errno != EAGAIN)
		abort();
}

bool
client_is_gone(const Request *request)
{
	struct pollfd fd = {.fd = request->socket,.events = POLLRDHUP};

	return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

/* The channel's number, made known where it is not; -1: there are too many.  With the lock held. */
static int
channel_number(const char *channel)
{
	for (int i = 0; i < channel_count; i++)
		if (strcmp(channels[i], channel) == 0)
			return i;
	if (channel_count == MAX_CHANNELS || (channels[channel_count] = strdup(channel)) == NULL)
		return -1;
	return channel_count++;
}

void
watch_look(Request *request)
{
	pthread_mutex_lock(&lock);
	request->seen = heard;
	request->listened = request->channel[0] != '\0' && channel_number(request->channel) < listened_count;
	pthread_mutex_unlock(&lock);
}

void
watch_wait(Request *request)
{
	bool		again;
	bool		late;

	pthread_mutex_lock(&lock);
	late = stopping;
	/* Where nobody listens yet, whoever begins to wakes those who wait. */
	again = channel_number(request->channel) < listened_count && (!request->listened || request->seen != heard);
	if (!again && !late)
	{
		request->next = NULL;
		*newest = request;
		newest = &request->next;
		ring();
	}
	pthread_mutex_unlock(&lock);
	if (late)
		request_answer(request, 200, NULL, strdup("{}"));
	else if (again)
		queue_put(request);
}

/* Takes a poll out of the list; link: what points to it.  With the lock held. */
static Request *
unlink_poll(Request **link)
{
	Request    *request = *link;

	if ((*link = request->next) == NULL)
		newest = link;
	return request;
}

/* Hands polls to the workers: the first of an activity, or all of a channel for which activity is NULL. */
static void
wake(const char *channel, const char *activity)
{
	Request   **link = &waiting;

	while (*link != NULL)
	{
		if (strcmp((*link)->channel, channel) != 0 || (activity != NULL && strcmp((*link)->activity, activity) != 0))
		{
			link = &(*link)->next;
			continue;
		}
		queue_put(unlink_poll(link));
		if (activity != NULL)
			return;
	}
}

void
watch_wake_next(const char *channel, const char *activity)
{
	pthread_mutex_lock(&lock);
	wake(channel, activity);
	pthread_mutex_unlock(&lock);
}

/* Answers the polls whose time is up, or all; the next deadline, or -1.  With the lock held. */
static int64_t
end_overdue(bool all)
{
	int64_t		next = -1;
	Request   **link = &waiting;

	while (*link != NULL)
	{
		if (all || (*link)->deadline <= now_ms())
		{
			request_answer(unlink_poll(link), 200, NULL, strdup("{}"));
			continue;
		}
		if (next == -1 || (*link)->deadline < next)
			next = (*link)->deadline;
		link = &(*link)->next;
	}
	return next;
}

static bool
listen_to(PGconn *session, const char *channel)
{
	char	   *name = PQescapeIdentifier(session, channel, strlen(channel));
	char		sql[200];
	PGresult   *result;
	bool		fine;

	if (name == NULL)
		return false;
	snprintf(sql, sizeof(sql), "LISTEN %s", name);
	PQfreemem(name);
	result = PQexec(session, sql);
	fine = database_ok(result);
	PQclear(result);
	return fine;
}

/*
 * Listens to what is not being listened to yet and wakes those who wait for it: they have looked too early.  False: the
 * session is lost.
 */
static bool
listen_to_new(PGconn *session)
{
	char	   *channel;

	for (;;)
	{
		pthread_mutex_lock(&lock);
		channel = listened_count < channel_count ? channels[listened_count] : NULL;
		pthread_mutex_unlock(&lock);
		if (channel == NULL)
			return true;
		if (!listen_to(session, channel))
			return false;
		pthread_mutex_lock(&lock);
		listened_count++;
		heard++;
		wake(channel, NULL);
		pthread_mutex_unlock(&lock);
	}
}

static void
hear(PGconn *session)
{
	PGnotify   *notification;

	while ((notification = PQnotifies(session)) != NULL)
	{
		pthread_mutex_lock(&lock);
		heard++;
		wake(notification->relname, notification->extra);
		pthread_mutex_unlock(&lock);
		PQfreemem(notification);
	}
}

/* Makes sure of the session that listens; without channels there is none. */
static bool
listening(PGconn **session)
{
	bool		needed;

	pthread_mutex_lock(&lock);
	needed = channel_count > 0;
	if (needed && (*session == NULL || PQstatus(*session) != CONNECTION_OK))
		listened_count = 0;
	pthread_mutex_unlock(&lock);
	return !needed || (database_connect(session) && listen_to_new(*session));
}

/* Waits for the bell, the session or the time. */
static void
sleep_until(PGconn *session, int64_t until)
{
	struct pollfd fds[2] = {{.fd = bell,.events = POLLIN}, {.fd = session != NULL ? PQsocket(session) : -1,.events = POLLIN}};
	int64_t		now = now_ms();
	uint64_t	rings;

	poll(fds, 2, until < 0 ? -1 : until <= now ? 0 : (int) (until - now) + 1);
	if (fds[0].revents != 0 && read(bell, &rings, sizeof(rings)) < 0 && errno != EAGAIN)
		abort();
	if (fds[1].revents != 0 && session != NULL && !PQconsumeInput(session))
		fprintf(stderr, "pg_asl_gateway: the session that listens is lost\n");
}

static void *
watch(void *unused)
{
	PGconn	   *session = NULL;

	(void) unused;
	for (;;)
	{
		bool		fine = listening(&session);
		int64_t		next;
		bool		end;

		if (session != NULL)
			hear(session);
		pthread_mutex_lock(&lock);
		end = stopping;
		next = end_overdue(end);
		pthread_mutex_unlock(&lock);
		if (end)
			break;
		if (!fine && (next < 0 || next > now_ms() + RETRY_MS))
			next = now_ms() + RETRY_MS;
		sleep_until(fine ? session : NULL, next);
	}
	PQfinish(session);
	return NULL;
}

void
watch_start(void)
{
	if ((bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) < 0 || pthread_create(&thread, NULL, watch, NULL) != 0)
		abort();
}

void
watch_stop(void)
{
	pthread_mutex_lock(&lock);
	stopping = true;
	pthread_mutex_unlock(&lock);
	ring();
	pthread_join(thread, NULL);
}
