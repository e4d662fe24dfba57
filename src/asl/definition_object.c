/*
 * definition_object.c - reading any object of a definition by the table of its fields, and reporting what is wrong.
 *
 * What the table says about an object as a whole is reported at the object's location, what is wrong with one
 * field's value at the field's.
 */
#include "postgres.h"

#include "asl/definition_reader.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

/* Adds a diagnostic; its strings must live as long as the diagnostics, which grow in the current memory context. */
void
asl_diagnostics_add(AslDiagnostics *diagnostics, bool warning, const char *code, const char *message,
					const char *location)
{
	if (diagnostics->count == diagnostics->capacity)
	{
		diagnostics->capacity = Max(8, 2 * diagnostics->capacity);
		diagnostics->items = diagnostics->items == NULL ?
			palloc(diagnostics->capacity * sizeof(AslDiagnostic)) :
			repalloc(diagnostics->items, diagnostics->capacity * sizeof(AslDiagnostic));
	}
	diagnostics->items[diagnostics->count++] =
		(AslDiagnostic) {.warning = warning, .code = code, .message = message, .location = location};
	if (!warning)
		diagnostics->error_count++;
}

/* A copy of the location of what is being read, in the current memory context. */
const char *
asl_reader_location(AslReader *reader)
{
	return pstrdup(reader->location.len == 0 ? "/" : reader->location.data);
}

/* Adds a diagnostic; message and location (NULL: none) are copied. */
void
asl_report_at(AslReader *reader, const char *location, bool warning, const char *code, const char *message)
{
	MemoryContext old = MemoryContextSwitchTo(reader->diagnostics_context);

	asl_diagnostics_add(reader->diagnostics, warning, code, pstrdup(message),
						location == NULL ? NULL : pstrdup(location));
	MemoryContextSwitchTo(old);
}

/* Adds a diagnostic about what is being read. */
void
asl_report(AslReader *reader, bool warning, const char *code, const char *message)
{
	asl_report_at(reader, asl_reader_location(reader), warning, code, message);
}

/* The diagnostic reported last is about a text that is no path or call: its hint says where and why. */
void
asl_explain(AslReader *reader, const char *text, const AslSyntaxError *error)
{
	MemoryContext old = MemoryContextSwitchTo(reader->diagnostics_context);
	AslDiagnostic *last = &reader->diagnostics->items[reader->diagnostics->count - 1];

	last->hint = psprintf("At position %d of \"%s\": %s.", pg_mbstrlen_with_len(text, error->position) + 1, text,
						  error->message);
	MemoryContextSwitchTo(old);
}

/* The location becomes that of a member; the result is what asl_leave needs to go back. */
int
asl_enter_member(AslReader *reader, AslValue key)
{
	int			entered = reader->location.len;

	appendStringInfoChar(&reader->location, '/');
	appendBinaryStringInfo(&reader->location, key.u.string, key.length);
	return entered;
}

/* The same for an array's element. */
int
asl_enter_index(AslReader *reader, int index)
{
	int			entered = reader->location.len;

	appendStringInfo(&reader->location, "[%d]", index);
	return entered;
}

void
asl_leave(AslReader *reader, int entered)
{
	reader->location.len = entered;
	reader->location.data[entered] = '\0';
}

/* Is value of that kind?  Complains if not. */
bool
asl_expect(AslReader *reader, AslValue value, AslKind kind)
{
	static const char *const names[] = {
		[ASL_UNDEFINED] = "Undefined", [ASL_NULL] = "Null", [ASL_BOOL] = "Boolean", [ASL_NUMBER] = "Number",
		[ASL_STRING] = "String", [ASL_ARRAY] = "Array", [ASL_OBJECT] = "Object", [ASL_FUNCTION] = "Function"
	};

	if (value.kind == kind)
		return true;
	asl_complain(reader, ASL_SCHEMA, "Expected value of type %s", names[kind]);
	return false;
}

/* "a, b, c" */
char *
asl_join_words(const char *const *words)
{
	StringInfoData out;

	initStringInfo(&out);
	for (; *words != NULL; words++)
		appendStringInfo(&out, "%s%s", out.len > 0 ? ", " : "", *words);
	return out.data;
}

/* May the field stand in this variant of the object, and in this language? */
static bool
object_admits(const AslField *field, int variant, AslQueryLanguage language)
{
	return (field->variants & ASL_ON(variant)) != 0 && (field->languages & (1 << language)) != 0;
}

/* The index of the field of that name, -1 if there is none. */
static int
object_find_field(const AslObject *object, AslValue key)
{
	for (int i = 0; i < object->count; i++)
	{
		if (asl_string_is(key, object->fields[i].name))
			return i;
	}
	return -1;
}

/*
 * The index of the field that key names, -1 if there is none in this variant; complains about that, and if the field
 * belongs to the other language: then *admitted is false.
 */
static int
object_field(AslReader *reader, const AslObject *object, int variant, AslValue key, bool *admitted)
{
	static const char *const languages[] = {[ASL_JSONPATH] = "JSONPath", [ASL_JSONATA] = "JSONata"};
	int			i = object_find_field(object, key);
	AslQueryLanguage language = reader->language;

	if (i < 0 || (object->fields[i].variants & ASL_ON(variant)) == 0)
	{
		asl_complain(reader, ASL_SCHEMA, "Field '%s' is not supported", asl_to_cstring(key));
		return -1;
	}
	*admitted = object_admits(&object->fields[i], variant, language);
	if (!*admitted)
		asl_complain(reader, ASL_SCHEMA,
					 "The QueryLanguage is set to '%s', but field '%s' is only supported for the '%s' QueryLanguage",
					 languages[language], object->fields[i].name, languages[1 - language]);
	return i;
}

/* Complains about the required fields that are not among those present. */
static void
object_check_required(AslReader *reader, const AslObject *object, int variant, uint64 present)
{
	const char *missing[64] = {NULL};
	int			count = 0;

	for (int i = 0; i < object->count; i++)
	{
		const AslField *field = &object->fields[i];

		if ((field->flags & ASL_REQUIRED) && object_admits(field, variant, reader->language) &&
			(present & (UINT64CONST(1) << i)) == 0)
			missing[count++] = field->name;
	}
	if (count > 0)
		asl_complain(reader, ASL_SCHEMA, "These fields are required: [%s]", asl_join_words(missing));
}

/* Complains if too many or too few fields of a group are there. */
static void
object_check_group(AslReader *reader, const AslObject *object, int variant, uint64 present, AslGroup group)
{
	const char *names[64] = {NULL};
	int			count = 0;
	int			there = 0;
	bool		required = false;

	for (int i = 0; i < object->count; i++)
	{
		const AslField *field = &object->fields[i];

		if (field->group != group || !(field->variants & ASL_ON(variant)))
			continue;
		there += (present >> i) & 1;
		if (group != ASL_GROUP_TEST && !object_admits(field, variant, reader->language))
			continue;
		names[count++] = field->name;
		required |= (field->flags & ASL_GROUP_REQUIRED) != 0;
	}
	if (there == 1 || (there == 0 && !required))
		return;
	if (group == ASL_GROUP_TEST)
		asl_complain(reader, ASL_SCHEMA, "The object must have only one of the following fields, [%s]",
					 asl_join_words(names));
	else if (there > 0)
		asl_complain(reader, ASL_SCHEMA, "There should only be one of the following fields: [%s]",
					 asl_join_words(names));
	else
		asl_complain(reader, ASL_SCHEMA, "This object should have only one of the following fields: [%s]",
					 asl_join_words(names));
}

/* Complains about what is missing and what excludes each other. */
static void
object_check_whole(AslReader *reader, const AslObject *object, int variant, uint64 present)
{
	object_check_required(reader, object, variant, present);
	for (int group = ASL_GROUP_NONE + 1; group <= ASL_GROUP_COMPARISON; group++)
		object_check_group(reader, object, variant, present, group);
}

/*
 * Reads value, which stands at the reader's location, into target.  variant says which of the table's fields may
 * stand here.
 */
void
asl_read_object(AslReader *reader, const AslObject *object, int variant, AslValue value, void *target)
{
	uint64		present = 0;
	AslIterator it;
	AslValue	key,
				element;

	Assert(object->count <= 64);
	if (!asl_expect(reader, value, ASL_OBJECT))
		return;
	it = asl_iterate(value);
	while (asl_next(&it, &key, &element))
	{
		bool		admitted;
		int			i = object_field(reader, object, variant, key, &admitted);
		const AslField *field;
		int			entered;

		if (i < 0)
			continue;
		field = &object->fields[i];
		if ((field->flags & ASL_FALSE_IS_ABSENT) && element.kind == ASL_BOOL && !element.u.boolean)
			continue;
		present |= UINT64CONST(1) << i;
		if (!admitted || field->read == NULL)
			continue;
		entered = asl_enter_member(reader, key);
		field->read(reader, field, element, target);
		asl_leave(reader, entered);
	}
	object_check_whole(reader, object, variant, present);
}
