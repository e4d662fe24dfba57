/*
 * access_key.c - rows of access keys, and of what was answered lately to clients of the gateway.
 */
#include "postgres.h"

#include "store/access_key.h"

#include "catalog/pg_type.h"

/* The id has 64 random bits in 16 of Base32's letters, the secret 240 in Base64. */
bool
store_access_key_create(Oid role, StoreAccessKey *key)
{
	static StoreQuery create = {
		"INSERT INTO asl.access_key (access_key_id, owner, secret, slot) "
		"SELECT 'PGSK' || upper(translate(left(encode(sha256(uuid_send(gen_random_uuid())), 'hex'), 16), '0189', 'wxyz')), $1,"
		" encode(substr(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 1, 30), 'base64'), slot "
		"FROM generate_series(1, 2) slot WHERE NOT EXISTS "
		"(SELECT FROM asl.access_key k WHERE k.owner = $1 AND k.slot = slot.slot AND NOT k.disabled) LIMIT 1 "
		"ON CONFLICT DO NOTHING RETURNING access_key_id, secret",
		1, {OIDOID}};
	StoreCall	call;
	bool		made;

	store_begin(&call);
	store_add_oid(&call, role);
	made = store_run(&call, &create) == 1;
	if (made)
	{
		key->id = store_get_text(&call, 0, 1);
		key->secret = store_get_text(&call, 0, 2);
	}
	store_end(&call);
	return made;
}

Oid
store_access_key_owner(const char *id)
{
	static StoreQuery find = {"SELECT owner::oid FROM asl.access_key WHERE access_key_id = $1", 1, {TEXTOID}};
	StoreCall	call;
	Oid			owner = InvalidOid;

	store_begin(&call);
	store_add_text_or_null(&call, id);
	if (store_run(&call, &find) == 1)
		owner = store_get_oid(0, 1);
	store_end(&call);
	return owner;
}

void
store_access_key_disable(const char *id, bool disabled)
{
	static StoreQuery disable = {
		"UPDATE asl.access_key SET disabled = $2 <> 0 WHERE access_key_id = $1", 2, {TEXTOID, INT4OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_text_or_null(&call, id);
	store_add_int32(&call, disabled);
	store_run(&call, &disable);
	store_end(&call);
}

void
store_access_key_delete(const char *id)
{
	static StoreQuery delete = {"DELETE FROM asl.access_key WHERE access_key_id = $1", 1, {TEXTOID}};
	StoreCall	call;

	store_begin(&call);
	store_add_text_or_null(&call, id);
	store_run(&call, &delete);
	store_end(&call);
}

bool
store_access_key_use(const char *id, char **role, char **secret)
{
	static StoreQuery note = {
		"UPDATE asl.access_key SET last_used = current_date "
		"WHERE access_key_id = $1 AND NOT disabled AND last_used IS DISTINCT FROM current_date", 1, {TEXTOID}};
	static StoreQuery read = {
		"SELECT r.rolname::text, k.secret FROM asl.access_key k JOIN pg_catalog.pg_roles r ON r.oid = k.owner "
		"WHERE k.access_key_id = $1 AND NOT k.disabled", 1, {TEXTOID}};
	StoreCall	call;
	bool		found;

	store_begin(&call);
	store_add_text_or_null(&call, id);
	store_run(&call, &note);
	store_add_text_or_null(&call, id);
	found = store_run(&call, &read) == 1;
	if (found)
	{
		*role = store_get_text(&call, 0, 1);
		*secret = store_get_text(&call, 0, 2);
	}
	store_end(&call);
	return found;
}

static void
add_request(StoreCall *call, const StoreRequest *request)
{
	store_add_text_or_null(call, request->caller);
	store_add_text_or_null(call, request->operation);
	store_add_text_or_null(call, request->invocation);
	store_add_text_or_null(call, request->body);
}

/* What is older than ten minutes is removed in passing. */
bool
store_request_begin(const StoreRequest *request, Jsonb **answer)
{
	static StoreQuery purge = {
		"DELETE FROM asl.answered_request WHERE ctid = ANY (ARRAY(SELECT ctid FROM asl.answered_request "
		"WHERE answered_at < clock_timestamp() - interval '10 min' ORDER BY answered_at LIMIT 10 FOR UPDATE SKIP LOCKED))", 0, {0}};
	static StoreQuery begin = {
		"INSERT INTO asl.answered_request VALUES ($1, $2, $3, sha256(convert_to($4, 'UTF8'))) ON CONFLICT DO NOTHING",
		4, {TEXTOID, TEXTOID, TEXTOID, TEXTOID}};
	static StoreQuery read = {
		"SELECT answer FROM asl.answered_request WHERE caller = $1 COLLATE \"C\" AND operation = $2 COLLATE \"C\" "
		"AND invocation = $3 COLLATE \"C\" AND body_hash = sha256(convert_to($4, 'UTF8'))",
		4, {TEXTOID, TEXTOID, TEXTOID, TEXTOID}};
	StoreCall	call;
	bool		is_new;

	*answer = NULL;
	store_begin(&call);
	store_run(&call, &purge);
	add_request(&call, request);
	is_new = store_run(&call, &begin) == 1;
	if (!is_new)
	{
		add_request(&call, request);
		if (store_run(&call, &read) == 1)
			*answer = store_get_jsonb(&call, 0, 1);
	}
	store_end(&call);
	return is_new;
}

void
store_request_end(const StoreRequest *request, Jsonb *answer)
{
	static StoreQuery end = {
		"UPDATE asl.answered_request SET answer = $5 WHERE caller = $1 COLLATE \"C\" AND operation = $2 COLLATE \"C\" "
		"AND invocation = $3 COLLATE \"C\" AND body_hash = sha256(convert_to($4, 'UTF8'))",
		5, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, JSONBOID}};
	StoreCall	call;

	store_begin(&call);
	add_request(&call, request);
	store_add_jsonb_or_null(&call, answer);
	store_run(&call, &end);
	store_end(&call);
}
