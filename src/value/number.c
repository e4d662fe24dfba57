/*
 * number.c - numbers: PostgreSQL's numeric as it stands in a document, and the double that evaluators compute with.
 *
 * A numeric of few digits, which is nearly all of them, is taken apart here: through its text, which is the only way
 * PostgreSQL offers, a conversion costs some hundred nanoseconds.  The layout is that of the on-disk format.
 */
#include "postgres.h"

#include <math.h>

#include "common/int.h"
#include "common/shortest_dec.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "value/value.h"

#define NUMBER_EXACT		(INT64CONST(1) << 53)	/* up to here a double holds every integer */

/* A finite numeric, taken apart: digits[0] * 10000^weight + digits[1] * 10000^(weight - 1) ... */
typedef struct NumericParts
{
	bool		negative;
	int			weight;
	int			scale;			/* decimal digits shown after the point */
	int			count;
	const int16 *digits;
} NumericParts;

/* Takes a numeric apart; false where it is infinite or not a number. */
static bool
numeric_parts(Numeric numeric, NumericParts *parts)
{
	const uint16 *words = (const uint16 *) VARDATA(numeric);
	uint16		header = words[0];
	int			header_words;

	if ((header & 0xC000) == 0xC000)
		return false;
	if (header & 0x8000)
	{
		parts->negative = (header & 0x2000) != 0;
		parts->scale = (header & 0x1F80) >> 7;
		parts->weight = (header & 0x0040) ? (int) (header & 0x003F) - 0x40 : (header & 0x003F);
		header_words = 1;
	}
	else
	{
		parts->negative = (header & 0xC000) == 0x4000;
		parts->scale = header & 0x3FFF;
		parts->weight = (int16) words[1];
		header_words = 2;
	}
	parts->digits = (const int16 *) (words + header_words);
	parts->count = (VARSIZE(numeric) - VARHDRSZ) / sizeof(int16) - header_words;
	return true;
}

/* An exact integer. */
AslValue
asl_integer(int64 n)
{
	if (n >= -NUMBER_EXACT && n <= NUMBER_EXACT)
		return asl_number((double) n);
	return asl_numeric(int64_to_numeric(n));
}

/* The integer of a numeric's groups of digits; false where a double might not hold it. */
static bool
number_mantissa(const NumericParts *parts, int64 *mantissa)
{
	if (parts->count > 4)
		return false;
	*mantissa = 0;
	for (int i = 0; i < parts->count; i++)
		*mantissa = *mantissa * 10000 + parts->digits[i];
	return *mantissa <= NUMBER_EXACT;
}

/*
 * The double of a numeric of few digits: its integer and the power of ten are exact, so one correctly rounded operation
 * gives the correctly rounded result.
 */
static bool
number_short(const NumericParts *parts, double *result)
{
	static const double powers[] = {1, 1e4, 1e8, 1e12, 1e16, 1e20};
	int64		mantissa;
	int			shift = parts->weight - parts->count + 1;

	if (shift > 5 || shift < -5 || !number_mantissa(parts, &mantissa))
		return false;
	*result = shift >= 0 ? mantissa * powers[shift] : mantissa / powers[-shift];
	if (parts->negative)
		*result = -*result;
	return true;
}

/* The nearest double, which has to be a finite one. */
double
asl_to_double(AslValue number)
{
	NumericParts parts;
	double		result;

	asl_require_kind(number, ASL_NUMBER);
	if (number.form == ASL_FORM_OWN)
		return number.u.number;
	if (numeric_parts(number.u.numeric, &parts) && number_short(&parts, &result))
		return result;
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8, NumericGetDatum(number.u.numeric)));
}

/* The nearest double, infinite beyond all of them. */
double
asl_nearest_double(AslValue number)
{
	NumericParts parts;
	double		result;

	asl_require_kind(number, ASL_NUMBER);
	if (number.form == ASL_FORM_OWN)
		return number.u.number;
	if (numeric_parts(number.u.numeric, &parts) && number_short(&parts, &result))
		return result;
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(number.u.numeric)));
}

/* Whether a number is mathematically an integer. */
bool
asl_is_integer(AslValue number)
{
	NumericParts parts;

	asl_require_kind(number, ASL_NUMBER);
	if (number.form == ASL_FORM_OWN)
		return isfinite(number.u.number) && floor(number.u.number) == number.u.number;
	return numeric_parts(number.u.numeric, &parts) && parts.count - 1 <= parts.weight;
}

/* The integer of a numeric; false where it has a fraction or is out of range. */
static bool
number_int64(const NumericParts *parts, int64 *result)
{
	int64		n = 0;

	if (parts->count > 0 && parts->count - 1 > parts->weight)
		return false;
	/* Counting downwards reaches the least int64, which has no positive counterpart. */
	for (int i = 0; parts->count > 0 && i <= parts->weight; i++)
	{
		if (pg_mul_s64_overflow(n, 10000, &n) ||
			pg_sub_s64_overflow(n, i < parts->count ? parts->digits[i] : 0, &n))
			return false;
	}
	if (!parts->negative && n == PG_INT64_MIN)
		return false;
	*result = parts->negative ? n : -n;
	return true;
}

/* The integer that a number is; false where it is none, or out of range. */
bool
asl_to_int64(AslValue number, int64 *result)
{
	NumericParts parts;

	asl_require_kind(number, ASL_NUMBER);
	if (number.form == ASL_FORM_NUMERIC)
		return numeric_parts(number.u.numeric, &parts) && number_int64(&parts, result);
	if (!asl_is_integer(number) || number.u.number < -0x1p63 || number.u.number >= 0x1p63)
		return false;
	*result = (int64) number.u.number;
	return true;
}

/* The numeric of a double's shortest decimal text: mantissa and decimal point where it has no exponent. */
static Numeric
number_from_text(const char *text)
{
	int64		mantissa = 0;
	int			scale = 0;
	bool		fraction = false;

	for (const char *p = text + (*text == '-'); *p; p++)
	{
		if (*p == '.')
		{
			fraction = true;
			continue;
		}
		if (*p < '0' || *p > '9')
			return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text),
													   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
		mantissa = mantissa * 10 + (*p - '0');
		scale += fraction;
	}
	return int64_div_fast_to_numeric(*text == '-' ? -mantissa : mantissa, scale);
}

/*
 * Writes the shortest decimal that reads back as the double.  Of two doubles' exact middle PostgreSQL assumes that it
 * could be read as either; it is read as the even one, so 1e+23 stands for PostgreSQL's 9.999999999999999e+22.  Such short
 * middles lie above 2^53.
 */
void
asl_double_text(double d, char *text)
{
	char		shorter[ASL_DOUBLE_TEXT];
	int			digits;

	double_to_shortest_decimal_buf(d, text);
	digits = strcspn(text, "e") - (*text == '-') - (strchr(text, '.') != NULL);
	if (!(fabs(d) > (double) NUMBER_EXACT) || digits < 2)
		return;
	snprintf(shorter, sizeof(shorter), "%.*e", digits - 2, d);
	if (strtod(shorter, NULL) == d)
		strcpy(text, shorter);
}

/* The number as a numeric, palloc'd unless it is one already: a double becomes its shortest decimal. */
Numeric
asl_to_numeric(AslValue number)
{
	char		text[ASL_DOUBLE_TEXT];
	double		d = number.u.number;

	asl_require_kind(number, ASL_NUMBER);
	if (number.form == ASL_FORM_NUMERIC)
		return number.u.numeric;
	if (floor(d) == d && fabs(d) < (double) NUMBER_EXACT)
		return int64_to_numeric((int64) d);
	asl_double_text(d, text);
	return number_from_text(text);
}

/* Writes the decimal places of a numeric, which are count digits, behind its integer; returns the end. */
static char *
number_places(const NumericParts *parts, int64 fraction, int count, bool trim, char *end)
{
	int			places = trim ? count : parts->scale;
	char	   *p = end;

	if (places == 0)
		return end;
	*p++ = '.';
	for (int i = count - 1; i >= 0; i--, fraction /= 10)
		p[i] = '0' + fraction % 10;
	for (int i = count; i < places; i++)
		p[i] = '0';
	p += places;
	while (trim && p[-1] == '0')
		p--;
	return p[-1] == '.' ? p - 1 : p;
}

/* The text of a numeric of few digits, between 0.0001 and 10^16; 0 for others. */
int
asl_numeric_text(Numeric numeric, bool trim, char *text)
{
	static const int64 powers[] = {1, 10000, 100000000, INT64CONST(1000000000000), INT64CONST(10000000000000000)};
	NumericParts parts;
	int64		mantissa;
	int64		whole;
	int			groups;
	char	   *end = text;

	if (!numeric_parts(numeric, &parts) || !number_mantissa(&parts, &mantissa) || parts.scale > 20)
		return 0;
	groups = parts.count - 1 - parts.weight;
	if (parts.count == 0)
		groups = 0;
	if (groups > 4 || groups < -3 || parts.weight < -1 || (groups < 0 && parts.count - groups > 4))
		return 0;
	whole = groups > 0 ? mantissa / powers[groups] : mantissa * powers[-groups];
	if (parts.negative)
		*end++ = '-';
	end += pg_lltoa(whole, end);
	if (groups < 0)
		groups = 0;
	end = number_places(&parts, mantissa - (groups > 0 ? whole * powers[groups] : mantissa), 4 * groups, trim, end);
	return end - text;
}

/* The length of a numeric's text, without making it. */
int
asl_numeric_text_length(Numeric numeric)
{
	NumericParts parts;
	int			whole;

	if (!numeric_parts(numeric, &parts))
		return strlen(numeric_normalize(numeric));
	whole = 1;
	if (parts.count > 0 && parts.weight >= 0)
	{
		int			first = parts.digits[0];

		whole = 4 * parts.weight + (first >= 1000 ? 4 : first >= 100 ? 3 : first >= 10 ? 2 : 1);
	}
	return parts.negative + whole + (parts.scale > 0 ? 1 + parts.scale : 0);
}
