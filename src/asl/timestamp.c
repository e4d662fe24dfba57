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
scan_fraction(Scan *scan, AslTimestamp *timestamp)
{
	int			digit;

	timestamp->fraction = scan->at;
	timestamp->digits = 0;
	if (!scan_char(scan, '.'))
		return true;
	timestamp->fraction = scan->at;
	while (scan_digits(scan, 1, &digit))
		timestamp->digits++;
	return timestamp->digits > 0;
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
		minutes > 59 || hours * MINS_PER_HOUR + minutes > 18 * MINS_PER_HOUR)
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

bool
asl_timestamp_parse(const char *text, int length, AslTimestamp *timestamp)
{
	Scan		scan = {text, text + length};
	struct pg_tm tm = {0};
	int			zone;

	return scan_date(&scan, &tm) && scan_char(&scan, 'T') && scan_time(&scan, &tm) &&
		scan_fraction(&scan, timestamp) && scan_zone(&scan, &zone) && scan.at == scan.end &&
		tm2timestamp(&tm, 0, &zone, &timestamp->second) == 0;
}

int
asl_timestamp_compare(const AslTimestamp *a, const AslTimestamp *b)
{
	if (a->second != b->second)
		return a->second < b->second ? -1 : 1;
	for (int i = 0; i < Max(a->digits, b->digits); i++)
	{
		char		digit_a = i < a->digits ? a->fraction[i] : '0';
		char		digit_b = i < b->digits ? b->fraction[i] : '0';

		if (digit_a != digit_b)
			return digit_a < digit_b ? -1 : 1;
	}
	return 0;
}
