/*
 * apply.c - functions: making and calling them.
 *
 * A call in tail position does not call: it leaves function and arguments in Evaluation.tail and returns, and the loop in
 * asl_apply goes on with them, so that recursion of that kind needs no stack.
 */
#include "postgres.h"

#include "jsonata/evaluate.h"
#include "jsonata/pattern.h"

#define APPLY_ROOM 8

/* A function as a value. */
AslValue
asl_function_value(AslFunction *function)
{
	return (AslValue) {.kind = ASL_FUNCTION, .u.function = function};
}

/* A built-in function as a value. */
AslValue
asl_builtin_value(const Builtin *builtin)
{
	AslFunction *function = palloc0(sizeof(AslFunction));

	function->type = FUNCTION_BUILTIN;
	function->arity = builtin->arity;
	function->builtin = builtin;
	return asl_function_value(function);
}

/* A frame none of whose variables is bound. */
Frame *
asl_frame_new(const Shape *shape, Frame *outer)
{
	Frame	   *frame = palloc(offsetof(Frame, slots) + shape->slots * sizeof(AslValue));

	frame->outer = outer;
	for (int i = 0; i < shape->slots; i++)
		frame->slots[i] = (AslValue) {.flags = VALUE_UNBOUND};
	return frame;
}

/* A lambda, or a transform, as a value: with the frame and the context in which it was made. */
AslValue
asl_lambda_evaluate(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	AslFunction *function = palloc0(sizeof(AslFunction));

	function->type = node->type == NODE_LAMBDA ? FUNCTION_LAMBDA : FUNCTION_TRANSFORM;
	function->arity = node->type == NODE_LAMBDA ? node->list.count : 1;
	function->node = node;
	function->frame = frame;
	function->context = context;
	return asl_function_value(function);
}

/* Checks and completes arguments; what is wrong with them is raised. */
static int
apply_check(Evaluation *ev, const Signature *signature, const AslValue *args, int count, AslValue context,
			AslValue *result)
{
	ArgumentFault fault;
	int			n = asl_signature_apply(signature, args, count, context, result, &fault);

	if (fault.code != NULL)
		RAISE(&ev->escape, .code = fault.code, .index = fault.index, .text = fault.type, .value = fault.value);
	return n;
}

/* Calls a built-in function. */
static AslValue
apply_builtin(Evaluation *ev, const Builtin *builtin, const AslValue *args, int count, AslValue context)
{
	const Signature *signature = builtin->parsed;
	AslValue	room[2 * APPLY_ROOM];
	AslValue   *checked = room;

	if (count + signature->count > lengthof(room))
		checked = palloc((count + signature->count) * sizeof(AslValue));
	count = apply_check(ev, signature, args, count, context, checked);
	return builtin->function(ev, checked, count);
}

/* Evaluates a lambda's body in a frame of its arguments. */
static AslValue
apply_body(Evaluation *ev, const AslFunction *lambda, Frame *frame, const AslValue *args, int count)
{
	const JsonataNode *node = lambda->node;
	int			parameters = node->list.count;

	frame->outer = lambda->frame;
	for (int i = 0; i < parameters; i++)
		frame->slots[i] = i < count ? args[i] : asl_undefined();
	for (int i = parameters; i < node->shape->slots; i++)
		frame->slots[i] = (AslValue) {.flags = VALUE_UNBOUND};
	return asl_evaluate(ev, node->rhs, lambda->context, frame);
}

/* Calls a lambda; its frame is on the stack unless something can hold on to it. */
static AslValue
apply_lambda(Evaluation *ev, const AslFunction *lambda, const AslValue *args, int count, AslValue context)
{
	const JsonataNode *node = lambda->node;
	union
	{
		Frame		frame;
		char		bytes[offsetof(Frame, slots) + APPLY_ROOM * sizeof(AslValue)];
	}			room;
	AslValue	checked[2 * APPLY_ROOM];
	Frame	   *frame = &room.frame;

	if (node->signature != NULL)
	{
		AslValue   *result = checked;

		if (count + node->signature->count > lengthof(checked))
			result = palloc((count + node->signature->count) * sizeof(AslValue));
		count = apply_check(ev, node->signature, args, count, context, result);
		args = result;
	}
	if (node->shape->captured || node->shape->slots > APPLY_ROOM)
		frame = palloc(offsetof(Frame, slots) + node->shape->slots * sizeof(AslValue));
	return apply_body(ev, lambda, frame, args, count);
}

/* Calls a partial application: its arguments with the given ones where placeholders stood. */
static AslValue
apply_partial(Evaluation *ev, const AslFunction *partial, const AslValue *args, int count)
{
	AslValue   *all = palloc(Max(partial->count, 1) * sizeof(AslValue));
	int			used = 0;

	for (int i = 0; i < partial->count; i++)
	{
		all[i] = partial->arguments[i];
		if (all[i].flags & VALUE_UNBOUND)
			all[i] = used < count ? args[used++] : asl_undefined();
	}
	if (partial->first->type == FUNCTION_LAMBDA)
		return apply_body(ev, partial->first, asl_frame_new(partial->first->node->shape, NULL), all, partial->count);
	return asl_apply(ev, asl_function_value(partial->first), all, partial->count, asl_null());
}

/* Calls one function with what another makes of an argument.  Errors call them f and g, as the reference does. */
static AslValue
apply_chain(Evaluation *ev, const AslFunction *chain, AslValue argument)
{
	Activation	here = {.outer = ev->escape.activation, .token = asl_string("f", 1)};

	ev->escape.activation = &here;
	argument = asl_apply(ev, asl_function_value(chain->first), &argument, 1, asl_null());
	here.token = asl_string("g", 1);
	argument = asl_apply(ev, asl_function_value(chain->second), &argument, 1, asl_null());
	ev->escape.activation = here.outer;
	return argument;
}

/* Calls a function once; the result may be a tail call that is still to be made. */
static AslValue
apply_once(Evaluation *ev, AslValue callee, const AslValue *args, int count, AslValue context)
{
	const AslFunction *function = callee.u.function;
	AslValue	argument = count > 0 ? args[0] : asl_undefined();

	if (callee.kind != ASL_FUNCTION)
		RAISE(&ev->escape, .code = "T1006");
	switch (function->type)
	{
		case FUNCTION_BUILTIN:
			return apply_builtin(ev, function->builtin, args, count, context);
		case FUNCTION_LAMBDA:
			return apply_lambda(ev, function, args, count, context);
		case FUNCTION_TRANSFORM:
			if (count != 1 || (asl_defined(argument) && !asl_is_container(argument)))
				RAISE(&ev->escape, .code = "T0410", .index = count > 1 ? 2 : 1, .value = argument);
			return asl_transform_apply(ev, function, argument);
		case FUNCTION_PARTIAL:
			return apply_partial(ev, function, args, count);
		case FUNCTION_CHAIN:
			return apply_chain(ev, function, argument);
		case FUNCTION_REGEX:
		case FUNCTION_NEXT:
			return asl_pattern_apply(ev, function, argument);
	}
	pg_unreachable();
}

/* Whether calling a function evaluates a lambda's body. */
static inline bool
apply_is_lambda(AslValue v)
{
	return v.kind == ASL_FUNCTION && (v.u.function->type == FUNCTION_LAMBDA ||
									  (v.u.function->type == FUNCTION_PARTIAL && v.u.function->first->type == FUNCTION_LAMBDA));
}

/* Calls a function, and the functions that it calls in tail position. */
AslValue
asl_apply(Evaluation *ev, AslValue function, const AslValue *args, int count, AslValue context)
{
	Activation *outer = ev->escape.activation;
	Activation	here;
	AslValue	room[TAIL_ARGUMENTS];
	AslValue	v = apply_once(ev, function, args, count, context);

	while (unlikely(v.flags & VALUE_TAIL_CALL))
	{
		evaluation_tick(ev);
		here = ev->tail.activation;
		here.outer = outer;
		here.lambda = apply_is_lambda(ev->tail.function);
		ev->escape.activation = &here;
		args = ev->tail.arguments;
		if (args == ev->tail.room)
		{
			memcpy(room, args, ev->tail.count * sizeof(AslValue));
			args = room;
		}
		v = apply_once(ev, ev->tail.function, args, ev->tail.count, context);
	}
	ev->escape.activation = outer;
	return v;
}

/* The name by which a procedure is called. */
static AslValue
apply_name(const JsonataNode *procedure)
{
	if (procedure->type == NODE_PATH)
		return procedure->list.items[0]->value;
	if (procedure->type == NODE_BLOCK || procedure->type == NODE_LAMBDA || procedure->type == NODE_PARENT)
		return asl_undefined();
	return procedure->value;
}

/* Evaluates what is to be called; helps where "$" was forgotten. */
static AslValue
apply_procedure(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame, const char *forgotten)
{
	AslValue	procedure = asl_evaluate(ev, node->lhs, context, frame);

	if (!asl_defined(procedure) && node->lhs->type == NODE_FIELD &&
		asl_defined(asl_variable_lookup(ev, &node->ref, frame)))
		RAISE(&ev->escape, .code = forgotten, .position = node->position, .token = node->lhs->value);
	return procedure;
}

/* Evaluates a call's arguments behind those that are there already. */
static void
apply_arguments(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame, AslValue *args)
{
	for (int i = 0; i < node->list.count; i++)
		args[i] = asl_evaluate(ev, node->list.items[i], context, frame);
}

/* Remembers where $eval is called, which alone can see its caller's variables. */
static inline void
apply_note_caller(Evaluation *ev, const JsonataNode *procedure, AslValue context, Frame *frame)
{
	if (likely(procedure->type != NODE_VARIABLE || procedure->scope == NULL))
		return;
	ev->caller_context = context;
	ev->caller_frame = frame;
	ev->caller_scope = procedure->scope;
}

/* Leaves a call to the lambda's caller. */
static AslValue
apply_later(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	Activation *left = ev->escape.activation;
	int			count = node->list.count;
	AslValue	procedure;
	AslValue	room[TAIL_ARGUMENTS];
	AslValue   *args = count <= TAIL_ARGUMENTS ? room : palloc(count * sizeof(AslValue));

	if (left != NULL)
		left->left = left->lambda;
	procedure = asl_evaluate(ev, node->lhs, context, frame);
	apply_arguments(ev, node, context, frame, args);
	apply_note_caller(ev, node->lhs, context, frame);
	ev->tail.function = procedure;
	ev->tail.activation = (Activation) {.position = node->lhs->position, .token = apply_name(node->lhs)};
	ev->tail.count = count;
	ev->tail.arguments = args;
	if (args == room)
	{
		memcpy(ev->tail.room, room, count * sizeof(AslValue));
		ev->tail.arguments = ev->tail.room;
	}
	return (AslValue) {.flags = VALUE_TAIL_CALL};
}

/* The value of a call; first: an argument that stands before the others, from "~>". */
AslValue
asl_call_evaluate(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame, const AslValue *first)
{
	Activation	here = {.outer = ev->escape.activation, .position = node->position, .token = apply_name(node->lhs)};
	int			count = node->list.count + (first != NULL);
	AslValue	room[APPLY_ROOM];
	AslValue   *args = count <= APPLY_ROOM ? room : palloc(count * sizeof(AslValue));
	AslValue	function;
	AslValue	v;

	if (node->flags & NODE_TAIL)
		return apply_later(ev, node, context, frame);
	function = apply_procedure(ev, node, context, frame, "T1005");
	if (first != NULL)
		args[0] = *first;
	apply_arguments(ev, node, context, frame, args + (first != NULL));
	apply_note_caller(ev, node->lhs, context, frame);
	here.lambda = apply_is_lambda(function);
	ev->escape.activation = &here;
	v = asl_apply(ev, function, args, count, context);
	ev->escape.activation = here.outer;
	return v;
}

/* f(?, e): a function of what the placeholders stand for. */
AslValue
asl_partial_evaluate(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	AslFunction *partial = palloc0(sizeof(AslFunction));
	AslValue	function;

	partial->type = FUNCTION_PARTIAL;
	partial->count = node->list.count;
	partial->arguments = palloc(node->list.count * sizeof(AslValue));
	for (int i = 0; i < node->list.count; i++)
	{
		const JsonataNode *argument = node->list.items[i];
		bool		placeholder = argument->type == NODE_PLACEHOLDER;

		partial->arity += placeholder;
		partial->arguments[i] = placeholder ? (AslValue) {.flags = VALUE_UNBOUND} :
			asl_evaluate(ev, argument, context, frame);
	}
	function = apply_procedure(ev, node, context, frame, "T1007");
	if (function.kind != ASL_FUNCTION)
		RAISE(&ev->escape, .code = "T1008", .position = node->position, .token = apply_name(node->lhs));
	partial->first = function.u.function;
	return asl_function_value(partial);
}

/* a ~> f */
AslValue
asl_chain_evaluate(Evaluation *ev, const JsonataNode *node, AslValue context, Frame *frame)
{
	Activation	here = {.outer = ev->escape.activation};
	AslValue	left = asl_evaluate(ev, node->lhs, context, frame);
	AslValue	right;

	/* As in the reference predicates on such a call have no effect. */
	if (node->rhs->type == NODE_CALL)
		return asl_call_evaluate(ev, node->rhs, context, frame, &left);
	right = asl_evaluate(ev, node->rhs, context, frame);
	if (right.kind != ASL_FUNCTION)
		RAISE(&ev->escape, .code = "T2006", .position = node->position, .value = right);
	if (left.kind == ASL_FUNCTION)
	{
		AslFunction *chain = palloc0(sizeof(AslFunction));

		chain->type = FUNCTION_CHAIN;
		chain->arity = 1;
		chain->first = left.u.function;
		chain->second = right.u.function;
		return asl_function_value(chain);
	}
	ev->escape.activation = &here;
	left = asl_apply(ev, right, &left, 1, asl_null());
	ev->escape.activation = here.outer;
	return left;
}
