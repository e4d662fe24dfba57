/*
 * date_write.c - dates and times written after a picture.
 */
#include "postgres.h"

#include <math.h>

#include "jsonata/date_picture.h"
#include "jsonata/error.h"

/* A name in lower, upper or title case; am and pm have no title case. */
static void
date_write_name(StringInfo out, const DatePart *part, const CalendarTime *time)
{
	int			first;
	const char *const *names = asl_date_picture_names(part->component, &first);
	char	   *name;

	if (names[0] == NULL)
	{
		appendStringInfoString(out, "ISO"); /* calendar and era */
		return;
	}
	name = pstrdup(names[asl_date_picture_value(part->component, time) - first]);
	asl_picture_integer_set_case(name, part->letter_case);
	if (part->most_width > 0 && part->component != 'P' && strlen(name) > part->most_width)
		name[part->most_width] = '\0';
	appendStringInfoString(out, name);
}

/* A number, of a year perhaps the last digits only. */
static bool
date_write_integer(StringInfo out, const DatePart *part, const CalendarTime *time, JsonataError *error)
{
	double		value = asl_date_picture_value(part->component, time);

	if (part->year_digits > 0)
		value = fmod(value, pow(10, part->year_digits));
	return asl_picture_integer_append(out, value, &part->integer, error);
}

/* A zone of one or two digits shows the minutes only where there are some; three or four digits are hhmm. */
static bool
date_write_zone(StringInfo out, const DatePart *part, int hours, int minutes, JsonataError *error)
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

/* Writes a time after a picture. */
bool
asl_date_write(StringInfo out, const DatePicture *picture, double millis, int hours, int minutes,
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
				date_write_name(out, part, &time);
				break;
			case DATE_INTEGER:
				if (!date_write_integer(out, part, &time, error))
					return false;
				break;
			case DATE_ZONE:
				if (!date_write_zone(out, part, hours, minutes, error))
					return false;
				break;
		}
	}
	return true;
}
