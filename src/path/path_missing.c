/*
 * path_missing.c - why a path found nothing, in Jayway's words.
 */
#include "postgres.h"

#include "path/path_steps.h"

/* A name in quotes, with \ and ' escaped. */
static void
path_missing_append_name(StringInfo out, AslName name)
{
	appendStringInfoChar(out, '\'');
	for (int i = 0; i < name.length; i++)
	{
		if (name.text[i] == '\'' || name.text[i] == '\\')
			appendStringInfoChar(out, '\\');
		appendStringInfoChar(out, name.text[i]);
	}
	appendStringInfoChar(out, '\'');
}

/* "[1:3]" */
static void
path_missing_append_slice(StringInfo out, const AslStep *step)
{
	appendStringInfoChar(out, '[');
	if (step->u.slice.from != PG_INT32_MIN)
		appendStringInfo(out, "%d", step->u.slice.from);
	appendStringInfoChar(out, ':');
	if (step->u.slice.to != PG_INT32_MAX)
		appendStringInfo(out, "%d", step->u.slice.to);
	appendStringInfoChar(out, ']');
}

static void
path_missing_append_step(StringInfo out, const AslStep *step)
{
	if (step->descend)
		appendStringInfoString(out, "..");
	switch (step->kind)
	{
		case ASL_STEP_NAME:
			appendStringInfoChar(out, '[');
			path_missing_append_name(out, step->u.name);
			appendStringInfoChar(out, ']');
			break;
		case ASL_STEP_INDEX:
			appendStringInfo(out, "[%d]", step->u.index);
			break;
		case ASL_STEP_NAMES:
			for (int i = 0; i < step->u.names.count; i++)
			{
				appendStringInfoChar(out, i == 0 ? '[' : ',');
				path_missing_append_name(out, step->u.names.items[i]);
			}
			appendStringInfoChar(out, ']');
			break;
		case ASL_STEP_INDEXES:
			for (int i = 0; i < step->u.indexes.count; i++)
				appendStringInfo(out, "%c%d", i == 0 ? '[' : ',', step->u.indexes.items[i]);
			appendStringInfoChar(out, ']');
			break;
		case ASL_STEP_SLICE:
			path_missing_append_slice(out, step);
			break;
		case ASL_STEP_WILDCARD:
			appendStringInfoString(out, "[*]");
			break;
		case ASL_STEP_FILTER:
			appendStringInfoString(out, "[?]");
			break;
		case ASL_STEP_FUNCTION:
			appendStringInfo(out, ".%s(%s)", step->u.call.function->name, step->u.call.count > 0 ? "..." : "");
			break;
	}
}

/* The first count steps as Jayway writes them: $['a'][0].  The context object's root is "$" here, too. */
static char *
path_missing_text(const AslPath *path, int count)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoChar(&text, '$');
	if (path->root == ASL_ROOT_VARIABLE)
		appendStringInfoString(&text, path->variable);
	for (int i = 0; i < count; i++)
		path_missing_append_step(&text, &path->steps[i]);
	return text.data;
}

/* What a value is called in the message. */
static const char *
path_missing_kind(AslValue value)
{
	switch (value.kind)
	{
		case ASL_NULL:
			return "null";
		case ASL_BOOL:
			return "boolean";
		case ASL_NUMBER:
			return "number";
		case ASL_STRING:
			return "string";
		default:
			return "array";
	}
}

/* The message for the step that leads nowhere from this node. */
static char *
path_missing_at(const AslPath *path, int step_number, AslValue node)
{
	const AslStep *step = &path->steps[step_number];

	if (step->kind == ASL_STEP_INDEX && node.kind != ASL_ARRAY)
		return psprintf("Filter: [%d] can only be applied to arrays. Current context is: %s",
						step->u.index, asl_to_json(node));
	if (step->kind == ASL_STEP_NAME && node.kind != ASL_OBJECT)
		return psprintf("Expected to find an object with property %s in path %s but found '%s'.",
						path_missing_text(path, step_number + 1) + strlen(path_missing_text(path, step_number)),
						path_missing_text(path, step_number), path_missing_kind(node));
	if (step->kind == ASL_STEP_NAME && step_number < path->step_count - 1)
		return psprintf("Missing property in path %s", path_missing_text(path, step_number + 1));
	return psprintf("No results for path: %s", path_missing_text(path, path->step_count));
}

char *
asl_path_missing(const AslPath *path, AslScope *scope)
{
	AslValue	root = asl_path_root_value(path, scope);
	AslValue	node = root;

	for (int i = 0; i < path->step_count && path->spread == 0 && asl_defined(root); i++)
	{
		AslValue	next = asl_path_step(&path->steps[i], node, root);

		if (!asl_defined(next))
			return path_missing_at(path, i, node);
		node = next;
	}
	return psprintf("No results for path: %s", path_missing_text(path, path->step_count));
}
