/*
 * timestamp.h - timestamps as the Amazon States Language writes them: RFC 3339 with a capital T, and a capital Z or an
 * offset.
 */
#ifndef ASL_TIMESTAMP_H
#define ASL_TIMESTAMP_H

#include "datatype/timestamp.h"

/* The instant that text is; false where it is none.  Digits beyond microseconds are cut. */
extern bool asl_timestamp_parse(const char *text, int length, TimestampTz *instant);

#endif
