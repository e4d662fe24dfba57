/*
 * calendar.c - milliseconds since 1970 as dates of the Gregorian calendar.
 *
 * Years are counted from March, so that the leap day is the last of its year; 400 years have 146,097 days.
 */
#include "postgres.h"

#include <math.h>

#include "jsonata/calendar.h"

#define MILLIS_PER_DAY	86400000.0
#define DAYS_PER_ERA	146097
#define DAYS_TO_1970	719468	/* from 0000-03-01 */

/* Days from 1970-01-01 to the first of a month; month 1 to 12. */
static int64
calendar_days(int64 year, int month)
{
	int64		era;
	int			era_year;
	int			year_day;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	era_year = (int) (year - era * 400);
	year_day = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
	return era * DAYS_PER_ERA + era_year * 365 + era_year / 4 - era_year / 100 + year_day - DAYS_TO_1970;
}

/* Sets year, month and day. */
static void
calendar_date(int64 days, CalendarTime *time)
{
	int64		era;
	int			era_day;
	int			era_year;
	int			year_day;
	int			month;

	days += DAYS_TO_1970;
	era = (days >= 0 ? days : days - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	era_day = (int) (days - era * DAYS_PER_ERA);
	era_year = (era_day - era_day / 1460 + era_day / 36524 - era_day / 146096) / 365;
	year_day = era_day - (365 * era_year + era_year / 4 - era_year / 100);
	month = (5 * year_day + 2) / 153;
	time->day = year_day - (153 * month + 2) / 5 + 1;
	time->month = month + (month < 10 ? 3 : -9);
	time->year = (int) (era * 400) + era_year + (time->month <= 2);
}

/* The date and the time of day. */
CalendarTime
asl_calendar_split(double millis)
{
	CalendarTime time;
	double		days;
	int			rest;

	Assert(fabs(millis) <= CALENDAR_LIMIT);
	millis = trunc(millis);
	days = floor(millis / MILLIS_PER_DAY);
	rest = (int) (millis - days * MILLIS_PER_DAY);
	calendar_date((int64) days, &time);
	time.hour = rest / 3600000;
	time.minute = rest / 60000 % 60;
	time.second = rest / 1000 % 60;
	time.millisecond = rest % 1000;
	time.weekday = (int) (((int64) days % 7 + 7 + 3) % 7) + 1;	/* 1970-01-01 was a Thursday */
	time.year_day = (int) ((int64) days - calendar_days(time.year, 1)) + 1;
	return time;
}

/* The milliseconds of a date and a time of day; also of ones that are out of range. */
double
asl_calendar_join(const CalendarTime *time)
{
	int64		months = (int64) time->year * 12 + time->month - 1;
	int64		year = (months >= 0 ? months : months - 11) / 12;
	double		days = (double) calendar_days(year, (int) (months - year * 12) + 1) + time->day - 1;
	double		millis = ((days * 24 + time->hour) * 60 + time->minute) * 60000 + time->second * 1000.0 + time->millisecond;

	return fabs(millis) <= CALENDAR_LIMIT ? millis : NAN;
}

/* The day that decides which year and month a week belongs to. */
CalendarTime
asl_calendar_thursday(const CalendarTime *time)
{
	CalendarTime thursday = *time;
	double		millis;

	thursday.day += 4 - time->weekday;
	millis = asl_calendar_join(&thursday);
	return isnan(millis) ? *time : asl_calendar_split(millis);
}
