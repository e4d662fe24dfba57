/*
 * node.h - the syntax tree of an expression.
 *
 * The parser makes it of tokens, postprocess.c turns operators that belong to paths into steps and stages and finds what
 * each parent operator (%) refers to, resolve.c replaces the names of variables by places in frames.  From then on the
 * tree does not change.  It lives in the memory context in which the expression was parsed.
 *
 * Frames and shapes: a frame holds the variables of one activation of a scope, a shape says what they are called.  The
 * expression as a whole, each lambda, each transform, each path with a tuple stream and each block whose variables a
 * lambda can outlive has a shape of its own; the variables of any other block live in the frame around it.
 */
#ifndef ASL_NODE_H
#define ASL_NODE_H

#include "jsonata/jsonata.h"
#include "jsonata/regex.h"
#include "jsonata/signature.h"

typedef enum JsonataOp
{
	OP_NONE, OP_DOT, OP_OPEN_BRACKET, OP_CLOSE_BRACKET, OP_OPEN_BRACE, OP_CLOSE_BRACE, OP_OPEN_PAREN, OP_CLOSE_PAREN,
	OP_COMMA, OP_FOCUS, OP_INDEX, OP_SEMICOLON, OP_COLON, OP_QUESTION, OP_ADD, OP_SUBTRACT, OP_MULTIPLY, OP_DIVIDE,
	OP_MODULO, OP_BAR, OP_EQUAL, OP_LESS, OP_GREATER, OP_SORT, OP_DESCENDANT, OP_RANGE, OP_BIND, OP_NOT_EQUAL,
	OP_LESS_EQUAL, OP_GREATER_EQUAL, OP_APPLY, OP_DEFAULT, OP_COALESCE, OP_AND, OP_OR, OP_IN, OP_CONCAT, OP_NOT, OP_TILDE
} JsonataOp;

typedef enum NodeType
{
	/* Leaves. */
	NODE_STRING, NODE_NUMBER, NODE_VALUE, NODE_NAME, NODE_VARIABLE, NODE_CONTEXT, NODE_WILDCARD, NODE_DESCENDANT,
	NODE_PARENT, NODE_REGEX, NODE_PLACEHOLDER,
	/* Expressions; which of the fields they use. */
	NODE_BINARY,				/* op, lhs, rhs */
	NODE_CONCAT,				/* list: two or more operands of & */
	NODE_NEGATE,				/* lhs */
	NODE_ARRAY,					/* list */
	NODE_OBJECT,				/* members */
	NODE_BLOCK,					/* list */
	NODE_BIND,					/* lhs, rhs */
	NODE_CONDITION,				/* lhs ? rhs : other */
	NODE_DEFAULT,				/* lhs ?: rhs */
	NODE_COALESCE,				/* lhs ?? rhs */
	NODE_CALL,					/* lhs: the procedure, list: the arguments */
	NODE_PARTIAL,				/* the same, with placeholders among the arguments */
	NODE_LAMBDA,				/* list: the parameters, rhs: the body, signature */
	NODE_APPLY,					/* lhs ~> rhs */
	NODE_TRANSFORM,				/* |lhs|rhs,other| */
	NODE_PATH,					/* list: the steps */
	NODE_FIELD,					/* a path of nothing but one name */
	NODE_ORDER,					/* a step only; list: the terms, descending */
	/* Between parser and post-processing only. */
	NODE_RAW,					/* op: . [ { ^ @ # with lhs and rhs, or list and descending */
	NODE_RAW_OPERATOR,			/* op: and, or, in, where an operand belongs */
	NODE_END
} NodeType;

enum NodeFlag
{
	NODE_KEEP_ARRAY = 0x0001,	/* e[]: a sequence of one stays an array */
	NODE_KEEP_SINGLETON = 0x0002,	/* the same for a path as a whole */
	NODE_CONSARRAY = 0x0004,	/* an array constructor whose result is not flattened into the path */
	NODE_TUPLE = 0x0008,		/* a step that makes its path a tuple stream; a path whose rows are asked for by a % */
	NODE_TAIL = 0x0010,			/* a call whose value is its lambda's value */
	NODE_FINISH = 0x0020,		/* has predicates or a group of its own, or keeps arrays */
	NODE_CLOSURE = 0x0040,		/* makes functions that can outlive the frame */
	NODE_TRUTH = 0x0080,		/* the value is a boolean, or undefined */
	NODE_STEADY = 0x0100,		/* made of literals and variables: the value is the same whatever the context */
	NODE_ROWS = 0x0200			/* a path whose value is its rows: the last part of a step in a tuple stream */
};

typedef struct JsonataNode JsonataNode;

typedef struct NodeList
{
	JsonataNode	  **items;
	int			count;
} NodeList;

/* What happens to the result of a step: it is filtered, or its rows are numbered. */
typedef struct Stage
{
	JsonataNode	   *filter;			/* NULL: number the rows */
	AslValue	index;			/* the variable's name, and its column */
	int			column;
} Stage;

typedef struct StageList
{
	Stage	   *items;
	int			count;
} StageList;

typedef struct Group
{
	JsonataNode	  **keys;
	JsonataNode	  **values;
	int			count;
	int			position;
	bool		literal_keys;	/* all keys are literals, no two alike */
} Group;

/* Where a parent operator finds its object; parents that turn out to mean the same step share a label. */
typedef struct ParentSlot
{
	AslValue	label;			/* the name of the column, which no variable can have */
	int			level;			/* steps still to go back */
} ParentSlot;

typedef struct SlotList
{
	ParentSlot **items;
	int			count;
} SlotList;

/* The variables of one kind of frame. */
typedef struct Shape
{
	int			slots;
	int			columns;		/* of a tuple's frame: its first slots, 0 being the context */
	bool		captured;		/* a frame of this shape can outlive its activation */
} Shape;

typedef struct ScopeName
{
	AslValue	name;
	int			slot;
	bool		bound;			/* from the beginning: a parameter */
} ScopeName;

/* What a part of the expression can see: its own names, then those of the scope around it. */
typedef struct Scope
{
	struct Scope *outer;
	Shape	   *shape;			/* the frame that its variables live in */
	bool		own_frame;		/* and that frame is its own */
	ScopeName  *names;
	int			count;
	AslValue	index;			/* an object once there are names: the last of each in names */
} Scope;

/* A name that no scope binds: a variable of the caller, or a built-in function. */
typedef struct FreeVariable
{
	AslValue	name;
	int			slot;			/* in the expression's own frame, where its value is kept once it is known */
	const struct Builtin *builtin;	/* NULL: none of that name */
} FreeVariable;

/* Where a variable is: the nth frame outwards and its slot there. */
typedef struct VariableRef
{
	int			hops;
	int			slot;
	struct VariableRef *next;	/* where to look if that one has not been bound yet */
	const FreeVariable *free;	/* in the last of them */
} VariableRef;

/* A step of a tuple stream: the columns it fills in its rows, -1 for those that it does not. */
typedef struct TupleStep
{
	int			focus;
	int			index;
	int			ancestor;
	Shape	   *inner;			/* the shape of the rows that the step itself yields, NULL where it yields none */
	int		   *merge;			/* inner column to column */
} TupleStep;

struct JsonataNode
{
	uint8		type;
	uint8		op;
	uint16		flags;
	int			position;		/* bytes from the expression's start to behind the token */
	AslValue	value;			/* a literal; the name of a field or variable; else the token's text */
	JsonataNode	   *lhs;
	JsonataNode	   *rhs;
	JsonataNode	   *other;
	NodeList	list;
	bool	   *descending;
	Group	   *members;		/* of an object constructor */
	Group	   *group;			/* e{..} */
	StageList	predicates;		/* filters on an expression that is no step */
	StageList	stages;			/* of a step */
	AslValue	focus;			/* of a step: names of the variables of @ and #, undefined without */
	AslValue	index;
	ParentSlot *ancestor;		/* of a step: the slot that it fills */
	ParentSlot *parent;			/* of a parent operator */
	SlotList	seeking;		/* parent operators inside whose object is still further out */
	TupleStep  *tuple;			/* of a step in a tuple stream */
	int			tuple_from;		/* of a path: its first tuple step, -1 without */
	Shape	   *shape;			/* of lambda, transform, captured block, path with tuples */
	int			first_slot;		/* of a block: its variables in the frame around it */
	int			slots;
	VariableRef ref;			/* of a variable or parent; of a call f() the variable $f that may have been meant */
	Scope	   *scope;			/* of a path with tuples; of a variable $eval: what it can see */
	Signature  *signature;		/* of a lambda; NULL without */
	JsonataRegex *regex;
};

struct JsonataExpr
{
	JsonataDialect dialect;
	JsonataNode	   *root;
	Shape	   *shape;			/* of the expression's own frame */
	FreeVariable **free;
	int			free_count;
	AslValue	free_index;		/* an object once there are any: each name's in free */
	const char *source;			/* for the positions of errors */
	int			length;
};

extern JsonataNode *asl_node_new(NodeType type, int position);
extern void asl_node_push(NodeList *list, JsonataNode *node);
extern void asl_node_push_stage(StageList *list, Stage stage);
extern void asl_node_push_slot(SlotList *list, ParentSlot *slot);

/* The text of an operator. */
extern const char *asl_operator_text(JsonataOp op);

/* Calls visit for each child: asl_node_operands for what the node is made of, asl_node_attachments for what is attached
 * to it (predicates, stages, e{..}). */
typedef void (*NodeVisit) (JsonataNode *child, void *arg);
extern void asl_node_operands(JsonataNode *node, NodeVisit visit, void *arg);
extern void asl_node_attachments(JsonataNode *node, NodeVisit visit, void *arg);

static inline bool node_is_path(const JsonataNode *node) { return node->type == NODE_PATH || node->type == NODE_FIELD; }

#endif
