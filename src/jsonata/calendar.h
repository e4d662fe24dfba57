/*
 * calendar.h - milliseconds since 1970 as dates of the Gregorian calendar, as JavaScript's Date has them, all in UTC.
 */
#ifndef ASL_CALENDAR_H
#define ASL_CALENDAR_H

#include "postgres.h"

/* How far from 1970 a JavaScript date can be: 100 million days. */
#define CALENDAR_LIMIT	8.64e15

typedef struct CalendarTime
{
	int			year;			/* 0 is 1 BC */
	int			month;			/* 1 to 12 */
	int			day;			/* 1 to 31 */
	int			hour;
	int			minute;
	int			second;
	int			millisecond;
	int			weekday;		/* 1 Monday to 7 Sunday */
	int			year_day;		/* 1 to 366 */
} CalendarTime;

/* millis is within the limit; fractions of a millisecond are dropped. */
extern CalendarTime asl_calendar_split(double millis);

/*
 * The milliseconds of a time whose members may be out of their ranges: month 13 is the next January, day 0 the last of
 * the month before.  NaN beyond the limit.
 */
extern double asl_calendar_join(const CalendarTime *time);

/* The Thursday of the ISO 8601 week that time is in: the week belongs to this day's year and month. */
extern CalendarTime asl_calendar_thursday(const CalendarTime *time);

#endif
