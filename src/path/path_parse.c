/*
 * path_parse.c - the text of a path to its compiled steps.
 *
 * The grammar is Jayway's.  In dot form a name ends at the first character that means something in a path, a filter
 * or an intrinsic call, so a path can be parsed in the middle of those; other names need brackets or a backslash.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "path/path_parse.h"

bool
asl_parser_fail(AslPathParser *parser, const char *at, const char *message)
{
	parser->error->message = message;
	parser->error->position = at - parser->begin;
	return false;
}

bool
asl_parser_enter(AslPathParser *parser)
{
	check_stack_depth();
	if (++parser->depth > ASL_PATH_MAX_DEPTH)
		return asl_parser_fail(parser, parser->at, "the expression is nested too deeply");
	return true;
}

void
asl_parser_skip_blanks(AslPathParser *parser)
{
	while (parser->at < parser->end && strchr(" \t\r\n", *parser->at) != NULL && *parser->at != '\0')
		parser->at++;
}

bool
asl_parser_expect(AslPathParser *parser, char c)
{
	asl_parser_skip_blanks(parser);
	if (asl_parser_accept(parser, c))
		return true;
	if (parser->at == parser->end)
		return asl_parser_fail(parser, parser->at, psprintf("'%c' is missing at the end", c));
	return asl_parser_fail(parser, parser->at, psprintf("'%c' is expected", c));
}

/* Four hexadecimal digits after "\u". */
static bool
path_parse_hex(AslPathParser *parser, uint32 *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++, parser->at++)
	{
		char		c = parser->at < parser->end ? *parser->at : '\0';

		if (c >= '0' && c <= '9')
			*code = *code * 16 + (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			*code = *code * 16 + ((c | 0x20) - 'a' + 10);
		else
			return asl_parser_fail(parser, parser->at, "\"\\u\" must be followed by four hexadecimal digits");
	}
	return true;
}

/* A "\uXXXX" escape, a surrogate pair included; the parser stands behind the "u". */
static bool
path_parse_unicode(AslPathParser *parser, StringInfo out)
{
	const char *begin = parser->at;
	uint32		code;
	unsigned char bytes[4];

	if (!path_parse_hex(parser, &code))
		return false;
	if (is_utf16_surrogate_first(code) && parser->end - parser->at > 2 && parser->at[0] == '\\' && parser->at[1] == 'u')
	{
		uint32		second;

		parser->at += 2;
		if (!path_parse_hex(parser, &second))
			return false;
		if (is_utf16_surrogate_second(second))
			code = surrogate_pair_to_codepoint(code, second);
	}
	if (code == 0 || is_utf16_surrogate_first(code) || is_utf16_surrogate_second(code))
		return asl_parser_fail(parser, begin, "the escape is no character");
	unicode_to_utf8(code, bytes);
	appendBinaryStringInfo(out, (char *) bytes, pg_utf_mblen(bytes));
	return true;
}

/* What follows a backslash in a quoted text; before the character literal the backslash stands for itself. */
static bool
path_parse_escape(AslPathParser *parser, StringInfo out, char literal)
{
	static const char letters[] = "btnfr";
	static const char meanings[] = "\b\t\n\f\r";
	const char *letter;

	if (parser->at == parser->end)
		return asl_parser_fail(parser, parser->at, "nothing follows the backslash");
	if (asl_parser_accept(parser, 'u'))
		return path_parse_unicode(parser, out);
	if (*parser->at == literal)
		appendStringInfoChar(out, '\\');
	letter = *parser->at == '\0' ? NULL : strchr(letters, *parser->at);
	appendStringInfoChar(out, letter != NULL ? meanings[letter - letters] : *parser->at);
	parser->at++;
	return true;
}

/* A text in quotes, in which a backslash before the character literal ('\0': there is none) stands for itself. */
static bool
path_parse_quoted(AslPathParser *parser, AslName *name, char literal)
{
	const char *begin = parser->at;
	char		quote = *parser->at++;
	StringInfoData text;

	initStringInfo(&text);
	while (!asl_parser_accept(parser, quote))
	{
		if (parser->at == parser->end)
			return asl_parser_fail(parser, begin, "the quoted text has no end");
		if (asl_parser_accept(parser, '\\'))
		{
			if (!path_parse_escape(parser, &text, literal))
				return false;
		}
		else
			appendStringInfoChar(&text, *parser->at++);
	}
	name->text = text.data;
	name->length = text.len;
	return true;
}

bool
asl_path_parse_quoted(AslPathParser *parser, AslName *name)
{
	return path_parse_quoted(parser, name, '\0');
}

/* May c stand in a name in dot form? */
static bool
path_parse_is_name(char c)
{
	return (unsigned char) c > ' ' && c != 0x7f && strchr(".[](),=<>!~&|'\"*?{}\\", c) == NULL;
}

/* A name in dot form; a backslash takes the next character for itself. */
static bool
path_parse_dot_name(AslPathParser *parser, AslName *name)
{
	const char *begin = parser->at;
	StringInfoData text;

	initStringInfo(&text);
	while (parser->at < parser->end && (*parser->at == '\\' || path_parse_is_name(*parser->at)))
	{
		if (asl_parser_accept(parser, '\\') && parser->at == parser->end)
			return asl_parser_fail(parser, parser->at, "nothing follows the backslash");
		appendStringInfoChar(&text, *parser->at++);
	}
	if (text.len == 0)
		return asl_parser_fail(parser, begin, "a name is expected");
	name->text = text.data;
	name->length = text.len;
	return true;
}

/* An integer with an optional minus sign. */
static bool
path_parse_integer(AslPathParser *parser, int32 *result)
{
	const char *begin = parser->at;
	bool		negative = asl_parser_accept(parser, '-');
	int64		number = 0;

	if (parser->at == parser->end || !isdigit((unsigned char) *parser->at))
		return asl_parser_fail(parser, parser->at, "an array index is expected");
	while (parser->at < parser->end && isdigit((unsigned char) *parser->at))
	{
		number = number * 10 + (*parser->at++ - '0');
		if (number >= PG_INT32_MAX)
			return asl_parser_fail(parser, begin, "the array index is out of range");
	}
	*result = negative ? -number : number;
	asl_parser_skip_blanks(parser);
	return true;
}

/* "(@.length-1)": an index counted from the end; the parser stands behind the first parenthesis. */
static bool
path_parse_from_end(AslPathParser *parser, AslStep *step)
{
	static const char length[] = "@.length";

	asl_parser_skip_blanks(parser);
	if (parser->end - parser->at < strlen(length) || memcmp(parser->at, length, strlen(length)) != 0)
		return asl_parser_fail(parser, parser->at, "\"@.length\" is expected");
	parser->at += strlen(length);
	if (!asl_parser_expect(parser, '-'))
		return false;
	asl_parser_skip_blanks(parser);
	if (asl_parser_sees(parser, '-') || asl_parser_sees(parser, '0'))
		return asl_parser_fail(parser, parser->at, "a positive number is expected");
	step->kind = ASL_STEP_INDEX;
	if (!path_parse_integer(parser, &step->u.index))
		return false;
	step->u.index = -step->u.index;
	return asl_parser_expect(parser, ')');
}

/* "[0]", "[0,2]", "[1:3]"; the parser stands behind the bracket. */
static bool
path_parse_indexes(AslPathParser *parser, AslStep *step)
{
	int32		first = PG_INT32_MIN;
	int			capacity = 8;

	if (!asl_parser_sees(parser, ':') && !path_parse_integer(parser, &first))
		return false;
	if (asl_parser_accept(parser, ':'))
	{
		step->kind = ASL_STEP_SLICE;
		step->u.slice.from = first;
		step->u.slice.to = PG_INT32_MAX;
		asl_parser_skip_blanks(parser);
		return asl_parser_sees(parser, ']') || path_parse_integer(parser, &step->u.slice.to);
	}
	if (!asl_parser_sees(parser, ','))
	{
		step->kind = ASL_STEP_INDEX;
		step->u.index = first;
		return true;
	}
	step->kind = ASL_STEP_INDEXES;
	step->u.indexes.items = palloc(capacity * sizeof(int32));
	step->u.indexes.items[0] = first;
	step->u.indexes.count = 1;
	while (asl_parser_accept(parser, ','))
	{
		asl_parser_skip_blanks(parser);
		if (step->u.indexes.count == capacity)
			step->u.indexes.items = repalloc(step->u.indexes.items, (capacity *= 2) * sizeof(int32));
		if (!path_parse_integer(parser, &step->u.indexes.items[step->u.indexes.count++]))
			return false;
	}
	return true;
}

/*
 * "['a']", "['a','b']"; the parser stands behind the bracket.  A backslash before the other kind of quote, which needs
 * none, belongs to the name.
 */
static bool
path_parse_names(AslPathParser *parser, AslStep *step)
{
	int			capacity = 4;
	AslName    *names = palloc(capacity * sizeof(AslName));
	int			count = 0;

	do
	{
		asl_parser_skip_blanks(parser);
		if (!asl_parser_sees(parser, '\'') && !asl_parser_sees(parser, '"'))
			return asl_parser_fail(parser, parser->at, "a quoted name is expected");
		if (count == capacity)
			names = repalloc(names, (capacity *= 2) * sizeof(AslName));
		if (!path_parse_quoted(parser, &names[count++], asl_parser_sees(parser, '"') ? '\'' : '"'))
			return false;
		asl_parser_skip_blanks(parser);
	} while (asl_parser_accept(parser, ','));
	step->quoted = true;
	if (count == 1)
	{
		step->kind = ASL_STEP_NAME;
		step->u.name = names[0];
		return true;
	}
	step->kind = ASL_STEP_NAMES;
	step->u.names.count = count;
	step->u.names.items = names;
	return true;
}

/* A step in brackets; the parser stands on the bracket. */
static bool
path_parse_bracket(AslPathParser *parser, AslStep *step)
{
	bool		parsed;

	parser->at++;
	asl_parser_skip_blanks(parser);
	if (asl_parser_sees(parser, '\'') || asl_parser_sees(parser, '"'))
		parsed = path_parse_names(parser, step);
	else if (asl_parser_accept(parser, '*'))
	{
		step->kind = ASL_STEP_WILDCARD;
		parsed = true;
	}
	else if (asl_parser_accept(parser, '?'))
	{
		step->kind = ASL_STEP_FILTER;
		step->u.filter = asl_filter_parse(parser);
		parsed = step->u.filter != NULL;
	}
	else if (asl_parser_accept(parser, '('))
		parsed = path_parse_from_end(parser, step);
	else
		parsed = path_parse_indexes(parser, step);
	return parsed && asl_parser_expect(parser, ']');
}

/* An argument of a path function: a path into the document or a literal. */
static bool
path_parse_argument(AslPathParser *parser, AslPathArgument *argument)
{
	asl_parser_skip_blanks(parser);
	if (asl_parser_sees(parser, '$'))
	{
		const char *begin = parser->at;

		argument->path = asl_path_parse_prefix(parser);
		if (argument->path != NULL && argument->path->root != ASL_ROOT_INPUT)
			return asl_parser_fail(parser, begin, "an argument must be a path that begins with \"$.\" or \"$[\"");
		return argument->path != NULL;
	}
	argument->path = NULL;
	return asl_path_parse_literal(parser, &argument->literal);
}

/* "(…)" of a function at the path's end; the parser stands on the parenthesis, name, from begin on, is the function's. */
static bool
path_parse_call(AslPathParser *parser, AslStep *step, AslName name, const char *begin)
{
	const AslPathFunction *function = asl_path_function(name.text, name.length);
	int			capacity = 4;
	int			count = 0;

	if (function == NULL)
		return asl_parser_fail(parser, begin, psprintf("there is no path function %s()", name.text));
	step->kind = ASL_STEP_FUNCTION;
	step->u.call.function = function;
	step->u.call.arguments = palloc(capacity * sizeof(AslPathArgument));
	parser->at++;
	asl_parser_skip_blanks(parser);
	while (!asl_parser_sees(parser, ')'))
	{
		if (count > 0 && !asl_parser_accept(parser, ','))
			return asl_parser_fail(parser, parser->at, "',' or ')' is expected");
		if (count == capacity)
			step->u.call.arguments = repalloc(step->u.call.arguments, (capacity *= 2) * sizeof(AslPathArgument));
		if (!path_parse_argument(parser, &step->u.call.arguments[count++]))
			return false;
		asl_parser_skip_blanks(parser);
	}
	step->u.call.count = count;
	if (count < function->min_arguments || count > function->max_arguments)
		return asl_parser_fail(parser, parser->at, psprintf("wrong number of arguments for %s()", function->name));
	parser->at++;
	return true;
}

/* Appends a step, a name until it turns out to be something else; the steps of a path lie side by side. */
static AslStep *
path_parse_add(AslPath *path, int position)
{
	AslStep    *step;

	/* room doubles at powers of two */
	if (path->steps == NULL)
		path->steps = palloc(2 * sizeof(AslStep));
	else if (path->step_count >= 2 && (path->step_count & (path->step_count - 1)) == 0)
		path->steps = repalloc(path->steps, 2 * path->step_count * sizeof(AslStep));
	step = &path->steps[path->step_count++];
	*step = (AslStep) {.kind = ASL_STEP_NAME, .position = position};
	return step;
}

/* The step that begins with "." or "[" here. */
static bool
path_parse_step(AslPathParser *parser, AslPath *path)
{
	AslStep    *step = path_parse_add(path, parser->at - parser->begin);
	const char *begin;

	if (asl_parser_accept(parser, '.'))
		step->descend = asl_parser_accept(parser, '.');
	if (asl_parser_sees(parser, '['))
		return path_parse_bracket(parser, step);
	if (asl_parser_accept(parser, '*'))
	{
		step->kind = ASL_STEP_WILDCARD;
		return true;
	}
	begin = parser->at;
	if (!path_parse_dot_name(parser, &step->u.name))
		return false;
	if (!asl_parser_sees(parser, '('))
		return true;
	if (step->descend)
		return asl_parser_fail(parser, parser->at, "a function must not follow \"..\"");
	return path_parse_call(parser, step, step->u.name, begin);
}

/* May c begin, or go on with, a variable's name?  Beyond ASCII all letters may. */
static bool
path_parse_is_variable(char c, bool first)
{
	return IS_HIGHBIT_SET(c) || isalpha((unsigned char) c) || (!first && (isdigit((unsigned char) c) || c == '_'));
}

/* "$", "$$", "$name", or a filter's "@". */
static void
path_parse_root(AslPathParser *parser, AslPath *path)
{
	const char *begin;

	if (asl_parser_accept(parser, '@'))
		return;
	begin = ++parser->at;
	if (asl_parser_accept(parser, '$'))
	{
		path->root = ASL_ROOT_CONTEXT;
		return;
	}
	while (parser->at < parser->end && path_parse_is_variable(*parser->at, parser->at == begin))
		parser->at++;
	if (parser->at > begin)
	{
		path->root = ASL_ROOT_VARIABLE;
		path->variable_length = parser->at - begin;
		path->variable = pnstrdup(begin, path->variable_length);
	}
}

/* Does the step lead from one node to at most one?  Several names at the end give one object of them. */
static bool
path_parse_is_single(const AslPath *path, int step)
{
	if (path->steps[step].descend)
		return false;
	switch (path->steps[step].kind)
	{
		case ASL_STEP_NAME:
		case ASL_STEP_INDEX:
		case ASL_STEP_FUNCTION:
			return true;
		case ASL_STEP_NAMES:
			return step == path->step_count - 1;
		default:
			return false;
	}
}

/* Decides how the parsed steps are evaluated. */
static void
path_parse_finish(AslPath *path)
{
	bool		descends = false;

	path->definite = true;
	for (int i = 0; i < path->step_count; i++)
	{
		path->definite &= path_parse_is_single(path, i);
		descends |= path->steps[i].descend;
	}
	if (path->definite)
		return;
	path->spread = path->step_count;
	/* behind a "..", a function gets all nodes together; behind other indefinite steps, each one */
	if (descends && path->steps[path->step_count - 1].kind == ASL_STEP_FUNCTION)
	{
		path->spread--;
		path->definite = true;
	}
}

AslPath *
asl_path_parse_prefix(AslPathParser *parser)
{
	const char *begin = parser->at;
	AslPath    *path = palloc0(sizeof(AslPath));

	if (!asl_parser_enter(parser))
		return NULL;
	path_parse_root(parser, path);
	while (asl_parser_sees(parser, '.') || asl_parser_sees(parser, '['))
	{
		CHECK_FOR_INTERRUPTS();
		if (path->step_count > 0 && path->steps[path->step_count - 1].kind == ASL_STEP_FUNCTION)
		{
			asl_parser_fail(parser, parser->at, "a function must be the path's last step");
			return NULL;
		}
		if (!path_parse_step(parser, path))
			return NULL;
	}
	path_parse_finish(path);
	path->text = pnstrdup(begin, parser->at - begin);
	parser->depth--;
	return path;
}

AslPath *
asl_path_parse(const char *text, int length, AslSyntaxError *error)
{
	AslPathParser parser = {.begin = text, .at = text, .end = text + length, .error = error};
	AslPath    *path;

	/* AWS's library takes blanks off a path's end, though not other white space. */
	while (parser.end > text && parser.end[-1] == ' ')
		parser.end--;
	if (!asl_parser_sees(&parser, '$'))
	{
		asl_parser_fail(&parser, text, "a path must begin with \"$\"");
		return NULL;
	}
	path = asl_path_parse_prefix(&parser);
	if (path != NULL && parser.at < parser.end)
	{
		asl_parser_fail(&parser, parser.at, "'.' or '[' is expected");
		return NULL;
	}
	return path;
}
