/*
 * datetime.h - points in time as text: $fromMillis, $toMillis, $now.
 *
 * A point in time is a number of milliseconds since 1970-01-01T00:00:00Z.  A picture is text with components in
 * brackets, as in "[D1o] [MNn] [Y0001]" (XPath functions 3.1, 9.8).
 */
#ifndef ASL_DATETIME_H
#define ASL_DATETIME_H

#include "jsonata/jsonata.h"

/*
 * $fromMillis and $now.  picture: a string, or undefined for ISO 8601 ("2017-11-07T15:12:37.121Z").  timezone: a string
 * "+hhmm" or "-hhmm", or undefined for UTC.  *result is a new string.
 * Errors: D3130 to D3135, D1001 for a time that no calendar of JavaScript has.
 */
extern bool asl_datetime_format(double millis, AslValue picture, AslValue timezone,
								AslValue *result, JsonataError *error);

/*
 * $toMillis: reads timestamp, a string, after picture, a string, or undefined for ISO 8601.  now (milliseconds) gives the
 * date parts left of the first that the picture has.  *result is a number, undefined where the text does not fit the
 * picture.  Errors: D3110, D3130 to D3136.
 */
extern bool asl_datetime_parse(AslValue timestamp, AslValue picture, double now,
							   AslValue *result, JsonataError *error);

#endif
