/*
 * date_read.c - dates and times read after a picture.
 *
 * The parts are tried from the left to the right; one that can be read shorter is, where the parts after it do not fit
 * otherwise.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "jsonata/date_picture.h"
#include "jsonata/error.h"
#include "jsonata/text.h"

#define LONGEST_TIMESTAMP	10000	/* bytes; what is longer is no timestamp */

/* What has been read: the components' values by their letters, NaN where there is none. */
typedef struct DateReader
{
	const DatePicture *picture;
	const char *begin;
	const char *end;
	bool	   *dead_ends;		/* for each part and each place in the text: reading on from there has failed */
	double		values[128];
} DateReader;

static bool date_read_parts(DateReader *reader, int index, const char *p);

/* May this character belong to the component's text? */
static bool
date_accepts(const DatePart *part, pg_wchar character)
{
	bool		letter = character < 128 && isalpha((int) character);

	if (part->component == 'f')
		return character < 128 && isdigit((int) character);
	if (part->kind == DATE_NAME)
		return letter;
	switch (part->integer.style)
	{
		case INTEGER_DECIMAL:
			return character >= part->integer.zero && character <= part->integer.zero + 9;
		case INTEGER_WORDS:
			return letter || character == ' ' || character == '-' || character == ',';
		default:
			return letter;
	}
}

/* The value of a name, which may be cut to the part's width; NaN where there is none. */
static double
date_name_value(const DatePart *part, const char *text, int length)
{
	int			first;
	const char *const *names = asl_date_picture_names(part->component, &first);

	for (int i = 0; names[i] != NULL; i++)
	{
		int			width = strlen(names[i]);

		if (part->most_width > 0 && part->component != 'P')
			width = Min(width, part->most_width);
		if (length == width && pg_strncasecmp(text, names[i], width) == 0)
			return i + first;
	}
	return NAN;
}

/* Reads text as the component's value; false where it is none.  An unknown name is a name without a value. */
static bool
date_read_value(DateReader *reader, const DatePart *part, const char *text, int length)
{
	double	   *value = &reader->values[(unsigned char) part->component];

	if (part->component == 'f')
	{
		char		digits[4] = "000";

		memcpy(digits, text, Min(length, 3));
		*value = atoi(digits);
		return true;
	}
	if (part->kind == DATE_NAME)
	{
		*value = date_name_value(part, text, length);
		return true;
	}
	*value = asl_picture_integer_read(text, length, &part->integer);
	return !isnan(*value);
}

/* Goes past "st", "nd", "rd" or "th" after an ordinal in digits; false where there is none. */
static bool
date_accept_ordinal(const DateReader *reader, const DatePart *part, const char **p)
{
	static const char *const suffixes[] = {"st", "nd", "rd", "th"};

	if (part->kind != DATE_INTEGER || part->integer.style != INTEGER_DECIMAL || !part->integer.ordinal)
		return true;
	for (int i = 0; i < lengthof(suffixes); i++)
		if (reader->end - *p >= 2 && pg_strncasecmp(*p, suffixes[i], 2) == 0)
		{
			*p += 2;
			return true;
		}
	return false;
}

/* Reads a name or an integer, and the parts after it: as much as can be read, then less and less. */
static bool
date_read_component(DateReader *reader, int index, const char *start)
{
	const DatePart *part = &reader->picture->parts[index];
	const char *p = start;
	int			characters = 0;
	int			bytes;

	while (p < reader->end && date_accepts(part, asl_text_decode(p, &bytes)) &&
		   (part->exact_digits == 0 || characters < part->exact_digits))
	{
		p += bytes;
		characters++;
	}
	if (part->exact_digits > 0 && characters < part->exact_digits)
		return false;
	while (p > start)
	{
		const char *after = p;

		if (date_accept_ordinal(reader, part, &after) && date_read_value(reader, part, start, p - start) &&
			date_read_parts(reader, index + 1, after))
			return true;
		if (part->exact_digits > 0)
			return false;
		do
			p--;
		while ((*p & 0xC0) == 0x80);
	}
	return false;
}

/* Goes past digits, as many as there are. */
static const char *
date_skip_digits(const DateReader *reader, const char *p)
{
	while (p < reader->end && isdigit((unsigned char) *p))
		p++;
	return p;
}

/* The minutes of "+0530": as the reference has it, the minutes are added also where the hours are negative. */
static double
date_zone_value(const char *text, const char *separator, const char *end)
{
	const char *minutes = separator ? separator + 1 : text + 3;

	if (separator == NULL && end - text <= 3)
		return atoi(text) * 60;
	return atoi(pnstrdup(text, (separator ? separator : minutes) - text)) * 60 + atoi(minutes);
}

/* Reads "+05:30", with "GMT" before it or another sign in the middle as the picture says, and what follows. */
static bool
date_read_zone(DateReader *reader, int index, const char *p)
{
	const DatePart *part = &reader->picture->parts[index];
	const char *start;
	const char *separator = NULL;

	if (part->component == 'z')
	{
		if (reader->end - p < 3 || pg_strncasecmp(p, "GMT", 3) != 0)
			return false;
		p += 3;
	}
	start = p;
	if (p == reader->end || (*p != '+' && *p != '-'))
		return false;
	p = date_skip_digits(reader, p + 1);
	if (p == start + 1)
		return false;
	if (part->integer.interval > 0)
	{
		int			bytes;

		separator = p;
		if (p == reader->end || asl_text_decode(p, &bytes) != part->integer.signs[0].sign)
			return false;
		p = date_skip_digits(reader, p + bytes);
		if (p == separator + bytes)
			return false;
	}
	reader->values[(unsigned char) part->component] = date_zone_value(start, separator, p);
	return date_read_parts(reader, index + 1, p);
}

/* Reads the text from p on after one part and all that follow it. */
static bool
date_read_part(DateReader *reader, int index, const char *p)
{
	const DatePart *part = &reader->picture->parts[index];

	switch (part->kind)
	{
		case DATE_LITERAL:
			return reader->end - p >= part->literal.len &&
				pg_strncasecmp(p, part->literal.data, part->literal.len) == 0 &&
				date_read_parts(reader, index + 1, p + part->literal.len);
		case DATE_ZONE:
			return date_read_zone(reader, index, p);
		default:
			return date_read_component(reader, index, p);
	}
}

/* Reads the text from p on after the picture's parts from index on.  Nothing is tried twice, so that time is bounded. */
static bool
date_read_parts(DateReader *reader, int index, const char *p)
{
	bool	   *dead_end = &reader->dead_ends[index * (reader->end - reader->begin + 1) + (p - reader->begin)];

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (index == reader->picture->count)
		return p == reader->end;
	if (*dead_end)
		return false;
	*dead_end = !date_read_part(reader, index, p);
	return !*dead_end;
}

/* Has this component been read? */
static bool
date_has(const DateReader *reader, char component)
{
	return !isnan(reader->values[(unsigned char) component]);
}

/* Are all the components of all that have been read among some, and at least one of those? */
static bool
date_is_given_by(const DateReader *reader, const char *all, const char *some)
{
	bool		any = false;

	for (; *all != '\0'; all++)
	{
		if (date_has(reader, *all) && strchr(some, *all) == NULL)
			return false;
		any |= date_has(reader, *all);
	}
	return any;
}

/*
 * Fills in the components that have not been read: those before the first that has been with the current time, those
 * after the last with the least value.  False where one between them is missing.
 */
static bool
date_complete(DateReader *reader, const char *order, double now)
{
	CalendarTime time = asl_calendar_split(now);
	bool		begun = false;
	bool		ended = false;

	for (; *order != '\0'; order++)
	{
		double	   *value = &reader->values[(unsigned char) *order];

		if (!isnan(*value))
		{
			if (ended)
				return false;
			begun = true;
		}
		else
		{
			ended = begun;
			*value = begun ? strchr("MDd", *order) != NULL : asl_date_picture_value(*order, &time);
		}
	}
	return true;
}

/* The time that the components give; NaN where there is none. */
static double
date_join(DateReader *reader, bool by_year_day, bool by_half_day)
{
	const double *v = reader->values;
	double		hour = by_half_day ? (v['h'] == 12 ? 0 : v['h']) + v['P'] * 12 : v['H'];
	double		month = by_year_day ? 1 : Max(v['M'], 1);
	double		day = by_year_day ? v['d'] : v['D'];
	double		members[] = {v['Y'], month, day, hour, v['m'], v['s'], v['f']};
	CalendarTime time;

	for (int i = 0; i < lengthof(members); i++)
		if (!(fabs(members[i]) < 1e9))
			return NAN;
	time = (CalendarTime) {members[0], members[1], members[2], members[3], members[4], members[5], members[6]};
	if (time.year >= 0 && time.year <= 99)	/* as JavaScript's Date.UTC has it */
		time.year += 1900;
	return asl_calendar_join(&time);
}

/* Reads the text; false where it does not fit the picture, or nothing in it has a value. */
static bool
date_read_text(DateReader *reader, AslValue text)
{
	if (text.length > LONGEST_TIMESTAMP)
		return false;
	reader->begin = text.u.string;
	reader->end = text.u.string + text.length;
	reader->dead_ends = palloc0((Size) (reader->picture->count + 1) * (text.length + 1));
	for (int i = 0; i < lengthof(reader->values); i++)
		reader->values[i] = NAN;
	return date_read_parts(reader, 0, reader->begin) &&
		date_is_given_by(reader, "YXMxWwdDFPHhmsfZz", "YXMxWwdDFPHhmsfZz");
}

/* Reads a time after a picture. */
bool
asl_date_read(AslValue text, const DatePicture *picture, double now,
			  bool *matched, double *millis, JsonataError *error)
{
	DateReader	reader = {.picture = picture};
	bool		by_month;
	bool		by_year_day;
	bool		by_half_day;
	char		order[16];

	for (int i = 0; i < picture->count; i++)
		if (picture->parts[i].kind == DATE_NAME && strchr("CE", picture->parts[i].component))
			return asl_date_picture_no_names(picture->parts[i].component, error);
	*matched = date_read_text(&reader, text);
	if (!*matched)
		return true;

	/* A date is year, month and day, or year and day of the year; weeks cannot be read. */
	by_month = date_is_given_by(&reader, "YXMxWwdD", "YMD");
	by_year_day = !by_month && date_is_given_by(&reader, "YXMxWwdD", "Yd");
	by_half_day = date_is_given_by(&reader, "PHhmsf", "Phmsf") && !date_is_given_by(&reader, "PHhmsf", "Hmsf");
	snprintf(order, sizeof(order), "%s%s", by_year_day ? "Yd" : "YMD", by_half_day ? "Phmsf" : "Hmsf");
	if (date_is_given_by(&reader, "YXMxWwdD", "Xxw") || date_is_given_by(&reader, "YXMxWwdD", "XW") ||
		!date_complete(&reader, order, now))
		return asl_error_set(error, "D3136", "The date/time picture string is missing specifiers required to parse the "
							 "timestamp");
	*millis = date_join(&reader, by_year_day, by_half_day);
	for (const char *zone = "zZ"; *zone != '\0'; zone++)
		if (date_has(&reader, *zone))
			*millis -= reader.values[(unsigned char) *zone] * 60000;
	return true;
}
