/*
 * module.c - the library's entry in PostgreSQL.
 */
#include "postgres.h"

#include "base/settings.h"
#include "fmgr.h"
#include "jsonata/limits.h"
#include "worker/worker.h"

PG_MODULE_MAGIC;

extern void _PG_init(void);

void
_PG_init(void)
{
	asl_settings_define();
	asl_limits_define();
	asl_settings_reserve();
	asl_worker_init();
}
