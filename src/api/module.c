/*
 * module.c - the library's entry in PostgreSQL.
 */
#include "postgres.h"

#include "base/settings.h"
#include "fmgr.h"

PG_MODULE_MAGIC;

extern void _PG_init(void);

/* A folder's own settings are defined by a function of its own, called between these two. */
void
_PG_init(void)
{
	asl_settings_define();
	asl_settings_reserve();
}
