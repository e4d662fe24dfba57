/*
 * service_answer.h - what AWS's SDK adds to the answers of the services that it calls, and says about refusals.
 */
#ifndef ASL_SERVICE_ANSWER_H
#define ASL_SERVICE_ANSWER_H

#include "base/compat_noreturn.h"
#include "value/value.h"

/* A header of a service's HTTP answer. */
typedef struct AslHeader
{
	const char *name;
	const char *value;
	bool		varies;			/* from call to call */
} AslHeader;

/* Adds SdkHttpMetadata and SdkResponseMetadata to an answer: the headers given, and those that every answer has. */
extern void asl_answer_add_metadata(AslValue *answer, const char *content_type, int content_length,
									const AslHeader *headers, int count);

/* What the SDK says about a refusal: "MESSAGE (Service: SERVICE; Status Code: 404; Error Code: CODE; …)". */
extern char *asl_answer_refusal(const char *service, int status, const char *code, const char *message);
/* Raises one of Lambda's refusals as the failure of the task that called it: error "Lambda.CODE". */
pg_noreturn extern void asl_answer_refuse_lambda(int status, const char *code, const char *message);

#endif
