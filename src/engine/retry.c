/*
 * retry.c - Retry: another attempt of a failed state, later.
 *
 * The uses of each retrier are in the branch's row and last as long as the visit of the state.
 */
#include "postgres.h"

#include "engine/fault.h"

#include <math.h>

#include "base/settings.h"
#include "common/pg_prng.h"
#include "engine/transition.h"
#include "utils/timestamp.h"

/* The first retrier that names the error: only its own counter decides. */
static int
retrier_find(const AslState *state, const AslFault *fault)
{
	for (int i = 0; i < state->retrier_count; i++)
	{
		const AslRetrier *retrier = &state->retriers[i];

		if (asl_error_equals(state, fault, retrier->error_count, retrier->error_equals))
			return i;
	}
	return -1;
}

/* Seconds until the attempt after so many uses: IntervalSeconds × BackoffRate^uses, at most MaxDelaySeconds;
 * jitter FULL takes any time up to that. */
static double
retrier_delay(const AslRetrier *retrier, int uses)
{
	double		delay = retrier->interval_seconds * pow(retrier->backoff_rate, uses);

	if (retrier->max_delay_seconds > 0)
		delay = Min(delay, retrier->max_delay_seconds);
	delay = Min(delay, ASL_LONGEST_SECONDS);
	if (retrier->full_jitter)
		delay *= pg_prng_double(&pg_global_prng_state);
	return delay;
}

bool
asl_retry(AslBranch *b, const AslFault *fault)
{
	int			i = retrier_find(b->state, fault);
	TimestampTz due_at;

	if (i < 0)
		return false;
	if (b->retries == NULL)
		b->retries = palloc0(b->state->retrier_count * sizeof(int));
	if (b->retries[i] >= b->state->retriers[i].max_attempts)
		return false;
	due_at = GetCurrentTimestamp() + (TimestampTz) (retrier_delay(&b->state->retriers[i], b->retries[i]) * USECS_PER_SEC);
	b->retries[i]++;
	b->retry_count++;
	asl_branch_park(b, STORE_RETRY, &due_at);
	return true;
}
