/*
 * definition.h - a state machine's definition as the engine runs it: a checked tree of structs.
 *
 * asl_definition_read turns jsonb into this tree and reports every fault as a diagnostic.  Trees are immutable and
 * live in one memory context each; definition_cache.h keeps them by revision, which never changes.
 *
 * Vocabulary: a States object ("States") is one scope of names and variables: the machine's own, a Parallel branch's
 * or a Map's item processor's.  An expression (AslExpr) is any field that is computed when a state runs, whatever the
 * language and shape: literal, path, payload template, {% JSONata %}.
 */
#ifndef ASL_DEFINITION_H
#define ASL_DEFINITION_H

#include "asl/resource.h"
#include "jsonata/jsonata.h"
#include "path/template.h"

typedef enum AslQueryLanguage { ASL_JSONPATH, ASL_JSONATA } AslQueryLanguage;

typedef enum AslStateType
{
	ASL_TASK, ASL_WAIT, ASL_PASS, ASL_SUCCEED, ASL_FAIL, ASL_CHOICE, ASL_PARALLEL, ASL_MAP
} AslStateType;

typedef enum AslExprKind
{
	ASL_EXPR_ABSENT = 0,		/* the field is not there */
	ASL_EXPR_LITERAL,			/* a constant, "InputPath": null included */
	ASL_EXPR_PATH,				/* a …Path field: path or (ErrorPath, CausePath) intrinsic call */
	ASL_EXPR_TEMPLATE,			/* payload template */
	ASL_EXPR_JSONATA			/* JSON in which any string may be {% … %} */
} AslExprKind;

typedef struct AslJsonataTemplate AslJsonataTemplate;	/* private to jsonata_template.c */

typedef struct AslExpr
{
	AslExprKind kind;
	const char *field;			/* as causes name it: "InputPath", "Output", "Choices[1]/Condition", "Catch[0]/Output" */
	AslValue	literal;
	AslPathExpr *path;
	AslTemplate *payload;
	AslJsonataTemplate *jsonata;
} AslExpr;

typedef struct AslState AslState;
typedef struct AslStates AslStates;

/* One retrier, with its position in "Retry" as the key of its counter. */
typedef struct AslRetrier
{
	int			error_count;
	const char **error_equals;
	int			interval_seconds;
	int			max_attempts;
	double		backoff_rate;
	int			max_delay_seconds;	/* 0: none */
	bool		full_jitter;
} AslRetrier;

typedef struct AslCatcher
{
	int			error_count;
	const char **error_equals;
	AslState   *next;
	AslExpr		result_path;	/* JSONPath; absent: "$" */
	AslExpr		assign;
	AslExpr		output;			/* JSONata */
} AslCatcher;

typedef enum AslTestKind { ASL_TEST_COMPARE, ASL_TEST_AND, ASL_TEST_OR, ASL_TEST_NOT } AslTestKind;

typedef enum AslComparison
{
	ASL_EQUALS, ASL_LESS_THAN, ASL_GREATER_THAN, ASL_LESS_THAN_EQUALS, ASL_GREATER_THAN_EQUALS,
	ASL_MATCHES, ASL_IS_NULL, ASL_IS_PRESENT, ASL_IS_NUMERIC, ASL_IS_STRING, ASL_IS_BOOLEAN, ASL_IS_TIMESTAMP
} AslComparison;

typedef enum AslOperandType { ASL_OPERAND_STRING, ASL_OPERAND_NUMERIC, ASL_OPERAND_BOOLEAN, ASL_OPERAND_TIMESTAMP } AslOperandType;

/* A data-test expression of a JSONPath Choice rule. */
typedef struct AslTest
{
	AslTestKind kind;
	int			count;			/* And, Or, Not */
	struct AslTest **tests;
	AslPath    *variable;
	AslComparison comparison;
	AslOperandType operand_type;	/* not for Is… */
	AslValue	operand;		/* literal; undefined when operand_path is set */
	AslPath    *operand_path;	/* the …Path spelling */
} AslTest;

typedef struct AslChoiceRule
{
	AslTest    *test;			/* JSONPath */
	AslExpr		condition;		/* JSONata */
	AslState   *next;
	AslExpr		assign;
	AslExpr		output;			/* JSONata */
} AslChoiceRule;

struct AslState
{
	const char *name;
	AslStateType type;
	AslQueryLanguage language;
	AslStates  *container;		/* the States object it stands in */
	int			index;			/* among its container's states */
	AslState   *next;			/* NULL: End, or a type that has none */
	const char *pointer;		/* "/States/A", "/States/P/Branches[0]/States/B": as diagnostics print it */

	/* data flow, in order; absent fields have kind ASL_EXPR_ABSENT */
	AslExpr		input_path;
	AslExpr		arguments;		/* Parameters (Map: ItemSelector), Arguments */
	AslExpr		result_selector;
	AslExpr		assign;
	AslExpr		result_path;	/* literal null or a reference path */
	AslExpr		output_path;
	AslExpr		output;			/* JSONata */

	/* Task, Parallel, Map */
	int			retrier_count;
	AslRetrier *retriers;
	int			catcher_count;
	AslCatcher *catchers;

	/* Task */
	AslResource *resource;
	AslExpr		timeout_seconds;	/* TimeoutSeconds or TimeoutSecondsPath */
	AslExpr		heartbeat_seconds;
	double		batch_window;	/* how long a transaction with its tasks may grow in this backend, ms; the one thing in the
								 * tree that changes: the engine keeps it here (engine/batch.h) */
	AslExpr		credentials;	/* gives {"RoleArn": …}; literal: a RoleArn that is not computed */

	/* Pass */
	AslValue	result;			/* "Result"; undefined: none */

	/* Wait: exactly one of the two */
	AslExpr		seconds;		/* Seconds, SecondsPath */
	AslExpr		timestamp;		/* Timestamp, TimestampPath */

	/* Fail */
	AslExpr		error;
	AslExpr		cause;

	/* Choice */
	int			choice_count;
	AslChoiceRule *choices;
	AslState   *default_state;

	/* Parallel: its branches; Map: exactly one, the item processor */
	int			branch_count;
	AslStates **branches;

	/* Map */
	AslExpr		items;			/* ItemsPath, Items */
	AslExpr		max_concurrency;
	bool		distributed;
	bool		express_children;
	const char *label;			/* NULL: none */
	AslExpr		max_items;		/* ItemReader's */
	AslValue	item_reader;	/* the checked literal objects; undefined: none */
	AslExpr		item_reader_arguments;
	AslExpr		max_items_per_batch;
	AslExpr		max_input_bytes_per_batch;
	AslExpr		batch_input;
	bool		has_batcher;
	AslExpr		tolerated_failure_count;
	AslExpr		tolerated_failure_percentage;
	AslValue	result_writer;
	AslExpr		result_writer_arguments;
};

struct AslStates
{
	AslState   *owner;			/* the Parallel or Map it belongs to; NULL: the machine's own */
	int			branch_index;	/* among the owner's branches */
	AslState   *start_at;
	int			count;
	AslState  **states;
};

/* A variable's name in a field. */
typedef struct AslVariableUse
{
	const char *name;
	const AslStates *scope;
	const AslState *state;
	const char *location;
} AslVariableUse;

typedef struct AslMachine
{
	AslStates  *states;
	struct HTAB *names;			/* all states by name, for asl_machine_state */
	AslQueryLanguage language;
	int64		timeout_seconds;	/* 0: none */
	List	   *references;		/* of AslVariableUse: variables in expressions */
	MemoryContext context;		/* everything above */
} AslMachine;

/* A fault, or a warning, in AWS's words. */
typedef struct AslDiagnostic
{
	bool		warning;
	const char *code;			/* "SCHEMA_VALIDATION_FAILED", "MISSING_TRANSITION_TARGET" … */
	const char *message;
	const char *location;		/* JSON pointer, "/States/A/Next"; NULL: none */
	const char *hint;			/* the reason where AWS's words leave it out, a sentence; NULL: none */
} AslDiagnostic;

typedef struct AslDiagnostics
{
	int			count;
	int			error_count;	/* those that are no warnings */
	int			capacity;
	AslDiagnostic *items;
} AslDiagnostics;

/* Adds one; its strings must live as long as the diagnostics, which grow in the current memory context. */
extern void asl_diagnostics_add(AslDiagnostics *diagnostics, bool warning, const char *code, const char *message,
								const char *location);

/*
 * Reads a definition.  The tree is made in a new child of parent; NULL when there was an error (then nothing is
 * left behind but the diagnostics, in the current memory context).  Never raises for bad input.
 */
extern AslMachine *asl_definition_read(Jsonb *definition, bool express, MemoryContext parent, AslDiagnostics *diagnostics);

/* The state of that name, anywhere in the machine (names are unique); NULL if there is none. O(1) or O(log n). */
extern AslState *asl_machine_state(const AslMachine *machine, const char *name);

extern const char *asl_state_type_name(AslStateType type);	/* "Task" */

#endif
