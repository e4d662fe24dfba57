/*
 * utility.c - the preloaded library's part in statements that are not queries.
 *
 * What happens before a statement and after it stands in one function each; whoever has hooked in before is called in
 * between.
 */
#include "postgres.h"

#include "worker/utility.h"

#include "access/xlog.h"
#include "nodes/parsenodes.h"
#include "tcop/utility.h"
#include "worker/gate.h"
#include "worker/owned.h"
#include "worker/pool.h"
#include "worker/prepared.h"

static ProcessUtility_hook_type next_hook = NULL;

/* What is known of a statement before it runs. */
typedef struct Utility
{
	Oid			database;		/* that it wants for itself; InvalidOid: none */
	bool		wakes;			/* it commits a prepared transaction that has touched branches */
	List	   *roles;			/* whose workflows it drops or hands over */
} Utility;

static Utility
utility_before(const Node *statement)
{
	return (Utility) {
		.database = asl_gate_before(statement), .wakes = asl_prepared_before(statement),
		.roles = asl_owned_before(statement)
	};
}

static void
utility_after(const Node *statement, const Utility *utility)
{
	if (OidIsValid(utility->database) && IsA(statement, DropdbStmt))
		asl_pools_forget(utility->database);
	if (utility->wakes)
		asl_prepared_committed();
	asl_owned_after(statement, utility->roles);
}

static void
utility_hook(PlannedStmt *statement, const char *query, bool read_only_tree, ProcessUtilityContext context,
			 ParamListInfo params, QueryEnvironment *environment, DestReceiver *receiver, QueryCompletion *completion)
{
	Utility		utility = {InvalidOid};
	bool		read_only = RecoveryInProgress();

	if (!read_only)
		utility = utility_before(statement->utilityStmt);
	if (next_hook)
		next_hook(statement, query, read_only_tree, context, params, environment, receiver, completion);
	else
		standard_ProcessUtility(statement, query, read_only_tree, context, params, environment, receiver, completion);
	if (!read_only)
		utility_after(statement->utilityStmt, &utility);
}

void
asl_utility_install(void)
{
	next_hook = ProcessUtility_hook;
	ProcessUtility_hook = utility_hook;
}
