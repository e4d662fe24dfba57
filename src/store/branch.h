/*
 * branch.h - rows of branches: the threads of control of an execution.
 */
#ifndef ASL_STORE_BRANCH_H
#define ASL_STORE_BRANCH_H

#include "store/row.h"

#define STORE_ROOT_BRANCH 0
#define STORE_DEADLINE_BRANCH (-1)	/* ends the execution when it is due */

/* What a branch waits for.  The letters are stored. */
typedef enum StorePhase
{
	STORE_ENTER = 'e',			/* to enter its state */
	STORE_RETRY = 'r',			/* due_at, then its state's work runs again */
	STORE_WAIT = 'w',			/* due_at, then its Wait state is left */
	STORE_TASK = 't',			/* an answer; due_at is its timeout */
	STORE_ANSWERED = 'a',		/* the answer is there */
	STORE_CHILDREN = 'c',		/* its children */
	STORE_DEADLINE = 'x',		/* due_at, then the execution times out */
	STORE_DOOMED = 'd'			/* its state machine is being deleted */
} StorePhase;

typedef struct StoreBranch
{
	int64		execution;
	int32		branch;
	Oid			owner;
	bool		has_due;
	TimestampTz due_at;
	char		phase;
	int32		parent;			/* -1: none */
	int32		position;
	int32		position_end;
	int64		revision;
	const char *state;
	Datum		input;			/* jsonb, perhaps toasted; 0: the execution's input */
	bool		input_stored;	/* it stands in the row: an update leaves it alone */
	Datum		variables;		/* the same; 0: none */
	bool		variables_stored;
	int64		previous_event;
	int64		entered_event;
	int64		entered_previous;
	TimestampTz entered_at;
	Datum		retries;		/* int[]; 0: none used */
	int32		attempts;
	int64		event_count;	/* root only */
	int32		branch_count;	/* root only */
	int32		open_children;
	int32		next_item;
	int32		item_count;		/* Map */
	int32		failed_items;	/* distributed Map */
	Datum		items;			/* the same; Map */
	bool		items_stored;
	Jsonb	   *answer;
	const char *error;
	const char *cause;
} StoreBranch;

extern bool store_branch_read(int64 execution, int32 branch, StoreLock lock, StoreBranch *result);
extern bool store_branch_exists(int64 execution, int32 branch);
extern void store_branch_insert(const StoreBranch *branch);
extern void store_branch_update(const StoreBranch *branch);
extern void store_branch_delete(int64 execution, int32 branch);
/* The children of a container that have a row, in the order of their numbers. */
extern int	store_branch_children(int64 execution, int32 parent, int32 **branches);
/* Deletes whatever rows an ended execution has left: branches, tasks, results.  STORE_DOOMED stays: its step is what
 * deletes the state machine. */
extern void store_execution_clear(int64 execution);

/* Makes a waiting branch ready with an answer (output NULL: a failure); its owner, InvalidOid where it does not wait
 * for one. */
extern Oid	store_branch_answer(int64 execution, int32 branch, Jsonb *output, const char *error, const char *cause,
								TimestampTz now);
/* Counts a step that is about to be tried, or has failed, and says when to look again. */
extern void store_branch_count_attempt(int64 execution, int32 branch, TimestampTz due_at);
/* What is to become of those who hold a branch's lock. */
typedef enum StoreHolder
{
	STORE_NAME_HOLDER,			/* nothing */
	STORE_CANCEL_HOLDER,		/* a worker's step is cancelled, also one of asl.run_pending() */
	STORE_TERMINATE_HOLDER		/* a worker is ended; asl.run_pending() is cancelled */
} StoreHolder;

/* The sessions that hold a branch's lock, as a phrase; NULL: none does.  An application's is only named. */
extern char *store_branch_holders(int64 execution, int32 branch, StoreHolder what);

extern void store_result_insert(int64 execution, int32 container, int32 position, Jsonb *output);
/* The outputs of a container's children in order; deletes them. */
extern int	store_results_read(int64 execution, int32 container, Jsonb ***outputs);
extern void store_results_delete(int64 execution, int32 container);

#endif
