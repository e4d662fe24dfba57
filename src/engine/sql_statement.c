/*
 * sql_statement.c - prepared statements of tasks, kept per backend by their text.
 */
#include "postgres.h"

#include "engine/sql_statement.h"

#include "common/hashfn.h"
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

/* Prepares a statement into its cache entry. */
static void
statement_prepare(AslStatement *statement, const char *text, int count, const Oid *types)
{
	Oid		   *inferred;
	SPIPlanPtr	plan;

	if (types == NULL)
	{
		infer_parameters(text, &inferred, &count);
		types = inferred;
	}
	plan = SPI_prepare(text, count, unconstify(Oid *, types));
	if (plan == NULL)
		elog(ERROR, "could not prepare a statement: %s", SPI_result_code_string(SPI_result));
	statement->text = MemoryContextStrdup(statement_context, text);
	statement->parameter_count = count;
	statement->parameter_types = MemoryContextAlloc(statement_context, Max(count, 1) * sizeof(Oid));
	memcpy(statement->parameter_types, types, count * sizeof(Oid));
	SPI_keepplan(plan);
	statement->plan = plan;
}

AslStatement *
asl_statement(const char *text, int count, const Oid *types)
{
	uint64		hash = hash_bytes_extended((const unsigned char *) text, strlen(text), 0);
	AslStatement *statement;
	bool		found;

	if (statements == NULL || hash_get_num_entries(statements) >= MAX_STATEMENTS)
		forget_statements();
	statement = hash_search(statements, &hash, HASH_ENTER, &found);
	if (found && statement->plan && strcmp(statement->text, text) == 0)
		return statement;
	if (found && statement->plan)
		SPI_freeplan(statement->plan);
	statement->plan = NULL;
	statement_prepare(statement, text, count, types);
	return statement;
}
