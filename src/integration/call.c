/*
 * call.c - the one way to an integration: what a call is given is checked here, whatever led to it.
 *
 * A Task, an ItemReader, a ResultWriter and lambda:invoke make calls, each directly or by a mapping, with arguments that
 * a workflow has computed.  Of an integration's arguments nothing is known before it was looked at here.
 */
#include "postgres.h"

#include "integration/integration.h"

#include "integration/lambda.h"
#include "integration/request.h"

void
asl_call_run(AslBranch *b, void *arg)
{
	AslCall    *call = arg;

	asl_request_check(call->resource, call->arguments);
	switch (call->resource->kind)
	{
		case ASL_RESOURCE_FUNCTION:
		case ASL_RESOURCE_LAMBDA:
			asl_integration_function(b, call);
			break;
		case ASL_RESOURCE_SQL:
			asl_integration_sql(b, call);
			break;
		case ASL_RESOURCE_NOTIFY:
			asl_integration_notify(b, call);
			break;
		case ASL_RESOURCE_START_EXECUTION:
			asl_integration_start_execution(b, call);
			break;
		case ASL_RESOURCE_LAMBDA_INVOKE:
			asl_integration_lambda_invoke(b, call);
			break;
		case ASL_RESOURCE_ACTIVITY:
		case ASL_RESOURCE_SERVICE:
			asl_raise_runtime("The resource '%s' cannot be called here.", call->resource->text);
	}
}
