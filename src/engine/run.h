/*
 * run.h - an execution under way in this transaction (or, synchronous express, in this call).
 *
 *   AslRun ── branches: those that are loaded: locked rows, or new ones without a row yet
 *      └── history: events of this transaction
 *
 * A run holds every branch that this transaction touches.  Nothing is written before run_flush: a child that starts
 * and ends within one transaction never has a row.  A run that is not persistent (synchronous express) lives in
 * memory alone; the same code steps it.
 */
#ifndef ASL_RUN_H
#define ASL_RUN_H

#include "asl/definition_cache.h"
#include "asl/expression.h"
#include "base/errors.h"
#include "engine/early_answer.h"
#include "engine/history.h"
#include "store/branch.h"
#include "store/execution.h"
#include "store/machine.h"

/* A revision as the engine uses it; kept per backend. */
typedef struct AslProgram
{
	int64		key;			/* hash key */
	int64		revision;
	AslMachine *machine;
	int64		state_machine;
	const char *name;
	bool		express;
	Oid			owner;			/* whom executions of this revision run as */
	const char *role_arn;		/* NULL: the owner's */
	int64		max_payload;	/* options; -1: as the setting says */
	int64		max_history_events;
	bool		durable_execution;	/* option durability is "execution" */
	const char *notify;			/* channel, NULL: none */
} AslProgram;

typedef struct AslRun AslRun;
typedef struct AslBranch AslBranch;

struct AslBranch
{
	AslRun	   *run;
	StoreBranch row;			/* what is stored; the next members' columns are written from them */
	AslState   *state;
	AslPayload *input;			/* raw input of the state */
	AslValue	variables;		/* its States object's own; undefined: none */
	AslValue	items;			/* a Map's, undefined until they are needed; asl_run_items */
	int		   *retries;		/* uses of each retrier; NULL: none */
	int			retry_count;	/* their sum: $$.State.RetryCount */
	bool		is_new;			/* has no row yet */
	bool		ended;			/* its row is to go */
	Oid			task_role;		/* whom the task's SQL runs as; InvalidOid: the execution's owner */
	AslEarlyAnswer *early_answer;	/* of the call under way that hands out a token; NULL: it does not */
	AslValue	item;			/* Map lane: the item of the iteration under way; undefined: not loaded */
	AslValue   *results;		/* container of a run in memory: its children's outputs by position */
	int			position_count;	/* Map lane: iterations ended in this transaction */
	bool		dirty;			/* differs from its row */
	bool		slow;			/* its task waits for a place for slow work (slow.h) */
	bool		seen;			/* read, but not locked by this transaction: not to be written */
};

typedef struct AslFault AslFault;

/* What became of a branch, as far as its container must be told of it. */
typedef enum AslOutcomeKind
{
	ASL_UNDECIDED,
	ASL_BRANCH_ENDED,			/* its States object has ended, with an output */
	ASL_BRANCH_FAILED,			/* with an error that nothing inside caught */
	ASL_ITERATION_REFUSED,		/* the input of the lane's next iteration could not be made */
	ASL_CHILDREN_ENDED			/* it is a container, and its last child has ended */
} AslOutcomeKind;

typedef struct AslOutcome
{
	AslOutcomeKind kind;
	AslBranch  *branch;
	AslPayload *output;			/* of one that has ended */
	AslFault   *fault;			/* of one that has failed, or was refused */
} AslOutcome;

typedef enum AslEnd
{
	ASL_RUNNING, ASL_SUCCEEDED, ASL_FAILED, ASL_TIMED_OUT, ASL_ABORTED
} AslEnd;

struct AslRun
{
	int64		execution;		/* 0: synchronous */
	AslProgram *program;
	const char *arn;			/* made when first asked for */
	Oid			owner;
	const char *name;			/* this and the next three: see asl_run_load */
	TimestampTz start_date;
	AslPayload *input;
	StoreOrigin origin;
	TimestampTz deadline;		/* express: nothing runs longer; 0: none */
	bool		persistent;
	AslHistory	history;
	int			silent_events;	/* of this transaction that are not kept: a Map Run's children's */
	List	   *branches;		/* of AslBranch */
	int32		branch_count;	/* runs in memory: the last number given out */

	bool		ran_sql;		/* this transaction has run a task's SQL */
	bool		told_outsider;	/* a NOTIFY, an end, a queued task: somebody may act on it once it is committed */
	bool		again;			/* the step under way is to be undone and taken in another transaction */

	AslOutcome	outcome;		/* of the step under way, until the container is told: step/outcome.h */

	AslEnd		end;
	AslPayload *output;
	AslError	error;
};

/* The program of a revision. */
extern AslProgram *asl_program(int64 revision);

/* The longest payload's text in bytes, and the last possible event id, by option or setting; 0: no limit. */
extern int64 asl_payload_limit(const AslProgram *program);
extern int64 asl_history_limit(const AslProgram *program);

/* Opens a run on a branch that this transaction holds the lock of.  The first one begins the execution's history. */
extern AslRun *asl_run_open(const StoreBranch *row);
extern AslRun *asl_run_open_memory(AslProgram *program, const char *name, AslPayload *input);
/* A branch of the run: already loaded, else its row, locked.  NULL: there is none any more. */
extern AslBranch *asl_run_branch(AslRun *run, int32 number);
/* The same only to look at: another session may hold the row. */
extern AslBranch *asl_run_look(AslRun *run, int32 number);
/* A new child of a container, about to enter start_at. */
extern AslBranch *asl_run_spawn(AslBranch *container, int32 position, AslState *start_at, AslPayload *input);
/* Makes name, start date and input of the execution known, if they are not yet. */
extern void asl_run_load(AslRun *run);
/* Makes event ids known: locks the root branch for the rest of the transaction. */
extern void asl_run_know_events(AslRun *run);
extern void asl_run_flush(AslRun *run);

extern int64 asl_event_add(AslBranch *b, AslEventType type, int64 previous, AslValue members, AslPayload *payload);

/* Notes what became of a branch; the fault is copied.  The step that does so does nothing more with the branch. */
extern void asl_run_outcome(AslBranch *b, AslOutcomeKind kind, AslPayload *output, const AslFault *fault);

/* The execution begins: its ExecutionStarted event. */
extern void asl_run_started(AslRun *run);
/* The execution ends: its last event is added, everything else happens at the flush. */
extern void asl_run_end(AslRun *run, AslEnd end, int64 previous, AslPayload *output, AslError error);

/* The raw input of the state under way. */
static inline AslValue
asl_input(AslBranch *b)
{
	return asl_payload_value(b->input);
}

/* The very same value, not just an equal one? */
static inline bool
asl_same(AslValue a, AslValue b)
{
	return a.kind == b.kind && a.form == b.form && a.length == b.length && a.u.container == b.u.container;
}

static inline bool
asl_branch_is_root(const AslBranch *b)
{
	return b->row.branch == STORE_ROOT_BRANCH;
}

/* Does it run inside its caller's transaction? */
static inline bool
asl_run_is_synchronous(const AslRun *run)
{
	return run->execution == 0;
}

/* The ARN of the role that the execution runs as, as it was given. */
extern const char *asl_run_role_arn(const AslRun *run);

/* Small objects for event details: members with NULL texts are left out. */
extern AslValue asl_members(const char *key, const char *value);
extern void asl_members_add(AslValue *members, const char *key, const char *value);
extern void asl_members_add_number(AslValue *members, const char *key, int64 value);

#endif
