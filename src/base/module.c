/*
 * module.c - the library's entry in PostgreSQL.
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;
