/*
 * definition_expression.c - readers of the fields that are computed when a state runs: paths, payload templates,
 * JSONata, and the numbers, strings and arrays that a JSONata state may compute instead of spelling them out.
 */
#include "postgres.h"

#include "asl/definition_reader.h"
#include "asl/jsonata_template.h"
#include "asl/timestamp.h"
#include "miscadmin.h"

/* Where in the target the expression goes. */
#define SLOT	((AslExpr *) ((char *) target + field->offset))

/* The name by which causes speak of what is being read: its location within the state, "Choices[1]/Condition". */
static const char *
expression_field(AslReader *reader)
{
	int			start = Min(reader->state_location + 1, reader->location.len);

	return pstrdup(reader->location.data + start);
}

static AslExpr
expression_literal(AslReader *reader, AslValue value)
{
	return (AslExpr) {.kind = ASL_EXPR_LITERAL, .field = expression_field(reader), .literal = value};
}

/* Is it a string that is written as an expression, "{% … %}", or meant as one? */
static bool
expression_is_jsonata(AslValue value)
{
	return value.kind == ASL_STRING && value.length >= 2 && memcmp(value.u.string, "{%", 2) == 0;
}

/*
 * Paths
 */

/* Notes the variable that the path begins with. */
static void
expression_note_path(const AslPath *path, void *reader)
{
	const char *variable;

	if (asl_path_root(path, &variable) == ASL_ROOT_VARIABLE)
		asl_note_reference(reader, variable);
}

/* Complains if a path begins with "$$" or "$name" where it must not. */
static bool
expression_check_root(AslReader *reader, const AslField *field, const AslPath *path)
{
	const char *variable;
	AslPathRoot root = asl_path_root(path, &variable);

	if (root == ASL_ROOT_CONTEXT && (field->flags & ASL_CONTEXT_REFUSED))
		asl_complain(reader, ASL_SCHEMA, "Value is not a Reference Path: the context object is not allowed here");
	else if (root == ASL_ROOT_VARIABLE && (field->flags & ASL_VARIABLES_REFUSED))
		asl_complain(reader, ASL_SCHEMA, "Value is not a Reference Path: a variable is not allowed here");
	else
		return true;
	return false;
}

/*
 * Parses a reference path.  In choice rules AWS calls everything that it refuses no reference path, elsewhere only
 * what is a path of another kind.
 */
AslPath *
asl_parse_reference_path(AslReader *reader, const AslField *field, AslValue value, bool choice)
{
	AslSyntaxError error;
	AslPath    *path;

	if (!asl_expect(reader, value, ASL_STRING))
		return NULL;
	if (choice && (value.length == 0 || value.u.string[0] != '$'))
		asl_complain(reader, ASL_SCHEMA, "Value is not a Reference Path: Reference path didn't start with '$'");
	else if ((path = asl_path_parse(value.u.string, value.length, &error)) == NULL)
	{
		if (choice)
			asl_complain(reader, ASL_SCHEMA, "Value is not a Reference Path: %s", error.message);
		else
			asl_complain(reader, ASL_SCHEMA, "Value must be a valid JSONPath.");
		asl_explain(reader, asl_to_cstring(value), &error);
	}
	else if (!asl_path_is_reference(path, &error))
		asl_complain(reader, ASL_SCHEMA, "Value is not a Reference Path: %s", error.message);
	else if (expression_check_root(reader, field, path))
	{
		expression_note_path(path, reader);
		return path;
	}
	return NULL;
}

/* A path as an expression. */
static AslExpr
expression_path(AslReader *reader, AslPathExpr *path)
{
	return (AslExpr) {.kind = ASL_EXPR_PATH, .field = expression_field(reader), .path = path};
}

/* A reference path; null too where the field allows it. */
void
asl_read_reference_path(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslPath    *path;

	if (value.kind == ASL_NULL && (field->flags & ASL_NULL_ALLOWED))
		*SLOT = expression_literal(reader, value);
	else if ((path = asl_parse_reference_path(reader, field, value, false)) != NULL)
	{
		AslPathExpr *expr = palloc0(sizeof(AslPathExpr));

		expr->text = asl_to_cstring(value);
		expr->path = path;
		*SLOT = expression_path(reader, expr);
	}
}

/* Is it one of the functions that give a string, as Error and Cause need one? */
static bool
expression_gives_text(const AslIntrinsic *call)
{
	static const char *const functions[] = {
		"States.Format", "States.JsonToString", "States.ArrayGetItem", "States.Base64Encode", "States.Base64Decode",
		"States.Hash", "States.UUID"
	};

	for (int i = 0; i < lengthof(functions); i++)
	{
		if (strcmp(asl_intrinsic_name(call), functions[i]) == 0)
			return true;
	}
	return false;
}

/* A path or an intrinsic function call; a complaint if it is none, or a call where only paths are allowed. */
static void
expression_read_path(AslReader *reader, AslValue value, bool calls, AslExpr *slot)
{
	AslSyntaxError error = {calls ? "the function does not give a text" : "only a path may stand here", 0};
	AslPathExpr *expr;

	if (!asl_expect(reader, value, ASL_STRING))
		return;
	expr = asl_path_expr_parse(value.u.string, value.length, &error);
	if (expr == NULL || (expr->call != NULL && !(calls && expression_gives_text(expr->call))))
	{
		asl_complain(reader, ASL_SCHEMA, calls ? "Value must be a valid JSONPath or a valid intrinsic function call." :
					 "Value must be a valid JSONPath.");
		asl_explain(reader, asl_to_cstring(value), &error);
		return;
	}
	if (expr->call != NULL)
		asl_intrinsic_paths(expr->call, expression_note_path, reader);
	else
		expression_note_path(expr->path, reader);
	*slot = expression_path(reader, expr);
}

/* InputPath, OutputPath: any path, or null. */
void
asl_read_path(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	if (value.kind == ASL_NULL)
		*SLOT = expression_literal(reader, value);
	else
		expression_read_path(reader, value, false, SLOT);
}

/* ErrorPath, CausePath: a path or an intrinsic function call. */
void
asl_read_path_or_call(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	expression_read_path(reader, value, true, SLOT);
}

/*
 * Templates
 */

/* Reports a fault of a payload template; pointer is the place below the template, error why the text is refused. */
static void
expression_complain_payload(void *arg, const char *pointer, const char *message, const char *text,
							const AslSyntaxError *error)
{
	AslReader  *reader = arg;
	int			entered = reader->location.len;

	appendStringInfoString(&reader->location, pointer);
	asl_report(reader, false, ASL_SCHEMA, message);
	if (error != NULL)
		asl_explain(reader, text, error);
	asl_leave(reader, entered);
}

/* Does a text look like a path or an intrinsic function call that the author meant to be computed? */
static bool
expression_looks_computed(AslValue text)
{
	static const char *const beginnings[] = {"$.", "$$.", "$[", "States."};

	for (int i = 0; i < lengthof(beginnings); i++)
	{
		int			length = strlen(beginnings[i]);

		if (text.length > length && memcmp(text.u.string, beginnings[i], length) == 0)
			return true;
	}
	return false;
}

/* Warns of members of a payload template whose key may have lost its ".$". */
static void
expression_warn_constants(AslReader *reader, AslValue value)
{
	AslIterator it;
	AslValue	key,
				element;

	check_stack_depth();
	if (!asl_is_container(value))
		return;
	it = asl_iterate(value);
	while (asl_next(&it, &key, &element))
	{
		if (element.kind != ASL_STRING)
			expression_warn_constants(reader, element);
		else if (key.kind == ASL_STRING && expression_looks_computed(element) &&
				 !(key.length > 2 && memcmp(key.u.string + key.length - 2, ".$", 2) == 0))
			asl_warn(reader, "NO_DOLLAR",
					 "The value of '%s' looks like a JSONPath or an intrinsic function. Use '%s.$' to have it computed.",
					 asl_to_cstring(key), asl_to_cstring(key));
	}
}

/* Parameters, ResultSelector: a payload template of any JSON kind but null; a text for itself is a literal. */
void
asl_read_payload(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslTemplate *payload;

	if (value.kind == ASL_NULL)
	{
		asl_expect(reader, value, ASL_OBJECT);
		return;
	}
	payload = asl_template_parse(value, expression_complain_payload, reader);
	if (payload == NULL)
		return;
	asl_template_paths(payload, expression_note_path, reader);
	expression_warn_constants(reader, value);
	*SLOT = (AslExpr) {.kind = ASL_EXPR_TEMPLATE, .field = expression_field(reader), .payload = payload};
}

/* What a JSONata field's expressions may refer to. */
typedef struct JsonataPlace
{
	AslReader  *reader;
	const AslField *field;
	int			entered;		/* length of the location of the state */
} JsonataPlace;

/* Moves to the place, relative to the state, of an expression within a field. */
static void
jsonata_enter(JsonataPlace *place, const char *field)
{
	asl_leave(place->reader, place->reader->state_location);
	appendStringInfo(&place->reader->location, "/%s", field);
}

/* Reports a fault in an expression of a JSONata field. */
static void
jsonata_complain(void *arg, const char *field, const char *code, const char *message)
{
	JsonataPlace *place = arg;

	jsonata_enter(place, field);
	asl_report(place->reader, false, code, message);
}

/* Is $states.MEMBER there for expressions of this field? */
static bool
jsonata_sees(JsonataPlace *place, const char *member)
{
	const AslState *state = place->reader->state;

	if (strcmp(member, "result") == 0)
		return (place->field->flags & ASL_SEES_RESULT) != 0 &&
			(state->type == ASL_TASK || state->type == ASL_PARALLEL || state->type == ASL_MAP);
	if (strcmp(member, "errorOutput") == 0)
		return (place->field->flags & ASL_SEES_ERROR_OUTPUT) != 0;
	return strcmp(member, "input") == 0 || strcmp(member, "context") == 0;
}

/* Checks and notes a variable that an expression of a JSONata field refers to. */
static void
jsonata_refer(void *arg, const char *field, const char *name, const char *member)
{
	JsonataPlace *place = arg;

	jsonata_enter(place, field);
	if (strcmp(name, "states") != 0)
		asl_note_reference(place->reader, name);
	else if (member != NULL && !jsonata_sees(place, member))
		asl_complain(place->reader, "UNSUPPORTED_JSONATA_EXPRESSION", "Field '$states.%s' does not exist.", member);
}

/* Reads any JSON with expressions in it. */
static void
expression_read_jsonata(AslReader *reader, const AslField *field, AslValue value, AslExpr *slot)
{
	JsonataPlace place = {.reader = reader, .field = field};
	char	   *location = pstrdup(reader->location.data);
	const char *name = expression_field(reader);
	AslJsonataTemplate *jsonata = asl_jsonata_template_parse(value, name, jsonata_complain, jsonata_refer, &place);

	resetStringInfo(&reader->location);
	appendStringInfoString(&reader->location, location);
	if (jsonata != NULL)
		*slot = (AslExpr) {.kind = ASL_EXPR_JSONATA, .field = name, .jsonata = jsonata};
}

/* A payload template that is an object, or any JSON with expressions in it. */
void
asl_read_template(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	if (reader->language == ASL_JSONATA)
		expression_read_jsonata(reader, field, value, SLOT);
	else if (asl_expect(reader, value, ASL_OBJECT))
		asl_read_payload(reader, field, value, target);
}

/* The length of a template's key without the ".$" of a computed member. */
static int
expression_key_length(AslReader *reader, AslValue key)
{
	bool		computed = reader->language == ASL_JSONPATH && key.length > 2 &&
		memcmp(key.u.string + key.length - 2, ".$", 2) == 0;

	return computed ? key.length - 2 : key.length;
}

/* Assign: a template whose members are variables. */
void
asl_read_assign(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslIterator it;
	AslValue	key,
				element;

	if (!asl_expect(reader, value, ASL_OBJECT))
		return;
	it = asl_iterate(value);
	while (asl_next(&it, &key, &element))
	{
		int			entered = asl_enter_member(reader, key);

		asl_note_assignment(reader, key.u.string, expression_key_length(reader, key));
		asl_leave(reader, entered);
	}
	asl_read_template(reader, field, value, target);
}

/* Credentials: a template with a RoleArn, which where it is a constant is kept beside the template. */
void
asl_read_credentials(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	const char *computed = reader->language == ASL_JSONPATH ? "RoleArn.$" : "RoleArn";
	AslValue	role;

	if (!asl_expect(reader, value, ASL_OBJECT))
		return;
	role = asl_object_get(value, "RoleArn", strlen("RoleArn"));
	if (!asl_defined(role) &&
		!asl_defined(asl_object_get(value, computed, strlen(computed))))
	{
		asl_complain(reader, ASL_SCHEMA, "The field 'RoleArn' is required but was missing");
		return;
	}
	asl_read_template(reader, field, value, target);
	if (role.kind == ASL_STRING && !(reader->language == ASL_JSONATA && expression_is_jsonata(role)))
		SLOT->literal = expression_literal(reader, role).literal;
}

/*
 * Constants that a JSONata state may compute
 */

/* Is value computed in this state?  Then it is read. */
static bool
expression_computed(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	if (reader->language != ASL_JSONATA || !expression_is_jsonata(value))
		return false;
	expression_read_jsonata(reader, field, value, SLOT);
	return true;
}

/* An integer in the field's range. */
void
asl_read_computed_int(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	if (!expression_computed(reader, field, value, target) && asl_check_number(reader, field, value, true))
		*SLOT = expression_literal(reader, value);
}

/* A number in the field's range. */
void
asl_read_computed_double(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	if (!expression_computed(reader, field, value, target) && asl_check_number(reader, field, value, false))
		*SLOT = expression_literal(reader, value);
}

/* Warns of a path where JSONPath has another field, NAMEPath, for one. */
static void
expression_warn_text(AslReader *reader, const AslField *field, AslValue value)
{
	if (reader->language == ASL_JSONPATH && expression_looks_computed(value))
		asl_warn(reader, "NO_PATH", "The value of '%s' looks like a JSONPath. Use '%sPath' to have it computed.",
				 field->name, field->name);
}

/* A string. */
void
asl_read_computed_text(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	if (expression_computed(reader, field, value, target) || !asl_expect(reader, value, ASL_STRING))
		return;
	expression_warn_text(reader, field, value);
	*SLOT = expression_literal(reader, value);
}

/* true or false. */
void
asl_read_computed_bool(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	if (!expression_computed(reader, field, value, target) && asl_expect(reader, value, ASL_BOOL))
		*SLOT = expression_literal(reader, value);
}

/* An array or object, which may have expressions in it. */
void
asl_read_computed_items(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	if (asl_is_container(value) || expression_is_jsonata(value))
		expression_read_jsonata(reader, field, value, SLOT);
	else
		asl_expect(reader, value, ASL_ARRAY);
}

/* A timestamp. */
void
asl_read_computed_timestamp(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslTimestamp instant;

	if (expression_computed(reader, field, value, target) || !asl_expect(reader, value, ASL_STRING))
		return;
	if (asl_timestamp_parse(value.u.string, value.length, &instant))
		*SLOT = expression_literal(reader, value);
	else
		asl_complain(reader, ASL_SCHEMA, "String does not match RFC3339 timestamp");
}
