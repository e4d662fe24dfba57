/*
 * intrinsic_call.h - what a compiled call looks like and what the functions see of it; private to path/.
 */
#ifndef ASL_INTRINSIC_CALL_H
#define ASL_INTRINSIC_CALL_H

#include "base/compat_noreturn.h"
#include "path/intrinsic.h"

/* A call that is being evaluated. */
typedef struct AslIntrinsicCall
{
	const AslIntrinsic *intrinsic;
	const char *expression;		/* the outermost call's text, which messages name */
	int			count;
	const AslValue *arguments;	/* evaluated */
} AslIntrinsicCall;

typedef struct AslIntrinsicFunction
{
	const char *name;
	int			min_arguments;
	int			max_arguments;
	AslValue	(*call) (const AslIntrinsicCall *call);
} AslIntrinsicFunction;

/* An argument: exactly one of a path, a nested call and a literal. */
typedef struct AslIntrinsicArgument
{
	AslPath    *path;
	AslIntrinsic *nested;
	AslValue	literal;
	bool		escaped;		/* literal of Format's template: still with its backslashes */
} AslIntrinsicArgument;

struct AslIntrinsic
{
	const AslIntrinsicFunction *function;
	const char *text;			/* as written */
	int			count;
	AslIntrinsicArgument *arguments;
};

#define ASL_INTRINSIC_MAX_NESTING	10
#define ASL_INTRINSIC_MAX_TEXT		10000	/* characters, of what is encoded or hashed */
#define ASL_INTRINSIC_MAX_RANGE		1000

/* The function of that name, "States.Format"; NULL if there is none. */
extern const AslIntrinsicFunction *asl_intrinsic_function(const char *name, int length);

/* Raises ERRCODE_ASL_INTRINSIC_FAILURE with AWS's frame around the reason. */
pg_noreturn extern void asl_intrinsic_fail(const AslIntrinsicCall *call, const char *reason);
/* An argument that must be of the kind; raises if it is not. */
extern AslValue asl_intrinsic_argument(const AslIntrinsicCall *call, int number, AslKind kind);
/* A number, rounded to the nearest integer, half towards plus infinity; raises beyond 32 bits. */
extern int32 asl_intrinsic_integer(const AslIntrinsicCall *call, int number);

extern AslValue asl_intrinsic_array(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_array_contains(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_array_get_item(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_array_length(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_array_partition(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_array_range(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_array_unique(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_base64_decode(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_base64_encode(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_format(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_hash(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_json_merge(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_json_to_string(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_math_add(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_math_random(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_string_split(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_string_to_json(const AslIntrinsicCall *call);
extern AslValue asl_intrinsic_uuid(const AslIntrinsicCall *call);

#endif
