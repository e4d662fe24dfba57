/*
 * builtin_number.c - functions of numbers.
 */
#include "postgres.h"

#include <math.h>

#include "common/pg_prng.h"
#include "jsonata/decimal.h"
#include "jsonata/evaluate.h"
#include "jsonata/picture_integer.h"
#include "jsonata/picture_number.h"

/* A computed number, which need not be finite. */
static AslValue
number_result(Evaluation *ev, double number)
{
	if (!isfinite(number))
		ev->unclean = true;
	return asl_number(number);
}

static AslValue
number_number(Evaluation *ev, const AslValue *args, int count)
{
	return asl_defined(args[0]) ? asl_cast_number(ev, args[0]) : args[0];
}

static AslValue
number_abs(Evaluation *ev, const AslValue *args, int count)
{
	return asl_defined(args[0]) ? asl_number(fabs(asl_cast_double(args[0]))) : args[0];
}

static AslValue
number_floor(Evaluation *ev, const AslValue *args, int count)
{
	return asl_defined(args[0]) ? asl_number(floor(asl_cast_double(args[0]))) : args[0];
}

static AslValue
number_ceil(Evaluation *ev, const AslValue *args, int count)
{
	return asl_defined(args[0]) ? asl_number(ceil(asl_cast_double(args[0]))) : args[0];
}

static AslValue
number_round(Evaluation *ev, const AslValue *args, int count)
{
	double		precision = asl_defined(args[1]) ? asl_cast_double(args[1]) : 0;

	if (!asl_defined(args[0]))
		return args[0];
	return number_result(ev, asl_decimal_round(asl_cast_double(args[0]), (int) Max(Min(precision, 1000), -1000)));
}

static AslValue
number_sqrt(Evaluation *ev, const AslValue *args, int count)
{
	double		number;

	if (!asl_defined(args[0]))
		return args[0];
	number = asl_cast_double(args[0]);
	if (number < 0)
		RAISE(&ev->escape, .code = "D3060", .value = args[0]);
	return asl_number(sqrt(number));
}

static AslValue
number_power(Evaluation *ev, const AslValue *args, int count)
{
	double		result;

	if (!asl_defined(args[0]))
		return args[0];
	result = asl_defined(args[1]) ? pow(asl_cast_double(args[0]), asl_cast_double(args[1])) : NAN;
	if (!isfinite(result))
		RAISE(&ev->escape, .code = "D3061", .value = args[0], .value2 = args[1]);
	return asl_number(result);
}

static AslValue
number_random(Evaluation *ev, const AslValue *args, int count)
{
	return asl_number(pg_prng_double(&pg_global_prng_state));
}

static AslValue
number_format_base(Evaluation *ev, const AslValue *args, int count)
{
	StringInfoData out;
	double		radix = asl_defined(args[1]) ? asl_decimal_round(asl_cast_double(args[1]), 0) : 10;

	if (!asl_defined(args[0]))
		return args[0];
	if (!(radix >= 2 && radix <= 36))	/* nor is NaN a base */
		RAISE(&ev->escape, .code = "D3100", .value = asl_number(radix));
	initStringInfo(&out);
	asl_decimal_append_radix(&out, asl_decimal_round(asl_cast_double(args[0]), 0), (int) radix);
	return asl_string(out.data, out.len);
}

/* Refuses a number that is not finite: pictures have no place for one. */
static double
number_finite(Evaluation *ev, AslValue v)
{
	double		number = asl_cast_double(v);

	if (!isfinite(number))
		RAISE(&ev->escape, .code = "D1001", .value = v);
	return number;
}

static AslValue
number_format_number(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result;

	if (!asl_defined(args[0]))
		return args[0];
	if (!asl_defined(args[1]))
		RAISE(&ev->escape, .code = "T0410", .index = 2);
	if (!asl_picture_number_format(number_finite(ev, args[0]), args[1], args[2], &result, ev->escape.error))
		asl_raise_filled(&ev->escape, 0);
	return result;
}

static AslValue
number_format_integer(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result;

	if (!asl_defined(args[0]))
		return args[0];
	if (!asl_defined(args[1]))
		RAISE(&ev->escape, .code = "T0410", .index = 2);
	if (!asl_picture_integer_format(number_finite(ev, args[0]), args[1], &result, ev->escape.error))
		asl_raise_filled(&ev->escape, 0);
	return result;
}

static AslValue
number_parse_integer(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result;

	if (!asl_defined(args[0]))
		return args[0];
	if (!asl_defined(args[1]))
		RAISE(&ev->escape, .code = "T0410", .index = 2);
	if (!asl_picture_integer_parse(args[0], args[1], &result, ev->escape.error))
		asl_raise_filled(&ev->escape, 0);
	return number_result(ev, asl_cast_double(result));
}

/* The sum of an array of numbers, from left to right. */
static double
number_add(Evaluation *ev, AslValue array, uint32 *n)
{
	Items		items;
	AslValue	item;
	double		total = 0;

	items_begin(&items, array);
	while (items_next(&items, &item))
	{
		evaluation_tick(ev);
		total += asl_cast_double(item);
	}
	*n = items.count;
	return total;
}

static AslValue
number_sum(Evaluation *ev, const AslValue *args, int count)
{
	uint32		n;

	return asl_defined(args[0]) ? number_result(ev, number_add(ev, args[0], &n)) : args[0];
}

static AslValue
number_average(Evaluation *ev, const AslValue *args, int count)
{
	uint32		n;
	double		total;

	if (!asl_defined(args[0]))
		return args[0];
	total = number_add(ev, args[0], &n);
	return n == 0 ? asl_undefined() : number_result(ev, total / n);
}

/* The largest number of an array, or with sign -1 the smallest. */
static AslValue
number_extreme(Evaluation *ev, AslValue array, int sign)
{
	Items		items;
	AslValue	item;
	AslValue	best = asl_undefined();
	double		most = 0;

	if (!asl_defined(array))
		return array;
	items_begin(&items, array);
	while (items_next(&items, &item))
	{
		double		number = sign * asl_cast_double(item);

		evaluation_tick(ev);
		if (!asl_defined(best) || number > most || isnan(number))
		{
			best = item;
			most = number;
		}
		if (isnan(number))
			break;
	}
	return best;
}

static AslValue
number_max(Evaluation *ev, const AslValue *args, int count)
{
	return number_extreme(ev, args[0], 1);
}

static AslValue
number_min(Evaluation *ev, const AslValue *args, int count)
{
	return number_extreme(ev, args[0], -1);
}

Builtin		asl_builtins_number[] = {
	{"number", "<(nsb)-:n>", 1, number_number, BUILTIN_BOTH},
	{"abs", "<n-:n>", 1, number_abs, BUILTIN_BOTH},
	{"floor", "<n-:n>", 1, number_floor, BUILTIN_BOTH},
	{"ceil", "<n-:n>", 1, number_ceil, BUILTIN_BOTH},
	{"round", "<n-n?:n>", 2, number_round, BUILTIN_BOTH},
	{"sqrt", "<n-:n>", 1, number_sqrt, BUILTIN_BOTH},
	{"power", "<n-n:n>", 2, number_power, BUILTIN_BOTH},
	{"random", "<:n>", 0, number_random, BUILTIN_STANDARD},
	{"formatBase", "<n-n?:s>", 2, number_format_base, BUILTIN_BOTH},
	{"formatNumber", "<n-so?:s>", 3, number_format_number, BUILTIN_BOTH},
	{"formatInteger", "<n-s:s>", 2, number_format_integer, BUILTIN_BOTH},
	{"parseInteger", "<s-s:n>", 2, number_parse_integer, BUILTIN_BOTH},
	{"sum", "<a<n>:n>", 1, number_sum, BUILTIN_BOTH},
	{"average", "<a<n>:n>", 1, number_average, BUILTIN_BOTH},
	{"max", "<a<n>:n>", 1, number_max, BUILTIN_BOTH},
	{"min", "<a<n>:n>", 1, number_min, BUILTIN_BOTH},
	{0}
};
