/*
 * resource.h - a Task's Resource: what is to be run and how its end is awaited.
 */
#ifndef ASL_RESOURCE_H
#define ASL_RESOURCE_H

#include "postgres.h"

typedef enum AslResourceKind
{
	ASL_RESOURCE_FUNCTION,		/* pg:function:[schema.]name; name = "[schema.]name" */
	ASL_RESOURCE_SQL,			/* pg:sql */
	ASL_RESOURCE_NOTIFY,		/* pg:notify */
	ASL_RESOURCE_ACTIVITY,		/* pg:activity:NAME or an activity's ARN; name = NAME */
	ASL_RESOURCE_START_EXECUTION,	/* arn:aws:states:::states:startExecution…, pg:states:startExecution… */
	ASL_RESOURCE_LAMBDA,		/* arn:aws:lambda:…:function:NAME[:qualifier]; name = NAME */
	ASL_RESOURCE_LAMBDA_INVOKE,	/* arn:aws:states:::lambda:invoke */
	ASL_RESOURCE_SERVICE		/* any other ARN: runs only where asl.map_resource maps it */
} AslResourceKind;

typedef enum AslPattern { ASL_REQUEST_RESPONSE, ASL_SYNC, ASL_SYNC_2, ASL_WAIT_FOR_TASK_TOKEN } AslPattern;

typedef struct AslResource
{
	const char *text;			/* as written */
	AslResourceKind kind;
	AslPattern	pattern;
	const char *name;			/* see kind; else NULL */
	const char *qualifier;		/* a function ARN's; else NULL */
	/* as Task events show it: ("states", "startExecution.sync:2"), ("aws-sdk:s3", "getObject"), ("pg", "sql") */
	const char *resource_type;
	const char *resource;
} AslResource;

/* Parses a Resource; NULL where it is none of ours and no ARN.  palloc'd. */
extern AslResource *asl_resource_parse(const char *text);

/* False for an optimized integration with an action or a pattern that Step Functions does not offer. */
extern bool asl_resource_recognized(const AslResource *resource);

#endif
