/*
 * lexer.c - the tokens of an expression.
 */
#include "postgres.h"

#include <math.h>

#include "jsonata/lexer.h"
#include "jsonata/text.h"
#include "mb/pg_wchar.h"

static const struct
{
	const char *text;
	JsonataOp	op;
}			lexer_operators[] = {
	/* Those of two characters first. */
	{"..", OP_RANGE}, {":=", OP_BIND}, {"!=", OP_NOT_EQUAL}, {">=", OP_GREATER_EQUAL}, {"<=", OP_LESS_EQUAL},
	{"**", OP_DESCENDANT}, {"~>", OP_APPLY}, {"?:", OP_DEFAULT}, {"??", OP_COALESCE},
	{".", OP_DOT}, {"[", OP_OPEN_BRACKET}, {"]", OP_CLOSE_BRACKET}, {"{", OP_OPEN_BRACE}, {"}", OP_CLOSE_BRACE},
	{"(", OP_OPEN_PAREN}, {")", OP_CLOSE_PAREN}, {",", OP_COMMA}, {"@", OP_FOCUS}, {"#", OP_INDEX},
	{";", OP_SEMICOLON}, {":", OP_COLON}, {"?", OP_QUESTION}, {"+", OP_ADD}, {"-", OP_SUBTRACT},
	{"*", OP_MULTIPLY}, {"/", OP_DIVIDE}, {"%", OP_MODULO}, {"|", OP_BAR}, {"=", OP_EQUAL}, {"<", OP_LESS},
	{">", OP_GREATER}, {"^", OP_SORT}, {"&", OP_CONCAT}, {"!", OP_NOT}, {"~", OP_TILDE},
	/* Words. */
	{"and", OP_AND}, {"or", OP_OR}, {"in", OP_IN}
};

/* The text of an operator. */
const char *
asl_operator_text(JsonataOp op)
{
	for (int i = 0; i < lengthof(lexer_operators); i++)
	{
		if (lexer_operators[i].op == op)
			return lexer_operators[i].text;
	}
	return "";
}

static inline bool
lexer_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v';
}

/* Whether a character ends a name. */
static inline bool
lexer_is_operator(char c)
{
	return c != '\0' && strchr(".[]{}(),@#;:?+-*/%|=<>^&!~", c) != NULL;
}

/* The character at an offset, 0 past the end. */
static inline char
lexer_peek(Lexer *lexer, int offset)
{
	return lexer->position + offset < lexer->length ? lexer->text[lexer->position + offset] : '\0';
}

/* Skips blanks and comments. */
static void
lexer_skip(Lexer *lexer)
{
	for (;;)
	{
		int			start = lexer->position;

		while (lexer->position < lexer->length && lexer_is_blank(lexer->text[lexer->position]))
			lexer->position++;
		if (lexer_peek(lexer, 0) != '/' || lexer_peek(lexer, 1) != '*')
			return;
		start = lexer->position;
		lexer->position += 2;
		while (lexer_peek(lexer, 0) != '*' || lexer_peek(lexer, 1) != '/')
		{
			if (++lexer->position >= lexer->length)
				RAISE(lexer->escape, .code = "S0106", .position = start);
		}
		lexer->position += 2;
	}
}

/* Finds the slash that ends a regular expression: one that is not escaped, outside of all brackets. */
static int
lexer_regex_end(Lexer *lexer)
{
	int			depth = 0;
	bool		escaped = false;

	for (int i = lexer->position; i < lexer->length; i++)
	{
		char		c = lexer->text[i];
		bool		after_backslash = i > 0 && lexer->text[i - 1] == '\\';

		if (c == '/' && depth == 0 && !escaped)
			return i;
		if (!after_backslash && (c == '(' || c == '[' || c == '{'))
			depth++;
		if (!after_backslash && (c == ')' || c == ']' || c == '}'))
			depth--;
		escaped = c == '\\' && !escaped;
	}
	RAISE(lexer->escape, .code = "S0302", .position = lexer->length);
}

/* Reads a regular expression, behind its first slash. */
static Token
lexer_regex(Lexer *lexer)
{
	Token		token = {.type = TOKEN_REGEX};
	int			start = lexer->position;
	int			end = lexer_regex_end(lexer);
	bool		ignore_case = false;
	bool		multiline = false;
	char		c;

	if (end == start)
		RAISE(lexer->escape, .code = "S0301", .position = start);
	for (lexer->position = end + 1; (c = lexer_peek(lexer, 0)) == 'i' || c == 'm'; lexer->position++)
	{
		bool	   *flag = c == 'i' ? &ignore_case : &multiline;

		if (*flag)
			asl_raise_text(lexer->escape, psprintf("Invalid flags supplied to RegExp constructor '%c%cg'", c, c));
		*flag = true;
	}
	token.value = asl_string(lexer->text + start, end - start);
	token.regex = asl_regex_compile(lexer->text + start, end - start, ignore_case, multiline, lexer->escape->error);
	if (token.regex == NULL)
		asl_raise_filled(lexer->escape, lexer->position);
	return token;
}

/* The four hexadecimal digits at position; -1 where they are none. */
static int
lexer_hex(Lexer *lexer, int position)
{
	int			result = 0;

	for (int i = position; i < position + 4; i++)
	{
		char		c = i < lexer->length ? lexer->text[i] : '\0';

		if (!isxdigit((unsigned char) c))
			return -1;
		result = result * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return result;
}

/*
 * Reads \uXXXX, two of them for a character beyond the first plane, and appends the character.  The position stands on
 * the "u" before and on the last digit after.  Half a pair is no character and cannot be written in UTF-8.
 */
static void
lexer_unicode(Lexer *lexer, StringInfo out)
{
	int			code = lexer_hex(lexer, lexer->position + 1);

	if (code >= 0xD800 && code < 0xDC00)
	{
		int			low = lexer_peek(lexer, 5) == '\\' && lexer_peek(lexer, 6) == 'u' ?
			lexer_hex(lexer, lexer->position + 7) : -1;

		if (low >= 0xDC00 && low < 0xE000)
		{
			code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
			lexer->position += 6;
		}
	}
	if (code < 0 || (code >= 0xD800 && code < 0xE000))
		RAISE(lexer->escape, .code = "S0104", .position = lexer->position);
	asl_text_append(out, code);
	lexer->position += 4;
}

/* Appends what an escape sequence stands for; the position stands behind the backslash. */
static void
lexer_escape(Lexer *lexer, StringInfo out)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	char		c = lexer_peek(lexer, 0);
	const char *letter = c == '\0' ? NULL : strchr(letters, c);

	if (letter != NULL)
		appendStringInfoChar(out, meanings[letter - letters]);
	else if (c == 'u')
		lexer_unicode(lexer, out);
	else
		RAISE(lexer->escape, .code = "S0103", .position = lexer->position,
			  .token = asl_string(lexer->text + lexer->position,
								  lexer->position < lexer->length ? pg_utf_mblen((const unsigned char *) lexer->text + lexer->position) : 0));
}

/* Reads a string; the position stands on its quote. */
static Token
lexer_string(Lexer *lexer)
{
	StringInfoData out;
	char		quote = lexer->text[lexer->position++];

	initStringInfo(&out);
	for (; lexer->position < lexer->length; lexer->position++)
	{
		char		c = lexer->text[lexer->position];

		if (c == quote)
		{
			lexer->position++;
			return (Token) {.type = TOKEN_STRING, .value = asl_string(out.data, out.len)};
		}
		if (c == '\\')
		{
			lexer->position++;
			lexer_escape(lexer, &out);
		}
		else
			appendStringInfoCharMacro(&out, c);
	}
	RAISE(lexer->escape, .code = "S0101", .position = lexer->length);
}

/* The end of a number that begins at the position; the position itself where there is none. */
static int
lexer_number_end(Lexer *lexer)
{
	const char *text = lexer->text;
	int			end = lexer->position;
	int			next;

#define DIGIT(i) ((i) < lexer->length && text[i] >= '0' && text[i] <= '9')
	if (!DIGIT(end))
		return end;
	if (text[end] == '0')
		end++;
	else
		while (DIGIT(end))
			end++;
	if (end < lexer->length && text[end] == '.' && DIGIT(end + 1))
	{
		end++;
		while (DIGIT(end))
			end++;
	}
	next = end + 1;
	if (end < lexer->length && (text[end] == 'e' || text[end] == 'E'))
	{
		if (next < lexer->length && (text[next] == '+' || text[next] == '-'))
			next++;
		if (DIGIT(next))
		{
			for (end = next; DIGIT(end);)
				end++;
		}
	}
	return end;
#undef DIGIT
}

/* Reads a number that ends at end. */
static Token
lexer_number(Lexer *lexer, int end)
{
	char	   *text = pnstrdup(lexer->text + lexer->position, end - lexer->position);
	double		number = strtod(text, NULL);

	if (isinf(number))
		RAISE(lexer->escape, .code = "S0102", .position = lexer->position, .token = asl_cstring(text));
	lexer->position = end;
	return (Token) {.type = TOKEN_NUMBER, .value = asl_number(number)};
}

/* Reads a name in backquotes; the position stands on the first. */
static Token
lexer_quoted_name(Lexer *lexer)
{
	const char *start = lexer->text + lexer->position + 1;
	const char *end = memchr(start, '`', lexer->length - lexer->position - 1);

	if (end == NULL)
		RAISE(lexer->escape, .code = "S0105", .position = lexer->length);
	lexer->position = end + 1 - lexer->text;
	return (Token) {.type = TOKEN_NAME, .value = asl_string(start, end - start)};
}

/* Reads a name, a variable or a word. */
static Token
lexer_name(Lexer *lexer)
{
	const char *text = lexer->text + lexer->position;
	int			start = lexer->position;
	AslValue	name;

	while (lexer->position < lexer->length && !lexer_is_blank(lexer->text[lexer->position]) &&
		   !lexer_is_operator(lexer->text[lexer->position]))
		lexer->position++;
	name = asl_string(text, lexer->position - start);
	if (name.length == 0)
		return (Token) {.type = TOKEN_END, .value = asl_cstring("(end)")};
	if (text[0] == '$')
		return (Token) {.type = TOKEN_VARIABLE, .value = asl_string(text + 1, name.length - 1)};
	if (asl_string_is(name, "true") || asl_string_is(name, "false"))
		return (Token) {.type = TOKEN_VALUE, .value = asl_bool(text[0] == 't')};
	if (asl_string_is(name, "null"))
		return (Token) {.type = TOKEN_VALUE, .value = asl_null()};
	if (asl_string_is(name, "and"))
		return (Token) {.type = TOKEN_OPERATOR, .op = OP_AND, .value = name};
	if (asl_string_is(name, "or"))
		return (Token) {.type = TOKEN_OPERATOR, .op = OP_OR, .value = name};
	if (asl_string_is(name, "in"))
		return (Token) {.type = TOKEN_OPERATOR, .op = OP_IN, .value = name};
	return (Token) {.type = TOKEN_NAME, .value = name};
}

/* Reads an operator into *token; false where there is none.  Step Functions' JSONata has no "?:" and "??" yet. */
static bool
lexer_operator(Lexer *lexer, Token *token)
{
	if (!lexer_is_operator(lexer_peek(lexer, 0)))
		return false;
	for (int i = 0; i < lengthof(lexer_operators); i++)
	{
		const char *text = lexer_operators[i].text;
		JsonataOp	op = lexer_operators[i].op;

		if (text[0] != lexer_peek(lexer, 0) || (text[1] != '\0' && text[1] != lexer_peek(lexer, 1)))
			continue;
		if (lexer->dialect == JSONATA_STATES && (op == OP_DEFAULT || op == OP_COALESCE))
			continue;
		lexer->position += strlen(text);
		*token = (Token) {.type = TOKEN_OPERATOR, .op = op, .value = asl_cstring(text)};
		return true;
	}
	pg_unreachable();
}

/* Reads the token at the position, behind blanks. */
static Token
lexer_token(Lexer *lexer, bool infix)
{
	char		c = lexer_peek(lexer, 0);
	Token		token;
	int			end;

	if (c == '/' && !infix)
	{
		lexer->position++;
		return lexer_regex(lexer);
	}
	if (lexer_operator(lexer, &token))
		return token;
	if (c == '"' || c == '\'')
		return lexer_string(lexer);
	end = lexer_number_end(lexer);
	if (end > lexer->position)
		return lexer_number(lexer, end);
	return c == '`' ? lexer_quoted_name(lexer) : lexer_name(lexer);
}

/* Reads the next token. */
Token
asl_lexer_next(Lexer *lexer, bool infix)
{
	Token		token;

	lexer_skip(lexer);
	token = lexer_token(lexer, infix);
	token.position = lexer->position;
	return token;
}
