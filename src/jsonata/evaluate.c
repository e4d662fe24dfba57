/*
 * evaluate.c - the value of a node: literals, variables, operators, constructors; everything larger has a file of its own.
 */
#include "postgres.h"

#include <math.h>

#include "base/compat_noreturn.h"
#include "jsonata/evaluate.h"
#include "jsonata/text.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define RANGE_LIMIT 10000000

/* Gives up where clock or memory have passed the evaluation's limits. */
void
asl_evaluation_tick(Evaluation *ev)
{
	bool		states = ev->expr->dialect == JSONATA_STATES;

	if (ev->limits.memory != 0 && MemoryContextMemAllocated(ev->context, true) - ev->memory > ev->limits.memory)
		asl_raise_text(&ev->escape, LIMITS_MEMORY_MESSAGE);
	if (ev->deadline == 0 || GetCurrentTimestamp() < ev->deadline)
		return;
	if (states)
		asl_raise_text(&ev->escape, "Expression evaluation timeout: Check for infinite loop");
	RAISE(&ev->escape, .code = "D1012", .value = asl_number(ev->limits.timeout));
}

/* Gives up where a sequence would have more items than an evaluation may make; node NULL: no operator makes it. */
void
asl_sequence_refuse(Evaluation *ev, const JsonataNode *node, double size)
{
	if (ev->expr->dialect == JSONATA_STATES)
		asl_raise_text(&ev->escape, LIMITS_MEMORY_MESSAGE);
	RAISE(&ev->escape, .code = "D2015", .position = node == NULL ? 0 : node->position,
		  .token = node == NULL ? asl_undefined() : node->value, .value = asl_number(size));
}

/* Begins the evaluation of a node that has others under it. */
static inline void
evaluate_enter(Evaluation *ev, const JsonataNode *node)
{
	evaluation_tick(ev);
	ev->depth++;
	if (unlikely((ev->limits.depth != 0 && ev->depth >= ev->limits.depth) || stack_is_too_deep()))
		asl_raise_depth(&ev->escape, ev->expr->dialect, node->position);
}

/* A free variable, asked for once an evaluation. */
static AslValue
evaluate_free(Evaluation *ev, const FreeVariable *variable)
{
	AslValue	v = asl_undefined();

	if (asl_string_is(variable->name, "$"))
		return ev->input;
	if (ev->variable != NULL)
	{
		ev->outside = true;
		v = ev->variable(ev->arg, variable->name.u.string, variable->name.length);
		ev->outside = false;
	}
	if (!asl_defined(v) && variable->builtin != NULL)
		v = asl_builtin_value(variable->builtin);
	return v;
}

/* The value of a variable: of the first place that has been bound. */
AslValue
asl_variable_lookup(Evaluation *ev, const VariableRef *ref, Frame *frame)
{
	for (;; ref = ref->next)
	{
		Frame	   *f = frame;
		AslValue   *slot;

		for (int hops = ref->hops; hops > 0; hops--)
			f = f->outer;
		slot = &f->slots[ref->slot];
		if (!(slot->flags & VALUE_UNBOUND))
			return *slot;
		if (ref->free != NULL)
		{
			*slot = evaluate_free(ev, ref->free);
			return *slot;
		}
	}
}

/* "$": the context; the input itself where it has been wrapped. */
static inline AslValue
evaluate_context(AslValue context)
{
	if (context.kind == ASL_ARRAY && (context.flags & VALUE_OUTER))
		return asl_array_get(context, 0);
	return context;
}

/* The value of a number, infinite ones are an error. */
bool
asl_is_number(Evaluation *ev, AslValue v)
{
	double		number;

	if (v.kind != ASL_NUMBER)
		return false;
	number = asl_cast_double(v);
	if (isinf(number))
		RAISE(&ev->escape, .code = "D1001", .value = v);
	return !isnan(number);
}

/* Gives up because of an operand; the operator is the token. */
pg_noreturn static void
evaluate_refuse(Evaluation *ev, const JsonataNode *node, const char *code, AslValue value)
{
	RAISE(&ev->escape, .code = code, .position = node->position, .token = node->value, .value = value);
}

/* An operand of arithmetic as a double. */
static inline double
evaluate_operand(Evaluation *ev, const JsonataNode *node, AslValue v, const char *code)
{
	double		number;

	if (v.kind != ASL_NUMBER)
		evaluate_refuse(ev, node, code, v);
	number = asl_cast_double(v);
	if (unlikely(!isfinite(number)))
		evaluate_refuse(ev, node, isnan(number) ? code : "D1001", v);
	return number;
}

/* + - * / % */
static AslValue
evaluate_arithmetic(Evaluation *ev, const JsonataNode *node, AslValue left, AslValue right)
{
	double		a = 0;
	double		b = 0;
	double		result;

	if (asl_defined(left))
		a = evaluate_operand(ev, node, left, "T2001");
	if (asl_defined(right))
		b = evaluate_operand(ev, node, right, "T2002");
	if (!asl_defined(left) || !asl_defined(right))
		return asl_undefined();
	switch (node->op)
	{
		case OP_ADD:
			result = a + b;
			break;
		case OP_SUBTRACT:
			result = a - b;
			break;
		case OP_MULTIPLY:
			result = a * b;
			break;
		case OP_DIVIDE:
			result = a / b;
			break;
		default:
			result = fmod(a, b);
			break;
	}
	if (unlikely(!isfinite(result)))
		ev->unclean = true;
	return asl_number(result);
}

/* Deep equality, numbers as doubles. */
static inline bool
evaluate_equal(AslValue a, AslValue b)
{
	if (a.kind != b.kind)
		return false;
	if (a.kind == ASL_NUMBER && (a.form == ASL_FORM_OWN || b.form == ASL_FORM_OWN))
		return asl_cast_double(a) == asl_cast_double(b);
	return asl_equal(a, b);
}

/* < <= > >= */
static AslValue
evaluate_comparison(Evaluation *ev, const JsonataNode *node, AslValue left, AslValue right)
{
	bool		left_good = left.kind == ASL_NUMBER || left.kind == ASL_STRING;
	bool		right_good = right.kind == ASL_NUMBER || right.kind == ASL_STRING;
	double		order;

	if (!(left_good || !asl_defined(left)) || !(right_good || !asl_defined(right)))
		evaluate_refuse(ev, node, "T2010", left_good ? right : left);
	if (!left_good || !right_good)
		return asl_undefined();
	if (left.kind != right.kind)
		RAISE(&ev->escape, .code = "T2009", .position = node->position, .token = node->value, .value = left,
			  .value2 = right);
	if (left.kind == ASL_NUMBER)
	{
		double		a = asl_cast_double(left);
		double		b = asl_cast_double(right);

		if (isnan(a) || isnan(b))
			return asl_bool(false);
		order = a < b ? -1 : a > b;
	}
	else
		order = asl_text_compare(left, right);
	switch (node->op)
	{
		case OP_LESS:
			return asl_bool(order < 0);
		case OP_LESS_EQUAL:
			return asl_bool(order <= 0);
		case OP_GREATER:
			return asl_bool(order > 0);
		default:
			return asl_bool(order >= 0);
	}
}

/* Whether two values are the same one: containers by identity. */
static bool
evaluate_same(AslValue a, AslValue b)
{
	if (a.kind != b.kind)
		return false;
	if (asl_is_container(a))
		return a.form == b.form && a.length == b.length && a.u.container == b.u.container;
	return evaluate_equal(a, b);
}

/* Whether a range of integers has a value among them. */
static bool
evaluate_in_range(AslValue v, AslValue range)
{
	double		number = v.kind == ASL_NUMBER ? asl_cast_double(v) : 0.5;

	return number == rint(number) && number >= range.u.first && number < (double) range.u.first + range.length;
}

/* in */
static AslValue
evaluate_in(Evaluation *ev, const JsonataNode *node, AslValue left, AslValue right)
{
	Items		items;
	AslValue	item;

	if (!asl_defined(left) || !asl_defined(right))
		return asl_bool(false);
	if (right.kind == ASL_ARRAY && right.form == ASL_FORM_RANGE)
		return asl_bool(evaluate_in_range(left, right));
	items_begin(&items, right.kind == ASL_ARRAY ? asl_lookup_equal(ev, node, right, left) : right);
	while (items_next(&items, &item))
	{
		evaluation_tick(ev);
		if (evaluate_same(left, item))
			return asl_bool(true);
	}
	return asl_bool(false);
}

/* An end of a range as an integer. */
static int64
evaluate_range_end(Evaluation *ev, const JsonataNode *node, AslValue v, const char *code)
{
	int64		n = 0;

	if (v.kind != ASL_NUMBER || !asl_is_integer(v))
		evaluate_refuse(ev, node, code, v);
	if (!asl_to_int64(v, &n))
		evaluate_refuse(ev, node, "D2014", v);
	return n;
}

/* e .. e */
static AslValue
evaluate_range(Evaluation *ev, const JsonataNode *node, AslValue left, AslValue right)
{
	int64		from = 0;
	int64		to = 0;
	double		size;
	AslValue	range;

	if (asl_defined(left))
		from = evaluate_range_end(ev, node, left, "T2003");
	if (asl_defined(right))
		to = evaluate_range_end(ev, node, right, "T2004");
	if (!asl_defined(left) || !asl_defined(right) || from > to)
		return asl_undefined();
	size = (double) to - (double) from + 1;
	if (size > RANGE_LIMIT)
		evaluate_refuse(ev, node, "D2014", asl_number(size));
	if (ev->limits.sequence != 0 && size > ev->limits.sequence)
		asl_sequence_refuse(ev, node, size);
	range = asl_range(from, to);
	range.flags = VALUE_SEQUENCE;
	return range;
}

/* Truth as operators see it: undefined is false. */
static inline bool
evaluate_truth(Evaluation *ev, AslValue v)
{
	return v.kind == ASL_BOOL ? v.u.boolean : asl_cast_boolean(ev, v) > 0;
}

/* The right operand of "and" and "or", whose errors are the operator's, as in the reference. */
static AslValue
evaluate_second(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	Activation	here = {.outer = ev->escape.activation, .position = node->position, .renames = true, .token = node->value};
	bool		truth;

	ev->escape.activation = &here;
	truth = evaluate_truth(ev, asl_evaluate(ev, node->rhs, context, frame));
	ev->escape.activation = here.outer;
	return asl_bool(truth);
}

/* An operator with two operands. */
static AslValue
evaluate_binary(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	AslValue	left = asl_evaluate(ev, node->lhs, context, frame);
	AslValue	right;

	if (node->op == OP_AND || node->op == OP_OR)
	{
		if (evaluate_truth(ev, left) == (node->op == OP_OR))
			return asl_bool(node->op == OP_OR);
		return evaluate_second(ev, node, context, frame);
	}
	right = asl_evaluate(ev, node->rhs, context, frame);
	switch (node->op)
	{
		case OP_EQUAL:
		case OP_NOT_EQUAL:
			if (!asl_defined(left) || !asl_defined(right))
				return asl_bool(false);
			return asl_bool(evaluate_equal(left, right) == (node->op == OP_EQUAL));
		case OP_LESS:
		case OP_LESS_EQUAL:
		case OP_GREATER:
		case OP_GREATER_EQUAL:
			return evaluate_comparison(ev, node, left, right);
		case OP_IN:
			return evaluate_in(ev, node, left, right);
		case OP_RANGE:
			return evaluate_range(ev, node, left, right);
		default:
			return evaluate_arithmetic(ev, node, left, right);
	}
}

/*
 * Joins texts.  A text that grows bit by bit ("$text & $line" for each line) is not copied each time: behind the last one
 * that has been made there is room for more, which nothing else can see.
 */
static AslValue
evaluate_join(Evaluation *ev, const AslValue *parts, int count, Size length)
{
	bool		grows = parts[0].u.string == ev->text && parts[0].length == ev->text_used && ev->text_used > 0;
	int			first = 0;
	char	   *p;

	if (grows && length <= ev->text_size)
		first = 1;
	else
	{
		ev->text_size = grows ? Min(length * 2, MaxAllocSize) : length;
		ev->text = palloc(Max(ev->text_size, length));
	}
	p = ev->text + (first == 1 ? ev->text_used : 0);
	for (int i = first; i < count; i++)
	{
		memcpy(p, parts[i].u.string, parts[i].length);
		p += parts[i].length;
	}
	ev->text_used = length;
	return asl_string(ev->text, length);
}

/* a & b & c: one string of all of them. */
static AslValue
evaluate_concat(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	Activation	here = {.outer = ev->escape.activation, .token = node->value};
	AslValue	room[8];
	int			count = node->list.count;
	AslValue   *parts = count <= lengthof(room) ? room : palloc(count * sizeof(AslValue));
	Size		length = 0;

	for (int i = 0; i < count; i++)
	{
		AslValue	part = asl_evaluate(ev, node->list.items[i], context, frame);

		here.position = node->position;
		ev->escape.activation = &here;
		parts[i] = !asl_defined(part) ? asl_string("", 0) :
			part.kind == ASL_STRING ? part : asl_cast_string(ev, part, false);
		ev->escape.activation = here.outer;
		length += parts[i].length;
	}
	text_check(ev, length);
	return evaluate_join(ev, parts, count, length);
}

/* -e */
static AslValue
evaluate_negate(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	AslValue	v = asl_evaluate(ev, node->lhs, context, frame);

	if (!asl_defined(v))
		return v;
	if (!asl_is_number(ev, v))
		evaluate_refuse(ev, node, "D1002", v);
	return asl_number(-asl_cast_double(v));
}

/* Appends an array's elements, or a single value. */
void
asl_evaluate_add(Evaluation *ev, AslValue *out, AslValue v)
{
	if (v.kind != ASL_ARRAY)
	{
		asl_array_push(out, v);
		return;
	}
	evaluation_ticks(ev, asl_array_count(v));
	asl_array_push_all(out, v);
}

/*
 * An array with the items of v and room for more, up to size.  One that grows bit by bit, as the accumulator of $reduce,
 * is not copied each time: behind the items of the last one that has been made there is room, which nothing else can see.
 */
AslValue
asl_evaluate_grown(Evaluation *ev, AslValue v, Size size)
{
	AslArray   *last = ev->appended;
	bool		grows = last != NULL && v.kind == ASL_ARRAY && v.form == ASL_FORM_OWN &&
		v.u.array->items == last->items && v.u.array->count == last->count;
	AslValue	result;

	if (size > PG_UINT32_MAX / 2)
		asl_raise_text(&ev->escape, LIMITS_MEMORY_MESSAGE);
	if (grows && size <= last->capacity)
	{
		result = asl_array_borrow(last);
	}
	else
	{
		result = asl_array_new(grows ? size * 2 : size);
		asl_evaluate_add(ev, &result, v);
	}
	ev->appended = result.u.array;
	return result;
}

/* Do the elements of an array constructor's item become items themselves?  Not where it is written as an array. */
static bool
evaluate_is_spliced(const JsonataNode *item, AslValue value)
{
	return value.kind == ASL_ARRAY && item->type != NODE_ARRAY;
}

/* The items of an array constructor. */
static AslValue
evaluate_array_items(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	AslValue	room[8];
	int			count = node->list.count;
	AslValue   *parts = count <= lengthof(room) ? room : palloc(count * sizeof(AslValue));
	Size		size = 0;
	int			first;
	AslValue	result;

	for (int i = 0; i < count; i++)
	{
		parts[i] = asl_evaluate(ev, node->list.items[i], context, frame);
		size += evaluate_is_spliced(node->list.items[i], parts[i]) ? asl_array_count(parts[i]) : 1;
	}
	first = count > 0 && evaluate_is_spliced(node->list.items[0], parts[0]);
	result = first ? asl_evaluate_grown(ev, parts[0], size) : asl_array_new(count);
	for (int i = first; i < count; i++)
	{
		if (evaluate_is_spliced(node->list.items[i], parts[i]))
			asl_evaluate_add(ev, &result, parts[i]);
		else if (asl_defined(parts[i]))
			asl_array_push(&result, parts[i]);
	}
	return result;
}

/* [e, e]; where the only item is an array already, nothing is copied. */
static AslValue
evaluate_array(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	AslValue	result;

	if (node->list.count == 1 && node->list.items[0]->type != NODE_ARRAY)
	{
		AslValue	v = asl_evaluate(ev, node->list.items[0], context, frame);

		if (v.kind == ASL_ARRAY)
			result = v;
		else
		{
			result = asl_array_new(1);
			if (asl_defined(v))
				asl_array_push(&result, v);
		}
	}
	else
		result = evaluate_array_items(ev, node, context, frame);
	if (ev->limits.sequence != 0 && asl_array_count(result) > ev->limits.sequence)
		asl_sequence_refuse(ev, NULL, asl_array_count(result));
	result.flags = node->flags & NODE_CONSARRAY ? VALUE_CONS : 0;
	return result;
}

/* {k: v} for one item, all of whose keys are literals. */
AslValue
asl_evaluate_object(Evaluation *ev, const Group *group, AslValue input, Frame *frame)
{
	AslValue	result = asl_object_new(group->count);

	for (int i = 0; i < group->count; i++)
	{
		const JsonataNode *key = group->keys[i];
		AslValue	v = asl_evaluate(ev, group->values[i], input, frame);

		if (asl_defined(v))
			asl_object_set(&result, key->value.u.string, key->value.length, v);
	}
	return result;
}

/* (e; e): the value of the last one. */
static AslValue
evaluate_block(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	AslValue	v = asl_undefined();

	if (node->shape != NULL)
		frame = asl_frame_new(node->shape, frame);
	else
	{
		for (int i = 0; i < node->slots; i++)
			frame->slots[node->first_slot + i] = (AslValue) {.flags = VALUE_UNBOUND};
	}
	for (int i = 0; i < node->list.count; i++)
		v = asl_evaluate(ev, node->list.items[i], context, frame);
	return v;
}

/* $v := e */
static AslValue
evaluate_bind(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	AslValue	v = asl_evaluate(ev, node->rhs, context, frame);

	if (node->lhs->type == NODE_VARIABLE)
		frame->slots[node->lhs->ref.slot] = v;
	return v;
}

/* e ? e : e */
static AslValue
evaluate_condition(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	if (evaluate_truth(ev, asl_evaluate(ev, node->lhs, context, frame)))
		return asl_evaluate(ev, node->rhs, context, frame);
	return node->other == NULL ? asl_undefined() : asl_evaluate(ev, node->other, context, frame);
}

/* Appends what an array holds, whatever the depth. */
static void
evaluate_flatten(Evaluation *ev, SequenceBuilder *out, AslValue array)
{
	Items		items;
	AslValue	item;

	check_stack_depth();
	items_begin(&items, array);
	while (items_next(&items, &item))
	{
		evaluation_tick(ev);
		if (item.kind == ASL_ARRAY)
			evaluate_flatten(ev, out, item);
		else
			sequence_push(out, item);
	}
}

/* *: the values of an object, or the items of an array; as in the reference no sequence once an array was among them. */
static AslValue
evaluate_wildcard(Evaluation *ev, AslValue context)
{
	AslValue	input = evaluate_context(context);
	SequenceBuilder out;
	AslIterator it;
	AslValue	key;
	AslValue	v;
	bool		plain = false;

	sequence_begin(&out, ev);
	if (!asl_is_container(input))
		return asl_sequence_array(sequence_end(&out));
	it = asl_iterate(input);
	while (asl_next(&it, &key, &v))
	{
		if (v.kind == ASL_ARRAY)
		{
			plain = true;
			evaluate_flatten(ev, &out, v);
		}
		else
			sequence_push(&out, v);
	}
	v = asl_sequence_array(sequence_end(&out));
	if (plain)
		v.flags = 0;
	return v;
}

static void evaluate_descend(Evaluation *ev, SequenceBuilder *out, AslValue v);

/* Appends all that a view contains. */
static void
evaluate_descend_view(Evaluation *ev, SequenceBuilder *out, AslValue view)
{
	JsonbContainer *container = view.u.container;
	uint32		first = view.kind == ASL_OBJECT ? view.length : 0;
	uint32		begin = first == 0 ? 0 : getJsonbOffset(container, first);
	char	   *data = container_data(container);

	for (uint32 i = first; i < first + view.length; i++)
	{
		JEntry		entry = container->children[i];
		uint32		end = container_end(entry, begin);
		AslValue	child = container_child(entry, data, begin, end);

		if (asl_is_container(child))
			evaluate_descend(ev, out, child);
		else
			sequence_push(out, child);
		begin = end;
	}
}

/* Appends a value and all that it contains; arrays only contribute what they contain. */
static void
evaluate_descend(Evaluation *ev, SequenceBuilder *out, AslValue v)
{
	AslIterator it;
	AslValue	key;
	AslValue	child;

	if (v.kind != ASL_ARRAY)
		sequence_push(out, v);
	if (!asl_is_container(v))
		return;
	check_stack_depth();
	evaluation_tick(ev);
	if (v.form == ASL_FORM_JSONB)
	{
		evaluate_descend_view(ev, out, v);
		return;
	}
	it = asl_iterate(v);
	while (asl_next(&it, &key, &child))
		evaluate_descend(ev, out, child);
}

/* ** */
static AslValue
evaluate_descendants(Evaluation *ev, AslValue context)
{
	SequenceBuilder out;

	sequence_begin(&out, ev);
	if (asl_defined(context))
		evaluate_descend(ev, &out, context);
	return sequence_value(&out);
}

/* A regular expression as a function. */
static AslValue
evaluate_regex(const JsonataNode *node)
{
	AslFunction *function = palloc0(sizeof(AslFunction));

	function->type = FUNCTION_REGEX;
	function->arity = 1;
	function->node = node;
	return asl_function_value(function);
}

/* The value of a leaf. */
static inline AslValue
evaluate_leaf(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	switch (node->type)
	{
		case NODE_NAME:
			return asl_field(ev, context, node->value);
		case NODE_VARIABLE:
		case NODE_PARENT:
			return asl_variable_lookup(ev, &node->ref, frame);
		case NODE_CONTEXT:
			return evaluate_context(context);
		case NODE_WILDCARD:
			return evaluate_wildcard(ev, context);
		case NODE_DESCENDANT:
			return evaluate_descendants(ev, context);
		case NODE_REGEX:
			return evaluate_regex(node);
		default:
			return node->value;
	}
}

/* The value of a node that has others under it. */
static AslValue
evaluate_inner(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	AslValue	v;

	switch (node->type)
	{
		case NODE_BINARY:
			return evaluate_binary(ev, node, context, frame);
		case NODE_CONCAT:
			return evaluate_concat(ev, node, context, frame);
		case NODE_NEGATE:
			return evaluate_negate(ev, node, context, frame);
		case NODE_ARRAY:
			return evaluate_array(ev, node, context, frame);
		case NODE_OBJECT:
			return asl_group_evaluate(ev, node->members, context, NULL, frame);
		case NODE_BLOCK:
			return evaluate_block(ev, node, context, frame);
		case NODE_BIND:
			return evaluate_bind(ev, node, context, frame);
		case NODE_CONDITION:
			return evaluate_condition(ev, node, context, frame);
		case NODE_DEFAULT:
			v = asl_evaluate(ev, node->lhs, context, frame);
			return evaluate_truth(ev, v) ? v : asl_evaluate(ev, node->rhs, context, frame);
		case NODE_COALESCE:
			v = asl_evaluate(ev, node->lhs, context, frame);
			return asl_defined(v) ? v : asl_evaluate(ev, node->rhs, context, frame);
		case NODE_CALL:
			return asl_call_evaluate(ev, node, context, frame, NULL);
		case NODE_PARTIAL:
			return asl_partial_evaluate(ev, node, context, frame);
		case NODE_LAMBDA:
		case NODE_TRANSFORM:
			return asl_lambda_evaluate(ev, node, context, frame);
		case NODE_APPLY:
			return asl_chain_evaluate(ev, node, context, frame);
		default:
			elog(ERROR, "unexpected node type %d", node->type);
	}
}

/* Applies the predicates and the group that are attached to an expression. */
static AslValue
evaluate_attachments(Evaluation *ev, const JsonataNode *node, AslValue v, Frame *frame)
{
	for (int i = 0; i < node->predicates.count; i++)
	{
		Sequence	sequence = {.kind = SEQUENCE_ONE, .value = v};

		if (v.kind == ASL_ARRAY)
			sequence.kind = v.flags & VALUE_SEQUENCE ? SEQUENCE_MANY : SEQUENCE_PLAIN;
		sequence = asl_filter(ev, node->predicates.items[i].filter, sequence, frame);
		v = asl_sequence_array(sequence);
	}
	if (node->group != NULL)
		v = asl_group_evaluate(ev, node->group, v, NULL, frame);
	return v;
}

/* A sequence of none is nothing, a sequence of one its item. */
static AslValue
evaluate_unwrap(const JsonataNode *node, AslValue v)
{
	uint32		count;

	if (v.flags & VALUE_TUPLES)
		return v;
	if (node->flags & NODE_KEEP_ARRAY)
		v.flags |= VALUE_KEEP_SINGLETON;
	count = asl_array_count(v);
	if (count == 0)
		return asl_undefined();
	return count == 1 && !(v.flags & VALUE_KEEP_SINGLETON) ? asl_array_get(v, 0) : v;
}

/* The value of a node. */
AslValue
asl_evaluate(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	AslValue	v;

	if (node->type == NODE_FIELD && context.kind == ASL_ARRAY)
		return asl_steps_evaluate(ev, node, context, frame);
	if (node->type == NODE_FIELD)
	{
		v = asl_field(ev, context, node->value);
		/* What a sequence was told to keep ends where a path goes on with it. */
		if (value_is_sequence(v))
			v.flags = VALUE_SEQUENCE;
	}
	else if (node->type <= NODE_PLACEHOLDER)
		v = evaluate_leaf(ev, node, context, frame);
	else
	{
		evaluate_enter(ev, node);
		if (node->type == NODE_PATH)
		{
			/* A path has unwrapped its result itself; the item of a sequence of one stays what it is. */
			v = asl_steps_evaluate(ev, node, context, frame);
			ev->depth--;
			return v;
		}
		v = evaluate_inner(ev, node, context, frame);
		ev->depth--;
		if (unlikely(v.kind == ASL_STRING && v.length > ev->limits.string))
			asl_raise_text(&ev->escape, LIMITS_MEMORY_MESSAGE);
	}
	if (unlikely(node->flags & NODE_FINISH))
		v = evaluate_attachments(ev, node, v, frame);
	if (value_is_sequence(v))
		v = evaluate_unwrap(node, v);
	return v;
}
