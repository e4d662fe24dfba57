/*
 * operation.h - the operations of the Step Functions API and the members of their requests, in one table.
 *
 * A request that asl_operation_check has let through has members of the right types only, within their limits: what
 * carries an operation out reads them without checking again.  Members that the table does not know are ignored, as AWS
 * does.
 */
#ifndef ASL_OPERATION_H
#define ASL_OPERATION_H

#include "value/value.h"

/* Carries an operation out: its answer for a checked request.  Raises API errors. */
typedef AslValue (*AslHandler) (AslValue request);

typedef enum AslMemberKind
{
	ASL_MEMBER_TEXT,
	ASL_MEMBER_INTEGER,
	ASL_MEMBER_DOUBLE,
	ASL_MEMBER_BOOLEAN,
	ASL_MEMBER_LIST,
	ASL_MEMBER_STRUCTURE
} AslMemberKind;

typedef struct AslMember
{
	const char *name;			/* NULL ends a table of members */
	AslMemberKind kind;
	bool		required;
	bool		sensitive;		/* its value is never shown */
	bool		bytes;			/* text: most is of bytes, not of characters */
	int64		least;			/* characters, elements, or the number itself */
	int64		most;			/* -1: any */
	const char *shape;			/* structure: what AWS calls it when it shows one; NULL: it shows none */
	const char *values;			/* text: "[A, B]", the only ones; NULL: any */
	const char *pattern;		/* text: the regular expression, as AWS shows it; NULL: none */
	bool		(*matches) (const char *text, int length);	/* whether a text satisfies the pattern */
	const struct AslMember *members;	/* of a structure; of a list: its elements' own description */
} AslMember;

typedef struct AslOperation
{
	const char *name;
	AslHandler	handler;		/* NULL: not carried out */
	const AslMember *members;
} AslOperation;

/* NULL: AWS has none of this name. */
extern const AslOperation *asl_operation_find(const char *name);
/* Raises SerializationException for the first value of a wrong type, else one ValidationException for all violations. */
extern void asl_operation_check(const AslOperation *operation, AslValue request);

#endif
