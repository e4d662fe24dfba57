/*
 * error.c - filling in a JsonataError.
 */
#include "postgres.h"

#include "jsonata/decimal.h"
#include "jsonata/error.h"

/* Fills in code and message. */
bool
asl_error_set(JsonataError *error, const char *code, const char *format, ...)
{
	StringInfoData message;

	initStringInfo(&message);
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&message, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&message, needed);
	}
	strlcpy(error->code, code, sizeof(error->code));
	error->message = message.data;
	error->position = -1;
	error->token = NULL;
	error->internal = false;
	return false;
}

/* The error of a number that is too large. */
bool
asl_error_number_range(JsonataError *error, double value)
{
	StringInfoData text;

	initStringInfo(&text);
	asl_decimal_append(&text, value);
	return asl_error_set(error, "D1001", "Number out of range: %s", text.data);
}
