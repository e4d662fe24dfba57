/*
 * node.c - ids of executions that another node gave out.
 */
#include "postgres.h"

#include "engine/node.h"

#include "base/settings.h"
#include "store/execution.h"

bool
asl_node_is_other(int64 execution)
{
	return execution > 0 && store_execution_node(execution) != asl_node;
}

int
asl_errdetail_node(int64 execution)
{
	int64		node = store_execution_node(execution);

	if (!asl_node_is_other(execution))
		return 0;
	errdetail("The id is one of node " INT64_FORMAT ", and this is node %d.", node, asl_node);
	return errhint("Ask node " INT64_FORMAT ".", node);
}
