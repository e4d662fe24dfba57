/*
 * sql.c - pg:sql: one statement of the definition's own.
 * Its parameters have the types that the statement infers.
 */
#include "postgres.h"

#include "integration/integration.h"

#include "integration/sql_statement.h"
#include "integration/sql_value.h"
#include "miscadmin.h"

/* The member "Parameters" as the statement's arguments. */
static void
bind_parameters(const AslStatement *statement, AslValue parameters, Datum *values, char *nulls)
{
	int			given = parameters.kind == ASL_ARRAY ? asl_array_count(parameters) : 0;

	if (asl_defined(parameters) && parameters.kind != ASL_ARRAY)
		ereport(ERROR, (errcode(ERRCODE_ASL_BAD_ARGUMENTS), errmsg("Parameters of pg:sql must be an array")));
	if (given != statement->parameter_count)
		ereport(ERROR, (errcode(ERRCODE_ASL_BAD_ARGUMENTS),
						errmsg("the statement has %d parameters, but %d were given", statement->parameter_count,
							   given)));
	for (int i = 0; i < given; i++)
	{
		bool		isnull;

		values[i] = asl_sql_from_value(asl_array_get(parameters, i), statement->parameter_types[i], &isnull);
		nulls[i] = isnull ? 'n' : ' ';
	}
}

/* {"Rows": […], "RowCount": n}. */
static AslValue
statement_result(void)
{
	AslValue	rows = asl_array_new(SPI_tuptable ? SPI_tuptable->numvals : 0);
	AslValue	result = asl_object_new(2);

	for (uint64 i = 0; SPI_tuptable && i < SPI_tuptable->numvals; i++)
	{
		CHECK_FOR_INTERRUPTS();
		asl_array_push(&rows, asl_sql_row_to_value(SPI_tuptable->vals[i], SPI_tuptable->tupdesc));
	}
	asl_object_set(&result, "Rows", strlen("Rows"), rows);
	asl_object_set(&result, "RowCount", strlen("RowCount"), asl_integer(SPI_processed));
	return result;
}

/* Raises why SPI does not run a statement. */
static void
refuse_statement(int code)
{
	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					code == SPI_ERROR_TRANSACTION ? errmsg("pg:sql cannot run this statement: a task's statement cannot begin or end a transaction")
					: code == SPI_ERROR_COPY ? errmsg("pg:sql cannot run this statement: there is no client for COPY from or to one")
					: errmsg("pg:sql cannot run this statement: %s", SPI_result_code_string(code))));
}

void
asl_integration_sql(AslBranch *b, AslCall *call)
{
	AslValue	text = asl_member(call->arguments, "Statement");
	MemoryContext caller = CurrentMemoryContext;
	AslStatement *statement;
	Datum	   *values;
	char	   *nulls;
	int			code;

	if (text.kind != ASL_STRING)
		ereport(ERROR, (errcode(ERRCODE_ASL_BAD_ARGUMENTS),
						errmsg("pg:sql needs a Statement"),
						errhint("Its arguments are {\"Statement\": \"… $1 …\", \"Parameters\": […]}.")));
	SPI_connect();
	statement = asl_statement(asl_to_cstring(text), 0, NULL);
	values = palloc0(Max(statement->parameter_count, 1) * sizeof(Datum));
	nulls = palloc0(Max(statement->parameter_count, 1));
	bind_parameters(statement, asl_member(call->arguments, "Parameters"), values, nulls);
	code = SPI_execute_plan(statement->plan, values, nulls, false, 0);
	if (code < 0)
		refuse_statement(code);
	MemoryContextSwitchTo(caller);
	call->result = statement_result();
	SPI_finish();
}
