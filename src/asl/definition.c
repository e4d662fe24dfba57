/*
 * definition.c - reading a state machine's definition: the machine itself, and the States objects in it.
 *
 *     asl_definition_read
 *       read_states            the machine, then each branch and item processor
 *         asl_read_state       (definition_state.c) by the table of all state types' fields
 *           retry, catch       (definition_retry.c)
 *           choices            (definition_choice.c)
 *           map                (definition_map.c)
 *       asl_check_graph        (definition_graph.c) who leads to whom, for each States object
 *       asl_check_variables    (definition_variables.c) who assigns what, for the whole machine
 *
 * All states of a States object are made before the first of them is read, so that names become pointers at once.
 */
#include "postgres.h"

#include "asl/definition_reader.h"
#include "common/hashfn.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#define NAME_LENGTH		80
#define MAX_NESTING		100
#define MAX_SIZE		1048576 /* bytes of JSON */

/* An entry of a machine's states by name. */
typedef struct StateEntry
{
	const char *name;			/* the hash key */
	AslState   *state;
} StateEntry;

/* In the order of AslQueryLanguage. */
const char *const asl_language_words[] = {"JSONPath", "JSONata", NULL};

static void read_states_field(AslReader *reader, const AslField *field, AslValue value, void *target);
static void read_machine_timeout(AslReader *reader, const AslField *field, AslValue value, void *target);

static const char *const version_words[] = {"1.0", NULL};

#define ON_MACHINE	ASL_ON(ASL_MACHINE)

/* The fields of everything that has States; a variant is an AslContainerKind. */
static const AslField states_fields[] = {
	{"States", ASL_ON_ANY, ASL_IN_BOTH, ASL_REQUIRED, .read = read_states_field},
	{"StartAt", ASL_ON_ANY, ASL_IN_BOTH, ASL_REQUIRED, .read = asl_read_target, .offset = offsetof(AslStates, start_at)},
	{"Comment", ASL_ON_ANY, ASL_IN_BOTH, .read = asl_check_text},
	{"Version", ON_MACHINE, ASL_IN_BOTH, .read = asl_check_word, .words = version_words},
	{"QueryLanguage", ON_MACHINE, ASL_IN_BOTH, .read = asl_check_word, .words = asl_language_words},
	{"TimeoutSeconds", ON_MACHINE, ASL_IN_BOTH, .read = read_machine_timeout, .min = 1, .max = 99999999},
	{"ProcessorConfig", ASL_ON(ASL_PROCESSOR), ASL_IN_BOTH, .read = asl_read_processor_config},
};

static const AslObject states_object = {lengthof(states_fields), states_fields};

/* The machine's TimeoutSeconds. */
static void
read_machine_timeout(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	if (asl_check_number(reader, field, value, true))
		asl_to_int64(value, &reader->machine->timeout_seconds);
}

static uint32
hash_name(const void *key, Size keysize)
{
	const char *name = *(const char *const *) key;

	return hash_bytes((const unsigned char *) name, strlen(name));
}

static int
compare_names(const void *a, const void *b, Size keysize)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* A table of states by name, in the current memory context. */
static HTAB *
create_names(void)
{
	HASHCTL		control = {.keysize = sizeof(char *), .entrysize = sizeof(StateEntry),
		.hash = hash_name, .match = compare_names, .hcxt = CurrentMemoryContext};

	return hash_create("state names", 16, &control, HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

/* The state of that name, anywhere in the machine; NULL if there is none. */
AslState *
asl_machine_state(const AslMachine *machine, const char *name)
{
	StateEntry *entry = hash_search(machine->names, &name, HASH_FIND, NULL);

	return entry == NULL ? NULL : entry->state;
}

/*
 * The state of that name in states; NULL if there is none.  The machine's names find it; only in a definition that
 * has the name twice can it be another.
 */
AslState *
asl_find_state(const AslMachine *machine, const AslStates *states, AslValue name)
{
	AslState   *state = asl_machine_state(machine, asl_to_cstring(name));

	if (state == NULL || state->container == states)
		return state;
	for (int i = 0; i < states->count; i++)
	{
		if (asl_string_is(name, states->states[i]->name))
			return states->states[i];
	}
	return NULL;
}

/* Enters a state's name into the machine's; complains about a bad one and one that is there already. */
static void
enter_name(AslReader *reader, AslState *state)
{
	StateEntry *entry;
	bool		found;

	if (state->name[0] == '\0')
		asl_complain(reader, "INVALID_STATE_NAME", "State name cannot be empty");
	if (pg_mbstrlen(state->name) > NAME_LENGTH)
		asl_complain(reader, "INVALID_STATE_NAME", "State name '%s' exceeds the %d-character limit allowed by the service",
					 state->name, NAME_LENGTH);
	entry = hash_search(reader->machine->names, &state->name, HASH_ENTER, &found);
	if (found)
		asl_complain(reader, "DUPLICATE_STATE_NAME", "Duplicate State name: %s", state->name);
	else
		entry->state = state;
}

/* Makes the states that value, a States field, names; the reader is at the object that has it. */
static void
make_states(AslReader *reader, AslStates *states, AslValue value)
{
	int			entered = asl_enter_member(reader, asl_cstring("States"));
	AslIterator it = asl_iterate(value);
	AslValue	name,
				element;

	states->states = palloc0(asl_object_count(value) * sizeof(AslState *));
	while (asl_next(&it, &name, &element))
	{
		AslState   *state = palloc0(sizeof(AslState));
		int			at = asl_enter_member(reader, name);

		state->name = asl_to_cstring(name);
		state->container = states;
		state->pointer = asl_reader_location(reader);
		state->index = states->count;
		states->states[states->count++] = state;
		enter_name(reader, state);
		asl_leave(reader, at);
	}
	asl_leave(reader, entered);
}

/* States: reads the states that make_states has made. */
static void
read_states_field(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslStates  *states = target;
	AslIterator it;
	AslValue	name,
				element;

	if (!asl_expect(reader, value, ASL_OBJECT))
		return;
	if (states->count == 0)
		asl_complain(reader, ASL_SCHEMA, "Value cannot be empty");
	it = asl_iterate(value);
	for (int i = 0; asl_next(&it, &name, &element); i++)
	{
		int			entered = asl_enter_member(reader, name);

		CHECK_FOR_INTERRUPTS();
		asl_read_state(reader, states->states[i], element);
		asl_leave(reader, entered);
	}
}

/* Reads the machine, a branch or an item processor; what says whose the states are is set. */
static void
read_states(AslReader *reader, AslContainerKind kind, AslValue value, AslStates *states)
{
	AslStates  *outer = reader->container;
	AslValue	own = value.kind == ASL_OBJECT ? asl_object_get(value, "States", strlen("States")) : asl_undefined();

	check_stack_depth();
	if (reader->depth >= MAX_NESTING)
	{
		asl_complain(reader, "TOO_DEEPLY_NESTED", "The states are too deeply nested");
		return;
	}
	reader->depth++;
	reader->container = states;
	if (own.kind == ASL_OBJECT)
		make_states(reader, states, own);
	asl_read_object(reader, &states_object, kind, value, states);
	if (states->count > 0)
		asl_check_graph(reader, states);
	reader->container = outer;
	reader->depth--;
}

/* Reads a branch or an item processor, the owner's next. */
void
asl_read_branch(AslReader *reader, AslContainerKind kind, AslValue value, AslState *owner)
{
	AslStates  *states = palloc0(sizeof(AslStates));

	states->owner = owner;
	states->branch_index = owner->branch_count;
	owner->branches[owner->branch_count++] = states;
	read_states(reader, kind, value, states);
}

/* Decides the machine's language. */
static AslQueryLanguage
machine_language(AslValue definition)
{
	AslValue	language = asl_undefined();

	if (definition.kind == ASL_OBJECT)
		language = asl_object_get(definition, "QueryLanguage", strlen("QueryLanguage"));
	return !asl_defined(language) || asl_string_is(language, asl_language_words[ASL_JSONPATH]) ? ASL_JSONPATH : ASL_JSONATA;
}

/* Reads into the current memory context, which is the machine's. */
static AslMachine *
read_machine(Jsonb *definition, bool express, AslDiagnostics *diagnostics, MemoryContext diagnostics_context)
{
	AslMachine *machine = palloc0(sizeof(AslMachine));
	AslReader	reader = {.machine = machine, .express = express,
		.diagnostics = diagnostics, .diagnostics_context = diagnostics_context};
	Jsonb	   *copy = palloc(VARSIZE(definition));
	AslValue	value;

	memcpy(copy, definition, VARSIZE(definition));
	value = asl_from_jsonb(copy);
	initStringInfo(&reader.location);
	machine->context = CurrentMemoryContext;
	machine->names = create_names();
	machine->language = reader.language = machine_language(value);
	machine->states = palloc0(sizeof(AslStates));
	if (asl_json_size(value, MAX_SIZE) > MAX_SIZE)
		asl_complain(&reader, ASL_SCHEMA, "The definition is larger than %d bytes", MAX_SIZE);
	read_states(&reader, ASL_MACHINE, value, machine->states);
	asl_check_variables(&reader);
	machine->references = reader.references;
	return machine;
}

/*
 * Reads a definition into a new child of parent.  NULL when there was an error: then nothing is left behind but the
 * diagnostics, in the current memory context.
 */
AslMachine *
asl_definition_read(Jsonb *definition, bool express, MemoryContext parent, AslDiagnostics *diagnostics)
{
	/* Only a tree that is whole goes to parent: an error raised here must not leave a half behind for ever. */
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "state machine", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	int			errors_before = diagnostics->error_count;
	AslMachine *machine = read_machine(definition, express, diagnostics, old);

	MemoryContextSwitchTo(old);
	if (diagnostics->error_count == errors_before)
	{
		MemoryContextSetParent(context, parent);
		return machine;
	}
	MemoryContextDelete(context);
	return NULL;
}
