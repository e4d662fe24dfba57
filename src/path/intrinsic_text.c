/*
 * intrinsic_text.c - States.Format, States.StringSplit and the functions between JSON and its text.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "path/intrinsic_call.h"

/* A value as Java prints it: {a=1, b=[x, null]}; a text stands without quotes. */
static void
intrinsic_text_append_value(StringInfo out, AslValue value)
{
	AslIterator children;
	AslValue	key;
	AslValue	child;
	const char *separator = "";

	check_stack_depth();
	if (value.kind == ASL_STRING)
		appendBinaryStringInfo(out, value.u.string, value.length);
	else if (!asl_is_container(value))
		asl_append_json(out, value);
	else
	{
		appendStringInfoChar(out, value.kind == ASL_OBJECT ? '{' : '[');
		children = asl_iterate(value);
		while (asl_next(&children, &key, &child))
		{
			appendStringInfoString(out, separator);
			if (value.kind == ASL_OBJECT)
			{
				appendBinaryStringInfo(out, key.u.string, key.length);
				appendStringInfoChar(out, '=');
			}
			intrinsic_text_append_value(out, child);
			separator = ", ";
		}
		appendStringInfoChar(out, value.kind == ASL_OBJECT ? '}' : ']');
	}
}

/* Does a backslash here take the next character for itself?  In a template that comes as data only braces are. */
static bool
intrinsic_text_is_escape(const char *at, const char *end, bool escaped)
{
	return *at == '\\' && end - at > 1 && (escaped || at[1] == '{' || at[1] == '}');
}

AslValue
asl_intrinsic_format(const AslIntrinsicCall *call)
{
	AslValue	template = asl_intrinsic_argument(call, 0, ASL_STRING);
	bool		escaped = call->intrinsic->arguments[0].escaped && asl_defined(call->intrinsic->arguments[0].literal);
	const char *at = template.u.string;
	const char *end = at + template.length;
	int			next = 1;
	StringInfoData text;

	initStringInfo(&text);
	while (at < end)
	{
		if (intrinsic_text_is_escape(at, end, escaped))
		{
			appendStringInfoChar(&text, at[1]);
			at += 2;
		}
		else if (end - at > 1 && at[0] == '{' && at[1] == '}')
		{
			if (next < call->count)
				intrinsic_text_append_value(&text, call->arguments[next]);
			next++;
			at += 2;
		}
		else
			appendStringInfoChar(&text, *at++);
	}
	if (next != call->count)
		asl_intrinsic_fail(call, psprintf("The number of arguments (%d) does not match the number of occurrences of {} (%d)",
										  call->count - 1, next - 1));
	return asl_string(text.data, text.len);
}

AslValue
asl_intrinsic_json_to_string(const AslIntrinsicCall *call)
{
	return asl_cstring(asl_to_json(call->arguments[0]));
}

/* Nothing but blanks? */
static bool
intrinsic_text_is_blank(AslValue text)
{
	for (uint32 i = 0; i < text.length; i++)
		if (!isspace((unsigned char) text.u.string[i]))
			return false;
	return true;
}

AslValue
asl_intrinsic_string_to_json(const AslIntrinsicCall *call)
{
	AslValue	text = call->arguments[0];
	AslValue	value;
	char	   *message;

	if (text.kind == ASL_NULL)
		return text;
	text = asl_intrinsic_argument(call, 0, ASL_STRING);
	if (intrinsic_text_is_blank(text))
		return asl_null();
	if (!asl_parse_json(text.u.string, text.length, false, &value, &message))
		asl_intrinsic_fail(call, psprintf("The text is no valid JSON: %s", message));
	return value;
}

/* Shallow; the second object's members win. */
AslValue
asl_intrinsic_json_merge(const AslIntrinsicCall *call)
{
	AslValue	merged = asl_object_copy(asl_intrinsic_argument(call, 0, ASL_OBJECT));
	AslIterator members = asl_iterate(asl_intrinsic_argument(call, 1, ASL_OBJECT));
	AslValue	key;
	AslValue	value;

	if (asl_intrinsic_argument(call, 2, ASL_BOOL).u.boolean)
		asl_intrinsic_fail(call, "The deep merge is not supported: the third argument must be false");
	while (asl_next(&members, &key, &value))
		asl_object_set(&merged, key.u.string, key.length, value);
	return merged;
}

/* Splits at each character that occurs in the second text; empty pieces are dropped. */
AslValue
asl_intrinsic_string_split(const AslIntrinsicCall *call)
{
	AslValue	text = asl_intrinsic_argument(call, 0, ASL_STRING);
	AslValue	delimiters = asl_intrinsic_argument(call, 1, ASL_STRING);
	AslValue	pieces = asl_array_new(0);
	const char *at = text.u.string;
	const char *end = at + text.length;
	const char *piece = at;

	while (at < end)
	{
		int			length = Min(pg_utf_mblen((const unsigned char *) at), end - at);

		/* UTF-8: a character's bytes cannot be found in the middle of others */
		if (memmem(delimiters.u.string, delimiters.length, at, length) != NULL)
		{
			if (at > piece)
				asl_array_push(&pieces, asl_string(piece, at - piece));
			piece = at + length;
		}
		at += length;
	}
	if (end > piece)
		asl_array_push(&pieces, asl_string(piece, end - piece));
	return pieces;
}
