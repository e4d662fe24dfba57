/*
 * sql_value.c - between JSON values and SQL values.
 */
#include "postgres.h"

#include "integration/sql_value.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Arrays and composites go the way of jsonb_to_record, which knows their shapes. */
static Datum
from_container(AslValue v, Oid type, bool *isnull)
{
	AslValue	record = asl_object_new(1);
	Oid			argument_type = JSONBOID;
	Datum		argument;
	MemoryContext caller = CurrentMemoryContext;
	int16		length;
	bool		byval;
	Datum		result;
	char	   *sql;

	asl_object_set(&record, "v", 1, v);
	argument = JsonbPGetDatum(asl_to_jsonb(record));
	sql = psprintf("SELECT r.v FROM pg_catalog.jsonb_to_record($1) AS r(v %s)", format_type_be_qualified(type));
	SPI_connect();
	if (SPI_execute_with_args(sql, 1, &argument_type, &argument, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not convert a JSON value");
	result = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, isnull);
	if (!*isnull)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);

		get_typlenbyval(type, &length, &byval);
		result = datumCopy(result, byval, length);
		MemoryContextSwitchTo(spi);
	}
	SPI_finish();
	return result;
}

Datum
asl_sql_from_value(AslValue v, Oid type, bool *isnull)
{
	Oid			input;
	Oid			parameter;
	char	   *text;

	*isnull = v.kind == ASL_NULL || !asl_defined(v);
	if (*isnull)
		return (Datum) 0;
	if (type == JSONBOID)
		return JsonbPGetDatum(asl_to_jsonb(v));
	if (asl_is_container(v) && type != JSONOID && type != TEXTOID && type != VARCHAROID)
		return from_container(v, type, isnull);
	text = v.kind == ASL_STRING && type != JSONOID ? asl_to_cstring(v) : asl_to_json(v);
	getTypeInputInfo(type, &input, &parameter);
	return OidInputFunctionCall(input, text, parameter, -1);
}

/* to_jsonb of a value whose type is known at run time only. */
static Jsonb *
to_jsonb_of(Datum value, Oid type)
{
	FmgrInfo	function;
	Expr	   *argument = (Expr *) makeNullConst(type, -1, InvalidOid);

	fmgr_info(F_TO_JSONB, &function);
	fmgr_info_set_expr((Node *) makeFuncExpr(F_TO_JSONB, JSONBOID, list_make1(argument), InvalidOid, InvalidOid,
											 COERCE_EXPLICIT_CALL), &function);
	return DatumGetJsonbP(FunctionCall1(&function, value));
}

AslValue
asl_sql_to_value(Datum value, bool isnull, Oid type)
{
	Oid			base = isnull ? InvalidOid : getBaseType(type);

	if (isnull || type == VOIDOID)
		return asl_null();
	switch (base)
	{
		case BOOLOID:
			return asl_bool(DatumGetBool(value));
		case INT2OID:
			return asl_integer(DatumGetInt16(value));
		case INT4OID:
			return asl_integer(DatumGetInt32(value));
		case INT8OID:
			return asl_integer(DatumGetInt64(value));
		case TEXTOID:
		case VARCHAROID:
			{
				text	   *t = DatumGetTextPCopy(value);

				return asl_string(VARDATA(t), VARSIZE(t) - VARHDRSZ);
			}
		case JSONBOID:
			return asl_from_jsonb(DatumGetJsonbPCopy(value));
		default:
			return asl_from_jsonb(to_jsonb_of(value, type));
	}
}

AslValue
asl_sql_row_to_value(HeapTuple row, TupleDesc columns)
{
	AslValue	object = asl_object_new(columns->natts);

	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);
		bool		isnull;
		Datum		value = heap_getattr(row, i + 1, columns, &isnull);
		char	   *name = pstrdup(NameStr(column->attname));

		if (!column->attisdropped)
			asl_object_set(&object, name, strlen(name), asl_sql_to_value(value, isnull, column->atttypid));
	}
	return object;
}
