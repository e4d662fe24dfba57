/*
 * datetime.c - points in time as text: ISO 8601 and, through date_picture.h, pictures.
 */
#include "postgres.h"

#include <math.h>

#include "jsonata/calendar.h"
#include "jsonata/date_picture.h"
#include "jsonata/datetime.h"
#include "jsonata/error.h"

/*
 * Reads text after a pattern in which a digit stands for the digits up to itself and any other character for itself; the
 * numbers in it go to numbers.  Advances *p past it; false, nothing read, where the text is different.
 */
static bool
datetime_accept(const char **p, const char *end, const char *pattern, int *numbers)
{
	const char *text = *p;
	bool		in_number = false;

	for (; *pattern != '\0'; pattern++, text++)
	{
		if (text == end)
			return false;
		if (!isdigit((unsigned char) *pattern))
		{
			if (*text != *pattern)
				return false;
			numbers += in_number;
			in_number = false;
			continue;
		}
		if (*text < '0' || *text > *pattern)
			return false;
		*numbers = (in_number ? *numbers * 10 : 0) + (*text - '0');
		in_number = true;
	}
	*p = text;
	return true;
}

/* "+hhmm" or "-hhmm", the sign and leading zeros optional. */
static bool
datetime_read_zone(AslValue timezone, int *hours, int *minutes, JsonataError *error)
{
	const char *p = timezone.u.string;
	const char *end = p + timezone.length;
	bool		negative = p < end && *p == '-';
	int			number = 0;
	const char *digits;

	p += p < end && (*p == '-' || *p == '+');
	for (digits = p; p < end && isdigit((unsigned char) *p); p++)
		number = number * 10 + (*p - '0');
	if (p < end || p == digits || p - digits > 4 || number % 100 > 59)
		return asl_error_set(error, "D3134", "The timezone must have the form +hhmm or -hhmm: %s", asl_to_json(timezone));

	/* As the reference has it: the hours are rounded down, so that -0530 means -06:30. */
	if (negative)
		number = -number;
	*hours = (int) floor(number / 100.0);
	*minutes = number % 100;
	return true;
}

/* Appends a local time, with the offset that it has. */
static void
datetime_append_iso(StringInfo out, double millis, int hours, int minutes)
{
	CalendarTime time = asl_calendar_split(millis);
	int			offset = abs(hours * 100 + minutes);

	appendStringInfo(out, "%s%04d-%02d-%02dT%02d:%02d:%02d.%03d", time.year < 0 ? "-" : "", abs(time.year % 10000),
					 time.month, time.day, time.hour, time.minute, time.second, time.millisecond);
	if (offset == 0)
		appendStringInfoChar(out, 'Z');
	else
		appendStringInfo(out, "%c%02d:%02d", hours < 0 ? '-' : '+', offset / 100, offset % 100);
}

/* Writes a time: $fromMillis and $now. */
bool
asl_datetime_format(double millis, AslValue picture, AslValue timezone, AslValue *result, JsonataError *error)
{
	StringInfoData out;
	int			hours = 0;
	int			minutes = 0;

	if (asl_defined(timezone) && !datetime_read_zone(timezone, &hours, &minutes, error))
		return false;
	millis += (hours * 60 + minutes) * 60000.0;
	initStringInfo(&out);
	if (!(fabs(millis) <= CALENDAR_LIMIT))
		return asl_error_number_range(error, millis);
	if (asl_defined(picture))
	{
		const DatePicture *analysed = asl_date_picture_get(picture, error);

		if (analysed == NULL || !asl_date_write(&out, analysed, millis, hours, minutes, error))
			return false;
	}
	else
		datetime_append_iso(&out, millis, hours, minutes);
	*result = asl_string(out.data, out.len);
	return true;
}

/* The first three digits of a fraction, after its point; advances *p past all of them. */
static int
datetime_read_millisecond(const char **p, const char *end)
{
	int			millisecond = 0;
	int			weight = 100;

	for (; *p < end && isdigit((unsigned char) **p); (*p)++, weight /= 10)
		millisecond += weight * (**p - '0');
	return millisecond;
}

/* Are the members in the ranges that JavaScript demands?  A month always has 31 days, and 24:00:00 is the next day. */
static bool
datetime_is_valid(const CalendarTime *time, const int *zone)
{
	return time->month >= 1 && time->month <= 12 && time->day >= 1 && time->day <= 31 && zone[0] <= 23 &&
		(time->hour < 24 || (time->hour == 24 && time->minute + time->second + time->millisecond == 0));
}

/*
 * Reads an ISO 8601 timestamp: a year, then optional parts as below; false where text is none.  *millis is NaN for a date
 * that does not exist, or with a fraction or an offset where there is no time.
 */
static bool
datetime_read_iso(const char *p, const char *end, double *millis)
{
	CalendarTime time = {.month = 1, .day = 1};
	int			clock[3] = {0};
	int			zone[2] = {0};
	int			sign = 0;
	bool		has_clock;
	bool		has_fraction;

	if (!datetime_accept(&p, end, "9999", &time.year))
		return false;
	if (datetime_accept(&p, end, "-19", &time.month))
		(void) datetime_accept(&p, end, "-39", &time.day);
	has_clock = datetime_accept(&p, end, "T29:59:59", clock);
	time.hour = clock[0];
	time.minute = clock[1];
	time.second = clock[2];
	has_fraction = end - p >= 2 && *p == '.' && isdigit((unsigned char) p[1]);
	if (has_fraction)
	{
		p++;
		time.millisecond = datetime_read_millisecond(&p, end);
	}
	if (p < end && (*p == '+' || *p == '-'))
	{
		sign = *p++ == '-' ? -1 : 1;
		if (!datetime_accept(&p, end, "29:59", zone) && !datetime_accept(&p, end, "2959", zone))
			return false;
		if (zone[0] > 99)		/* hhmm in one */
		{
			zone[1] = zone[0] % 100;
			zone[0] /= 100;
		}
	}
	else if (p < end && *p == 'Z')
		p++;
	*millis = NAN;
	if (datetime_is_valid(&time, zone) && (has_clock || (!has_fraction && sign == 0)))
		*millis = asl_calendar_join(&time) - sign * (zone[0] * 60 + zone[1]) * 60000.0;
	return p == end;
}

/* Reads a time: $toMillis. */
bool
asl_datetime_parse(AslValue timestamp, AslValue picture, double now, AslValue *result, JsonataError *error)
{
	const DatePicture *analysed;
	double		millis;
	bool		matched;

	if (!asl_defined(picture))
	{
		if (!datetime_read_iso(timestamp.u.string, timestamp.u.string + timestamp.length, &millis))
			return asl_error_set(error, "D3110", "The argument of the toMillis function must be an ISO 8601 formatted "
								 "timestamp. Given %s", asl_to_json(timestamp));
		*result = asl_number(millis);
		return true;
	}
	analysed = asl_date_picture_get(picture, error);
	if (analysed == NULL || !asl_date_read(timestamp, analysed, now, &matched, &millis, error))
		return false;
	*result = matched ? asl_number(millis) : asl_undefined();
	return true;
}
