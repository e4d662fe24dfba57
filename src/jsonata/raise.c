/*
 * raise.c - giving up: the catalogue of messages and the jump.
 */
#include "postgres.h"

#include "jsonata/evaluate.h"
#include "jsonata/text.h"

/* {{name}} stands for a field of the fault as JSON text, {{{name}}} for the same without quotes. */
static const struct
{
	const char *code;
	const char *message;
}			raise_catalogue[] = {
	{"S0101", "String literal must be terminated by a matching quote"},
	{"S0102", "Number out of range: {{token}}"},
	{"S0103", "Unsupported escape sequence: \\{{token}}"},
	{"S0104", "The escape sequence \\u must be followed by 4 hex digits"},
	{"S0105", "Quoted property name must be terminated with a backquote (`)"},
	{"S0106", "Comment has no closing tag"},
	{"S0201", "Syntax error: {{token}}"},
	{"S0202", "Expected {{value}}, got {{token}}"},
	{"S0203", "Expected {{value}} before end of expression"},
	{"S0204", "Unknown operator: {{token}}"},
	{"S0207", "Unexpected end of expression"},
	{"S0208", "Parameter {{value}} of function definition must be a variable name (start with $)"},
	{"S0209", "A predicate cannot follow a grouping expression in a step"},
	{"S0210", "Each step can only have one grouping expression"},
	{"S0211", "The symbol {{token}} cannot be used as a unary operator"},
	{"S0212", "The left side of := must be a variable name (start with $)"},
	{"S0213", "The literal value {{value}} cannot be used as a step within a path expression"},
	{"S0214", "The right side of {{token}} must be a variable name (start with $)"},
	{"S0215", "A context variable binding must precede any predicates on a step"},
	{"S0216", "A context variable binding must precede the 'order-by' clause on a step"},
	{"S0217", "The object representing the 'parent' cannot be derived from this expression"},
	{"S0301", "Empty regular expressions are not allowed"},
	{"S0302", "No terminating / in regular expression"},
	{"S0402", "Choice groups containing parameterized types are not supported"},
	{"S0401", "Type parameters can only be applied to functions and arrays"},
	{"T0410", "Argument {{index}} of function {{token}} does not match function signature"},
	{"T0411", "Context value is not a compatible type with argument {{index}} of function {{token}}"},
	{"T0412", "Argument {{index}} of function {{token}} must be an array of {{type}}"},
	{"D1001", "Number out of range: {{value}}"},
	{"D1002", "Cannot negate a non-numeric value: {{value}}"},
	{"T1003", "Key in object structure must evaluate to a string; got: {{value}}"},
	{"D1004", "Regular expression matches zero length string"},
	{"T1005", "Attempted to invoke a non-function. Did you mean ${{{token}}}?"},
	{"T1006", "Attempted to invoke a non-function"},
	{"T1007", "Attempted to partially apply a non-function. Did you mean ${{{token}}}?"},
	{"T1008", "Attempted to partially apply a non-function"},
	{"D1009", "Multiple key definitions evaluate to same key: {{value}}"},
	{"T1010", "The matcher function argument passed to function {{token}} does not return the correct object structure"},
	{"D1011", "Stack overflow. Check for non-terminating recursive function.  Consider rewriting as tail-recursive"},
	{"D1012", "Evaluation timeout after {{value}} milliseconds. Check for infinite loop"},
	{"T2001", "The left side of the {{token}} operator must evaluate to a number"},
	{"T2002", "The right side of the {{token}} operator must evaluate to a number"},
	{"T2003", "The left side of the range operator (..) must evaluate to an integer"},
	{"T2004", "The right side of the range operator (..) must evaluate to an integer"},
	{"T2006", "The right side of the function application operator ~> must be a function"},
	{"T2007", "Type mismatch when comparing values {{value}} and {{value2}} in order-by clause"},
	{"T2008", "The expressions within an order-by clause must evaluate to numeric or string values"},
	{"T2009", "The values {{value}} and {{value2}} either side of operator {{token}} must be of the same data type"},
	{"T2010", "The expressions either side of operator {{token}} must evaluate to numeric or string values"},
	{"T2011", "The insert/update clause of the transform expression must evaluate to an object: {{value}}"},
	{"T2012", "The delete clause of the transform expression must evaluate to a string or array of strings: {{value}}"},
	{"T2013", "The transform expression clones the input object using the $clone() function.  This has been overridden in the current scope by a non-function."},
	{"D2014", "The size of the sequence allocated by the range operator (..) must not exceed 1e7.  Attempted to allocate {{value}}."},
	{"D2015", "The maximum sequence length of {{value}} was exceeded."},
	{"D3001", "Attempting to invoke string function on Infinity or NaN"},
	{"D3010", "Second argument of replace function cannot be an empty string"},
	{"D3011", "Fourth argument of replace function must evaluate to a positive number"},
	{"D3012", "Attempted to replace a matched string with a non-string value"},
	{"D3020", "Third argument of split function must evaluate to a positive number"},
	{"D3030", "Unable to cast value to a number: {{value}}"},
	{"D3040", "Third argument of match function must evaluate to a positive number"},
	{"D3050", "The second argument of reduce function must be a function with at least two arguments"},
	{"D3060", "The sqrt function cannot be applied to a negative number: {{value}}"},
	{"D3061", "The power function has resulted in a value that cannot be represented as a JSON number: base={{value}}, exponent={{exp}}"},
	{"D3070", "The single argument form of the sort function can only be applied to an array of strings or an array of numbers.  Use the second argument to specify a comparison function"},
	{"D3100", "The radix of the formatBase function must be between 2 and 36.  It was given {{value}}"},
	{"D3120", "Syntax error in expression passed to function eval: {{value}}"},
	{"D3121", "Dynamic error evaluating the expression passed to function eval: {{value}}"},
	{"D3137", "{{{message}}}"},
	{"D3138", "The $single() function expected exactly 1 matching result.  Instead it matched more."},
	{"D3139", "The $single() function expected exactly 1 matching result.  Instead it matched 0."},
	{"D3141", "{{{message}}}"}
};

/* The field of a fault that a message calls by this name. */
static AslValue
raise_field(const Fault *fault, const char *name, int length)
{
	AslValue	field = asl_string(name, length);

	if (asl_string_is(field, "token"))
		return fault->token;
	if (asl_string_is(field, "value"))
		return fault->value;
	if (asl_string_is(field, "value2") || asl_string_is(field, "exp"))
		return fault->value2;
	if (asl_string_is(field, "index"))
		return asl_number(fault->index);
	/* "type" or "message" */
	return fault->text == NULL ? asl_undefined() : asl_cstring(fault->text);
}

/* Fills in a message's fields. */
static char *
raise_message(const char *template, const Fault *fault)
{
	StringInfoData out;
	const char *p = template;
	const char *open;

	initStringInfo(&out);
	while ((open = strstr(p, "{{")) != NULL)
	{
		bool		raw = open[2] == '{';
		const char *name = open + (raw ? 3 : 2);
		const char *end = strstr(name, raw ? "}}}" : "}}");
		AslValue	field = raise_field(fault, name, end - name);

		appendBinaryStringInfo(&out, p, open - p);
		if (raw && field.kind == ASL_STRING)
			appendBinaryStringInfo(&out, field.u.string, field.length);
		else
			asl_stringify(&out, field);
		p = end + (raw ? 3 : 2);
	}
	appendStringInfoString(&out, p);
	return out.data;
}

/* A token that is no string. */
static char *
raise_text(AslValue token)
{
	StringInfoData out;

	initStringInfo(&out);
	asl_stringify(&out, token);
	return out.data;
}

/* The position in characters of one in bytes; -1 for none. */
static int
raise_position(const Escape *escape, int position)
{
	return position < 0 ? -1 : asl_text_utf16_units(escape->source, position);
}

/* As in the reference the innermost call names the error, the outermost one says where it is. */
static void
raise_locate(const Escape *escape, AslValue *token, int *position)
{
	for (const Activation *call = escape->activation; call != NULL; call = call->outer)
	{
		if (call->renames || !asl_defined(*token))
			*token = call->token;
		if (call->position > 0 && !(call->left && *position > 0))
			*position = call->position;
	}
}

/* Gives up with an error of the catalogue. */
void
asl_raise(Escape *escape, const Fault *fault)
{
	Fault		full = *fault;
	JsonataError *error = escape->error;

	raise_locate(escape, &full.token, &full.position);
	strlcpy(error->code, fault->code, sizeof(error->code));
	/* Syntax errors alone can stand at the very beginning. */
	error->position = raise_position(escape, full.position == 0 && fault->code[0] != 'S' ? -1 : full.position);
	error->message = NULL;
	error->token = NULL;
	error->internal = false;
	if (full.token.kind == ASL_STRING)
		error->token = asl_to_cstring(full.token);
	else if (asl_defined(full.token))
		error->token = raise_text(full.token);
	for (int i = 0; i < lengthof(raise_catalogue); i++)
	{
		if (strcmp(raise_catalogue[i].code, fault->code) == 0)
			error->message = raise_message(raise_catalogue[i].message, &full);
	}
	Assert(error->message != NULL);
	siglongjmp(*escape->target, 1);
}

/* Gives up with an error that has been filled in. */
void
asl_raise_filled(Escape *escape, int position)
{
	AslValue	token = asl_undefined();

	raise_locate(escape, &token, &position);
	escape->error->position = raise_position(escape, position == 0 ? -1 : position);
	if (escape->error->token == NULL && token.kind == ASL_STRING)
		escape->error->token = asl_to_cstring(token);
	siglongjmp(*escape->target, 1);
}

/* Gives up with a message that has no code. */
void
asl_raise_text(Escape *escape, const char *message)
{
	*escape->error = (JsonataError) {.message = message, .position = -1};
	siglongjmp(*escape->target, 1);
}

/* The same where Step Functions would not tell the message. */
void
asl_raise_internal(Escape *escape, const char *message)
{
	*escape->error = (JsonataError) {.message = message, .position = -1, .internal = true};
	siglongjmp(*escape->target, 1);
}

/* Gives up because the stack is used up: the depth of the expression's evaluation, or that of a value. */
void
asl_raise_depth(Escape *escape, JsonataDialect dialect, int position)
{
	if (dialect == JSONATA_STATES)
		asl_raise_text(escape, "Stack overflow error: Check for non-terminating recursive function. "
					   "Consider rewriting as tail-recursive");
	RAISE(escape, .code = "D1011", .position = position);
}
