/*
 * settings.c - definitions of the settings asl.*.
 */
#include "postgres.h"

#include "base/settings.h"

#include <limits.h>

#include "utils/guc.h"

int			asl_workers = 8;
int			asl_quick_workers = 2;
int			asl_slow_step = 1000;
int			asl_max_task_duration = 0;
int			asl_worker_idle_timeout = 60 * 1000;
int			asl_worker_restart_delay = 1000;
int			asl_sweep_interval = 600;
int			asl_lock_timeout = 10 * 1000;
int			asl_node = 0;
char	   *asl_region = NULL;
char	   *asl_account_id = NULL;
int			asl_max_payload = 256 * 1024;
int			asl_max_history_events = 25000;
int			asl_retention = 90 * 24 * 60;

/* Both stand between the colons of an ARN. */
static bool
settings_check_arn_part(char **value, void **extra, GucSource source)
{
	const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

	if ((*value)[0] != '\0' && strspn(*value, allowed) == strlen(*value))
		return true;
	GUC_check_errdetail("It stands in ARNs: letters, digits and hyphens only, and at least one.");
	return false;
}

static void
settings_define_workers(void)
{
	DefineCustomIntVariable("asl.workers",
							"Most worker processes per database.",
							"0 stops all workers. max_worker_processes limits their number in all databases.",
							&asl_workers, 8, 0, INT_MAX, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("asl.quick_workers",
							"Worker processes of a database that are kept free of slow steps.",
							"No role's slow steps get those places, and all roles' together leave one.",
							&asl_quick_workers, 2, 0, INT_MAX, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("asl.slow_step",
							"Time after which a step counts as slow.",
							"One that is not known to be slow is undone then if there is no place for it, and begins again when there is one.",
							&asl_slow_step, 1000, 10, INT_MAX, PGC_SIGHUP, GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable("asl.max_task_duration",
							"Longest time that the SQL of a task may take, whatever its TimeoutSeconds.",
							"It then fails with States.Timeout. 0 is no limit.",
							&asl_max_task_duration, 0, 0, INT_MAX, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("asl.worker_idle_timeout",
							"Time after which a worker that has nothing to do leaves.",
							"-1 keeps idle workers for ever.",
							&asl_worker_idle_timeout, 60 * 1000, -1, INT_MAX, PGC_SIGHUP, GUC_UNIT_MS,
							NULL, NULL, NULL);
	DefineCustomIntVariable("asl.worker_restart_delay",
							"Time before a worker that died again is started again.",
							"The first restart is immediate; the time doubles with each death in a row up to a minute.",
							&asl_worker_restart_delay, 1000, 1, 60 * 1000, PGC_SIGHUP, GUC_UNIT_MS,
							NULL, NULL, NULL);
	DefineCustomIntVariable("asl.sweep_interval",
							"Time between two searches of every database for executions that nobody has told about.",
							"They find what was restored from a backup, copied with a template or prepared.",
							&asl_sweep_interval, 600, 1, INT_MAX / 1000, PGC_SIGHUP, GUC_UNIT_S,
							NULL, NULL, NULL);
}

static void
settings_define_executions(void)
{
	DefineCustomIntVariable("asl.lock_timeout",
							"Longest time that a function of schema asl waits for a lock that another session holds.",
							"A shorter lock_timeout goes before it. Workers wait for a second and come back later.",
							&asl_lock_timeout, 10 * 1000, 1, INT_MAX, PGC_USERSET, GUC_UNIT_MS,
							NULL, NULL, NULL);
	DefineCustomIntVariable("asl.node",
							"Number of this server among those whose executions are to have different ids.",
							"It stands above the 43 lower bits of the ids that are given out.",
							&asl_node, 0, 0, 1023, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("asl.region",
							   "Region in the ARNs of state machines, executions and activities.",
							   NULL, &asl_region, "us-east-1", PGC_SUSET, 0,
							   settings_check_arn_part, NULL, NULL);
	DefineCustomStringVariable("asl.account_id",
							   "Account in the ARNs of state machines, executions and activities.",
							   NULL, &asl_account_id, "000000000000", PGC_SUSET, 0,
							   settings_check_arn_part, NULL, NULL);
	DefineCustomIntVariable("asl.max_payload",
							"Largest input or output of a state, as JSON text.",
							"0 leaves only jsonb's own limit.",
							&asl_max_payload, 256 * 1024, 0, INT_MAX, PGC_SUSET, GUC_UNIT_BYTE,
							NULL, NULL, NULL);
	DefineCustomIntVariable("asl.max_history_events",
							"Most events in the history of an execution.",
							"0 is no limit.",
							&asl_max_history_events, 25000, 0, INT_MAX, PGC_SUSET, 0,
							NULL, NULL, NULL);
	DefineCustomIntVariable("asl.retention",
							"Time for which executions that have ended are kept.",
							"-1 keeps them for ever. A state machine's option retention goes before it.",
							&asl_retention, 90 * 24 * 60, -1, INT_MAX, PGC_SIGHUP, GUC_UNIT_MIN,
							NULL, NULL, NULL);
}

void
asl_settings_define(void)
{
	settings_define_workers();
	settings_define_executions();
}

void
asl_settings_reserve(void)
{
	MarkGUCPrefixReserved("asl");
}
