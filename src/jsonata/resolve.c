/*
 * resolve.c - the pass over the tree that gives each variable its place, and marks what the evaluator can do faster.
 *
 * A name means the variable of the innermost scope that binds it anywhere.  As a binding takes effect only when it is
 * evaluated, and others further out are seen until then, a reference lists the places in which to look.
 */
#include "postgres.h"

#include "jsonata/builtin.h"
#include "jsonata/parser.h"
#include "miscadmin.h"

typedef struct Resolve
{
	JsonataExpr *expr;
	Scope	   *scope;			/* of the expression as a whole */
	Escape	   *escape;
} Resolve;

static void resolve_node(Resolve *pass, Scope *scope, JsonataNode *node);

/* Marks the nodes that contain a lambda or a transform, or may make one by $eval. */
static void
resolve_mark_closures(JsonataNode *node, void *arg)
{
	asl_node_operands(node, resolve_mark_closures, node);
	asl_node_attachments(node, resolve_mark_closures, node);
	if (node->type == NODE_LAMBDA || node->type == NODE_TRANSFORM ||
		(node->type == NODE_VARIABLE && asl_string_is(node->value, "eval")))
		node->flags |= NODE_CLOSURE;
	if (arg != NULL)
		((JsonataNode *) arg)->flags |= node->flags & NODE_CLOSURE;
}

/* A shape without slots. */
static Shape *
resolve_shape(bool captured)
{
	Shape	   *shape = palloc0(sizeof(Shape));

	shape->captured = captured;
	return shape;
}

/* A scope inside another; shape NULL: in the frame of that other one. */
static Scope *
resolve_scope(Scope *outer, Shape *shape)
{
	Scope	   *scope = palloc0(sizeof(Scope));

	scope->outer = outer;
	scope->own_frame = shape != NULL;
	scope->shape = shape != NULL ? shape : outer->shape;
	return scope;
}

/* The slot of a name in a scope, -1 where the scope does not know it; of two alike the later one counts. */
static int
resolve_find(const Scope *scope, AslValue name, bool *bound)
{
	AslValue	at = scope->count == 0 ? asl_undefined() : asl_object_get(scope->index, name.u.string, name.length);
	int			i = asl_defined(at) ? (int) at.u.number : -1;

	if (i < 0)
		return -1;
	*bound = scope->names[i].bound;
	return scope->names[i].slot;
}

/* Gives a name a new slot in a scope. */
static int
resolve_append(Scope *scope, AslValue name, bool bound)
{
	int			slot = scope->shape->slots++;

	CHECK_FOR_INTERRUPTS();
	if (scope->count == 0)
		scope->index = asl_object_new(4);
	scope->names = scope->count == 0 ? palloc(sizeof(ScopeName)) :
		repalloc(scope->names, (scope->count + 1) * sizeof(ScopeName));
	asl_object_set(&scope->index, name.u.string, name.length, asl_number(scope->count));
	scope->names[scope->count++] = (ScopeName) {.name = name, .slot = slot, .bound = bound};
	return slot;
}

/* The slot of a name in a scope, which gets one if it has none; not bound yet. */
static int
resolve_add(Scope *scope, AslValue name)
{
	bool		bound;
	int			slot = resolve_find(scope, name, &bound);

	return slot >= 0 ? slot : resolve_append(scope, name, false);
}

/* The free variable of a name. */
static FreeVariable *
resolve_free(JsonataExpr *expr, AslValue name)
{
	FreeVariable *variable;
	AslValue	at = asl_undefined();

	CHECK_FOR_INTERRUPTS();
	if (expr->free_count == 0)
		expr->free_index = asl_object_new(4);
	else
		at = asl_object_get(expr->free_index, name.u.string, name.length);
	if (asl_defined(at))
		return expr->free[(int) at.u.number];
	asl_object_set(&expr->free_index, name.u.string, name.length, asl_number(expr->free_count));
	variable = palloc0(sizeof(FreeVariable));
	variable->name = name;
	variable->slot = expr->shape->slots++;
	variable->builtin = asl_builtin_find(name, expr->dialect);
	expr->free = expr->free_count == 0 ? palloc(sizeof(FreeVariable *)) :
		repalloc(expr->free, (expr->free_count + 1) * sizeof(FreeVariable *));
	expr->free[expr->free_count++] = variable;
	return variable;
}

/* The places in which to look for a name, the innermost first, the expression's free variables last. */
static VariableRef
resolve_name(Resolve *pass, Scope *scope, AslValue name)
{
	VariableRef first = {0};
	VariableRef *ref = &first;
	int			hops = 0;
	int			free_hops = 0;

	for (; scope != NULL; scope = scope->outer)
	{
		bool		bound;
		int			slot = resolve_find(scope, name, &bound);

		if (slot >= 0)
		{
			ref->hops = hops;
			ref->slot = slot;
			if (bound)
				return first;
			ref->next = palloc0(sizeof(VariableRef));
			ref = ref->next;
		}
		if (scope == pass->scope)
			free_hops = hops;
		if (scope->own_frame)
			hops++;
	}
	ref->free = resolve_free(pass->expr, name);
	ref->hops = free_hops;
	ref->slot = ref->free->slot;
	return first;
}

/* Gives the variables bound in an expression slots in the scope, up to where other scopes begin. */
static void
resolve_declare(JsonataNode *node, void *arg)
{
	Scope	   *scope = arg;

	switch (node->type)
	{
		case NODE_LAMBDA:
		case NODE_TRANSFORM:
			asl_node_attachments(node, resolve_declare, arg);
			return;
		case NODE_BIND:
			resolve_add(scope, node->lhs->value);
			break;
		case NODE_BLOCK:
			asl_node_attachments(node, resolve_declare, arg);
			return;
		case NODE_PATH:
			if (node->tuple_from < 0)
				break;
			for (int i = 0; i < node->tuple_from; i++)
				resolve_declare(node->list.items[i], arg);
			return;
		default:
			break;
	}
	asl_node_operands(node, resolve_declare, arg);
	asl_node_attachments(node, resolve_declare, arg);
}

/* Sets tuple_from of all paths, which everything else asks for. */
static void
resolve_mark_tuples(JsonataNode *node, void *arg)
{
	if (node->type == NODE_PATH)
	{
		for (int i = node->list.count - 1; i >= 0; i--)
		{
			if (node->list.items[i]->flags & NODE_TUPLE)
				node->tuple_from = i;
		}
		/* As in the reference an array constructor that a path begins with is evaluated once, before there are rows. */
		if (node->tuple_from == 0 && (node->list.items[0]->flags & NODE_CONSARRAY))
			node->tuple_from = 1;
	}
	asl_node_operands(node, resolve_mark_tuples, arg);
	asl_node_attachments(node, resolve_mark_tuples, arg);
}

/*
 * The path whose rows a step yields as they are, NULL where it yields none: a group around the path has no rows, nor have
 * the predicates of a block inside the step.
 */
static JsonataNode *
resolve_inner_path(JsonataNode *step)
{
	while (step->type == NODE_BLOCK && step->list.count > 0 && step->group == NULL)
	{
		step = step->list.items[step->list.count - 1];
		if (step->predicates.count > 0)
			return NULL;
	}
	return step->type == NODE_PATH && step->tuple_from >= 0 && (step->flags & NODE_TUPLE) ? step : NULL;
}

/* Gives the columns of a path's rows slots, those of inner rows included. */
static void
resolve_columns(Scope *scope, JsonataNode *path)
{
	for (int i = path->tuple_from; i < path->list.count; i++)
	{
		JsonataNode	   *step = path->list.items[i];
		JsonataNode	   *inner = resolve_inner_path(step);

		if (inner != NULL)
			resolve_columns(scope, inner);
		if (asl_defined(step->focus))
			resolve_add(scope, step->focus);
		if (asl_defined(step->index))
			resolve_add(scope, step->index);
		if (step->ancestor != NULL)
			resolve_add(scope, step->ancestor->label);
		for (int s = 0; s < step->stages.count; s++)
		{
			Stage	   *stage = &step->stages.items[s];

			if (stage->filter == NULL)
				stage->column = resolve_add(scope, stage->index);
		}
	}
}

/* What a step does to its rows, once their columns have slots. */
static TupleStep *
resolve_tuple_step(Scope *scope, JsonataNode *step)
{
	TupleStep  *tuple = palloc0(sizeof(TupleStep));
	JsonataNode	   *inner = resolve_inner_path(step);
	bool		bound;

	tuple->focus = asl_defined(step->focus) ? resolve_find(scope, step->focus, &bound) : -1;
	tuple->index = asl_defined(step->index) ? resolve_find(scope, step->index, &bound) : -1;
	tuple->ancestor = step->ancestor != NULL ? resolve_find(scope, step->ancestor->label, &bound) : -1;
	if (inner != NULL)
	{
		inner->flags |= NODE_ROWS;
		tuple->inner = inner->shape;
		tuple->merge = palloc0(inner->shape->columns * sizeof(int));
		for (int i = 0; i < inner->scope->count; i++)
		{
			const ScopeName *name = &inner->scope->names[i];

			if (name->slot > 0 && name->slot < inner->shape->columns)
				tuple->merge[name->slot] = resolve_find(scope, name->name, &bound);
		}
	}
	return tuple;
}

/* The predicates of a step that yields rows of its own filter these rows, with all their columns. */
static void
resolve_row_predicates(JsonataNode *step)
{
	StageList	stages = step->stages;

	if (resolve_inner_path(step) == NULL || step->predicates.count == 0)
		return;
	step->stages = step->predicates;
	step->predicates.count = 0;
	for (int i = 0; i < stages.count; i++)
		asl_node_push_stage(&step->stages, stages.items[i]);
}

/* A path with a tuple stream: from its first tuple step on everything is evaluated in the frame of a row. */
static void
resolve_tuple_path(Resolve *pass, Scope *outer, JsonataNode *path)
{
	Shape	   *shape = resolve_shape((path->flags & NODE_CLOSURE) != 0);
	Scope	   *scope = resolve_scope(outer, shape);

	path->shape = shape;
	path->scope = scope;
	resolve_append(scope, asl_cstring("@"), true);
	resolve_columns(scope, path);
	shape->columns = shape->slots;
	for (int i = path->tuple_from; i < path->list.count; i++)
	{
		resolve_row_predicates(path->list.items[i]);
		resolve_declare(path->list.items[i], scope);
	}
	for (int i = 0; i < path->list.count; i++)
	{
		JsonataNode	   *step = path->list.items[i];

		resolve_node(pass, i < path->tuple_from ? outer : scope, step);
		if (i >= path->tuple_from)
			step->tuple = resolve_tuple_step(scope, step);
	}
	for (int i = 0; path->group != NULL && i < path->group->count; i++)
	{
		resolve_node(pass, scope, path->group->keys[i]);
		resolve_node(pass, scope, path->group->values[i]);
	}
}

/* A scope of its own for the body of a lambda or for a transform. */
static Scope *
resolve_function_scope(Scope *outer, JsonataNode *node)
{
	bool		captured = false;

	if (node->lhs != NULL)
		captured |= (node->lhs->flags & NODE_CLOSURE) != 0;
	captured |= (node->rhs->flags & NODE_CLOSURE) != 0;
	if (node->other != NULL)
		captured |= (node->other->flags & NODE_CLOSURE) != 0;
	node->shape = resolve_shape(captured);
	return resolve_scope(outer, node->shape);
}

static void
resolve_lambda(Resolve *pass, Scope *outer, JsonataNode *node)
{
	Scope	   *scope = resolve_function_scope(outer, node);

	for (int i = 0; i < node->list.count; i++)
		resolve_append(scope, node->list.items[i]->value, true);
	resolve_declare(node->rhs, scope);
	resolve_node(pass, scope, node->rhs);
}

static void
resolve_transform(Resolve *pass, Scope *outer, JsonataNode *node)
{
	Scope	   *scope = resolve_function_scope(outer, node);

	resolve_declare(node->lhs, scope);
	resolve_declare(node->rhs, scope);
	if (node->other != NULL)
		resolve_declare(node->other, scope);
	node->ref = resolve_name(pass, scope, asl_cstring("clone"));
	resolve_node(pass, scope, node->lhs);
	resolve_node(pass, scope, node->rhs);
	if (node->other != NULL)
		resolve_node(pass, scope, node->other);
}

/* A block: a frame of its own only where a function can keep its variables. */
static void
resolve_block(Resolve *pass, Scope *outer, JsonataNode *node)
{
	Scope	   *scope;
	bool		captured = false;

	for (int i = 0; i < node->list.count; i++)
		captured |= (node->list.items[i]->flags & NODE_CLOSURE) != 0;
	scope = resolve_scope(outer, captured ? resolve_shape(true) : NULL);
	node->first_slot = scope->shape->slots;
	for (int i = 0; i < node->list.count; i++)
		resolve_declare(node->list.items[i], scope);
	node->slots = scope->count;
	if (scope->count == 0)
		scope = outer;
	else if (captured)
		node->shape = scope->shape;
	for (int i = 0; i < node->list.count; i++)
		resolve_node(pass, scope, node->list.items[i]);
}

typedef struct ResolveChild
{
	Resolve    *pass;
	Scope	   *scope;
} ResolveChild;

static void
resolve_child(JsonataNode *node, void *arg)
{
	ResolveChild *child = arg;

	resolve_node(child->pass, child->scope, node);
}

/* Whether all keys are literals and no two alike: then nothing has to be grouped. */
static void
resolve_literal_keys(Group *group)
{
	if (group == NULL)
		return;
	group->literal_keys = true;
	for (int i = 0; i < group->count; i++)
	{
		if (group->keys[i]->type != NODE_STRING || (group->keys[i]->flags & NODE_FINISH))
			group->literal_keys = false;
		for (int j = 0; j < i && group->literal_keys; j++)
			group->literal_keys = !asl_equal(group->keys[i]->value, group->keys[j]->value);
	}
}

/* Turns a & b & c, which the parser nests, into one concatenation of three. */
static void
resolve_concat(JsonataNode *node)
{
	NodeList	operands = {0};

	if (node->lhs->type == NODE_CONCAT && !(node->lhs->flags & NODE_FINISH))
		operands = node->lhs->list;
	else
		asl_node_push(&operands, node->lhs);
	asl_node_push(&operands, node->rhs);
	node->type = NODE_CONCAT;
	node->list = operands;
	node->lhs = node->rhs = NULL;
}

/* Is the node made of literals and variables only? */
static bool
resolve_is_steady(const JsonataNode *node)
{
	if ((node->flags & NODE_FINISH) || node->stages.count > 0)
		return false;
	switch (node->type)
	{
		case NODE_STRING:
		case NODE_NUMBER:
		case NODE_VALUE:
		case NODE_VARIABLE:
			return true;
		case NODE_NEGATE:
			return (node->lhs->flags & NODE_STEADY) != 0;
		case NODE_BINARY:
			return (node->lhs->flags & node->rhs->flags & NODE_STEADY) != 0;
		case NODE_ARRAY:
			for (int i = 0; i < node->list.count; i++)
				if (!(node->list.items[i]->flags & NODE_STEADY))
					return false;
			return true;
		default:
			return false;
	}
}

/* Marks what the evaluator can do faster, children first. */
static void
resolve_specialise(JsonataNode *node)
{
	if (node->predicates.count > 0 || (node->group != NULL && node->type != NODE_PATH) || (node->flags & NODE_KEEP_ARRAY))
		node->flags |= NODE_FINISH;
	if (node->type == NODE_BINARY && node->op == OP_CONCAT)
		resolve_concat(node);
	if (node->type == NODE_BINARY && !(node->flags & NODE_FINISH) &&
		(node->op == OP_EQUAL || node->op == OP_NOT_EQUAL || node->op == OP_LESS || node->op == OP_LESS_EQUAL ||
		 node->op == OP_GREATER || node->op == OP_GREATER_EQUAL || node->op == OP_AND || node->op == OP_OR ||
		 node->op == OP_IN))
		node->flags |= NODE_TRUTH;
	if (resolve_is_steady(node))
		node->flags |= NODE_STEADY;
	resolve_literal_keys(node->members);
	resolve_literal_keys(node->group);
	if (node->type == NODE_PATH && node->list.count == 1 && node->tuple_from < 0 && node->group == NULL &&
		!(node->flags & (NODE_KEEP_SINGLETON | NODE_KEEP_ARRAY)) && node->list.items[0]->type == NODE_NAME &&
		node->list.items[0]->stages.count == 0)
	{
		node->type = NODE_FIELD;
		node->value = node->list.items[0]->value;
	}
}

/* Resolves the variables of what a node is made of. */
static void
resolve_operands(Resolve *pass, Scope *scope, JsonataNode *node)
{
	ResolveChild child = {.pass = pass, .scope = scope};

	switch (node->type)
	{
		case NODE_VARIABLE:
			node->ref = resolve_name(pass, scope, node->value);
			if (asl_string_is(node->value, "eval"))
				node->scope = scope;
			break;
		case NODE_PARENT:
			node->ref = resolve_name(pass, scope, node->parent->label);
			break;
		case NODE_LAMBDA:
			resolve_lambda(pass, scope, node);
			break;
		case NODE_TRANSFORM:
			resolve_transform(pass, scope, node);
			break;
		case NODE_BLOCK:
			resolve_block(pass, scope, node);
			break;
		default:
			asl_node_operands(node, resolve_child, &child);
			break;
	}
	if ((node->type == NODE_CALL || node->type == NODE_PARTIAL) && node->lhs->type == NODE_FIELD)
		node->ref = resolve_name(pass, scope, node->lhs->value);
}

/* Resolves the variables of a node and of what is under it. */
static void
resolve_node(Resolve *pass, Scope *scope, JsonataNode *node)
{
	ResolveChild child = {.pass = pass, .scope = scope};

	if (stack_is_too_deep())
		RAISE(pass->escape, .code = "D1011", .position = node->position);
	if (node->type == NODE_PATH && node->tuple_from >= 0)
		resolve_tuple_path(pass, scope, node);
	else
	{
		resolve_operands(pass, scope, node);
		asl_node_attachments(node, resolve_child, &child);
	}
	resolve_specialise(node);
}

/* Resolves the variables of a whole expression. */
void
asl_resolve(JsonataExpr *expr, Scope *outer, Escape *escape)
{
	Resolve		pass = {.expr = expr, .escape = escape};
	Scope	   *scope;

	resolve_mark_closures(expr->root, NULL);
	resolve_mark_tuples(expr->root, NULL);
	expr->shape = resolve_shape(true);
	scope = resolve_scope(outer, expr->shape);
	pass.scope = scope;
	resolve_declare(expr->root, scope);
	resolve_node(&pass, scope, expr->root);
}
