/*
 * definition_variables.c - variables: their names, and who may assign and read them.
 *
 * A States object is a scope.  Its states see the variables of the scopes around it, which they must not assign (what
 * the Parallel or Map itself assigns, it assigns when its branches have ended); a distributed Map's processor sees none
 * of them, its children are executions of their own.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "postgres.h"

#include <pcre2.h>

#include "asl/definition_reader.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#define NAME_LENGTH		80

/* Unicode's ID_Start, then ID_Continue. */
#define NAME_PATTERN	"^[\\p{L}\\p{Nl}][\\p{L}\\p{Nl}\\p{Mn}\\p{Mc}\\p{Nd}\\p{Pc}]*$"

/* Notes a use of a variable where the reader is. */
static List *
note_use(AslReader *reader, List *uses, const char *name)
{
	AslVariableUse *use = palloc(sizeof(AslVariableUse));

	*use = (AslVariableUse) {.name = name, .scope = reader->container, .state = reader->state,
		.location = asl_reader_location(reader)};
	return lappend(uses, use);
}

/* Is it an identifier? */
static bool
name_is_identifier(const char *name, int length)
{
	static pcre2_code *pattern = NULL;	/* lives as long as the backend */
	pcre2_match_data *match;
	int			result;

	if (pattern == NULL)
	{
		int			error;
		PCRE2_SIZE	offset;

		pattern = pcre2_compile((PCRE2_SPTR) NAME_PATTERN, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_DOLLAR_ENDONLY,
								&error, &offset, NULL);
		if (pattern == NULL)
			ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	}
	match = pcre2_match_data_create(1, NULL);
	if (match == NULL)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	result = pcre2_match(pattern, (PCRE2_SPTR) name, length, 0, 0, match, NULL);
	pcre2_match_data_free(match);
	return result >= 0;
}

/* Notes that the field being read assigns a variable; complains about a bad name. */
void
asl_note_assignment(AslReader *reader, const char *name, int length)
{
	const char *copy = pnstrdup(name, length);

	if (strcmp(copy, "states") == 0)
		asl_complain(reader, "RESERVED_VARIABLE_NAME", "Cannot assign to reserved variable '$states'.");
	else if (!name_is_identifier(name, length))
		asl_complain(reader, "INVALID_VARIABLE_NAME",
					 "Invalid variable name '%s': the variable name contains invalid characters.", copy);
	else if (pg_mbstrlen(copy) > NAME_LENGTH)
		asl_complain(reader, "INVALID_VARIABLE_NAME",
					 "Invalid variable name '%s': the variable name exceeds the %d-character limit.", copy, NAME_LENGTH);
	reader->assignments = note_use(reader, reader->assignments, copy);
}

/* Notes that the expression being read refers to a variable. */
void
asl_note_reference(AslReader *reader, const char *name)
{
	reader->references = note_use(reader, reader->references, pstrdup(name));
}

/* The scope around a scope; NULL if there is none that can be seen. */
static const AslStates *
scope_around(const AslStates *scope)
{
	if (scope->owner == NULL || scope->owner->distributed)
		return NULL;
	return scope->owner->container;
}

/* By name. */
static int
compare_uses(const ListCell *a, const ListCell *b)
{
	return strcmp(((AslVariableUse *) lfirst(a))->name, ((AslVariableUse *) lfirst(b))->name);
}

/* The index of the first of the sorted assignments whose name is not before name. */
static int
first_assignment(const List *assignments, const char *name)
{
	int			low = 0;
	int			high = list_length(assignments);

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (strcmp(((AslVariableUse *) list_nth(assignments, middle))->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Is an assignment made in scope or one around it? */
static bool
is_seen(const AslVariableUse *assignment, const AslStates *scope)
{
	for (; scope != NULL; scope = scope_around(scope))
	{
		if (assignment->scope == scope)
			return true;
	}
	return false;
}

/* Is an assignment made in a scope around scope, by another state than the one whose branch leads to scope? */
static bool
is_around(const AslVariableUse *assignment, const AslStates *scope)
{
	for (const AslStates *around; (around = scope_around(scope)) != NULL; scope = around)
	{
		if (assignment->scope == around && assignment->state != scope->owner)
			return true;
	}
	return false;
}

/* Is there an assignment of the variable that is seen from, or made around, the scope? */
static bool
find_assignment(const List *assignments, const AslVariableUse *use,
				bool (*holds) (const AslVariableUse *assignment, const AslStates *scope))
{
	for (int i = first_assignment(assignments, use->name); i < list_length(assignments); i++)
	{
		const AslVariableUse *assignment = list_nth(assignments, i);

		if (strcmp(assignment->name, use->name) != 0)
			return false;
		if (holds(assignment, use->scope))
			return true;
	}
	return false;
}

/* Complains about assignments to variables of outer scopes and warns of references to variables that nobody assigns. */
void
asl_check_variables(AslReader *reader)
{
	ListCell   *lc;
	List	   *sorted = list_copy(reader->assignments);

	list_sort(sorted, compare_uses);
	foreach(lc, reader->assignments)
	{
		const AslVariableUse *use = lfirst(lc);

		if (find_assignment(sorted, use, is_around))
			asl_report_at(reader, use->location, false, "DUPLICATE_VARIABLE_NAME",
					   psprintf("The variable name '%s' was already defined in a parent scope.", use->name));
	}
	foreach(lc, reader->references)
	{
		const AslVariableUse *use = lfirst(lc);

		if (!find_assignment(sorted, use, is_seen))
			asl_report_at(reader, use->location, true, "POSSIBLY_UNDEFINED_VARIABLE",
					   psprintf("Variable '%s' is possibly not defined.", use->name));
	}
}
