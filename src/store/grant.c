/*
 * grant.c - rows of what owners let other roles do with their state machines and activities.
 */
#include "postgres.h"

#include "store/grant.h"

#include "catalog/pg_type.h"

int
store_grants(const StoreObject *object, StoreGrant **grants)
{
	static StoreQuery read = {
		"SELECT grantee::oid, privilege FROM asl.grant_entry WHERE kind = $1 COLLATE \"C\" AND object = $2",
		2, {TEXTOID, INT8OID}};
	StoreCall	call;
	int			count;

	*grants = NULL;
	if (!store_has_table("grant_entry"))
		return 0;
	store_begin(&call);
	store_add_text_or_null(&call, object->kind);
	store_add_int64(&call, object->id);
	count = (int) store_run(&call, &read);
	*grants = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(StoreGrant));
	for (int i = 0; i < count; i++)
		(*grants)[i] = (StoreGrant) {store_get_oid(i, 1), store_get_text(&call, i, 2)};
	store_end(&call);
	return count;
}

/* Runs one of the statements about a single row. */
static void
run_for_row(StoreQuery *query, const StoreObject *object, StoreGrant grant)
{
	StoreCall	call;

	store_begin(&call);
	store_add_text_or_null(&call, object->kind);
	store_add_int64(&call, object->id);
	store_add_oid(&call, grant.grantee);
	store_add_text_or_null(&call, grant.privilege);
	store_run(&call, query);
	store_end(&call);
}

void
store_grant_add(const StoreObject *object, StoreGrant grant)
{
	static StoreQuery add = {
		"INSERT INTO asl.grant_entry (kind, object, grantee, privilege) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
		4, {TEXTOID, INT8OID, OIDOID, TEXTOID}};

	run_for_row(&add, object, grant);
}

void
store_grant_remove(const StoreObject *object, StoreGrant grant)
{
	static StoreQuery remove = {
		"DELETE FROM asl.grant_entry WHERE kind = $1 COLLATE \"C\" AND object = $2 AND grantee = $3 "
		"AND privilege = $4 COLLATE \"C\"",
		4, {TEXTOID, INT8OID, OIDOID, TEXTOID}};

	run_for_row(&remove, object, grant);
}

void
store_grants_forget(StoreObject object)
{
	static StoreQuery forget = {
		"DELETE FROM asl.grant_entry WHERE kind = $1 COLLATE \"C\" AND object = $2", 2, {TEXTOID, INT8OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_text_or_null(&call, object.kind);
	store_add_int64(&call, object.id);
	store_run(&call, &forget);
	store_end(&call);
}
