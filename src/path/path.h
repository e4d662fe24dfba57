/*
 * path.h - JSONPath as the Amazon States Language uses it (Jayway's dialect), reference paths included.
 *
 * A path begins with "$" (the scope's input), "$$" (the context object) or "$name" (a variable).
 */
#ifndef ASL_PATH_H
#define ASL_PATH_H

#include "value/scope.h"

typedef struct AslPath AslPath;	/* compiled; lives in the context it was parsed in */

/* What a parser says about a text it refuses. */
typedef struct AslSyntaxError
{
	const char *message;		/* what is wrong; lower case, no full stop */
	int			position;		/* byte offset in the text */
} AslSyntaxError;

/* Parses a path; NULL and *error where the text is none.  Never raises for bad input. */
extern AslPath *asl_path_parse(const char *text, int length, AslSyntaxError *error);
extern bool asl_path_is_reference(const AslPath *path, AslSyntaxError *why_not);
/* Does it yield one value or none?  Names, single indexes and a function at the end do; other paths yield arrays. */
extern bool asl_path_is_definite(const AslPath *path);
typedef enum AslPathRoot { ASL_ROOT_INPUT, ASL_ROOT_CONTEXT, ASL_ROOT_VARIABLE } AslPathRoot;
extern AslPathRoot asl_path_root(const AslPath *path, const char **variable_name);
extern const char *asl_path_text(const AslPath *path);

/* The value at the path; undefined where a definite path finds nothing (an indefinite one gives an array). */
extern AslValue asl_path_evaluate(const AslPath *path, AslScope *scope);
/* Jayway's words for why a definite path found nothing: "No results for path: $['a']" or
 * "Missing property in path $['a']". */
extern char *asl_path_missing(const AslPath *path, AslScope *scope);
/* Did a definite path find nothing because its last step, an index, lies outside of the array? */
extern bool asl_path_is_past_end(const AslPath *path, AslScope *scope);

/* A copy of target with value written at a reference path ("ResultPath"), missing objects created.  Raises
 * ERRCODE_ASL_RESULT_PATH_MATCH_FAILURE where it cannot be applied. */
extern AslValue asl_path_write(const AslPath *path, AslValue target, AslValue value);

#endif
