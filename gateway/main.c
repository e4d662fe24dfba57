/*
 * main.c - pg_asl_gateway: the AWS Step Functions API over HTTP, for AWS's own clients.
 *
 * Vocabulary: a request goes by its route to a worker, a thread with a session of the database, which finds out whose it
 * is and runs it in a transaction with that role (api.c); polls for tasks wait in the watcher (watch.c).  request.h has
 * the picture.
 */
#include "api.h"
#include "database.h"
#include "http.h"
#include "queue.h"
#include "watch.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* As many descriptors as the system lets us have: each client needs one. */
static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
	{
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int
main(int argc, char **argv)
{
	Settings	settings;
	sigset_t	ends;
	int			port;
	int			signal_number;

	settings_read(&settings, argc, argv);
	/* Blocked before the threads begin, so that this one gets them. */
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	signal(SIGPIPE, SIG_IGN);
	raise_descriptor_limit();
	database_configure(settings.dsn);
	api_configure(settings.development_role);
	watch_start();
	queue_start(settings.connection_count);
	if ((port = http_start(&settings)) < 0)
	{
		fprintf(stderr, "pg_asl_gateway: cannot listen on %s\n", settings.listen);
		_exit(1);
	}
	printf("Starting server on port %d\n", port);
	fflush(stdout);
	sigwait(&ends, &signal_number);
	http_quiesce();
	watch_stop();
	queue_stop();
	http_stop();
	return 0;
}
