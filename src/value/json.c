/*
 * json.c - compact JSON text, and how long it would be.
 *
 * A number prints as jsonb prints it, whatever its form, so text and jsonb of a value always agree.
 */
#include "postgres.h"

#include <math.h>

#include "base/errors.h"
#include "common/shortest_dec.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "value/container.h"

/* The letter of a short escape, 'u' where \u00XX is needed, 0 where none. */
static const char json_escapes[256] = {
	['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
	[0] = 'u', [1] = 'u', [2] = 'u', [3] = 'u', [4] = 'u', [5] = 'u', [6] = 'u', [7] = 'u', [11] = 'u', [14] = 'u',
	[15] = 'u', [16] = 'u', [17] = 'u', [18] = 'u', [19] = 'u', [20] = 'u', [21] = 'u', [22] = 'u', [23] = 'u',
	[24] = 'u', [25] = 'u', [26] = 'u', [27] = 'u', [28] = 'u', [29] = 'u', [30] = 'u', [31] = 'u'
};

/* Appends a string in quotes. */
static void
json_append_string(StringInfo out, const char *text, uint32 length)
{
	char	   *p;

	if (unlikely(length > (MaxAllocSize - 2) / 6))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("string is too long to be written as JSON text"),
				 errdetail("It has %u bytes.", length)));
	/* Room for every character to be escaped makes the loop free of checks; long texts are rare. */
	enlargeStringInfo(out, 6 * (Size) length + 2);
	p = out->data + out->len;
	*p++ = '"';
	for (uint32 i = 0; i < length; i++)
	{
		unsigned char c = text[i];
		char		escape = json_escapes[c];

		if (likely(escape == 0))
			*p++ = c;
		else
		{
			*p++ = '\\';
			*p++ = escape;
			if (escape == 'u')
				p += sprintf(p, "00%02x", c);
		}
	}
	*p++ = '"';
	*p = '\0';
	out->len = p - out->data;
}

/* Appends a number; the shortest decimal of a double is jsonb's text too while it has no exponent. */
static void
json_append_number(StringInfo out, AslValue v)
{
	char		text[ASL_NUMERIC_TEXT];
	int			length;

	if (v.form == ASL_FORM_NUMERIC && (length = asl_numeric_text(v.u.numeric, false, text)) > 0)
	{
		appendBinaryStringInfo(out, text, length);
		return;
	}
	if (v.form == ASL_FORM_OWN)
	{
		if (!isfinite(v.u.number))
			ereport(ERROR,
					(errcode(ERRCODE_ASL_UNREPRESENTABLE_VALUE),
					 errmsg("a number that is not finite has no JSON text")));
		double_to_shortest_decimal_buf(v.u.number == 0 ? 0 : v.u.number, text);
		if (strchr(text, 'e') == NULL)
		{
			appendStringInfoString(out, text);
			return;
		}
	}
	appendStringInfoString(out, DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(asl_to_numeric(v)))));
}

/* Appends a container, member by member. */
static void
json_append_container(StringInfo out, AslValue v)
{
	AslIterator it = asl_iterate(v);
	AslValue	key;
	AslValue	element;
	bool		first = true;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	appendStringInfoCharMacro(out, v.kind == ASL_ARRAY ? '[' : '{');
	while (asl_next(&it, &key, &element))
	{
		if (!first)
			appendStringInfoCharMacro(out, ',');
		first = false;
		if (v.kind == ASL_OBJECT)
		{
			json_append_string(out, key.u.string, key.length);
			appendStringInfoCharMacro(out, ':');
		}
		asl_append_json(out, element);
	}
	appendStringInfoCharMacro(out, v.kind == ASL_ARRAY ? ']' : '}');
}

/* Appends the compact JSON text of a value. */
void
asl_append_json(StringInfo out, AslValue v)
{
	switch ((AslKind) v.kind)
	{
		case ASL_NULL:
			appendStringInfoString(out, "null");
			return;
		case ASL_BOOL:
			appendStringInfoString(out, v.u.boolean ? "true" : "false");
			return;
		case ASL_NUMBER:
			json_append_number(out, v);
			return;
		case ASL_STRING:
			json_append_string(out, v.u.string, v.length);
			return;
		case ASL_ARRAY:
		case ASL_OBJECT:
			json_append_container(out, v);
			return;
		case ASL_UNDEFINED:
		case ASL_FUNCTION:
			break;
	}
	ereport(ERROR,
			(errcode(ERRCODE_ASL_UNREPRESENTABLE_VALUE),
			 errmsg("%s has no JSON text", v.kind == ASL_FUNCTION ? "a function" : "undefined")));
}

/* The compact JSON text of a value, palloc'd. */
char *
asl_to_json(AslValue v)
{
	StringInfoData out;

	initStringInfo(&out);
	asl_append_json(&out, v);
	return out.data;
}

/* The length of a string's JSON text. */
static size_t
json_string_size(const char *text, uint32 length)
{
	size_t		size = length + 2;

	for (uint32 i = 0; i < length; i++)
	{
		char		escape = json_escapes[(unsigned char) text[i]];

		if (escape != 0)
			size += escape == 'u' ? 5 : 1;
	}
	return size;
}

/* The length of a scalar's JSON text. */
static size_t
json_scalar_size(AslValue v)
{
	StringInfoData text;
	size_t		size;

	if (v.kind == ASL_STRING)
		return json_string_size(v.u.string, v.length);
	if (v.kind == ASL_NUMBER && v.form == ASL_FORM_NUMERIC)
		return asl_numeric_text_length(v.u.numeric);
	initStringInfo(&text);
	asl_append_json(&text, v);
	size = text.len;
	pfree(text.data);
	return size;
}

/* The length of the compact JSON text, or any number above limit once it is clear that it exceeds that. */
size_t
asl_json_size(AslValue v, size_t limit)
{
	AslIterator it;
	AslValue	key;
	AslValue	element;
	size_t		size = 1;
	bool		empty = true;

	if (!asl_is_container(v))
		return json_scalar_size(v);
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	it = asl_iterate(v);
	/* One byte for the opening bracket, one for the comma or the closing bracket after each member. */
	while (size <= limit && asl_next(&it, &key, &element))
	{
		empty = false;
		if (v.kind == ASL_OBJECT)
			size += json_string_size(key.u.string, key.length) + 1;
		if (size <= limit)
			size += asl_json_size(element, limit - size) + 1;
	}
	return empty ? 2 : size;
}
