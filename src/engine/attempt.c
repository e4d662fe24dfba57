/*
 * attempt.c - doing what may fail.  The one place where errors are caught.
 *
 * Expressions are evaluated without a subtransaction: they touch neither tables nor locks, so that a caught error
 * leaves nothing to undo.  A task's SQL runs under a subtransaction.
 */
#include "postgres.h"

#include "engine/attempt.h"

#include "access/xact.h"
#include "base/settings.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "engine/batch.h"
#include "engine/patience.h"
#include "engine/pledge.h"
#include "engine/slow.h"
#include "engine/task_role.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#define SQL_TRIES 5				/* of a deadlock's victim */

#define STRIKE_DELAY 200		/* milliseconds between two cancels of a task that does not obey */
#define MOST_STRIKES 10			/* the next one ends a worker */

bool		asl_attempt_may_die = false;

static volatile sig_atomic_t clock_struck = false;
static volatile sig_atomic_t strikes = 0;
static uint32 overdue = 0;
static uint32 innermost_state = 0;	/* whose task is under way */

void
asl_raise_runtime(const char *format,...)
{
	StringInfoData text;
	va_list		arguments;

	initStringInfo(&text);
	for (;;)
	{
		int			needed;

		va_start(arguments, format);
		needed = appendStringInfoVA(&text, format, arguments);
		va_end(arguments);
		if (needed == 0)
			break;
		enlargeStringInfo(&text, needed);
	}
	ereport(ERROR, (errcode(ERRCODE_ASL_RUNTIME), errmsg_internal("%s", text.data)));
}

void
asl_raise_task_failed(const char *error, const char *cause)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_TASK_FAILED),
					errmsg("task failed: %s", error ? error : "(no error name)"),
					cause ? errdetail_internal("%s", cause) : 0,
					error ? err_generic_string(PG_DIAG_CONSTRAINT_NAME, error) : 0));
}

/* Runs work; NULL or what it raised. */
static ErrorData *
run_guarded(AslBranch *b, AslWork work, void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;

	PG_TRY();
	{
		work(b, arg);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	return error;
}

/* A language error as an ASL error; false for any other. */
static bool
fault_of_language(const ErrorData *error, AslFault *fault)
{
	memset(fault, 0, sizeof(*fault));
	fault->error.cause = error->message;
	fault->framed = true;
	switch (error->sqlerrcode)
	{
		case ERRCODE_ASL_RUNTIME:
			fault->error.name = "States.Runtime";
			fault->fatal = true;
			return true;
		case ERRCODE_ASL_INTRINSIC_FAILURE:
			fault->error.name = "States.IntrinsicFailure";
			return true;
		case ERRCODE_ASL_QUERY_EVALUATION_ERROR:
			fault->error.name = "States.QueryEvaluationError";
			fault->evaluation = true;
			fault->location = error->detail;
			return true;
		case ERRCODE_ASL_RESULT_PATH_MATCH_FAILURE:
			fault->error.name = "States.ResultPathMatchFailure";
			return true;
		case ERRCODE_ASL_DATA_LIMIT_EXCEEDED:
			fault->error.name = "States.DataLimitExceeded";
			fault->framed = false;
			fault->by_name_only = true;
			return true;
		case ERRCODE_ASL_UNREPRESENTABLE_VALUE:
		case ERRCODE_STATEMENT_TOO_COMPLEX:
		case ERRCODE_PROGRAM_LIMIT_EXCEEDED:
			fault->error.name = "States.Runtime";
			fault->fatal = true;
			return true;
		default:
			if (ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_DATA_EXCEPTION)
				return false;
			fault->error.name = "States.Runtime";
			fault->fatal = true;
			return true;
	}
}

bool
asl_attempt(AslBranch *b, AslWork work, void *arg, AslFault *fault)
{
	ErrorData  *error;
	Oid			user;
	int			context;
	Oid			user_then;
	int			context_then;

	GetUserIdAndSecContext(&user, &context);
	error = run_guarded(b, work, arg);
	if (error == NULL)
		return true;
	/* Out of the middle of a store call only a rollback leads. */
	GetUserIdAndSecContext(&user_then, &context_then);
	if (user_then != user || context_then != context || !fault_of_language(error, fault))
		ReThrowError(error);
	return false;
}

/*
 * TimeoutSeconds has passed: cancels the task's statement, again and again.  A worker whose task does not obey ends; who
 * takes the branch next is told that its task has timed out (asl_attempt_overdue).
 */
static void
task_timeout_handler(void)
{
	clock_struck = true;
	InterruptPending = true;
	QueryCancelPending = true;
	if (++strikes > MOST_STRIKES && asl_attempt_may_die)
	{
		overdue = innermost_state;
		ProcDiePending = true;
	}
	SetLatch(MyLatch);
}

static TimeoutId task_timeout_id = MAX_TIMEOUTS;	/* until the first task that has one */

static TimeoutId
task_timeout(void)
{
	if (task_timeout_id == MAX_TIMEOUTS)
		task_timeout_id = RegisterTimeout(USER_TIMEOUT, task_timeout_handler);
	return task_timeout_id;
}

/* A task under way; a synchronous run inside a task has tasks of its own. */
typedef struct SqlWork
{
	AslWork		work;
	void	   *arg;
	TimestampTz deadline;		/* of its TimeoutSeconds; DT_NOEND: none */
	AslBranch  *branch;
	struct SqlWork *outer;
} SqlWork;

static SqlWork *innermost = NULL;

bool
asl_attempt_is_nested(void)
{
	return innermost != NULL && innermost->outer != NULL;
}

bool
asl_attempt_is_running(int64 execution)
{
	for (SqlWork *sql = innermost; sql != NULL; sql = sql->outer)
		if (sql->branch->run->execution == execution)
			return true;
	return false;
}

/* Sets the clock for the task that is first to time out. */
static void
set_clock(void)
{
	TimestampTz first = DT_NOEND;

	for (SqlWork *sql = innermost; sql != NULL; sql = sql->outer)
		first = Min(first, sql->deadline);
	if (first != DT_NOEND)
		enable_timeout_every(task_timeout(), first, STRIKE_DELAY);
}

static void
begin_task(SqlWork *sql)
{
	innermost = sql;
	if (sql->branch->early_answer)
		asl_early_answer_begin(sql->branch->early_answer);
	clock_struck = false;
	strikes = 0;
	set_clock();
}

/* A cancel that struck too late to be noticed is taken back; an outer task whose time has passed gets its own. */
static void
end_task(SqlWork *sql)
{
	innermost = sql->outer;
	if (sql->branch->early_answer)
		asl_early_answer_end(sql->branch->early_answer);
	if (task_timeout_id == MAX_TIMEOUTS)
		return;
	disable_timeout(task_timeout_id, false);
	if (clock_struck)
		QueryCancelPending = false;
	set_clock();
}

static bool deferrable_known = false;

/* Some relation's definition has changed: perhaps it has a deferrable trigger now. */
static void
forget_deferrable(Datum arg, Oid relation)
{
	deferrable_known = false;
}

/* Known until some relation changes, so that most tasks need not look. */
bool
asl_deferrable_exists(void)
{
	static bool exists = false;
	static bool registered = false;
	static StoreQuery find = {"SELECT EXISTS (SELECT FROM pg_trigger WHERE tgdeferrable)", 0, {0}};
	StoreCall	call;

	if (deferrable_known)
		return exists;
	if (!registered)
	{
		CacheRegisterRelcacheCallback(forget_deferrable, (Datum) 0);
		registered = true;
	}
	store_begin(&call);
	store_run(&call, &find);
	exists = store_get_bool(0, 1);
	store_end(&call);
	deferrable_known = true;
	return exists;
}

void
asl_fire_deferred(void)
{
	if (!asl_deferrable_exists())
		return;
	SPI_connect();
	if (SPI_execute("SET CONSTRAINTS ALL IMMEDIATE", false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "SET CONSTRAINTS failed");
	SPI_finish();
}

/*
 * Within the subtransaction: the task, then what it deferred.  Plain SETs end with it.  What a synchronous run's task
 * defers is deferred to the end of the caller's transaction, whose own deferred constraints are not to be checked now.
 */
static void
sql_work(AslBranch *b, void *arg)
{
	SqlWork    *sql = arg;
	int			nest = NewGUCNestLevel();
	AslTaskRole role;

	asl_task_role_begin(&role, b);
	sql->work(b, sql->arg);
	if (!asl_run_is_synchronous(b->run))
	{
		asl_fire_deferred();
		asl_pledges_settle();
	}
	asl_task_role_end(&role);
	AtEOXact_GUC(false, nest);
}

/* One try under a subtransaction; NULL or the error, after it was rolled back. */
static ErrorData *
run_in_subtransaction(AslBranch *b, SqlWork *sql)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *error;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	begin_task(sql);
	error = run_guarded(b, sql_work, sql);
	end_task(sql);
	if (error == NULL)
		ReleaseCurrentSubTransaction();
	else
		RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return error;
}

const char *
asl_api_error_name(int sqlstate)
{
	switch (sqlstate)
	{
#define API_ERROR_CASE(suffix, a, b, c, d, e, text) case ERRCODE_ASL_##suffix: return (c) == 'A' ? text : NULL;
			ASL_ERROR_LIST(API_ERROR_CASE)
#undef API_ERROR_CASE
		default:
			return NULL;
	}
}

/* The ASL name of a SQL error. */
static const char *
sql_error_name(int sqlstate)
{
	const char *name = asl_condition_name(sqlstate);

	switch (sqlstate)
	{
#define SQL_ERROR_CASE(suffix, a, b, c, d, e, text) case ERRCODE_ASL_##suffix: return text;
			ASL_ERROR_LIST(SQL_ERROR_CASE)
#undef SQL_ERROR_CASE
		default:
			return name ? name : psprintf("SQLSTATE %s", unpack_sql_state(sqlstate));
	}
}

static void
cause_add(AslValue *cause, const char *key, const char *text)
{
	asl_object_set(cause, key, strlen(key), text ? asl_cstring(text) : asl_null());
}

/* What a failed task's error is to Retry and Catch. */
static void
fault_of_sql(const ErrorData *error, AslFault *fault)
{
	AslValue	cause = asl_object_new(5);

	memset(fault, 0, sizeof(*fault));
	if (error->sqlerrcode == ERRCODE_ASL_TASK_FAILED)
	{
		fault->error.name = error->constraint_name;
		fault->error.cause = error->detail;
		return;
	}
	cause_add(&cause, "message", error->message);
	cause_add(&cause, "detail", error->detail);
	cause_add(&cause, "hint", error->hint);
	cause_add(&cause, "sqlstate", unpack_sql_state(error->sqlerrcode));
	cause_add(&cause, "context", error->context);
	fault->sqlstate = error->sqlerrcode;
	fault->message = error->message;
	fault->error.name = sql_error_name(error->sqlerrcode);
	fault->error.cause = asl_to_json(cause);
}

/* Was this session itself told to cancel?  A task may also raise, or get from another server, an error of that name. */
static bool
is_cancel(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_QUERY_CANCELED && error->funcname && strcmp(error->funcname, "ProcessInterrupts") == 0;
}

/* A transaction's own bad luck: another try may succeed. */
static bool
worth_another_try(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED
		|| (error->sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE && !IsolationUsesXactSnapshot());
}

/*
 * Under REPEATABLE READ a failure to serialize needs a new transaction.  True: this one is to be abandoned and the
 * step taken again; false after some tries of the same branch in a row.
 */
static bool
worth_another_transaction(const AslBranch *b, const ErrorData *error)
{
	static int64 last_execution = 0;
	static int32 last_branch = 0;
	static int	tries = 0;

	if (error->sqlerrcode != ERRCODE_T_R_SERIALIZATION_FAILURE || !IsolationUsesXactSnapshot())
		return false;
	if (last_execution != b->row.execution || last_branch != b->row.branch)
		tries = 0;
	last_execution = b->row.execution;
	last_branch = b->row.branch;
	return ++tries % SQL_TRIES != 0;
}

/* The number by which a state whose task is overdue is known again; never 0. */
static uint32
state_number(const AslBranch *b)
{
	return hash_bytes((const unsigned char *) b->state->name, strlen(b->state->name)) | 1;
}

uint32
asl_attempt_overdue(void)
{
	return overdue;
}

void
asl_attempt_set_overdue(uint32 state)
{
	overdue = state;
}

/* When a task that begins now has to be over. */
static TimestampTz
task_deadline(const AslBranch *b, int64 timeout_seconds)
{
	TimestampTz deadline = DT_NOEND;

	if (asl_max_task_duration > 0 && b->run->persistent)
		timeout_seconds = timeout_seconds > 0 ? Min(timeout_seconds, asl_max_task_duration) : asl_max_task_duration;
	if (timeout_seconds > 0 && timeout_seconds < PG_INT32_MAX)
		deadline = GetCurrentTimestamp() + timeout_seconds * USECS_PER_SEC;
	return b->run->deadline != 0 ? Min(deadline, b->run->deadline) : deadline;
}

/* The tries of a task's SQL; NULL or the error.  *again: it is to run in another transaction. */
static ErrorData *
try_sql(AslBranch *b, SqlWork *sql, bool *again)
{
	ErrorData  *error = NULL;

	*again = false;
	for (int tries = 0; tries < SQL_TRIES; tries++)
	{
		asl_patience_begin_task();
		asl_batch_begin_sql(b);
		error = run_in_subtransaction(b, sql);
		*again = error != NULL && asl_batch_struck(b, error);
		asl_batch_end_sql(b, error != NULL);
		asl_patience_end_task();
		if (error == NULL || *again || !worth_another_try(error))
			break;
	}
	return error;
}

bool
asl_attempt_sql(AslBranch *b, AslWork work, void *arg, int64 timeout_seconds, AslFault *fault)
{
	SqlWork		sql = {work, arg, task_deadline(b, timeout_seconds), b, innermost};
	ErrorData  *error = NULL;
	bool		late;

	*fault = (AslFault) {.error = {"States.Timeout", NULL}, .timeout = true};
	if (b->run->persistent)
	{
		innermost_state = state_number(b);
		if (overdue == innermost_state)
		{
			overdue = 0;
			return false;
		}
		b->slow = !asl_slow_begin(b);
		if (b->slow)
		{
			fault->again = true;
			return false;
		}
	}
	asl_task_role_prepare(b);
	error = try_sql(b, &sql, &fault->again);
	if (b->run->persistent)
		asl_slow_end(b);
	if (error == NULL)
		return true;
	if (fault->again)
		return false;
	late = error->sqlerrcode == ERRCODE_QUERY_CANCELED && GetCurrentTimestamp() >= sql.deadline;
	if ((is_cancel(error) && !late) || worth_another_transaction(b, error))
		ReThrowError(error);
	if (!late)
		fault_of_sql(error, fault);
	return false;
}
