/*
 * machine.c - rows of state machines, their revisions and the resource map.
 *
 * A revision never changes: whatever was read of one may be kept for as long as the backend lives.
 */
#include "postgres.h"

#include "store/machine.h"

#include "catalog/pg_type.h"
#include "store/grant.h"
#include "store/row.h"
#include "utils/timestamp.h"

bool
store_machine_find(const char *name, StoreMachine *machine)
{
	enum {NAME, STATE_MACHINE, TYPE, STATUS, OWNER, REVISION, CREATION_DATE, COLUMN_COUNT};
	static StoreTable machines = {
		.name = "state_machine", .key_index = "state_machine_name", .key_count = 1, .column_count = COLUMN_COUNT,
		.columns = {"name", "state_machine", "type", "status", "owner", "revision", "creation_date"}
	};
	StoreRow	row;
	bool		found;

	store_row_open(&row, &machines);
	store_row_set_text(&row, NAME, name);
	found = store_row_find(&row, STORE_NO_LOCK);
	if (found)
	{
		machine->state_machine = DatumGetInt64(store_row_get(&row, STATE_MACHINE));
		machine->name = pstrdup(name);
		machine->express = strcmp(store_row_text(&row, TYPE), "EXPRESS") == 0;
		machine->deleting = strcmp(store_row_text(&row, STATUS), "DELETING") == 0;
		machine->owner = DatumGetObjectId(store_row_get(&row, OWNER));
		machine->revision = DatumGetInt64(store_row_get(&row, REVISION));
		machine->creation_date = DatumGetTimestampTz(store_row_get(&row, CREATION_DATE));
		machine->version = 0;
		machine->alias = NULL;
	}
	store_row_close(&row);
	return found;
}

/* What only asl.api has given of a revision that was just made; an older version's tables have no columns for it. */
static void
set_given(int64 revision, const StoreContent *content)
{
	static StoreQuery set = {
		"UPDATE asl.revision SET definition_text = $2, role_arn = $3, configuration = $4 WHERE revision = $1",
		4, {INT8OID, TEXTOID, TEXTOID, JSONBOID}};
	StoreCall	call;

	if (content->definition_text == NULL && content->role_arn == NULL && content->configuration == NULL)
		return;
	store_begin(&call);
	store_add_int64(&call, revision);
	store_add_text_or_null(&call, content->definition_text);
	store_add_text_or_null(&call, content->role_arn);
	store_add_jsonb_or_null(&call, content->configuration);
	store_run(&call, &set);
	store_end(&call);
}

bool
store_machine_insert(const char *name, bool express, Oid owner, const StoreContent *content)
{
	static StoreQuery insert = {
		"WITH r AS (SELECT nextval('asl.state_machine_id') AS machine, nextval('asl.revision_id') AS revision), "
		"m AS (INSERT INTO asl.state_machine (state_machine, name, type, owner, revision) "
		"      SELECT machine, $1, $2, $3, revision FROM r ON CONFLICT (name) WHERE status <> 'DELETED' DO NOTHING RETURNING state_machine) "
		"INSERT INTO asl.revision (revision, state_machine, number, definition, options) "
		"SELECT r.revision, r.machine, 1, $4, $5 FROM r JOIN m ON m.state_machine = r.machine RETURNING revision",
		5, {TEXTOID, TEXTOID, OIDOID, JSONBOID, JSONBOID}};
	StoreCall	call;
	int64		revision = 0;

	store_begin(&call);
	store_add_text_or_null(&call, name);
	store_add_text_or_null(&call, express ? "EXPRESS" : "STANDARD");
	store_add_oid(&call, owner);
	store_add_jsonb_or_null(&call, content->definition);
	store_add_jsonb_or_null(&call, content->options);
	if (store_run(&call, &insert) > 0)
		revision = store_get_int64(0, 1);
	store_end(&call);
	if (revision != 0)
		set_given(revision, content);
	return revision != 0;
}

int64
store_machine_update(StoreMachine *machine, const StoreContent *content)
{
	static StoreQuery update = {
		"WITH r AS (INSERT INTO asl.revision (state_machine, number, definition, options) "
		"           SELECT $1, max(number) + 1, $2, $3 FROM asl.revision WHERE state_machine = $1 "
		"           RETURNING revision, number) "
		"UPDATE asl.state_machine m SET revision = r.revision FROM r WHERE m.state_machine = $1 "
		"RETURNING r.number, r.revision",
		3, {INT8OID, JSONBOID, JSONBOID}};
	StoreCall	call;
	int64		number;

	store_begin(&call);
	store_add_int64(&call, machine->state_machine);
	store_add_jsonb_or_null(&call, content->definition);
	store_add_jsonb_or_null(&call, content->options);
	store_run(&call, &update);
	number = store_get_int64(0, 1);
	machine->revision = store_get_int64(0, 2);
	store_end(&call);
	set_given(machine->revision, content);
	return number;
}

void
store_machine_set_owner(StoreMachine *machine, Oid owner)
{
	static StoreQuery keep = {
		"UPDATE asl.revision SET owner = $2 WHERE state_machine = $1 AND owner IS NULL", 2, {INT8OID, OIDOID}};
	static StoreQuery give = {"UPDATE asl.state_machine SET owner = $2 WHERE state_machine = $1", 2, {INT8OID, OIDOID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, machine->state_machine);
	store_add_oid(&call, machine->owner);
	store_run(&call, &keep);
	store_add_int64(&call, machine->state_machine);
	store_add_oid(&call, owner);
	store_run(&call, &give);
	store_end(&call);
	machine->owner = owner;
}

int
store_machines(Oid role, const char *after, int limit, StoreMachine **machines)
{
	static StoreQuery list = {
		"SELECT m.state_machine, m.name, m.type = 'EXPRESS', m.status = 'DELETING', m.owner::oid, m.revision, m.creation_date "
		"FROM asl.state_machine m "
		"WHERE m.status <> 'DELETED' AND m.name > $2 COLLATE \"C\" AND " STORE_VISIBLE("m", "state_machine", "DESCRIBE")
		" ORDER BY m.name LIMIT $3",
		3, {OIDOID, TEXTOID, INT4OID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_oid(&call, role);
	store_add_text_or_null(&call, after);
	store_add_int32(&call, limit);
	count = (int) store_run(&call, &list);
	*machines = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(StoreMachine));
	for (int i = 0; i < count; i++)
		(*machines)[i] = (StoreMachine) {
			.state_machine = store_get_int64(i, 1), .name = store_get_text(&call, i, 2), .express = store_get_bool(i, 3),
			.deleting = store_get_bool(i, 4), .owner = store_get_oid(i, 5), .revision = store_get_int64(i, 6),
			.creation_date = store_get_time(i, 7)
		};
	store_end(&call);
	return count;
}

void
store_machine_set_deleting(int64 state_machine)
{
	static StoreQuery mark = {
		"UPDATE asl.state_machine SET status = 'DELETING' WHERE state_machine = $1", 1, {INT8OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	store_run(&call, &mark);
	store_end(&call);
}

/* Running executions are told by their branch -1, which is due at once; store/branch.h. */
int
store_machine_doom(int64 state_machine, TimestampTz now, StoreDoomed **doomed)
{
	static StoreQuery doom = {
		"INSERT INTO asl.branch AS b (execution, branch, owner, due_at, phase, revision, previous_event) "
		"SELECT execution, -1, e.owner, $2, 'd', e.revision, 0 "
		"FROM asl.execution e JOIN asl.state_machine m USING (state_machine) "
		"WHERE e.state_machine = $1 AND e.status = 'RUNNING' AND m.type = 'STANDARD' "
		"ON CONFLICT (execution, branch) DO UPDATE SET due_at = excluded.due_at, phase = excluded.phase "
		"RETURNING execution, owner::oid",
		2, {INT8OID, TIMESTAMPTZOID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	store_add_time_or_null(&call, now, true);
	count = (int) store_run(&call, &doom);
	*doomed = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(StoreDoomed));
	for (int i = 0; i < count; i++)
		(*doomed)[i] = (StoreDoomed) {.execution = store_get_int64(i, 1), .owner = store_get_oid(i, 2)};
	store_end(&call);
	return count;
}

/* Locks first: of two executions that end at the same time the second one sees that the first has ended. */
bool
store_machine_delete_if_unused(int64 state_machine)
{
	static StoreQuery lock = {"SELECT FROM asl.state_machine WHERE state_machine = $1 FOR UPDATE", 1, {INT8OID}};
	static StoreQuery remove = {
		"UPDATE asl.state_machine m SET status = 'DELETED' WHERE state_machine = $1 AND status = 'DELETING' "
		"AND (type = 'EXPRESS' OR NOT EXISTS "
		"     (SELECT FROM asl.execution e WHERE e.state_machine = m.state_machine AND e.status = 'RUNNING'))",
		1, {INT8OID}};
	StoreCall	call;
	bool		deleted;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	store_run(&call, &lock);
	store_add_int64(&call, state_machine);
	deleted = store_run(&call, &remove) > 0;
	store_end(&call);
	return deleted;
}

/* What an older version's table does not have of a revision. */
static void
read_given(StoreRevision *revision)
{
	enum {REVISION, OWNER, DEFINITION_TEXT, ROLE_ARN, CONFIGURATION, COLUMN_COUNT};
	static StoreTable revisions = {
		.name = "revision", .key_count = 1, .column_count = COLUMN_COUNT, .required_count = OWNER,
		.columns = {"revision", "owner", "definition_text", "role_arn", "configuration"}
	};
	StoreRow	row;

	store_row_open(&row, &revisions);
	store_row_set_int64(&row, REVISION, revision->revision, true);
	if (!store_row_find(&row, STORE_NO_LOCK))
		elog(ERROR, "revision " INT64_FORMAT " of a state machine is missing", revision->revision);
	if (!store_row_is_null(&row, OWNER))
		revision->owner = DatumGetObjectId(store_row_get(&row, OWNER));
	revision->content.definition_text = store_row_text(&row, DEFINITION_TEXT);
	revision->content.role_arn = store_row_text(&row, ROLE_ARN);
	revision->content.configuration = store_row_jsonb(&row, CONFIGURATION);
	store_row_close(&row);
}

void
store_revision_read(int64 revision, StoreRevision *result)
{
	static StoreQuery read = {
		"SELECT r.number, r.state_machine, m.name, m.type = 'EXPRESS', m.owner::oid, r.definition, r.options, r.creation_date "
		"FROM asl.revision r JOIN asl.state_machine m ON m.state_machine = r.state_machine WHERE r.revision = $1",
		1, {INT8OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, revision);
	if (store_run(&call, &read) == 0)
		elog(ERROR, "revision " INT64_FORMAT " of a state machine is missing", revision);
	result->revision = revision;
	result->number = store_get_int64(0, 1);
	result->state_machine = store_get_int64(0, 2);
	result->name = store_get_text(&call, 0, 3);
	result->express = store_get_bool(0, 4);
	result->owner = store_get_oid(0, 5);
	result->content.definition = store_get_jsonb(&call, 0, 6);
	result->content.options = store_get_jsonb(&call, 0, 7);
	result->creation_date = store_get_time(0, 8);
	store_end(&call);
	read_given(result);
}

/* A pattern is an ARN with "*" for any text; the one with the most literal characters is the most specific. */
char *
store_resource_target(const char *resource, Oid role)
{
	static StoreQuery find = {
		"SELECT target FROM asl.resource_map WHERE owner IN ($2, $3) "
		"AND $1 LIKE replace(replace(replace(replace(pattern, '!', '!!'), '%', '!%'), '_', '!_'), '*', '%') ESCAPE '!' "
		"ORDER BY owner = $2 DESC, length(replace(pattern, '*', '')) DESC, pattern LIMIT 1",
		3, {TEXTOID, OIDOID, OIDOID}};
	StoreCall	call;
	char	   *target = NULL;

	store_begin(&call);
	store_add_text_or_null(&call, resource);
	store_add_oid(&call, role);
	store_add_oid(&call, store_owner());
	if (store_run(&call, &find) > 0)
		target = store_get_text(&call, 0, 1);
	store_end(&call);
	return target;
}

void
store_resource_map(Oid owner, const char *pattern, const char *target)
{
	static StoreQuery put = {
		"INSERT INTO asl.resource_map (owner, pattern, target) VALUES ($1, $2, $3) "
		"ON CONFLICT (owner, pattern) DO UPDATE SET target = excluded.target",
		3, {OIDOID, TEXTOID, TEXTOID}};
	static StoreQuery drop = {
		"DELETE FROM asl.resource_map WHERE owner = $1 AND pattern = $2", 2, {OIDOID, TEXTOID}};
	StoreCall	call;

	store_begin(&call);
	store_add_oid(&call, owner);
	store_add_text_or_null(&call, pattern);
	if (target)
		store_add_text_or_null(&call, target);
	store_run(&call, target ? &put : &drop);
	store_end(&call);
}
