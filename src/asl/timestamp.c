/*
 * timestamp.c - the language's timestamps.
 */
#include "postgres.h"

#include "asl/timestamp.h"
#include "utils/datetime.h"

/* A text being parsed; at is never beyond end. */
typedef struct Scan
{
	const char *at;
	const char *end;
} Scan;

/* Takes exactly count digits; false where there are none. */
static bool
scan_digits(Scan *scan, int count, int *result)
{
	*result = 0;
	for (; count > 0; count--)
	{
		if (scan->at == scan->end || *scan->at < '0' || *scan->at > '9')
			return false;
		*result = *result * 10 + (*scan->at++ - '0');
	}
	return true;
}

/* Takes one character. */
static bool
scan_char(Scan *scan, char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

/* Takes a fraction of a second, if there is one. */
static bool
scan_fraction(Scan *scan, fsec_t *microseconds)
{
	int			digit;
	int			unit = 100000;

	*microseconds = 0;
	if (!scan_char(scan, '.'))
		return true;
	if (!scan_digits(scan, 1, &digit))
		return false;
	do
	{
		*microseconds += digit * unit;
		unit /= 10;
	} while (scan_digits(scan, 1, &digit));
	return true;
}

/* Takes Z, +hh:mm or -hh:mm; *zone in seconds west of Greenwich, as PostgreSQL counts. */
static bool
scan_zone(Scan *scan, int *zone)
{
	int			sign = -1;
	int			hours,
				minutes;

	*zone = 0;
	if (scan_char(scan, 'Z'))
		return true;
	if (scan_char(scan, '-'))
		sign = 1;
	else if (!scan_char(scan, '+'))
		return false;
	if (!scan_digits(scan, 2, &hours) || !scan_char(scan, ':') || !scan_digits(scan, 2, &minutes) ||
		hours > 18 || minutes > 59)
		return false;
	*zone = sign * (hours * SECS_PER_HOUR + minutes * SECS_PER_MINUTE);
	return true;
}

/* Takes the date. */
static bool
scan_date(Scan *scan, struct pg_tm *tm)
{
	return scan_digits(scan, 4, &tm->tm_year) && scan_char(scan, '-') &&
		scan_digits(scan, 2, &tm->tm_mon) && scan_char(scan, '-') &&
		scan_digits(scan, 2, &tm->tm_mday) &&
		tm->tm_mon >= 1 && tm->tm_mon <= MONTHS_PER_YEAR &&
		tm->tm_mday >= 1 && tm->tm_mday <= day_tab[isleap(tm->tm_year)][tm->tm_mon - 1];
}

/* Takes hours, minutes and seconds. */
static bool
scan_time(Scan *scan, struct pg_tm *tm)
{
	return scan_digits(scan, 2, &tm->tm_hour) && scan_char(scan, ':') &&
		scan_digits(scan, 2, &tm->tm_min) && scan_char(scan, ':') &&
		scan_digits(scan, 2, &tm->tm_sec) &&
		tm->tm_hour < HOURS_PER_DAY && tm->tm_min < MINS_PER_HOUR && tm->tm_sec < SECS_PER_MINUTE;
}

/* The instant that text is; false where it is none. */
bool
asl_timestamp_parse(const char *text, int length, TimestampTz *instant)
{
	Scan		scan = {text, text + length};
	struct pg_tm tm = {0};
	fsec_t		microseconds;
	int			zone;

	return scan_date(&scan, &tm) && scan_char(&scan, 'T') && scan_time(&scan, &tm) &&
		scan_fraction(&scan, &microseconds) && scan_zone(&scan, &zone) && scan.at == scan.end &&
		tm2timestamp(&tm, microseconds, &zone, instant) == 0;
}
