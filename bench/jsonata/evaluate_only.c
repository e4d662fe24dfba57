/*
 * evaluate_only.c - how long an evaluation takes, without SQL around it and without making jsonb of the result.
 *
 * A library of its own, linked with the objects of the evaluator; the benchmark only.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "portability/instr_time.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "jsonata/jsonata.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(asl_bench_jsonata);
Datum		asl_bench_jsonata(PG_FUNCTION_ARGS);

#define MOST_TIMES	100000

/* One evaluation, in microseconds. */
static double
bench_evaluate(const JsonataExpr *expr, AslValue input, MemoryContext memory)
{
	MemoryContext old = MemoryContextSwitchTo(memory);
	AslValue	result;
	JsonataError error;
	instr_time	start;
	instr_time	end;

	INSTR_TIME_SET_CURRENT(start);
	if (!asl_jsonata_evaluate(expr, input, NULL, NULL, &result, &error))
		elog(ERROR, "%s", error.message);
	MemoryContextReset(memory);
	INSTR_TIME_SET_CURRENT(end);
	INSTR_TIME_SUBTRACT(end, start);
	MemoryContextSwitchTo(old);
	return INSTR_TIME_GET_DOUBLE(end) * 1e6;
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
