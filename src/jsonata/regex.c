/*
 * regex.c - JavaScript's regular expressions, on PCRE2.
 *
 * A pattern can take exponential time, so PCRE2 calls back before every item that it tries to match (automatic callouts;
 * about a third slower than without): there a cancel is noticed, and the steps are counted.
 *
 * PCRE2 allocates with palloc.  A compiled pattern lives in the memory context it was compiled in and is never freed by
 * itself; the matcher's state is shared by all patterns, since matches never nest.
 */
#include "postgres.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "jsonata/error.h"
#include "jsonata/regex.h"
#include "jsonata/regex_syntax.h"

#define REGEX_STEPS			10000000	/* in one search: about half a second */
#define REGEX_STRIDE		32	/* so many bytes passed over count as a step */
#define REGEX_HEAP			(64 * 1024) /* kB of backtracking points */
#define REGEX_KEEP			(1024 * 1024)	/* bytes of them that the matcher keeps between searches */

struct JsonataRegex
{
	pcre2_code *code;
	int			groups;
};

/* The matcher's state; everything it owns lives in its memory context. */
typedef struct RegexMatcher
{
	MemoryContext memory;
	pcre2_match_context *context;
	pcre2_match_data *data;
	int			groups;			/* that data has room for */
	int			steps;			/* of the current search */
	PCRE2_SIZE	position;		/* where it was at the last of them */
} RegexMatcher;

static RegexMatcher matcher;

/* PCRE2's malloc; it can do with NULL. */
static void *
regex_alloc(size_t size, void *memory)
{
	return MemoryContextAllocExtended(memory, size, MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
}

/* PCRE2's free. */
static void
regex_free(void *pointer, void *memory)
{
	if (pointer)
		pfree(pointer);
}

/* PCRE2's handle on a memory context; allocated in it. */
static pcre2_general_context *
regex_memory(MemoryContext memory)
{
	return pcre2_general_context_create(regex_alloc, regex_free, memory);
}

/* Raises where PCRE2 has got no memory. */
static void *
regex_allocated(void *pointer)
{
	if (pointer == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
	return pointer;
}

/* The error of a pattern that is none. */
static bool
regex_invalid(JsonataError *error, const char *pattern, int length, bool ignore_case, bool multiline, const char *why)
{
	return asl_error_set(error, "", "Invalid regular expression: /%.*s/g%s%s: %s", length, pattern,
						 ignore_case ? "i" : "", multiline ? "m" : "", why);
}

/* Compiles a pattern. */
JsonataRegex *
asl_regex_compile(const char *pattern, int length, bool ignore_case, bool multiline, JsonataError *error)
{
	uint32		options = PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_MATCH_UNSET_BACKREF | PCRE2_AUTO_CALLOUT;
	JsonataRegex *regex = palloc(sizeof(JsonataRegex));
	pcre2_compile_context *context;
	StringInfoData translated;
	const char *why;
	int			code;
	PCRE2_SIZE	offset;
	PCRE2_UCHAR message[256];

	initStringInfo(&translated);
	why = asl_regex_syntax_translate(pattern, length, multiline, &translated, &regex->groups);
	if (why)
	{
		regex_invalid(error, pattern, length, ignore_case, multiline, why);
		return NULL;
	}
	/* Up to 10.42 the search for a start takes a lookahead's first character for one that the match consumes. */
	if (strstr(translated.data, "(?="))
		options |= PCRE2_NO_START_OPTIMIZE;
	if (ignore_case)
		options |= PCRE2_CASELESS;
	context = regex_allocated(pcre2_compile_context_create(regex_allocated(regex_memory(CurrentMemoryContext))));
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	regex->code = pcre2_compile((PCRE2_SPTR) translated.data, translated.len, options, &code, &offset, context);
	pfree(translated.data);
	if (regex->code == NULL)
	{
		pcre2_get_error_message(code, message, sizeof(message));
		regex_invalid(error, pattern, length, ignore_case, multiline, (char *) message);
		return NULL;
	}
	return regex;
}

/* The number of capturing groups. */
int
asl_regex_groups(const JsonataRegex *regex)
{
	return regex->groups;
}

/* PCRE2 asks before each item: go on (0), or end the search?  A cancel leaves by ereport; the matcher survives that. */
static int
regex_callout(pcre2_callout_block *block, void *arg)
{
	PCRE2_SIZE	from = Min(matcher.position, block->current_position);
	PCRE2_SIZE	to = Max(matcher.position, block->current_position);

	CHECK_FOR_INTERRUPTS();
	matcher.steps += 1 + (to - from) / REGEX_STRIDE;
	matcher.position = block->current_position;
	return matcher.steps > REGEX_STEPS ? PCRE2_ERROR_CALLOUT : 0;
}

/* Makes the matcher ready for a pattern with this many groups. */
static void
regex_prepare(int groups)
{
	pcre2_general_context *memory;

	if (matcher.data != NULL && matcher.groups >= groups)
		return;
	if (matcher.memory == NULL)
		matcher.memory = AllocSetContextCreate(TopMemoryContext, "JSONata regular expressions", ALLOCSET_DEFAULT_SIZES);
	matcher.data = NULL;
	MemoryContextReset(matcher.memory);
	memory = regex_allocated(regex_memory(matcher.memory));
	matcher.context = regex_allocated(pcre2_match_context_create(memory));
	pcre2_set_callout(matcher.context, regex_callout, NULL);
	pcre2_set_heap_limit(matcher.context, REGEX_HEAP);
	matcher.groups = Max(groups, 15);
	matcher.data = regex_allocated(pcre2_match_data_create(matcher.groups + 1, memory));
}

/* Gives back what an extensive search has left. */
static void
regex_trim(void)
{
	if (MemoryContextMemAllocated(matcher.memory, false) <= REGEX_KEEP)
		return;
	matcher.data = NULL;
	MemoryContextReset(matcher.memory);
}

/* Finds the next match. */
bool
asl_regex_exec(const JsonataRegex *regex, const char *text, int length, int offset,
			   bool *matched, RegexSpan *spans, JsonataError *error)
{
	const PCRE2_SIZE *ends;
	int			found;

	regex_prepare(regex->groups);
	matcher.steps = 0;
	matcher.position = offset;
	found = pcre2_match(regex->code, (PCRE2_SPTR) text, length, offset, PCRE2_NO_UTF_CHECK,
						matcher.data, matcher.context);
	ends = pcre2_get_ovector_pointer(matcher.data);
	for (int i = 0; i <= regex->groups && found > 0; i++)
	{
		bool		took_part = i < found && ends[2 * i] != PCRE2_UNSET;

		spans[i].start = took_part ? (int) ends[2 * i] : -1;
		spans[i].end = took_part ? (int) ends[2 * i + 1] : -1;
	}
	regex_trim();
	*matched = found > 0;
	if (found > 0 || found == PCRE2_ERROR_NOMATCH)
		return true;
	return asl_error_set(error, "", "Regular expression needs too much time or memory");
}
