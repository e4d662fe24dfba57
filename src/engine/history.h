/*
 * history.h - an execution's events: buffered while a step runs, written as one row at its end.
 *
 * An event is referred to by its id once that is known, before by minus its position in the buffer (1, 2, …): ids
 * are given out when the transaction is about to commit, in the order in which transactions do, because the counter
 * is the root branch's and a lock on it must not last as long as a task.
 */
#ifndef ASL_HISTORY_H
#define ASL_HISTORY_H

#include "store/history.h"
#include "value/value.h"

/* X(event type, member of its details that holds a payload, "" for none).  Stored by position: only append. */
#define ASL_EVENT_LIST(X) \
	X(ExecutionStarted, "input") X(ExecutionSucceeded, "output") X(ExecutionFailed, "") X(ExecutionTimedOut, "") \
	X(ExecutionAborted, "") \
	X(TaskStateEntered, "input") X(WaitStateEntered, "input") X(PassStateEntered, "input") \
	X(SucceedStateEntered, "input") X(FailStateEntered, "input") X(ChoiceStateEntered, "input") \
	X(ParallelStateEntered, "input") X(MapStateEntered, "input") \
	X(TaskStateExited, "output") X(WaitStateExited, "output") X(PassStateExited, "output") \
	X(SucceedStateExited, "output") X(FailStateExited, "output") X(ChoiceStateExited, "output") \
	X(ParallelStateExited, "output") X(MapStateExited, "output") \
	X(TaskStateAborted, "") X(WaitStateAborted, "") X(ParallelStateAborted, "") X(MapStateAborted, "") \
	X(TaskScheduled, "parameters") X(TaskStarted, "") X(TaskSubmitted, "output") X(TaskSucceeded, "output") \
	X(TaskFailed, "") X(TaskTimedOut, "") \
	X(ActivityScheduled, "input") X(ActivityStarted, "") X(ActivitySucceeded, "output") X(ActivityFailed, "") \
	X(ActivityTimedOut, "") \
	X(LambdaFunctionScheduled, "input") X(LambdaFunctionStarted, "") X(LambdaFunctionSucceeded, "output") \
	X(LambdaFunctionFailed, "") X(LambdaFunctionTimedOut, "") \
	X(ParallelStateStarted, "") X(ParallelStateSucceeded, "") X(ParallelStateFailed, "") \
	X(MapStateStarted, "") X(MapStateSucceeded, "") X(MapStateFailed, "") \
	X(MapIterationStarted, "") X(MapIterationSucceeded, "") X(MapIterationFailed, "") X(MapIterationAborted, "") \
	X(MapRunStarted, "") X(MapRunSucceeded, "") X(MapRunFailed, "") \
	X(EvaluationFailed, "")

typedef enum AslEventType
{
#define ASL_EVENT_ENUM(type, payload) ASL_EVENT_##type,
	ASL_EVENT_LIST(ASL_EVENT_ENUM)
#undef ASL_EVENT_ENUM
} AslEventType;

/* A JSON value on its way through states and events; made jsonb at most once, written at most once a transaction. */
typedef struct AslPayload
{
	AslValue	value;			/* read it by asl_payload_value */
	Jsonb	   *jsonb;			/* NULL until it is needed */
	Datum		stored;			/* as it stands in its row, perhaps toasted; 0: made here */
	int			index;			/* in the transaction's payloads, from 1; 0: not there yet */
} AslPayload;

extern AslPayload *asl_payload(AslValue value);
extern AslPayload *asl_payload_jsonb(Jsonb *jsonb);
/* One that is not looked into before somebody needs it. */
extern AslPayload *asl_payload_stored(Datum stored);
extern AslValue asl_payload_value(AslPayload *payload);
extern Jsonb *asl_payload_get(AslPayload *payload);

typedef struct AslEvent
{
	AslEventType type;
	int64		previous;
	TimestampTz at;
	AslValue	members;		/* the details' other members; undefined: none */
	AslPayload *payload;		/* NULL: none */
} AslEvent;

typedef struct AslHistory
{
	bool		recorded;		/* false: events are counted, not kept */
	bool		base_known;
	int64		base;			/* the last id given out before this buffer */
	int			count;
	int			capacity;
	AslEvent   *events;
} AslHistory;

/* Appends an event; a reference to it. */
extern int64 asl_history_add(AslHistory *history, AslEventType type, int64 previous, AslValue members,
							 AslPayload *payload);
/* The event just added happened at an earlier time. */
extern void asl_history_backdate(AslHistory *history, TimestampTz at);
/* The id that a reference stands for; the base must be known. */
extern int64 asl_history_id(const AslHistory *history, int64 reference);
/* Writes the buffered events of an execution, if there are any. */
extern void asl_history_write(AslHistory *history, int64 execution);

/* An event as it is read back. */
typedef struct AslHistoryEvent
{
	int64		id;
	int64		previous;
	TimestampTz at;
	const char *type;
	Jsonb	   *details;
} AslHistoryEvent;
typedef void (*AslHistorySink) (void *arg, const AslHistoryEvent *event);
/* Gives the sink the events of an execution in their order or the reverse one, at most so many of those that come after one
 * (0: from the beginning).  An event lasts until the sink returns: what is in memory at a time is one chunk, and the details
 * of one event. */
extern void asl_history_read(int64 execution, bool reverse, int64 after, int64 limit, AslHistorySink sink, void *arg);

#endif
