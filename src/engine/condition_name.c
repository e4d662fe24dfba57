/*
 * condition_name.c - the names that PL/pgSQL gives to SQLSTATEs, from the server's own errcodes.txt.
 */
#include "postgres.h"

#include "engine/attempt.h"

static const struct
{
	int			sqlstate;
	const char *name;
}			conditions[] = {
#define CONDITION(a, b, c, d, e, name) {MAKE_SQLSTATE(a, b, c, d, e), name},
#include "engine/condition_names.h"
#undef CONDITION
};

const char *
asl_condition_name(int sqlstate)
{
	for (int i = 0; i < lengthof(conditions); i++)
		if (conditions[i].sqlstate == sqlstate)
			return conditions[i].name;
	return NULL;
}
