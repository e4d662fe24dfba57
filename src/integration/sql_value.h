/*
 * sql_value.h - between JSON values and SQL values.
 */
#ifndef ASL_SQL_VALUE_H
#define ASL_SQL_VALUE_H

#include "executor/spi.h"
#include "value/value.h"

/* A JSON value as a value of a type: scalars by the type's input function, arrays, composites and json as
 * jsonb_to_record converts them.  JSON null and undefined are NULL. */
extern Datum asl_sql_from_value(AslValue v, Oid type, bool *isnull);
/* A SQL value of a type as JSON, as to_jsonb makes it; in the current memory context. */
extern AslValue asl_sql_to_value(Datum value, bool isnull, Oid type);
/* A row of SPI_tuptable as an object. */
extern AslValue asl_sql_row_to_value(HeapTuple row, TupleDesc columns);

#endif
