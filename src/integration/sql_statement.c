/*
 * sql_statement.c - prepared statements of tasks, kept per backend by their text.
 */
#include "postgres.h"

#include "integration/sql_statement.h"

#include "catalog/namespace.h"
#include "common/hashfn.h"
#include "engine/attempt.h"
#include "miscadmin.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#define MAX_STATEMENTS 256		/* kept plans; all are forgotten when there are more */

static HTAB *statements = NULL;
static MemoryContext statement_context = NULL;

/* Begins with an empty cache. */
static void
forget_statements(void)
{
	HASHCTL		control = {.keysize = sizeof(uint64), .entrysize = sizeof(AslStatement)};
	HASH_SEQ_STATUS status;
	AslStatement *statement;

	if (statements != NULL)
	{
		hash_seq_init(&status, statements);
		while ((statement = hash_seq_search(&status)) != NULL)
			if (statement->plan)
				SPI_freeplan(statement->plan);
		MemoryContextDelete(statement_context);
	}
	statement_context = AllocSetContextCreate(TopMemoryContext, "pg_asl statements", ALLOCSET_DEFAULT_SIZES);
	control.hcxt = statement_context;
	statements = hash_create("pg_asl statements", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* The types that a statement's parameters take; raises what the parser has to say. */
static void
infer_parameters(const char *text, Oid **types, int *count)
{
	List	   *parsed = raw_parser(text, RAW_PARSE_DEFAULT);

	if (list_length(parsed) != 1)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("pg:sql runs one statement, not %d", list_length(parsed))));
	*types = NULL;
	*count = 0;
	(void) parse_analyze_varparams(linitial_node(RawStmt, parsed), text, types, count, NULL);
}

/* Prepares a statement, for as long as SPI is connected. */
static void
statement_prepare(AslStatement *statement, const char *text, int count, const Oid *types)
{
	Oid		   *inferred;

	if (types == NULL)
	{
		infer_parameters(text, &inferred, &count);
		types = inferred;
	}
	statement->plan = SPI_prepare(text, count, unconstify(Oid *, types));
	if (statement->plan == NULL)
		elog(ERROR, "could not prepare a statement: %s", SPI_result_code_string(SPI_result));
	statement->parameter_count = count;
	statement->parameter_types = unconstify(Oid *, types);
}

/* Keeps what was prepared in its cache entry. */
static void
statement_keep(AslStatement *entry, const AslStatement *prepared, const char *text)
{
	int			size = prepared->parameter_count * sizeof(Oid);

	entry->text = MemoryContextStrdup(statement_context, text);
	entry->search_path = MemoryContextStrdup(statement_context, namespace_search_path);
	entry->role = GetUserId();
	entry->parameter_count = prepared->parameter_count;
	entry->parameter_types = MemoryContextAlloc(statement_context, Max(size, 1));
	memcpy(entry->parameter_types, prepared->parameter_types, size);
	SPI_keepplan(prepared->plan);
	entry->plan = prepared->plan;
}

/*
 * Is the entry this statement as it would be prepared now?  What its names mean, the types of its parameters with it,
 * depends on the search_path and the role, and on definitions: these invalidate the plan.
 */
static bool
statement_is(const AslStatement *entry, const char *text, int count, const Oid *types)
{
	return entry->plan && strcmp(entry->text, text) == 0 && entry->role == GetUserId() &&
		strcmp(entry->search_path, namespace_search_path) == 0 &&
		(types == NULL ||
		 (entry->parameter_count == count && memcmp(entry->parameter_types, types, count * sizeof(Oid)) == 0)) &&
		SPI_plan_is_valid(entry->plan);
}

static void
statement_forget(AslStatement *entry)
{
	SPI_freeplan(entry->plan);
	pfree(entry->text);
	pfree(entry->search_path);
	pfree(entry->parameter_types);
}

AslStatement *
asl_statement(const char *text, int count, const Oid *types)
{
	uint64		hash = hash_bytes_extended((const unsigned char *) text, strlen(text), GetUserId());
	AslStatement *prepared = palloc0(sizeof(AslStatement));
	AslStatement *entry;
	bool		found;

	/* An outer task's plan is in use: nothing that is kept may go. */
	if (asl_attempt_is_nested())
	{
		statement_prepare(prepared, text, count, types);
		return prepared;
	}
	if (statements == NULL || hash_get_num_entries(statements) >= MAX_STATEMENTS)
		forget_statements();
	entry = hash_search(statements, &hash, HASH_FIND, NULL);
	if (entry && statement_is(entry, text, count, types))
		return entry;
	statement_prepare(prepared, text, count, types);
	entry = hash_search(statements, &hash, HASH_ENTER, &found);
	if (found && entry->plan)
		statement_forget(entry);
	entry->plan = NULL;
	statement_keep(entry, prepared, text);
	return entry;
}
