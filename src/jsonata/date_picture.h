/*
 * date_picture.h - pictures of dates and times, as "[D1o] [MNn] [Y0001]" (XPath functions 3.1, 9.8).
 *
 * A picture is a sequence of parts: literal text and components,
 *
 *     [ component presentation modifier , width ]        as in [Y0001], [MNn,3-3], [D1o], [Z01:01t]
 *
 * date_picture.c reads pictures, date_write.c writes times after them and date_read.c reads times after them.
 */
#ifndef ASL_DATE_PICTURE_H
#define ASL_DATE_PICTURE_H

#include "jsonata/calendar.h"
#include "jsonata/jsonata.h"
#include "jsonata/picture_integer.h"

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

typedef struct DatePicture
{
	int			count;
	DatePart   *parts;
} DatePicture;

/*
 * Reads a picture, a string; NULL and *error where it is none: D3130 to D3133, D3135.  It is good until the next one is
 * asked for.
 */
extern const DatePicture *asl_date_picture_get(AslValue picture, JsonataError *error);

/* The names of a component's values, from the value *first on, and a NULL: nothing but that where it has none. */
extern const char *const *asl_date_picture_names(char component, int *first);

/* The value of a component, not a zone, at this time; a half day is 0 or 1. */
extern int	asl_date_picture_value(char component, const CalendarTime *time);

/* Fills in the error that this component has no names: D3133.  Always false. */
extern bool asl_date_picture_no_names(char component, JsonataError *error);

/*
 * Appends a time after the picture.  millis is the local time, the zone's offset included; the offset is given for
 * itself.  D3134.
 */
extern bool asl_date_write(StringInfo out, const DatePicture *picture, double millis, int hours, int minutes,
						   JsonataError *error);

/* Reads text after the picture; *millis is NaN for a date that does not exist.  *matched: does the text fit?  D3136. */
extern bool asl_date_read(AslValue text, const DatePicture *picture, double now,
						  bool *matched, double *millis, JsonataError *error);

#endif
