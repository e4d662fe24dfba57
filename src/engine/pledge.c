/*
 * pledge.c - what a client's transaction has told a task.
 *
 * Pledges stand in the order in which they were made, each with its subtransaction: those of an aborted one and of its
 * descendants are the list's tail, as in ready.c.
 *
 * Settling locks as the engine does, from the branch to its task: answers come first, in the order of their branches,
 * then what concerns the tasks' rows alone.
 */
#include "postgres.h"

#include "engine/pledge.h"

#include "access/xact.h"
#include "base/errors.h"
#include "engine/early_answer.h"
#include "engine/node.h"
#include "engine/patience.h"
#include "engine/ready.h"
#include "engine/task_token.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "store/branch.h"
#include "store/execution.h"
#include "store/machine.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

typedef enum PledgeKind
{
	PLEDGE_DELETION,			/* of the activity with that id; cause */
	PLEDGE_DOOM,				/* of the executions of the state machine with that id */
	PLEDGE_ANSWER,
	PLEDGE_TAKE,
	PLEDGE_HEARTBEAT
} PledgeKind;

typedef struct Pledge
{
	PledgeKind	kind;
	SubTransactionId owner;
	int64		id;
	StoreTask	task;			/* its key and secret; none for what an id says */
	TimestampTz at;
	Jsonb	   *output;			/* of an answer; NULL: a failure */
	const char *error;
	const char *cause;
	const char *worker_name;
} Pledge;

static List *pledges = NIL;		/* it and all that it leads to are in TopTransactionContext */

/* The token's task does not wait any more. */
static pg_noreturn void
refuse_expired(const StoreTask *given)
{
	int64		activity = asl_task_secret_activity(given->secret);
	StoreExecution execution;

	if (asl_node_is_other(given->execution) && !store_execution_read(given->execution, &execution))
		ereport(ERROR, (errcode(ERRCODE_ASL_TASK_DOES_NOT_EXIST),
						errmsg("Task Does Not Exist: 'Provided task does not exist anymore'"),
						asl_errdetail_node(given->execution)));
	if (activity != 0 && !store_activity_exists(activity))
		ereport(ERROR, (errcode(ERRCODE_ASL_TASK_DOES_NOT_EXIST),
						errmsg("Task Does Not Exist: 'Provided task does not exist anymore'"),
						errdetail("The activity has been deleted.")));
	ereport(ERROR, (errcode(ERRCODE_ASL_TASK_TIMED_OUT),
					errmsg("Task Timed Out: 'Provided task does not exist anymore'"),
					errdetail("The task has been answered, has timed out, was tried again with another token, or its "
							  "execution has ended.")));
}

/* Is this the task that the token was made for, and still in its time? */
static bool
is_awaited(const StoreTask *task, const StoreTask *given)
{
	return asl_task_secret_is(task->secret, given->secret) && store_task_deadline(task) > GetCurrentTimestamp();
}

/* ---- pledging ---- */

static void
pledges_at_end(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE)
		asl_pledges_settle();
	else if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		pledges = NIL;
}

static void
pledges_at_end_of_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg)
{
	if (event != SUBXACT_EVENT_ABORT_SUB)
		return;
	while (pledges != NIL && ((Pledge *) llast(pledges))->owner >= mine)
		pledges = list_delete_last(pledges);
}

/*
 * The one registered last is called first: before postgres_fdw commits on another server, for one, which nothing undoes
 * where a pledge is refused.
 */
static void
pledges_register(void)
{
	static bool registered = false;

	if (!registered)
		RegisterSubXactCallback(pledges_at_end_of_subtransaction, NULL);
	else
		UnregisterXactCallback(pledges_at_end, NULL);
	RegisterXactCallback(pledges_at_end, NULL);
	registered = true;
}

/* A text that lasts as long as the transaction; NULL for NULL. */
static const char *
keep(const char *text)
{
	return text ? MemoryContextStrdup(TopTransactionContext, text) : NULL;
}

/* Adds a pledge; what it points to is copied. */
static void
pledge_add(Pledge pledge)
{
	MemoryContext old;
	Pledge	   *kept;

	if (pledges == NIL)
		pledges_register();
	pledge.owner = GetCurrentSubTransactionId();
	pledge.at = GetCurrentTimestamp();
	pledge.error = keep(pledge.error);
	pledge.cause = keep(pledge.cause);
	pledge.worker_name = keep(pledge.worker_name);
	pledge.task.secret = keep(pledge.task.secret);
	old = MemoryContextSwitchTo(TopTransactionContext);
	if (pledge.output)
		pledge.output = memcpy(palloc(VARSIZE(pledge.output)), pledge.output, VARSIZE(pledge.output));
	kept = palloc(sizeof(Pledge));
	*kept = pledge;
	pledges = lappend(pledges, kept);
	MemoryContextSwitchTo(old);
}

/* Has this transaction answered the task already? */
static bool
is_answered(const StoreTask *given)
{
	ListCell   *cell;

	foreach(cell, pledges)
	{
		const Pledge *pledge = lfirst(cell);

		if (pledge->kind == PLEDGE_ANSWER && pledge->task.execution == given->execution &&
			pledge->task.branch == given->branch && asl_task_secret_is(pledge->task.secret, given->secret))
			return true;
	}
	return false;
}

/* Raises unless the token's task is waiting, as far as can be seen without a lock. */
static void
check_waiting(const StoreTask *given, const char *function)
{
	StoreTask	task;
	StoreBranch row;

	PreventCommandIfReadOnly(function);
	PreventCommandIfParallelMode(function);
	if (!store_task_read(given->execution, given->branch, STORE_NO_LOCK, &task) || !is_awaited(&task, given) ||
		!store_branch_read(given->execution, given->branch, STORE_NO_LOCK, &row) || row.phase != STORE_TASK ||
		is_answered(given))
		refuse_expired(given);
}

/* The answer that the task's own call is giving, which hands the token out; NULL: the task waits already. */
static AslEarlyAnswer *
early_answer(const StoreTask *given)
{
	AslEarlyAnswer *early = asl_early_answer_find(given->execution, given->branch, given->secret);

	if (early != NULL && early->given)
		refuse_expired(given);
	return early;
}

void
asl_pledge_answer(const StoreTask *given, Jsonb *output, const char *error, const char *cause)
{
	AslEarlyAnswer *early = early_answer(given);

	if (early != NULL)
	{
		asl_early_answer_give(early, output, (AslError) {error, cause});
		return;
	}
	check_waiting(given, output ? "asl.send_task_success()" : "asl.send_task_failure()");
	pledge_add((Pledge) {
		.kind = PLEDGE_ANSWER, .task = *given, .output = output, .error = error, .cause = cause
	});
}

void
asl_pledge_heartbeat(const StoreTask *given)
{
	/* A task waits from the end of its call on: a heartbeat before that changes nothing. */
	if (early_answer(given) != NULL)
		return;
	check_waiting(given, "asl.send_task_heartbeat()");
	pledge_add((Pledge) {.kind = PLEDGE_HEARTBEAT, .task = *given});
}

bool
asl_pledge_take(int64 activity, const char *worker_name, StoreTask *task)
{
	PreventCommandIfReadOnly("asl.get_activity_task()");
	PreventCommandIfParallelMode("asl.get_activity_task()");
	if (!store_task_claim(activity, GetCurrentTimestamp(), task))
		return false;
	pledge_add((Pledge) {.kind = PLEDGE_TAKE, .task = *task, .worker_name = worker_name});
	return true;
}

void
asl_pledge_deletion(int64 activity, const char *cause)
{
	pledge_add((Pledge) {.kind = PLEDGE_DELETION, .id = activity, .cause = cause});
}

void
asl_pledge_doom(int64 state_machine)
{
	pledge_add((Pledge) {.kind = PLEDGE_DOOM, .id = state_machine});
}

/* ---- settling ---- */

static int
by_order_of_locks(const ListCell *a, const ListCell *b)
{
	const Pledge *x = lfirst(a);
	const Pledge *y = lfirst(b);

	if ((x->kind > PLEDGE_ANSWER) != (y->kind > PLEDGE_ANSWER))
		return x->kind > PLEDGE_ANSWER ? 1 : -1;
	if (x->task.execution != y->task.execution)
		return x->task.execution < y->task.execution ? -1 : 1;
	return x->task.branch - y->task.branch;
}

/* Hands an answer to the branch that waits for it; false: none does. */
static bool
settle_answer(const Pledge *pledge)
{
	const StoreTask *given = &pledge->task;
	StoreTask	task;
	Oid			owner = store_branch_answer(given->execution, given->branch, pledge->output, pledge->error, pledge->cause,
											pledge->at);

	if (!OidIsValid(owner) || !store_task_read(given->execution, given->branch, STORE_LOCK_WAIT, &task) ||
		!is_awaited(&task, given))
		return false;
	asl_ready_add(owner, given->execution, given->branch, pledge->at);
	return true;
}

static void
settle_deletion(const Pledge *pledge)
{
	StoreTask  *tasks;
	int			count = store_task_of_activity(pledge->id, &tasks);

	for (int i = 0; i < count; i++)
	{
		Oid			owner = store_branch_answer(tasks[i].execution, tasks[i].branch, NULL, "States.TaskFailed",
												pledge->cause, pledge->at);

		if (OidIsValid(owner))
			asl_ready_add(owner, tasks[i].execution, tasks[i].branch, pledge->at);
	}
}

static void
settle_doom(const Pledge *pledge)
{
	StoreDoomed *doomed;
	int			count = store_machine_doom(pledge->id, pledge->at, &doomed);

	for (int i = 0; i < count; i++)
		asl_ready_add(doomed[i].owner, doomed[i].execution, STORE_DEADLINE_BRANCH, pledge->at);
	(void) store_machine_delete_if_unused(pledge->id);
}

/* Does what was pledged; false where the task does not wait any more. */
static bool
settle(const Pledge *pledge)
{
	switch (pledge->kind)
	{
		case PLEDGE_DELETION:
			settle_deletion(pledge);
			return true;
		case PLEDGE_DOOM:
			settle_doom(pledge);
			return true;
		case PLEDGE_ANSWER:
			return settle_answer(pledge);
		case PLEDGE_TAKE:
			return store_task_take(&pledge->task, pledge->worker_name, pledge->at);
		case PLEDGE_HEARTBEAT:
			return store_task_heartbeat(&pledge->task, pledge->at);
	}
	return false;
}

void
asl_pledges_settle(void)
{
	List	   *settled = pledges;
	ListCell   *cell;
	int			patience;

	if (settled == NIL)
		return;
	pledges = NIL;
	list_sort(settled, by_order_of_locks);
	patience = asl_patience_begin();
	PushActiveSnapshot(GetTransactionSnapshot());
	foreach(cell, settled)
	{
		const Pledge *pledge = lfirst(cell);

		/* Who has stopped the execution in the same transaction has changed its mind. */
		if (!settle(pledge) && !store_execution_is_own(pledge->task.execution))
			refuse_expired(&pledge->task);
	}
	PopActiveSnapshot();
	asl_patience_end(patience);
}
