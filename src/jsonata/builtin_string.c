/*
 * builtin_string.c - functions of strings, without those that take a pattern.
 */
#include "postgres.h"

#include <math.h>

#include "jsonata/evaluate.h"
#include "jsonata/text.h"
#include "utils/memutils.h"

static AslValue
string_string(Evaluation *ev, const AslValue *args, int count)
{
	return asl_cast_string(ev, args[0], args[1].kind == ASL_BOOL && args[1].u.boolean);
}

static AslValue
string_length(Evaluation *ev, const AslValue *args, int count)
{
	return asl_defined(args[0]) ? asl_number(asl_text_characters(args[0].u.string, args[0].length)) : args[0];
}

/* The number of the character where a slice begins or ends: negative ones count from the end. */
static int
string_slice_end(double position, int characters)
{
	position = trunc(position);
	if (position < 0)
		return (int) Max(characters + position, 0);
	return (int) Min(position, characters);
}

static AslValue
string_substring(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	text = args[0];
	int			characters;
	double		start;
	double		end;
	int			from;
	int			to;

	if (!asl_defined(text))
		return text;
	characters = asl_text_characters(text.u.string, text.length);
	start = asl_defined(args[1]) ? asl_cast_double(args[1]) : 0;
	end = characters;
	if (characters + start < 0)
		start = 0;
	if (asl_defined(args[2]))
	{
		double		length = asl_cast_double(args[2]);

		/* As in the reference a length from nowhere is none. */
		if (length <= 0 || !asl_defined(args[1]))
			return asl_string("", 0);
		end = (start >= 0 ? start : characters + start) + length;
	}
	from = asl_text_offset(text.u.string, text.length, string_slice_end(start, characters));
	to = asl_text_offset(text.u.string, text.length, string_slice_end(end, characters));
	return asl_string(text.u.string + from, Max(to - from, 0));
}

/* Where needle begins in text, -1 where it does not occur; what is missing reads "undefined", as in the reference. */
static int
string_find(AslValue text, AslValue *needle)
{
	const char *found;

	if (!asl_defined(*needle))
		*needle = asl_cstring("undefined");
	found = memmem(text.u.string, text.length, needle->u.string, needle->length);
	return found == NULL ? -1 : found - text.u.string;
}

static AslValue
string_substring_before(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	needle = args[1];
	int			position;

	if (!asl_defined(args[0]))
		return args[0];
	position = string_find(args[0], &needle);
	return position < 0 ? args[0] : asl_string(args[0].u.string, position);
}

static AslValue
string_substring_after(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	needle = args[1];
	int			position;

	if (!asl_defined(args[0]))
		return args[0];
	position = string_find(args[0], &needle);
	if (position < 0)
		return args[0];
	position += needle.length;
	return asl_string(args[0].u.string + position, args[0].length - position);
}

static AslValue
string_lowercase(Evaluation *ev, const AslValue *args, int count)
{
	return asl_defined(args[0]) ? asl_text_lower(args[0]) : args[0];
}

static AslValue
string_uppercase(Evaluation *ev, const AslValue *args, int count)
{
	return asl_defined(args[0]) ? asl_text_upper(args[0]) : args[0];
}

static AslValue
string_trim(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	text = args[0];
	char	   *out;
	int			n = 0;

	if (!asl_defined(text))
		return text;
	out = palloc(Max(text.length, 1));
	for (uint32 i = 0; i < text.length; i++)
	{
		char		c = text.u.string[i];

		CHECK_FOR_INTERRUPTS();
		if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
			out[n++] = c;
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	return asl_string(out, n > 0 && out[n - 1] == ' ' ? n - 1 : n);
}

/* Appends as many characters of padding, repeated, as asked for. */
static void
string_pad_append(StringInfo out, AslValue padding, int characters)
{
	int			each = asl_text_characters(padding.u.string, padding.length);

	for (; characters >= each; characters -= each)
	{
		CHECK_FOR_INTERRUPTS();
		appendBinaryStringInfo(out, padding.u.string, padding.length);
	}
	appendBinaryStringInfo(out, padding.u.string, asl_text_offset(padding.u.string, padding.length, characters));
}

static AslValue
string_pad(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	text = args[0];
	AslValue	padding = args[2].kind == ASL_STRING && args[2].length > 0 ? args[2] : asl_string(" ", 1);
	double		width = asl_defined(args[1]) ? trunc(asl_cast_double(args[1])) : 0;
	double		missing;
	StringInfoData out;

	if (!asl_defined(text))
		return text;
	missing = fabs(width) - asl_text_characters(text.u.string, text.length);
	if (missing <= 0)
		return text;
	text_check(ev, missing * padding.length);
	text_begin(&out);
	if (width > 0)
		appendBinaryStringInfo(&out, text.u.string, text.length);
	string_pad_append(&out, padding, (int) missing);
	if (width < 0)
		appendBinaryStringInfo(&out, text.u.string, text.length);
	return asl_string(out.data, out.len);
}

static AslValue
string_join(Evaluation *ev, const AslValue *args, int count)
{
	StringInfoData out;
	Items		items;
	AslValue	item;

	if (!asl_defined(args[0]))
		return args[0];
	text_begin(&out);
	items_begin(&items, args[0]);
	while (items_next(&items, &item))
	{
		evaluation_tick(ev);
		if (items.index > 1 && asl_defined(args[1]))
			appendBinaryStringInfo(&out, args[1].u.string, args[1].length);
		appendBinaryStringInfo(&out, item.u.string, item.length);
		text_check(ev, out.len);
	}
	return asl_string(out.data, out.len);
}

static AslValue
string_base64encode(Evaluation *ev, const AslValue *args, int count)
{
	return asl_defined(args[0]) ? asl_text_base64_encode(args[0]) : args[0];
}

static AslValue
string_base64decode(Evaluation *ev, const AslValue *args, int count)
{
	if (ev->expr->dialect == JSONATA_STATES && asl_defined(args[0]) && !asl_text_is_base64(args[0]))
		asl_raise_internal(&ev->escape, "Argument of function base64decode is not base64");
	return asl_defined(args[0]) ? asl_text_base64_decode(args[0]) : args[0];
}

static AslValue
string_encode_url(Evaluation *ev, const AslValue *args, int count)
{
	return asl_defined(args[0]) ? asl_text_encode_url(args[0], false) : args[0];
}

static AslValue
string_encode_url_component(Evaluation *ev, const AslValue *args, int count)
{
	return asl_defined(args[0]) ? asl_text_encode_url(args[0], true) : args[0];
}

/* The inverse of both. */
static AslValue
string_decode(Evaluation *ev, AslValue text, bool component)
{
	AslValue	result;

	if (!asl_defined(text))
		return text;
	if (!asl_text_decode_url(text, component, &result, ev->escape.error))
		asl_raise_filled(&ev->escape, 0);
	return result;
}

static AslValue
string_decode_url(Evaluation *ev, const AslValue *args, int count)
{
	return string_decode(ev, args[0], false);
}

static AslValue
string_decode_url_component(Evaluation *ev, const AslValue *args, int count)
{
	return string_decode(ev, args[0], true);
}

Builtin		asl_builtins_string[] = {
	{"string", "<x-b?:s>", 1, string_string, BUILTIN_BOTH},
	{"length", "<s-:n>", 1, string_length, BUILTIN_BOTH},
	{"substring", "<s-nn?:s>", 3, string_substring, BUILTIN_BOTH},
	{"substringBefore", "<s-s:s>", 2, string_substring_before, BUILTIN_BOTH},
	{"substringAfter", "<s-s:s>", 2, string_substring_after, BUILTIN_BOTH},
	{"lowercase", "<s-:s>", 1, string_lowercase, BUILTIN_BOTH},
	{"uppercase", "<s-:s>", 1, string_uppercase, BUILTIN_BOTH},
	{"trim", "<s-:s>", 1, string_trim, BUILTIN_BOTH},
	{"pad", "<s-ns?:s>", 3, string_pad, BUILTIN_BOTH},
	{"join", "<a<s>s?:s>", 2, string_join, BUILTIN_BOTH},
	{"base64encode", "<s-:s>", 1, string_base64encode, BUILTIN_BOTH},
	{"base64decode", "<s-:s>", 1, string_base64decode, BUILTIN_BOTH},
	{"encodeUrl", "<s-:s>", 1, string_encode_url, BUILTIN_BOTH},
	{"encodeUrlComponent", "<s-:s>", 1, string_encode_url_component, BUILTIN_BOTH},
	{"decodeUrl", "<s-:s>", 1, string_decode_url, BUILTIN_BOTH},
	{"decodeUrlComponent", "<s-:s>", 1, string_decode_url_component, BUILTIN_BOTH},
	{0}
};
