/*
 * timestamp.h - timestamps as the Amazon States Language writes them: RFC 3339 with a capital T, and a capital Z or an
 * offset.
 */
#ifndef ASL_TIMESTAMP_H
#define ASL_TIMESTAMP_H

#include "datatype/timestamp.h"

/* An instant; the fraction of its second, which may have any number of digits, stays in the text that was parsed. */
typedef struct AslTimestamp
{
	TimestampTz second;
	const char *fraction;
	int			digits;
} AslTimestamp;

/* The instant that text is; false where it is none. */
extern bool asl_timestamp_parse(const char *text, int length, AslTimestamp *timestamp);
/* < 0, 0, > 0: a is before b, the same instant, after it. */
extern int	asl_timestamp_compare(const AslTimestamp *a, const AslTimestamp *b);

#endif
