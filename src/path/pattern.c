/*
 * pattern.c - the regular expressions of filters, "=~ /x/i", by PCRE2.
 *
 * A compiled expression is allocated in the context it was parsed in, as everything of a path.
 */
#include "postgres.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/errors.h"
#include "miscadmin.h"
#include "path/filter.h"

struct AslPattern
{
	pcre2_code *code;
	const char *text;			/* for messages */
};

/* Steps of matching before an expression counts as runaway; some tenths of a second. */
#define PATTERN_MATCH_LIMIT 1000000

static void *
pattern_allocate(size_t size, void *context)
{
	return MemoryContextAlloc(context, size);
}

static void
pattern_release(void *pointer, void *context)
{
	if (pointer != NULL)
		pfree(pointer);
}

/* PCRE2's way to allocate in the current memory context. */
static pcre2_general_context *
pattern_memory(void)
{
	return pcre2_general_context_create(pattern_allocate, pattern_release, CurrentMemoryContext);
}

/* Java's flags as PCRE2's options; false for a letter that is none. */
static bool
pattern_flags(AslName flags, uint32 *options)
{
	for (int i = 0; i < flags.length; i++)
	{
		switch (flags.text[i])
		{
			case 'i':
				*options |= PCRE2_CASELESS;
				break;
			case 'm':
				*options |= PCRE2_MULTILINE;
				break;
			case 's':
				*options |= PCRE2_DOTALL;
				break;
			case 'u':
			case 'U':
				*options |= PCRE2_UCP;
				break;
			case 'x':
				*options |= PCRE2_EXTENDED;
				break;
			default:
				return false;
		}
	}
	return true;
}

AslPattern *
asl_pattern_compile(AslName expression, AslName flags, char **message)
{
	/* the whole text must match: looking for a start gains nothing, and up to 10.42 it trips over lookaheads */
	uint32		options = PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NO_START_OPTIMIZE | PCRE2_AUTO_CALLOUT;
	pcre2_general_context *memory;
	pcre2_compile_context *compile;
	AslPattern *pattern;
	int			error;
	PCRE2_SIZE	offset;
	PCRE2_UCHAR text[128];

	if (!pattern_flags(flags, &options))
	{
		*message = pstrdup("unknown flag of a regular expression");
		return NULL;
	}
	memory = pattern_memory();
	compile = pcre2_compile_context_create(memory);
	pattern = palloc(sizeof(AslPattern));
	pattern->code = pcre2_compile((PCRE2_SPTR) expression.text, expression.length, options, &error, &offset, compile);
	pcre2_compile_context_free(compile);
	pcre2_general_context_free(memory);
	if (pattern->code != NULL)
	{
		pattern->text = pnstrdup(expression.text, expression.length);
		return pattern;
	}
	pcre2_get_error_message(error, text, sizeof(text));
	*message = psprintf("the regular expression is invalid: %s", (char *) text);
	return NULL;
}

/* PCRE2 asks before each item that it tries to match: a cancel leaves from here, and what it holds goes with its context. */
static int
pattern_callout(pcre2_callout_block *block, void *arg)
{
	CHECK_FOR_INTERRUPTS();
	return 0;
}

/* Does the whole text match?  Raises ERRCODE_ASL_RUNTIME for a runaway expression. */
static bool
pattern_matches_text(const AslPattern *pattern, const char *text, int length)
{
	pcre2_general_context *memory = pattern_memory();
	pcre2_match_data *data = pcre2_match_data_create(1, memory);
	pcre2_match_context *limits = pcre2_match_context_create(memory);
	int			result;

	pcre2_set_match_limit(limits, PATTERN_MATCH_LIMIT);
	pcre2_set_callout(limits, pattern_callout, NULL);
	result = pcre2_match(pattern->code, (PCRE2_SPTR) text, length, 0, 0, data, limits);
	pcre2_match_context_free(limits);
	pcre2_match_data_free(data);
	pcre2_general_context_free(memory);
	if (result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT || result == PCRE2_ERROR_HEAPLIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_ASL_RUNTIME),
				 errmsg("The regular expression '%s' takes too many steps to match", pattern->text)));
	return result >= 0;
}

bool
asl_pattern_matches(const AslPattern *pattern, AslValue value)
{
	AslIterator elements;
	AslValue	key;
	AslValue	element;
	char	   *text;

	switch (value.kind)
	{
		case ASL_STRING:
			return pattern_matches_text(pattern, value.u.string, value.length);
		case ASL_NUMBER:
		case ASL_BOOL:
			text = asl_to_json(value);
			return pattern_matches_text(pattern, text, strlen(text));
		case ASL_ARRAY:
			elements = asl_iterate(value);
			while (asl_next(&elements, &key, &element))
				if (!asl_is_container(element) && asl_pattern_matches(pattern, element))
					return true;
			return false;
		default:
			return false;
	}
}
