/*
 * builtin_states.c - the functions that Step Functions adds to JSONata.
 */
#include "postgres.h"

#include <math.h>

#include "base/compat_noreturn.h"
#include "common/cryptohash.h"
#include "common/pg_prng.h"
#include "jsonata/evaluate.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/uuid.h"

/* An array gets no more room at first; it grows while its evaluation's memory is counted. */
#define STATES_FIRST_ROOM	1024

/* Refuses an argument. */
pg_noreturn static void
states_refuse(Evaluation *ev, AslValue v, int index)
{
	RAISE(&ev->escape, .code = "T0410", .index = index, .value = v);
}

/* The elements from .. to - 1 of an array. */
static AslValue
states_slice(Evaluation *ev, AslValue array, uint32 from, uint32 to)
{
	AslValue	slice = asl_array_new(Min(to - from, STATES_FIRST_ROOM));

	for (uint32 i = from; i < to; i++)
	{
		evaluation_tick(ev);
		asl_array_push(&slice, asl_array_get(array, i));
	}
	return slice;
}

static AslValue
states_partition(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	array = args[0];
	AslValue	result;
	uint32		total;
	double		size;

	if (!asl_defined(array))
		return array;
	if (array.kind != ASL_ARRAY)
		RAISE(&ev->escape, .code = "T0412", .index = 1, .text = "arrays", .value = array);
	total = asl_array_count(array);
	size = asl_defined(args[1]) ? trunc(asl_cast_double(args[1])) : total;
	if (size < 0)
		RAISE(&ev->escape, .code = "D3137", .text = "Second argument must be zero or greater");
	if (!(size > 0) || total == 0)
		return asl_undefined();
	size = Min(size, total);
	result = asl_array_new((uint32) ceil(total / size));
	for (uint64 from = 0; from < total; from += (uint64) size)
	{
		evaluation_tick(ev);
		asl_array_push(&result, states_slice(ev, array, from, Min(total, from + (uint64) size)));
	}
	return result;
}

static AslValue
states_range(Evaluation *ev, const AslValue *args, int count)
{
	double		first;
	double		last;
	double		step;
	double		elements;
	AslValue	result;

	for (int i = 0; i < 2; i++)
	{
		if (!asl_defined(args[i]))
			states_refuse(ev, args[i], i + 1);
	}
	if (!asl_defined(args[2]))
		return asl_undefined();
	first = trunc(asl_cast_double(args[0]));
	last = trunc(asl_cast_double(args[1]));
	step = trunc(asl_cast_double(args[2]));
	if (step == 0 || (last - first) * step < 0)
		return asl_undefined();
	elements = floor((last - first) / step) + 1;
	if (!(elements <= PG_UINT32_MAX) || (ev->limits.range != 0 && elements > ev->limits.range))
		asl_raise_text(&ev->escape, LIMITS_MEMORY_MESSAGE);
	if (elements == 1)
		return asl_number(first);
	result = asl_array_new(Min((uint32) elements, STATES_FIRST_ROOM));
	for (uint32 i = 0; i < (uint32) elements; i++)
	{
		evaluation_tick(ev);
		asl_array_push(&result, asl_number(first + i * step));
	}
	return result;
}

static AslValue
states_hash(Evaluation *ev, const AslValue *args, int count)
{
	static const struct
	{
		const char *name;
		pg_cryptohash_type type;
		int			length;
	}			algorithms[] = {
		{"MD5", PG_MD5, 16}, {"SHA-1", PG_SHA1, 20}, {"SHA-256", PG_SHA256, 32}, {"SHA-384", PG_SHA384, 48},
		{"SHA-512", PG_SHA512, 64}
	};

	if (!asl_defined(args[0]) || !asl_defined(args[1]))
		return asl_undefined();
	for (int i = 0; i < lengthof(algorithms); i++)
	{
		pg_cryptohash_ctx *hash;
		uint8		digest[64];
		char	   *text;

		if (!asl_string_is(args[1], algorithms[i].name))
			continue;
		hash = pg_cryptohash_create(algorithms[i].type);
		if (pg_cryptohash_init(hash) < 0 ||
			pg_cryptohash_update(hash, (const uint8 *) args[0].u.string, args[0].length) < 0 ||
			pg_cryptohash_final(hash, digest, algorithms[i].length) < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INTERNAL_ERROR),
					 errmsg("could not compute %s hash: %s", algorithms[i].name, pg_cryptohash_error(hash))));
		pg_cryptohash_free(hash);
		text = palloc(2 * algorithms[i].length);
		hex_encode((char *) digest, algorithms[i].length, text);
		return asl_string(text, 2 * algorithms[i].length);
	}
	RAISE(&ev->escape, .code = "D3137",
		  .text = psprintf("Hash algorithm '%s' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5",
						   asl_to_cstring(args[1])));
}

/* The next bits of Java's random number generator. */
static uint64
states_random_bits(uint64 *seed, int bits)
{
	*seed = (*seed * UINT64CONST(0x5DEECE66D) + 0xB) & ((UINT64CONST(1) << 48) - 1);
	return *seed >> (48 - bits);
}

/* A seed always gives the same number: the first of java.util.Random. */
static AslValue
states_random(Evaluation *ev, const AslValue *args, int count)
{
	int64		number;
	uint64		seed;
	uint64		high;

	if (!asl_defined(args[0]))
		return asl_number(pg_prng_double(&pg_global_prng_state));
	number = (int64) Max(Min(trunc(asl_cast_double(args[0])), 9.2e18), -9.2e18);
	seed = ((uint64) number ^ UINT64CONST(0x5DEECE66D)) & ((UINT64CONST(1) << 48) - 1);
	high = states_random_bits(&seed, 26) << 27;
	return asl_number((high + states_random_bits(&seed, 27)) * 0x1p-53);
}

static AslValue
states_uuid(Evaluation *ev, const AslValue *args, int count)
{
	Datum		uuid = DirectFunctionCall1(gen_random_uuid, (Datum) 0);

	return asl_cstring(DatumGetCString(DirectFunctionCall1(uuid_out, uuid)));
}

/* Whether all numbers of a value are doubles. */
static bool
states_is_finite(AslValue v)
{
	AslIterator it;
	AslValue	key;
	AslValue	element;

	if (v.kind == ASL_NUMBER)
		return isfinite(asl_cast_double(v));
	if (!asl_is_container(v))
		return true;
	it = asl_iterate(v);
	while (asl_next(&it, &key, &element))
	{
		if (!states_is_finite(element))
			return false;
	}
	return true;
}

static AslValue
states_parse(Evaluation *ev, const AslValue *args, int count)
{
	AslValue	result;
	char	   *message;

	if (!asl_defined(args[0]))
		return args[0];
	if (!asl_parse_json(args[0].u.string, args[0].length, true, &result, &message) || !states_is_finite(result))
		RAISE(&ev->escape, .code = "D3137", .text = "Invalid JSON");
	return result;
}

Builtin		asl_builtins_states[] = {
	{"partition", "<xn?:a>", 2, states_partition, BUILTIN_STATES},
	{"range", "<nnn?:a>", 3, states_range, BUILTIN_STATES},
	{"hash", "<ss?:s>", 2, states_hash, BUILTIN_STATES},
	{"random", "<n?:n>", 1, states_random, BUILTIN_STATES},
	{"uuid", "<:s>", 0, states_uuid, BUILTIN_STATES},
	{"parse", "<s:x>", 1, states_parse, BUILTIN_STATES},
	{0}
};
