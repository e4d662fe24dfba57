/*
 * path.c - evaluating compiled paths, and what can be said about them.
 *
 * Values are lazy views, so only the nodes on the way are touched; where no step is indefinite, nothing is allocated.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "path/path_steps.h"

/* Gathering the nodes that an indefinite path reaches. */
typedef struct Gathering
{
	const AslStep *end;			/* behind the last step to apply */
	AslValue	document;		/* "$" in filters and arguments */
	AslValue	result;			/* array, own */
} Gathering;

static void path_gather(Gathering *gathering, const AslStep *step, AslValue node);

/* An index counted from the end where negative; -1 outside of the array. */
static int64
path_position(AslValue array, int32 index)
{
	int64		count = asl_array_count(array);
	int64		position = index < 0 ? index + count : index;

	return position >= 0 && position < count ? position : -1;
}

/* The element at an index; undefined outside of the array and for what is no array. */
static AslValue
path_element(AslValue array, int32 index)
{
	int64		position;

	if (array.kind != ASL_ARRAY)
		return asl_undefined();
	position = path_position(array, index);
	return position < 0 ? asl_undefined() : asl_array_get(array, position);
}

/* The members that are there of the names, as one object. */
static AslValue
path_members(const AslStep *step, AslValue object)
{
	AslValue	result;

	if (object.kind != ASL_OBJECT)
		return asl_undefined();
	result = asl_object_new(step->u.names.count);
	for (int i = 0; i < step->u.names.count; i++)
	{
		AslName		name = step->u.names.items[i];
		AslValue	member = asl_object_get(object, name.text, name.length);

		if (asl_defined(member))
			asl_object_set(&result, name.text, name.length, member);
	}
	return result;
}

static AslValue
path_call(const AslStep *step, AslValue subject, AslValue document)
{
	int			count = step->u.call.count;
	AslValue   *arguments = count == 0 ? NULL : palloc(count * sizeof(AslValue));

	for (int i = 0; i < count; i++)
	{
		const AslPathArgument *argument = &step->u.call.arguments[i];

		arguments[i] = argument->path == NULL ? argument->literal : asl_path_follow(argument->path, document, document);
	}
	return step->u.call.function->call(subject, count, arguments);
}

AslValue
asl_path_step(const AslStep *step, AslValue node, AslValue document)
{
	switch (step->kind)
	{
		case ASL_STEP_NAME:
			if (node.kind != ASL_OBJECT)
				return asl_undefined();
			return asl_object_get(node, step->u.name.text, step->u.name.length);
		case ASL_STEP_INDEX:
			return path_element(node, step->u.index);
		case ASL_STEP_NAMES:
			return path_members(step, node);
		default:
			Assert(step->kind == ASL_STEP_FUNCTION);
			return path_call(step, node, document);
	}
}

/* Goes on to the next step where there is a node. */
static void
path_gather_on(Gathering *gathering, const AslStep *step, AslValue node)
{
	if (!asl_defined(node))
		return;
	if (step + 1 == gathering->end)
		asl_array_push(&gathering->result, node);
	else
		path_gather(gathering, step + 1, node);
}

/* The element at an index; as in AWS's JSON library there is a null behind an array's end, if no step follows. */
static void
path_gather_element(Gathering *gathering, const AslStep *step, AslValue node, int32 index)
{
	AslValue	element = path_element(node, index);

	if (!asl_defined(element) && node.kind == ASL_ARRAY && step + 1 == gathering->end)
		element = asl_null();
	path_gather_on(gathering, step, element);
}

/* All children that pass the step's filter, if it has one. */
static void
path_gather_children(Gathering *gathering, const AslStep *step, AslValue node)
{
	AslIterator children = asl_iterate(node);
	AslValue	key;
	AslValue	child;

	while (asl_next(&children, &key, &child))
	{
		if (step->kind == ASL_STEP_FILTER && !asl_filter_matches(step->u.filter, child, gathering->document))
			continue;
		path_gather_on(gathering, step, child);
	}
}

static void
path_gather_slice(Gathering *gathering, const AslStep *step, AslValue array)
{
	int64		count = asl_array_count(array);
	int64		from = step->u.slice.from;
	int64		to = step->u.slice.to;

	if (from < 0)
		from = from == PG_INT32_MIN ? 0 : Max(from + count, 0);
	if (to < 0)
		to += count;
	for (to = Min(to, count); from < to; from++)
		path_gather_on(gathering, step, asl_array_get(array, from));
}

/* The step applied to this node, ".." aside. */
static void
path_gather_step(Gathering *gathering, const AslStep *step, AslValue node)
{
	switch (step->kind)
	{
		case ASL_STEP_WILDCARD:
			if (asl_is_container(node))
				path_gather_children(gathering, step, node);
			break;
		case ASL_STEP_FILTER:
			/* an object is an item itself, not a list of items */
			if (node.kind == ASL_ARRAY && !step->descend)
				path_gather_children(gathering, step, node);
			else if ((node.kind == ASL_OBJECT || step->descend) &&
					 asl_filter_matches(step->u.filter, node, gathering->document))
				path_gather_on(gathering, step, node);
			break;
		case ASL_STEP_SLICE:
			if (node.kind == ASL_ARRAY)
				path_gather_slice(gathering, step, node);
			break;
		case ASL_STEP_INDEX:
			path_gather_element(gathering, step, node, step->u.index);
			break;
		case ASL_STEP_INDEXES:
			for (int i = 0; i < step->u.indexes.count; i++)
				path_gather_element(gathering, step, node, step->u.indexes.items[i]);
			break;
		case ASL_STEP_NAMES:
			if (step + 1 == gathering->end)
				path_gather_on(gathering, step, path_members(step, node));
			else if (node.kind == ASL_OBJECT)
				for (int i = 0; i < step->u.names.count; i++)
					path_gather_on(gathering, step, asl_object_get(node, step->u.names.items[i].text,
																   step->u.names.items[i].length));
			break;
		default:
			path_gather_on(gathering, step, asl_path_step(step, node, gathering->document));
	}
}

/* The step applied to the node and to all below it, parents first. */
static void
path_gather_descend(Gathering *gathering, const AslStep *step, AslValue node)
{
	AslIterator children;
	AslValue	key;
	AslValue	child;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	path_gather_step(gathering, step, node);
	if (!asl_is_container(node))
		return;
	children = asl_iterate(node);
	while (asl_next(&children, &key, &child))
		path_gather_descend(gathering, step, child);
}

/* Gathers what the steps from this one on lead to. */
static void
path_gather(Gathering *gathering, const AslStep *step, AslValue node)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (step->descend)
		path_gather_descend(gathering, step, node);
	else
		path_gather_step(gathering, step, node);
}

AslValue
asl_path_follow(const AslPath *path, AslValue start, AslValue document)
{
	const AslStep *step = path->steps;
	const AslStep *end = path->steps + path->step_count;

	if (path->spread > 0 && asl_defined(start))
	{
		Gathering	gathering = {.end = step + path->spread, .document = document, .result = asl_array_new(0)};

		path_gather(&gathering, step, start);
		start = gathering.result;
		step += path->spread;
	}
	for (; step < end && asl_defined(start); step++)
		start = asl_path_step(step, start, document);
	return start;
}

AslValue
asl_path_root_value(const AslPath *path, AslScope *scope)
{
	switch (path->root)
	{
		case ASL_ROOT_CONTEXT:
			return scope->context(scope);
		case ASL_ROOT_VARIABLE:
			return scope->variable(scope, path->variable, path->variable_length);
		default:
			return scope->input;
	}
}

AslValue
asl_path_evaluate(const AslPath *path, AslScope *scope)
{
	AslValue	root = asl_path_root_value(path, scope);

	return asl_path_follow(path, root, root);
}

bool
asl_path_is_past_end(const AslPath *path, AslScope *scope)
{
	AslValue	root;
	AslValue	node;

	if (!path->definite || path->step_count == 0 || path->steps[path->step_count - 1].kind != ASL_STEP_INDEX)
		return false;
	root = asl_path_root_value(path, scope);
	node = root;
	for (int i = 0; i < path->step_count - 1 && asl_defined(node); i++)
		node = asl_path_step(&path->steps[i], node, root);
	return node.kind == ASL_ARRAY && path_position(node, path->steps[path->step_count - 1].u.index) < 0;
}

bool
asl_path_is_definite(const AslPath *path)
{
	return path->definite;
}

AslPathRoot
asl_path_root(const AslPath *path, const char **variable_name)
{
	if (path->root == ASL_ROOT_VARIABLE && variable_name != NULL)
		*variable_name = path->variable;
	return path->root;
}

const char *
asl_path_text(const AslPath *path)
{
	return path->text;
}
