/*
 * argument.h - arguments of SQL-callable functions: which one is missing is said by name.
 */
#ifndef ASL_ARGUMENT_H
#define ASL_ARGUMENT_H

#include "postgres.h"

#include "base/errors.h"
#include "fmgr.h"
#include "utils/jsonb.h"

/* Raises where the argument is NULL. */
extern void asl_require(FunctionCallInfo fcinfo, int argument, const char *name);
/* The argument, not NULL. */
extern char *asl_text_argument(FunctionCallInfo fcinfo, int argument, const char *name);
extern Jsonb *asl_jsonb_argument(FunctionCallInfo fcinfo, int argument, const char *name);
/* NULL for NULL. */
extern char *asl_optional_text(FunctionCallInfo fcinfo, int argument);
extern Jsonb *asl_optional_jsonb(FunctionCallInfo fcinfo, int argument);

/* A text as a message shows it: a long one is cut. */
extern const char *asl_shown(const char *text);
/* Raises where a text has more characters than AWS allows; NULL has none. */
extern void asl_check_length(const char *text, const char *name, int limit);
/* Those of an error, which somebody else reports. */
extern AslError asl_error_argument(FunctionCallInfo fcinfo, int name_argument, int cause_argument);

/* A type of state machine: STANDARD or EXPRESS. */
extern bool asl_express_argument(FunctionCallInfo fcinfo, int argument, const char *name);

/* A result row with these columns. */
extern Datum asl_result_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls);
extern Datum asl_text_datum(const char *text, bool *isnull);
extern Datum asl_jsonb_datum(Jsonb *jsonb, bool *isnull);

#endif
