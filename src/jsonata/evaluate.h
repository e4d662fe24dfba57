/*
 * evaluate.h - the evaluator's own vocabulary.
 *
 * Sequences: the result of a query is an array with the flag VALUE_SEQUENCE; one of length 1 is its element, one of
 * length 0 is undefined, unless something asked to keep it an array.  The flags travel in the value, not in the
 * container.
 *
 * An evaluation allocates in the memory context it was called in and frees next to nothing: its garbage goes with that
 * context.
 */
#ifndef ASL_EVALUATE_H
#define ASL_EVALUATE_H

#include "jsonata/builtin.h"
#include "jsonata/limits.h"
#include "jsonata/node.h"
#include "jsonata/raise.h"
#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "value/container.h"

enum ValueFlag
{
	VALUE_SEQUENCE = 0x0001,	/* the result of a query */
	VALUE_KEEP_SINGLETON = 0x0002,	/* a sequence of one that stays an array */
	VALUE_CONS = 0x0004,		/* made by an array constructor that a path does not flatten */
	VALUE_OUTER = 0x0008,		/* the input, an array, wrapped to be one item */
	VALUE_TUPLES = 0x0010,		/* the items are rows, see tuple.c */
	VALUE_UNBOUND = 0x0020,		/* of undefined: the variable has no value yet */
	VALUE_TAIL_CALL = 0x0040	/* of undefined: the call in Evaluation.tail is still to be made */
};

/* The variables of one activation of a scope. */
typedef struct Frame
{
	struct Frame *outer;
	AslValue	slots[FLEXIBLE_ARRAY_MEMBER];
} Frame;

typedef enum FunctionType
{
	FUNCTION_BUILTIN, FUNCTION_LAMBDA, FUNCTION_TRANSFORM,
	FUNCTION_PARTIAL,			/* first, with some of its arguments */
	FUNCTION_CHAIN,				/* first, then second */
	FUNCTION_REGEX,				/* finds the first match in its argument */
	FUNCTION_NEXT				/* finds the next match in text, from offset */
} FunctionType;

typedef struct AslFunction
{
	FunctionType type;
	int			arity;
	const Builtin *builtin;
	const JsonataNode *node;			/* lambda, transform, regex */
	Frame	   *frame;			/* where it was made */
	AslValue	context;
	struct AslFunction *first;
	struct AslFunction *second;
	AslValue   *arguments;		/* of a partial application; unbound where a placeholder stood */
	int			count;
	AslValue	text;
	int			offset;			/* bytes */
} AslFunction;

/* A call in tail position that its lambda's caller is still to make. */
#define TAIL_ARGUMENTS 8
typedef struct TailCall
{
	AslValue	function;
	Activation	activation;
	AslValue	room[TAIL_ARGUMENTS];
	AslValue   *arguments;
	int			count;
} TailCall;

typedef struct Lookup Lookup;	/* private to lookup.c */

typedef struct Evaluation
{
	Escape		escape;
	const JsonataExpr *expr;
	AslValue	input;			/* $$ */
	JsonataVariable variable;
	void	   *arg;
	bool		outside;		/* the caller is being asked for a variable */
	TailCall	tail;
	int			depth;			/* evaluations of nodes that are open */
	Limits		limits;
	uint32		ticks;			/* since the clock and memory were looked at */
	TimestampTz deadline;		/* 0 none */
	MemoryContext context;		/* where everything is allocated */
	Size		memory;			/* what it held before */
	double		now;			/* milliseconds, frozen */
	bool		unclean;		/* may have made numbers that are not finite, or undefined in an array */
	uint32		transforms;		/* marks the copies that a transform may change */
	Lookup	   *lookups;		/* indexes of arrays; forgotten when a transform changes anything */
	/* The last text that & has made, which may have room behind it for what is appended next. */
	char	   *text;
	Size		text_used;
	Size		text_size;
	AslArray   *appended;		/* the same for arrays that are appended to */
	/* For $eval: where it was called. */
	AslValue	caller_context;
	Frame	   *caller_frame;
	Scope	   *caller_scope;
} Evaluation;

/* What the steps of a path hand on: no item, one, or the elements of an array. */
typedef enum SequenceKind
{
	SEQUENCE_EMPTY, SEQUENCE_ONE, SEQUENCE_MANY,
	SEQUENCE_PLAIN				/* many, of an array that is not a sequence itself */
} SequenceKind;

typedef struct Sequence
{
	SequenceKind kind;
	AslValue	value;
} Sequence;

/* Makes a sequence; nothing is allocated for a single item. */
typedef struct SequenceBuilder
{
	Evaluation *ev;
	uint32		count;
	AslValue	value;			/* the only item, or the array */
} SequenceBuilder;

/* evaluate.c */
extern AslValue asl_evaluate(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame);
extern AslValue asl_variable_lookup(Evaluation *ev, const VariableRef *ref, Frame *frame);
extern AslValue asl_evaluate_object(Evaluation *ev, const Group *group, AslValue input, Frame *frame);
extern void asl_evaluation_tick(Evaluation *ev);
pg_noreturn extern void asl_sequence_refuse(Evaluation *ev, const JsonataNode *node, double size);
extern void asl_evaluate_add(Evaluation *ev, AslValue *out, AslValue v);
extern AslValue asl_evaluate_grown(Evaluation *ev, AslValue v, Size size);

/* steps.c */
extern AslValue asl_steps_evaluate(Evaluation *ev, const JsonataNode *path, AslValue context, Frame *frame);
/* The first steps of a path, as many as count. */
extern Sequence asl_steps_run(Evaluation *ev, const JsonataNode *path, int count, AslValue context, Frame *frame);
extern AslValue asl_steps_finish(const JsonataNode *path, Sequence sequence);
extern AslValue asl_field(Evaluation *ev, AslValue input, AslValue name);
extern int	asl_filter_keeps(Evaluation *ev, AslValue v, uint32 index, uint32 count);
extern Sequence asl_filter(Evaluation *ev, const JsonataNode *predicate, Sequence input, Frame *frame);

/* lookup.c: leaves out items that a predicate is not true for; focus: the slot of the variable that is the item, -1: the context is. */
extern AslValue asl_lookup_narrow(Evaluation *ev, const JsonataNode *predicate, AslValue array, Frame *frame, int focus);

/* The same for items that do not equal v; node is the operator that asks. */
extern AslValue asl_lookup_equal(Evaluation *ev, const JsonataNode *node, AslValue array, AslValue v);

/* tuple.c */
extern AslValue asl_tuple_evaluate(Evaluation *ev, const JsonataNode *path, AslValue context, Frame *frame);

/* A row of a tuple stream is the frame of its variables, whose first slot is its context. */
static inline AslValue
tuple_row(Frame *frame)
{
	return (AslValue) {.kind = ASL_FUNCTION, .u.function = (struct AslFunction *) frame};
}

static inline Frame *
tuple_frame(AslValue row)
{
	return (Frame *) row.u.function;
}

/* group.c */
/* shape: of the rows, where the input is a stream of tuples. */
extern AslValue asl_group_evaluate(Evaluation *ev, const Group *group, AslValue input, const Shape *shape, Frame *frame);

/* order.c: sorts items, or rows, in place; after says whether right has to come before left. */
extern void asl_order_items(Evaluation *ev, const JsonataNode *order, AslValue *items, uint32 count, bool rows, Frame *frame);
typedef bool (*OrderAfter) (Evaluation *ev, const void *left, const void *right, void *arg);
extern void asl_order_merge(Evaluation *ev, const void **items, uint32 count, OrderAfter after, void *arg);

/* apply.c */
extern AslValue asl_call_evaluate(Evaluation *ev, const JsonataNode *call, AslValue context, Frame *frame, const AslValue *first);
extern AslValue asl_partial_evaluate(Evaluation *ev, const JsonataNode *partial, AslValue context, Frame *frame);
extern AslValue asl_chain_evaluate(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame);
extern AslValue asl_lambda_evaluate(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame);
extern AslValue asl_function_value(AslFunction *function);
extern AslValue asl_builtin_value(const Builtin *builtin);
/* Calls a function with arguments; context stands in for missing ones. */
extern AslValue asl_apply(Evaluation *ev, AslValue function, const AslValue *args, int count, AslValue context);
extern Frame *asl_frame_new(const Shape *shape, Frame *outer);

/* transform.c */
extern AslValue asl_transform_apply(Evaluation *ev, const AslFunction *transform, AslValue input);
extern AslValue asl_clone(Evaluation *ev, AslValue v, uint32 mark);

/* cast.c */
extern int	asl_cast_boolean(Evaluation *ev, AslValue v);	/* -1 for undefined */
extern AslValue asl_cast_string(Evaluation *ev, AslValue v, bool pretty);
extern AslValue asl_cast_number(Evaluation *ev, AslValue v);
extern double asl_cast_double(AslValue number);
extern void asl_stringify(StringInfo out, AslValue v);

/* Whether a value counts as a number: NaN does not, an infinite one is an error. */
extern bool asl_is_number(Evaluation *ev, AslValue v);

static inline bool
value_is_sequence(AslValue v)
{
	return v.kind == ASL_ARRAY && (v.flags & VALUE_SEQUENCE);
}

/* Looks at clock and memory now and then; called in every loop that an expression can make long. */
static inline void
evaluation_tick(Evaluation *ev)
{
	CHECK_FOR_INTERRUPTS();
	if (unlikely((++ev->ticks & 0xFF) == 0))
		asl_evaluation_tick(ev);
}

/* Gives up where a text is to be longer than an evaluation may make one. */
static inline void
text_check(Evaluation *ev, double length)
{
	if (unlikely(length > Min(ev->limits.string, MaxAllocSize / 2)))
		asl_raise_text(&ev->escape, LIMITS_MEMORY_MESSAGE);
}

/* The same as evaluation_tick for the copying of so many items in one go. */
static inline void
evaluation_ticks(Evaluation *ev, uint32 count)
{
	CHECK_FOR_INTERRUPTS();
	ev->ticks++;
	if (count > 0xFF)
		asl_evaluation_tick(ev);
}

/* Begins a text that will become a value: most are short, and a StringInfo's usual kilobyte would be wasted on each. */
static inline void
text_begin(StringInfo out)
{
	out->maxlen = 64;
	out->data = palloc(out->maxlen);
	resetStringInfo(out);
}

/* Walking an array, or a single value as if it were an array of one. */
typedef struct Items
{
	const AslValue *own;		/* NULL: view or range */
	uint32		index;
	uint32		count;
	JsonbContainer *container;	/* NULL: range */
	char	   *data;
	uint32		offset;
	int64		first;
	AslValue	one;
} Items;

static inline void
items_begin(Items *items, AslValue v)
{
	items->index = 0;
	items->own = NULL;
	items->container = NULL;
	items->data = NULL;
	items->offset = 0;
	items->first = 0;
	if (v.kind != ASL_ARRAY)
	{
		items->one = v;
		items->own = &items->one;
		items->count = 1;
	}
	else if (v.form == ASL_FORM_OWN)
	{
		items->own = v.u.array->items;
		items->count = v.u.array->count;
	}
	else
	{
		items->count = v.length;
		if (v.form == ASL_FORM_RANGE)
			items->first = v.u.first;
		else
		{
			items->container = v.u.container;
			items->data = container_data(v.u.container);
		}
	}
}

static pg_attribute_always_inline bool
items_next(Items *items, AslValue *item)
{
	uint32		i = items->index;

	if (i >= items->count)
		return false;
	items->index++;
	if (items->own != NULL)
		*item = items->own[i];
	else if (items->container != NULL)
	{
		JEntry		entry = items->container->children[i];
		uint32		end = container_end(entry, items->offset);

		*item = container_child(entry, items->data, items->offset, end);
		items->offset = end;
	}
	else
		*item = asl_number((double) (items->first + i));
	return true;
}

/* The items of a sequence. */
static inline void
items_of_sequence(Items *items, Sequence sequence)
{
	items_begin(items, sequence.kind == SEQUENCE_ONE || sequence.kind == SEQUENCE_EMPTY ? asl_undefined() : sequence.value);
	if (sequence.kind == SEQUENCE_ONE)
		items->one = sequence.value;
	else if (sequence.kind == SEQUENCE_EMPTY)
		items->count = 0;
}

static inline uint32
sequence_count(Sequence sequence)
{
	return sequence.kind == SEQUENCE_EMPTY ? 0 : sequence.kind == SEQUENCE_ONE ? 1 : asl_array_count(sequence.value);
}

static inline void
sequence_begin(SequenceBuilder *builder, Evaluation *ev)
{
	builder->ev = ev;
	builder->count = 0;
}

static inline void
sequence_push(SequenceBuilder *builder, AslValue item)
{
	Evaluation *ev = builder->ev;

	if (unlikely(ev->limits.sequence != 0 && builder->count >= ev->limits.sequence))
		asl_sequence_refuse(ev, NULL, ev->limits.sequence);
	if (builder->count == 0)
		builder->value = item;
	else
	{
		if (builder->count == 1)
		{
			AslValue	array = asl_array_new(8);

			asl_array_push(&array, builder->value);
			array.flags = VALUE_SEQUENCE;
			builder->value = array;
		}
		asl_array_push(&builder->value, item);
	}
	builder->count++;
}

/* Appends the elements of an array. */
static inline void
sequence_push_all(SequenceBuilder *builder, AslValue array)
{
	Items		items;
	AslValue	item;

	items_begin(&items, array);
	while (items_next(&items, &item))
		sequence_push(builder, item);
}

static inline Sequence
sequence_end(const SequenceBuilder *builder)
{
	if (builder->count == 0)
		return (Sequence) {.kind = SEQUENCE_EMPTY};
	return (Sequence) {.kind = builder->count == 1 ? SEQUENCE_ONE : SEQUENCE_MANY, .value = builder->value};
}

/* The sequence as a value: always an array, whatever its length. */
extern AslValue asl_sequence_array(Sequence sequence);

/* The sequence as a value: nothing, its only item, or an array. */
static inline AslValue
sequence_value(const SequenceBuilder *builder)
{
	return builder->count == 0 ? asl_undefined() : builder->value;
}

#endif
