/*
 * jsonb.c - from jsonb and back.
 *
 * The way back writes jsonb's on-disk format directly: PostgreSQL's own builder would take every untouched view apart
 * and put it together again.
 */
#include "postgres.h"

#include <math.h>

#include "base/errors.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "value/container.h"

/* A view on a document; the datum must be detoasted and outlive the view. */
AslValue
asl_from_jsonb(Jsonb *jsonb)
{
	JsonbContainer *root = &jsonb->root;

	if (JsonContainerIsScalar(root))
		return container_child(root->children[0], container_data(root), 0, JBE_OFFLENFLD(root->children[0]));
	return container_view(root);
}

/* Pads to the alignment of numbers and containers. */
static void
jsonb_pad(StringInfo out)
{
	while (out->len != INTALIGN(out->len))
		appendStringInfoCharMacro(out, '\0');
}

/* The JEntry of what has been written since begin. */
static JEntry
jsonb_entry(StringInfo out, int begin, JEntry type)
{
	if (out->len - begin > JENTRY_OFFLENMASK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("value exceeds jsonb's maximum of %u bytes", JENTRY_OFFLENMASK)));
	return type | (out->len - begin);
}

/* Begins a container: its header, and room for its entries, whose offset is returned. */
static int
jsonb_begin(StringInfo out, uint32 count, uint32 entries, uint32 type)
{
	uint32		header = count | type;
	int			offset;

	if (count > JB_CMASK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("number of elements exceeds jsonb's maximum of %u", JB_CMASK)));
	appendBinaryStringInfo(out, (char *) &header, sizeof(header));
	offset = out->len;
	enlargeStringInfo(out, entries * sizeof(JEntry));
	out->len += entries * sizeof(JEntry);
	return offset;
}

/* Enters the child that has been written since data + *total, with its end offset at every stride. */
static void
jsonb_set_entry(StringInfo out, int entries, uint32 index, JEntry entry, uint32 *total)
{
	*total += JBE_OFFLENFLD(entry);
	if (*total > JENTRY_OFFLENMASK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("value exceeds jsonb's maximum of %u bytes", JENTRY_OFFLENMASK)));
	if (index % JB_OFFSET_STRIDE == 0)
		entry = (entry & JENTRY_TYPEMASK) | *total | JENTRY_HAS_OFF;
	memcpy(out->data + entries + index * sizeof(JEntry), &entry, sizeof(entry));
}

/* Writes a string's bytes. */
static JEntry
jsonb_string(StringInfo out, const char *text, uint32 length)
{
	int			begin = out->len;

	if (memchr(text, '\0', length) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_ASL_UNREPRESENTABLE_VALUE),
				 errmsg("a string with \\u0000 cannot be stored in jsonb")));
	/* The last line: whoever made the text has seen to it, and what is stored here must be restorable. */
	if (pg_encoding_verifymbstr(PG_UTF8, text, length) != length)
		ereport(ERROR,
				(errcode(ERRCODE_ASL_UNREPRESENTABLE_VALUE),
				 errmsg("a string that is not valid UTF-8 cannot be stored in jsonb")));
	appendBinaryStringInfoNT(out, text, length);
	return jsonb_entry(out, begin, JENTRY_ISSTRING);
}

/* Writes a number as a numeric. */
static JEntry
jsonb_number(StringInfo out, AslValue v)
{
	int			begin = out->len;
	Numeric		numeric;

	if (v.form == ASL_FORM_OWN && !isfinite(v.u.number))
		ereport(ERROR,
				(errcode(ERRCODE_ASL_UNREPRESENTABLE_VALUE),
				 errmsg("a number that is not finite cannot be stored in jsonb")));
	numeric = asl_to_numeric(v);
	jsonb_pad(out);
	appendBinaryStringInfoNT(out, (char *) numeric, VARSIZE(numeric));
	if (v.form == ASL_FORM_OWN)
		pfree(numeric);
	return jsonb_entry(out, begin, JENTRY_ISNUMERIC);
}

static JEntry jsonb_value(StringInfo out, AslValue v);

/* Writes an array of any form but a view. */
static void
jsonb_array(StringInfo out, AslValue v)
{
	uint32		count = asl_array_count(v);
	int			entries = jsonb_begin(out, count, count, JB_FARRAY);
	uint32		total = 0;

	for (uint32 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		jsonb_set_entry(out, entries, i, jsonb_value(out, asl_array_get(v, i)), &total);
	}
}

/* Orders members as jsonb stores them. */
static int
jsonb_compare(const void *a, const void *b)
{
	const AslMember *left = *(AslMember *const *) a;
	const AslMember *right = *(AslMember *const *) b;

	if (left->key_length != right->key_length)
		return left->key_length < right->key_length ? -1 : 1;
	return memcmp(left->key, right->key, left->key_length);
}

/* Writes an own object: its keys in jsonb's order, then its values. */
static void
jsonb_object(StringInfo out, AslObject *object)
{
	uint32		count = object->count;
	AslMember **members = palloc_extended(count * sizeof(AslMember *), MCXT_ALLOC_HUGE);
	int			entries;
	uint32		total = 0;

	for (uint32 i = 0; i < count; i++)
		members[i] = &object->members[i];
	qsort(members, count, sizeof(AslMember *), jsonb_compare);
	entries = jsonb_begin(out, count, 2 * count, JB_FOBJECT);
	for (uint32 i = 0; i < count; i++)
		jsonb_set_entry(out, entries, i, jsonb_string(out, members[i]->key, members[i]->key_length), &total);
	for (uint32 i = 0; i < count; i++)
		jsonb_set_entry(out, entries, count + i, jsonb_value(out, members[i]->value), &total);
	pfree(members);
}

/* Writes a container; one that is still a view is a block of bytes. */
static JEntry
jsonb_container(StringInfo out, AslValue v)
{
	int			begin = out->len;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	jsonb_pad(out);
	if (v.form == ASL_FORM_JSONB)
		appendBinaryStringInfoNT(out, (char *) v.u.container, asl_container_size(v.u.container));
	else if (v.kind == ASL_ARRAY)
		jsonb_array(out, v);
	else
		jsonb_object(out, v.u.object);
	return jsonb_entry(out, begin, JENTRY_ISCONTAINER);
}

/* Writes any value, without a header of its own; returns its entry. */
static JEntry
jsonb_value(StringInfo out, AslValue v)
{
	switch ((AslKind) v.kind)
	{
		case ASL_NULL:
			return JENTRY_ISNULL;
		case ASL_BOOL:
			return v.u.boolean ? JENTRY_ISBOOL_TRUE : JENTRY_ISBOOL_FALSE;
		case ASL_NUMBER:
			return jsonb_number(out, v);
		case ASL_STRING:
			return jsonb_string(out, v.u.string, v.length);
		case ASL_ARRAY:
		case ASL_OBJECT:
			return jsonb_container(out, v);
		case ASL_UNDEFINED:
		case ASL_FUNCTION:
			break;
	}
	ereport(ERROR,
			(errcode(ERRCODE_ASL_UNREPRESENTABLE_VALUE),
			 errmsg("%s cannot be stored in jsonb", v.kind == ASL_FUNCTION ? "a function" : "undefined")));
}

/* The value as a jsonb datum of its own, palloc'd. */
Jsonb *
asl_to_jsonb(AslValue v)
{
	StringInfoData out;

	initStringInfo(&out);
	enlargeStringInfo(&out, VARHDRSZ);
	out.len = VARHDRSZ;
	if (asl_is_container(v))
		jsonb_container(&out, v);
	else
	{
		int			entries = jsonb_begin(&out, 1, 1, JB_FARRAY | JB_FSCALAR);
		uint32		total = 0;

		jsonb_set_entry(&out, entries, 0, jsonb_value(&out, v), &total);
	}
	SET_VARSIZE(out.data, out.len);
	return (Jsonb *) out.data;
}
