/*
 * definition_retry.c - reading Retry and Catch.
 */
#include "postgres.h"

#include <math.h>

#include "asl/definition_reader.h"

#define BOTH		ASL_IN_BOTH
#define PATHS		ASL_IN_JSONPATH
#define JSONATA		ASL_IN_JSONATA

static void read_retrier_errors(AslReader *reader, const AslField *field, AslValue value, void *target);
static void read_catcher_errors(AslReader *reader, const AslField *field, AslValue value, void *target);

static const char *const jitter_words[] = {"NONE", "FULL", NULL};

#define AT(member)	.offset = offsetof(AslRetrier, member)

static const AslField retrier_fields[] = {
	{"ErrorEquals", ASL_ON_ANY, BOTH, ASL_REQUIRED, .read = read_retrier_errors},
	{"IntervalSeconds", ASL_ON_ANY, BOTH, .read = asl_read_int, AT(interval_seconds), .min = 1, .max = 99999999},
	{"MaxAttempts", ASL_ON_ANY, BOTH, .read = asl_read_int, AT(max_attempts), .min = 0, .max = 99999999},
	{"BackoffRate", ASL_ON_ANY, BOTH, .read = asl_read_double, AT(backoff_rate), .min = 1, .max = INFINITY},
	{"MaxDelaySeconds", ASL_ON_ANY, BOTH, .read = asl_read_int, AT(max_delay_seconds), .min = 1, .max = 31622400},
	{"JitterStrategy", ASL_ON_ANY, BOTH, .read = asl_read_flag_word, AT(full_jitter), .words = jitter_words},
	{"Comment", ASL_ON_ANY, BOTH, .read = asl_check_text},
};

#undef AT
#define AT(member)	.offset = offsetof(AslCatcher, member)

static const AslField catcher_fields[] = {
	{"ErrorEquals", ASL_ON_ANY, BOTH, ASL_REQUIRED, .read = read_catcher_errors},
	{"Next", ASL_ON_ANY, BOTH, ASL_REQUIRED, .read = asl_read_target, AT(next)},
	{"ResultPath", ASL_ON_ANY, PATHS, ASL_NULL_ALLOWED | ASL_CONTEXT_REFUSED | ASL_VARIABLES_REFUSED,
	.read = asl_read_reference_path, AT(result_path)},
	{"Assign", ASL_ON_ANY, BOTH, ASL_SEES_ERROR_OUTPUT, .read = asl_read_assign, AT(assign)},
	{"Output", ASL_ON_ANY, JSONATA, ASL_SEES_ERROR_OUTPUT, .read = asl_read_template, AT(output)},
	{"Comment", ASL_ON_ANY, BOTH, .read = asl_check_text},
};

static const AslObject retrier_object = {lengthof(retrier_fields), retrier_fields};
static const AslObject catcher_object = {lengthof(catcher_fields), catcher_fields};

/* ErrorEquals: error names, at least one. */
static void
read_errors(AslReader *reader, AslValue value, int *count, const char ***names)
{
	if (!asl_expect_texts(reader, value))
		return;
	*count = asl_array_count(value);
	*names = palloc(*count * sizeof(char *));
	for (int i = 0; i < *count; i++)
		(*names)[i] = asl_to_cstring(asl_array_get(value, i));
}

static void
read_retrier_errors(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslRetrier *retrier = target;

	read_errors(reader, value, &retrier->error_count, &retrier->error_equals);
}

static void
read_catcher_errors(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslCatcher *catcher = target;

	read_errors(reader, value, &catcher->error_count, &catcher->error_equals);
}

/* Complains if "States.ALL" does not stand alone, or not in the last entry. */
static void
check_catch_all(AslReader *reader, const char **names, int count, bool last)
{
	for (int i = 0; i < count; i++)
	{
		if (strcmp(names[i], "States.ALL") == 0 && (count > 1 || !last))
		{
			int			entered = asl_enter_member(reader, asl_cstring("ErrorEquals"));

			asl_complain(reader, ASL_SCHEMA, "States.ALL must appear alone and at end of list");
			asl_leave(reader, entered);
			return;
		}
	}
}

/* Complains if the longest delay is not longer than the first one that the retrier, value, gives. */
static void
check_max_delay(AslReader *reader, const AslRetrier *retrier, AslValue value)
{
	if (value.kind == ASL_OBJECT && asl_defined(asl_object_get(value, "IntervalSeconds", strlen("IntervalSeconds"))) &&
		retrier->max_delay_seconds > 0 && retrier->max_delay_seconds <= retrier->interval_seconds)
		asl_complain(reader, ASL_SCHEMA, "The value of 'MaxDelaySeconds' must be greater than that of 'IntervalSeconds'");
}

/* Retry: an array of retriers. */
void
asl_read_retry(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState   *state = target;

	if (!asl_expect(reader, value, ASL_ARRAY))
		return;
	state->retrier_count = asl_array_count(value);
	state->retriers = palloc0(state->retrier_count * sizeof(AslRetrier));
	for (int i = 0; i < state->retrier_count; i++)
	{
		AslRetrier *retrier = &state->retriers[i];
		int			entered = asl_enter_index(reader, i);

		*retrier = (AslRetrier) {.interval_seconds = 1, .max_attempts = 3, .backoff_rate = 2.0};
		asl_read_object(reader, &retrier_object, 0, asl_array_get(value, i), retrier);
		check_catch_all(reader, retrier->error_equals, retrier->error_count, i == state->retrier_count - 1);
		check_max_delay(reader, retrier, asl_array_get(value, i));
		asl_leave(reader, entered);
	}
}

/* Catch: an array of catchers. */
void
asl_read_catch(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState   *state = target;

	if (!asl_expect(reader, value, ASL_ARRAY))
		return;
	state->catcher_count = asl_array_count(value);
	state->catchers = palloc0(state->catcher_count * sizeof(AslCatcher));
	for (int i = 0; i < state->catcher_count; i++)
	{
		AslCatcher *catcher = &state->catchers[i];
		int			entered = asl_enter_index(reader, i);

		asl_read_object(reader, &catcher_object, 0, asl_array_get(value, i), catcher);
		check_catch_all(reader, catcher->error_equals, catcher->error_count, i == state->catcher_count - 1);
		asl_leave(reader, entered);
	}
}
