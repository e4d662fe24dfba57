/*
 * harness.c - libFuzzer inside of a PostgreSQL backend.
 *
 * The SQL function asl_fuzz(target, arguments) gives the process to libFuzzer, which calls one of the targets (targets.c)
 * with inputs of its own invention until its time is over, and never comes back.  A crash, a failed assertion and an error
 * that the target must not raise end the process; libFuzzer leaves the input behind in a file.
 *
 * Every input has a memory context of its own and a time limit, after which it is cancelled as a statement would be.
 */
#include "postgres.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timeout.h"

#include "targets.h"

#define INPUT_MILLISECONDS 1000
#define SIGNAL_STACK	(64 * 1024)

extern int	LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback) (const uint8_t *data, size_t size));
extern int	harness_run(const uint8_t *data, size_t size);

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(asl_fuzz);

static const FuzzTarget *current;
static MemoryContext input_memory;

/* The input that is being run. */
static const uint8_t *input;
static size_t input_size;

/*
 * A segmentation fault: an exhausted stack, most likely, on which libFuzzer's own handler could not run.  Leaves the input
 * in the working directory.
 */
static void
harness_segv(int signo)
{
	int			file = open("segv-input", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (write(file, input, input_size) != input_size || write(2, "segmentation fault: segv-input\n", 31) != 31)
		_exit(2);
	_exit(1);
}

static void
harness_catch_segv(void)
{
	static char memory[SIGNAL_STACK];
	stack_t		alternative = {.ss_sp = memory, .ss_size = SIGNAL_STACK};
	struct sigaction action = {.sa_handler = harness_segv, .sa_flags = SA_ONSTACK};

	sigaltstack(&alternative, NULL);
	sigaction(SIGSEGV, &action, NULL);
}

/* Any input may be too complicated or too large; targets add the errors that belong to their subject. */
static bool
harness_expects(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_QUERY_CANCELED ||
		ERRCODE_TO_CATEGORY(sqlerrcode) == ERRCODE_PROGRAM_LIMIT_EXCEEDED ||
		sqlerrcode == ERRCODE_OUT_OF_MEMORY ||
		(current->expects && current->expects(sqlerrcode));
}

/* One input.  Text in PostgreSQL is valid and has no zero bytes, so no other input counts. */
int
harness_run(const uint8_t *data, size_t size)
{
	MemoryContext outer = CurrentMemoryContext;

	if (memchr(data, '\0', size) != NULL || !pg_verify_mbstr(PG_UTF8, (const char *) data, size, true))
		return 0;
	input = data;
	input_size = size;
	MemoryContextSwitchTo(input_memory);
	enable_timeout_after(STATEMENT_TIMEOUT, INPUT_MILLISECONDS);
	PG_TRY();
	{
		current->run(pnstrdup((const char *) data, size), size);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(input_memory);
		error = CopyErrorData();
		FlushErrorState();
		if (!harness_expects(error->sqlerrcode))
		{
			fprintf(stderr, "unexpected error %s: %s\n", unpack_sql_state(error->sqlerrcode), error->message);
			abort();
		}
	}
	PG_END_TRY();
	disable_timeout(STATEMENT_TIMEOUT, false);
	MemoryContextSwitchTo(outer);
	MemoryContextReset(input_memory);
	return 0;
}

/* asl_fuzz(target text, arguments text[]): the arguments are libFuzzer's. */
Datum
asl_fuzz(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Datum	   *elements;
	int			argc;
	char	  **argv;

	for (current = fuzz_targets; current->name != NULL && strcmp(current->name, name) != 0; current++);
	if (current->name == NULL)
		elog(ERROR, "no target is named %s", name);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &argc);
	argv = palloc((argc + 2) * sizeof(char *));
	argv[0] = name;
	for (int i = 0; i < argc; i++)
		argv[i + 1] = TextDatumGetCString(elements[i]);
	argv[++argc] = NULL;
	input_memory = AllocSetContextCreate(TopMemoryContext, "fuzzer input", ALLOCSET_DEFAULT_SIZES);
	harness_catch_segv();
	set_stack_base();			/* a single-user backend has none of its own */
	LLVMFuzzerRunDriver(&argc, &argv, harness_run);
	PG_RETURN_NULL();
}
