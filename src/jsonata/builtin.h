/*
 * builtin.h - the built-in functions.
 */
#ifndef ASL_BUILTIN_H
#define ASL_BUILTIN_H

#include "jsonata/jsonata.h"
#include "jsonata/signature.h"

struct Evaluation;

/*
 * The arguments have been checked against the signature and completed: args[] has an entry for each parameter, undefined
 * where it is missing.
 */
typedef AslValue (*BuiltinFunction) (struct Evaluation *ev, const AslValue *args, int count);

enum BuiltinDialect { BUILTIN_STANDARD = 1, BUILTIN_STATES = 2, BUILTIN_BOTH = 3 };

typedef struct Builtin
{
	const char *name;
	const char *signature;
	int			arity;			/* the number of arguments that a function given to it as a callback sees */
	BuiltinFunction function;
	uint8		dialects;
	Signature  *parsed;			/* once it has been needed */
} Builtin;

/* The function of a name, NULL where there is none. */
extern const Builtin *asl_builtin_find(AslValue name, JsonataDialect dialect);

/* The tables that each file of functions holds; the last entry has no name. */
extern Builtin asl_builtins_array[];
extern Builtin asl_builtins_callback[];
extern Builtin asl_builtins_number[];
extern Builtin asl_builtins_object[];
extern Builtin asl_builtins_pattern[];
extern Builtin asl_builtins_states[];
extern Builtin asl_builtins_string[];
extern Builtin asl_builtins_value[];

#endif
