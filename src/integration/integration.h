/*
 * integration.h - what a Task can run: one file a kind, KIND.c.
 */
#ifndef ASL_INTEGRATION_H
#define ASL_INTEGRATION_H

#include "engine/attempt.h"

/* A call to be made: the resource as it resolves, its arguments, and afterwards its result. */
typedef struct AslCall
{
	AslResource *resource;		/* what runs */
	AslValue	arguments;
	AslValue	result;
	int64		child;			/* the nested execution that was started */
} AslCall;

/* What a role's definition's resource resolves to: itself, or what asl.map_resource says.  Raises States.Runtime for an
 * ARN that nothing is mapped to. */
extern AslResource *asl_resource_resolve(const AslResource *resource, Oid role);
/* The same without raising; NULL where nothing is mapped. */
extern AslResource *asl_resource_target(const AslResource *resource, Oid role);

/* The work of a call of any kind, to be run by asl_attempt_sql; checks the arguments and fills in result. */
extern void asl_call_run(AslBranch *b, void *call);

/* The work of one kind, for asl_call_run alone. */
extern void asl_integration_function(AslBranch *b, AslCall *call);
/* What keeps a resource from being a function that can be called: a sentence; NULL where there is one of that name on
 * the search_path. */
extern const char *asl_integration_function_lacking(const AslResource *resource);
/* The owner of one of the functions of that name who is no superuser; NULL: there is none. */
extern char *asl_integration_function_foreign_owner(const AslResource *resource);
extern void asl_integration_sql(AslBranch *b, AslCall *call);
extern void asl_integration_notify(AslBranch *b, AslCall *call);
extern void asl_integration_start_execution(AslBranch *b, AslCall *call);

/* Arguments that a call cannot take: an ordinary SQL error of the task. */
#define ERRCODE_ASL_BAD_ARGUMENTS ERRCODE_INVALID_PARAMETER_VALUE

#endif
