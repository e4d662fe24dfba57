/*
 * postprocess.c - the pass over the tree that makes paths of operators.
 *
 * a.b.c becomes one path of three steps, e[p] a stage of a step or a predicate of any other expression, e^(..) a step
 * that orders, e@$v and e#$v make a step bind variables and its path a stream of tuples.
 *
 * Each parent operator (%) has a slot: how many steps it has still to go back.  A path resolves the slots of its last
 * step by walking back over the others; the step where a slot's level comes to 0 is marked as its ancestor.  What a path
 * cannot resolve it hands to the expression around it.
 */
#include "postgres.h"

#include "base/compat_noreturn.h"
#include "jsonata/lexer.h"
#include "jsonata/parser.h"
#include "miscadmin.h"

typedef struct Postprocess
{
	Escape	   *escape;
	int			labels;			/* parent operators so far */
} Postprocess;

static JsonataNode *postprocess_node(Postprocess *pass, JsonataNode *node);

/* What the reference calls a type of node that may stand where a parent cannot be found. */
static const char *
postprocess_type_name(const JsonataNode *node)
{
	switch ((NodeType) node->type)
	{
		case NODE_STRING:
			return "string";
		case NODE_NUMBER:
			return "number";
		case NODE_VALUE:
			return "value";
		case NODE_VARIABLE:
		case NODE_CONTEXT:
			return "variable";
		case NODE_WILDCARD:
			return "wildcard";
		case NODE_DESCENDANT:
			return "descendant";
		case NODE_PARENT:
			return "parent";
		case NODE_REGEX:
			return "regex";
		case NODE_BINARY:
			return "binary";
		case NODE_NEGATE:
		case NODE_ARRAY:
		case NODE_OBJECT:
			return "unary";
		case NODE_BLOCK:
			return "block";
		case NODE_BIND:
			return "bind";
		case NODE_CONDITION:
		case NODE_DEFAULT:
		case NODE_COALESCE:
			return "condition";
		case NODE_CALL:
			return "function";
		case NODE_PARTIAL:
			return "partial";
		case NODE_LAMBDA:
			return "lambda";
		case NODE_APPLY:
			return "apply";
		case NODE_TRANSFORM:
			return "transform";
		case NODE_ORDER:
			return "sort";
		default:
			return "path";
	}
}

/* Refuses a parent operator; paths and parents have no position, as in the reference. */
pg_noreturn static void
postprocess_no_parent(Postprocess *pass, const JsonataNode *node)
{
	bool		nowhere = node->type == NODE_PATH || node->type == NODE_PARENT;

	RAISE(pass->escape, .code = "S0217", .position = nowhere ? -1 : node->position,
		  .token = asl_cstring(postprocess_type_name(node)));
}

/* A path of one step. */
static JsonataNode *
postprocess_path(JsonataNode *step)
{
	JsonataNode	   *path = asl_node_new(NODE_PATH, step->position);

	asl_node_push(&path->list, step);
	return path;
}

static inline JsonataNode *
postprocess_last(const NodeList *list)
{
	return list->items[list->count - 1];
}

/* Goes one expression back in search of a slot's object; marks the expression where it is found. */
static void
postprocess_seek(Postprocess *pass, JsonataNode *node, ParentSlot *slot)
{
	switch (node->type)
	{
		case NODE_NAME:
		case NODE_WILDCARD:
			if (--slot->level > 0)
				break;
			if (node->ancestor != NULL)
				slot->label = node->ancestor->label;
			node->ancestor = slot;
			node->flags |= NODE_TUPLE;
			break;
		case NODE_PARENT:
			slot->level++;
			break;
		case NODE_BLOCK:
			if (node->list.count > 0)
			{
				node->flags |= NODE_TUPLE;
				postprocess_seek(pass, postprocess_last(&node->list), slot);
			}
			break;
		case NODE_PATH:
			node->flags |= NODE_TUPLE;
			for (int i = node->list.count - 1; i >= 0 && slot->level > 0; i--)
				postprocess_seek(pass, node->list.items[i], slot);
			break;
		default:
			postprocess_no_parent(pass, node);
	}
}

/* Hands the slots that an expression could not resolve to the one around it. */
static void
postprocess_bubble(JsonataNode *outer, JsonataNode *inner)
{
	for (int i = 0; i < inner->seeking.count; i++)
		asl_node_push_slot(&outer->seeking, inner->seeking.items[i]);
	if (inner->type == NODE_PARENT)
		asl_node_push_slot(&outer->seeking, inner->parent);
}

/* Looks in a path's earlier steps for the object of a slot; the path itself keeps what it does not find. */
static void
postprocess_resolve_slot(Postprocess *pass, JsonataNode *path, ParentSlot *slot)
{
	int			i = path->list.count - 2;

	while (slot->level > 0)
	{
		JsonataNode	   *step;

		if (i < 0)
		{
			asl_node_push_slot(&path->seeking, slot);
			return;
		}
		step = path->list.items[i--];
		/* Steps in a row that bind variables with @ all have the same context. */
		while (i >= 0 && asl_defined(step->focus) && asl_defined(path->list.items[i]->focus))
			step = path->list.items[i--];
		postprocess_seek(pass, step, slot);
	}
}

/* Resolves the slots of a path's last step. */
static void
postprocess_resolve_slots(Postprocess *pass, JsonataNode *path)
{
	JsonataNode	   *last = postprocess_last(&path->list);

	for (int i = 0; i < last->seeking.count; i++)
		postprocess_resolve_slot(pass, path, last->seeking.items[i]);
	if (last->type == NODE_PARENT)
		postprocess_resolve_slot(pass, path, last->parent);
}

/* Checks a path's steps after one has been added, and what they mean for the path. */
static void
postprocess_steps(Postprocess *pass, JsonataNode *path)
{
	JsonataNode	   *first = path->list.items[0];
	JsonataNode	   *last = postprocess_last(&path->list);

	for (int i = 0; i < path->list.count; i++)
	{
		JsonataNode	   *step = path->list.items[i];

		if (step->type == NODE_NUMBER || step->type == NODE_VALUE)
			RAISE(pass->escape, .code = "S0213", .position = step->position, .value = step->value);
		if (step->type == NODE_STRING)
			step->type = NODE_NAME;
		if (step->flags & NODE_KEEP_ARRAY)
			path->flags |= NODE_KEEP_SINGLETON;
	}
	if (first->type == NODE_ARRAY)
		first->flags |= NODE_CONSARRAY;
	if (last->type == NODE_ARRAY)
		last->flags |= NODE_CONSARRAY;
}

/* a.b */
static JsonataNode *
postprocess_dot(Postprocess *pass, JsonataNode *node)
{
	JsonataNode	   *left = postprocess_node(pass, node->lhs);
	JsonataNode	   *path = left->type == NODE_PATH ? left : postprocess_path(left);
	JsonataNode	   *rest;

	if (left->type == NODE_PARENT)
		asl_node_push_slot(&path->seeking, left->parent);
	rest = postprocess_node(pass, node->rhs);
	if (rest->type == NODE_PATH)
	{
		for (int i = 0; i < rest->list.count; i++)
			asl_node_push(&path->list, rest->list.items[i]);
	}
	else
	{
		rest->stages = rest->predicates;
		rest->predicates.count = 0;
		asl_node_push(&path->list, rest);
	}
	postprocess_steps(pass, path);
	postprocess_resolve_slots(pass, path);
	return path;
}

/* e[p] */
static JsonataNode *
postprocess_filter(Postprocess *pass, JsonataNode *node)
{
	JsonataNode	   *result = postprocess_node(pass, node->lhs);
	JsonataNode	   *step = result->type == NODE_PATH ? postprocess_last(&result->list) : result;
	JsonataNode	   *filter;

	if (step->group != NULL)
		RAISE(pass->escape, .code = "S0209", .position = node->position);
	filter = postprocess_node(pass, node->rhs);
	for (int i = 0; i < filter->seeking.count; i++)
	{
		ParentSlot *slot = filter->seeking.items[i];

		if (slot->level == 1)
			postprocess_seek(pass, step, slot);
		else
			slot->level--;
	}
	if (filter->seeking.count > 0)
		postprocess_bubble(step, filter);
	asl_node_push_stage(result->type == NODE_PATH ? &step->stages : &step->predicates, (Stage) {.filter = filter});
	return result;
}

/* The keys and values of a group. */
static void
postprocess_group(Postprocess *pass, Group *group)
{
	for (int i = 0; i < group->count; i++)
	{
		group->keys[i] = postprocess_node(pass, group->keys[i]);
		group->values[i] = postprocess_node(pass, group->values[i]);
	}
}

/* e{..} */
static JsonataNode *
postprocess_group_by(Postprocess *pass, JsonataNode *node)
{
	JsonataNode	   *result = postprocess_node(pass, node->lhs);

	if (result->group != NULL)
		RAISE(pass->escape, .code = "S0210", .position = node->position);
	postprocess_group(pass, node->group);
	result->group = node->group;
	return result;
}

/* e^(..) */
static JsonataNode *
postprocess_order(Postprocess *pass, JsonataNode *node)
{
	JsonataNode	   *left = postprocess_node(pass, node->lhs);
	JsonataNode	   *path = left->type == NODE_PATH ? left : postprocess_path(left);
	JsonataNode	   *step = asl_node_new(NODE_ORDER, node->position);

	step->descending = node->descending;
	for (int i = 0; i < node->list.count; i++)
	{
		JsonataNode	   *term = postprocess_node(pass, node->list.items[i]);

		postprocess_bubble(step, term);
		asl_node_push(&step->list, term);
	}
	asl_node_push(&path->list, step);
	postprocess_resolve_slots(pass, path);
	return path;
}

/* e@$v */
static JsonataNode *
postprocess_focus(Postprocess *pass, JsonataNode *node)
{
	JsonataNode	   *result = postprocess_node(pass, node->lhs);
	JsonataNode	   *step = result->type == NODE_PATH ? postprocess_last(&result->list) : result;

	if (step->stages.count > 0 || step->predicates.count > 0)
		RAISE(pass->escape, .code = "S0215", .position = node->position);
	if (step->type == NODE_ORDER)
		RAISE(pass->escape, .code = "S0216", .position = node->position);
	step->flags |= NODE_TUPLE | (node->flags & NODE_KEEP_ARRAY);
	step->focus = node->rhs->value;
	return result;
}

/* e#$v */
static JsonataNode *
postprocess_index(Postprocess *pass, JsonataNode *node)
{
	JsonataNode	   *result = postprocess_node(pass, node->lhs);
	JsonataNode	   *step;

	if (result->type != NODE_PATH)
	{
		result->stages = result->predicates;
		result->predicates.count = 0;
		result = postprocess_path(result);
	}
	step = postprocess_last(&result->list);
	if (step->stages.count == 0)
		step->index = node->rhs->value;
	else
		asl_node_push_stage(&step->stages, (Stage) {.index = node->rhs->value});
	step->flags |= NODE_TUPLE;
	return result;
}

/* The operators that only paths know. */
static JsonataNode *
postprocess_raw(Postprocess *pass, JsonataNode *node)
{
	switch (node->op)
	{
		case OP_DOT:
			return postprocess_dot(pass, node);
		case OP_OPEN_BRACKET:
			return postprocess_filter(pass, node);
		case OP_OPEN_BRACE:
			return postprocess_group_by(pass, node);
		case OP_SORT:
			return postprocess_order(pass, node);
		case OP_FOCUS:
			return postprocess_focus(pass, node);
		default:
			return postprocess_index(pass, node);
	}
}

/* An operand of node: its slots become node's. */
static JsonataNode *
postprocess_operand(Postprocess *pass, JsonataNode *node, JsonataNode *operand)
{
	if (operand == NULL)
		return NULL;
	operand = postprocess_node(pass, operand);
	postprocess_bubble(node, operand);
	return operand;
}

/* -e; a literal becomes a negative one. */
static JsonataNode *
postprocess_negate(Postprocess *pass, JsonataNode *node)
{
	node->lhs = postprocess_operand(pass, node, node->lhs);
	if (node->lhs->type != NODE_NUMBER)
		return node;
	node->lhs->value.u.number = -node->lhs->value.u.number;
	return node->lhs;
}

/* (e; e): an array constructor in it makes the block one for the path that it begins. */
static JsonataNode *
postprocess_block(Postprocess *pass, JsonataNode *node)
{
	for (int i = 0; i < node->list.count; i++)
	{
		JsonataNode	   *part = postprocess_operand(pass, node, node->list.items[i]);

		node->list.items[i] = part;
		if ((part->flags & NODE_CONSARRAY) ||
			(part->type == NODE_PATH && (part->list.items[0]->flags & NODE_CONSARRAY)))
			node->flags |= NODE_CONSARRAY;
	}
	return node;
}

/* Marks the calls whose value is the lambda's value; nothing may be left to do with it afterwards. */
static void
postprocess_tail(JsonataNode *node)
{
	if (node->predicates.count > 0 || node->group != NULL || (node->flags & NODE_KEEP_ARRAY))
		return;
	if (node->type == NODE_CALL)
		node->flags |= NODE_TAIL;
	else if (node->type == NODE_CONDITION)
	{
		postprocess_tail(node->rhs);
		if (node->other != NULL)
			postprocess_tail(node->other);
	}
	else if (node->type == NODE_BLOCK && node->list.count > 0)
		postprocess_tail(postprocess_last(&node->list));
}

/* A parent operator gets a slot of its own. */
static JsonataNode *
postprocess_parent(Postprocess *pass, JsonataNode *node)
{
	node->parent = palloc0(sizeof(ParentSlot));
	node->parent->label = asl_cstring(psprintf("!%d", pass->labels++));
	node->parent->level = 1;
	return node;
}

/* Everything that has operands but no meaning for paths. */
static JsonataNode *
postprocess_expression(Postprocess *pass, JsonataNode *node)
{
	/* What is called does not hand parent operators on. */
	if (node->type == NODE_CALL || node->type == NODE_PARTIAL)
		node->lhs = postprocess_node(pass, node->lhs);
	else
		node->lhs = postprocess_operand(pass, node, node->lhs);
	node->rhs = postprocess_operand(pass, node, node->rhs);
	node->other = postprocess_operand(pass, node, node->other);
	for (int i = 0; i < node->list.count; i++)
		node->list.items[i] = postprocess_operand(pass, node, node->list.items[i]);
	for (int i = 0; node->members != NULL && i < node->members->count; i++)
	{
		node->members->keys[i] = postprocess_operand(pass, node, node->members->keys[i]);
		node->members->values[i] = postprocess_operand(pass, node, node->members->values[i]);
	}
	return node;
}

/* The same for expressions that do not hand parent operators on: a lambda's or a transform's own parts. */
static JsonataNode *
postprocess_closed(Postprocess *pass, JsonataNode *node)
{
	if (node->lhs != NULL)
		node->lhs = postprocess_node(pass, node->lhs);
	node->rhs = postprocess_node(pass, node->rhs);
	if (node->other != NULL)
		node->other = postprocess_node(pass, node->other);
	if (node->type == NODE_LAMBDA)
		postprocess_tail(node->rhs);
	return node;
}

static JsonataNode *
postprocess_by_type(Postprocess *pass, JsonataNode *node)
{
	switch ((NodeType) node->type)
	{
		case NODE_STRING:
		case NODE_NUMBER:
		case NODE_VALUE:
		case NODE_VARIABLE:
		case NODE_CONTEXT:
		case NODE_WILDCARD:
		case NODE_DESCENDANT:
		case NODE_REGEX:
		case NODE_PLACEHOLDER:
			return node;
		case NODE_PARENT:
			return postprocess_parent(pass, node);
		case NODE_RAW_OPERATOR:
			/* "and", "or" and "in" where an operand belongs are names. */
			node->type = NODE_NAME;
			return postprocess_path(node);
		case NODE_NAME:
			return postprocess_path(node);
		case NODE_RAW:
			return postprocess_raw(pass, node);
		case NODE_NEGATE:
			return postprocess_negate(pass, node);
		case NODE_BLOCK:
			return postprocess_block(pass, node);
		case NODE_LAMBDA:
		case NODE_TRANSFORM:
			return postprocess_closed(pass, node);
		case NODE_APPLY:
			node->lhs = postprocess_node(pass, node->lhs);
			node->rhs = postprocess_node(pass, node->rhs);
			node->flags |= (node->lhs->flags | node->rhs->flags) & NODE_KEEP_ARRAY;
			return node;
		case NODE_END:
			RAISE(pass->escape, .code = "S0207", .position = node->position, .token = node->value);
		default:
			return postprocess_expression(pass, node);
	}
}

/* Rewrites a node and what is under it. */
static JsonataNode *
postprocess_node(Postprocess *pass, JsonataNode *node)
{
	JsonataNode	   *result;
	uint16		keep = node->flags & NODE_KEEP_ARRAY;

	CHECK_FOR_INTERRUPTS();
	if (stack_is_too_deep())
		RAISE(pass->escape, .code = "D1011", .position = node->position);
	result = postprocess_by_type(pass, node);
	result->flags |= keep;
	if (keep && result->type == NODE_PATH && result->list.items[0] == node)
		result->flags |= NODE_KEEP_SINGLETON;
	return result;
}

/* Rewrites a whole tree. */
JsonataNode *
asl_postprocess(JsonataNode *node, Escape *escape)
{
	Postprocess pass = {.escape = escape};

	node = postprocess_node(&pass, node);
	if (node->type == NODE_PARENT || node->seeking.count > 0)
		postprocess_no_parent(&pass, node);
	return node;
}
