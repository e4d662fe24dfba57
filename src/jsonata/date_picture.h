/*
 * date_picture.h - dates and times written and read after a picture, as "[D1o] [MNn] [Y0001]" (XPath functions 3.1, 9.8).
 */
#ifndef ASL_DATE_PICTURE_H
#define ASL_DATE_PICTURE_H

#include "jsonata/jsonata.h"

typedef struct DatePicture DatePicture;

/* Reads a picture, a string, in the current memory context; NULL and *error where it is none.  D3130 to D3133, D3135. */
extern DatePicture *asl_date_picture_analyse(AslValue picture, JsonataError *error);

/*
 * Appends a time after the picture.  millis is the local time, the zone's offset included; the offset is hours * 100 +
 * minutes.  D3134.
 */
extern bool asl_date_picture_append(StringInfo out, const DatePicture *picture, double millis, int hours, int minutes,
									JsonataError *error);

/* Reads text after the picture; *millis is NaN for a date that does not exist.  *matched: does the text fit?  D3136. */
extern bool asl_date_picture_read(AslValue text, const DatePicture *picture, double now,
								  bool *matched, double *millis, JsonataError *error);

#endif
