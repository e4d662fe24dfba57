/*
 * filter_parse.c - the text of a filter to its tree.
 *
 *     or      = and *("||" and)
 *     and     = operand *("&&" operand)
 *     operand = "!" operand | "(" or ")" | value [operator value]
 *     value   = "@" steps | "$" steps | literal | word | "/" regular expression "/" flags
 *
 * A word is a text without quotes: whatever else there is up to a blank, ")", "&&" or "||".
 */
#include "postgres.h"

#include "path/filter.h"
#include "path/path_parse.h"

/* Steps over the word if it is next and no longer word begins so. */
static bool
filter_parse_word(AslPathParser *parser, const char *word)
{
	int			length = strlen(word);

	if (parser->end - parser->at < length || memcmp(parser->at, word, length) != 0)
		return false;
	if (parser->end - parser->at > length && isalnum((unsigned char) parser->at[length]))
		return false;
	parser->at += length;
	return true;
}

/* Where a text without quotes that begins here would end; before an operator, too, where one is to follow. */
static const char *
filter_word_end(const AslPathParser *parser, bool before_operator)
{
	const char *p = parser->at;

	for (; p < parser->end && (unsigned char) *p > ' ' && *p != ')'; p++)
	{
		if (p + 1 < parser->end && (*p == '&' || *p == '|') && p[1] == *p)
			break;
		if (before_operator && strchr("=<>!~", *p) != NULL)
			break;
	}
	return p;
}

/* Can what begins here be nothing but a text without quotes?  A number, true, false and null are what they are. */
static bool
filter_sees_word(const AslPathParser *parser, const char *end)
{
	AslPathParser trial = *parser;
	AslSyntaxError ignored;
	AslValue	value;

	trial.error = &ignored;
	if (end == parser->at || strchr("'\"[{(=<>!~&|@$", *parser->at) != NULL)
		return false;
	return !asl_path_parse_literal(&trial, &value) || trial.at < end;
}

/* A JSON number. */
static bool
filter_parse_number(AslPathParser *parser, AslValue *value)
{
	const char *begin = parser->at;
	char	   *message;

	while (parser->at < parser->end && *parser->at != '\0' &&
		   (isdigit((unsigned char) *parser->at) || strchr("+-.eE", *parser->at) != NULL))
		parser->at++;
	if (parser->at > begin && asl_parse_json(begin, parser->at - begin, false, value, &message))
		return true;
	return asl_parser_fail(parser, begin, "a value is expected");
}

/* The elements of an array or the members of an object; the parser stands on the bracket. */
static bool
filter_parse_container(AslPathParser *parser, AslValue *value)
{
	bool		object = *parser->at == '{';
	char		close = object ? '}' : ']';

	parser->at++;
	if (!asl_parser_enter(parser))
		return false;
	*value = object ? asl_object_new(4) : asl_array_new(4);
	asl_parser_skip_blanks(parser);
	while (!asl_parser_sees(parser, close))
	{
		AslName		key = {NULL, 0};
		AslValue	element;

		if ((object ? asl_object_count(*value) : asl_array_count(*value)) > 0)
		{
			if (!asl_parser_expect(parser, ','))
				return false;
			asl_parser_skip_blanks(parser);
		}
		if (object)
		{
			if (!asl_parser_sees(parser, '"') && !asl_parser_sees(parser, '\''))
				return asl_parser_fail(parser, parser->at, "a quoted name is expected");
			if (!asl_path_parse_quoted(parser, &key) || !asl_parser_expect(parser, ':'))
				return false;
		}
		if (!asl_path_parse_literal(parser, &element))
			return false;
		if (object)
			asl_object_set(value, key.text, key.length, element);
		else
			asl_array_push(value, element);
		asl_parser_skip_blanks(parser);
	}
	parser->at++;
	parser->depth--;
	return true;
}

bool
asl_path_parse_literal(AslPathParser *parser, AslValue *value)
{
	AslName		text;

	asl_parser_skip_blanks(parser);
	if (asl_parser_sees(parser, '\'') || asl_parser_sees(parser, '"'))
	{
		if (!asl_path_parse_quoted(parser, &text))
			return false;
		*value = asl_string(text.text, text.length);
		return true;
	}
	if (asl_parser_sees(parser, '[') || asl_parser_sees(parser, '{'))
		return filter_parse_container(parser, value);
	if (filter_parse_word(parser, "true"))
		*value = asl_bool(true);
	else if (filter_parse_word(parser, "false"))
		*value = asl_bool(false);
	else if (filter_parse_word(parser, "null"))
		*value = asl_null();
	else
		return filter_parse_number(parser, value);
	return true;
}

/* "/expression/flags"; a backslash keeps a slash from ending it. */
static bool
filter_parse_pattern(AslPathParser *parser, AslOperand *operand)
{
	const char *begin = ++parser->at;
	AslName		expression;
	AslName		flags;
	char	   *message;

	while (!asl_parser_sees(parser, '/'))
	{
		if (parser->end - parser->at < 2)
			return asl_parser_fail(parser, begin - 1, "the regular expression has no end");
		parser->at += *parser->at == '\\' ? 2 : 1;
	}
	expression = (AslName) {begin, parser->at - begin};
	parser->at++;
	flags = (AslName) {parser->at, 0};
	while (parser->at < parser->end && isalpha((unsigned char) *parser->at))
		parser->at++;
	flags.length = parser->at - flags.text;
	operand->kind = ASL_OPERAND_PATTERN;
	operand->pattern = asl_pattern_compile(expression, flags, &message);
	return operand->pattern != NULL || asl_parser_fail(parser, begin, message);
}

/* A literal, or a text without quotes. */
static bool
filter_parse_constant(AslPathParser *parser, AslOperand *operand, bool first)
{
	const char *end = filter_word_end(parser, first);

	operand->kind = ASL_OPERAND_LITERAL;
	if (!filter_sees_word(parser, end))
		return asl_path_parse_literal(parser, &operand->literal);
	operand->literal = asl_string(pnstrdup(parser->at, end - parser->at), end - parser->at);
	parser->at = end;
	return true;
}

/* One side of a comparison; a regular expression where it may be one. */
static bool
filter_parse_operand(AslPathParser *parser, AslOperand *operand, bool first, bool pattern)
{
	const char *begin;

	asl_parser_skip_blanks(parser);
	begin = parser->at;
	memset(operand, 0, sizeof(AslOperand));
	if (pattern && asl_parser_sees(parser, '/'))
		return filter_parse_pattern(parser, operand);
	if (!asl_parser_sees(parser, '@') && !asl_parser_sees(parser, '$'))
		return filter_parse_constant(parser, operand, first);
	operand->kind = asl_parser_sees(parser, '@') ? ASL_OPERAND_ITEM : ASL_OPERAND_DOCUMENT;
	operand->path = asl_path_parse_prefix(parser);
	if (operand->path != NULL && operand->path->root != ASL_ROOT_INPUT)
		return asl_parser_fail(parser, begin, "a path in a filter must begin with \"@\", \"$.\" or \"$[\"");
	return operand->path != NULL;
}

/* An operator: signs, or a word. */
static bool
filter_parse_operator(AslPathParser *parser, AslFilterComparison *comparison)
{
	const char *begin = parser->at;

	while (parser->at < parser->end && *parser->at != '\0' && strchr("=<>!~", *parser->at) != NULL)
		parser->at++;
	if (parser->at == begin)
		while (parser->at < parser->end && isalpha((unsigned char) *parser->at))
			parser->at++;
	if (parser->at > begin && asl_filter_operator(begin, parser->at - begin, comparison))
		return true;
	return asl_parser_fail(parser, begin, "a comparison operator is expected");
}

/* Is the operand just parsed all there is, an existence test? */
static bool
filter_parse_is_end(AslPathParser *parser)
{
	asl_parser_skip_blanks(parser);
	return parser->at == parser->end || *parser->at == ')' || *parser->at == '&' || *parser->at == '|';
}

/* "@.a == 1" or "@.a". */
static bool
filter_parse_comparison(AslPathParser *parser, AslFilter *filter)
{
	const char *begin = parser->at;

	if (!filter_parse_operand(parser, &filter->first, true, true))
		return false;
	if (filter_parse_is_end(parser))
	{
		filter->kind = ASL_FILTER_EXISTS;
		return filter->first.path != NULL ||
			asl_parser_fail(parser, begin, "a value alone is no condition");
	}
	filter->kind = ASL_FILTER_COMPARE;
	if (!filter_parse_operator(parser, &filter->comparison) ||
		!filter_parse_operand(parser, &filter->second, false, filter->comparison == NULL))
		return false;
	if ((filter->comparison == NULL) !=
		((filter->first.kind == ASL_OPERAND_PATTERN) != (filter->second.kind == ASL_OPERAND_PATTERN)))
		return asl_parser_fail(parser, begin, "\"=~\" takes a value and a regular expression");
	return true;
}

/* A negation, a parenthesis or a comparison. */
static AslFilter *
filter_parse_primary(AslPathParser *parser)
{
	AslFilter  *filter = NULL;

	if (!asl_parser_enter(parser))
		return NULL;
	asl_parser_skip_blanks(parser);
	if (asl_parser_accept(parser, '!'))
	{
		filter = palloc0(sizeof(AslFilter));
		filter->kind = ASL_FILTER_NOT;
		filter->left = filter_parse_primary(parser);
		if (filter->left == NULL)
			return NULL;
	}
	else if (asl_parser_sees(parser, '('))
		filter = asl_filter_parse(parser);
	else
	{
		filter = palloc0(sizeof(AslFilter));
		if (!filter_parse_comparison(parser, filter))
			return NULL;
	}
	parser->depth--;
	return filter;
}

/* Steps over "&&" or "||" if it is next. */
static bool
filter_parse_connective(AslPathParser *parser, char c)
{
	asl_parser_skip_blanks(parser);
	if (parser->end - parser->at < 2 || parser->at[0] != c || parser->at[1] != c)
		return false;
	parser->at += 2;
	return true;
}

/* A node of two conditions; NULL where one of them failed. */
static AslFilter *
filter_parse_join(AslFilterKind kind, AslFilter *left, AslFilter *right)
{
	AslFilter  *filter;

	if (left == NULL || right == NULL)
		return NULL;
	filter = palloc0(sizeof(AslFilter));
	filter->kind = kind;
	filter->left = left;
	filter->right = right;
	return filter;
}

static AslFilter *
filter_parse_and(AslPathParser *parser)
{
	AslFilter  *filter = filter_parse_primary(parser);

	while (filter != NULL && filter_parse_connective(parser, '&'))
		filter = filter_parse_join(ASL_FILTER_AND, filter, filter_parse_primary(parser));
	return filter;
}

static AslFilter *
filter_parse_or(AslPathParser *parser)
{
	AslFilter  *filter = filter_parse_and(parser);

	while (filter != NULL && filter_parse_connective(parser, '|'))
		filter = filter_parse_join(ASL_FILTER_OR, filter, filter_parse_and(parser));
	return filter;
}

AslFilter *
asl_filter_parse(AslPathParser *parser)
{
	AslFilter  *filter;

	if (!asl_parser_expect(parser, '('))
		return NULL;
	filter = filter_parse_or(parser);
	if (filter == NULL || !asl_parser_expect(parser, ')'))
		return NULL;
	return filter;
}
