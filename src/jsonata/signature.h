/*
 * signature.h - the types of a function's parameters, as in <s-(sf)n?:s>.
 *
 * A signature is matched against the arguments like a regular expression against one letter an argument, with
 * backtracking; a missing argument fits every type but f.
 */
#ifndef ASL_SIGNATURE_H
#define ASL_SIGNATURE_H

#include "value/value.h"

typedef struct SignatureParameter
{
	uint16		types;			/* a bit for each AslKind that fits */
	bool		array;			/* type a: what is no array becomes one */
	bool		optional;		/* ? or - */
	bool		context;		/* -: the context stands in where the argument is missing */
	bool		repeat;			/* + */
	char		element;		/* the letter of an array's elements, 0 without */
	const char *subtype;		/* the whole subtype */
	int			subtype_length;
} SignatureParameter;

typedef struct Signature
{
	SignatureParameter *parameters;
	int			count;
} Signature;

/* Why a signature could not be read. */
typedef struct SignatureFault
{
	const char *code;
	int			offset;			/* bytes */
	AslValue	value;
} SignatureFault;

/* A signature is matched by recursion; no function has so many parameters. */
#define SIGNATURE_MOST_PARAMETERS 1000

/* Reads a signature, which begins with "<"; NULL and *fault where it is none.  It lives in the current memory context. */
extern Signature *asl_signature_parse(const char *text, int length, SignatureFault *fault);

/* What is wrong with arguments: code NULL for nothing. */
typedef struct ArgumentFault
{
	const char *code;
	int			index;			/* from 1 */
	const char *type;			/* "numbers" */
	AslValue	value;
} ArgumentFault;

/*
 * Checks args[0 .. count - 1] and completes them in *result (count entries of room and one for each parameter): the
 * context for missing ones, arrays around what is none.  Returns their number; a fault leaves *fault filled in.
 */
extern int asl_signature_apply(const Signature *signature, const AslValue *args, int count, AslValue context,
							   AslValue *result, ArgumentFault *fault);

#endif
