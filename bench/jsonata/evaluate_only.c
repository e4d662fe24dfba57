/*
 * evaluate_only.c - how long an evaluation takes, without SQL around it and without making jsonb of the result.
 *
 * A library of its own, linked with the objects of the evaluator; the benchmark only.
 */
#include "postgres.h"

#include <time.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "jsonata/jsonata.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(asl_bench_jsonata);
PG_FUNCTION_INFO_V1(asl_bench_cpu);
Datum		asl_bench_jsonata(PG_FUNCTION_ARGS);
Datum		asl_bench_cpu(PG_FUNCTION_ARGS);

#define MOST_TIMES	100000

/* The microseconds that a clock shows. */
static double
bench_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

/* asl_bench_cpu() returns float8: the microseconds of the processor that this session has had */
Datum
asl_bench_cpu(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(bench_clock(CLOCK_PROCESS_CPUTIME_ID));
}

/* The microseconds of one evaluation: of the clock, or of the processor where others kept the process waiting. */
static double
bench_evaluate(const JsonataExpr *expr, AslValue input, MemoryContext memory)
{
	MemoryContext old = MemoryContextSwitchTo(memory);
	double		cpu = bench_clock(CLOCK_PROCESS_CPUTIME_ID);
	double		time = bench_clock(CLOCK_MONOTONIC);
	AslValue	result;
	JsonataError error;

	if (!asl_jsonata_evaluate(expr, input, NULL, NULL, &result, &error))
		elog(ERROR, "%s", error.message);
	MemoryContextReset(memory);
	time = bench_clock(CLOCK_MONOTONIC) - time;
	cpu = bench_clock(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	MemoryContextSwitchTo(old);
	return Min(time, cpu);
}

/* asl_bench_jsonata(expression text, document jsonb, seconds float8) returns float8[]: the times of all evaluations */
Datum
asl_bench_jsonata(PG_FUNCTION_ARGS)
{
	text	   *expression = PG_GETARG_TEXT_PP(0);
	AslValue	input = asl_from_jsonb(PG_GETARG_JSONB_P(1));
	double		rest = PG_GETARG_FLOAT8(2) * 1e6;
	MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "evaluation", ALLOCSET_DEFAULT_SIZES);
	Datum	   *times = palloc(MOST_TIMES * sizeof(Datum));
	int			count = 0;
	JsonataError error;
	JsonataExpr *expr = asl_jsonata_parse(VARDATA_ANY(expression), VARSIZE_ANY_EXHDR(expression), JSONATA_STANDARD, &error);

	if (expr == NULL)
		elog(ERROR, "%s", error.message);
	do
	{
		double		time = bench_evaluate(expr, input, memory);

		times[count++] = Float8GetDatum(time);
		rest -= time;
	} while (rest > 0 && count < MOST_TIMES);
	PG_RETURN_ARRAYTYPE_P(construct_array(times, count, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
