/*
 * jsonata_template.c - JSON in which any string may be a JSONata expression.
 *
 * The compiled template is a tree that mirrors the JSON; what has no expression in it is one node, the literal.
 */
#include "postgres.h"

#include <math.h>

#include "asl/jsonata_template.h"
#include "base/errors.h"
#include "miscadmin.h"
#include "utils/fmgrprotos.h"

typedef enum NodeKind { NODE_LITERAL, NODE_EXPRESSION, NODE_ARRAY, NODE_OBJECT } NodeKind;

struct AslJsonataTemplate
{
	NodeKind	kind;
	AslValue	literal;		/* literals */

	/* expressions */
	const char *field;			/* the place, as causes name it */
	const char *text;			/* between the braces, trimmed */
	JsonataExpr *expr;
	bool		needs_context;	/* does it look at $states.context? */

	/* arrays and objects */
	int			count;
	AslValue   *keys;			/* objects */
	AslJsonataTemplate **parts;
};

/*
 * Compiling
 */

/* One compilation: whom to tell, and about which expression. */
typedef struct Compiler
{
	AslJsonataComplain complain;
	AslJsonataRefer refer;
	void	   *arg;
	bool		failed;
	AslJsonataTemplate *node;	/* the expression whose variables are being visited */
} Compiler;

static AslJsonataTemplate *compile(Compiler *compiler, AslValue value, const char *field);

static void
compile_complain(Compiler *compiler, const char *field, const char *code, const char *message)
{
	compiler->failed = true;
	compiler->complain(compiler->arg, field, code, message);
}

/* A variable of the expression. */
static void
compile_variable(void *arg, const char *name, const char *member)
{
	Compiler   *compiler = arg;

	if (strcmp(name, "states") == 0 && (member == NULL || strcmp(member, "context") == 0))
		compiler->node->needs_context = true;
	compiler->refer(compiler->arg, compiler->node->field, name, member);
}

/* Copies text without the blanks around it. */
static char *
trimmed(const char *text, int length)
{
	while (length > 0 && strchr(" \t\r\n", text[0]) != NULL)
	{
		text++;
		length--;
	}
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
		length--;
	return pnstrdup(text, length);
}

/* A string that is an expression; value is the whole of it, braces included. */
static AslJsonataTemplate *
compile_expression(Compiler *compiler, AslValue value, const char *field)
{
	AslJsonataTemplate *node = palloc0(sizeof(AslJsonataTemplate));
	JsonataError error = {0};
	List	   *unsupported;
	ListCell   *cell;

	node->kind = NODE_EXPRESSION;
	node->field = field;
	node->text = trimmed(value.u.string + 2, value.length - 4);
	node->expr = asl_jsonata_parse(node->text, strlen(node->text), JSONATA_STATES, &error);
	if (node->expr == NULL)
	{
		compile_complain(compiler, field, "INVALID_JSONATA_EXPRESSION", error.message);
		return node;
	}
	unsupported = asl_jsonata_unsupported(node->expr);
	compiler->node = node;
	foreach(cell, unsupported)
		compile_complain(compiler, field, "UNSUPPORTED_JSONATA_EXPRESSION", lfirst(cell));
	if (unsupported == NIL)
		asl_jsonata_variables(node->expr, compile_variable, compiler);
	return node;
}

/* A node for a value without expressions. */
static AslJsonataTemplate *
compile_literal(AslValue value)
{
	AslJsonataTemplate *node = palloc0(sizeof(AslJsonataTemplate));

	node->kind = NODE_LITERAL;
	node->literal = value;
	return node;
}

/* A string: an expression if it begins and ends as one. */
static AslJsonataTemplate *
compile_string(Compiler *compiler, AslValue value, const char *field)
{
	bool		begins = value.length >= 2 && memcmp(value.u.string, "{%", 2) == 0;
	bool		ends = value.length >= 4 && memcmp(value.u.string + value.length - 2, "%}", 2) == 0;

	if (begins && ends)
		return compile_expression(compiler, value, field);
	if (begins)
		compile_complain(compiler, field, "SCHEMA_VALIDATION_FAILED",
						 "JSONata string must start with {% and end with %}");
	return compile_literal(value);
}

/* An array or object: a literal if there is no expression in it. */
static AslJsonataTemplate *
compile_container(Compiler *compiler, AslValue value, const char *field)
{
	AslJsonataTemplate *node = palloc0(sizeof(AslJsonataTemplate));
	uint32		count = value.kind == ASL_ARRAY ? asl_array_count(value) : asl_object_count(value);
	AslIterator it = asl_iterate(value);
	AslValue	key,
				element;
	bool		literal = true;

	node->kind = value.kind == ASL_ARRAY ? NODE_ARRAY : NODE_OBJECT;
	node->keys = palloc(count * sizeof(AslValue));
	node->parts = palloc(count * sizeof(AslJsonataTemplate *));
	while (asl_next(&it, &key, &element))
	{
		char	   *place = value.kind == ASL_ARRAY ? psprintf("%s[%d]", field, node->count) :
			psprintf("%s/%.*s", field, (int) key.length, key.u.string);

		node->keys[node->count] = key;
		node->parts[node->count] = compile(compiler, element, place);
		literal &= node->parts[node->count++]->kind == NODE_LITERAL;
	}
	return literal ? compile_literal(value) : node;
}

static AslJsonataTemplate *
compile(Compiler *compiler, AslValue value, const char *field)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (value.kind == ASL_STRING)
		return compile_string(compiler, value, field);
	if (asl_is_container(value))
		return compile_container(compiler, value, field);
	return compile_literal(value);
}

/* Compiles a template in the current memory context; NULL if there was a complaint. */
AslJsonataTemplate *
asl_jsonata_template_parse(AslValue literal, const char *field, AslJsonataComplain complain, AslJsonataRefer refer,
						   void *arg)
{
	Compiler	compiler = {.complain = complain, .refer = refer, .arg = arg};
	AslJsonataTemplate *node = compile(&compiler, literal, pstrdup(field));

	return compiler.failed ? NULL : node;
}

/*
 * Evaluating
 */

/* What an evaluation's expressions see. */
typedef struct Variables
{
	AslScope   *scope;
	bool		needs_context;
	AslValue	states;			/* $states, made when it is first asked for */
} Variables;

/* Raises the error of an expression: the words that every such cause begins with, then what is wrong. */
static void
raise_cause(const AslJsonataTemplate *node, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_ASL_QUERY_EVALUATION_ERROR),
			 errmsg_internal("The JSONata expression '%s' specified for the field '%s' %s",
							 node->text, node->field, what),
			 errdetail_internal("%s", node->field)));
}

/* $states */
static AslValue
make_states(Variables *variables)
{
	AslScope   *scope = variables->scope;
	AslValue	states = asl_object_new(4);

	asl_object_set(&states, "input", strlen("input"), scope->input);
	if (variables->needs_context)
		asl_object_set(&states, "context", strlen("context"), scope->context(scope));
	if (asl_defined(scope->result))
		asl_object_set(&states, "result", strlen("result"), scope->result);
	if (asl_defined(scope->error_output))
		asl_object_set(&states, "errorOutput", strlen("errorOutput"), scope->error_output);
	return states;
}

/* A variable of an expression: $states, or a workflow variable. */
static AslValue
resolve(void *arg, const char *name, int length)
{
	Variables  *variables = arg;

	if (length != strlen("states") || memcmp(name, "states", length) != 0)
		return variables->scope->variable(variables->scope, name, length);
	if (!asl_defined(variables->states))
		variables->states = make_states(variables);
	return variables->states;
}

/* The words for a number that JSON does not have; NULL: it has it. */
static const char *
non_finite(AslValue v)
{
	if (v.kind != ASL_NUMBER || v.form != ASL_FORM_OWN || isfinite(v.u.number))
		return NULL;
	return isnan(v.u.number) ? "NaN" : v.u.number > 0 ? "Infinity" : "-Infinity";
}

/* Is it a string that jsonb cannot hold? */
static inline bool
has_nul(AslValue v)
{
	return v.kind == ASL_STRING && memchr(v.u.string, '\0', v.length) != NULL;
}

/*
 * A result as JSON: numbers that JSON does not have become strings, the evaluator's flags go.  What is JSON already is
 * not copied; *changed tells whether anything was not.  Functions raise, and strings with \u0000.
 */
static AslValue
finish(const AslJsonataTemplate *node, AslValue v, bool *changed)
{
	const char *words = non_finite(v);
	AslIterator it;
	AslValue	key,
				element,
				copy = asl_undefined();
	uint32		index = 0;

	check_stack_depth();
	if (v.kind == ASL_FUNCTION || has_nul(v))
		raise_cause(node, "returned an unsupported result type.");
	*changed = words != NULL || v.flags != 0;
	if (words != NULL)
		return asl_cstring(words);
	v.flags = 0;
	if (!asl_is_container(v) || v.form != ASL_FORM_OWN)
		return v;
	it = asl_iterate(v);
	for (; asl_next(&it, &key, &element); index++)
	{
		bool		element_changed;

		CHECK_FOR_INTERRUPTS();
		if (has_nul(key))
			raise_cause(node, "returned an unsupported result type.");
		element = finish(node, element, &element_changed);
		if (!element_changed)
			continue;
		if (!asl_defined(copy))
			copy = v.kind == ASL_ARRAY ? asl_array_copy(v) : asl_object_copy(v);
		*changed = true;
		if (v.kind == ASL_ARRAY)
			asl_array_set(&copy, index, element);
		else
			asl_object_set(&copy, key.u.string, key.length, element);
	}
	return asl_defined(copy) ? copy : v;
}

/* Raises if the result is not of that kind. */
static void
check_kind(const AslJsonataTemplate *node, AslValue result, AslKind kind)
{
	static const char *const names[] = {
		[ASL_NULL] = "null", [ASL_BOOL] = "boolean", [ASL_NUMBER] = "number", [ASL_STRING] = "string",
		[ASL_ARRAY] = "array", [ASL_OBJECT] = "object"
	};

	if (kind != ASL_UNDEFINED && result.kind != kind)
		raise_cause(node, psprintf("returned an unexpected result type. Expected '%s', but was '%s' for value: %s",
							 names[kind], names[result.kind], asl_to_json(result)));
}

/* An id such as AWS gives its customers to ask for an internal error by. */
static char *
new_id(void)
{
	return DatumGetCString(DirectFunctionCall1(uuid_out, DirectFunctionCall1(gen_random_uuid, (Datum) 0)));
}

/* Raises the error that an evaluation ended with. */
static void
raise_error(const AslJsonataTemplate *node, const JsonataError *error)
{
	if (error->internal)
		raise_cause(node, psprintf("threw an internal error during evaluation. %s", new_id()));
	if (error->code[0] != '\0')
		raise_cause(node, psprintf("threw an error during evaluation. %s: %s", error->code, error->message));
	raise_cause(node, psprintf("threw an error during evaluation: %s", error->message));
}

static AslValue
evaluate_expression(const AslJsonataTemplate *node, Variables *variables, AslKind kind)
{
	JsonataError error = {0};
	AslValue	result;
	bool		changed;

	variables->needs_context = node->needs_context;
	variables->states = asl_undefined();
	if (!asl_jsonata_evaluate(node->expr, asl_undefined(), resolve, variables, &result, &error))
		raise_error(node, &error);
	if (!asl_defined(result))
		raise_cause(node, "returned nothing (undefined).");
	result = finish(node, result, &changed);
	check_kind(node, result, kind);
	return result;
}

static AslValue
evaluate(const AslJsonataTemplate *node, Variables *variables, AslKind kind)
{
	AslValue	result;

	check_stack_depth();
	switch (node->kind)
	{
		case NODE_LITERAL:
			return node->literal;
		case NODE_EXPRESSION:
			return evaluate_expression(node, variables, kind);
		case NODE_ARRAY:
			result = asl_array_new(node->count);
			for (int i = 0; i < node->count; i++)
				asl_array_push(&result, evaluate(node->parts[i], variables, ASL_UNDEFINED));
			return result;
		case NODE_OBJECT:
			result = asl_object_new(node->count);
			for (int i = 0; i < node->count; i++)
				asl_object_set(&result, node->keys[i].u.string, node->keys[i].length,
							   evaluate(node->parts[i], variables, ASL_UNDEFINED));
			return result;
	}
	pg_unreachable();
}

/* Evaluates the template; kind: what it must give if it is a single expression, ASL_UNDEFINED: anything. */
AslValue
asl_jsonata_template_evaluate(const AslJsonataTemplate *tmpl, AslScope *scope, AslKind kind)
{
	Variables	variables = {.scope = scope};

	return evaluate(tmpl, &variables, kind);
}
