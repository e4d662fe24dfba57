/*
 * parse.c - strict JSON text to a value, with PostgreSQL's JSON parser underneath.
 *
 * The containers that are open form a chain; a container becomes an element of its parent when it is complete, because
 * an own container must not change once it has been handed out.
 */
#include "postgres.h"

#include "base/compat.h"
#include "common/jsonapi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "value/container.h"

typedef struct ParseLevel
{
	struct ParseLevel *outer;
	AslValue	container;
	const char *key;			/* the member being read; NULL in arrays and at the root */
} ParseLevel;

typedef struct ParseState
{
	JsonLexContext *lex;
	ParseLevel *level;			/* the innermost open container, at last the root's level */
	AslValue	result;
	const char *duplicate;		/* the first duplicate member, NULL while there is none */
	const char *too_large;		/* the first number that numeric cannot hold */
} ParseState;

/* Puts a complete value where it belongs. */
static void
parse_add(ParseState *state, AslValue value)
{
	ParseLevel *level = state->level;

	if (level == NULL)
		state->result = value;
	else if (level->container.kind == ASL_ARRAY)
		asl_array_push(&level->container, value);
	else
	{
		int			length = strlen(level->key);

		if (state->duplicate == NULL && asl_defined(asl_object_get(level->container, level->key, length)))
			state->duplicate = level->key;
		asl_object_set(&level->container, level->key, length, value);
	}
}

/* Opens a container. */
static void
parse_open(ParseState *state, AslValue container)
{
	ParseLevel *level = palloc0(sizeof(ParseLevel));

	level->outer = state->level;
	level->container = container;
	state->level = level;
}

static ASL_JSON_ACTION
parse_array_start(void *arg)
{
	parse_open(arg, asl_array_new(4));
	return ASL_JSON_ACTION_DONE;
}

static ASL_JSON_ACTION
parse_object_start(void *arg)
{
	parse_open(arg, asl_object_new(4));
	return ASL_JSON_ACTION_DONE;
}

/* Closes the innermost container. */
static ASL_JSON_ACTION
parse_end(void *arg)
{
	ParseState *state = arg;
	AslValue	complete = state->level->container;

	state->level = state->level->outer;
	parse_add(state, complete);
	return ASL_JSON_ACTION_DONE;
}

static ASL_JSON_ACTION
parse_member(void *arg, char *name, bool isnull)
{
	((ParseState *) arg)->level->key = name;
	return ASL_JSON_ACTION_DONE;
}

/* The number of a JSON number's text; zero, and a note, where its exponent is beyond numeric's. */
static AslValue
parse_number(ParseState *state, char *token)
{
	char	   *exponent = strpbrk(token, "eE");
	Numeric		numeric;

	if (exponent != NULL && labs(strtol(exponent + 1, NULL, 10)) > 10000)
	{
		if (state->too_large == NULL)
			state->too_large = token;
		return asl_number(0);
	}
	numeric = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(token),
												  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	return asl_numeric(numeric);
}

static ASL_JSON_ACTION
parse_scalar(void *arg, char *token, JsonTokenType type)
{
	ParseState *state = arg;

	switch (type)
	{
		case JSON_TOKEN_STRING:
			parse_add(state, asl_cstring(token));
			break;
		case JSON_TOKEN_NUMBER:
			parse_add(state, parse_number(state, token));
			break;
		case JSON_TOKEN_NULL:
			parse_add(state, asl_null());
			break;
		default:
			parse_add(state, asl_bool(type == JSON_TOKEN_TRUE));
			break;
	}
	return ASL_JSON_ACTION_DONE;
}

/* Parses strict JSON text in the current memory context; false, with a message, where it is none. */
bool
asl_parse_json(const char *text, int length, bool refuse_duplicates, AslValue *result, char **message)
{
	ParseState	state = {0};
	JsonSemAction actions = {
		.semstate = &state,
		.object_start = parse_object_start,
		.object_end = parse_end,
		.array_start = parse_array_start,
		.array_end = parse_end,
		.object_field_start = parse_member,
		.scalar = parse_scalar
	};
	JsonParseErrorType error;

	state.lex = asl_json_lexer(text, length, PG_UTF8);
	error = pg_parse_json(state.lex, &actions);
	if (error != JSON_SUCCESS)
		*message = psprintf("%s (byte %d)", json_errdetail(error, state.lex),
							state.lex->token_start == NULL ? length : (int) (state.lex->token_start - text) + 1);
	else if (refuse_duplicates && state.duplicate != NULL)
		*message = psprintf("Duplicate member \"%s\".", state.duplicate);
	else if (state.too_large != NULL)
		*message = psprintf("Number %s is out of range.", state.too_large);
	else
	{
		*result = state.result;
		return true;
	}
	return false;
}
