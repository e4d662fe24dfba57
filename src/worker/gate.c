/*
 * gate.c - keeping workers out of a database for a statement.
 */
#include "postgres.h"

#include "worker/gate.h"

#include "access/htup_details.h"
#include "base/compat_privileges.h"
#include "catalog/pg_database.h"
#include "catalog/pg_extension.h"
#include "commands/dbcommands.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lock.h"
#include "utils/syscache.h"
#include "worker/pool.h"
#include "worker/shared.h"
#include "worker/slot.h"
#include "worker/wake.h"

static bool closed_for_session = false;

/* The lock of no extension in particular; a user lock, since a session keeps those through errors. */
static LOCKTAG
gate_tag(Oid database)
{
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, database, ExtensionRelationId, InvalidOid, 0);
	tag.locktag_lockmethodid = USER_LOCKMETHOD;
	return tag;
}

bool
asl_gate_is_open(Oid database)
{
	LOCKTAG		tag = gate_tag(database);

	if (LockAcquire(&tag, RowExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
		return false;
	LockRelease(&tag, RowExclusiveLock, false);
	return true;
}

/* Until the end of the transaction. */
static void
gate_close(Oid database)
{
	LOCKTAG		tag = gate_tag(database);

	LockAcquire(&tag, ShareLock, false, false);
	asl_slots_stop(database);
}

/* What was restored is for the workers to find. */
static void
gate_session_ends(int code, Datum unused)
{
	asl_lock();
	asl_shared->sweep_wanted = true;
	asl_wake_launcher();
	asl_unlock();
}

/* Until the end of the session. */
static void
gate_close_for_session(void)
{
	LOCKTAG		tag = gate_tag(MyDatabaseId);

	if (closed_for_session)
		return;
	LockAcquire(&tag, ShareLock, true, false);
	closed_for_session = true;
	on_shmem_exit(gate_session_ends, 0);
	asl_slots_stop(MyDatabaseId);
	ereport(NOTICE,
			(errmsg("pg_asl's workers stay away from database \"%s\" until this session ends",
					get_database_name(MyDatabaseId))));
}

static bool
gate_is_template(Oid database)
{
	HeapTuple	tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(database));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_database) GETSTRUCT(tuple))->datistemplate;
	ReleaseSysCache(tuple);
	return result;
}

/* The database of that name, if this user may do with it what he is about to do. */
static Oid
gate_database(const char *name)
{
	Oid			database = get_database_oid(name, true);

	return OidIsValid(database) && object_ownercheck(DatabaseRelationId, database, GetUserId()) ? database : InvalidOid;
}

/* The database that this user may take as a template: who may not create any expels nobody. */
static Oid
gate_template(const char *name)
{
	Oid			database = get_database_oid(name, true);

	if (!have_createdb_privilege())
		return InvalidOid;
	return OidIsValid(database) && gate_is_template(database) ? database : gate_database(name);
}

/* This database, if the extension is in it and this user may alter or drop it. */
static Oid
gate_extension(const char *name)
{
	Oid			extension;

	if (strcmp(name, "pg_asl") != 0)
		return InvalidOid;
	extension = get_extension_oid(name, true);
	if (!OidIsValid(extension) || !object_ownercheck(ExtensionRelationId, extension, GetUserId()))
		return InvalidOid;
	return MyDatabaseId;
}

static Oid
gate_drop(const DropStmt *stmt)
{
	ListCell   *cell;

	if (stmt->removeType != OBJECT_EXTENSION)
		return InvalidOid;
	foreach(cell, stmt->objects)
	{
		Oid			database = gate_extension(strVal(lfirst(cell)));

		if (OidIsValid(database))
			return database;
	}
	return InvalidOid;
}

static DefElem *
gate_option(List *options, const char *name)
{
	ListCell   *cell;

	foreach(cell, options)
		if (strcmp(lfirst_node(DefElem, cell)->defname, name) == 0)
			return lfirst_node(DefElem, cell);
	return NULL;
}

/* Whether it is COPY FROM into one of the extension's tables, by somebody who may do that. */
static bool
gate_restores(const Node *stmt)
{
	const CopyStmt *copy = (const CopyStmt *) stmt;

	return IsA(stmt, CopyStmt) && copy->is_from && copy->relation->schemaname &&
		strcmp(copy->relation->schemaname, "asl") == 0 && OidIsValid(gate_extension("pg_asl"));
}

/* The database that the statement wants to have for itself while it runs, or InvalidOid. */
static Oid
gate_wanted(const Node *stmt)
{
	DefElem    *option;

	switch (nodeTag(stmt))
	{
		case T_DropdbStmt:
			return gate_database(((const DropdbStmt *) stmt)->dbname);
		case T_CreatedbStmt:
			option = gate_option(((const CreatedbStmt *) stmt)->options, "template");
			return gate_template(option && option->arg ? defGetString(option) : "template1");
		case T_AlterDatabaseStmt:
			if (!gate_option(((const AlterDatabaseStmt *) stmt)->options, "tablespace"))
				return InvalidOid;
			return gate_database(((const AlterDatabaseStmt *) stmt)->dbname);
		case T_RenameStmt:
			if (((const RenameStmt *) stmt)->renameType != OBJECT_DATABASE)
				return InvalidOid;
			return gate_database(((const RenameStmt *) stmt)->subname);
		case T_DropStmt:
			return gate_drop((const DropStmt *) stmt);
		case T_AlterExtensionStmt:
			return gate_extension(((const AlterExtensionStmt *) stmt)->extname);
		default:
			return InvalidOid;
	}
}

Oid
asl_gate_before(const Node *statement)
{
	Oid			database = gate_wanted(statement);

	if (OidIsValid(database))
		gate_close(database);
	else if (gate_restores(statement))
		gate_close_for_session();
	return database;
}
