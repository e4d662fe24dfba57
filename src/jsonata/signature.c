/*
 * signature.c - reading signatures and matching arguments against them.
 */
#include "postgres.h"

#include "jsonata/evaluate.h"
#include "jsonata/signature.h"
#include "miscadmin.h"

#define KIND(k)			(1 << (k))
#define KINDS_JSON		(KIND(ASL_UNDEFINED) | KIND(ASL_NULL) | KIND(ASL_BOOL) | KIND(ASL_NUMBER) | KIND(ASL_STRING) | \
						 KIND(ASL_ARRAY) | KIND(ASL_OBJECT))
#define KINDS_ANY		(KINDS_JSON | KIND(ASL_FUNCTION))

/* The kinds that a letter of a signature stands for, without undefined; 0 for what is no such letter. */
static uint16
signature_kinds(char letter)
{
	switch (letter)
	{
		case 's':
			return KIND(ASL_STRING);
		case 'n':
			return KIND(ASL_NUMBER);
		case 'b':
			return KIND(ASL_BOOL);
		case 'l':
			return KIND(ASL_NULL);
		case 'o':
			return KIND(ASL_OBJECT);
		case 'f':
			return KIND(ASL_FUNCTION);
		case 'a':
		case 'x':
			return KINDS_ANY;
		case 'j':
			return KINDS_JSON;
		default:
			return 0;
	}
}

/* The letter of a value's kind, as signatures write it. */
static char
signature_letter(AslValue v)
{
	static const char letters[] = {
		[ASL_UNDEFINED] = 'm', [ASL_NULL] = 'l', [ASL_BOOL] = 'b', [ASL_NUMBER] = 'n', [ASL_STRING] = 's',
		[ASL_ARRAY] = 'a', [ASL_OBJECT] = 'o', [ASL_FUNCTION] = 'f'
	};

	return letters[v.kind];
}

/* The offset of the bracket that closes the one at open. */
static int
signature_close(const char *text, int length, int open, char opening, char closing)
{
	int			depth = 1;
	int			i = open;

	while (++i < length)
	{
		if (text[i] == closing && --depth == 0)
			break;
		if (text[i] == opening)
			depth++;
	}
	return i;
}

/* Reads (..), a choice of types, at offset i; returns the offset of its end, -1 for a fault. */
static int
signature_choice(const char *text, int length, int i, SignatureParameter *parameter, SignatureFault *fault)
{
	int			end = signature_close(text, length, i, '(', ')');
	AslValue	choice = asl_string(text + i + 1, Min(end, length) - i - 1);

	if (memchr(choice.u.string, '<', choice.length) != NULL)
	{
		*fault = (SignatureFault) {.code = "S0402", .offset = i, .value = choice};
		return -1;
	}
	parameter->types = KIND(ASL_UNDEFINED);
	/* In a choice "a" and "x" are nothing but letters: the first is an array, the second no type of a value. */
	for (int c = 0; c < choice.length; c++)
	{
		char		letter = choice.u.string[c];

		parameter->types |= letter == 'a' ? KIND(ASL_ARRAY) : letter == 'x' || letter == 'j' ? 0 : signature_kinds(letter);
	}
	return end;
}

/* Reads <..>, the type of an array's elements, at offset i; returns the offset of its end, -1 for a fault. */
static int
signature_subtype(const char *text, int length, int i, SignatureParameter *previous, char letter, SignatureFault *fault)
{
	int			end = signature_close(text, length, i, '<', '>');

	if (letter != 'a' && letter != 'f')
	{
		*fault = (SignatureFault) {.code = "S0401", .offset = i, .value = asl_string(text + i - 1, i > 1 ? 1 : 0)};
		return -1;
	}
	previous->subtype = text + i + 1;
	previous->subtype_length = Min(end, length) - i - 1;
	if (letter == 'a')
		previous->element = previous->subtype_length > 0 ? *previous->subtype : 'm';
	return end;
}

/* Reads a signature. */
Signature *
asl_signature_parse(const char *text, int length, SignatureFault *fault)
{
	Signature  *signature = palloc0(sizeof(Signature));
	SignatureParameter nobody = {0};
	SignatureParameter *previous = &nobody;
	char		letter = 0;

	signature->parameters = palloc0(Max(length, 1) * sizeof(SignatureParameter));
	for (int i = 1; i < length && text[i] != ':'; i++)
	{
		SignatureParameter *parameter = &signature->parameters[signature->count];

		switch (text[i])
		{
			case '-':
				previous->context = true;
				previous->optional = true;
				break;
			case '?':
				previous->optional = true;
				break;
			case '+':
				previous->repeat = true;
				break;
			case '<':
				i = signature_subtype(text, length, i, previous, letter, fault);
				break;
			case '(':
				i = signature_choice(text, length, i, parameter, fault);
				letter = '(';
				break;
			default:
				if (signature_kinds(text[i]) == 0)
					continue;
				letter = text[i];
				parameter->types = signature_kinds(letter) | (letter == 'f' ? 0 : KIND(ASL_UNDEFINED));
				parameter->array = letter == 'a';
				break;
		}
		if (i < 0)
			return NULL;
		if (parameter->types != 0)
		{
			previous = parameter;
			signature->count++;
		}
	}
	return signature;
}

/*
 * A match under way.  failed has a bit for each pair of a parameter and an argument from which nothing that follows can
 * match: a pair is tried once, so that backtracking takes no more steps than there are pairs, times the arguments that one
 * parameter may repeat over.
 */
typedef struct SignatureMatch
{
	const Signature *signature;
	int			parameters;		/* so many of the signature's */
	const AslValue *args;
	int			count;
	bool		whole;			/* all arguments have to be used up */
	int		   *taken;			/* how many arguments each parameter takes */
	int			reached;		/* how many arguments were used up */
	bits8	   *failed;
} SignatureMatch;

/* Matches parameters p .. against arguments a ..: greedy, with backtracking. */
static bool
signature_match_from(SignatureMatch *match, int p, int a)
{
	const SignatureParameter *parameter = &match->signature->parameters[p];
	Size		pair = (Size) p * (match->count + 1) + a;
	int			fit = 0;
	int			most;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (p == match->parameters)
	{
		match->reached = a;
		return !match->whole || a == match->count;
	}
	if (match->failed[pair / 8] & (1 << pair % 8))
		return false;
	most = parameter->repeat ? match->count - a : Min(1, match->count - a);
	while (fit < most && (parameter->types & KIND(match->args[a + fit].kind)))
		fit++;
	for (; fit >= (parameter->optional ? 0 : 1); fit--)
	{
		match->taken[p] = fit;
		if (signature_match_from(match, p + 1, a + fit))
			return true;
	}
	match->failed[pair / 8] |= 1 << pair % 8;
	return false;
}

/* Matches the first parameters of a signature, as many as are given. */
static bool
signature_match(SignatureMatch *match, int parameters)
{
	Size		pairs = (Size) parameters * (match->count + 1);
	bool		result;

	match->parameters = parameters;
	match->reached = 0;
	match->failed = palloc_extended(pairs / 8 + 1, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	result = signature_match_from(match, 0, 0);
	pfree(match->failed);
	return result;
}

/* Finds the first argument that cannot be matched. */
static void
signature_blame(SignatureMatch *match, ArgumentFault *fault)
{
	int			good = 0;

	match->whole = false;
	for (int p = 1; p <= match->signature->count && signature_match(match, p); p++)
		good = match->reached;
	fault->code = "T0410";
	fault->index = good + 1;
	fault->value = good < match->count ? match->args[good] : asl_undefined();
}

/* Whether all elements of an array are of the type that an array's subtype begins with. */
static bool
signature_elements(AslValue array, char element)
{
	Items		items;
	AslValue	item;

	if (array.form == ASL_FORM_RANGE && array.length > 0)
		return element == 'n';
	items_begin(&items, array);
	while (items_next(&items, &item))
	{
		if (signature_letter(item) != element)
			return false;
	}
	return true;
}

/* The plural of a subtype, for messages; NULL where it has none. */
static const char *
signature_plural(const SignatureParameter *parameter)
{
	if (parameter->subtype_length != 1)
		return NULL;
	switch (*parameter->subtype)
	{
		case 'a':
			return "arrays";
		case 'b':
			return "booleans";
		case 'f':
			return "functions";
		case 'n':
			return "numbers";
		case 'o':
			return "objects";
		case 's':
			return "strings";
		default:
			return NULL;
	}
}

/* An argument for a parameter of type a: an array of the right elements, or a single one in an array. */
static bool
signature_array(const SignatureParameter *parameter, AslValue *arg, int index, ArgumentFault *fault)
{
	bool		good;

	if (arg->kind == ASL_UNDEFINED)
		return true;
	if (parameter->element == 0)
		good = true;
	else if (arg->kind == ASL_ARRAY)
		good = signature_elements(*arg, parameter->element);
	else
		good = parameter->subtype_length == 1 && signature_letter(*arg) == parameter->element;
	if (!good)
	{
		*fault = (ArgumentFault) {.code = "T0412", .index = index, .type = signature_plural(parameter), .value = *arg};
		return false;
	}
	if (arg->kind != ASL_ARRAY)
	{
		AslValue	array = asl_array_new(1);

		asl_array_push(&array, *arg);
		*arg = array;
	}
	return true;
}

/* The usual case, without any search: each argument fits its parameter, and those that are missing may be. */
static bool
signature_match_simple(const Signature *signature, const AslValue *args, int count, int *taken)
{
	if (count > signature->count)
		return false;
	for (int p = 0; p < signature->count; p++)
	{
		const SignatureParameter *parameter = &signature->parameters[p];

		if (p < count ? !(parameter->types & KIND(args[p].kind)) : !parameter->optional)
			return false;
		taken[p] = p < count;
	}
	return true;
}

/* An argument; undefined past the last one, where parameters that were left out have used arguments up. */
static AslValue
signature_argument(const AslValue *args, int count, int arg)
{
	return arg < count ? args[arg] : asl_undefined();
}

/* Checks and completes arguments. */
int
asl_signature_apply(const Signature *signature, const AslValue *args, int count, AslValue context,
					AslValue *result, ArgumentFault *fault)
{
	int			room[16];
	int		   *taken = signature->count <= lengthof(room) ? room : palloc(signature->count * sizeof(int));
	SignatureMatch match = {.signature = signature, .args = args, .count = count, .whole = true, .taken = taken};
	int			arg = 0;
	int			n = 0;

	fault->code = NULL;
	if (!signature_match_simple(signature, args, count, taken) && !signature_match(&match, signature->count))
	{
		signature_blame(&match, fault);
		return 0;
	}
	for (int p = 0; p < signature->count; p++)
	{
		const SignatureParameter *parameter = &signature->parameters[p];

		if (taken[p] == 0 && parameter->context)
		{
			if (!(parameter->types & KIND(context.kind)))
			{
				*fault = (ArgumentFault) {.code = "T0411", .index = arg + 1, .value = context};
				return 0;
			}
			result[n++] = context;
		}
		else if (taken[p] == 0)
		{
			/* As in the reference an optional parameter that is left out still uses up an argument. */
			result[n++] = signature_argument(args, count, arg++);
		}
		for (int i = 0; i < taken[p]; i++, arg++, n++)
		{
			result[n] = signature_argument(args, count, arg);
			if (parameter->array && !signature_array(parameter, &result[n], arg + 1, fault))
				return 0;
		}
	}
	return n;
}
