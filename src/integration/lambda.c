/*
 * lambda.c - lambda:invoke: the function that FunctionName says, its result wrapped as AWS wraps it.
 */
#include "postgres.h"

#include "integration/lambda.h"

#include "base/settings.h"
#include "engine/arn.h"
#include "integration/service_answer.h"

/* The function's ARN, as Lambda completes a name. */
static char *
function_arn(AslValue name)
{
	char	   *text = asl_to_cstring(name);

	if (strncmp(text, "arn:", 4) == 0)
		return text;
	return psprintf("arn:aws:lambda:%s:%s:function:%s", asl_region, asl_account_id, text);
}

/* What the function gets.  Payload is what the API calls a blob: a JSON string's text is itself the JSON. */
static AslValue
function_input(AslValue payload)
{
	AslValue	input;
	char	   *message;

	if (!asl_defined(payload) || payload.kind == ASL_NULL)
		return asl_object_new(0);
	if (payload.kind != ASL_STRING)
		return payload;
	if (!asl_parse_json(payload.u.string, payload.length, false, &input, &message))
		asl_answer_refuse_lambda(400, "InvalidRequestContentException",
						  psprintf("Could not parse request body into json: %s", message));
	return input;
}

static AslValue
invoke_answer(AslValue payload)
{
	AslValue	answer = asl_object_new(5);
	char	   *trace = psprintf("Root=1-%.8s-%.12s%.12s", asl_uuid_v4(), asl_uuid_v4() + 24, asl_uuid_v4() + 24);
	AslHeader	headers[] = {
		{"X-Amz-Executed-Version", "$LATEST"}, {"x-amzn-Remapped-Content-Length", "0"},
		{"Connection", "keep-alive"}, {"X-Amzn-Trace-Id", trace, true},
	};
	char	   *text = JsonbToCString(NULL, &asl_to_jsonb(payload)->root, 0);

	asl_object_set(&answer, "ExecutedVersion", strlen("ExecutedVersion"), asl_cstring("$LATEST"));
	asl_object_set(&answer, "Payload", strlen("Payload"), payload);
	asl_answer_add_metadata(&answer, "application/json", strlen(text), headers, lengthof(headers));
	asl_object_set(&answer, "StatusCode", strlen("StatusCode"), asl_number(200));
	return answer;
}

void
asl_integration_lambda_invoke(AslBranch *b, AslCall *call)
{
	AslCall		function = {0};
	AslResource *resource;
	char	   *arn = function_arn(asl_member(call->arguments, "FunctionName"));

	resource = asl_resource_parse(arn);
	if (resource != NULL)
		function.resource = asl_resource_resolve(resource, b->run->owner);
	/* What is invoked is a function: other services are none, whatever their ARN or a mapping says. */
	if (resource == NULL || (function.resource->kind != ASL_RESOURCE_FUNCTION && function.resource->kind != ASL_RESOURCE_LAMBDA))
		asl_answer_refuse_lambda(404, "ResourceNotFoundException",
								 psprintf("Function not found: %s", arn));
	function.arguments = function_input(asl_member(call->arguments, "Payload"));
	asl_call_run(b, &function);
	call->result = invoke_answer(function.result);
}

void
asl_lambda_compact_cause(AslFault *fault)
{
	AslValue	cause;
	char	   *message;

	if (fault->error.cause != NULL
		&& asl_parse_json(fault->error.cause, strlen(fault->error.cause), false, &cause, &message)
		&& cause.kind == ASL_OBJECT)
		fault->error.cause = asl_to_json(cause);
}
