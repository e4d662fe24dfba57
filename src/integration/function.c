/*
 * function.c - pg:function and function ARNs: a call of a SQL function.
 *
 * A function with one parameter of type jsonb or json gets the whole input; any other gets the members of the input
 * object as named arguments, which jsonb_to_record converts.  The call is written as a SELECT, prepared and
 * kept by its text.
 */
#include "postgres.h"

#include "integration/integration.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "integration/service_answer.h"
#include "integration/sql_statement.h"
#include "integration/sql_value.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "miscadmin.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

/* A function and how it takes its input. */
typedef struct Target
{
	const char *schema;
	const char *name;
	int			position;		/* of its schema on the search_path */
	bool		whole;			/* the one json or jsonb parameter gets everything */
	Oid			whole_type;
	int			count;			/* input parameters */
	Oid		   *types;
	char	  **names;			/* NULL elements: no name */
	int			defaults;		/* of the last so many parameters */
	Oid			result_type;
	bool		returns_set;
} Target;

/* The input parameters of a function, from its catalog row. */
static void
target_fill(Target *target, HeapTuple tuple)
{
	Form_pg_proc proc = (Form_pg_proc) GETSTRUCT(tuple);
	Oid		   *types;
	char	  **names;
	char	   *modes;
	int			count = get_func_arg_info(tuple, &types, &names, &modes);

	target->schema = get_namespace_name(proc->pronamespace);
	target->result_type = proc->prorettype;
	target->returns_set = proc->proretset;
	target->defaults = proc->pronargdefaults;
	target->types = palloc(Max(count, 1) * sizeof(Oid));
	target->names = palloc(Max(count, 1) * sizeof(char *));
	for (int i = 0; i < count; i++)
	{
		if (modes && modes[i] != PROARGMODE_IN && modes[i] != PROARGMODE_INOUT && modes[i] != PROARGMODE_VARIADIC)
			continue;
		target->types[target->count] = types[i];
		target->names[target->count++] = names && names[i][0] ? names[i] : NULL;
	}
	target->whole = target->count == 1 && (target->types[0] == JSONBOID || target->types[0] == JSONOID);
	target->whole_type = target->whole ? target->types[0] : InvalidOid;
}

/*
 * Reads a candidate; false where it is no function that can be called by a SELECT, or, then without a name, has been
 * dropped since it was found: each look into a catalog lets in what others have done meanwhile.
 */
static bool
target_read(FuncCandidateList candidate, Target *target)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(candidate->oid));

	memset(target, 0, sizeof(*target));
	if (!HeapTupleIsValid(tuple))
		return false;
	target->name = pstrdup(NameStr(((Form_pg_proc) GETSTRUCT(tuple))->proname));
	target->position = candidate->pathpos;
	if (((Form_pg_proc) GETSTRUCT(tuple))->prokind == PROKIND_FUNCTION)
		target_fill(target, tuple);
	ReleaseSysCache(tuple);
	return target->schema != NULL;
}

/* The position of a parameter, -1 where there is none of that name. */
static int
parameter_find(const Target *target, AslValue name)
{
	for (int i = 0; i < target->count; i++)
		if (target->names[i] && asl_string_is(name, target->names[i]))
			return i;
	return -1;
}

/* Which member of the input the first parameter without a default lacks. */
static const char *
missing_parameter(const Target *target, AslValue arguments)
{
	for (int i = 0; i < target->count - target->defaults; i++)
	{
		const char *name = target->names[i];

		if (name == NULL)
			return "its parameters have no names";
		if (!asl_defined(asl_object_get(arguments, name, strlen(name))))
			return psprintf("the input has no member \"%s\"", name);
	}
	return NULL;
}

/* Why the function cannot be called with these members; NULL: it can.  Each has to name a parameter, and each parameter
 * without a default to be named. */
static const char *
target_refusal(const Target *target, AslValue arguments)
{
	AslIterator it;
	AslValue	key,
				member;

	if (target->whole)
		return NULL;
	if (arguments.kind != ASL_OBJECT)
		return "the input is no object";
	it = asl_iterate(arguments);
	while (asl_next(&it, &key, &member))
		if (parameter_find(target, key) < 0)
			return psprintf("it has no parameter \"%s\"", asl_to_cstring(key));
	return missing_parameter(target, arguments);
}

/* The functions of a resource's name, by the search_path: "shop.charge", or any characters in a function's ARN. */
static FuncCandidateList
candidates_find(const AslResource *resource)
{
	List	   *identifiers = list_make1(unconstify(char *, resource->name));
	List	   *names = NIL;
	ListCell   *cell;

	if (resource->kind == ASL_RESOURCE_FUNCTION &&
		(!SplitIdentifierString(pstrdup(resource->name), '.', &identifiers) || list_length(identifiers) > 2))
		return NULL;
	foreach(cell, identifiers)
		names = lappend(names, makeString(lfirst(cell)));
	return FuncnameGetCandidates(names, -1, NIL, false, false, false, true);
}

const char *
asl_integration_function_lacking(const AslResource *resource)
{
	FuncCandidateList candidates = candidates_find(resource);
	Target		target;

	for (FuncCandidateList c = candidates; c != NULL; c = c->next)
		if (target_read(c, &target))
			return NULL;
	if (candidates == NULL)
		return psprintf("The function %s does not exist.", resource->name);
	return psprintf("%s is a procedure, an aggregate or a window function, and only functions can be called.", resource->name);
}

char *
asl_integration_function_foreign_owner(const AslResource *resource)
{
	for (FuncCandidateList c = candidates_find(resource); c != NULL; c = c->next)
	{
		HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(c->oid));
		Oid			owner;

		if (!HeapTupleIsValid(tuple))
			continue;
		owner = ((Form_pg_proc) GETSTRUCT(tuple))->proowner;
		ReleaseSysCache(tuple);
		if (!superuser_arg(owner))
			return GetUserNameFromId(owner, true);
	}
	return NULL;
}

/* There is no function of that name at all: Lambda has an error of its own for that. */
static void
function_missing(const AslResource *resource)
{
	if (resource->kind == ASL_RESOURCE_LAMBDA)
		asl_answer_refuse_lambda(404, "ResourceNotFoundException",
						  psprintf("Function not found: %s%s", resource->text, resource->qualifier ? "" : ":$LATEST"));
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_FUNCTION),
					errmsg("function %s does not exist", resource->name)));
}

/* Is a rather called than b?  What stands in an earlier schema of the search_path hides the rest, as for a plain call. */
static bool
target_goes_before(const Target *a, const Target *b)
{
	if (a->position != b->position)
		return a->position < b->position;
	return a->whole && !b->whole;
}

/* The function that a resource names, by the caller's search_path. */
static void
target_find(const AslResource *resource, AslValue arguments, Target *target)
{
	FuncCandidateList candidate = candidates_find(resource);
	int			candidates = 0;
	const char *refusal = NULL;
	Target		best;
	bool		found = false;

	for (; candidate != NULL; candidate = candidate->next)
	{
		Target		t;

		if (!target_read(candidate, &t))
		{
			candidates += t.name != NULL;
			continue;
		}
		candidates++;
		refusal = target_refusal(&t, arguments);
		if (refusal == NULL && (!found || target_goes_before(&t, &best)))
		{
			best = t;
			found = true;
		}
	}
	if (candidates == 0)
		function_missing(resource);
	if (!found)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_FUNCTION),
						candidates == 1 && refusal ? errmsg("function %s cannot take this input: %s", resource->name, refusal)
						: candidates == 1 ? errmsg("%s is no function", resource->name)
						: errmsg("no function %s can take this input", resource->name),
						errhint("A function has one parameter of type jsonb or json, which gets the whole input, or "
								"named parameters for the members of the input object.")));
	*target = best;
}

/* "a => r.a, b => r.b" and "r(a integer, b text)". */
static void
append_arguments(StringInfo call, StringInfo record, const Target *target, AslValue arguments)
{
	AslIterator it = asl_iterate(arguments);
	AslValue	key,
				member;
	const char *separator = "";

	while (asl_next(&it, &key, &member))
	{
		int			i = parameter_find(target, key);
		const char *name = quote_identifier(target->names[i]);

		appendStringInfo(call, "%s%s => r.%s", separator, name, name);
		appendStringInfo(record, "%s%s %s", separator, name, format_type_be_qualified(target->types[i]));
		separator = ", ";
	}
}

/* The SELECT that makes the call; its parameter $1 is the input. */
static char *
call_text(const Target *target, AslValue arguments)
{
	StringInfoData call;
	StringInfoData record;

	initStringInfo(&call);
	initStringInfo(&record);
	appendStringInfo(&call, "%s(", quote_qualified_identifier(target->schema, target->name));
	if (target->whole)
		appendStringInfoString(&call, "$1");
	else
		append_arguments(&call, &record, target, arguments);
	appendStringInfoChar(&call, ')');
	if (record.len == 0)
		return target->returns_set ? psprintf("SELECT s FROM %s AS s", call.data) : psprintf("SELECT %s", call.data);
	if (target->returns_set)
		return psprintf("SELECT s FROM pg_catalog.jsonb_to_record($1) AS r(%s), LATERAL %s AS s", record.data, call.data);
	return psprintf("SELECT %s FROM pg_catalog.jsonb_to_record($1) AS r(%s)", call.data, record.data);
}

/* The values of a call's rows: the one value, or an array of a set's. */
static AslValue
call_result(const Target *target)
{
	Oid			type = SPI_gettypeid(SPI_tuptable->tupdesc, 1);
	AslValue	values = asl_array_new(SPI_tuptable->numvals);

	for (uint64 i = 0; i < SPI_tuptable->numvals; i++)
	{
		bool		isnull;
		Datum		value = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull);

		CHECK_FOR_INTERRUPTS();
		asl_array_push(&values, asl_sql_to_value(value, isnull, type));
	}
	return target->returns_set ? values : asl_array_get(values, 0);
}

void
asl_integration_function(AslBranch *b, AslCall *call)
{
	MemoryContext caller = CurrentMemoryContext;
	AslStatement *statement;
	Target		target;
	Oid			type;
	Datum		input;
	bool		isnull;
	int			code;

	target_find(call->resource, call->arguments, &target);
	type = target.whole ? target.whole_type : JSONBOID;
	input = asl_sql_from_value(call->arguments, type, &isnull);
	if (isnull)
		input = type == JSONBOID ? JsonbPGetDatum(asl_to_jsonb(asl_null())) : CStringGetTextDatum("null");
	SPI_connect();
	statement = asl_statement(call_text(&target, call->arguments), 1, &type);
	code = SPI_execute_plan(statement->plan, &input, NULL, false, 0);
	if (code < 0)
		elog(ERROR, "could not call a function: %s", SPI_result_code_string(code));
	MemoryContextSwitchTo(caller);
	call->result = call_result(&target);
	SPI_finish();
}
