/*
 * date_picture.c - pictures of dates and times.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/memutils.h"

#include "jsonata/date_picture.h"
#include "jsonata/error.h"
#include "jsonata/text.h"

#define CACHE_SIZE	16

/* A picture that has been read: the same ones are used again and again. */
typedef struct CachedPicture
{
	MemoryContext memory;		/* holds the rest; NULL: none here */
	uint32		length;
	const char *text;
	DatePicture *picture;
} CachedPicture;

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
	"January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December", NULL
};
static const char *const day_names[] = {
	"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", NULL
};
static const char *const half_day_names[] = {"am", "pm", NULL};
static const char *const no_names[] = {NULL};

/* The names of a component's values, in their order. */
const char *const *
asl_date_picture_names(char component, int *first)
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

/* A component's value at a time. */
int
asl_date_picture_value(char component, const CalendarTime *time)
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

/* The error of a component without names. */
bool
asl_date_picture_no_names(char component, JsonataError *error)
{
	return asl_error_set(error, "D3133", "The 'name' modifier can only be applied to months and days in the date/time "
						 "picture string, not \"%c\"", component);
}

/* Adds a part to the picture. */
static DatePart *
date_picture_add_part(DatePicture *picture, DatePartKind kind)
{
	DatePart   *part = &picture->parts[picture->count++];

	memset(part, 0, sizeof(DatePart));
	part->kind = kind;
	return part;
}

/* Adds text without its doubled closing brackets. */
static void
date_picture_add_literal(DatePicture *picture, const char *text, int length)
{
	DatePart   *part;

	if (length == 0)
		return;
	part = date_picture_add_part(picture, DATE_LITERAL);
	initStringInfo(&part->literal);
	for (int i = 0; i < length; i++)
	{
		appendStringInfoChar(&part->literal, text[i]);
		if (text[i] == ']' && i + 1 < length && text[i + 1] == ']')
			i++;
	}
}

/* A width, 0 where text is no number; no value is wider than the greatest. */
static int
date_picture_width(const char *text)
{
	int			width = atoi(text);

	return width < 0 ? 0 : Min(width, 255);
}

/* ",2", ",2-4", ",*-3": the part of a marker from its last comma on. */
static void
date_picture_read_widths(const char *text, DatePart *part)
{
	const char *dash = strchr(text, '-');

	part->least_width = date_picture_width(text);
	if (dash)
		part->most_width = date_picture_width(dash + 1);
}

/* Years are written with their last digits only where the picture asks for two or more. */
static void
date_picture_set_year_digits(DatePart *part)
{
	int			digits = part->integer.mandatory + part->integer.optional;

	if (part->most_width > 0)
		part->year_digits = part->integer.mandatory = part->most_width;
	else if (digits >= 2)
		part->year_digits = digits;
}

/* The presentation of a component: a name, a zone or an integer picture, to which a modifier belongs. */
static bool
date_picture_read_presentation(char *text, DatePart *part, JsonataError *error)
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
		/* A zone without digits is refused where it is to be written, as one with too many. */
		return asl_picture_integer_analyse(text, length, &part->integer, error) || strcmp(error->code, "D3130") == 0;
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
	if (part->integer.style == INTEGER_DECIMAL)
		part->integer.mandatory = Max(part->integer.mandatory, part->least_width);
	if (part->component == 'Y')
		date_picture_set_year_digits(part);
	return true;
}

/* Reads a marker, what stands between brackets. */
static bool
date_picture_read_marker(DatePicture *picture, const char *text, int length, JsonataError *error)
{
	DatePart   *part = date_picture_add_part(picture, DATE_INTEGER);
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
		date_picture_read_widths(comma + 1, part);
	}
	if (!date_picture_read_presentation(marker[1] != '\0' ? marker + 1 : pstrdup(presentation), part, error))
		return false;

	/* Of two integers without anything between them the first must have a known number of digits. */
	if (part->kind == DATE_INTEGER && picture->count > 1 && part[-1].kind == DATE_INTEGER)
		part[-1].exact_digits = part[-1].integer.mandatory;
	return true;
}

/* Refuses names for components that have none. */
static bool
date_picture_check_names(const DatePicture *picture, JsonataError *error)
{
	int			first;

	for (int i = 0; i < picture->count; i++)
	{
		const DatePart *part = &picture->parts[i];

		if (part->kind == DATE_NAME && !strchr("CE", part->component) &&
			asl_date_picture_names(part->component, &first)[0] == NULL)
			return asl_date_picture_no_names(part->component, error);
	}
	return true;
}

/* Room for the parts: at most two from one bracket to the next, and one before the first. */
static DatePart *
date_picture_make_parts(AslValue text)
{
	int			count = 1;

	for (int i = 0; i < text.length; i++)
		count += text.u.string[i] == '[' ? 2 : 0;
	return palloc(count * sizeof(DatePart));
}

/* Reads a picture in the current memory context; NULL and *error where it is none. */
static DatePicture *
date_picture_analyse(AslValue text, JsonataError *error)
{
	DatePicture *picture = palloc0(sizeof(DatePicture));
	const char *p = text.u.string;
	const char *end = p + text.length;
	const char *literal = p;

	picture->parts = date_picture_make_parts(text);
	while (p < end)
	{
		const char *start = p;

		if (*p != '[')
		{
			p++;
			continue;
		}
		date_picture_add_literal(picture, literal, p - literal);
		if (p + 1 < end && p[1] == '[')
		{
			date_picture_add_literal(picture, "[", 1);
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
			if (!date_picture_read_marker(picture, start + 1, p - start - 1, error))
				return NULL;
			p++;
		}
		literal = p;
	}
	date_picture_add_literal(picture, literal, end - literal);
	return date_picture_check_names(picture, error) ? picture : NULL;
}

/* The picture of this text: read now, or kept from the last time. */
const DatePicture *
asl_date_picture_get(AslValue text, JsonataError *error)
{
	static CachedPicture cache[CACHE_SIZE];
	CachedPicture *cached = &cache[hash_bytes((const unsigned char *) text.u.string, text.length) % CACHE_SIZE];
	MemoryContext memory;
	MemoryContext old;
	DatePicture *picture;

	if (cached->memory != NULL && cached->length == text.length && memcmp(cached->text, text.u.string, text.length) == 0)
		return cached->picture;
	memory = AllocSetContextCreate(CurrentMemoryContext, "date picture", ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(memory);
	picture = date_picture_analyse(text, error);
	if (picture != NULL)
	{
		if (cached->memory != NULL)
			MemoryContextDelete(cached->memory);
		*cached = (CachedPicture) {memory, text.length, pnstrdup(text.u.string, text.length), picture};
		MemoryContextSetParent(memory, TopMemoryContext);
	}
	MemoryContextSwitchTo(old);
	return picture;
}
