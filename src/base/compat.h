/*
 * compat.h - all that differs between the supported PostgreSQL versions, 15 to 18.
 */
#ifndef ASL_COMPAT_H
#define ASL_COMPAT_H

#include "postgres.h"

#if PG_VERSION_NUM < 150000
#error "pg_asl needs PostgreSQL 15 or later"
#endif

#endif
