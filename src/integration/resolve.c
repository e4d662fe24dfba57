/*
 * resolve.c - from a definition's Resource to what runs here.
 */
#include "postgres.h"

#include "integration/integration.h"

#include "integration/lambda.h"

/* The text without its ".sync" or ".waitForTaskToken". */
static char *
without_pattern(const AslResource *resource)
{
	const char *text = resource->text;
	const char *dot = strrchr(text, '.');

	return resource->pattern == ASL_REQUEST_RESPONSE || dot == NULL ? pstrdup(text) : pnstrdup(text, dot - text);
}

AslResource *
asl_resource_target(const AslResource *resource, Oid role)
{
	AslResource *resolved = palloc(sizeof(AslResource));
	char	   *target;

	*resolved = *resource;
	if (strncmp(resource->text, "arn:", 4) != 0 || resource->kind == ASL_RESOURCE_ACTIVITY)
		return resolved;
	target = store_resource_target(resource->text, role);
	if (target == NULL)
		target = store_resource_target(without_pattern(resource), role);
	if (target == NULL)
		return resource->kind == ASL_RESOURCE_SERVICE ? NULL : resolved;
	resolved = asl_resource_parse(target);
	if (resolved != NULL)
	{
		resolved->pattern = resource->pattern;
		resolved->resource_type = resource->resource_type;
		resolved->resource = resource->resource;
	}
	return resolved;
}

AslResource *
asl_resource_resolve(const AslResource *resource, Oid role)
{
	AslResource *resolved = asl_resource_target(resource, role);

	if (resolved == NULL)
		asl_raise_runtime("The resource '%s' is not mapped to anything in this database. "
						  "Map it: SELECT asl.map_resource('%s', 'pg:function:…').",
						  resource->text, without_pattern(resource));
	return resolved;
}
