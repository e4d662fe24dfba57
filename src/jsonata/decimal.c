/*
 * decimal.c - numbers as JavaScript writes, reads and rounds them.
 *
 * All of it rests on the shortest decimal digits that read back as the same double.
 */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"

#include "jsonata/decimal.h"
#include "utils/builtins.h"
#include "value/value.h"

/* From here on doubles are integers; below, int64 holds those that are integers. */
#define TWO_TO_53	9007199254740992.0

/* Copies the digits of text ("12.5", "1.5e+30"), without leading and trailing zeros; returns n in 0.DIGITS * 10^n. */
static int
decimal_collect(const char *text, char *digits)
{
	int			count = 0;
	int			point = 0;
	bool		fraction = false;

	for (; *text != '\0' && *text != 'e'; text++)
	{
		if (*text == '.')
			fraction = true;
		else if (count == 0 && *text == '0')
			point -= fraction;
		else
		{
			digits[count++] = *text;
			point += !fraction;
		}
	}
	while (count > 0 && digits[count - 1] == '0')
		count--;
	digits[count] = '\0';
	return *text == 'e' ? point + atoi(text + 1) : point;
}

/*
 * Writes the shortest digits that read back as value, which is > 0 and finite, without zeros at their ends into digits (at
 * least 18 bytes, zero-terminated); returns n in 0.DIGITS * 10^n.
 */
static int
decimal_digits(double value, char *digits)
{
	char		text[ASL_DOUBLE_TEXT];

	Assert(value > 0 && !isinf(value));
	if (value < TWO_TO_53 && value == (double) (int64) value)
		snprintf(text, sizeof(text), INT64_FORMAT, (int64) value);
	else
		asl_double_text(value, text);
	return decimal_collect(text, digits);
}

/* Appends count zeros, none where count is negative. */
static void
decimal_append_zeros(StringInfo out, int count)
{
	if (count <= 0)
		return;
	enlargeStringInfo(out, count);
	memset(out->data + out->len, '0', count);
	out->len += count;
	out->data[out->len] = '\0';
}

/* Appends a positive finite number that is no small integer. */
static void
decimal_append_digits(StringInfo out, double value)
{
	char		digits[20];
	int			point = decimal_digits(value, digits);
	int			count = strlen(digits);

	if (point > 21 || point <= -6)
	{
		appendStringInfoChar(out, digits[0]);
		if (count > 1)
			appendStringInfo(out, ".%s", digits + 1);
		appendStringInfo(out, "e%+d", point - 1);
	}
	else if (point <= 0)
		appendStringInfo(out, "0.%.*s%s", -point, "000000", digits);
	else if (point < count)
		appendStringInfo(out, "%.*s.%s", point, digits, digits + point);
	else
	{
		appendStringInfoString(out, digits);
		decimal_append_zeros(out, point - count);
	}
}

/* Appends a number whose text PostgreSQL and JavaScript agree on; false where it is another or longer than most. */
static bool
decimal_append_plain(StringInfo out, double value, int most)
{
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];
	int			length;

	if (fabs(value) >= TWO_TO_53)
		return false;
	if (value == (double) (int64) value)
		length = pg_lltoa((int64) value, text);
	else
	{
		length = double_to_shortest_decimal_bufn(value, text);
		if (length > most || memchr(text, 'e', length) != NULL)
			return false;
	}
	appendBinaryStringInfo(out, text, length);
	return true;
}

/* Appends a number as JavaScript writes it. */
void
asl_decimal_append(StringInfo out, double value)
{
	if (isnan(value))
		appendStringInfoString(out, "NaN");
	else if (isinf(value))
		appendStringInfoString(out, value < 0 ? "-Infinity" : "Infinity");
	else if (!decimal_append_plain(out, value, DOUBLE_SHORTEST_DECIMAL_LEN))
	{
		if (value < 0)
			appendStringInfoChar(out, '-');
		decimal_append_digits(out, fabs(value));
	}
}

void
asl_decimal_append15(StringInfo out, double value)
{
	/* A text of 15 characters has no more than 15 digits. */
	if (!isfinite(value) || !decimal_append_plain(out, value, 15))
		asl_decimal_append(out, asl_decimal_round15(value));
}

/* Appends an integer in full. */
void
asl_decimal_append_integer(StringInfo out, double value, int least)
{
	char		digits[20] = "";
	int			point = value > 0 ? decimal_digits(value, digits) : 0;

	decimal_append_zeros(out, Max(least, 1) - point);
	appendStringInfoString(out, digits);
	decimal_append_zeros(out, point - (int) strlen(digits));
}

/* Appends an integer to another base than ten. */
void
asl_decimal_append_radix(StringInfo out, double value, int radix)
{
	char		text[1100];		/* 1,024 binary digits at most */
	char	   *p = text + sizeof(text);
	double		rest = fabs(value);

	if (radix == 10 || isnan(value) || isinf(value))
	{
		asl_decimal_append(out, value);
		return;
	}
	/* As V8 does: digits that the double does not determine are zeros. */
	for (; rest / radix >= TWO_TO_53; rest /= radix)
		*--p = '0';
	do
	{
		double		digit = fmod(rest, radix);

		*--p = "0123456789abcdefghijklmnopqrstuvwxyz"[(int) digit];
		rest = (rest - digit) / radix;
	} while (rest > 0);
	if (value < 0)
		appendStringInfoChar(out, '-');
	appendBinaryStringInfo(out, p, text + sizeof(text) - p);
}

/* kept * 10^exponent, where kept has at most 16 digits. */
static double
decimal_scale(int64 kept, int exponent)
{
	static const double powers[] = {
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
		1e20, 1e21, 1e22
	};
	char		text[48];

	/* Two numbers that doubles hold exactly: their quotient is the nearest double. */
	if (kept < TWO_TO_53 && exponent <= 0 && exponent > -(int) lengthof(powers))
		return kept / powers[-exponent];
	snprintf(text, sizeof(text), INT64_FORMAT "e%d", kept, exponent);
	return strtod(text, NULL);
}

/* Whether a number whose shortest digits are 16, of which the last is a 5, is not less than that. */
static bool
decimal_is_half(double value)
{
	char		text[48];

	snprintf(text, sizeof(text), "%.40e", value);
	return text[16] >= '5';
}

double
asl_decimal_round15(double value)
{
	char		digits[20];
	int			point;
	int			count;
	bool		up;

	if (value == 0 || !isfinite(value) || value == rint(value))
		return value;
	point = decimal_digits(fabs(value), digits);
	count = strlen(digits);
	if (count <= 15)
		return value;

	/*
	 * The shortest digits lie on the same side of a half as the number itself, or they would not be the shortest and
	 * nearest; only where they are a half themselves its exact value decides.  JavaScript rounds halves away from zero.
	 */
	up = count == 16 && digits[15] == '5' ? decimal_is_half(fabs(value)) : digits[15] >= '5';
	digits[15] = '\0';
	return copysign(decimal_scale(strtoll(digits, NULL, 10) + up, point - 15), value);
}

/*
 * Rounds 0.DIGITS * 10^point the reference's way: shifts the decimal point, rounds the double that this gives, and shifts
 * it back.  More than 15 digits are not all in that double.
 */
static double
decimal_round_shifted(double value, char *digits, int point, int precision)
{
	char		text[48];
	double		shifted;

	snprintf(text, sizeof(text), "0.%se%d", digits, point + precision);
	shifted = rint(strtod(text, NULL));
	if (shifted == 0 || isinf(shifted))
		return shifted == 0 ? 0 : value;
	point = decimal_digits(shifted, digits);
	snprintf(text, sizeof(text), "0.%se%d", digits, point - precision);
	return copysign(strtod(text, NULL), value);
}

/* Rounds to so many decimal places, halves to even. */
double
asl_decimal_round(double value, int precision)
{
	char		digits[20];
	int			keep;
	int			count;
	int			beyond;
	int64		kept;

	if (value == 0 || !isfinite(value))
		return value;
	keep = decimal_digits(fabs(value), digits);
	count = strlen(digits);
	/* With so many digits a "4" or "5" behind the cut may become a half. */
	if (count > 15 && keep + precision >= 0 && (keep + precision > 15 || strchr("45", digits[keep + precision]) != NULL))
		return decimal_round_shifted(value, digits, keep, precision);
	if (precision >= count - keep)
		return value;
	if (precision < -keep)
		return 0;

	/* The cut leaves keep digits, the last of weight 10^-precision; beyond it there is at least one. */
	keep += precision;
	beyond = strcmp(digits + keep, "5");
	digits[keep] = '\0';
	kept = strtoll(digits, NULL, 10);
	kept += beyond > 0 || (beyond == 0 && kept % 2 == 1);
	if (kept == 0)
		return 0;				/* never -0 */
	return copysign(decimal_scale(kept, -precision), value);
}
