/*
 * cast.c - values as booleans, strings and numbers: $boolean, $string, $number, and what operators do without being asked.
 */
#include "postgres.h"

#include <math.h>

#include "jsonata/decimal.h"
#include "jsonata/evaluate.h"

/* The double of a number; infinite where a numeric exceeds all doubles. */
double
asl_cast_double(AslValue number)
{
	return number.form == ASL_FORM_OWN ? number.u.number : asl_nearest_double(number);
}

/* Truth: 1, 0, or -1 for undefined. */
int
asl_cast_boolean(Evaluation *ev, AslValue v)
{
	Items		items;
	AslValue	item;

	switch ((AslKind) v.kind)
	{
		case ASL_UNDEFINED:
			return -1;
		case ASL_BOOL:
			return v.u.boolean;
		case ASL_NUMBER:
			return asl_is_number(ev, v) && asl_cast_double(v) != 0;
		case ASL_STRING:
			return v.length > 0;
		case ASL_OBJECT:
			return asl_object_count(v) > 0;
		case ASL_ARRAY:
			check_stack_depth();
			items_begin(&items, v);
			if (items.count == 1 && items_next(&items, &item))
				return asl_cast_boolean(ev, item);
			while (items_next(&items, &item))
			{
				if (asl_cast_boolean(ev, item) > 0)
					return 1;
			}
			return 0;
		case ASL_NULL:
		case ASL_FUNCTION:
			return 0;
	}
	return 0;
}

/* How a value is written; ev NULL: for a message, where nothing may fail. */
typedef struct Writer
{
	Evaluation *ev;
	StringInfo	out;
	bool		pretty;
	int			depth;
} Writer;

static void cast_write(Writer *writer, AslValue v);

/* A string in quotes, as JSON.stringify escapes it. */
static void
cast_write_string(StringInfo out, AslValue v)
{
	asl_append_json(out, v);
}

/* A number: integers in full, others to 15 digits; in messages to all of theirs. */
static void
cast_write_number(Writer *writer, AslValue v)
{
	char		text[ASL_NUMERIC_TEXT];
	int			length;
	double		number;

	/* A numeric of at most 15 digits is the text of its double. */
	if (v.form == ASL_FORM_NUMERIC && (length = asl_numeric_text(v.u.numeric, true, text)) > 0 && length <= 15)
	{
		appendBinaryStringInfo(writer->out, text, length);
		return;
	}
	number = asl_cast_double(v);
	if (isinf(number) && writer->ev != NULL)
		RAISE(&writer->ev->escape, .code = "D1001", .value = v);
	if (!isfinite(number))
		appendStringInfoString(writer->out, "null");
	else if (writer->ev == NULL)
		asl_decimal_append(writer->out, number);
	else
		asl_decimal_append15(writer->out, number);
}

/* A line break and the indentation of the current depth. */
static void
cast_write_break(Writer *writer)
{
	if (!writer->pretty)
		return;
	appendStringInfoChar(writer->out, '\n');
	appendStringInfoSpaces(writer->out, 2 * writer->depth);
}

/* An array or object; members without a value are left out. */
static void
cast_write_container(Writer *writer, AslValue v)
{
	AslIterator it = asl_iterate(v);
	AslValue	key;
	AslValue	element;
	bool		empty = true;

	check_stack_depth();
	appendStringInfoChar(writer->out, v.kind == ASL_ARRAY ? '[' : '{');
	writer->depth++;
	while (asl_next(&it, &key, &element))
	{
		if (writer->ev != NULL)
			evaluation_tick(writer->ev);
		if (v.kind == ASL_OBJECT && !asl_defined(element))
			continue;
		if (!empty)
			appendStringInfoChar(writer->out, ',');
		empty = false;
		cast_write_break(writer);
		if (v.kind == ASL_OBJECT)
		{
			cast_write_string(writer->out, key);
			appendStringInfoString(writer->out, writer->pretty ? ": " : ":");
		}
		cast_write(writer, element);
	}
	writer->depth--;
	if (!empty)
		cast_write_break(writer);
	appendStringInfoChar(writer->out, v.kind == ASL_ARRAY ? ']' : '}');
}

/* Appends the JSON text of a value. */
static void
cast_write(Writer *writer, AslValue v)
{
	switch ((AslKind) v.kind)
	{
		case ASL_UNDEFINED:
		case ASL_NULL:
			appendStringInfoString(writer->out, "null");
			break;
		case ASL_BOOL:
			appendStringInfoString(writer->out, v.u.boolean ? "true" : "false");
			break;
		case ASL_NUMBER:
			cast_write_number(writer, v);
			break;
		case ASL_STRING:
			cast_write_string(writer->out, v);
			break;
		case ASL_FUNCTION:
			appendStringInfoString(writer->out, "\"\"");
			break;
		case ASL_ARRAY:
		case ASL_OBJECT:
			cast_write_container(writer, v);
			break;
	}
}

/* Appends a value as a message shows it. */
void
asl_stringify(StringInfo out, AslValue v)
{
	Writer		writer = {.out = out};

	if (asl_defined(v) && v.kind != ASL_FUNCTION)
		cast_write(&writer, v);
	else
		appendStringInfoString(out, "undefined");
}

/* $string; undefined stays undefined. */
AslValue
asl_cast_string(Evaluation *ev, AslValue v, bool pretty)
{
	StringInfoData out;
	Writer		writer = {.ev = ev, .out = &out, .pretty = pretty};

	if (!asl_defined(v) || v.kind == ASL_STRING)
		return v;
	if (v.kind == ASL_FUNCTION)
		return asl_string("", 0);
	if (v.kind == ASL_NUMBER && !isfinite(asl_cast_double(v)))
		RAISE(&ev->escape, .code = "D3001", .value = v);
	if (v.kind == ASL_ARRAY && (v.flags & VALUE_OUTER))
		v = asl_array_get(v, 0);
	text_begin(&out);
	cast_write(&writer, v);
	return asl_string(out.data, out.len);
}

/* The value of "0x1F", "0o17", "0b11"; false where it is none of these. */
static bool
cast_radix(const char *text, int length, double *result)
{
	int			radix = 0;

	if (length < 3 || text[0] != '0')
		return false;
	if ((text[1] | 0x20) == 'x')
		radix = 16;
	else if ((text[1] | 0x20) == 'o')
		radix = 8;
	else if ((text[1] | 0x20) == 'b')
		radix = 2;
	*result = 0;
	for (int i = 2; i < length; i++)
	{
		unsigned char c = text[i];
		int			digit = c >= '0' && c <= '9' ? c - '0' : isxdigit(c) ? (c | 0x20) - 'a' + 10 : 99;

		if (digit >= radix)
			return false;
		*result = *result * radix + digit;
	}
	return true;
}

/* The value of decimal digits with fraction and exponent; false where they are none, or too large. */
static bool
cast_decimal(const char *text, double *result)
{
	const char *p = text + (*text == '-');
	const char *start = p;

	while (isdigit((unsigned char) *p))
		p++;
	if (p == start)
		return false;
	if (*p == '.')
	{
		start = ++p;
		while (isdigit((unsigned char) *p))
			p++;
		if (p == start)
			return false;
	}
	if (*p == 'e' || *p == 'E')
	{
		p++;
		if (*p == '+' || *p == '-')
			p++;
		start = p;
		while (isdigit((unsigned char) *p))
			p++;
		if (p == start)
			return false;
	}
	*result = strtod(text, NULL);
	return *p == '\0' && isfinite(*result);
}

/* $number of anything but undefined. */
AslValue
asl_cast_number(Evaluation *ev, AslValue v)
{
	double		number;

	if (v.kind == ASL_NUMBER)
		return v;
	if (v.kind == ASL_BOOL)
		return asl_number(v.u.boolean);
	if (v.kind == ASL_STRING && memchr(v.u.string, '\0', v.length) == NULL &&
		(cast_decimal(asl_to_cstring(v), &number) || cast_radix(v.u.string, v.length, &number)))
		return asl_number(number);
	RAISE(&ev->escape, .code = "D3030", .value = v);
}
