/*
 * intrinsic_math.c - States.MathAdd, States.MathRandom and States.UUID.
 */
#include "postgres.h"

#include "common/int.h"
#include "common/pg_prng.h"
#include "path/intrinsic_call.h"
#include "utils/fmgrprotos.h"

AslValue
asl_intrinsic_math_add(const AslIntrinsicCall *call)
{
	int32		sum;

	if (pg_add_s32_overflow(asl_intrinsic_integer(call, 0), asl_intrinsic_integer(call, 1), &sum))
		asl_intrinsic_fail(call, "The sum must be between -2147483648 and 2147483647");
	return asl_integer(sum);
}

/* Begin inclusive, end exclusive; the same seed gives the same number. */
AslValue
asl_intrinsic_math_random(const AslIntrinsicCall *call)
{
	int64		begin = asl_intrinsic_integer(call, 0);
	int64		end = asl_intrinsic_integer(call, 1);
	pg_prng_state seeded;
	pg_prng_state *state = &pg_global_prng_state;

	if (begin >= end)
		asl_intrinsic_fail(call, "The begin of the range must be less than its end");
	if (call->count == 3)
	{
		state = &seeded;
		pg_prng_seed(state, asl_intrinsic_integer(call, 2));
	}
	return asl_integer(begin + (int64) pg_prng_uint64_range(state, 0, end - begin - 1));
}

AslValue
asl_intrinsic_uuid(const AslIntrinsicCall *call)
{
	Datum		uuid = DirectFunctionCall1(gen_random_uuid, (Datum) 0);

	return asl_cstring(DatumGetCString(DirectFunctionCall1(uuid_out, uuid)));
}
