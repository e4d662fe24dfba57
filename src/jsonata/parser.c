/*
 * parser.c - a Pratt parser: each token knows how it begins an expression (prefix), how it goes on with one on its left
 * (infix) and how strongly it binds to the left.
 */
#include "postgres.h"

#include "jsonata/lexer.h"
#include "jsonata/parser.h"
#include "miscadmin.h"

typedef struct Parser
{
	Lexer		lexer;
	Escape	   *escape;
	Token		token;			/* the one that has not been used yet */
} Parser;

/* How strongly an operator binds to what is on its left; 0 where it is no infix operator. */
static const uint8 parser_binding[] = {
	[OP_DOT] = 75, [OP_OPEN_BRACKET] = 80, [OP_OPEN_BRACE] = 70, [OP_OPEN_PAREN] = 80, [OP_FOCUS] = 80,
	[OP_INDEX] = 80, [OP_QUESTION] = 20, [OP_ADD] = 50, [OP_SUBTRACT] = 50, [OP_CONCAT] = 50, [OP_MULTIPLY] = 60,
	[OP_DIVIDE] = 60, [OP_MODULO] = 60, [OP_EQUAL] = 40, [OP_NOT_EQUAL] = 40, [OP_LESS] = 40, [OP_LESS_EQUAL] = 40,
	[OP_GREATER] = 40, [OP_GREATER_EQUAL] = 40, [OP_SORT] = 40, [OP_APPLY] = 40, [OP_IN] = 40, [OP_DEFAULT] = 40,
	[OP_COALESCE] = 40, [OP_AND] = 30, [OP_OR] = 25, [OP_BIND] = 10, [OP_TILDE] = 0
};

static JsonataNode *parser_expression(Parser *parser, int binding);

/* A new node; lists and operands are empty. */
JsonataNode *
asl_node_new(NodeType type, int position)
{
	JsonataNode	   *node = palloc0(sizeof(JsonataNode));

	node->type = type;
	node->position = position;
	node->tuple_from = -1;
	return node;
}

/* Appends to one of a node's lists; room doubles whenever the count is a power of two. */
#define LIST_PUSH(list, element) \
do { \
	if ((list)->count == 0) \
		(list)->items = palloc(sizeof(element)); \
	else if (((list)->count & ((list)->count - 1)) == 0) \
		(list)->items = repalloc((list)->items, 2 * (list)->count * sizeof(element)); \
	(list)->items[(list)->count++] = (element); \
} while (0)

void
asl_node_push(NodeList *list, JsonataNode *node)
{
	LIST_PUSH(list, node);
}

void
asl_node_push_stage(StageList *list, Stage stage)
{
	LIST_PUSH(list, stage);
}

void
asl_node_push_slot(SlotList *list, ParentSlot *slot)
{
	LIST_PUSH(list, slot);
}

/* Calls visit for both sides of each member. */
static void
parser_visit_group(Group *group, NodeVisit visit, void *arg)
{
	for (int i = 0; group != NULL && i < group->count; i++)
	{
		visit(group->keys[i], arg);
		visit(group->values[i], arg);
	}
}

static void
parser_visit_stages(StageList *stages, NodeVisit visit, void *arg)
{
	for (int i = 0; i < stages->count; i++)
	{
		if (stages->items[i].filter != NULL)
			visit(stages->items[i].filter, arg);
	}
}

/* Calls visit for each child that a node is made of. */
void
asl_node_operands(JsonataNode *node, NodeVisit visit, void *arg)
{
	if (node->lhs != NULL)
		visit(node->lhs, arg);
	if (node->rhs != NULL)
		visit(node->rhs, arg);
	if (node->other != NULL)
		visit(node->other, arg);
	for (int i = 0; i < node->list.count; i++)
		visit(node->list.items[i], arg);
	parser_visit_group(node->members, visit, arg);
}

/* Calls visit for each child that is attached to a node. */
void
asl_node_attachments(JsonataNode *node, NodeVisit visit, void *arg)
{
	parser_visit_group(node->group, visit, arg);
	parser_visit_stages(&node->predicates, visit, arg);
	parser_visit_stages(&node->stages, visit, arg);
}

static inline bool
parser_at(Parser *parser, JsonataOp op)
{
	return parser->token.type == TOKEN_OPERATOR && parser->token.op == op;
}

/* Goes on to the next token. */
static void
parser_advance(Parser *parser, bool infix)
{
	parser->token = asl_lexer_next(&parser->lexer, infix);
	if (parser_at(parser, OP_NOT) || parser_at(parser, OP_TILDE))
		RAISE(parser->escape, .code = "S0204", .position = parser->token.position, .token = parser->token.value);
}

/* Goes on behind an operator that has to stand here. */
static void
parser_expect(Parser *parser, JsonataOp op, bool infix)
{
	if (!parser_at(parser, op))
		RAISE(parser->escape, .code = parser->token.type == TOKEN_END ? "S0203" : "S0202",
			  .position = parser->token.position, .token = parser->token.value,
			  .value = asl_cstring(asl_operator_text(op)));
	parser_advance(parser, infix);
}

/* Goes on behind an operator if it stands here. */
static bool
parser_accept(Parser *parser, JsonataOp op)
{
	if (!parser_at(parser, op))
		return false;
	parser_advance(parser, false);
	return true;
}

/* A node of a token's type, position and text. */
static JsonataNode *
parser_node(const Token *token, NodeType type)
{
	JsonataNode	   *node = asl_node_new(type, token->position);

	node->op = token->op;
	node->value = token->value;
	return node;
}

/* A node with one or two operands. */
static JsonataNode *
parser_operation(const Token *token, NodeType type, JsonataNode *lhs, JsonataNode *rhs)
{
	JsonataNode	   *node = parser_node(token, type);

	node->lhs = lhs;
	node->rhs = rhs;
	return node;
}

/* ( e ; e ; ... ) */
static JsonataNode *
parser_block(Parser *parser, const Token *token)
{
	JsonataNode	   *node = parser_node(token, NODE_BLOCK);

	while (!parser_at(parser, OP_CLOSE_PAREN))
	{
		asl_node_push(&node->list, parser_expression(parser, 0));
		if (!parser_accept(parser, OP_SEMICOLON))
			break;
	}
	parser_expect(parser, OP_CLOSE_PAREN, true);
	return node;
}

/* [ e, e .. e, ... ] */
static JsonataNode *
parser_array(Parser *parser, const Token *token)
{
	JsonataNode	   *node = parser_node(token, NODE_ARRAY);

	if (!parser_at(parser, OP_CLOSE_BRACKET))
	{
		do
		{
			JsonataNode	   *item = parser_expression(parser, 0);
			Token		range = parser->token;

			if (parser_accept(parser, OP_RANGE))
				item = parser_operation(&range, NODE_BINARY, item, parser_expression(parser, 0));
			asl_node_push(&node->list, item);
		} while (parser_accept(parser, OP_COMMA));
	}
	parser_expect(parser, OP_CLOSE_BRACKET, true);
	return node;
}

/* { key: value, ... } behind its brace. */
static Group *
parser_group(Parser *parser, const Token *token)
{
	Group	   *group = palloc0(sizeof(Group));
	NodeList	keys = {0};
	NodeList	values = {0};

	if (!parser_at(parser, OP_CLOSE_BRACE))
	{
		do
		{
			asl_node_push(&keys, parser_expression(parser, 0));
			parser_expect(parser, OP_COLON, false);
			asl_node_push(&values, parser_expression(parser, 0));
		} while (parser_accept(parser, OP_COMMA));
	}
	parser_expect(parser, OP_CLOSE_BRACE, true);
	group->keys = keys.items;
	group->values = values.items;
	group->count = keys.count;
	group->position = token->position;
	return group;
}

/* | pattern | update, delete | */
static JsonataNode *
parser_transform(Parser *parser, const Token *token)
{
	JsonataNode	   *node = parser_node(token, NODE_TRANSFORM);

	node->lhs = parser_expression(parser, 0);
	parser_expect(parser, OP_BAR, false);
	node->rhs = parser_expression(parser, 0);
	if (parser_accept(parser, OP_COMMA))
		node->other = parser_expression(parser, 0);
	parser_expect(parser, OP_BAR, false);
	return node;
}

/* An operator that begins an expression. */
static JsonataNode *
parser_prefix_operator(Parser *parser, const Token *token)
{
	JsonataNode	   *node;

	switch (token->op)
	{
		case OP_AND:
		case OP_OR:
		case OP_IN:
			return parser_node(token, NODE_RAW_OPERATOR);
		case OP_SUBTRACT:
			return parser_operation(token, NODE_NEGATE, parser_expression(parser, 70), NULL);
		case OP_MULTIPLY:
			return parser_node(token, NODE_WILDCARD);
		case OP_DESCENDANT:
			return parser_node(token, NODE_DESCENDANT);
		case OP_MODULO:
			return parser_node(token, NODE_PARENT);
		case OP_OPEN_PAREN:
			return parser_block(parser, token);
		case OP_OPEN_BRACKET:
			return parser_array(parser, token);
		case OP_OPEN_BRACE:
			node = parser_node(token, NODE_OBJECT);
			node->members = parser_group(parser, token);
			return node;
		case OP_BAR:
			return parser_transform(parser, token);
		default:
			RAISE(parser->escape, .code = "S0211", .position = token->position, .token = token->value);
	}
}

/* A token that begins an expression. */
static JsonataNode *
parser_prefix(Parser *parser, const Token *token)
{
	JsonataNode	   *node;

	switch (token->type)
	{
		case TOKEN_END:
			return parser_node(token, NODE_END);
		case TOKEN_STRING:
			return parser_node(token, NODE_STRING);
		case TOKEN_NUMBER:
			return parser_node(token, NODE_NUMBER);
		case TOKEN_VALUE:
			return parser_node(token, NODE_VALUE);
		case TOKEN_NAME:
			return parser_node(token, NODE_NAME);
		case TOKEN_VARIABLE:
			return parser_node(token, token->value.length == 0 ? NODE_CONTEXT : NODE_VARIABLE);
		case TOKEN_REGEX:
			node = parser_node(token, NODE_REGEX);
			node->regex = token->regex;
			return node;
		case TOKEN_OPERATOR:
			return parser_prefix_operator(parser, token);
	}
	pg_unreachable();
}

/* The signature of a lambda: its tokens up to the balancing ">", put together again without blanks. */
static void
parser_signature(Parser *parser, JsonataNode *lambda)
{
	StringInfoData text;
	int			position = parser->token.position;
	int			depth = 1;
	SignatureFault fault;

	initStringInfo(&text);
	appendStringInfoChar(&text, '<');
	while (depth > 0 && !parser_at(parser, OP_OPEN_BRACE) && parser->token.type != TOKEN_END)
	{
		parser_advance(parser, false);
		if (parser_at(parser, OP_GREATER))
			depth--;
		else if (parser_at(parser, OP_LESS))
			depth++;
		if (parser->token.value.kind == ASL_STRING)
			appendBinaryStringInfo(&text, parser->token.value.u.string, parser->token.value.length);
	}
	parser_expect(parser, OP_GREATER, false);
	lambda->signature = asl_signature_parse(text.data, text.len, &fault);
	if (lambda->signature == NULL)
		RAISE(parser->escape, .code = fault.code, .position = position + fault.offset, .value = fault.value);
	if (lambda->signature->count > SIGNATURE_MOST_PARAMETERS)
		asl_raise_text(parser->escape, "A signature has too many parameters");
}

/* Makes a lambda of what began like a call of "function". */
static JsonataNode *
parser_lambda(Parser *parser, JsonataNode *call)
{
	JsonataNode	   *lambda = asl_node_new(NODE_LAMBDA, call->position);

	for (int i = 0; i < call->list.count; i++)
	{
		JsonataNode	   *parameter = call->list.items[i];

		if (parameter->type != NODE_VARIABLE && parameter->type != NODE_CONTEXT)
			RAISE(parser->escape, .code = "S0208", .position = parameter->position, .token = parameter->value,
				  .value = asl_number(i + 1));
	}
	lambda->list = call->list;
	if (parser_at(parser, OP_LESS))
		parser_signature(parser, lambda);
	parser_expect(parser, OP_OPEN_BRACE, false);
	lambda->rhs = parser_expression(parser, 0);
	parser_expect(parser, OP_CLOSE_BRACE, false);
	return lambda;
}

/* procedure ( e, ?, ... ) */
static JsonataNode *
parser_call(Parser *parser, const Token *token, JsonataNode *procedure)
{
	JsonataNode	   *node = parser_operation(token, NODE_CALL, procedure, NULL);

	if (!parser_at(parser, OP_CLOSE_PAREN))
	{
		do
		{
			Token		placeholder = parser->token;

			if (parser_accept(parser, OP_QUESTION))
			{
				node->type = NODE_PARTIAL;
				asl_node_push(&node->list, parser_node(&placeholder, NODE_PLACEHOLDER));
			}
			else
				asl_node_push(&node->list, parser_expression(parser, 0));
		} while (parser_accept(parser, OP_COMMA));
	}
	parser_expect(parser, OP_CLOSE_PAREN, true);
	if (procedure->type == NODE_NAME &&
		(asl_string_is(procedure->value, "function") || asl_string_is(procedure->value, "\xCE\xBB")))
		return parser_lambda(parser, node);
	return node;
}

/* e [ predicate ]; an empty one asks to keep a sequence of one an array. */
static JsonataNode *
parser_predicate(Parser *parser, const Token *token, JsonataNode *left)
{
	JsonataNode	   *node;

	if (parser_at(parser, OP_CLOSE_BRACKET))
	{
		for (node = left; node->type == NODE_RAW && node->op == OP_OPEN_BRACKET;)
			node = node->lhs;
		node->flags |= NODE_KEEP_ARRAY;
		parser_advance(parser, false);
		return left;
	}
	node = parser_operation(token, NODE_RAW, left, parser_expression(parser, 0));
	parser_expect(parser, OP_CLOSE_BRACKET, true);
	return node;
}

/* e ^ ( <e, >e, ... ) */
static JsonataNode *
parser_order(Parser *parser, const Token *token, JsonataNode *left)
{
	JsonataNode	   *node = parser_operation(token, NODE_RAW, left, NULL);

	parser_expect(parser, OP_OPEN_PAREN, false);
	do
	{
		bool		descending = parser_accept(parser, OP_GREATER);

		if (!descending)
			parser_accept(parser, OP_LESS);
		asl_node_push(&node->list, parser_expression(parser, 0));
		node->descending = node->descending == NULL ? palloc(sizeof(bool)) :
			repalloc(node->descending, node->list.count * sizeof(bool));
		node->descending[node->list.count - 1] = descending;
	} while (parser_accept(parser, OP_COMMA));
	parser_expect(parser, OP_CLOSE_PAREN, false);
	return node;
}

/* e @ $v, e # $v */
static JsonataNode *
parser_variable_bind(Parser *parser, const Token *token, JsonataNode *left)
{
	JsonataNode	   *node = parser_operation(token, NODE_RAW, left, parser_expression(parser, 80));

	if (node->rhs->type != NODE_VARIABLE && node->rhs->type != NODE_CONTEXT)
		RAISE(parser->escape, .code = "S0214", .position = node->rhs->position, .token = token->value);
	return node;
}

/* $v := e, right associative. */
static JsonataNode *
parser_bind(Parser *parser, const Token *token, JsonataNode *left)
{
	if (left->type != NODE_VARIABLE && left->type != NODE_CONTEXT)
		RAISE(parser->escape, .code = "S0212", .position = left->position, .token = left->value);
	return parser_operation(token, NODE_BIND, left, parser_expression(parser, parser_binding[OP_BIND] - 1));
}

/* condition ? e : e */
static JsonataNode *
parser_condition(Parser *parser, const Token *token, JsonataNode *condition)
{
	JsonataNode	   *node = parser_operation(token, NODE_CONDITION, condition, parser_expression(parser, 0));

	if (parser_accept(parser, OP_COLON))
		node->other = parser_expression(parser, 0);
	return node;
}

/* An operator that goes on with the expression on its left. */
static JsonataNode *
parser_infix(Parser *parser, const Token *token, JsonataNode *left)
{
	JsonataNode	   *node;

	switch (token->op)
	{
		case OP_OPEN_PAREN:
			return parser_call(parser, token, left);
		case OP_OPEN_BRACKET:
			return parser_predicate(parser, token, left);
		case OP_OPEN_BRACE:
			node = parser_operation(token, NODE_RAW, left, NULL);
			node->group = parser_group(parser, token);
			return node;
		case OP_SORT:
			return parser_order(parser, token, left);
		case OP_FOCUS:
		case OP_INDEX:
			return parser_variable_bind(parser, token, left);
		case OP_BIND:
			return parser_bind(parser, token, left);
		case OP_QUESTION:
			return parser_condition(parser, token, left);
		case OP_DEFAULT:
			return parser_operation(token, NODE_DEFAULT, left, parser_expression(parser, 0));
		case OP_COALESCE:
			return parser_operation(token, NODE_COALESCE, left, parser_expression(parser, 0));
		case OP_APPLY:
			return parser_operation(token, NODE_APPLY, left, parser_expression(parser, parser_binding[token->op]));
		case OP_DOT:
			return parser_operation(token, NODE_RAW, left, parser_expression(parser, parser_binding[token->op]));
		default:
			return parser_operation(token, NODE_BINARY, left, parser_expression(parser, parser_binding[token->op]));
	}
}

/* Reads an expression up to an operator that does not bind more strongly than binding. */
static JsonataNode *
parser_expression(Parser *parser, int binding)
{
	Token		token = parser->token;
	JsonataNode	   *left;

	CHECK_FOR_INTERRUPTS();
	if (stack_is_too_deep())
		RAISE(parser->escape, .code = "D1011", .position = token.position);
	parser_advance(parser, true);
	left = parser_prefix(parser, &token);
	while (parser->token.type == TOKEN_OPERATOR && parser_binding[parser->token.op] > binding)
	{
		token = parser->token;
		parser_advance(parser, false);
		left = parser_infix(parser, &token, left);
	}
	return left;
}

/* Parses the whole text. */
JsonataNode *
asl_parser_parse(const char *text, int length, JsonataDialect dialect, Escape *escape)
{
	Parser		parser = {
		.lexer = {.text = text, .length = length, .dialect = dialect, .escape = escape},
		.escape = escape
	};
	JsonataNode	   *node;

	parser_advance(&parser, false);
	node = parser_expression(&parser, 0);
	if (parser.token.type != TOKEN_END)
		RAISE(escape, .code = "S0201", .position = parser.token.position, .token = parser.token.value);
	return node;
}
