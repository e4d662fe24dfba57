/*
 * tag.c - rows of tags on state machines and activities.
 */
#include "postgres.h"

#include "store/tag.h"

#include "catalog/pg_type.h"

/* Begins a call whose first arguments are the object, then as many texts as the statement has. */
static void
tag_run(StoreCall *call, StoreQuery *query, const StoreObject *object, StoreTag tag)
{
	store_begin(call);
	store_add_text_or_null(call, object->kind);
	store_add_int64(call, object->id);
	if (query->argument_count > 2)
		store_add_text_or_null(call, tag.key);
	if (query->argument_count > 3)
		store_add_text_or_null(call, tag.value);
	store_run(call, query);
}

void
store_tag_put(const StoreObject *object, StoreTag tag)
{
	static StoreQuery put = {
		"INSERT INTO asl.tag (kind, object, key, value) VALUES ($1, $2, $3, $4) "
		"ON CONFLICT (kind, object, key) DO UPDATE SET value = excluded.value",
		4, {TEXTOID, INT8OID, TEXTOID, TEXTOID}};
	StoreCall	call;

	tag_run(&call, &put, object, tag);
	store_end(&call);
}

void
store_tag_delete(const StoreObject *object, const char *key)
{
	static StoreQuery remove = {
		"DELETE FROM asl.tag WHERE kind = $1 COLLATE \"C\" AND object = $2 AND key = $3 COLLATE \"C\"",
		3, {TEXTOID, INT8OID, TEXTOID}};
	StoreCall	call;

	tag_run(&call, &remove, object, (StoreTag) {.key = key});
	store_end(&call);
}

int
store_tags(const StoreObject *object, StoreTag **tags)
{
	static StoreQuery read = {
		"SELECT key, value FROM asl.tag WHERE kind = $1 COLLATE \"C\" AND object = $2 ORDER BY key", 2, {TEXTOID, INT8OID}};
	StoreCall	call;
	int			count;

	tag_run(&call, &read, object, (StoreTag) {0});
	count = (int) SPI_processed;
	*tags = MemoryContextAlloc(call.caller, Max(count, 1) * sizeof(StoreTag));
	for (int i = 0; i < count; i++)
		(*tags)[i] = (StoreTag) {store_get_text(&call, i, 1), store_get_text(&call, i, 2)};
	store_end(&call);
	return count;
}

void
store_tags_forget(const StoreObject *object)
{
	static StoreQuery forget = {
		"DELETE FROM asl.tag WHERE kind = $1 COLLATE \"C\" AND object = $2", 2, {TEXTOID, INT8OID}};
	StoreCall	call;

	if (!store_has_table("tag"))
		return;
	tag_run(&call, &forget, object, (StoreTag) {0});
	store_end(&call);
}
