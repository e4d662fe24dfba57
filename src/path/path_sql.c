/*
 * path_sql.c - asl.jsonpath: paths and intrinsic calls for themselves.
 */
#include "postgres.h"

#include "base/errors.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "path/template.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(asl_sql_jsonpath);

/* What the expression of a call sees. */
typedef struct SqlScope
{
	AslScope	scope;			/* first: scopes are handed around by its address */
	AslValue	context;
	AslValue	variables;
} SqlScope;

/* The expression compiled last, kept for the calling query's next rows. */
typedef struct SqlExpr
{
	MemoryContext memory;		/* a child of the query's: text and expr */
	text	   *source;
	AslPathExpr *expr;
} SqlExpr;

static AslValue
path_sql_context(AslScope *scope)
{
	return ((SqlScope *) scope)->context;
}

static AslValue
path_sql_variable(AslScope *scope, const char *name, int length)
{
	AslValue	variables = ((SqlScope *) scope)->variables;

	return variables.kind == ASL_OBJECT ? asl_object_get(variables, name, length) : asl_undefined();
}

/* Compiles an expression or raises what is wrong with it. */
static AslPathExpr *
path_sql_parse(text *source)
{
	const char *begin = VARDATA_ANY(source);
	int			length = VARSIZE_ANY_EXHDR(source);
	bool		is_path = length > 0 && begin[0] == '$';
	AslSyntaxError error;
	AslPathExpr *expr = asl_path_expr_parse(begin, length, &error);

	if (expr == NULL)
		ereport(ERROR,
				(errcode(is_path ? ERRCODE_ASL_INVALID_PATH : ERRCODE_ASL_INVALID_INTRINSIC),
				 errmsg(is_path ? "invalid path: %s" : "invalid intrinsic function call: %s", error.message),
				 errdetail("The fault is at position %d of \"%s\".",
						   pg_mbstrlen_with_len(begin, error.position) + 1, text_to_cstring(source)),
				 is_path
				 ? errhint("A path is \"$\", \"$$\" or \"$name\" and steps like \".a\", \"['a b']\", \"[0]\", \"[*]\" or \"[?(@.a == 1)]\".")
				 : errhint("Write a path that begins with \"$\" or a call like \"States.Format('{}', $.a)\".")));
	return expr;
}

/* The compiled expression, taken from the last call where it is the same. */
static AslPathExpr *
path_sql_compile(FmgrInfo *function, text *source)
{
	SqlExpr    *kept = function->fn_extra;
	MemoryContext caller;

	if (kept == NULL)
	{
		kept = MemoryContextAllocZero(function->fn_mcxt, sizeof(SqlExpr));
		kept->memory = AllocSetContextCreate(function->fn_mcxt, "asl.jsonpath", ALLOCSET_SMALL_SIZES);
		function->fn_extra = kept;
	}
	if (kept->expr != NULL && VARSIZE_ANY_EXHDR(kept->source) == VARSIZE_ANY_EXHDR(source) &&
		memcmp(VARDATA_ANY(kept->source), VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source)) == 0)
		return kept->expr;
	kept->expr = NULL;
	MemoryContextReset(kept->memory);
	caller = MemoryContextSwitchTo(kept->memory);
	kept->source = cstring_to_text_with_len(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source));
	kept->expr = path_sql_parse(kept->source);
	MemoryContextSwitchTo(caller);
	return kept->expr;
}

Datum
asl_sql_jsonpath(PG_FUNCTION_ARGS)
{
	AslPathExpr *expr = path_sql_compile(fcinfo->flinfo, PG_GETARG_TEXT_PP(0));
	SqlScope	scope = {
		.scope = {
			.input = asl_from_jsonb(PG_GETARG_JSONB_P(1)),
			.context = path_sql_context,
			.variable = path_sql_variable
		},
		.context = asl_from_jsonb(PG_GETARG_JSONB_P(2)),
		.variables = asl_from_jsonb(PG_GETARG_JSONB_P(3))
	};

	PG_RETURN_JSONB_P(asl_to_jsonb(asl_path_expr_evaluate(expr, &scope.scope, NULL)));
}
