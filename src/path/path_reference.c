/*
 * path_reference.c - reference paths: which paths are, and writing at one ("ResultPath").
 */
#include "postgres.h"

#include "base/errors.h"
#include "miscadmin.h"
#include "path/path_steps.h"

/* Why the step may not stand in a reference path; NULL if it may. */
static const char *
path_reference_refusal(const AslStep *step)
{
	if (step->descend)
		return "a reference path must not contain \"..\"";
	switch (step->kind)
	{
		case ASL_STEP_NAME:
			for (int i = 0; i < step->u.name.length && !step->quoted; i++)
				if (strchr("@,:?*", step->u.name.text[i]) != NULL)
					return "a name with '@', ',', ':', '?' or '*' needs brackets and quotes in a reference path";
			return NULL;
		case ASL_STEP_INDEX:
			return step->u.index >= 0 ? NULL : "an array index must not be negative in a reference path";
		case ASL_STEP_WILDCARD:
			return "a reference path must not contain '*'";
		case ASL_STEP_FILTER:
			return "a reference path must not contain a filter";
		case ASL_STEP_SLICE:
			return "a reference path must not contain ':'";
		case ASL_STEP_FUNCTION:
			return "a reference path must not contain a function";
		default:
			return "a reference path must not contain ','";
	}
}

bool
asl_path_is_reference(const AslPath *path, AslSyntaxError *why_not)
{
	for (int i = 0; i < path->step_count; i++)
	{
		const char *refusal = path_reference_refusal(&path->steps[i]);

		if (refusal != NULL)
		{
			why_not->message = refusal;
			why_not->position = path->steps[i].position;
			return false;
		}
	}
	return true;
}

/* A copy of target with value written where the steps from this one on lead; *applied is false where they lead
 * nowhere.  An undefined target is one that is to be made. */
static AslValue
path_reference_write(const AslPath *path, int step_number, AslValue target, AslValue value, bool *applied)
{
	const AslStep *step = &path->steps[step_number];
	AslValue	copy;

	check_stack_depth();
	if (step_number == path->step_count)
		return value;
	if (step->kind == ASL_STEP_NAME && (target.kind == ASL_OBJECT || !asl_defined(target)))
	{
		AslName		name = step->u.name;
		AslValue	member = asl_defined(target) ? asl_object_get(target, name.text, name.length) : asl_undefined();

		copy = asl_defined(target) ? asl_object_copy(target) : asl_object_new(1);
		asl_object_set(&copy, name.text, name.length,
					   path_reference_write(path, step_number + 1, member, value, applied));
		return copy;
	}
	if (step->kind == ASL_STEP_INDEX && target.kind == ASL_ARRAY && step->u.index < asl_array_count(target))
	{
		copy = asl_array_copy(target);
		asl_array_set(&copy, step->u.index,
					  path_reference_write(path, step_number + 1, asl_array_get(target, step->u.index), value, applied));
		return copy;
	}
	*applied = false;
	return target;
}

AslValue
asl_path_write(const AslPath *path, AslValue target, AslValue value)
{
	bool		applied = true;
	AslValue	result = path_reference_write(path, 0, target, value, &applied);

	if (!applied)
		ereport(ERROR,
				(errcode(ERRCODE_ASL_RESULT_PATH_MATCH_FAILURE),
				 errmsg("Unable to apply ReferencePath %s to input %s", path->text, asl_to_json(target))));
	return result;
}
