/*
 * alias.c - aliases of state machines' versions.
 *
 * Routes come as AWS's list of versions and weights or, in SQL, as {"3": 90, "4": 10}.
 */
#include "postgres.h"

#include "api/argument.h"
#include "api/handler.h"
#include "api/page.h"
#include "api/state_machine.h"
#include "base/errors.h"
#include "engine/arn.h"
#include "engine/patience.h"
#include "engine/start.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(asl_sql_create_state_machine_alias);
PG_FUNCTION_INFO_V1(asl_sql_update_state_machine_alias);
PG_FUNCTION_INFO_V1(asl_sql_delete_state_machine_alias);

#define MOST_ALIASES 100
#define MOST_ROUTES 2

typedef struct Routes
{
	int			count;
	const char *arns[MOST_ROUTES];
	int64		weights[MOST_ROUTES];
} Routes;

/* The routes as AWS's messages show them: what of each, in brackets. */
static char *
show_routes(const Routes *routes, bool weights)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoChar(&text, '[');
	for (int i = 0; i < routes->count; i++)
	{
		appendStringInfoString(&text, i > 0 ? ", " : "");
		if (weights)
			appendStringInfo(&text, INT64_FORMAT, routes->weights[i]);
		else
			appendStringInfoString(&text, routes->arns[i]);
	}
	appendStringInfoChar(&text, ']');
	return text.data;
}

static void
refuse_routes(const char *message, const char *received)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION), errmsg("%s Received: %s", message, received),
					err_generic_string(PG_DIAG_CONSTRAINT_NAME, "INVALID_ROUTING_CONFIGURATION")));
}

/* What a route leads to: the name of its machine, and the version's number; 0: it is no version. */
static int
route_version(const char *arn, char **machine)
{
	char	   *qualifier;

	*machine = asl_arn_name_only(arn, "stateMachine");
	qualifier = asl_arn_cut_qualifier(*machine);
	return qualifier ? asl_arn_version_number(qualifier) : 0;
}

/* Raises where the routes are not as AWS has them. */
static void
check_routes(const Routes *routes)
{
	int64		sum = 0;
	char	   *machines[MOST_ROUTES];

	for (int i = 0; i < routes->count; i++)
	{
		if (route_version(routes->arns[i], &machines[i]) == 0)
			refuse_routes("Routing configuration must contain state machine version ARNs.", show_routes(routes, false));
		sum += routes->weights[i];
	}
	if (routes->count == MOST_ROUTES && strcmp(routes->arns[0], routes->arns[1]) == 0)
		refuse_routes("Routing configuration must contain distinct state machine version ARNs.", show_routes(routes, false));
	if (routes->count == MOST_ROUTES && strcmp(machines[0], machines[1]) != 0)
		refuse_routes("Routing configuration must contain versions of the same state machine.", show_routes(routes, false));
	if (sum != 100)
		refuse_routes("Sum of routing configuration weights must equal 100.", show_routes(routes, true));
}

pg_noreturn static void
refuse_missing(const char *arn)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_RESOURCE_NOT_FOUND), errmsg("Request references a resource that does not exist."),
					err_generic_string(PG_DIAG_CONSTRAINT_NAME, arn)));
}

/* Gives an alias of the machine its routes; raises where a version is not there. */
static void
set_routes(StoreAlias *alias, const StoreMachine *machine, const Routes *routes)
{
	int			numbers[MOST_ROUTES] = {0};
	char	   *name;
	StoreVersion version;

	for (int i = 0; i < routes->count; i++)
	{
		numbers[i] = route_version(routes->arns[i], &name);
		if (strcmp(name, machine->name) != 0 || !store_version_find(machine->state_machine, numbers[i], &version))
			refuse_missing(routes->arns[i]);
	}
	alias->version = numbers[0];
	alias->weight = (int32) routes->weights[0];
	alias->other_version = numbers[1];
}

/* The routes of a request; none where it has none. */
static Routes
request_routes(AslValue request)
{
	AslValue	list = asl_member(request, "routingConfiguration");
	Routes		routes = {0};

	for (uint32 i = 0; list.kind == ASL_ARRAY && i < Min(asl_array_count(list), MOST_ROUTES); i++)
	{
		AslValue	route = asl_array_get(list, i);

		if (route.kind == ASL_OBJECT)
		{
			routes.arns[routes.count] = asl_request_text(route, "stateMachineVersionArn");
			routes.weights[routes.count++] = asl_request_integer(route, "weight");
		}
	}
	return routes;
}

/* Finds the machine that an alias is of, locked, and the alias; false: there is no such alias.  Raises StateMachineDeleting. */
static bool
open_alias(const char *qualified, StoreMachine *machine, StoreAlias *alias)
{
	char	   *name = pstrdup(qualified);
	char	   *qualifier = asl_arn_cut_qualifier(name);

	if (qualifier == NULL)
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("The ARN of a state machine alias is required, as %s is one.", asl_arn_alias(name, "live"))));
	if (!asl_machine_open(name, ShareUpdateExclusiveLock, ASL_MAY_OWN, machine))
		return false;
	if (machine->deleting)
		asl_refuse_deleting(name);
	return store_alias_find(machine->state_machine, qualifier, alias);
}

static void
put_alias(int64 state_machine, StoreAlias *alias)
{
	int			patience = asl_patience_begin();

	store_alias_put(state_machine, alias);
	asl_patience_end(patience);
}

static bool
same_alias(const StoreAlias *a, const StoreAlias *b)
{
	return a->version == b->version && a->weight == b->weight && a->other_version == b->other_version &&
		strcmp(a->description ? a->description : "", b->description ? b->description : "") == 0;
}

/* Makes an alias; the same one again changes nothing. */
static void
create_alias(const StoreMachine *machine, const Routes *routes, StoreAlias *alias)
{
	StoreAlias	existing;

	set_routes(alias, machine, routes);
	if (!store_alias_find(machine->state_machine, alias->name, &existing))
	{
		if (store_alias_count(machine->state_machine) >= MOST_ALIASES)
			ereport(ERROR, (errcode(ERRCODE_ASL_SERVICE_QUOTA_EXCEEDED),
							errmsg("The maximum number of state machine aliases has been reached: %d", MOST_ALIASES)));
		put_alias(machine->state_machine, alias);
		return;
	}
	if (!same_alias(&existing, alias))
		ereport(ERROR, (errcode(ERRCODE_ASL_CONFLICT),
						errmsg("Failed to create alias because an alias with the same name and a different routing "
							   "configuration already exists.")));
	*alias = existing;
}

AslValue
asl_api_create_state_machine_alias(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	StoreAlias	alias = {.name = asl_request_text(request, "name"), .description = asl_request_text(request, "description")};
	Routes		routes = request_routes(request);
	StoreMachine machine;
	char	   *name;

	check_routes(&routes);
	(void) route_version(routes.arns[0], &name);
	asl_machine_require(name, ShareUpdateExclusiveLock, ASL_MAY_OWN, &machine);
	if (machine.deleting)
		asl_refuse_deleting(machine.name);
	create_alias(&machine, &routes, &alias);
	asl_answer_text(&answer, "stateMachineAliasArn", asl_arn_alias(machine.name, alias.name));
	asl_answer_time(&answer, "creationDate", alias.creation_date);
	return answer;
}

AslValue
asl_api_update_state_machine_alias(AslValue request)
{
	AslValue	answer = asl_object_new(1);
	char	   *description = asl_request_text(request, "description");
	Routes		routes = request_routes(request);
	StoreMachine machine;
	StoreAlias	alias;

	if (description == NULL && routes.count == 0)
		ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
						errmsg("Either the description or the routing configuration must be specified"),
						err_generic_string(PG_DIAG_CONSTRAINT_NAME, "MISSING_REQUIRED_PARAMETER")));
	if (!open_alias(asl_request_arn(request, "stateMachineAliasArn", "stateMachine"), &machine, &alias))
		refuse_missing(asl_request_text(request, "stateMachineAliasArn"));
	if (description != NULL)
		alias.description = description;
	if (routes.count > 0)
	{
		check_routes(&routes);
		set_routes(&alias, &machine, &routes);
	}
	put_alias(machine.state_machine, &alias);
	asl_answer_time(&answer, "updateDate", alias.update_date);
	return answer;
}

static void
delete_alias(const char *qualified)
{
	StoreMachine machine;
	StoreAlias	alias;
	int			patience;

	if (!open_alias(qualified, &machine, &alias))
		return;
	patience = asl_patience_begin();
	store_alias_delete(machine.state_machine, alias.name);
	asl_patience_end(patience);
}

AslValue
asl_api_delete_state_machine_alias(AslValue request)
{
	delete_alias(asl_request_arn(request, "stateMachineAliasArn", "stateMachine"));
	return asl_object_new(0);
}

static AslValue
route_answer(const char *machine, int32 version, int32 weight)
{
	AslValue	route = asl_object_new(2);

	asl_answer_text(&route, "stateMachineVersionArn", asl_arn_version(machine, version));
	asl_answer_set(&route, "weight", asl_integer(weight));
	return route;
}

AslValue
asl_api_describe_state_machine_alias(AslValue request)
{
	AslValue	answer = asl_object_new(6);
	AslValue	routes = asl_array_new(MOST_ROUTES);
	char	   *name = asl_request_arn(request, "stateMachineAliasArn", "stateMachine");
	char	   *qualifier = asl_arn_cut_qualifier(name);
	StoreMachine machine;
	StoreAlias	alias;

	if (qualifier == NULL || !asl_machine_open(name, NoLock, ASL_MAY_DESCRIBE, &machine) ||
		!store_alias_find(machine.state_machine, qualifier, &alias))
		refuse_missing(asl_request_text(request, "stateMachineAliasArn"));
	asl_array_push(&routes, route_answer(name, alias.version, alias.weight));
	if (alias.other_version != 0)
		asl_array_push(&routes, route_answer(name, alias.other_version, 100 - alias.weight));
	asl_answer_text(&answer, "stateMachineAliasArn", asl_arn_alias(name, alias.name));
	asl_answer_text(&answer, "name", alias.name);
	asl_answer_text(&answer, "description", alias.description);
	asl_answer_set(&answer, "routingConfiguration", routes);
	asl_answer_time(&answer, "creationDate", alias.creation_date);
	asl_answer_time(&answer, "updateDate", alias.update_date);
	return answer;
}

AslValue
asl_api_list_state_machine_aliases(AslValue request)
{
	AslValue	answer = asl_object_new(2);
	AslValue	list = asl_array_new(8);
	AslPage		page = asl_page("ListStateMachineAliases", request);
	char	   *name = asl_request_arn(request, "stateMachineArn", "stateMachine");
	char	   *qualifier = asl_arn_cut_qualifier(name);
	StoreMachine machine;
	StoreAlias *aliases;
	int			count;

	asl_machine_require(name, NoLock, ASL_MAY_DESCRIBE, &machine);
	count = store_aliases(machine.state_machine, qualifier ? asl_arn_version_number(qualifier) : 0,
						  page.after ? page.after : "", page.limit + 1, &aliases);
	for (int i = 0; i < Min(count, page.limit); i++)
	{
		AslValue	alias = asl_object_new(2);

		asl_answer_text(&alias, "stateMachineAliasArn", asl_arn_alias(machine.name, aliases[i].name));
		asl_answer_time(&alias, "creationDate", aliases[i].creation_date);
		asl_array_push(&list, alias);
	}
	asl_answer_set(&answer, "stateMachineAliases", list);
	if (count > page.limit)
		asl_page_continue(&page, &answer, aliases[page.limit - 1].name);
	return answer;
}

pg_noreturn static void
refuse_routing(void)
{
	ereport(ERROR, (errcode(ERRCODE_ASL_VALIDATION_EXCEPTION),
					errmsg("routing must be one or two versions with their weights"),
					errhint("As {\"3\": 90, \"4\": 10}, or as AWS's list of stateMachineVersionArn and weight.")));
}

/* A route of SQL's {"3": 90}. */
static AslValue
route_of_number(const char *machine, AslValue key, AslValue weight)
{
	AslValue	route = asl_object_new(2);
	int			number = asl_arn_version_number(asl_to_cstring(key));

	if (number == 0)
		refuse_routing();
	asl_answer_text(&route, "stateMachineVersionArn", asl_arn_version(machine, number));
	asl_answer_set(&route, "weight", weight);
	return route;
}

/* A route of AWS's list, which must lead to the machine. */
static AslValue
route_of_arn(const char *machine, AslValue route)
{
	char	   *arn = asl_request_text(route, "stateMachineVersionArn");
	char	   *name;

	if (arn == NULL || route_version(arn, &name) == 0 || strcmp(name, machine) != 0)
		refuse_routing();
	return route;
}

/* The routes of SQL's argument as a request has them. */
static AslValue
routing_argument(Jsonb *routing, const char *machine)
{
	AslValue	given = asl_from_jsonb(routing);
	AslValue	list = asl_array_new(MOST_ROUTES);
	AslIterator it;
	AslValue	key,
				value;

	if (!asl_is_container(given))
		refuse_routing();
	it = asl_iterate(given);
	while (asl_next(&it, &key, &value))
		asl_array_push(&list, given.kind == ASL_OBJECT ? route_of_number(machine, key, value) : route_of_arn(machine, value));
	return list;
}

/* create_state_machine_alias(state_machine text, name text, routing jsonb, description text) returns text */
Datum
asl_sql_create_state_machine_alias(PG_FUNCTION_ARGS)
{
	char	   *machine = asl_arn_name(asl_text_argument(fcinfo, 0, "state_machine"), "stateMachine");
	AslValue	request = asl_object_new(3);

	asl_answer_text(&request, "name", asl_text_argument(fcinfo, 1, "name"));
	asl_answer_set(&request, "routingConfiguration", routing_argument(asl_jsonb_argument(fcinfo, 2, "routing"), machine));
	asl_answer_text(&request, "description", asl_optional_text(fcinfo, 3));
	request = asl_operation_run("CreateStateMachineAlias", request);
	PG_RETURN_TEXT_P(cstring_to_text(asl_request_text(request, "stateMachineAliasArn")));
}

/* update_state_machine_alias(alias text, routing jsonb, description text) returns void */
Datum
asl_sql_update_state_machine_alias(PG_FUNCTION_ARGS)
{
	char	   *alias = asl_arn_name(asl_text_argument(fcinfo, 0, "alias"), "stateMachine");
	Jsonb	   *routing = asl_optional_jsonb(fcinfo, 1);
	AslValue	request = asl_object_new(3);

	asl_answer_text(&request, "stateMachineAliasArn", asl_arn_state_machine(alias));
	if (routing != NULL)
		asl_answer_set(&request, "routingConfiguration", routing_argument(routing, pnstrdup(alias, strcspn(alias, ":"))));
	asl_answer_text(&request, "description", asl_optional_text(fcinfo, 2));
	(void) asl_operation_run("UpdateStateMachineAlias", request);
	PG_RETURN_VOID();
}

/* delete_state_machine_alias(alias text) returns void */
Datum
asl_sql_delete_state_machine_alias(PG_FUNCTION_ARGS)
{
	delete_alias(asl_arn_name(asl_text_argument(fcinfo, 0, "alias"), "stateMachine"));
	PG_RETURN_VOID();
}
