/*
 * raise.h - how parser and evaluator give up: they fill in the caller's JsonataError and jump back to him.
 *
 * A jump is PostgreSQL's own way with errors; this one differs in that it is caught in this folder, needs no
 * subtransaction (nothing but memory has been touched) and leaves cancels and lack of memory to ereport.
 */
#ifndef ASL_RAISE_H
#define ASL_RAISE_H

#include <setjmp.h>

#include "base/compat_noreturn.h"
#include "jsonata/jsonata.h"

/* A call that is being made, for errors to say where; or an operator that has errors of its operand for its own. */
typedef struct Activation
{
	struct Activation *outer;
	int			position;		/* 0 unknown */
	bool		renames;		/* an operator: its token takes the place of any other */
	bool		lambda;			/* a lambda's body is being evaluated for this call */
	bool		left;			/* the body has ended with a call, which says where */
	AslValue	token;
} Activation;

typedef struct Escape
{
	sigjmp_buf *target;
	JsonataError *error;
	const char *source;			/* the expression, to turn bytes into characters */
	Activation *activation;		/* the innermost call */
} Escape;

/* What an error's message can mention; what is not given reads "undefined". */
typedef struct Fault
{
	const char *code;
	int			position;		/* bytes; 0 unknown */
	AslValue	token;			/* a string */
	AslValue	value;
	AslValue	value2;
	int			index;
	const char *text;			/* a type, a name, or a whole message */
} Fault;

/* Gives up with an error of the catalogue. */
pg_noreturn extern void asl_raise(Escape *escape, const Fault *fault);

/* Gives up with the error that somebody else has filled in, without a position. */
pg_noreturn extern void asl_raise_filled(Escape *escape, int position);

/* Gives up with a message that has no code. */
pg_noreturn extern void asl_raise_text(Escape *escape, const char *message);

/* The same where Step Functions would not tell the message. */
pg_noreturn extern void asl_raise_internal(Escape *escape, const char *message);

/* Gives up because the stack is used up: the depth of the expression's evaluation, or that of a value. */
pg_noreturn extern void asl_raise_depth(Escape *escape, JsonataDialect dialect, int position);

#define RAISE(escape, ...) asl_raise((escape), &(const Fault) {__VA_ARGS__})

#endif
