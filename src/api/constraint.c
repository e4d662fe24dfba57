/*
 * constraint.c - checking a request against the table of its operation's members (operation.h), with AWS's texts.
 *
 * Types come first: the first wrong one is refused alone.  Violations of limits are told together, up to ten.
 */
#include "postgres.h"

#include "api/operation.h"

#include <math.h>

#include "api/argument.h"
#include "base/errors.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#define MOST_VIOLATIONS 10

typedef struct Violations
{
	int			count;
	StringInfoData text;
} Violations;

static void
refuse_type(const char *message)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_SERIALIZATION_EXCEPTION), errmsg("%s", message)));
}

/* Refuses a scalar where another one is due, which AWS calls by this name. */
static void
refuse_scalar(AslValue value, const char *due)
{
	const char *token = value.kind == ASL_STRING ? "STRING_VALUE" : value.kind == ASL_NUMBER ? "NUMBER_VALUE"
		: value.u.boolean ? "TRUE_VALUE" : "FALSE_VALUE";

	refuse_type(psprintf("%s can not be converted to a%s %s", token, due[0] == 'I' ? "n" : "", due));
}

static void check_types(const AslMember *members, AslValue structure);

/* Raises where a value that is there is of another type than its member. */
static void
check_type(const AslMember *member, AslValue value)
{
	static const char *const scalars[] = {
		[ASL_MEMBER_TEXT] = "String", [ASL_MEMBER_INTEGER] = "Integer", [ASL_MEMBER_DOUBLE] = "Float",
		[ASL_MEMBER_BOOLEAN] = "Boolean"
	};
	AslKind		due = member->kind == ASL_MEMBER_TEXT ? ASL_STRING : member->kind == ASL_MEMBER_BOOLEAN ? ASL_BOOL
		: member->kind == ASL_MEMBER_LIST ? ASL_ARRAY : member->kind == ASL_MEMBER_STRUCTURE ? ASL_OBJECT : ASL_NUMBER;

	if (value.kind == ASL_ARRAY && due != ASL_ARRAY)
		refuse_type("Start of list found where not expected");
	if (value.kind == ASL_OBJECT && due != ASL_OBJECT)
		refuse_type("Start of structure or map found where not expected.");
	if (value.kind == due)
	{
		AslIterator it = asl_iterate(due == ASL_ARRAY ? value : asl_array_new(0));
		AslValue	key;
		AslValue	element;

		if (due == ASL_OBJECT)
			check_types(member->members, value);
		while (asl_next(&it, &key, &element))
			if (element.kind != ASL_NULL)
				check_type(member->members, element);
	}
	else if (due == ASL_ARRAY || due == ASL_OBJECT)
		refuse_type(due == ASL_ARRAY ? "Expected list or null" : "Expected null");
	else
		refuse_scalar(value, scalars[member->kind]);
}

static void
check_types(const AslMember *members, AslValue structure)
{
	for (const AslMember *m = members; m->name != NULL; m++)
	{
		AslValue	value = asl_member(structure, m->name);

		if (asl_defined(value) && value.kind != ASL_NULL)
			check_type(m, value);
	}
}

/* A value as AWS shows it: a structure as Shape(member=value, …), a list in brackets. */
static const char *
show_value(const AslMember *member, AslValue value)
{
	StringInfoData text;
	AslIterator it = asl_iterate(value.kind == ASL_ARRAY ? value : asl_array_new(0));
	AslValue	key,
				element;

	if (value.kind == ASL_STRING)
		return asl_to_cstring(value);
	if (!asl_is_container(value))
		return asl_to_json(value);
	initStringInfo(&text);
	appendStringInfoString(&text, value.kind == ASL_ARRAY ? "[" : member->shape ? psprintf("%s(", member->shape) : "(");
	while (asl_next(&it, &key, &element))
		appendStringInfo(&text, "%s%s", text.len > 1 ? ", " : "", show_value(member->members, element));
	for (const AslMember *m = value.kind == ASL_OBJECT ? member->members : NULL; m != NULL && m->name != NULL; m++)
		if (asl_defined(asl_member(value, m->name)))
			appendStringInfo(&text, "%s%s=%s", m == member->members ? "" : ", ", m->name,
							 show_value(m, asl_member(value, m->name)));
	appendStringInfoChar(&text, value.kind == ASL_ARRAY ? ']' : ')');
	return text.data;
}

/* Adds a violation; value: NULL for none, which is shown, or undefined for one that is not. */
static void
violate(Violations *v, const AslMember *member, const char *at, AslValue value, const char *constraint)
{
	if (v->count++ >= MOST_VIOLATIONS)
		return;
	appendStringInfo(&v->text, "%sValue ", v->count > 1 ? "; " : "");
	if (value.kind == ASL_NULL)
		appendStringInfoString(&v->text, "null ");
	else if (!member->sensitive)
		appendStringInfo(&v->text, "'%s' ", asl_shown(show_value(member, value)));
	appendStringInfo(&v->text, "at '%s' failed to satisfy constraint: %s", at, constraint);
}

/* Is a text one of "[A, B]"? */
static bool
is_one_of(AslValue text, const char *values)
{
	const char *p = values + 1;

	for (size_t length; *p != '\0'; p += length + strspn(p + length, ", ]"))
	{
		length = strcspn(p, ",]");
		if (length == text.length && memcmp(p, text.u.string, length) == 0)
			return true;
	}
	return false;
}

/* A size that is out of a member's limits; what: "length", "value". */
static void
check_limits(Violations *v, const AslMember *member, const char *at, AslValue value, double size, const char *what)
{
	if (size < member->least)
		violate(v, member, at, value,
				psprintf("Member must have %s greater than or equal to " INT64_FORMAT, what, member->least));
	if (member->most >= 0 && size > member->most)
		violate(v, member, at, value, member->bytes
				? psprintf("Member must have size less than or equal to " INT64_FORMAT " bytes in UTF-8 encoding", member->most)
				: psprintf("Member must have %s less than or equal to " INT64_FORMAT, what, member->most));
}

static void
check_text(Violations *v, const AslMember *member, const char *at, AslValue value)
{
	int			length = value.length;

	check_limits(v, member, at, value, member->bytes ? length : pg_mbstrlen_with_len(value.u.string, length), "length");
	if (member->pattern != NULL && !member->matches(value.u.string, length))
		violate(v, member, at, value,
				psprintf("Member must satisfy regular expression pattern: %s", member->pattern));
	if (member->values != NULL && !is_one_of(value, member->values))
		violate(v, member, at, value, psprintf("Member must satisfy enum value set: %s", member->values));
}

static void check_members(Violations *v, const AslMember *members, const char *prefix, AslValue structure);

static void check_value(Violations *v, const AslMember *member, const char *at, AslValue value);

/* A list: its length, then its elements, counted from 1. */
static void
check_list(Violations *v, const AslMember *member, const char *at, AslValue list)
{
	AslIterator it = asl_iterate(list);
	AslValue	key;
	AslValue	element;

	check_limits(v, member, at, list, asl_array_count(list), "length");
	for (int i = 1; asl_next(&it, &key, &element); i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (element.kind != ASL_NULL && v->count < MOST_VIOLATIONS)
			check_value(v, member->members, psprintf("%s.%d.member", at, i), element);
	}
}

/* A value that is there; at: where. */
static void
check_value(Violations *v, const AslMember *member, const char *at, AslValue value)
{
	switch (member->kind)
	{
		case ASL_MEMBER_TEXT:
			check_text(v, member, at, value);
			break;
		case ASL_MEMBER_INTEGER:
			/* AWS cuts a fraction off. */
			check_limits(v, member, at, value, trunc(asl_nearest_double(value)), "value");
			break;
		case ASL_MEMBER_DOUBLE:
			check_limits(v, member, at, value, asl_nearest_double(value), "value");
			break;
		case ASL_MEMBER_BOOLEAN:
			break;
		case ASL_MEMBER_LIST:
			check_list(v, member, at, value);
			break;
		case ASL_MEMBER_STRUCTURE:
			check_members(v, member->members, psprintf("%s.", at), value);
			break;
	}
}

/* The members of a structure, that stands at a prefix ("" or "routingConfiguration.1.member."). */
static void
check_members(Violations *v, const AslMember *members, const char *prefix, AslValue structure)
{
	for (const AslMember *m = members; m->name != NULL; m++)
	{
		AslValue	value = asl_member(structure, m->name);
		const char *at = psprintf("%s%s", prefix, m->name);

		if (asl_defined(value) && value.kind != ASL_NULL)
			check_value(v, m, at, value);
		else if (m->required)
			violate(v, m, at, asl_null(), "Member must not be null");
	}
}

void
asl_operation_check(const AslOperation *operation, AslValue request)
{
	Violations	v = {0};

	if (request.kind == ASL_ARRAY)
		refuse_type("Start of list found where not expected");
	if (request.kind != ASL_OBJECT)
		refuse_type("Expected null");
	check_types(operation->members, request);
	initStringInfo(&v.text);
	check_members(&v, operation->members, "", request);
	if (v.count > 0)
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("%d validation error%s detected: %s", Min(v.count, MOST_VIOLATIONS), v.count > 1 ? "s" : "",
							   v.text.data)));
}
