/*
 * operation.c - the table of operations.
 */
#include "operation.h"

#include <string.h>

#define TARGET_PREFIX "AWSStepFunctions."

const Operation operations[OPERATION_COUNT] = {
	{"CreateActivity",.once = true},
	{"CreateStateMachine",.once = true},
	{"CreateStateMachineAlias",.once = true},
	{"DeleteActivity"},
	{"DeleteStateMachine"},
	{"DeleteStateMachineAlias"},
	{"DeleteStateMachineVersion"},
	{"DescribeActivity"},
	{"DescribeExecution"},
	{"DescribeMapRun"},
	{"DescribeStateMachine"},
	{"DescribeStateMachineAlias"},
	{"DescribeStateMachineForExecution"},
	{"GetActivityTask",.once = true,.polls = true},
	{"GetExecutionHistory"},
	{"ListActivities"},
	{"ListExecutions"},
	{"ListMapRuns"},
	{"ListStateMachineAliases"},
	{"ListStateMachineVersions"},
	{"ListStateMachines"},
	{"ListTagsForResource"},
	{"PublishStateMachineVersion",.once = true},
	{"RedriveExecution",.once = true},
	{"SendTaskFailure",.once = true},
	{"SendTaskHeartbeat",.once = true},
	{"SendTaskSuccess",.once = true},
	{"StartExecution",.once = true},
	{"StartSyncExecution",.once = true,.tenants_code = true},
	{"StopExecution",.once = true},
	{"TagResource"},
	{"TestState",.tenants_code = true},
	{"UntagResource"},
	{"UpdateMapRun",.once = true},
	{"UpdateStateMachine",.once = true},
	{"UpdateStateMachineAlias",.once = true},
	{"ValidateStateMachineDefinition"},
};

const Operation *
operation_find(const char *target)
{
	size_t		prefix = strlen(TARGET_PREFIX);

	if (target == NULL || strncmp(target, TARGET_PREFIX, prefix) != 0)
		return NULL;
	for (int i = 0; i < OPERATION_COUNT; i++)
		if (strcmp(operations[i].name, target + prefix) == 0)
			return &operations[i];
	return NULL;
}
