/*
 * settings.h - the settings asl.*, except those of one folder alone (they are defined there).
 */
#ifndef ASL_SETTINGS_H
#define ASL_SETTINGS_H

#include "postgres.h"

/* AWS's limit for whatever is counted in seconds: added to any time of this millennium, it gives a time that exists. */
#define ASL_LONGEST_SECONDS 99999999

extern int	asl_workers;			/* most worker processes per database; 0 stops them all */
extern int	asl_quick_workers;		/* places that are kept free of slow steps (worker/pace.h) */
extern int	asl_slow_step;			/* ms after which a step is slow */
extern int	asl_max_task_duration;	/* s; 0: no limit */
extern int	asl_worker_idle_timeout;	/* ms after which an idle worker leaves; -1: never */
extern int	asl_worker_restart_delay;	/* ms before the second restart in a row; doubles up to a minute */
extern int	asl_sweep_interval;		/* s between two looks into every database's tables */
extern int	asl_lock_timeout;	/* ms that a function waits for another session's lock (engine/patience.h) */
extern int	asl_node;				/* in the ids of new executions (store/execution.h) */
extern char *asl_region;
extern char *asl_account_id;
extern int	asl_max_payload;		/* bytes; 0: only jsonb's own limit */
extern int	asl_max_history_events;	/* 0: no limit */

extern int	asl_retention;			/* minutes; -1: for ever */

extern void asl_settings_define(void);
/* After every folder has defined its settings: other names that begin with asl. are errors. */
extern void asl_settings_reserve(void);

#endif
