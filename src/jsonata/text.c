/*
 * text.c - what JSONata does with characters: counting, case, URLs and base64, as JavaScript does it.
 */
#include "postgres.h"

#include "catalog/pg_namespace.h"
#include "catalog/pg_collation.h"
#include "common/base64.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/syscache.h"

#include "jsonata/error.h"
#include "jsonata/text.h"

/* What encodeURIComponent leaves as it is beside letters and digits, and what encodeURI leaves in addition. */
#define URL_MARKS		"-_.!~*'()"
#define URL_RESERVED	";/?:@&=+$,#"

#define IS_CONTINUATION(byte)	(((unsigned char) (byte) & 0xC0) == 0x80)
#define IS_ASTRAL_LEAD(byte)	((unsigned char) (byte) >= 0xF0)

/* The number of characters. */
int
asl_text_characters(const char *text, int length)
{
	int			count = 0;

	for (int i = 0; i < length; i++)
		count += !IS_CONTINUATION(text[i]);
	return count;
}

/* The number of UTF-16 units. */
int
asl_text_utf16_units(const char *text, int length)
{
	int			count = 0;

	for (int i = 0; i < length; i++)
		count += !IS_CONTINUATION(text[i]) + IS_ASTRAL_LEAD(text[i]);
	return count;
}

/* Where character n begins. */
int
asl_text_offset(const char *text, int length, int n)
{
	int			offset = 0;

	for (; n > 0 && offset < length; n--)
		offset += pg_utf_mblen((const unsigned char *) text + offset);
	return Min(offset, length);
}

/* The character at text. */
pg_wchar
asl_text_decode(const char *text, int *bytes)
{
	*bytes = pg_utf_mblen((const unsigned char *) text);
	return utf8_to_unicode((const unsigned char *) text);
}

/* Is it a character, that is within Unicode and no half of a surrogate pair? */
bool
asl_text_is_character(pg_wchar code)
{
	return code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
}

/* Appends a character. */
void
asl_text_append(StringInfo out, pg_wchar character)
{
	unsigned char bytes[4];

	unicode_to_utf8(character, bytes);
	appendBinaryStringInfo(out, (char *) bytes, pg_utf_mblen(bytes));
}

/* The order of UTF-16 units. */
int
asl_text_compare(AslValue a, AslValue b)
{
	uint32		shorter = Min(a.length, b.length);
	int			order = memcmp(a.u.string, b.u.string, shorter);

	if (order != 0)
	{
		uint32		i = 0;
		unsigned char x,
					y;

		while (a.u.string[i] == b.u.string[i])
			i++;
		x = a.u.string[i];
		y = b.u.string[i];
		/* Beyond U+FFFF a character begins with a surrogate, which sorts before U+E000 (EE 80 80) to U+FFFF. */
		if (IS_ASTRAL_LEAD(x) != IS_ASTRAL_LEAD(y) && Min(x, y) >= 0xEE)
			return -order;
		return order;
	}
	return a.length < b.length ? -1 : a.length > b.length;
}

/* The collation whose case mapping is Unicode's full one; the database's own where PostgreSQL was built without ICU. */
static Oid
text_collation(void)
{
	static Oid	collation = InvalidOid;

	if (!OidIsValid(collation))
		collation = GetSysCacheOid3(COLLNAMEENCNSP, Anum_pg_collation_oid, CStringGetDatum("und-x-icu"),
									Int32GetDatum(-1), ObjectIdGetDatum(PG_CATALOG_NAMESPACE));
	if (!OidIsValid(collation))
		collation = DEFAULT_COLLATION_OID;
	return collation;
}

/* Is it ASCII, whose case needs no collation? */
static bool
text_is_ascii(AslValue text)
{
	for (uint32 i = 0; i < text.length; i++)
		if (IS_HIGHBIT_SET(text.u.string[i]))
			return false;
	return true;
}

/* Changes each byte of an ASCII text. */
static AslValue
text_map_ascii(AslValue text, unsigned char (*map) (unsigned char))
{
	char	   *mapped = palloc(text.length);

	for (uint32 i = 0; i < text.length; i++)
		mapped[i] = map(text.u.string[i]);
	return asl_string(mapped, text.length);
}

/* Upper case. */
AslValue
asl_text_upper(AslValue text)
{
	if (text_is_ascii(text))
		return text_map_ascii(text, pg_ascii_toupper);
	return asl_cstring(str_toupper(text.u.string, text.length, text_collation()));
}

/* Lower case. */
AslValue
asl_text_lower(AslValue text)
{
	if (text_is_ascii(text))
		return text_map_ascii(text, pg_ascii_tolower);
	return asl_cstring(str_tolower(text.u.string, text.length, text_collation()));
}

/* What has been written, as a value. */
static AslValue
text_result(StringInfo out)
{
	return asl_string(out->data, out->len);
}

/* encodeURI, encodeURIComponent. */
AslValue
asl_text_encode_url(AslValue text, bool component)
{
	const char *plain = component ? URL_MARKS : URL_MARKS URL_RESERVED;
	StringInfoData out;

	initStringInfo(&out);
	for (uint32 i = 0; i < text.length; i++)
	{
		unsigned char byte = text.u.string[i];

		CHECK_FOR_INTERRUPTS();
		if (!IS_HIGHBIT_SET(byte) && byte != '\0' && (isalnum(byte) || strchr(plain, byte)))
			appendStringInfoChar(&out, byte);
		else
			appendStringInfo(&out, "%%%02X", byte);
	}
	return text_result(&out);
}

/* Reads "%XX" at text[offset]; false where there is none. */
static bool
text_escaped_byte(AslValue text, uint32 offset, unsigned char *byte)
{
	const char *p = text.u.string + offset;

	if (offset + 3 > text.length || p[0] != '%' || !isxdigit((unsigned char) p[1]) || !isxdigit((unsigned char) p[2]))
		return false;
	hex_decode(p + 1, 2, (char *) byte);
	return true;
}

/* Reads the escaped character at text[offset] into bytes; returns its length in bytes, 0 where it is malformed. */
static int
text_escaped_character(AslValue text, uint32 offset, unsigned char *bytes)
{
	int			length;

	if (!text_escaped_byte(text, offset, bytes))
		return 0;
	length = pg_utf_mblen(bytes);
	for (int i = 1; i < length; i++)
		if (!text_escaped_byte(text, offset + 3 * i, bytes + i))
			return 0;
	return pg_utf8_islegal(bytes, length) ? length : 0;
}

/* decodeURI, decodeURIComponent. */
bool
asl_text_decode_url(AslValue text, bool component, AslValue *result, JsonataError *error)
{
	StringInfoData out;
	uint32		offset = 0;

	initStringInfo(&out);
	while (offset < text.length)
	{
		const char *p = text.u.string + offset;
		unsigned char bytes[4];
		int			length;

		CHECK_FOR_INTERRUPTS();
		if (*p != '%')
		{
			appendStringInfoChar(&out, *p);
			offset++;
			continue;
		}
		length = text_escaped_character(text, offset, bytes);
		if (length == 0)
			return asl_error_set(error, "D3140", "Malformed URL passed to $%s(): %s",
								 component ? "decodeUrlComponent" : "decodeUrl", asl_to_json(text));
		if (!component && bytes[0] != '\0' && strchr(URL_RESERVED, bytes[0]) != NULL)
			appendBinaryStringInfo(&out, p, 3);
		else
			appendBinaryStringInfo(&out, (char *) bytes, length);
		offset += 3 * length;
	}
	*result = text_result(&out);
	return true;
}

/* The low bytes of the UTF-16 units of text, as Node's encoding "binary" has it. */
static void
text_low_bytes(AslValue text, StringInfo out)
{
	int			bytes;

	for (uint32 offset = 0; offset < text.length; offset += bytes)
	{
		pg_wchar	character = asl_text_decode(text.u.string + offset, &bytes);

		CHECK_FOR_INTERRUPTS();
		if (character > 0xFFFF)
			appendStringInfoChar(out, (character - 0x10000) >> 10);
		appendStringInfoChar(out, character);
	}
}

/* base64 of the low bytes. */
AslValue
asl_text_base64_encode(AslValue text)
{
	StringInfoData bytes;
	int			size;
	char	   *encoded;

	initStringInfo(&bytes);
	text_low_bytes(text, &bytes);
	size = pg_b64_enc_len(bytes.len);
	encoded = palloc(size);
	return asl_string(encoded, pg_b64_encode((const void *) bytes.data, bytes.len, encoded, size));
}

static inline bool
text_is_base64_digit(char c)
{
	return !IS_HIGHBIT_SET(c) && (isalnum((unsigned char) c) || c == '+' || c == '/');
}

/* Copies what Node takes for base64: both alphabets, up to the first "=", anything else skipped; then padded. */
static void
text_base64_digits(AslValue text, StringInfo out)
{
	for (uint32 i = 0; i < text.length && text.u.string[i] != '='; i++)
	{
		char		c = text.u.string[i];

		CHECK_FOR_INTERRUPTS();
		if (c == '-')
			c = '+';
		else if (c == '_')
			c = '/';
		if (text_is_base64_digit(c))
			appendStringInfoChar(out, c);
	}
	if (out->len % 4 == 1)		/* six bits make no byte */
		out->data[--out->len] = '\0';
	while (out->len % 4 != 0)
		appendStringInfoChar(out, '=');
}

/* Is it base64 for Java: digits that make whole bytes, then no padding or all of it? */
bool
asl_text_is_base64(AslValue text)
{
	uint32		digits = 0;
	uint32		padding;

	while (digits < text.length && text_is_base64_digit(text.u.string[digits]))
		digits++;
	padding = text.length - digits;
	if (digits % 4 == 1 || (padding != 0 && padding != (4 - digits % 4) % 4))
		return false;
	return memcmp(text.u.string + digits, "==", padding) == 0;
}

/* The characters whose low bytes the text encodes. */
AslValue
asl_text_base64_decode(AslValue text)
{
	StringInfoData digits;
	StringInfoData out;
	unsigned char *bytes;
	int			size;

	initStringInfo(&digits);
	text_base64_digits(text, &digits);
	size = pg_b64_dec_len(digits.len);
	bytes = palloc(size);
	size = pg_b64_decode(digits.data, digits.len, (void *) bytes, size);
	initStringInfo(&out);
	for (int i = 0; i < size; i++)
	{
		CHECK_FOR_INTERRUPTS();
		asl_text_append(&out, bytes[i]);
	}
	return text_result(&out);
}
