/*
 * execution.h - rows of executions.
 */
#ifndef ASL_STORE_EXECUTION_H
#define ASL_STORE_EXECUTION_H

#include "store/query.h"

/*
 * The id of an execution is the node that gave it out (setting asl.node), then 43 bits of a counter of that node's: ids
 * of up to 1,024 nodes differ, tell where an execution lives, and stay below 2^53, which JavaScript keeps exactly.
 */
#define STORE_NODE_SHIFT 43

static inline int64
store_execution_node(int64 execution)
{
	return execution >> STORE_NODE_SHIFT;
}

typedef struct StoreExecution
{
	int64		execution;
	int64		state_machine;
	const char *machine_name;
	int64		revision;
	Oid			owner;
	const char *name;			/* NAME:UUID of an express one */
	const char *status;
	Jsonb	   *input;
	Jsonb	   *output;
	const char *error;
	const char *cause;
	TimestampTz start_date;
	TimestampTz stop_date;		/* 0 while it runs */
	bool		express;
} StoreExecution;

/* Who waits for an execution's end (.sync); execution 0: nobody. */
typedef struct StoreCaller
{
	int64		execution;
	int32		branch;
} StoreCaller;

/* What an execution was started by, and with. */
typedef struct StoreOrigin
{
	int32		version;		/* 0: none */
	const char *alias;			/* NULL: none */
	const char *trace_header;	/* NULL: none */
} StoreOrigin;

/* Inserts execution and root branch, due at once; the execution's id, or 0 where the name is taken. */
extern int64 store_execution_insert(int64 state_machine, int64 revision, Oid owner, const char *name, Jsonb *input,
									const char *start_at, TimestampTz now, int64 timeout_seconds, StoreCaller caller,
									StoreOrigin origin);
extern bool store_execution_read(int64 execution, StoreExecution *result);
/* By the names in its ARN; of machines with the same name, all but one deleted, the latest. */
extern bool store_execution_find(const char *machine_name, const char *name, StoreExecution *result);
/* What a step may need of an execution; the input perhaps toasted. */
extern void store_execution_load(int64 execution, const char **name, TimestampTz *start_date, Datum *input,
								 StoreOrigin *origin);
/* Of an execution that is there. */
extern void store_execution_origin(int64 execution, StoreOrigin *origin);

/* Which executions of a machine a list has; what is 0 or NULL holds for all. */
typedef struct StoreExecutionFilter
{
	int64		state_machine;
	int64		before;			/* only those that were started before this one */
	const char *status;
	int32		version;
	const char *alias;
	int			limit;
} StoreExecutionFilter;

/* An execution as lists tell of it. */
typedef struct StoreListed
{
	int64		execution;
	const char *name;
	const char *status;
	TimestampTz start_date;
	TimestampTz stop_date;		/* 0 while it runs */
	StoreOrigin origin;
} StoreListed;

/* The newest first; palloc'd. */
extern int	store_executions(const StoreExecutionFilter *filter, StoreListed **executions);
/* Writes the end; returns who waits for it. */
extern StoreCaller store_execution_finish(int64 execution, const char *status, Jsonb *output, const char *error,
										  const char *cause, TimestampTz stop_date);
/* Was it inserted by this very transaction? */
extern bool store_execution_is_own(int64 execution);
extern void store_execution_delete(int64 execution);

#endif
