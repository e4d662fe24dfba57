/*
 * builtin_pattern.c - $match, $contains, $replace, $split and the functions that regular expressions are.
 *
 * /re/ is a function of a string whose result has the members match, start, end, groups and next, a function without
 * arguments for the next match.  Any function of that kind can be given for a pattern; a regular expression itself is
 * run without making these objects.
 */
#include "postgres.h"

#include <math.h>

#include "jsonata/pattern.h"
#include "jsonata/text.h"

/* Finds the matches of a pattern one after the other. */
typedef struct Matcher
{
	Evaluation *ev;
	AslValue	text;
	const JsonataNode *regex;			/* NULL: another function */
	AslValue	function;		/* that finds the next match */
	bool		first;
	RegexSpan  *spans;			/* of a regex: the current match */
	int			counted;		/* of a regex: so many bytes of the text have been counted as ... */
	int			units;			/* ... so many characters of JavaScript */
	AslValue	object;			/* of another function: the same */
} Matcher;

/* Runs a regular expression from an offset on; false where it does not match any more. */
static bool
pattern_exec(Evaluation *ev, const JsonataNode *regex, AslValue text, int offset, RegexSpan *spans)
{
	bool		matched;

	CHECK_FOR_INTERRUPTS();
	if (!asl_regex_exec(regex->regex, text.u.string, text.length, offset, &matched, spans, ev->escape.error))
		asl_raise_filled(&ev->escape, regex->position);
	return matched;
}

/* The same behind an earlier match, where an empty one would be found for ever. */
static bool
pattern_exec_next(Evaluation *ev, const JsonataNode *regex, AslValue text, int offset, RegexSpan *spans)
{
	if (offset >= text.length || !pattern_exec(ev, regex, text, offset, spans))
		return false;
	if (spans[0].start == spans[0].end)
		RAISE(&ev->escape, .code = "D1004", .position = regex->position, .value = regex->value);
	return true;
}

static RegexSpan *
pattern_spans(const JsonataNode *regex)
{
	return palloc((asl_regex_groups(regex->regex) + 1) * sizeof(RegexSpan));
}

/* What a group matched; undefined where it took no part. */
static inline AslValue
pattern_group(AslValue text, const RegexSpan *span)
{
	return span->start < 0 ? asl_undefined() : asl_string(text.u.string + span->start, span->end - span->start);
}

/* The groups of a match as an array. */
static AslValue
pattern_groups(Evaluation *ev, const JsonataNode *regex, AslValue text, const RegexSpan *spans)
{
	int			count = asl_regex_groups(regex->regex);
	AslValue	groups = asl_array_new(count);

	for (int i = 1; i <= count; i++)
	{
		if (spans[i].start < 0)
			ev->unclean = true;
		asl_array_push(&groups, pattern_group(text, &spans[i]));
	}
	return groups;
}

/* A match, which begins and ends at these characters of JavaScript, as an object. */
static AslValue
pattern_object(Evaluation *ev, const JsonataNode *regex, AslValue text, const RegexSpan *spans, int start, int end)
{
	AslValue	object = asl_object_new(5);
	AslFunction *next = palloc0(sizeof(AslFunction));

	next->type = FUNCTION_NEXT;
	next->node = regex;
	next->text = text;
	next->offset = spans[0].end;
	asl_object_set(&object, "match", 5, pattern_group(text, &spans[0]));
	asl_object_set(&object, "start", 5, asl_number(start));
	asl_object_set(&object, "end", 3, asl_number(end));
	asl_object_set(&object, "groups", 6, pattern_groups(ev, regex, text, spans));
	asl_object_set(&object, "next", 4, asl_function_value(next));
	return object;
}

/* Calls /re/ or the "next" of one of its matches. */
AslValue
asl_pattern_apply(Evaluation *ev, const AslFunction *function, AslValue argument)
{
	RegexSpan  *spans = pattern_spans(function->node);
	AslValue	text = function->type == FUNCTION_NEXT ? function->text : argument;
	bool		found;

	if (text.kind != ASL_STRING)
		return asl_undefined();
	if (function->type == FUNCTION_NEXT)
		found = pattern_exec_next(ev, function->node, text, function->offset, spans);
	else
		found = pattern_exec(ev, function->node, text, 0, spans);
	if (!found)
		return asl_undefined();
	return pattern_object(ev, function->node, text, spans, asl_text_utf16_units(text.u.string, spans[0].start),
						  asl_text_utf16_units(text.u.string, spans[0].end));
}

static void
matcher_begin(Matcher *matcher, Evaluation *ev, AslValue text, AslValue pattern)
{
	*matcher = (Matcher) {.ev = ev, .text = text, .function = pattern, .first = true};
	if (pattern.u.function->type == FUNCTION_REGEX)
	{
		matcher->regex = pattern.u.function->node;
		matcher->spans = pattern_spans(matcher->regex);
	}
}

/* A member of the current match that another function has found. */
static inline AslValue
matcher_member(const Matcher *matcher, const char *name)
{
	if (matcher->object.kind != ASL_OBJECT)
		return asl_undefined();
	return asl_object_get(matcher->object, name, strlen(name));
}

/* The next match that another function finds. */
static bool
matcher_call(Matcher *matcher)
{
	Evaluation *ev = matcher->ev;

	if (!matcher->first)
		matcher->function = matcher_member(matcher, "next");
	if (matcher->function.kind != ASL_FUNCTION)
		RAISE(&ev->escape, .code = "T1010");
	matcher->object = asl_apply(ev, matcher->function, &matcher->text, matcher->first ? 1 : 0, asl_null());
	matcher->first = false;
	if (!asl_defined(matcher->object))
		return false;
	if (matcher_member(matcher, "start").kind != ASL_NUMBER && matcher_member(matcher, "end").kind != ASL_NUMBER &&
		matcher_member(matcher, "groups").kind != ASL_ARRAY && matcher_member(matcher, "next").kind != ASL_FUNCTION)
		RAISE(&ev->escape, .code = "T1010");
	return true;
}

/* Goes on to the next match; false where there is none. */
static bool
matcher_next(Matcher *matcher)
{
	if (matcher->regex == NULL)
		return matcher_call(matcher);
	evaluation_tick(matcher->ev);
	if (!matcher->first)
		return pattern_exec_next(matcher->ev, matcher->regex, matcher->text, matcher->spans[0].end, matcher->spans);
	matcher->first = false;
	return pattern_exec(matcher->ev, matcher->regex, matcher->text, 0, matcher->spans);
}

/* The position of another function's match, in JavaScript's characters. */
static double
matcher_units(const Matcher *matcher, const char *name)
{
	AslValue	position = matcher_member(matcher, name);

	return position.kind == ASL_NUMBER ? asl_cast_double(position) : 0;
}

/* The byte in which so many of JavaScript's characters end, always between characters of the text. */
static int
matcher_offset(const Matcher *matcher, double units)
{
	int			offset = 0;

	while (offset < matcher->text.length && units > 0)
	{
		int			bytes;

		CHECK_FOR_INTERRUPTS();
		units -= asl_text_decode(matcher->text.u.string + offset, &bytes) > 0xFFFF ? 2 : 1;
		offset += bytes;
	}
	return offset;
}

static int
matcher_start(const Matcher *matcher)
{
	return matcher->regex != NULL ? matcher->spans[0].start : matcher_offset(matcher, matcher_units(matcher, "start"));
}

static int
matcher_end(const Matcher *matcher)
{
	return matcher->regex != NULL ? matcher->spans[0].end : matcher_offset(matcher, matcher_units(matcher, "end"));
}

static AslValue
matcher_match(const Matcher *matcher)
{
	return matcher->regex != NULL ? pattern_group(matcher->text, &matcher->spans[0]) : matcher_member(matcher, "match");
}

/* Where a replacement goes on: behind the match as it begins and as long as it is; what another function says is its end counts not. */
static int
matcher_after(const Matcher *matcher)
{
	AslValue	match = matcher_match(matcher);
	int			units = match.kind == ASL_STRING ? asl_text_utf16_units(match.u.string, match.length) : 0;

	if (matcher->regex != NULL)
		return matcher->spans[0].end;
	return matcher_offset(matcher, matcher_units(matcher, "start") + units);
}

/* The number of groups, and one of them, from 1. */
static int
matcher_group_count(const Matcher *matcher)
{
	AslValue	groups;

	if (matcher->regex != NULL)
		return asl_regex_groups(matcher->regex->regex);
	groups = matcher_member(matcher, "groups");
	return groups.kind == ASL_ARRAY ? asl_array_count(groups) : 0;
}

static AslValue
matcher_group(const Matcher *matcher, int n)
{
	if (matcher->regex != NULL)
		return pattern_group(matcher->text, &matcher->spans[n]);
	return asl_array_get(matcher_member(matcher, "groups"), n - 1);
}

/* A position in bytes, not before the last one asked for, as one in characters of JavaScript. */
static int
matcher_position(Matcher *matcher, int offset)
{
	matcher->units += asl_text_utf16_units(matcher->text.u.string + matcher->counted, offset - matcher->counted);
	matcher->counted = offset;
	return matcher->units;
}

/* The current match as an object. */
static AslValue
matcher_object(Matcher *matcher)
{
	int			start;

	if (matcher->regex == NULL)
		return matcher->object;
	start = matcher_position(matcher, matcher->spans[0].start);
	return pattern_object(matcher->ev, matcher->regex, matcher->text, matcher->spans, start,
						  matcher_position(matcher, matcher->spans[0].end));
}

/* A limit: infinite where it is missing.  As in the reference one more match is looked for than is used. */
static double
pattern_limit(Evaluation *ev, AslValue limit, const char *code)
{
	double		n = asl_defined(limit) ? asl_cast_double(limit) : INFINITY;

	if (n < 0)
		RAISE(&ev->escape, .code = code, .value = limit);
	return n;
}

static AslValue
pattern_match(Evaluation *ev, const AslValue *args, int count)
{
	SequenceBuilder out;
	Matcher		matcher;
	double		limit;

	if (!asl_defined(args[0]))
		return args[0];
	limit = pattern_limit(ev, args[2], "D3040");
	sequence_begin(&out, ev);
	matcher_begin(&matcher, ev, args[0], args[1]);
	for (int n = 0; matcher_next(&matcher) && n < limit; n++)
	{
		AslValue	match = asl_object_new(3);

		asl_object_set(&match, "match", 5, matcher_match(&matcher));
		if (matcher.regex != NULL)
		{
			asl_object_set(&match, "index", 5, asl_number(matcher_position(&matcher, matcher.spans[0].start)));
			asl_object_set(&match, "groups", 6, pattern_groups(ev, matcher.regex, args[0], matcher.spans));
		}
		else
		{
			asl_object_set(&match, "index", 5, matcher_member(&matcher, "start"));
			asl_object_set(&match, "groups", 6, matcher_member(&matcher, "groups"));
			ev->unclean = true;
		}
		sequence_push(&out, match);
	}
	return asl_sequence_array(sequence_end(&out));
}

static AslValue
pattern_contains(Evaluation *ev, const AslValue *args, int count)
{
	Matcher		matcher;

	if (!asl_defined(args[0]) || !asl_defined(args[1]))
		return asl_undefined();
	if (args[1].kind == ASL_STRING)
		return asl_bool(memmem(args[0].u.string, args[0].length, args[1].u.string, args[1].length) != NULL);
	matcher_begin(&matcher, ev, args[0], args[1]);
	return asl_bool(matcher_next(&matcher));
}

/* Appends part of a text. */
static void
pattern_append(StringInfo out, AslValue text, int from, int to)
{
	if (to > from)
		appendBinaryStringInfo(out, text.u.string + from, to - from);
}

/* The number that at most max digits at p make; -1 where there is none. */
static int
pattern_digits(const char *p, const char *end, int max)
{
	int			n = -1;

	for (; max > 0 && p < end && *p >= '0' && *p <= '9'; p++, max--)
		n = Max(n, 0) * 10 + (*p - '0');
	return n;
}

/*
 * Appends the group that a "$" refers to; returns how many bytes behind the "$" say which.  A number has as many digits
 * as the number of groups, one less if there is no such group.
 */
static int
pattern_append_group(StringInfo out, const Matcher *matcher, const char *p, const char *end)
{
	int			groups = matcher_group_count(matcher);
	int			max = groups >= 100 ? 3 : groups >= 10 ? 2 : 1;
	int			n = pattern_digits(p, end, max);
	AslValue	group;

	if (max > 1 && n > groups)
		n = pattern_digits(p, end, max - 1);
	if (n < 0)
	{
		appendStringInfoChar(out, '$');
		return 0;
	}
	if (n >= 1 && n <= groups)
	{
		group = matcher_group(matcher, n);
		if (group.kind == ASL_STRING)
			appendBinaryStringInfo(out, group.u.string, group.length);
	}
	return n >= 100 ? 3 : n >= 10 ? 2 : 1;
}

/* Appends a replacement text with its references to the match filled in. */
static void
pattern_append_replacement(StringInfo out, const Matcher *matcher, AslValue replacement)
{
	const char *p = replacement.u.string;
	const char *end = p + replacement.length;
	const char *dollar;

	while (p < end && (dollar = memchr(p, '$', end - p)) != NULL)
	{
		appendBinaryStringInfo(out, p, dollar - p);
		text_check(matcher->ev, out->len);
		p = dollar + 1;
		if (p < end && *p == '$')
		{
			appendStringInfoChar(out, '$');
			p++;
		}
		else if (p < end && *p == '0')
		{
			AslValue	match = matcher_match(matcher);

			if (match.kind == ASL_STRING)
				appendBinaryStringInfo(out, match.u.string, match.length);
			p++;
		}
		else
			p += pattern_append_group(out, matcher, p, end);
	}
	appendBinaryStringInfo(out, p, end - p);
}

/* Replaces the matches of a pattern. */
static void
pattern_replace_matches(Evaluation *ev, StringInfo out, const AslValue *args, double limit)
{
	AslValue	text = args[0];
	Matcher		matcher;
	int			position = 0;

	matcher_begin(&matcher, ev, text, args[1]);
	for (int n = 0; matcher_next(&matcher) && n < limit; n++)
	{
		pattern_append(out, text, position, matcher_start(&matcher));
		if (!asl_defined(args[2]))
			RAISE(&ev->escape, .code = "T0410", .index = 3);
		if (args[2].kind == ASL_STRING)
			pattern_append_replacement(out, &matcher, args[2]);
		else
		{
			AslValue	object = matcher_object(&matcher);
			AslValue	with = asl_apply(ev, args[2], &object, 1, asl_null());

			if (with.kind != ASL_STRING)
				RAISE(&ev->escape, .code = "D3012", .value = with);
			appendBinaryStringInfo(out, with.u.string, with.length);
		}
		position = matcher_after(&matcher);
		text_check(ev, out->len);
	}
	pattern_append(out, text, position, text.length);
}

/* Replaces the occurrences of a string; what is missing reads "undefined", as in the reference. */
static void
pattern_replace_string(Evaluation *ev, StringInfo out, const AslValue *args, double limit)
{
	AslValue	text = args[0];
	AslValue	replacement = asl_defined(args[2]) ? asl_cast_string(ev, args[2], false) : asl_cstring("undefined");
	int			position = 0;
	const char *found;

	for (int n = 0; n < limit && position <= text.length &&
		 (found = memmem(text.u.string + position, text.length - position, args[1].u.string, args[1].length)) != NULL; n++)
	{
		evaluation_tick(ev);
		pattern_append(out, text, position, found - text.u.string);
		pattern_append(out, replacement, 0, replacement.length);
		text_check(ev, out->len);
		position = found - text.u.string + args[1].length;
	}
	pattern_append(out, text, position, text.length);
}

static AslValue
pattern_replace(Evaluation *ev, const AslValue *args, int count)
{
	StringInfoData out;
	double		limit;

	if (!asl_defined(args[0]))
		return args[0];
	if (args[1].kind == ASL_STRING && args[1].length == 0)
		RAISE(&ev->escape, .code = "D3010", .value = args[1]);
	limit = pattern_limit(ev, args[3], "D3011");
	if (!asl_defined(args[1]))
		RAISE(&ev->escape, .code = "T0410", .index = 2);
	text_begin(&out);
	if (args[1].kind == ASL_STRING)
		pattern_replace_string(ev, &out, args, limit);
	else
		pattern_replace_matches(ev, &out, args, limit);
	return asl_string(out.data, out.len);
}

/* Splits a text into its characters. */
static void
pattern_split_characters(Evaluation *ev, AslValue text, double limit, AslValue *result)
{
	int			bytes;

	for (int offset = 0; offset < text.length && asl_array_count(*result) < limit; offset += bytes)
	{
		evaluation_tick(ev);
		asl_text_decode(text.u.string + offset, &bytes);
		asl_array_push(result, asl_string(text.u.string + offset, bytes));
	}
}

/* Splits a text at the occurrences of a string. */
static void
pattern_split_string(Evaluation *ev, AslValue text, AslValue separator, double limit, AslValue *result)
{
	const char *p = text.u.string;
	const char *end = p + text.length;
	const char *found;

	while (asl_array_count(*result) < limit &&
		   (found = memmem(p, end - p, separator.u.string, separator.length)) != NULL)
	{
		evaluation_tick(ev);
		asl_array_push(result, asl_string(p, found - p));
		p = found + separator.length;
	}
	if (asl_array_count(*result) < limit)
		asl_array_push(result, asl_string(p, end - p));
}

/* Splits a text at the matches of a pattern. */
static void
pattern_split_matches(Evaluation *ev, AslValue text, AslValue pattern, double limit, AslValue *result)
{
	Matcher		matcher;
	int			position = 0;

	matcher_begin(&matcher, ev, text, pattern);
	while (matcher_next(&matcher) && asl_array_count(*result) < limit)
	{
		int			start = matcher_start(&matcher);

		asl_array_push(result, asl_string(text.u.string + position, Max(start - position, 0)));
		position = matcher_end(&matcher);
	}
	if (asl_array_count(*result) < limit)
		asl_array_push(result, asl_string(text.u.string + position, text.length - position));
}

static AslValue
pattern_split(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result;
	double		limit;

	if (!asl_defined(args[0]))
		return args[0];
	limit = pattern_limit(ev, args[2], "D3020");
	result = asl_array_new(8);
	if (!asl_defined(args[1]))
		asl_array_push(&result, args[0]);
	else if (args[1].kind == ASL_FUNCTION)
		pattern_split_matches(ev, args[0], args[1], limit, &result);
	else if (args[1].length == 0)
		pattern_split_characters(ev, args[0], floor(limit), &result);
	else
		pattern_split_string(ev, args[0], args[1], floor(limit), &result);
	return result;
}

Builtin		asl_builtins_pattern[] = {
	{"match", "<s-f<s:o>n?:a<o>>", 3, pattern_match, BUILTIN_BOTH},
	{"contains", "<s-(sf):b>", 2, pattern_contains, BUILTIN_BOTH},
	{"replace", "<s-(sf)(sf)n?:s>", 4, pattern_replace, BUILTIN_BOTH},
	{"split", "<s-(sf)n?:a<s>>", 3, pattern_split, BUILTIN_BOTH},
	{0}
};
