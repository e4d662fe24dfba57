/*
 * intrinsic_encoding.c - States.Base64Encode, States.Base64Decode and States.Hash, by PostgreSQL's own.
 */
#include "postgres.h"

#include "common/base64.h"
#include "common/cryptohash.h"
#include "common/md5.h"
#include "common/sha1.h"
#include "common/sha2.h"
#include "mb/pg_wchar.h"
#include "path/intrinsic_call.h"
#include "utils/builtins.h"

/* Raises where a text is longer than AWS takes. */
static void
intrinsic_encoding_check(const AslIntrinsicCall *call, const char *text, int length)
{
	if (length > ASL_INTRINSIC_MAX_TEXT && pg_mbstrlen_with_len(text, length) > ASL_INTRINSIC_MAX_TEXT)
		asl_intrinsic_fail(call, psprintf("The text must not be longer than %d characters", ASL_INTRINSIC_MAX_TEXT));
}

AslValue
asl_intrinsic_base64_encode(const AslIntrinsicCall *call)
{
	AslValue	text = asl_intrinsic_argument(call, 0, ASL_STRING);
	int			room = pg_b64_enc_len(text.length);
	char	   *encoded = palloc(room + 1);
	int			length;

	intrinsic_encoding_check(call, text.u.string, text.length);
	/* versions differ in the pointers' signedness */
	length = pg_b64_encode((const void *) text.u.string, text.length, encoded, room);
	return asl_string(encoded, length);
}

/* MIME's Base64 as PostgreSQL reads it: without the white space between lines, and with the padding at the end. */
static char *
intrinsic_encoding_normalize(AslValue text)
{
	StringInfoData plain;

	initStringInfo(&plain);
	for (int i = 0; i < text.length; i++)
		if (text.u.string[i] == '\0' || strchr(" \t\r\n", text.u.string[i]) == NULL)
			appendStringInfoChar(&plain, text.u.string[i]);
	if (plain.len % 4 >= 2 && strchr(plain.data, '=') == NULL)
		appendStringInfoString(&plain, plain.len % 4 == 2 ? "==" : "=");
	return plain.data;
}

AslValue
asl_intrinsic_base64_decode(const AslIntrinsicCall *call)
{
	AslValue	text = asl_intrinsic_argument(call, 0, ASL_STRING);
	const char *encoded = intrinsic_encoding_normalize(text);
	int			room = pg_b64_dec_len(strlen(encoded)) + 1;
	void	   *decoded = palloc(room);
	int			length;

	intrinsic_encoding_check(call, text.u.string, text.length);
	length = pg_b64_decode(encoded, strlen(encoded), decoded, room);
	if (length < 0)
		asl_intrinsic_fail(call, "The text is no valid Base64");
	if (!pg_verify_mbstr(PG_UTF8, decoded, length, true))
		asl_intrinsic_fail(call, "The decoded bytes are no text");
	return asl_string(decoded, length);
}

static const struct
{
	const char *name;
	pg_cryptohash_type type;
	int			length;
}			intrinsic_encoding_algorithms[] = {
	{"MD5", PG_MD5, MD5_DIGEST_LENGTH},
	{"SHA-1", PG_SHA1, SHA1_DIGEST_LENGTH},
	{"SHA-256", PG_SHA256, PG_SHA256_DIGEST_LENGTH},
	{"SHA-384", PG_SHA384, PG_SHA384_DIGEST_LENGTH},
	{"SHA-512", PG_SHA512, PG_SHA512_DIGEST_LENGTH},
};

/* The digest of some bytes in lower-case hexadecimal. */
static AslValue
intrinsic_encoding_digest(pg_cryptohash_type type, int length, const char *bytes, int byte_count)
{
	uint8		digest[PG_SHA512_DIGEST_LENGTH];
	char	   *text = palloc(2 * length);
	pg_cryptohash_ctx *context = pg_cryptohash_create(type);

	if (pg_cryptohash_init(context) < 0 ||
		pg_cryptohash_update(context, (const uint8 *) bytes, byte_count) < 0 ||
		pg_cryptohash_final(context, digest, length) < 0)
	{
		const char *reason = pg_cryptohash_error(context);

		pg_cryptohash_free(context);
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not compute a hash: %s", reason)));
	}
	pg_cryptohash_free(context);
	hex_encode((char *) digest, length, text);
	return asl_string(text, 2 * length);
}

/* A value that is no text is hashed as its JSON text. */
AslValue
asl_intrinsic_hash(const AslIntrinsicCall *call)
{
	AslValue	data = call->arguments[0];
	AslValue	algorithm = asl_intrinsic_argument(call, 1, ASL_STRING);

	if (data.kind != ASL_STRING)
		data = asl_cstring(asl_to_json(data));
	intrinsic_encoding_check(call, data.u.string, data.length);
	for (int i = 0; i < lengthof(intrinsic_encoding_algorithms); i++)
		if (asl_string_is(algorithm, intrinsic_encoding_algorithms[i].name))
			return intrinsic_encoding_digest(intrinsic_encoding_algorithms[i].type,
											 intrinsic_encoding_algorithms[i].length, data.u.string, data.length);
	asl_intrinsic_fail(call, psprintf("The algorithm must be one of [MD5, SHA-1, SHA-256, SHA-384, SHA-512] but was %s",
									  asl_to_cstring(algorithm)));
}
