/*
 * value.h - the value that paths, intrinsic functions, JSONata and the engine compute with.
 *
 * A value is 16 bytes, passed and returned by value.  It is a scalar, a lazy view on a container inside a jsonb
 * datum (form ASL_FORM_JSONB: nothing is decoded before it is asked for) or a container built by an evaluator
 * (form ASL_FORM_OWN: a growable vector, or a map that keeps insertion order).  ASL_UNDEFINED is "nothing": no JSON
 * value, what a path finds where there is nothing.
 *
 * Ownership: a value never owns memory.  Views live as long as the jsonb datum they look into; own containers and
 * strings live in the memory context that was current when they were made.  Values are immutable once they have
 * been handed out; only the maker of an own container adds to it, before that.
 *
 * Trust: nothing here takes a value's kind on faith.  What asks for an array, an object, a number or a string raises
 * 22023 for any other kind, in every build, and what changes a container in place does so for one that is not own: what a
 * workflow computes may stand wherever a value is used, and a kind that is taken for another one is a pointer that a
 * tenant has chosen.
 *
 * This folder knows nothing of workflows.
 */
#ifndef ASL_VALUE_H
#define ASL_VALUE_H

#include "postgres.h"
#include "base/compat_noreturn.h"
#include "lib/stringinfo.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

typedef enum AslKind
{
	ASL_UNDEFINED = 0,
	ASL_NULL,
	ASL_BOOL,
	ASL_NUMBER,
	ASL_STRING,
	ASL_ARRAY,
	ASL_OBJECT,
	ASL_FUNCTION				/* JSONata only; has no JSON form */
} AslKind;

typedef enum AslForm
{
	ASL_FORM_OWN = 0,			/* number: a double; container: AslArray, AslObject */
	ASL_FORM_JSONB,				/* container: a lazy view on a JsonbContainer */
	ASL_FORM_NUMERIC,			/* number: PostgreSQL's numeric, exact, as it stood in the input */
	ASL_FORM_RANGE				/* array: consecutive integers, not materialised */
} AslForm;

typedef struct AslArray AslArray;	/* private to value/ */
typedef struct AslObject AslObject;
struct AslFunction;

typedef struct AslValue
{
	uint8		kind;			/* AslKind */
	uint8		form;			/* AslForm */
	uint16		flags;			/* the evaluator's own; JSON has none of them */
	uint32		length;			/* string: bytes; view, range: number of elements or members */
	union
	{
		bool		boolean;
		double		number;
		Numeric		numeric;
		const char *string;		/* UTF-8, not zero-terminated */
		JsonbContainer *container;
		AslArray   *array;
		AslObject  *object;
		int64		first;			/* range: its first integer */
		struct AslFunction *function;
	}			u;
} AslValue;

/* Making scalars. */
static inline AslValue asl_undefined(void) { return (AslValue) {.kind = ASL_UNDEFINED}; }
static inline AslValue asl_null(void) { return (AslValue) {.kind = ASL_NULL}; }
static inline AslValue asl_bool(bool b) { return (AslValue) {.kind = ASL_BOOL, .u.boolean = b}; }
static inline AslValue asl_number(double d) { return (AslValue) {.kind = ASL_NUMBER, .u.number = d}; }
static inline AslValue asl_numeric(Numeric n) { return (AslValue) {.kind = ASL_NUMBER, .form = ASL_FORM_NUMERIC, .u.numeric = n}; }
/* The text is not copied. */
static inline AslValue asl_string(const char *text, int length) { return (AslValue) {.kind = ASL_STRING, .length = length, .u.string = text}; }
extern AslValue asl_cstring(const char *text);
/* An exact integer (a double where it fits, else a numeric). */
extern AslValue asl_integer(int64 n);

/* Raises that a value is of another kind than what is done with it needs, or a container that cannot be changed. */
pg_noreturn extern void asl_refuse_kind(AslValue v, AslKind needed);
static inline void
asl_require_kind(AslValue v, AslKind needed)
{
	if (unlikely(v.kind != needed))
		asl_refuse_kind(v, needed);
}
static inline void
asl_require_own(AslValue v, AslKind needed)
{
	if (unlikely(v.kind != needed || v.form != ASL_FORM_OWN))
		asl_refuse_kind(v, needed);
}

static inline bool asl_defined(AslValue v) { return v.kind != ASL_UNDEFINED; }
static inline bool asl_is_container(AslValue v) { return v.kind == ASL_ARRAY || v.kind == ASL_OBJECT; }

/* From and to jsonb.  from: a view, nothing is copied or decoded; the datum must be detoasted.  to: palloc'd; what
 * is still a view, a whole document or a part, is copied as one block; raises SLE14 (UNREPRESENTABLE_VALUE) for
 * functions, undefined, non-finite numbers and \u0000. */
extern AslValue asl_from_jsonb(Jsonb *jsonb);
extern Jsonb *asl_to_jsonb(AslValue v);

/* Numbers.  asl_to_double raises numeric_value_out_of_range where a numeric exceeds all doubles, asl_nearest_double is
 * infinite then. */
extern double asl_to_double(AslValue number);
extern double asl_nearest_double(AslValue number);
extern bool asl_is_integer(AslValue number);	/* mathematically: 1.0 is one */
extern bool asl_to_int64(AslValue number, int64 *result);	/* false: not an integer, or out of range */
extern Numeric asl_to_numeric(AslValue number);
/* Writes the shortest decimal text, maybe with an exponent, that reads back as the double. */
#define ASL_DOUBLE_TEXT 32
extern void asl_double_text(double d, char *text);
/* The text of a numeric of few digits (at most 16 bytes or so, see number.c), with as many decimal places as it shows, or
 * with trim without trailing zeros; returns its length, 0 for a longer numeric.  Much faster than numeric_out. */
#define ASL_NUMERIC_TEXT 64
extern int	asl_numeric_text(Numeric numeric, bool trim, char *text);
/* The length of the whole text of any numeric, without making it. */
extern int	asl_numeric_text_length(Numeric numeric);

/* Arrays. */
extern uint32 asl_array_count(AslValue array);
extern AslValue asl_array_get(AslValue array, uint32 index);	/* undefined past the end; O(1) or nearly so */
extern AslValue asl_array_new(uint32 capacity);	/* own, empty */
extern void asl_array_push(AslValue *array, AslValue element);	/* own arrays only */
extern void asl_array_push_all(AslValue *array, AslValue elements);	/* the elements of an array of any form */
extern AslValue asl_range(int64 from, int64 to);	/* empty where to < from; at most UINT32_MAX elements */

/* Objects. */
extern uint32 asl_object_count(AslValue object);
extern AslValue asl_object_get(AslValue object, const char *key, int length);	/* undefined where there is none */
/* The member of a value of any kind: undefined too where it is no object. */
static inline AslValue asl_member(AslValue v, const char *name) { return v.kind == ASL_OBJECT ? asl_object_get(v, name, strlen(name)) : asl_undefined(); }
extern AslValue asl_object_new(uint32 capacity);	/* own, empty; keeps insertion order */
extern void asl_object_set(AslValue *object, const char *key, int length, AslValue value);	/* own only; a key that is there is replaced in its place; the key is not copied */
extern AslValue asl_object_copy(AslValue object);	/* shallow, own, to be changed by asl_object_set */
extern AslValue asl_array_copy(AslValue array);
extern void asl_object_remove(AslValue *object, const char *key, int length);
extern void asl_array_set(AslValue *array, uint32 index, AslValue element);

/*
 * Walking any container in order:
 *     AslIterator it = asl_iterate(v); AslValue key, element;
 *     while (asl_next(&it, &key, &element)) ...
 * key is undefined in arrays.  Sequential, O(1) a step, also on views.
 */
typedef struct AslIterator
{
	AslValue	container;
	uint32		index;
	uint32		offset;			/* view: where the next element's data begins */
	uint32		value_offset;	/* view on an object: the same for its values */
} AslIterator;
extern AslIterator asl_iterate(AslValue container);
extern bool asl_next(AslIterator *it, AslValue *key, AslValue *element);

/* Deep JSON equality: 1 = 1.0, members in any order.  Undefined equals only undefined. */
extern bool asl_equal(AslValue a, AslValue b);
static inline bool asl_string_is(AslValue v, const char *text) { return v.kind == ASL_STRING && v.length == strlen(text) && memcmp(v.u.string, text, v.length) == 0; }
extern char *asl_to_cstring(AslValue string);	/* palloc'd, zero-terminated */

/* Compact JSON text: {"a":[1,2.5,"x"]}.  Untouched numbers print as jsonb prints them (1.0 stays 1.0). */
extern void asl_append_json(StringInfo out, AslValue v);
extern char *asl_to_json(AslValue v);
/* The length in bytes of that text, without making it; stops counting beyond limit (then returns a number > limit). */
extern size_t asl_json_size(AslValue v, size_t limit);

/* Strict RFC 8259 JSON text to a value (own form, numbers as numeric); on error returns false with a message that
 * says what and where.  Duplicate members: the last one wins, unless refuse_duplicates. */
extern bool asl_parse_json(const char *text, int length, bool refuse_duplicates, AslValue *result, char **message);

/* A deep copy of v in the current memory context, independent of what v looks into. */
extern AslValue asl_copy(AslValue v);

#endif
