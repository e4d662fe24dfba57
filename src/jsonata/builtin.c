/*
 * builtin.c - finding built-in functions by name.
 */
#include "postgres.h"

#include "jsonata/builtin.h"
#include "utils/memutils.h"

static Builtin *const builtin_tables[] = {
	asl_builtins_array, asl_builtins_callback, asl_builtins_number, asl_builtins_object, asl_builtins_pattern,
	asl_builtins_states, asl_builtins_string, asl_builtins_value
};

/* Reads a function's signature, once a backend. */
static void
builtin_prepare(Builtin *builtin)
{
	MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);
	SignatureFault fault;

	if (builtin->parsed == NULL)
		builtin->parsed = asl_signature_parse(builtin->signature, strlen(builtin->signature), &fault);
	MemoryContextSwitchTo(old);
}

/* The function of a name in a dialect, ready to be called. */
const Builtin *
asl_builtin_find(AslValue name, JsonataDialect dialect)
{
	uint8		bit = dialect == JSONATA_STATES ? BUILTIN_STATES : BUILTIN_STANDARD;

	for (int i = 0; i < lengthof(builtin_tables); i++)
	{
		for (Builtin *builtin = builtin_tables[i]; builtin->name != NULL; builtin++)
		{
			if ((builtin->dialects & bit) && asl_string_is(name, builtin->name))
			{
				builtin_prepare(builtin);
				return builtin;
			}
		}
	}
	return NULL;
}
