/*
 * intrinsic_parse.c - the text of a call to its compiled form.
 *
 *     call     = "States." name "(" [argument *("," argument)] ")"
 *     argument = call | path | 'text' | number | true | false | null
 */
#include "postgres.h"

#include "miscadmin.h"
#include "path/intrinsic_call.h"
#include "path/path_parse.h"

static AslIntrinsic *intrinsic_parse_call(AslPathParser *parser);

/*
 * A text in quotes.  The template of Format keeps its escapes, because there '\{' and '{' are different things;
 * elsewhere they are resolved here.
 */
static bool
intrinsic_parse_text(AslPathParser *parser, AslIntrinsicArgument *argument)
{
	const char *begin = parser->at++;
	StringInfoData text;

	initStringInfo(&text);
	while (!asl_parser_accept(parser, '\''))
	{
		if (parser->at == parser->end)
			return asl_parser_fail(parser, begin, "the text has no closing quote");
		if (*parser->at == '\\')
		{
			if (parser->end - parser->at < 2 || parser->at[1] == '\0' || strchr("'{}\\", parser->at[1]) == NULL)
				return asl_parser_fail(parser, parser->at, "a backslash must be followed by ', {, } or another backslash");
			if (argument->escaped)
				appendStringInfoChar(&text, '\\');
			parser->at++;
		}
		appendStringInfoChar(&text, *parser->at++);
	}
	argument->literal = asl_string(text.data, text.len);
	return true;
}

static bool
intrinsic_parse_argument(AslPathParser *parser, AslIntrinsicArgument *argument)
{
	switch (parser->at < parser->end ? *parser->at : '\0')
	{
		case '\'':
			return intrinsic_parse_text(parser, argument);
		case '$':
			argument->path = asl_path_parse_prefix(parser);
			return argument->path != NULL;
		case 'S':
			argument->nested = intrinsic_parse_call(parser);
			return argument->nested != NULL;
		case '"':
		case '[':
		case '{':
			return asl_parser_fail(parser, parser->at, "an argument must be a path, a call, a number, true, false, null or a text in single quotes");
		default:
			return asl_path_parse_literal(parser, &argument->literal);
	}
}

/* The arguments up to the closing parenthesis; the parser stands behind the opening one. */
static bool
intrinsic_parse_arguments(AslPathParser *parser, AslIntrinsic *call)
{
	int			capacity = 4;

	call->arguments = palloc(capacity * sizeof(AslIntrinsicArgument));
	asl_parser_skip_blanks(parser);
	while (!asl_parser_sees(parser, ')'))
	{
		AslIntrinsicArgument *argument;

		CHECK_FOR_INTERRUPTS();
		if (call->count > 0 && !asl_parser_accept(parser, ','))
			return asl_parser_fail(parser, parser->at, "',' or ')' is expected");
		asl_parser_skip_blanks(parser);
		if (call->count == capacity)
			call->arguments = repalloc(call->arguments, (capacity *= 2) * sizeof(AslIntrinsicArgument));
		argument = &call->arguments[call->count];
		memset(argument, 0, sizeof(AslIntrinsicArgument));
		argument->escaped = call->count++ == 0 && call->function->call == asl_intrinsic_format;
		if (!intrinsic_parse_argument(parser, argument))
			return false;
		asl_parser_skip_blanks(parser);
	}
	parser->at++;
	return true;
}

static AslIntrinsic *
intrinsic_parse_call(AslPathParser *parser)
{
	const char *begin = parser->at;
	AslIntrinsic *call = palloc0(sizeof(AslIntrinsic));

	check_stack_depth();
	if (++parser->depth > ASL_INTRINSIC_MAX_NESTING)
	{
		asl_parser_fail(parser, begin, psprintf("intrinsic functions are nested more than %d deep", ASL_INTRINSIC_MAX_NESTING));
		return NULL;
	}
	while (parser->at < parser->end && (isalnum((unsigned char) *parser->at) || *parser->at == '.'))
		parser->at++;
	call->function = asl_intrinsic_function(begin, parser->at - begin);
	if (call->function == NULL)
	{
		asl_parser_fail(parser, begin, "there is no intrinsic function of that name");
		return NULL;
	}
	if (!asl_parser_expect(parser, '(') || !intrinsic_parse_arguments(parser, call))
		return NULL;
	if (call->count < call->function->min_arguments || call->count > call->function->max_arguments)
	{
		asl_parser_fail(parser, begin, psprintf("wrong number of arguments for %s", call->function->name));
		return NULL;
	}
	call->text = pnstrdup(begin, parser->at - begin);
	parser->depth--;
	return call;
}

AslIntrinsic *
asl_intrinsic_parse(const char *text, int length, AslSyntaxError *error)
{
	AslPathParser parser = {.begin = text, .at = text, .end = text + length, .error = error};
	AslIntrinsic *call = intrinsic_parse_call(&parser);

	if (call != NULL && parser.at < parser.end)
	{
		asl_parser_fail(&parser, parser.at, "nothing must follow the call");
		return NULL;
	}
	return call;
}
