/*
 * path_steps.h - what a compiled path looks like; private to path/.
 *
 * A path is a root and a vector of steps.  A step is definite when it leads from one node to at most one other; a
 * path with an indefinite step (wildcard, slice, union, filter, "..") yields an array of all the nodes it reaches:
 *
 *     $ . items [?(@.price > 3)] . name          root, NAME, FILTER, NAME
 *       |<------- spread = 3 ------->|           all three steps are evaluated node by node
 *
 *     $ . . price . sum()                        root, NAME with descend, FUNCTION
 *       |<- 1 ->|                                the function gets the array of the nodes reached
 *
 * Everything is allocated in the context the path was parsed in and immutable from then on.
 */
#ifndef ASL_PATH_STEPS_H
#define ASL_PATH_STEPS_H

#include "path/path.h"

typedef struct AslFilter AslFilter;
typedef struct AslPathArgument AslPathArgument;

/* A function at a path's end: "sum()". */
typedef struct AslPathFunction
{
	const char *name;
	int			min_arguments;
	int			max_arguments;
	/* undefined: no result, as Jayway raises for sums of nothing */
	AslValue	(*call) (AslValue subject, int argument_count, const AslValue *arguments);
} AslPathFunction;

typedef struct AslName
{
	const char *text;
	int			length;
} AslName;

typedef enum AslStepKind
{
	ASL_STEP_NAME,				/* .a, ['a'] */
	ASL_STEP_INDEX,				/* [0], [-1] */
	ASL_STEP_NAMES,				/* ['a','b'] */
	ASL_STEP_INDEXES,			/* [0,2] */
	ASL_STEP_SLICE,				/* [1:3], [:-1] */
	ASL_STEP_WILDCARD,			/* .*, [*] */
	ASL_STEP_FILTER,			/* [?(@.a == 1)] */
	ASL_STEP_FUNCTION			/* .length() */
} AslStepKind;

typedef struct AslStep
{
	AslStepKind kind;
	bool		descend;		/* "..": applied to the node and to all below it */
	bool		quoted;			/* a name in brackets */
	int			position;		/* in the path's text */
	union
	{
		AslName		name;
		int32		index;
		struct
		{
			int			count;
			AslName    *items;
		}			names;
		struct
		{
			int			count;
			int32	   *items;
		}			indexes;
		struct
		{
			int32		from;	/* PG_INT32_MIN: from the beginning */
			int32		to;		/* PG_INT32_MAX: to the end */
		}			slice;
		AslFilter  *filter;
		struct
		{
			const AslPathFunction *function;
			int			count;
			AslPathArgument *arguments;
		}			call;
	}			u;
} AslStep;

struct AslPath
{
	const char *text;
	AslPathRoot root;
	const char *variable;		/* ASL_ROOT_VARIABLE: its name */
	int			variable_length;
	bool		definite;		/* yields one value, or undefined */
	int			spread;			/* that many leading steps are evaluated node by node into an array */
	int			step_count;
	AslStep    *steps;
};

/* An argument of a function at a path's end: a path into the same document, or a literal. */
struct AslPathArgument
{
	AslPath    *path;			/* NULL: literal */
	AslValue	literal;
};

/* What the path's root stands for. */
extern AslValue asl_path_root_value(const AslPath *path, AslScope *scope);

/* The node that a definite step leads to; undefined where there is none. */
extern AslValue asl_path_step(const AslStep *step, AslValue node, AslValue document);

/* The value that the path's steps lead to from start; document is what "$" means in filters and arguments. */
extern AslValue asl_path_follow(const AslPath *path, AslValue start, AslValue document);

/* Does the item pass the filter? */
extern bool asl_filter_matches(const AslFilter *filter, AslValue item, AslValue document);

/* The function of that name; NULL if there is none. */
extern const AslPathFunction *asl_path_function(const char *name, int length);

#endif
