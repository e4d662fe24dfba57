/*
 * compat.h - all that differs between the supported PostgreSQL versions, 15 to 18.
 */
#ifndef ASL_COMPAT_H
#define ASL_COMPAT_H

#include "postgres.h"

#include "common/jsonapi.h"

#if PG_VERSION_NUM < 150000
#error "pg_asl needs PostgreSQL 15 or later"
#endif

/* What a JSON parser's semantic action returns, and how a lexer for a text is made. */
#if PG_VERSION_NUM >= 160000
#define ASL_JSON_ACTION				JsonParseErrorType
#define ASL_JSON_ACTION_DONE		JSON_SUCCESS
#else
#define ASL_JSON_ACTION				void
#define ASL_JSON_ACTION_DONE
#endif

static inline JsonLexContext *
asl_json_lexer(const char *text, int length, int encoding)
{
#if PG_VERSION_NUM >= 170000
	return makeJsonLexContextCstringLen(NULL, text, length, encoding, true);
#else
	return makeJsonLexContextCstringLen(unconstify(char *, text), length, encoding, true);
#endif
}

#endif
