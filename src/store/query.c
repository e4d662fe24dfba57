/*
 * query.c - running the store's statements: kept plans under the extension owner's identity.
 */
#include "postgres.h"

#include "store/query.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "catalog/namespace.h"
#include "catalog/pg_namespace.h"
#include "jit/jit.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

/* As in optimizer/cost.h, whose nodes/pathnodes.h does not compile with our warnings. */
extern PGDLLIMPORT bool enable_seqscan;

static Oid	cached_owner = InvalidOid;
static int64 generation = 0;

/* A schema was created, dropped or changed: it may have been ours. */
static void
forget_owner(Datum arg, int cache, uint32 hash)
{
	cached_owner = InvalidOid;
	generation++;
}

int64
store_generation(void)
{
	return generation;
}

Oid
store_owner(void)
{
	static bool registered = false;
	HeapTuple	tuple;

	if (OidIsValid(cached_owner))
		return cached_owner;
	if (!registered)
	{
		CacheRegisterSyscacheCallback(NAMESPACENAME, forget_owner, (Datum) 0);
		registered = true;
	}
	tuple = SearchSysCache1(NAMESPACENAME, CStringGetDatum("asl"));
	if (!HeapTupleIsValid(tuple))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA),
						errmsg("schema \"asl\" does not exist"),
						errhint("Create the extension: CREATE EXTENSION pg_asl.")));
	cached_owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	ReleaseSysCache(tuple);
	return cached_owner;
}

bool
store_has_table(const char *name)
{
	return OidIsValid(get_relname_relid(name, get_namespace_oid("asl", false)));
}

void
store_begin(StoreCall *call)
{
	call->caller = CurrentMemoryContext;
	call->argument_count = 0;
	GetUserIdAndSecContext(&call->saved_user, &call->saved_context);
	SetUserIdAndSecContext(store_owner(),
						   call->saved_context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
	call->search_path = asl_search_path_restrict();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
}

void
store_end(StoreCall *call)
{
	SPI_finish();
	asl_search_path_restore(call->search_path);
	SetUserIdAndSecContext(call->saved_user, call->saved_context);
	MemoryContextSwitchTo(call->caller);
}

void
store_add(StoreCall *call, Datum value)
{
	Assert(call->argument_count < STORE_MAX_ARGS);
	call->values[call->argument_count] = value;
	call->nulls[call->argument_count++] = ' ';
}

void
store_add_null(StoreCall *call)
{
	store_add(call, (Datum) 0);
	call->nulls[call->argument_count - 1] = 'n';
}

void
store_add_int64(StoreCall *call, int64 value)
{
	store_add(call, Int64GetDatum(value));
}

void
store_add_int64_or_null(StoreCall *call, int64 value, bool present)
{
	if (present)
		store_add_int64(call, value);
	else
		store_add_null(call);
}

void
store_add_int32(StoreCall *call, int32 value)
{
	store_add(call, Int32GetDatum(value));
}

void
store_add_int32_or_null(StoreCall *call, int32 value, bool present)
{
	if (present)
		store_add_int32(call, value);
	else
		store_add_null(call);
}

void
store_add_oid(StoreCall *call, Oid value)
{
	store_add(call, ObjectIdGetDatum(value));
}

void
store_add_time_or_null(StoreCall *call, TimestampTz value, bool present)
{
	if (present)
		store_add(call, TimestampTzGetDatum(value));
	else
		store_add_null(call);
}

void
store_add_text_or_null(StoreCall *call, const char *value)
{
	if (value)
		store_add(call, CStringGetTextDatum(value));
	else
		store_add_null(call);
}

void
store_add_jsonb_or_null(StoreCall *call, Jsonb *value)
{
	if (value)
		store_add(call, JsonbPGetDatum(value));
	else
		store_add_null(call);
}

/* Prepares and keeps a statement's plan. */
static void
query_prepare(StoreQuery *query)
{
	SPIPlanPtr	plan = SPI_prepare(query->sql, query->argument_count, query->argument_types);

	if (plan == NULL || SPI_keepplan(plan) != 0)
		elog(ERROR, "could not prepare \"%s\": %s", query->sql, SPI_result_code_string(SPI_result));
	query->plan = plan;
}

/*
 * Executes a kept plan, which finds its rows by index whatever is known of a table's size: one that was planned while
 * the table was empty, and a sequential scan cheapest, would read all of it after a burst of starts.  What then seems
 * to cost much, where there is no index, is not worth being compiled either.
 */
static int
query_execute(StoreCall *call, StoreQuery *query)
{
	bool		seqscan = enable_seqscan;
	bool		jit = jit_enabled;
	volatile int code = 0;

	PG_TRY();
	{
		enable_seqscan = jit_enabled = false;
		code = SPI_execute_plan(query->plan, call->values, call->nulls, false, 0);
	}
	PG_FINALLY();
	{
		enable_seqscan = seqscan;
		jit_enabled = jit;
	}
	PG_END_TRY();
	return code;
}

uint64
store_run(StoreCall *call, StoreQuery *query)
{
	int			code;

	if (query->plan == NULL)
		query_prepare(query);
	Assert(call->argument_count == query->argument_count);
	code = query_execute(call, query);
	if (code < 0)
		elog(ERROR, "could not run \"%s\": %s", query->sql, SPI_result_code_string(code));
	call->argument_count = 0;
	return SPI_processed;
}

static Datum
column(int row, int number, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number, isnull);
}

int64
store_get_int64(int row, int number)
{
	bool		isnull;
	Datum		value = column(row, number, &isnull);

	return isnull ? 0 : DatumGetInt64(value);
}

int32
store_get_int32(int row, int number)
{
	bool		isnull;
	Datum		value = column(row, number, &isnull);

	return isnull ? 0 : DatumGetInt32(value);
}

Oid
store_get_oid(int row, int number)
{
	bool		isnull;
	Datum		value = column(row, number, &isnull);

	return isnull ? InvalidOid : DatumGetObjectId(value);
}

bool
store_get_bool(int row, int number)
{
	bool		isnull;
	Datum		value = column(row, number, &isnull);

	return !isnull && DatumGetBool(value);
}

TimestampTz
store_get_time(int row, int number)
{
	bool		isnull;
	Datum		value = column(row, number, &isnull);

	return isnull ? 0 : DatumGetTimestampTz(value);
}

Datum
store_get_varlena(StoreCall *call, int row, int number)
{
	bool		isnull;
	Datum		value = column(row, number, &isnull);
	MemoryContext old;

	if (isnull)
		return (Datum) 0;
	old = MemoryContextSwitchTo(call->caller);
	value = PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
	MemoryContextSwitchTo(old);
	return value;
}

Jsonb *
store_get_jsonb(StoreCall *call, int row, int number)
{
	Datum		value = store_get_varlena(call, row, number);

	return value ? DatumGetJsonbP(value) : NULL;
}

char *
store_get_text(StoreCall *call, int row, int number)
{
	bool		isnull;
	Datum		value = column(row, number, &isnull);
	MemoryContext old;
	char	   *result;

	if (isnull)
		return NULL;
	old = MemoryContextSwitchTo(call->caller);
	result = TextDatumGetCString(value);
	MemoryContextSwitchTo(old);
	return result;
}
