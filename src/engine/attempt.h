/*
 * attempt.h - doing what may fail: expressions, and a task's SQL.
 */
#ifndef ASL_ATTEMPT_H
#define ASL_ATTEMPT_H

#include "base/compat_noreturn.h"
#include "engine/run.h"

/* An ASL error on its way to Retry, Catch or the end of the execution. */
struct AslFault
{
	AslError	error;
	bool		fatal;			/* States.Runtime and its like: nothing catches it */
	bool		framed;			/* the cause gets "An error occurred while executing the state …" in front */
	bool		evaluation;		/* adds an EvaluationFailed event */
	const char *location;		/* of the expression; NULL: the state as a whole */
	bool		timeout;		/* States.Timeout: its cause is left out */
	int			sqlstate;		/* of a failed SQL task; 0: none */
	const char *message;		/* the same error's own words */
	bool		again;			/* no error: the task is to run again in another transaction (batch.h) */
	bool		heartbeat;		/* also matched by States.HeartbeatTimeout */
	bool		by_name_only;	/* States.ALL does not match it */
};

typedef void (*AslWork) (AslBranch *b, void *arg);

/* Does work that evaluates expressions; false and *fault where one raised a language error.  Whatever the work
 * changed in memory stays changed.  Other errors pass through. */
extern bool asl_attempt(AslBranch *b, AslWork work, void *arg, AslFault *fault);

/*
 * Does a task's SQL as the execution's owner under a subtransaction, which includes its deferred triggers; false
 * and *fault where it failed: then it has had no effect.  timeout_seconds 0: none.  A cancel from outside passes
 * through.  Deadlocks and serialization failures are tried again before they count.
 */
extern bool asl_attempt_sql(AslBranch *b, AslWork work, void *arg, int64 timeout_seconds, AslFault *fault);

/* In a worker: a task that does not obey its timeout may end the process.  The state whose task has done so, for who
 * takes the branch next, where that task times out without being run; 0: none. */
extern bool asl_attempt_may_die;
extern uint32 asl_attempt_overdue(void);
extern void asl_attempt_set_overdue(uint32 state);

/* Is a task's SQL under way within another task's, by a synchronous run? */
extern bool asl_attempt_is_nested(void);
/* Is a task of that execution under way in this session? */
extern bool asl_attempt_is_running(int64 execution);

/* Raises a language error that ends up as the cause of a framed States.Runtime. */
pg_noreturn extern void asl_raise_runtime(const char *format,...) pg_attribute_printf(1, 2);

/* Whether this database has any deferrable trigger or constraint. */
extern bool asl_deferrable_exists(void);
/* What would happen at the commit happens now, while it can still be undone alone; from here on nothing is deferred. */
extern void asl_fire_deferred(void);

/* Raises the failure of a task under a name of its own, as asl.fail does; either may be NULL. */
pg_noreturn extern void asl_raise_task_failed(const char *error, const char *cause);

/* The Step Functions API's name of a refusal's SQLSTATE; NULL for any other. */
extern const char *asl_api_error_name(int sqlstate);
/* PL/pgSQL's name of a SQLSTATE; NULL where it has none. */
extern const char *asl_condition_name(int sqlstate);

#endif
