/*
 * references.c - what an expression refers to: the caller's variables, and what Step Functions does not let it refer to.
 */
#include "postgres.h"

#include "jsonata/node.h"

typedef struct References
{
	void		(*visit) (void *arg, const char *name, const char *member);
	void	   *arg;
} References;

/* Tells of a variable that nothing in the expression binds; member: a step that follows, or NULL. */
static void
references_tell(const References *references, const JsonataNode *variable, const JsonataNode *member)
{
	const FreeVariable *free = variable->ref.free;

	if (free == NULL || free->builtin != NULL)
		return;
	references->visit(references->arg, asl_to_cstring(variable->value),
					  member != NULL && member->type == NODE_NAME ? asl_to_cstring(member->value) : NULL);
}

static void
references_visit(JsonataNode *node, void *arg)
{
	const References *references = arg;

	if (node->type == NODE_VARIABLE)
		references_tell(references, node, NULL);
	if (node->type == NODE_PATH && node->list.items[0]->type == NODE_VARIABLE)
	{
		const JsonataNode *first = node->list.items[0];
		bool		follows = node->list.count > 1 && first->predicates.count == 0 && first->stages.count == 0;

		references_tell(references, first, follows ? node->list.items[1] : NULL);
		asl_node_attachments(node->list.items[0], references_visit, arg);
		for (int i = 1; i < node->list.count; i++)
			references_visit(node->list.items[i], arg);
	}
	else if (node->type != NODE_LAMBDA)
		asl_node_operands(node, references_visit, arg);
	else
		references_visit(node->rhs, arg);
	asl_node_attachments(node, references_visit, arg);
}

/* Calls visit for each reference to a variable of the caller. */
void
asl_jsonata_variables(const JsonataExpr *expr, void (*visit) (void *arg, const char *name, const char *member), void *arg)
{
	References	references = {.visit = visit, .arg = arg};

	references_visit(expr->root, &references);
}

/* The search for what Step Functions does not support. */
typedef struct Unsupported
{
	bool		top;			/* the context is still the expression's own */
	bool		lambda;			/* and what is visited is a lambda's body */
	List	   *messages;
} Unsupported;

/* Notes a refusal, once. */
static void
unsupported_note(Unsupported *search, char *message)
{
	ListCell   *cell;

	foreach(cell, search->messages)
	{
		if (strcmp(lfirst(cell), message) == 0)
			return;
	}
	search->messages = lappend(search->messages, message);
}

/* Notes a reference to the expression's own context, if it is that. */
static void
unsupported_note_top(Unsupported *search, const char *name)
{
	if (search->top)
		unsupported_note(search, psprintf("Reference to '%s' at the top level is not supported.", name));
}

static void unsupported_visit(JsonataNode *node, void *arg);

/* Visits a part in which the context is something else. */
static void
unsupported_visit_inner(JsonataNode *node, void *arg)
{
	Unsupported *search = arg;
	bool		top = search->top;

	search->top = false;
	unsupported_visit(node, arg);
	search->top = top;
}

/* Visits the body of a lambda: its context is that of the place where it stands, but "$" may be named there. */
static void
unsupported_visit_body(JsonataNode *node, Unsupported *search)
{
	bool		lambda = search->lambda;

	search->lambda = true;
	unsupported_visit(node, search);
	search->lambda = lambda;
}

static void
unsupported_visit(JsonataNode *node, void *arg)
{
	Unsupported *search = arg;

	switch (node->type)
	{
		case NODE_VARIABLE:
			if (asl_string_is(node->value, "$"))
				unsupported_note(search, pstrdup("Reference to '$$' is not supported."));
			break;
		case NODE_CONTEXT:
			if (!search->lambda)
				unsupported_note_top(search, "$");
			break;
		case NODE_NAME:
		case NODE_FIELD:
		case NODE_WILDCARD:
		case NODE_DESCENDANT:
			unsupported_note_top(search, asl_to_cstring(node->value));
			break;
		case NODE_PATH:
			unsupported_visit(node->list.items[0], arg);
			for (int i = 1; i < node->list.count; i++)
				unsupported_visit_inner(node->list.items[i], arg);
			break;
		case NODE_LAMBDA:
			unsupported_visit_body(node->rhs, search);
			break;
		case NODE_TRANSFORM:
			asl_node_operands(node, unsupported_visit_inner, arg);
			break;
		default:
			asl_node_operands(node, unsupported_visit, arg);
			break;
	}
	asl_node_attachments(node, unsupported_visit_inner, arg);
}

/* What Step Functions refuses in the expression, in the order of appearance. */
List *
asl_jsonata_unsupported(const JsonataExpr *expr)
{
	Unsupported search = {.top = true};

	unsupported_visit(expr->root, &search);
	return search.messages;
}
