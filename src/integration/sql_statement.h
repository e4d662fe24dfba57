/*
 * sql_statement.h - prepared statements of tasks, kept per backend by their text.
 */
#ifndef ASL_SQL_STATEMENT_H
#define ASL_SQL_STATEMENT_H

#include "executor/spi.h"

typedef struct AslStatement
{
	uint64		hash;			/* of text and role; key */
	char	   *text;
	char	   *search_path;
	Oid			role;
	SPIPlanPtr	plan;
	int			parameter_count;
	Oid		   *parameter_types;
} AslStatement;

/*
 * A statement, prepared now or before; SPI must be connected.  types NULL: the parameters have the types that the
 * statement infers.  Raises what the parser has to say.  Good as long as SPI is connected.
 */
extern AslStatement *asl_statement(const char *text, int count, const Oid *types);

#endif
