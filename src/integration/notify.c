/*
 * notify.c - pg:notify: a NOTIFY at commit.
 */
#include "postgres.h"

#include "integration/integration.h"

#include "commands/async.h"

void
asl_integration_notify(AslBranch *b, AslCall *call)
{
	AslValue	channel = asl_member(call->arguments, "Channel");
	AslValue	payload = asl_member(call->arguments, "Payload");
	const char *text = "";

	if (channel.kind != ASL_STRING)
		ereport(ERROR, (errcode(ERRCODE_ASL_BAD_ARGUMENTS),
						errmsg("pg:notify needs a Channel"),
						errhint("Its arguments are {\"Channel\": \"…\", \"Payload\": any}.")));
	if (payload.kind == ASL_STRING)
		text = asl_to_cstring(payload);
	else if (asl_defined(payload))
		text = asl_to_json(payload);
	Async_Notify(asl_to_cstring(channel), text);
	call->result = asl_object_new(1);
	asl_object_set(&call->result, "Channel", strlen("Channel"), channel);
}
