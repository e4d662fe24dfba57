/*
 * number_words.c - numbers in English words.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "jsonata/number_words.h"

static const struct
{
	const char *cardinal;
	const char *ordinal;
	double		value;
}			words[] = {
	{"Zero", "Zeroth", 0}, {"One", "First", 1}, {"Two", "Second", 2}, {"Three", "Third", 3}, {"Four", "Fourth", 4},
	{"Five", "Fifth", 5}, {"Six", "Sixth", 6}, {"Seven", "Seventh", 7}, {"Eight", "Eighth", 8}, {"Nine", "Ninth", 9},
	{"Ten", "Tenth", 10}, {"Eleven", "Eleventh", 11}, {"Twelve", "Twelfth", 12}, {"Thirteen", "Thirteenth", 13},
	{"Fourteen", "Fourteenth", 14}, {"Fifteen", "Fifteenth", 15}, {"Sixteen", "Sixteenth", 16},
	{"Seventeen", "Seventeenth", 17}, {"Eighteen", "Eighteenth", 18}, {"Nineteen", "Nineteenth", 19},
	{"Twenty", "Twentieth", 20}, {"Thirty", "Thirtieth", 30}, {"Forty", "Fortieth", 40}, {"Fifty", "Fiftieth", 50},
	{"Sixty", "Sixtieth", 60}, {"Seventy", "Seventieth", 70}, {"Eighty", "Eightieth", 80}, {"Ninety", "Ninetieth", 90},
	{"Hundred", "Hundredth", 100}, {"Thousand", "Thousandth", 1e3}, {"Million", "Millionth", 1e6},
	{"Billion", "Billionth", 1e9}, {"Trillion", "Trillionth", 1e12}
};

/* The index of the last word whose value is not greater than value. */
static int
words_below(double value)
{
	int			i = lengthof(words) - 1;

	while (words[i].value > value)
		i--;
	return i;
}

/* Appends a number in words: so many of the greatest word below it, that word, and the rest. */
void
asl_number_words_append(StringInfo out, double value, bool ordinal)
{
	int			i = words_below(value);
	double		unit = words[i].value;
	double		rest = unit == 0 ? 0 : value - floor(value / unit) * unit;	/* 0 where a double has no such digits */

	check_stack_depth();
	if (unit >= 100)
	{
		asl_number_words_append(out, floor(value / unit), false);
		appendStringInfoChar(out, ' ');
	}
	appendStringInfoString(out, ordinal && rest == 0 ? words[i].ordinal : words[i].cardinal);
	if (rest > 0)
	{
		appendStringInfoString(out, unit < 100 ? "-" : rest < 100 ? " and " : ", ");
		asl_number_words_append(out, rest, ordinal);
	}
}

/* The value of the word of these letters, cardinal or ordinal; NaN where there is none. */
static double
words_value(const char *text, int length)
{
	for (int i = 0; i < lengthof(words); i++)
		if ((strlen(words[i].cardinal) == length && pg_strncasecmp(words[i].cardinal, text, length) == 0) ||
			(strlen(words[i].ordinal) == length && pg_strncasecmp(words[i].ordinal, text, length) == 0))
			return words[i].value;
	return NAN;
}

/* The length of what separates two words: a comma and a blank, " and ", a blank, a hyphen; 0 where nothing does. */
static int
words_separator(const char *text, int length)
{
	if (length >= 2 && strncmp(text, ", ", 2) == 0)
		return 2;
	if (length >= 5 && pg_strncasecmp(text, " and ", 5) == 0)
		return 5;
	return length > 0 && (*text == ' ' || *text == '-') ? 1 : 0;
}

/* Reads words: small numbers add up, a great one multiplies what its group has so far. */
double
asl_number_words_read(const char *text, int length)
{
	const char *end = text + length;
	double		total = 0;
	double		group = 0;		/* what a following "million" multiplies */

	for (;;)
	{
		const char *start = text;
		double		value;

		while (text < end && words_separator(text, end - text) == 0)
			text++;
		value = words_value(start, text - start);
		if (value >= 100)
			group *= value;
		else if (group >= 1000)
		{
			total += group;
			group = value;
		}
		else
			group += value;
		if (text == end || isnan(value))
			return isnan(value) ? value : total + group;
		text += words_separator(text, end - text);
	}
}
