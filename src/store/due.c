/*
 * due.c - finding branches that are due.
 *
 * What a worker finds here is a hint: nothing is locked, and whoever steps a branch reads its row again.
 */
#include "postgres.h"

#include "store/due.h"
#include "store/query.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

int
store_due_branches(Oid role, TimestampTz now, int limit, StoreDue **found)
{
	static StoreQuery read = {
		"SELECT execution, branch, due_at FROM asl.branch WHERE owner = $1 AND due_at <= $2 "
		"ORDER BY due_at LIMIT $3",
		3, {OIDOID, TIMESTAMPTZOID, INT4OID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_oid(&call, role);
	store_add_time_or_null(&call, now, true);
	store_add_int32(&call, limit);
	count = (int) store_run(&call, &read);
	*found = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(StoreDue));
	for (int i = 0; i < count; i++)
		(*found)[i] = (StoreDue) {
			.execution = store_get_int64(i, 1),
			.branch = store_get_int32(i, 2),
			.due_at = store_get_time(i, 3)
		};
	store_end(&call);
	return count;
}

TimestampTz
store_next_due(Oid role, TimestampTz after)
{
	static StoreQuery read = {
		"SELECT due_at FROM asl.branch WHERE owner = $1 AND due_at > $2 ORDER BY due_at LIMIT 1",
		2, {OIDOID, TIMESTAMPTZOID}};
	StoreCall	call;
	TimestampTz due_at = DT_NOEND;

	store_begin(&call);
	store_add_oid(&call, role);
	store_add_time_or_null(&call, after, true);
	if (store_run(&call, &read) > 0)
		due_at = store_get_time(0, 1);
	store_end(&call);
	return due_at;
}

/* Walks the index from role to role instead of reading every branch. */
int
store_due_roles(StoreDueRole **found)
{
	static StoreQuery read = {
		"WITH RECURSIVE roles AS ("
		" (SELECT owner, due_at FROM asl.branch WHERE due_at IS NOT NULL ORDER BY owner, due_at LIMIT 1) "
		" UNION ALL "
		" SELECT n.* FROM roles r, LATERAL (SELECT owner, due_at FROM asl.branch "
		"  WHERE owner > r.owner AND due_at IS NOT NULL ORDER BY owner, due_at LIMIT 1) n) "
		"SELECT owner, due_at FROM roles",
		0, {0}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	count = (int) store_run(&call, &read);
	*found = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(StoreDueRole));
	for (int i = 0; i < count; i++)
		(*found)[i] = (StoreDueRole) {
			.role = store_get_oid(i, 1),
			.due_at = store_get_time(i, 2)
		};
	store_end(&call);
	return count;
}

/* The checkpointer is started anew by every recovery, the postmaster is not. */
TimestampTz
store_server_start(void)
{
	static StoreQuery read = {
		"SELECT coalesce(max(backend_start), pg_postmaster_start_time()) FROM pg_stat_activity "
		"WHERE backend_type = 'checkpointer'", 0, {0}};
	StoreCall	call;
	TimestampTz start;

	store_begin(&call);
	store_run(&call, &read);
	start = store_get_time(0, 1);
	store_end(&call);
	return start;
}

/* It keeps the lock of the table. */
bool
store_prepared_touches(const char *gid)
{
	static StoreQuery find = {
		"SELECT FROM pg_prepared_xacts p JOIN pg_locks x ON x.transactionid = p.transaction AND x.pid IS NULL "
		"JOIN pg_locks l ON l.virtualtransaction = x.virtualtransaction AND l.pid IS NULL "
		"WHERE p.gid = $1 AND l.locktype = 'relation' AND l.relation = 'asl.branch'::regclass "
		"  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1",
		1, {TEXTOID}};
	StoreCall	call;
	bool		found;

	store_begin(&call);
	store_add_text_or_null(&call, gid);
	found = store_run(&call, &find) > 0;
	store_end(&call);
	return found;
}
