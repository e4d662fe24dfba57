/*
 * definition_reader.h - how the JSON of a definition becomes structs: shared by the definition_*.c files.
 *
 * Every kind of object in a definition (the machine, a state, a retrier …) has one table of its fields (AslObject).
 * A field's descriptor says where the field may stand, in which query language, whether it must be there, which
 * fields exclude it, and which reader puts its value where in the struct.  asl_read_object does the rest, all the
 * diagnostics that follow from the table included; the readers and what a table cannot say (definition_graph.c,
 * definition_variables.c) report theirs with asl_complain.
 */
#ifndef ASL_DEFINITION_READER_H
#define ASL_DEFINITION_READER_H

#include "asl/definition.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

typedef struct AslField AslField;
typedef struct AslObject AslObject;

/* The state of one reading. */
typedef struct AslReader
{
	AslMachine *machine;
	bool		express;
	AslDiagnostics *diagnostics;
	MemoryContext diagnostics_context;
	StringInfoData location;	/* of the value that is being read; empty: the machine itself */

	/* where we are; saved and restored around nested States */
	int			depth;			/* of States objects and of nested choice rules */
	AslStates  *container;
	AslState   *state;			/* NULL: between states */
	int			state_location; /* length of the state's own part of the location */
	AslQueryLanguage language;

	List	   *assignments;	/* of AslVariableUse: names in Assign fields */
	List	   *references;		/* of AslVariableUse: variables in expressions */
	List	   *labels;			/* of char *: labels of the Maps so far */
} AslReader;

/* Reads a field's value into target, which is a struct of the table's type. */
typedef void (*AslFieldReader) (AslReader *reader, const AslField *field, AslValue value, void *target);

/* Fields of which one may, or must, stand in an object. */
typedef enum AslGroup
{
	ASL_GROUP_NONE,
	ASL_GROUP_TRANSITION, ASL_GROUP_TIME, ASL_GROUP_TIMEOUT, ASL_GROUP_HEARTBEAT, ASL_GROUP_ERROR, ASL_GROUP_CAUSE,
	ASL_GROUP_PROCESSOR, ASL_GROUP_SELECTOR, ASL_GROUP_CONCURRENCY, ASL_GROUP_FAILURE_COUNT,
	ASL_GROUP_FAILURE_PERCENTAGE, ASL_GROUP_MAX_ITEMS, ASL_GROUP_BATCH_ITEMS, ASL_GROUP_BATCH_BYTES,
	ASL_GROUP_TEST, ASL_GROUP_COMPARISON
} AslGroup;

/* Flags of a field. */
#define ASL_REQUIRED			0x01
#define ASL_GROUP_REQUIRED		0x02	/* one field of its group must be there */
#define ASL_FALSE_IS_ABSENT		0x04	/* "End": false */
#define ASL_NULL_ALLOWED		0x08
#define ASL_SEES_RESULT			0x10	/* $states.result, in the states that have a result */
#define ASL_SEES_ERROR_OUTPUT	0x20	/* $states.errorOutput */
#define ASL_CONTEXT_REFUSED		0x40	/* a path that must not begin with "$$" */
#define ASL_VARIABLES_REFUSED	0x80	/* a path that must not begin with "$name" */

/* Languages of a field. */
#define ASL_IN_JSONPATH			(1 << ASL_JSONPATH)
#define ASL_IN_JSONATA			(1 << ASL_JSONATA)
#define ASL_IN_BOTH				(ASL_IN_JSONPATH | ASL_IN_JSONATA)

/* Where a field stands: a set of variants of its object; a state's variants are the state types. */
#define ASL_ON(variant)			(1 << (variant))
#define ASL_ON_ANY				0xFFFF

struct AslField
{
	const char *name;
	uint16		variants;
	uint8		languages;
	uint8		flags;
	AslGroup	group;
	AslFieldReader read;		/* NULL: the value is of no interest */
	size_t		offset;			/* of what the field gives, in the target */
	double		min;			/* numbers */
	double		max;
	const char *const *words;	/* words of an enum, NULL-terminated, in its order */
	const AslObject *object;	/* nested object; its target is the same struct */
	int			operand_type;	/* a comparator's AslOperandType and AslComparison */
	int			comparison;
};

struct AslObject
{
	int			count;
	const AslField *fields;
};

/* The variants of the objects that have States. */
typedef enum AslContainerKind { ASL_MACHINE, ASL_BRANCH, ASL_PROCESSOR } AslContainerKind;

/* definition_object.c */
extern void asl_read_object(AslReader *reader, const AslObject *object, int variant, AslValue value, void *target);
extern int	asl_enter_member(AslReader *reader, AslValue key);
extern int	asl_enter_index(AslReader *reader, int index);
extern void asl_leave(AslReader *reader, int entered);
extern const char *asl_reader_location(AslReader *reader);
extern void asl_report_at(AslReader *reader, const char *location, bool warning, const char *code, const char *message);
extern void asl_report(AslReader *reader, bool warning, const char *code, const char *message);
extern void asl_explain(AslReader *reader, const char *text, const AslSyntaxError *error);
extern bool asl_expect(AslReader *reader, AslValue value, AslKind kind);
extern char *asl_join_words(const char *const *words);

/* A diagnostic about what is being read: asl_complain(reader, code, format, ...). */
#define asl_complain(reader, code, ...)	asl_report(reader, false, code, psprintf(__VA_ARGS__))
#define asl_warn(reader, code, ...)		asl_report(reader, true, code, psprintf(__VA_ARGS__))
#define ASL_SCHEMA	"SCHEMA_VALIDATION_FAILED"

/* definition_value.c: constants.  The readers keep what they read, asl_check_… only look at it. */
extern void asl_check_text(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_check_texts(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_check_bool(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_check_word(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_flag_word(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_int(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_double(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_nested(AslReader *reader, const AslField *field, AslValue value, void *target);
extern bool asl_check_number(AslReader *reader, const AslField *field, AslValue value, bool integer);
extern bool asl_expect_elements(AslReader *reader, AslValue value);
extern bool asl_expect_texts(AslReader *reader, AslValue value);

/* definition_expression.c: computed fields, AslExpr */
extern void asl_read_path(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_reference_path(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_path_or_call(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_payload(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_template(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_assign(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_credentials(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_computed_int(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_computed_double(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_computed_text(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_computed_bool(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_computed_items(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_computed_timestamp(AslReader *reader, const AslField *field, AslValue value, void *target);
extern AslPath *asl_parse_reference_path(AslReader *reader, const AslField *field, AslValue value, bool choice);

/* definition_state.c, definition_retry.c, definition_choice.c, definition_map.c */
extern void asl_read_state(AslReader *reader, AslState *state, AslValue value);
extern void asl_read_target(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_retry(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_catch(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_choices(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_processor(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_label(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_processor_config(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_item_reader(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_item_batcher(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_read_result_writer(AslReader *reader, const AslField *field, AslValue value, void *target);
extern void asl_check_map(AslReader *reader, AslState *state, AslValue value);

/* definition.c */
extern const char *const asl_language_words[];
extern void asl_read_branch(AslReader *reader, AslContainerKind kind, AslValue value, AslState *owner);
extern AslState *asl_find_state(const AslMachine *machine, const AslStates *states, AslValue name);

/* definition_graph.c, definition_variables.c */
extern void asl_check_graph(AslReader *reader, const AslStates *states);
extern void asl_note_assignment(AslReader *reader, const char *name, int length);
extern void asl_note_reference(AslReader *reader, const char *name);
extern void asl_check_variables(AslReader *reader);

#endif
