/*
 * metrics.c - requests by operation and outcome, and how long they took.
 */
#include "metrics.h"

#include "operation.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define BUCKETS 8

enum {SUCCEEDED, REFUSED, FAILED, OUTCOMES};

static const char *const outcome_names[OUTCOMES] = {"success", "client_error", "server_error"};
static const int bucket_limits[BUCKETS] = {1, 5, 10, 50, 100, 500, 1000, 5000};	/* ms */

/* Of an operation; the last is of requests of no operation. */
static struct
{
	uint64_t	outcomes[OUTCOMES];
	uint64_t	buckets[BUCKETS];
	uint64_t	milliseconds;
}			counts[OPERATION_COUNT + 1];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void
metrics_count(const Request *request, int64_t milliseconds)
{
	int			i = request->operation != NULL ? (int) (request->operation - operations) : OPERATION_COUNT;

	pthread_mutex_lock(&lock);
	counts[i].outcomes[request->status < 400 ? SUCCEEDED : request->status < 500 ? REFUSED : FAILED]++;
	counts[i].milliseconds += (uint64_t) milliseconds;
	for (int b = 0; b < BUCKETS; b++)
		counts[i].buckets[b] += milliseconds <= bucket_limits[b];
	pthread_mutex_unlock(&lock);
}

static void
write_durations(FILE *out, int i, const char *name)
{
	uint64_t	all = 0;

	for (int o = 0; o < OUTCOMES; o++)
		all += counts[i].outcomes[o];
	if (all == 0)
		return;
	for (int b = 0; b < BUCKETS; b++)
		fprintf(out, "pg_asl_gateway_request_seconds_bucket{operation=\"%s\",le=\"%g\"} %llu\n", name, bucket_limits[b] / 1000.0,
				(unsigned long long) counts[i].buckets[b]);
	fprintf(out, "pg_asl_gateway_request_seconds_bucket{operation=\"%s\",le=\"+Inf\"} %llu\n", name, (unsigned long long) all);
	fprintf(out, "pg_asl_gateway_request_seconds_sum{operation=\"%s\"} %g\n", name, (double) counts[i].milliseconds / 1000);
	fprintf(out, "pg_asl_gateway_request_seconds_count{operation=\"%s\"} %llu\n", name, (unsigned long long) all);
}

static const char *
name_of(int i)
{
	return i < OPERATION_COUNT ? operations[i].name : "none";
}

char *
metrics_text(void)
{
	char	   *text;
	size_t		size;
	FILE	   *out = open_memstream(&text, &size);

	if (out == NULL)
		abort();
	pthread_mutex_lock(&lock);
	fputs("# HELP pg_asl_gateway_requests_total Requests by operation and outcome.\n"
		  "# TYPE pg_asl_gateway_requests_total counter\n", out);
	for (int i = 0; i <= OPERATION_COUNT; i++)
		for (int o = 0; o < OUTCOMES; o++)
			if (counts[i].outcomes[o] > 0)
				fprintf(out, "pg_asl_gateway_requests_total{operation=\"%s\",outcome=\"%s\"} %llu\n", name_of(i), outcome_names[o],
						(unsigned long long) counts[i].outcomes[o]);
	fputs("# HELP pg_asl_gateway_request_seconds How long requests took.\n# TYPE pg_asl_gateway_request_seconds histogram\n", out);
	for (int i = 0; i <= OPERATION_COUNT; i++)
		write_durations(out, i, name_of(i));
	pthread_mutex_unlock(&lock);
	if (fclose(out) != 0)
		abort();
	return text;
}
