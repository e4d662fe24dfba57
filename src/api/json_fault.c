/*
 * json_fault.c - what is wrong with a JSON text, in the words of the parser that AWS's answers come from (Jackson).
 *
 * Only the words are made here: whether a text is JSON, asl_parse_json decides.
 */
#include "postgres.h"

#include "api/json_fault.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#define ANY_VALUE "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

typedef struct Scan
{
	const char *p;				/* what comes next */
	char	   *fault;			/* NULL: none yet */
	const char *within;			/* "Object", "Array"; NULL: neither */
} Scan;

static void
skip_blanks(Scan *s)
{
	s->p += strspn(s->p, " \t\r\n");
}

/* Notes the fault, unless there is one already; false. */
static bool
fail(Scan *s, char *fault)
{
	if (s->fault == NULL)
		s->fault = fault;
	return false;
}

/* The character that comes next, as the parser shows it. */
static char *
shown_character(const char *p)
{
	int			code = (int) utf8_to_unicode((const unsigned char *) p);

	if (code < ' ')
		return psprintf("(CTRL-CHAR, code %d)", code);
	return psprintf("'%.*s' (code %d)", pg_utf_mblen((const unsigned char *) p), p, code);
}

static bool
fail_character(Scan *s, const char *expected)
{
	if (*s->p == '\0')
		return fail(s, s->within ? psprintf("Unexpected end-of-input within/between %s entries", s->within)
					: pstrdup("Unexpected end-of-input"));
	return fail(s, psprintf("Unexpected character (%s): %s", shown_character(s->p), expected));
}

/* Behind the opening quotes of a string. */
static bool
scan_string(Scan *s, const char *what)
{
	for (; *s->p != '"'; s->p++)
	{
		if (*s->p == '\0')
			return fail(s, psprintf("Unexpected end-of-input%s", what));
		if ((unsigned char) *s->p < ' ')
			return fail(s, psprintf("Illegal unquoted character (%s): has to be escaped using backslash to be included in "
									"string value", shown_character(s->p)));
		if (*s->p != '\\')
			continue;
		s->p++;
		if (*s->p == 'u' && strspn(s->p + 1, "0123456789abcdefABCDEF") < 4)
		{
			s->p += 1 + strspn(s->p + 1, "0123456789abcdefABCDEF");
			return fail_character(s, "expected a hex-digit for character escape sequence");
		}
		if (*s->p != '\0' && strchr("\"\\/bfnrtu", *s->p) == NULL)
			return fail(s, psprintf("Unrecognized character escape %s", shown_character(s->p)));
		if (*s->p == '\0')
			return fail(s, pstrdup("Unexpected end-of-input in character escape sequence"));
	}
	s->p++;
	return true;
}

static bool
scan_digits(Scan *s, const char *lacking)
{
	size_t		digits = strspn(s->p, "0123456789");

	s->p += digits;
	return digits > 0 || fail_character(s, lacking);
}

static bool
scan_number(Scan *s)
{
	if (*s->p == '-' && !isdigit((unsigned char) *++s->p))
		return fail_character(s, "expected digit (0-9) to follow minus sign, for valid numeric value");
	if (*s->p == '0' && isdigit((unsigned char) s->p[1]))
		return fail(s, pstrdup("Invalid numeric value: Leading zeroes not allowed"));
	(void) scan_digits(s, "");
	if (*s->p == '.')
	{
		s->p++;
		if (!scan_digits(s, "Decimal point not followed by a digit"))
			return false;
	}
	if (*s->p == 'e' || *s->p == 'E')
	{
		s->p += 1 + (s->p[1] == '+' || s->p[1] == '-');
		return scan_digits(s, "Exponent indicator not followed by a digit");
	}
	return true;
}

/* A word, of which there are three; another one is shown as far as it goes. */
static bool
scan_word(Scan *s)
{
	static const char *const words[] = {"true", "false", "null"};
	const char *start = s->p;
	int			length;

	for (; isalnum((unsigned char) *s->p) || *s->p == '_' || *s->p == '$' || IS_HIGHBIT_SET(*s->p); s->p++)
		;
	length = s->p - start;
	for (size_t i = 0; i < lengthof(words); i++)
		if (length == (int) strlen(words[i]) && strncmp(start, words[i], length) == 0)
			return true;
	return fail(s, psprintf("Unrecognized token '%.*s': was expecting " ANY_VALUE, pg_mbcliplen(start, length, 256), start));
}

static bool scan_value(Scan *s);

/* A member's name and the colon. */
static bool
scan_name(Scan *s)
{
	skip_blanks(s);
	if (*s->p != '"')
		return fail_character(s, "was expecting double-quote to start field name");
	s->p++;
	if (!scan_string(s, " in field name"))
		return false;
	skip_blanks(s);
	if (*s->p != ':')
		return fail_character(s, "was expecting a colon to separate field name and value");
	s->p++;
	return true;
}

static bool
fail_open(Scan *s, bool object)
{
	return fail(s, psprintf("Unexpected end-of-input: expected close marker for %s", object ? "Object" : "Array"));
}

/* Behind the opening bracket. */
static bool
scan_container(Scan *s, bool object)
{
	const char	close = object ? '}' : ']';
	const char *around = s->within;

	s->within = object ? "Object" : "Array";
	check_stack_depth();
	skip_blanks(s);
	while (*s->p != close)
	{
		CHECK_FOR_INTERRUPTS();
		if (*s->p == '\0')
			return fail_open(s, object);
		if ((object && !scan_name(s)) || !scan_value(s))
			return false;
		skip_blanks(s);
		if (*s->p == close)
			break;
		if (*s->p == '\0')
			return fail_open(s, object);
		if (*s->p != ',')
			return fail_character(s, object ? "was expecting comma to separate Object entries"
								  : "was expecting comma to separate Array entries");
		s->p++;
		skip_blanks(s);
		if (*s->p == close)
			return fail_character(s, object ? "was expecting double-quote to start field name"
								  : "expected a value");
	}
	s->within = around;
	s->p++;
	return true;
}

static bool
scan_value(Scan *s)
{
	skip_blanks(s);
	switch (*s->p)
	{
		case '"':
			s->p++;
			return scan_string(s, ": was expecting closing quote for a string value");
		case '{':
		case '[':
			s->p++;
			return scan_container(s, s->p[-1] == '{');
		default:
			if (*s->p == '-' || isdigit((unsigned char) *s->p))
				return scan_number(s);
			if (isalpha((unsigned char) *s->p) || IS_HIGHBIT_SET(*s->p))
				return scan_word(s);
			return fail_character(s, "expected a valid value " ANY_VALUE);
	}
}

char *
asl_json_fault(const char *text)
{
	Scan		s = {.p = text};

	if (scan_value(&s))
	{
		skip_blanks(&s);
		if (*s.p != '\0')
			(void) fail_character(&s, "expected the end of the text");
	}
	return s.fault;
}
