/*
 * item_csv.c - reading CSV as Step Functions does: RFC 4180, and a backslash takes the special meaning of a quote, a
 * backslash or the delimiter; before any other character it is dropped.  Two quotes are one, in a field without quotes
 * around it, too.
 */
#include "postgres.h"

#include "map/item_csv.h"

#include "miscadmin.h"

typedef struct CsvReader
{
	const char *at;
	const char *end;
	char		delimiter;
	int			line;			/* that at is in, from 1 */
	int			open_line;		/* where a quoted field begins that has no end; 0: none does */
} CsvReader;

static bool
at_line_end(const CsvReader *r)
{
	return r->at == r->end || *r->at == '\n' || (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n');
}

/* What a backslash stands before; the reader is behind the backslash. */
static void
read_escaped(CsvReader *r, StringInfo field)
{
	if (r->at < r->end && (*r->at == '\\' || *r->at == '"' || *r->at == r->delimiter))
		appendStringInfoChar(field, *r->at++);
}

/*
 * Does a field in quotes begin here?  A field that begins with an even number of quotes and goes on begins with quotes
 * that are its own, each written twice; of an odd number the first one is the quote around it.
 */
static bool
at_quoted(const CsvReader *r)
{
	CsvReader	behind = *r;

	while (behind.at < behind.end && *behind.at == '"')
		behind.at++;
	if ((behind.at - r->at) % 2 == 1)
		return true;
	return behind.at > r->at && (at_line_end(&behind) || *behind.at == r->delimiter);
}

/* A quoted field; the reader is behind its first quote. */
static void
read_quoted(CsvReader *r, StringInfo field)
{
	int			line = r->line;

	while (r->at < r->end)
	{
		char		c = *r->at++;

		r->line += c == '\n';
		if (c == '\\')
			read_escaped(r, field);
		else if (c != '"')
			appendStringInfoChar(field, c);
		else if (r->at < r->end && *r->at == '"')
			appendStringInfoChar(field, *r->at++);
		else
			return;
	}
	r->open_line = line;
}

/* One field; the reader stops at the delimiter or the end of the line. */
static AslValue
read_field(CsvReader *r)
{
	StringInfoData field;

	initStringInfo(&field);
	if (at_quoted(r))
	{
		r->at++;
		read_quoted(r, &field);
	}
	while (!at_line_end(r) && *r->at != r->delimiter)
	{
		if (*r->at == '\\')
		{
			r->at++;
			read_escaped(r, &field);
		}
		else
		{
			if (*r->at == '"' && r->at + 1 < r->end && r->at[1] == '"')
				r->at++;
			appendStringInfoChar(&field, *r->at++);
		}
	}
	return asl_string(field.data, field.len);
}

/* One line as an array of strings. */
static AslValue
read_row(CsvReader *r)
{
	AslValue	row = asl_array_new(8);

	CHECK_FOR_INTERRUPTS();
	asl_array_push(&row, read_field(r));
	while (r->at < r->end && *r->at == r->delimiter)
	{
		r->at++;
		asl_array_push(&row, read_field(r));
	}
	if (r->at < r->end && *r->at == '\r')
		r->at++;
	if (r->at < r->end)
		r->at++;
	r->line++;
	return row;
}

static AslValue
row_object(AslValue headers, AslValue row)
{
	uint32		count = asl_array_count(headers);
	AslValue	object = asl_object_new(count);

	for (uint32 i = 0; i < count; i++)
	{
		AslValue	header = asl_array_get(headers, i);
		AslValue	field = asl_array_get(row, i);

		asl_require_kind(header, ASL_STRING);
		asl_object_set(&object, header.u.string, header.length, asl_defined(field) ? field : asl_string("", 0));
	}
	return object;
}

const char *
asl_csv_items(AslValue text, char delimiter, AslValue headers, AslValue *items)
{
	CsvReader	reader = {text.u.string, text.u.string + text.length, delimiter, 1};
	AslValue	empty = asl_array_new(0);

	if (!asl_defined(headers))
		headers = reader.at < reader.end ? read_row(&reader) : empty;
	if (asl_object_count(row_object(headers, empty)) < asl_array_count(headers))
		return "CSV headers cannot contain duplicates.";
	*items = asl_array_new(64);
	while (reader.at < reader.end)
		asl_array_push(items, row_object(headers, read_row(&reader)));
	if (reader.open_line > 0)
		return psprintf("The quoted field that begins in line %d has no end.", reader.open_line);
	return NULL;
}
