/*
 * item_reader.c - ItemReader: the call, and the formats of what it returns.
 *
 * A format's function returns NULL, or the cause of States.ItemReaderFailed: a document of the user's raises nothing.
 */
#include "postgres.h"

#include <ctype.h>

#include "map/item_reader.h"

#include "integration/integration.h"
#include "map/item_csv.h"
#include "engine/scope.h"
#include "miscadmin.h"

/* The index that a token is; false where it is none that an array can have. */
static bool
pointer_index(const char *token, uint32 *index)
{
	char	   *end;
	unsigned long n = strtoul(token, &end, 10);

	*index = (uint32) n;
	return isdigit((unsigned char) *token) && *end == '\0' && n < PG_UINT32_MAX;
}

/* The element that one token of a JSON pointer names. */
static AslValue
pointer_step(AslValue v, const char *token, int length)
{
	StringInfoData name;
	uint32		index;

	initStringInfo(&name);
	for (int i = 0; i < length; i++)
	{
		bool		escape = token[i] == '~' && i + 1 < length;

		appendStringInfoChar(&name, escape ? (token[++i] == '1' ? '/' : '~') : token[i]);
	}
	if (v.kind == ASL_ARRAY)
		return pointer_index(name.data, &index) ? asl_array_get(v, index) : asl_undefined();
	return v.kind == ASL_OBJECT ? asl_object_get(v, name.data, name.len) : asl_undefined();
}

/* ItemsPointer, a JSON pointer into a JSON document. */
static AslValue
follow_pointer(AslValue v, AslValue pointer)
{
	const char *p = pointer.u.string;
	const char *end = p + pointer.length;

	asl_require_kind(pointer, ASL_STRING);
	while (p < end && *p == '/')
	{
		const char *slash = memchr(p + 1, '/', end - p - 1);
		const char *stop = slash ? slash : end;

		v = pointer_step(v, p + 1, stop - p - 1);
		p = stop;
	}
	return v;
}

/* One JSON value a line, empty lines aside; NULL or what is wrong, with the line's number. */
static const char *
lines_of_json(AslValue text, AslValue *items)
{
	const char *p = text.u.string;
	const char *end = p + text.length;

	*items = asl_array_new(64);
	for (int line = 1; p < end; line++)
	{
		const char *newline = memchr(p, '\n', end - p);
		const char *stop = newline ? newline : end;
		AslValue	item;
		char	   *message;

		CHECK_FOR_INTERRUPTS();
		while (p < stop && isspace((unsigned char) *p))
			p++;
		if (p < stop)
		{
			if (!asl_parse_json(p, stop - p, false, &item, &message))
				return psprintf("Line %d: %s", line, message);
			asl_array_push(items, item);
		}
		p = stop + 1;
	}
	return NULL;
}

static char
csv_delimiter(AslValue config)
{
	AslValue	word = asl_member(config, "CSVDelimiter");

	return asl_string_is(word, "PIPE") ? '|' : asl_string_is(word, "SEMICOLON") ? ';'
		: asl_string_is(word, "SPACE") ? ' ' : asl_string_is(word, "TAB") ? '\t' : ',';
}

/* The text without a byte order mark in front. */
static AslValue
without_mark(AslValue text)
{
	static const char mark[] = "\xEF\xBB\xBF";

	if (text.length < strlen(mark) || memcmp(text.u.string, mark, strlen(mark)) != 0)
		return text;
	return asl_string(text.u.string + strlen(mark), text.length - strlen(mark));
}

/* What a document's text holds, by InputType; NULL or what is wrong. */
static const char *
parse_document(AslValue text, AslValue config, AslValue *content)
{
	AslValue	type = asl_member(config, "InputType");
	char	   *message;

	text = without_mark(text);
	if (asl_string_is(type, "CSV"))
		return asl_csv_items(text, csv_delimiter(config), asl_member(config, "CSVHeaders"), content);
	if (asl_string_is(type, "JSONL"))
		return lines_of_json(text, content);
	if (asl_defined(type) && !asl_string_is(type, "JSON"))
		return psprintf("Items of InputType %s are taken from a reader that returns an array.", asl_to_cstring(type));
	return asl_parse_json(text.u.string, text.length, false, content, &message) ? NULL : message;
}

/* The items in a reader's result; NULL or what is wrong. */
static const char *
items_of_result(AslValue result, AslValue config, AslValue *items)
{
	AslValue	pointer = asl_member(config, "ItemsPointer");
	const char *wrong = NULL;

	if (asl_defined(asl_member(result, "Body")))
		result = asl_member(result, "Body");
	*items = result;
	if (result.kind == ASL_STRING)
		wrong = parse_document(result, config, items);
	else if (asl_defined(asl_member(result, "Contents")))
		*items = asl_member(result, "Contents");
	if (wrong == NULL && asl_defined(pointer))
		*items = follow_pointer(*items, pointer);
	if (wrong == NULL && !asl_items_of(*items, items))
		wrong = "Attempting to map over non-iterable node.";
	return wrong;
}

bool
asl_items_of(AslValue v, AslValue *items)
{
	AslIterator it;
	AslValue	key,
				element;

	*items = v;
	if (v.kind != ASL_OBJECT)
		return v.kind == ASL_ARRAY;
	*items = asl_array_new(asl_object_count(v));
	it = asl_iterate(v);
	while (asl_next(&it, &key, &element))
	{
		AslValue	pair = asl_object_new(2);

		asl_object_set(&pair, "Key", strlen("Key"), key);
		asl_object_set(&pair, "Value", strlen("Value"), element);
		asl_array_push(items, pair);
	}
	return true;
}

bool
asl_items_read(AslBranch *b, AslValue effective, AslValue *items, AslFault *fault)
{
	AslValue	reader = b->state->item_reader;
	AslResource *resource = asl_resource_parse(asl_to_cstring(asl_member(reader, "Resource")));
	AslCall		call = {.resource = asl_resource_resolve(resource, b->run->owner), .arguments = asl_object_new(0)};
	AslBranchScope scope;
	const char *wrong;

	asl_scope_init(&scope, b, effective);
	if (asl_expr_present(&b->state->item_reader_arguments))
		call.arguments = asl_expr_evaluate(&b->state->item_reader_arguments, &scope.base);
	b->run->ran_sql = true;
	if (asl_attempt_sql(b, asl_call_run, &call, 0, fault))
		wrong = items_of_result(call.result, asl_member(reader, "ReaderConfig"), items);
	else if (fault->again)
		return false;
	else
		wrong = fault->error.cause ? fault->error.cause : fault->error.name;
	*fault = (AslFault) {.error = {"States.ItemReaderFailed", wrong}};
	return wrong == NULL;
}
