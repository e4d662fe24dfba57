/*
 * clock.c - preloaded into a server: its wall clock is ahead by as many seconds as the file $CLOCK_OFFSET says.
 *
 * The file holds a 64-bit integer and is mapped: whoever writes to it moves the clock of every process at once.
 * (libfaketime does not serve: its switch that keeps it out of its own way stays on in a process that is forked in a
 * signal handler, as the postmaster of PostgreSQL 15 forks.)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t no_offset = 0;
static const volatile int64_t *offset = &no_offset;
static int	(*real_clock) (clockid_t, struct timespec *);

__attribute__((constructor))
static void
begin(void)
{
	const char *path = getenv("CLOCK_OFFSET");
	int			file = path ? open(path, O_RDONLY) : -1;
	void	   *mapped = file >= 0 ? mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;

	if (mapped != MAP_FAILED)
		offset = mapped;
	if (file >= 0)
		close(file);
	real_clock = (int (*) (clockid_t, struct timespec *)) dlsym(RTLD_NEXT, "clock_gettime");
}

int
clock_gettime(clockid_t clock, struct timespec *now)
{
	int			result = real_clock(clock, now);

	if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
		now->tv_sec += *offset;
	return result;
}

int
gettimeofday(struct timeval *now, void *zone)
{
	struct timespec precise;

	(void) zone;
	clock_gettime(CLOCK_REALTIME, &precise);
	now->tv_sec = precise.tv_sec;
	now->tv_usec = precise.tv_nsec / 1000;
	return 0;
}

time_t
time(time_t *result)
{
	struct timespec precise;

	clock_gettime(CLOCK_REALTIME, &precise);
	if (result)
		*result = precise.tv_sec;
	return precise.tv_sec;
}
