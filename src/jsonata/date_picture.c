/*
 * date_picture.c - dates and times written and read after a picture.
 *
 * A picture is a sequence of parts: literal text and components,
 *
 *     [ component presentation modifier , width ]        as in [Y0001], [MNn,3-3], [D1o], [Z01:01t]
 *
 * Reading tries the parts from the left to the right; one that can be read shorter is, where the parts after it do not
 * fit otherwise.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "jsonata/calendar.h"
#include "jsonata/date_picture.h"
#include "jsonata/error.h"
#include "jsonata/picture_integer.h"
#include "jsonata/text.h"

typedef enum DatePartKind
{
	DATE_LITERAL,
	DATE_NAME,
	DATE_INTEGER,
	DATE_ZONE
} DatePartKind;

typedef struct DatePart
{
	DatePartKind kind;
	char		component;		/* one letter */
	StringInfoData literal;
	LetterCase	letter_case;	/* DATE_NAME */
	IntegerPicture integer;		/* DATE_INTEGER, DATE_ZONE */
	int			exact_digits;	/* to read; 0: any number */
	int			least_width;	/* 0: none given */
	int			most_width;
	int			year_digits;	/* a year is written modulo 10 to the power of this; 0: in full */
	bool		zulu;			/* a zone of no offset is "Z" */
} DatePart;

struct DatePicture
{
	int			count;
	DatePart   *parts;
};

/* The components, with their default presentation. */
static const struct
{
	char		letter;
	const char *presentation;
}			components[] = {
	{'Y', "1"}, {'M', "1"}, {'D', "1"}, {'d', "1"}, {'F', "n"}, {'W', "1"}, {'w', "1"}, {'X', "1"}, {'x', "1"},
	{'H', "1"}, {'h', "1"}, {'P', "n"}, {'m', "01"}, {'s', "01"}, {'f', "1"}, {'Z', "01:01"}, {'z', "01:01"},
	{'C', "n"}, {'E', "n"}
};

static const char *const month_names[] = {
	"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
	NULL
};
static const char *const day_names[] = {
	"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", NULL
};
static const char *const half_day_names[] = {"am", "pm", NULL};
static const char *const no_names[] = {NULL};

/* The names of a component's values, from the value *first on, and a NULL. */
static const char *const *
date_names(char component, int *first)
{
	*first = (component != 'P');
	switch (component)
	{
		case 'M':
		case 'x':
			return month_names;
		case 'F':
			return day_names;
		case 'P':
			return half_day_names;
		default:
			return no_names;
	}
}

static bool
date_no_names(char component, JsonataError *error)
{
	return asl_error_set(error, "D3133", "The 'name' modifier can only be applied to months and days in the date/time picture "
						 "string, not \"%c\"", component);
}

/* Reading a picture */

/* Adds a part to the picture. */
static DatePart *
date_add_part(DatePicture *picture, DatePartKind kind)
{
	DatePart   *part;

	/* A picture has at most one part for each of its characters, which parts has room for. */
	part = &picture->parts[picture->count++];
	memset(part, 0, sizeof(DatePart));
	part->kind = kind;
	return part;
}

/* Adds text without its doubled closing brackets. */
static void
date_add_literal(DatePicture *picture, const char *text, int length)
{
	DatePart   *part;

	if (length == 0)
		return;
	part = date_add_part(picture, DATE_LITERAL);
	initStringInfo(&part->literal);
	for (int i = 0; i < length; i++)
	{
		appendStringInfoChar(&part->literal, text[i]);
		if (text[i] == ']' && i + 1 < length && text[i + 1] == ']')
			i++;
	}
}

/* ",2", ",2-4", ",*-3": the part of a marker from its last comma on. */
static void
date_read_width(const char *text, DatePart *part)
{
	const char *dash = strchr(text, '-');

	part->least_width = Max(atoi(text), 0);
	if (dash)
		part->most_width = Max(atoi(dash + 1), 0);
}

/* Years are written with their last digits only where the picture asks for two or more. */
static void
date_set_year_digits(DatePart *part)
{
	int			digits = part->integer.mandatory + part->integer.optional;

	if (part->most_width > 0)
		part->year_digits = part->integer.mandatory = part->most_width;
	else if (digits >= 2)
		part->year_digits = digits;
}

/* The presentation of a component: a name, a zone or an integer picture, to which a modifier belongs. */
static bool
date_read_presentation(char *text, DatePart *part, JsonataError *error)
{
	int			length = strlen(text);
	char		modifier = '\0';

	if (length > 1 && strchr("atco", text[length - 1]))
	{
		modifier = text[--length];
		text[length] = '\0';
	}
	part->zulu = (modifier == 't');
	if (part->component == 'Z' || part->component == 'z')
	{
		part->kind = DATE_ZONE;
		return asl_picture_integer_analyse(text, length, &part->integer, error);
	}
	if (text[0] == 'n' || text[0] == 'N' || strchr("PCE", part->component))
	{
		part->kind = DATE_NAME;
		part->letter_case = text[0] == 'N' ? (text[1] == 'n' ? CASE_TITLE : CASE_UPPER) : CASE_LOWER;
		return true;
	}
	if (!asl_picture_integer_analyse(text, length, &part->integer, error))
		return false;
	part->integer.ordinal = (modifier == 'o');
	part->integer.mandatory = Max(part->integer.mandatory, part->least_width);
	if (part->component == 'Y')
		date_set_year_digits(part);
	return true;
}

/* Reads a marker, what stands between brackets. */
static bool
date_read_marker(DatePicture *picture, const char *text, int length, JsonataError *error)
{
	DatePart   *part = date_add_part(picture, DATE_INTEGER);
	char	   *marker = palloc(length + 1);
	char	   *end = marker;
	const char *presentation = NULL;
	char	   *comma;
	int			bytes;

	for (int i = 0; i < length; i++)
		if (!isspace((unsigned char) text[i]))
			*end++ = text[i];
	*end = '\0';
	part->component = marker[0];
	for (int i = 0; i < lengthof(components); i++)
		if (components[i].letter == part->component)
			presentation = components[i].presentation;
	if (presentation == NULL)
	{
		if (end > marker)
			(void) asl_text_decode(marker, &bytes);
		return asl_error_set(error, "D3132", "Unknown component specifier %s in date/time picture string",
							 asl_to_json(asl_string(marker, end > marker ? bytes : 0)));
	}
	comma = strrchr(marker, ',');
	if (comma)
	{
		*comma = '\0';
		date_read_width(comma + 1, part);
	}
	if (!date_read_presentation(marker[1] != '\0' ? marker + 1 : pstrdup(presentation), part, error))
		return false;

	/* Of two integers without anything between them the first must have a known number of digits. */
	if (part->kind == DATE_INTEGER && picture->count > 1 && part[-1].kind == DATE_INTEGER)
		part[-1].exact_digits = part[-1].integer.mandatory;
	return true;
}

/* Refuses names for components that have none. */
static bool
date_check_names(const DatePicture *picture, JsonataError *error)
{
	int			first;

	for (int i = 0; i < picture->count; i++)
	{
		const DatePart *part = &picture->parts[i];

		if (part->kind == DATE_NAME && !strchr("CE", part->component) && date_names(part->component, &first) == no_names)
			return date_no_names(part->component, error);
	}
	return true;
}

DatePicture *
asl_date_picture_analyse(AslValue text, JsonataError *error)
{
	DatePicture *picture = palloc(sizeof(DatePicture));
	const char *p = text.u.string;
	const char *end = p + text.length;
	const char *literal = p;

	picture->count = 0;
	picture->parts = palloc((text.length + 1) * sizeof(DatePart));
	while (p < end)
	{
		const char *start = p;

		if (*p != '[')
		{
			p++;
			continue;
		}
		date_add_literal(picture, literal, p - literal);
		if (p + 1 < end && p[1] == '[')
		{
			date_add_literal(picture, "[", 1);
			p += 2;
		}
		else
		{
			p = memchr(p, ']', end - p);
			if (p == NULL)
			{
				asl_error_set(error, "D3135", "No matching closing bracket ']' in date/time picture string");
				return NULL;
			}
			if (!date_read_marker(picture, start + 1, p - start - 1, error))
				return NULL;
			p++;
		}
		literal = p;
	}
	date_add_literal(picture, literal, end - literal);
	return date_check_names(picture, error) ? picture : NULL;
}

/* Writing */

/* The value of a component; a half day is 0 or 1. */
static int
date_value(char component, const CalendarTime *time)
{
	switch (component)
	{
		case 'Y':
			return time->year;
		case 'M':
			return time->month;
		case 'D':
			return time->day;
		case 'd':
			return time->year_day;
		case 'F':
			return time->weekday;
		case 'W':
			return (asl_calendar_thursday(time).year_day - 1) / 7 + 1;
		case 'w':
			return (asl_calendar_thursday(time).day - 1) / 7 + 1;
		case 'X':
			return asl_calendar_thursday(time).year;
		case 'x':
			return asl_calendar_thursday(time).month;
		case 'H':
			return time->hour;
		case 'h':
			return (time->hour + 11) % 12 + 1;
		case 'P':
			return time->hour / 12;
		case 'm':
			return time->minute;
		case 's':
			return time->second;
		default:
			return time->millisecond;
	}
}

/* A name in lower, upper or title case; am and pm have no title case. */
static void
date_append_name(StringInfo out, const DatePart *part, const CalendarTime *time)
{
	int			first;
	const char *const *names = date_names(part->component, &first);
	char	   *name;

	if (names == no_names)
	{
		appendStringInfoString(out, "ISO"); /* calendar and era */
		return;
	}
	name = pstrdup(names[date_value(part->component, time) - first]);
	asl_picture_integer_set_case(name, part->letter_case);
	if (part->most_width > 0 && part->component != 'P' && strlen(name) > part->most_width)
		name[part->most_width] = '\0';
	appendStringInfoString(out, name);
}

static bool
date_append_integer(StringInfo out, const DatePart *part, const CalendarTime *time, JsonataError *error)
{
	double		value = date_value(part->component, time);

	if (part->year_digits > 0)
		value = fmod(value, pow(10, part->year_digits));
	return asl_picture_integer_append(out, value, &part->integer, error);
}

/* A zone of one or two digits shows the minutes only where there are some; three or four digits are hhmm. */
static bool
date_append_zone(StringInfo out, const DatePart *part, int hours, int minutes, JsonataError *error)
{
	int			offset = hours * 100 + minutes;
	int			digits = part->integer.mandatory;
	bool		separate = part->integer.interval == 0 && digits <= 2;

	if (part->integer.interval == 0 && (digits < 1 || digits > 4))
		return asl_error_set(error, "D3134", "The timezone integer format specifier cannot have more than four digits");
	if (offset == 0 && part->zulu)
	{
		appendStringInfoChar(out, 'Z');
		return true;
	}
	if (part->component == 'z')
		appendStringInfoString(out, "GMT");
	if (offset >= 0)
		appendStringInfoChar(out, '+');
	if (!asl_picture_integer_append(out, separate ? hours : offset, &part->integer, error))
		return false;
	if (separate && minutes != 0)
		appendStringInfo(out, ":%02d", abs(minutes));
	return true;
}

bool
asl_date_picture_append(StringInfo out, const DatePicture *picture, double millis, int hours, int minutes,
						JsonataError *error)
{
	CalendarTime time = asl_calendar_split(millis);

	for (int i = 0; i < picture->count; i++)
	{
		const DatePart *part = &picture->parts[i];

		switch (part->kind)
		{
			case DATE_LITERAL:
				appendBinaryStringInfo(out, part->literal.data, part->literal.len);
				break;
			case DATE_NAME:
				date_append_name(out, part, &time);
				break;
			case DATE_INTEGER:
				if (!date_append_integer(out, part, &time, error))
					return false;
				break;
			case DATE_ZONE:
				if (!date_append_zone(out, part, hours, minutes, error))
					return false;
				break;
		}
	}
	return true;
}

/* Reading */

/* What has been read: the components' values by their letters, NaN where there is none. */
typedef struct DateReader
{
	const DatePicture *picture;
	const char *end;
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
	const char *const *names = date_names(part->component, &first);

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

/* Reads "+05:30", with "GMT" before it or another sign between hours and minutes as the picture says, and what follows. */
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

/* Reads the text from p on after the picture's parts from index on. */
static bool
date_read_parts(DateReader *reader, int index, const char *p)
{
	const DatePart *part = &reader->picture->parts[index];

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (index == reader->picture->count)
		return p == reader->end;
	switch (part->kind)
	{
		case DATE_LITERAL:
			return reader->end - p >= part->literal.len && pg_strncasecmp(p, part->literal.data, part->literal.len) == 0 &&
				date_read_parts(reader, index + 1, p + part->literal.len);
		case DATE_ZONE:
			return date_read_zone(reader, index, p);
		default:
			return date_read_component(reader, index, p);
	}
}

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
			*value = begun ? strchr("MDd", *order) != NULL : date_value(*order, &time);
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
	double		members[] = {v['Y'], by_year_day ? 1 : Max(v['M'], 1), by_year_day ? v['d'] : v['D'], hour, v['m'], v['s'], v['f']};
	CalendarTime time;

	for (int i = 0; i < lengthof(members); i++)
		if (!(fabs(members[i]) < 1e9))
			return NAN;
	time = (CalendarTime) {members[0], members[1], members[2], members[3], members[4], members[5], members[6]};
	if (time.year >= 0 && time.year <= 99)	/* as JavaScript's Date.UTC has it */
		time.year += 1900;
	return asl_calendar_join(&time);
}

bool
asl_date_picture_read(AslValue text, const DatePicture *picture, double now,
					  bool *matched, double *millis, JsonataError *error)
{
	DateReader	reader = {.picture = picture, .end = text.u.string + text.length};
	bool		by_year_day;
	bool		by_half_day;
	char		order[16];

	for (int i = 0; i < picture->count; i++)
		if (picture->parts[i].kind == DATE_NAME && strchr("CE", picture->parts[i].component))
			return date_no_names(picture->parts[i].component, error);
	for (int i = 0; i < lengthof(reader.values); i++)
		reader.values[i] = NAN;
	*matched = date_read_parts(&reader, 0, text.u.string) &&
		(date_is_given_by(&reader, "YXMxWwdDFPHhmsfZz", "YXMxWwdDFPHhmsfZz"));
	if (!*matched)
		return true;

	/* A date is year, month and day, or year and day of the year; weeks cannot be read.  A time may be one of a half day. */
	by_year_day = date_is_given_by(&reader, "YXMxWwdD", "Yd");
	by_half_day = date_is_given_by(&reader, "PHhmsf", "Phmsf") && !date_is_given_by(&reader, "PHhmsf", "Hmsf");
	if (date_is_given_by(&reader, "YXMxWwdD", "YMD"))
		by_year_day = false;
	snprintf(order, sizeof(order), "%s%s", by_year_day ? "Yd" : "YMD", by_half_day ? "Phmsf" : "Hmsf");
	if (date_is_given_by(&reader, "YXMxWwdD", "Xxw") || date_is_given_by(&reader, "YXMxWwdD", "XW") ||
		!date_complete(&reader, order, now))
		return asl_error_set(error, "D3136", "The date/time picture string is missing specifiers required to parse the timestamp");
	*millis = date_join(&reader, by_year_day, by_half_day);
	for (const char *zone = "zZ"; *zone != '\0'; zone++)
		if (date_has(&reader, *zone))
			*millis -= reader.values[(unsigned char) *zone] * 60000;
	return true;
}
