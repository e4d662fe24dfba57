/*
 * queue.c - the workers: threads with one session of the database each, which take requests in the order they came.
 */
#include "queue.h"

#include "database.h"

#include <pthread.h>
#include <stdlib.h>

static Request *first;
static Request **last = &first;
static bool stopping;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static pthread_t *threads;
static int	thread_count;

void
queue_put(Request *request)
{
	bool		late;

	request->next = NULL;
	pthread_mutex_lock(&lock);
	late = stopping;
	if (!late)
	{
		*last = request;
		last = &request->next;
		pthread_cond_signal(&filled);
	}
	pthread_mutex_unlock(&lock);
	if (late)
		request_refuse(request, 503, "ServiceUnavailable", "The gateway stops.");
}

/* The next request, waiting for one; NULL: the gateway stops and nothing is left. */
static Request *
take(void)
{
	Request    *request;

	pthread_mutex_lock(&lock);
	while (first == NULL && !stopping)
		pthread_cond_wait(&filled, &lock);
	request = first;
	if (request != NULL && (first = request->next) == NULL)
		last = &first;
	pthread_mutex_unlock(&lock);
	return request;
}

static void *
work(void *unused)
{
	PGconn	   *connection = NULL;
	Request    *request;

	(void) unused;
	while ((request = take()) != NULL)
	{
		if (database_connect(&connection))
			request->work(request, &connection);
		else
			request_refuse(request, 503, "ServiceUnavailable", "The database cannot be reached.");
	}
	PQfinish(connection);
	return NULL;
}

void
queue_start(int workers)
{
	threads = calloc((size_t) workers, sizeof(*threads));
	if (threads == NULL)
		abort();
	for (thread_count = 0; thread_count < workers; thread_count++)
		if (pthread_create(&threads[thread_count], NULL, work, NULL) != 0)
			abort();
}

void
queue_stop(void)
{
	pthread_mutex_lock(&lock);
	stopping = true;
	pthread_cond_broadcast(&filled);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < thread_count; i++)
		pthread_join(threads[i], NULL);
	free(threads);
}
