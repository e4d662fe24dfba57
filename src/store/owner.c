/*
 * owner.c - all that a role owns in this database.
 */
#include "postgres.h"

#include "store/owner.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "store/query.h"

/* A query's only column, a text, for a role; palloc'd. */
static int
texts_of_role(StoreQuery *query, Oid role, char ***texts)
{
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_oid(&call, role);
	count = (int) store_run(&call, query);
	*texts = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(char *));
	for (int i = 0; i < count; i++)
		(*texts)[i] = store_get_text(&call, i, 1);
	store_end(&call);
	return count;
}

int
store_owned(Oid role, char ***lines)
{
	static StoreQuery read = {
		"SELECT line FROM ("
		"SELECT 1, 'owner of state machine ' || name FROM asl.state_machine WHERE owner = $1 AND status <> 'DELETED' "
		"UNION ALL SELECT 2, 'owner of executions of the deleted state machine ' || name FROM asl.state_machine m "
		" WHERE owner = $1 AND status = 'DELETED' "
		" AND EXISTS (SELECT FROM asl.execution e WHERE e.state_machine = m.state_machine) "
		"UNION ALL SELECT DISTINCT 2, 'owner of former revisions of state machine ' || m.name "
		" FROM asl.revision r JOIN asl.state_machine m USING (state_machine) WHERE r.owner = $1 AND m.status <> 'DELETED' "
		"UNION ALL SELECT DISTINCT 2, 'owner of executions of the deleted state machine ' || m.name "
		" FROM asl.execution e JOIN asl.state_machine m USING (state_machine) "
		" WHERE e.owner = $1 AND m.owner <> $1 AND m.status = 'DELETED' "
		"UNION ALL SELECT 3, 'owner of activity ' || name FROM asl.activity WHERE owner = $1 "
		"UNION ALL SELECT 4, 'owner of the mapping of ' || pattern FROM asl.resource_map WHERE owner = $1 "
		"UNION ALL SELECT DISTINCT 5, 'privileges for ' || replace(g.kind, '_', ' ') || ' ' || coalesce(m.name, a.name) "
		" FROM asl.grant_entry g "
		" LEFT JOIN asl.state_machine m ON g.kind = 'state_machine' AND m.state_machine = g.object "
		" LEFT JOIN asl.activity a ON g.kind = 'activity' AND a.activity = g.object WHERE g.grantee = $1 "
		"UNION ALL SELECT 6, 'access key ' || access_key_id FROM asl.access_key WHERE owner = $1"
		") owned (kind, line) ORDER BY kind, line", 1, {OIDOID}};

	return texts_of_role(&read, role, lines);
}

int
store_owned_machines(Oid role, char ***names)
{
	static StoreQuery read = {
		"SELECT name FROM asl.state_machine WHERE owner = $1 AND status <> 'DELETED' ORDER BY state_machine", 1, {OIDOID}};

	return texts_of_role(&read, role, names);
}

int
store_owned_activities(Oid role, char ***names)
{
	static StoreQuery read = {"SELECT name FROM asl.activity WHERE owner = $1", 1, {OIDOID}};

	return texts_of_role(&read, role, names);
}

int
store_owned_executions(Oid role, int64 **executions)
{
	static StoreQuery read = {
		"SELECT e.execution FROM asl.execution e JOIN asl.state_machine m USING (state_machine) "
		"WHERE $1 IN (m.owner, e.owner) AND m.type = 'STANDARD' AND e.status = 'RUNNING' ORDER BY e.execution", 1, {OIDOID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_oid(&call, role);
	count = (int) store_run(&call, &read);
	*executions = MemoryContextAllocHuge(call.caller, Max(count, 1) * sizeof(int64));
	for (int i = 0; i < count; i++)
		(*executions)[i] = store_get_int64(i, 1);
	store_end(&call);
	return count;
}

/* Runs statements one after the other, each with the roles that it wants; the second may be none. */
static void
run_each(StoreQuery *queries, int count, Oid role, Oid other)
{
	StoreCall	call;

	store_begin(&call);
	for (int i = 0; i < count; i++)
	{
		store_add_oid(&call, role);
		if (queries[i].argument_count > 1)
			store_add_oid(&call, other);
		store_run(&call, &queries[i]);
	}
	store_end(&call);
}

/* A step that was under way while the others were changed may have left branches. */
static void
change_branches(Oid from, Oid to)
{
	static StoreQuery change = {"UPDATE asl.branch SET owner = $2 WHERE owner = $1", 2, {OIDOID, OIDOID}};
	StoreCall	call;
	uint64		changed;

	store_begin(&call);
	do
	{
		CHECK_FOR_INTERRUPTS();
		store_add_oid(&call, from);
		store_add_oid(&call, to);
		changed = store_run(&call, &change);
	} while (changed > 0);
	store_end(&call);
}

/* Branches of the role that are due some time; palloc'd. */
static int
read_due(Oid role, StoreDue **due)
{
	static StoreQuery read = {
		"SELECT execution, branch, due_at FROM asl.branch WHERE owner = $1 AND due_at IS NOT NULL ORDER BY due_at", 1, {OIDOID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_oid(&call, role);
	count = (int) store_run(&call, &read);
	*due = MemoryContextAllocHuge(call.caller, Max(count, 1) * sizeof(StoreDue));
	for (int i = 0; i < count; i++)
		(*due)[i] = (StoreDue) {store_get_int64(i, 1), store_get_int32(i, 2), store_get_time(i, 3)};
	store_end(&call);
	return count;
}

int
store_owner_change(Oid from, Oid to, StoreDue **due)
{
	static StoreQuery changes[] = {
		{"UPDATE asl.state_machine SET owner = $2 WHERE owner = $1", 2, {OIDOID, OIDOID}},
		{"UPDATE asl.revision SET owner = $2 WHERE owner = $1", 2, {OIDOID, OIDOID}},
		{"UPDATE asl.activity SET owner = $2 WHERE owner = $1", 2, {OIDOID, OIDOID}},
		{"INSERT INTO asl.resource_map (owner, pattern, target) SELECT $2, pattern, target FROM asl.resource_map "
		"WHERE owner = $1 ON CONFLICT DO NOTHING", 2, {OIDOID, OIDOID}},
		{"DELETE FROM asl.resource_map WHERE owner = $1", 1, {OIDOID}},
		{"UPDATE asl.execution SET owner = $2 WHERE owner = $1", 2, {OIDOID, OIDOID}},
	};

	change_branches(from, to);
	run_each(changes, lengthof(changes), from, to);
	return read_due(to, due);
}

void
store_owner_delete(Oid role)
{
#define OF_EXECUTION " WHERE execution IN (SELECT e.execution FROM asl.execution e JOIN asl.state_machine m USING (state_machine) " \
	"WHERE $1 IN (m.owner, e.owner))"
#define OF_MACHINE " WHERE state_machine IN (SELECT state_machine FROM asl.state_machine WHERE owner = $1)"
	static StoreQuery deletes[] = {
		{"DELETE FROM asl.branch" OF_EXECUTION, 1, {OIDOID}},
		{"DELETE FROM asl.task" OF_EXECUTION, 1, {OIDOID}},
		{"DELETE FROM asl.result" OF_EXECUTION, 1, {OIDOID}},
		{"DELETE FROM asl.history" OF_EXECUTION, 1, {OIDOID}},
		{"DELETE FROM asl.execution" OF_MACHINE " OR owner = $1", 1, {OIDOID}},
		{"DELETE FROM asl.state_machine_version" OF_MACHINE
		" OR revision IN (SELECT revision FROM asl.revision WHERE owner = $1)", 1, {OIDOID}},
		{"DELETE FROM asl.state_machine_alias a" OF_MACHINE " OR EXISTS (SELECT FROM unnest(ARRAY[a.version, a.other_version]) n "
		"WHERE n IS NOT NULL AND NOT EXISTS (SELECT FROM asl.state_machine_version v "
		"                                    WHERE v.state_machine = a.state_machine AND v.version = n))", 1, {OIDOID}},
		{"DELETE FROM asl.revision" OF_MACHINE " OR owner = $1", 1, {OIDOID}},
		{"DELETE FROM asl.tag "
		"WHERE kind = 'state_machine' AND object IN (SELECT state_machine FROM asl.state_machine WHERE owner = $1) "
		"OR kind = 'activity' AND object IN (SELECT activity FROM asl.activity WHERE owner = $1)", 1, {OIDOID}},
		{"DELETE FROM asl.grant_entry WHERE grantee = $1 "
		"OR kind = 'state_machine' AND object IN (SELECT state_machine FROM asl.state_machine WHERE owner = $1) "
		"OR kind = 'activity' AND object IN (SELECT activity FROM asl.activity WHERE owner = $1)", 1, {OIDOID}},
		{"DELETE FROM asl.activity WHERE owner = $1", 1, {OIDOID}},
		{"DELETE FROM asl.resource_map WHERE owner = $1", 1, {OIDOID}},
		{"DELETE FROM asl.access_key WHERE owner = $1", 1, {OIDOID}},
		{"DELETE FROM asl.state_machine WHERE owner = $1", 1, {OIDOID}},
	};

	run_each(deletes, lengthof(deletes), role, InvalidOid);
}
