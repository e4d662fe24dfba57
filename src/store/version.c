/*
 * version.c - rows of published versions of state machines, and of the aliases that lead to them.
 */
#include "postgres.h"

#include "store/version.h"

#include "catalog/pg_type.h"

/* Runs a statement on what a machine has; the number that it gives, if it gives one. */
static int
run_of_machine(StoreQuery *query, int64 state_machine)
{
	StoreCall	call;
	int			count = 0;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	if (store_run(&call, query) > 0 && SPI_tuptable != NULL)
		count = (int) store_get_int64(0, 1);
	store_end(&call);
	return count;
}

#define VERSION_COLUMNS "version, revision, description, creation_date"

static StoreVersion
version_fetch(StoreCall *call, int row)
{
	return (StoreVersion) {
		.version = store_get_int32(row, 1), .revision = store_get_int64(row, 2), .description = store_get_text(call, row, 3),
		.creation_date = store_get_time(row, 4)
	};
}

/* Runs a statement that gives one version or none. */
static bool
version_get(StoreQuery *query, int64 state_machine, int64 argument, StoreVersion *result)
{
	StoreCall	call;
	bool		found;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	store_add_int64(&call, argument);
	found = store_run(&call, query) > 0;
	if (found)
		*result = version_fetch(&call, 0);
	store_end(&call);
	return found;
}

bool
store_version_find(int64 state_machine, int32 version, StoreVersion *result)
{
	static StoreQuery find = {
		"SELECT " VERSION_COLUMNS " FROM asl.state_machine_version WHERE state_machine = $1 AND version = $2",
		2, {INT8OID, INT8OID}};

	return version_get(&find, state_machine, version, result);
}

bool
store_version_of_revision(int64 state_machine, int64 revision, StoreVersion *result)
{
	static StoreQuery find = {
		"SELECT " VERSION_COLUMNS " FROM asl.state_machine_version WHERE state_machine = $1 AND revision = $2 "
		"ORDER BY version DESC LIMIT 1", 2, {INT8OID, INT8OID}};

	return version_get(&find, state_machine, revision, result);
}

void
store_version_insert(int64 state_machine, int64 revision, const char *description, StoreVersion *result)
{
	static StoreQuery insert = {
		"WITH m AS (UPDATE asl.state_machine SET version_count = version_count + 1 WHERE state_machine = $1 "
		"           RETURNING version_count) "
		"INSERT INTO asl.state_machine_version (state_machine, version, revision, description) "
		"SELECT $1, version_count, $2, $3 FROM m RETURNING " VERSION_COLUMNS,
		3, {INT8OID, INT8OID, TEXTOID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	store_add_int64(&call, revision);
	store_add_text_or_null(&call, description);
	store_run(&call, &insert);
	*result = version_fetch(&call, 0);
	store_end(&call);
}

void
store_version_delete(int64 state_machine, int32 version)
{
	static StoreQuery remove = {
		"DELETE FROM asl.state_machine_version WHERE state_machine = $1 AND version = $2", 2, {INT8OID, INT4OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	store_add_int32(&call, version);
	store_run(&call, &remove);
	store_end(&call);
}

int
store_version_count(int64 state_machine)
{
	static StoreQuery count = {
		"SELECT count(*) FROM asl.state_machine_version WHERE state_machine = $1", 1, {INT8OID}};

	return run_of_machine(&count, state_machine);
}

int
store_versions(int64 state_machine, int32 before, int limit, StoreVersion **versions)
{
	static StoreQuery list = {
		"SELECT " VERSION_COLUMNS " FROM asl.state_machine_version "
		"WHERE state_machine = $1 AND ($2 = 0 OR version < $2) ORDER BY version DESC LIMIT $3",
		3, {INT8OID, INT4OID, INT4OID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	store_add_int32(&call, before);
	store_add_int32(&call, limit);
	count = (int) store_run(&call, &list);
	*versions = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(StoreVersion));
	for (int i = 0; i < count; i++)
		(*versions)[i] = version_fetch(&call, i);
	store_end(&call);
	return count;
}

#define ALIAS_COLUMNS "name, version, weight, other_version, description, creation_date, update_date"

static StoreAlias
alias_fetch(StoreCall *call, int row)
{
	return (StoreAlias) {
		.name = store_get_text(call, row, 1), .version = store_get_int32(row, 2), .weight = store_get_int32(row, 3),
		.other_version = store_get_int32(row, 4), .description = store_get_text(call, row, 5),
		.creation_date = store_get_time(row, 6), .update_date = store_get_time(row, 7)
	};
}

bool
store_alias_find(int64 state_machine, const char *name, StoreAlias *result)
{
	static StoreQuery find = {
		"SELECT " ALIAS_COLUMNS " FROM asl.state_machine_alias WHERE state_machine = $1 AND name = $2 COLLATE \"C\"",
		2, {INT8OID, TEXTOID}};
	StoreCall	call;
	bool		found;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	store_add_text_or_null(&call, name);
	found = store_run(&call, &find) > 0;
	if (found)
		*result = alias_fetch(&call, 0);
	store_end(&call);
	return found;
}

void
store_alias_put(int64 state_machine, StoreAlias *alias)
{
	static StoreQuery put = {
		"INSERT INTO asl.state_machine_alias (state_machine, name, version, weight, other_version, description) "
		"VALUES ($1, $2, $3, $4, $5, $6) "
		"ON CONFLICT (state_machine, name) DO UPDATE SET version = excluded.version, weight = excluded.weight, "
		"other_version = excluded.other_version, description = excluded.description, update_date = clock_timestamp() "
		"RETURNING " ALIAS_COLUMNS,
		6, {INT8OID, TEXTOID, INT4OID, INT4OID, INT4OID, TEXTOID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	store_add_text_or_null(&call, alias->name);
	store_add_int32(&call, alias->version);
	store_add_int32(&call, alias->weight);
	store_add_int32_or_null(&call, alias->other_version, alias->other_version != 0);
	store_add_text_or_null(&call, alias->description);
	store_run(&call, &put);
	*alias = alias_fetch(&call, 0);
	store_end(&call);
}

void
store_alias_delete(int64 state_machine, const char *name)
{
	static StoreQuery remove = {
		"DELETE FROM asl.state_machine_alias WHERE state_machine = $1 AND name = $2 COLLATE \"C\"", 2, {INT8OID, TEXTOID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	store_add_text_or_null(&call, name);
	store_run(&call, &remove);
	store_end(&call);
}

int
store_alias_count(int64 state_machine)
{
	static StoreQuery count = {
		"SELECT count(*) FROM asl.state_machine_alias WHERE state_machine = $1", 1, {INT8OID}};

	return run_of_machine(&count, state_machine);
}

int
store_aliases(int64 state_machine, int32 version, const char *after, int limit, StoreAlias **aliases)
{
	static StoreQuery list = {
		"SELECT " ALIAS_COLUMNS " FROM asl.state_machine_alias "
		"WHERE state_machine = $1 AND ($2 = 0 OR version = $2 OR other_version = $2) AND name > $3 COLLATE \"C\" "
		"ORDER BY name LIMIT $4",
		4, {INT8OID, INT4OID, TEXTOID, INT4OID}};
	StoreCall	call;
	int			count;

	store_begin(&call);
	store_add_int64(&call, state_machine);
	store_add_int32(&call, version);
	store_add_text_or_null(&call, after);
	store_add_int32(&call, limit);
	count = (int) store_run(&call, &list);
	*aliases = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(StoreAlias));
	for (int i = 0; i < count; i++)
		(*aliases)[i] = alias_fetch(&call, i);
	store_end(&call);
	return count;
}

void
store_versions_forget(int64 state_machine)
{
	static StoreQuery versions = {"DELETE FROM asl.state_machine_version WHERE state_machine = $1", 1, {INT8OID}};
	static StoreQuery aliases = {"DELETE FROM asl.state_machine_alias WHERE state_machine = $1", 1, {INT8OID}};

	if (!store_has_table("state_machine_version"))
		return;
	(void) run_of_machine(&versions, state_machine);
	(void) run_of_machine(&aliases, state_machine);
}
