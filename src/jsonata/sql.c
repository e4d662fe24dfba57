/*
 * sql.c - asl.jsonata(): JSONata for SQL.
 *
 * Compiled expressions stay in a table of the backend, found by text and dialect; a new one takes the place of the one
 * that was there before.
 */
#include "postgres.h"

#include "base/compat_noreturn.h"
#include "base/errors.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "jsonata/jsonata.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#define SQL_CACHE_SIZE 256

typedef struct CachedExpression
{
	MemoryContext context;		/* holds text and expression; NULL: none here */
	text	   *text;
	JsonataDialect dialect;
	JsonataExpr *expr;
} CachedExpression;

static CachedExpression sql_cache[SQL_CACHE_SIZE];

PG_FUNCTION_INFO_V1(asl_sql_jsonata);

/* Raises an error of an expression. */
pg_noreturn static void
sql_raise(const text *expression, const JsonataError *error)
{
	AslValue	detail = asl_object_new(3);

	asl_object_set(&detail, "code", 4, error->code[0] == '\0' ? asl_null() : asl_cstring(error->code));
	asl_object_set(&detail, "position", 8, error->position < 0 ? asl_null() : asl_number(error->position));
	asl_object_set(&detail, "token", 5, error->token == NULL ? asl_null() : asl_cstring(error->token));
	ereport(ERROR,
			(errcode(ERRCODE_ASL_INVALID_JSONATA),
			 errmsg("%s", error->message),
			 errdetail_internal("%s", asl_to_json(detail)),
			 internalerrquery(text_to_cstring(expression)),
			 internalerrposition(Max(error->position, 0))));
}

/* The dialect of a name. */
static JsonataDialect
sql_dialect(const text *name)
{
	char	   *dialect = text_to_cstring(name);

	if (strcmp(dialect, "standard") == 0)
		return JSONATA_STANDARD;
	if (strcmp(dialect, "states") == 0)
		return JSONATA_STATES;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown JSONata dialect \"%s\"", dialect),
			 errhint("The dialects are \"standard\" and \"states\".")));
}

/* Compiles an expression into a place of the cache. */
static void
sql_compile(CachedExpression *cached, const text *expression, JsonataDialect dialect)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "JSONata expression", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	JsonataError error;
	JsonataExpr *expr = asl_jsonata_parse(VARDATA_ANY(expression), VARSIZE_ANY_EXHDR(expression), dialect, &error);

	if (expr == NULL)
		sql_raise(expression, &error);
	if (cached->context != NULL)
		MemoryContextDelete(cached->context);
	cached->text = cstring_to_text_with_len(VARDATA_ANY(expression), VARSIZE_ANY_EXHDR(expression));
	cached->dialect = dialect;
	cached->expr = expr;
	cached->context = context;
	MemoryContextSetParent(context, TopMemoryContext);
	MemoryContextSwitchTo(old);
}

/* The compiled expression of a text. */
static JsonataExpr *
sql_expression(const text *expression, JsonataDialect dialect)
{
	const char *bytes = VARDATA_ANY(expression);
	int			length = VARSIZE_ANY_EXHDR(expression);
	uint32		hash = hash_bytes((const unsigned char *) bytes, length) + dialect;
	CachedExpression *cached = &sql_cache[hash % SQL_CACHE_SIZE];

	if (cached->context == NULL || cached->dialect != dialect || VARSIZE_ANY_EXHDR(cached->text) != length ||
		memcmp(VARDATA_ANY(cached->text), bytes, length) != 0)
		sql_compile(cached, expression, dialect);
	return cached->expr;
}

/* The variables are the members of an object. */
static AslValue
sql_variable(void *arg, const char *name, int length)
{
	return asl_object_get(*(AslValue *) arg, name, length);
}

/* asl.jsonata(expression, input, bindings, dialect) */
Datum
asl_sql_jsonata(PG_FUNCTION_ARGS)
{
	text	   *expression;
	JsonataExpr *expr;
	AslValue	input = asl_undefined();
	AslValue	bindings = asl_undefined();
	AslValue	result;
	JsonataError error;
	MemoryContext context;
	MemoryContext old;
	Jsonb	   *jsonb = NULL;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	expression = PG_GETARG_TEXT_PP(0);
	expr = sql_expression(expression, PG_ARGISNULL(3) ? JSONATA_STANDARD : sql_dialect(PG_GETARG_TEXT_PP(3)));
	if (!PG_ARGISNULL(1))
		input = asl_from_jsonb(PG_GETARG_JSONB_P(1));
	if (!PG_ARGISNULL(2))
		bindings = asl_from_jsonb(PG_GETARG_JSONB_P(2));
	if (asl_defined(bindings) && bindings.kind != ASL_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bindings must be a JSON object")));
	context = AllocSetContextCreate(CurrentMemoryContext, "JSONata evaluation", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	if (!asl_jsonata_evaluate(expr, input,
							  asl_defined(bindings) && asl_object_count(bindings) > 0 ? sql_variable : NULL, &bindings,
							  &result, &error))
		sql_raise(expression, &error);
	MemoryContextSwitchTo(old);
	if (asl_defined(result))
		jsonb = asl_to_jsonb(result);
	MemoryContextDelete(context);
	if (jsonb == NULL)
		PG_RETURN_NULL();
	PG_RETURN_JSONB_P(jsonb);
}
