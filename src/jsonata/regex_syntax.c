/*
 * regex_syntax.c - from JavaScript's regular expression syntax to PCRE2's.
 *
 * The two differ in small things everywhere: \v, \a or \A mean something else, "." and "$" know other line ends, "[]" is an
 * empty class, "a++" an error, "{" often itself.  So nothing is copied: the pattern is read after JavaScript's grammar
 * (ECMA-262 with annex B, which is what patterns without the flag u follow) and written anew, every literal
 * punctuation character as \xHH.  Group names serve back references only; PCRE2 sees numbers.
 *
 * The grammar is regular but for the parentheses, so one loop reads it, with a stack of the open groups.
 */
#include "postgres.h"

#include "jsonata/regex_syntax.h"
#include "jsonata/text.h"
#include "miscadmin.h"
#include "value/value.h"

#define LINE_ENDS	"\\n\\r\\x{2028}\\x{2029}"
#define BLANKS		"\\x09-\\x0d\\x20\\xa0\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}" \
					"\\x{feff}"
#define NO_BLANKS	"\\x00-\\x08\\x0e-\\x1f\\x21-\\x9f\\xa1-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}" \
					"\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}"
#define NEVER		"(?!)"
#define ANYTHING	"[\\x00-\\x{10ffff}]"

typedef struct GroupName
{
	const char *text;			/* into the pattern */
	int			length;
} GroupName;

typedef struct RegexReader
{
	const char *p;				/* the next character */
	const char *end;
	StringInfo	out;
	bool		multiline;
	bool		repeatable;		/* a quantifier may follow what was read last */
	int			groups;			/* capturing groups in the whole pattern */
	AslValue	names;			/* an object: each named group's number */
	StringInfoData open;		/* the open groups, one byte each: may the group be repeated? */
	const char *error;
} RegexReader;

/* A member of a class or an escape sequence: a character, or a set of them in PCRE2's class syntax. */
typedef struct RegexAtom
{
	pg_wchar	character;
	const char *set;			/* NULL: the character */
} RegexAtom;

/* Says what is wrong; always false. */
static bool
regex_fail(RegexReader *r, const char *why)
{
	r->error = why;
	return false;
}

/* Is the next character c?  If so, goes past it. */
static bool
regex_accept(RegexReader *r, char c)
{
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

/* Does this text follow?  If so, goes past it. */
static bool
regex_accept_text(RegexReader *r, const char *text)
{
	size_t		length = strlen(text);

	if (r->end - r->p < length || memcmp(r->p, text, length) != 0)
		return false;
	r->p += length;
	return true;
}

/* Reads a character. */
static pg_wchar
regex_next(RegexReader *r)
{
	int			bytes;
	pg_wchar	character = asl_text_decode(r->p, &bytes);

	r->p += bytes;
	return character;
}

/* Appends a character that stands for itself. */
static void
regex_append_character(StringInfo out, pg_wchar character)
{
	if (character >= 0x80 || isalnum((int) character))
		asl_text_append(out, character);
	else
		appendStringInfo(out, "\\x%02x", character);
}

/* Reads a number of decimal digits; false where there is none.  Numbers too large stay so. */
static bool
regex_read_number(RegexReader *r, int *number)
{
	const char *start = r->p;

	*number = 0;
	for (; r->p < r->end && isdigit((unsigned char) *r->p); r->p++)
		*number = Min(*number * 10 + (*r->p - '0'), 1000000);
	return r->p > start;
}

/* Reads exactly count hexadecimal digits; false, nothing read, where there are fewer. */
static bool
regex_read_hex(RegexReader *r, int count, pg_wchar *character)
{
	char		digits[5] = "";

	if (r->end - r->p < count)
		return false;
	for (int i = 0; i < count; i++)
	{
		if (!isxdigit((unsigned char) r->p[i]))
			return false;
		digits[i] = r->p[i];
	}
	*character = strtoul(digits, NULL, 16);
	r->p += count;
	return true;
}

/* The rest of "\u": four digits, twice for a surrogate pair; a "u" that no digits follow is a "u". */
static pg_wchar
regex_read_unicode(RegexReader *r)
{
	pg_wchar	character;
	pg_wchar	second;
	const char *after;

	if (!regex_read_hex(r, 4, &character))
		return 'u';
	after = r->p;
	if (is_utf16_surrogate_first(character))
	{
		if (regex_accept_text(r, "\\u") && regex_read_hex(r, 4, &second) && is_utf16_surrogate_second(second))
			return surrogate_pair_to_codepoint(character, second);
		r->p = after;
	}
	return character;
}

/* The rest of a legacy octal escape whose first digit is next: up to \377; "\8" is "8". */
static pg_wchar
regex_read_octal(RegexReader *r)
{
	pg_wchar	character = 0;
	const char *start = r->p;

	while (r->p < r->end && r->p - start < 3 && *r->p >= '0' && *r->p <= '7' && character * 8 + (*r->p - '0') <= 0377)
		character = character * 8 + (*r->p++ - '0');
	return r->p > start ? character : *r->p++;
}

/* The rest of "\c": a letter's control character, in a class also a digit's; else the backslash is itself. */
static pg_wchar
regex_read_control(RegexReader *r, bool in_class)
{
	if (r->p < r->end && (isalpha((unsigned char) *r->p) ||
						  (in_class && (isdigit((unsigned char) *r->p) || *r->p == '_'))))
		return *r->p++ & 0x1F;
	r->p--;						/* the c is read again */
	return '\\';
}

/* Reads an escape sequence after its backslash; back references, \b and \B outside of classes are the caller's. */
static RegexAtom
regex_read_escape(RegexReader *r, bool in_class)
{
	static const struct
	{
		char		letter;
		RegexAtom	atom;
	}			escapes[] = {
		{'d', {0, "\\d"}}, {'D', {0, "\\D"}}, {'w', {0, "\\w"}}, {'W', {0, "\\W"}},
		{'s', {0, BLANKS}}, {'S', {0, NO_BLANKS}},
		{'f', {'\f'}}, {'n', {'\n'}}, {'r', {'\r'}}, {'t', {'\t'}}, {'v', {'\v'}}, {'b', {'\b'}}
	};
	RegexAtom	atom = {0};

	if (isdigit((unsigned char) *r->p))
	{
		atom.character = regex_read_octal(r);
		return atom;
	}
	atom.character = regex_next(r);
	for (int i = 0; i < lengthof(escapes); i++)
		if (atom.character == escapes[i].letter)
			return escapes[i].atom;
	if (atom.character == 'u')
		atom.character = regex_read_unicode(r);
	else if (atom.character == 'x')
		(void) regex_read_hex(r, 2, &atom.character);
	else if (atom.character == 'c')
		atom.character = regex_read_control(r, in_class);
	return atom;
}

/* Half of a surrogate pair: in no text, and nothing that PCRE2 accepts. */
static bool
regex_is_surrogate(pg_wchar character)
{
	return is_utf16_surrogate_first(character) || is_utf16_surrogate_second(character);
}

/* Appends a member of a class. */
static void
regex_append_member(StringInfo out, RegexAtom atom)
{
	if (atom.set)
		appendStringInfoString(out, atom.set);
	else if (!regex_is_surrogate(atom.character))
		regex_append_character(out, atom.character);
}

/* Appends a range of characters, without the surrogates at its ends. */
static void
regex_append_range(StringInfo out, pg_wchar first, pg_wchar last)
{
	if (regex_is_surrogate(first))
		first = 0xE000;
	if (regex_is_surrogate(last))
		last = 0xD7FF;
	if (first <= last)
		appendStringInfo(out, "\\x{%x}-\\x{%x}", first, last);
}

/* Reads a character or a set of characters within a class. */
static RegexAtom
regex_read_member(RegexReader *r)
{
	RegexAtom	atom = {0};

	atom.character = regex_next(r);
	if (atom.character == '\\' && r->p < r->end)
		return regex_read_escape(r, true);
	return atom;
}

/* A range or a single member of a class. */
static bool
regex_translate_member(RegexReader *r, StringInfo members)
{
	RegexAtom	first = regex_read_member(r);
	RegexAtom	last;

	if (r->end - r->p < 2 || r->p[0] != '-' || r->p[1] == ']')
	{
		regex_append_member(members, first);
		return true;
	}
	r->p++;
	last = regex_read_member(r);
	if (first.set || last.set)
	{
		/* "[\d-x]" is no range: all three are members. */
		regex_append_member(members, first);
		regex_append_character(members, '-');
		regex_append_member(members, last);
		return true;
	}
	if (first.character > last.character)
		return regex_fail(r, "Range out of order in character class");
	regex_append_range(members, first.character, last.character);
	return true;
}

/* A class, after its "[". */
static bool
regex_translate_class(RegexReader *r)
{
	bool		negated = regex_accept(r, '^');
	StringInfoData members;

	initStringInfo(&members);
	while (!regex_accept(r, ']'))
	{
		if (r->p == r->end)
			return regex_fail(r, "Unterminated character class");
		if (!regex_translate_member(r, &members))
			return false;
	}
	if (members.len > 0)
		appendStringInfo(r->out, "[%s%s]", negated ? "^" : "", members.data);
	else
		appendStringInfoString(r->out, negated ? ANYTHING : NEVER);
	pfree(members.data);
	r->repeatable = true;
	return true;
}

/* Reads "name>". */
static bool
regex_read_name(RegexReader *r, GroupName *name)
{
	name->text = r->p;
	while (r->p < r->end && (IS_HIGHBIT_SET(*r->p) || isalnum((unsigned char) *r->p) || *r->p == '_' || *r->p == '$'))
		r->p++;
	name->length = r->p - name->text;
	return name->length > 0 && !isdigit((unsigned char) name->text[0]) && regex_accept(r, '>');
}

/* The number of the group of this name; 0 where there is none. */
static int
regex_group_of_name(RegexReader *r, const GroupName *name)
{
	AslValue	group = asl_object_get(r->names, name->text, name->length);

	return asl_defined(group) ? (int) group.u.number : 0;
}

/* Counts the groups and collects their names, which back references may use before the group is read. */
static bool
regex_count_groups(RegexReader *r)
{
	const char *start = r->p;
	bool		in_class = false;

	while (r->p < r->end)
	{
		char		c = *r->p++;

		CHECK_FOR_INTERRUPTS();
		if (c == '\\' && r->p < r->end)
			(void) regex_next(r);
		else if (c == '[' || c == ']')
			in_class = (c == '[');
		else if (c == '(' && !in_class && !regex_accept(r, '?'))
			r->groups++;
		else if (c == '(' && !in_class && regex_accept(r, '<') && !regex_accept(r, '=') && !regex_accept(r, '!'))
		{
			GroupName	name;

			if (!regex_read_name(r, &name))
				return regex_fail(r, "Invalid capture group name");
			if (regex_group_of_name(r, &name) > 0)
				return regex_fail(r, "Duplicate capture group name");
			asl_object_set(&r->names, name.text, name.length, asl_number(++r->groups));
		}
	}
	r->p = start;
	return true;
}

/* The head of a group, after its "(". */
static bool
regex_translate_open(RegexReader *r)
{
	static const char *const heads[] = {"?:", "?=", "?!", "?<=", "?<!"};
	GroupName	name;
	int			i = 0;

	while (i < lengthof(heads) && !regex_accept_text(r, heads[i]))
		i++;
	if (i < lengthof(heads))
		appendStringInfo(r->out, "(%s", heads[i]);
	else if (regex_accept(r, '?') && !(regex_accept(r, '<') && regex_read_name(r, &name)))
		return regex_fail(r, "Invalid group");
	else
		appendStringInfoChar(r->out, '(');
	appendStringInfoChar(&r->open, i < 3 || i == lengthof(heads));	/* a lookbehind cannot be repeated */
	r->repeatable = false;
	return true;
}

/* The end of a group. */
static bool
regex_translate_close(RegexReader *r)
{
	if (r->open.len == 0)
		return regex_fail(r, "Unmatched ')'");
	r->repeatable = r->open.data[--r->open.len];
	appendStringInfoChar(r->out, ')');
	return true;
}

/* Reads "{n}", "{n,}" or "{n,m}" after its "{"; false, nothing read, where it is none. */
static bool
regex_read_bounds(RegexReader *r, int *least, int *most)
{
	const char *start = r->p;

	if (regex_read_number(r, least))
	{
		*most = *least;
		if (regex_accept(r, ',') && !regex_read_number(r, most))
			*most = -1;
		if (regex_accept(r, '}'))
			return true;
	}
	r->p = start;
	return false;
}

/* A quantifier whose sign or bounds have been written: may there be one, and is it lazy? */
static bool
regex_translate_quantifier(RegexReader *r)
{
	if (!r->repeatable)
		return regex_fail(r, "Nothing to repeat");
	if (regex_accept(r, '?'))
		appendStringInfoChar(r->out, '?');
	r->repeatable = false;
	return true;
}

/* What "{" begins: a quantifier, or else it is itself. */
static bool
regex_translate_brace(RegexReader *r)
{
	int			least;
	int			most;

	if (!regex_read_bounds(r, &least, &most))
	{
		regex_append_character(r->out, '{');
		r->repeatable = true;
		return true;
	}
	if (r->repeatable && most >= 0 && most < least)
		return regex_fail(r, "numbers out of order in {} quantifier");
	appendStringInfo(r->out, most < 0 ? "{%d,}" : "{%d,%d}", least, most);
	return regex_translate_quantifier(r);
}

/* "\k<name>", after the k. */
static bool
regex_translate_named_reference(RegexReader *r)
{
	GroupName	name;
	int			group;

	if (!regex_accept(r, '<') || !regex_read_name(r, &name))
		return regex_fail(r, "Invalid named reference");
	group = regex_group_of_name(r, &name);
	if (group == 0)
		return regex_fail(r, "Invalid named capture referenced");
	appendStringInfo(r->out, "\\g{%d}", group);
	return true;
}

/* "\1" where there is such a group; false, nothing read, where it is an octal escape. */
static bool
regex_translate_reference(RegexReader *r)
{
	const char *start = r->p;
	int			group;

	if (*r->p != '0' && regex_read_number(r, &group) && group <= r->groups)
	{
		appendStringInfo(r->out, "\\g{%d}", group);
		return true;
	}
	r->p = start;
	return false;
}

/* An escape sequence outside of a class, after its backslash. */
static bool
regex_translate_escape(RegexReader *r)
{
	RegexAtom	atom;

	if (r->p == r->end)
		return regex_fail(r, "\\ at end of pattern");
	r->repeatable = true;
	if (*r->p == 'b' || *r->p == 'B')
	{
		appendStringInfo(r->out, "\\%c", *r->p++);
		r->repeatable = false;
		return true;
	}
	if (asl_object_count(r->names) > 0 && regex_accept(r, 'k'))
		return regex_translate_named_reference(r);
	if (regex_translate_reference(r))
		return true;
	atom = regex_read_escape(r, false);
	if (atom.set)
		appendStringInfo(r->out, "[%s]", atom.set);
	else if (regex_is_surrogate(atom.character))
		appendStringInfoString(r->out, NEVER);
	else
		regex_append_character(r->out, atom.character);
	return true;
}

/* "^" and "$": PCRE2's know other line ends with the flag m, and "$" also allows one at the end without it. */
static bool
regex_translate_anchor(RegexReader *r, char sign)
{
	if (sign == '^')
		appendStringInfoString(r->out, r->multiline ? "(?<![^" LINE_ENDS "])" : "^");
	else
		appendStringInfoString(r->out, r->multiline ? "(?![^" LINE_ENDS "])" : "\\z");
	r->repeatable = false;
	return true;
}

/* Reads one element of the pattern. */
static bool
regex_translate_next(RegexReader *r)
{
	pg_wchar	character = regex_next(r);

	switch (character)
	{
		case '\\':
			return regex_translate_escape(r);
		case '[':
			return regex_translate_class(r);
		case '(':
			return regex_translate_open(r);
		case ')':
			return regex_translate_close(r);
		case '{':
			return regex_translate_brace(r);
		case '^':
		case '$':
			return regex_translate_anchor(r, character);
		case '*':
		case '+':
		case '?':
			appendStringInfoChar(r->out, character);
			return regex_translate_quantifier(r);
		case '|':
			appendStringInfoChar(r->out, '|');
			r->repeatable = false;
			return true;
		case '.':
			appendStringInfoString(r->out, "[^" LINE_ENDS "]");
			break;
		default:
			regex_append_character(r->out, character);
			break;
	}
	r->repeatable = true;
	return true;
}

/* Translates a pattern. */
const char *
asl_regex_syntax_translate(const char *pattern, int length, bool multiline, StringInfo out, int *groups)
{
	RegexReader r = {.p = pattern, .end = pattern + length, .out = out, .multiline = multiline};

	r.names = asl_object_new(0);
	initStringInfo(&r.open);
	if (!regex_count_groups(&r))
		return r.error;
	while (r.p < r.end)
	{
		CHECK_FOR_INTERRUPTS();
		if (!regex_translate_next(&r))
			return r.error;
	}
	if (r.open.len > 0)
		return "Unterminated group";
	*groups = r.groups;
	return NULL;
}
