/*
 * page.c - the pages of asl.api's lists.
 */
#include "postgres.h"

#include "api/page.h"

#include "api/handler.h"
#include "base/errors.h"
#include "common/base64.h"
#include "common/cryptohash.h"
#include "common/hmac.h"
#include "common/sha2.h"
#include "miscadmin.h"
#include "store/token_key.h"
#include "utils/timestamp.h"

#define USUAL_PAGE 100
#define TOKEN_LIFE (24 * USECS_PER_HOUR)

/* What a token is made of, before the key's text. */
typedef struct TokenHead
{
	uint8		signature[PG_SHA256_DIGEST_LENGTH];
	int64		expires;
} TokenHead;

static void
sign(const AslPage *page, int64 expires, const char *key, int key_length, uint8 *signature)
{
	bytea	   *secret = store_token_key();
	char	   *text = psprintf("%s %u " INT64_FORMAT " %s ", page->operation, GetUserId(), expires, page->filters);
	pg_hmac_ctx *hmac = pg_hmac_create(PG_SHA256);

	if (hmac == NULL)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	if (pg_hmac_init(hmac, (uint8 *) VARDATA_ANY(secret), VARSIZE_ANY_EXHDR(secret)) < 0 ||
		pg_hmac_update(hmac, (uint8 *) text, strlen(text)) < 0 ||
		pg_hmac_update(hmac, (const uint8 *) key, key_length) < 0 ||
		pg_hmac_final(hmac, signature, PG_SHA256_DIGEST_LENGTH) < 0)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not sign a token: %s", pg_hmac_error(hmac))));
	pg_hmac_free(hmac);
}

/* Are the signatures equal?  How long that takes tells nothing of where they differ. */
static bool
same_signature(const uint8 *a, const uint8 *b)
{
	uint8		difference = 0;

	for (int i = 0; i < PG_SHA256_DIGEST_LENGTH; i++)
		difference |= a[i] ^ b[i];
	return difference == 0;
}

/* The key in a token; NULL: it is none of this page's list. */
static char *
read_token(const AslPage *page, const char *token)
{
	int			size = pg_b64_dec_len(strlen(token));
	char	   *bytes = palloc(size + 1);
	int			length = pg_b64_decode(token, strlen(token), (void *) bytes, size);
	TokenHead	head;
	uint8		signature[PG_SHA256_DIGEST_LENGTH];
	char	   *key = bytes + sizeof(TokenHead);

	if (length <= (int) sizeof(TokenHead))
		return NULL;
	bytes[length] = '\0';
	memcpy(&head, bytes, sizeof(TokenHead));
	sign(page, head.expires, key, length - sizeof(TokenHead), signature);
	return same_signature(signature, head.signature) && head.expires > GetCurrentTimestamp() ? key : NULL;
}

AslPage
asl_page(const char *operation, AslValue request)
{
	AslValue	filters = asl_object_copy(request);
	int64		rows = asl_request_integer(request, "maxResults");
	const char *token = asl_request_text(request, "nextToken");
	AslPage		page = {.operation = operation, .limit = rows > 0 ? (int) rows : USUAL_PAGE};

	asl_object_remove(&filters, "maxResults", strlen("maxResults"));
	asl_object_remove(&filters, "nextToken", strlen("nextToken"));
	page.filters = asl_to_json(filters);
	if (token != NULL && (page.after = read_token(&page, token)) == NULL)
		ereport(ERROR, (errcode(ERRCODE_ASL_INVALID_TOKEN), errmsg("Invalid Token: 'Invalid token'")));
	return page;
}

int64
asl_page_after(const AslPage *page)
{
	return page->after ? strtoll(page->after, NULL, 10) : 0;
}

void
asl_page_continue(const AslPage *page, AslValue *answer, const char *key)
{
	int			length = sizeof(TokenHead) + strlen(key);
	char	   *bytes = palloc(length);
	TokenHead	head = {.expires = GetCurrentTimestamp() + TOKEN_LIFE};
	int			size = pg_b64_enc_len(length);
	char	   *token = palloc0(size + 1);

	sign(page, head.expires, key, strlen(key), head.signature);
	memcpy(bytes, &head, sizeof(TokenHead));
	memcpy(bytes + sizeof(TokenHead), key, strlen(key));
	if (pg_b64_encode((const void *) bytes, length, token, size) < 0)
		elog(ERROR, "could not write a token");
	asl_answer_text(answer, "nextToken", token);
}
