/*
 * compat_noreturn.h - PostgreSQL 18's word for functions that do not return, on PostgreSQL before 18 too.
 */
#ifndef ASL_COMPAT_NORETURN_H
#define ASL_COMPAT_NORETURN_H

#include "postgres.h"

#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

#endif
