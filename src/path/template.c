/*
 * template.c - payload templates: JSON in which members whose key ends in ".$" are paths or intrinsic calls.
 *
 * A template is a tree of the same shape as its JSON, cut off where nothing below is computed: such a part is the
 * literal itself, shared by every evaluation.
 */
#include "postgres.h"

#include "base/errors.h"
#include "miscadmin.h"
#include "path/template.h"

typedef enum TemplateKind
{
	TEMPLATE_LITERAL,
	TEMPLATE_EXPR,
	TEMPLATE_ARRAY,
	TEMPLATE_OBJECT
} TemplateKind;

typedef struct TemplateMember
{
	const char *key;			/* without ".$" */
	int			key_length;
	AslTemplate *value;
} TemplateMember;

struct AslTemplate
{
	TemplateKind kind;
	AslValue	literal;
	AslPathExpr *expr;
	const char *field;			/* the expression's key as written: "x.$" */
	int			count;
	TemplateMember *members;	/* of an object, or an array's elements */
};

typedef struct TemplateReader
{
	AslComplain complain;
	void	   *arg;
	bool		faulty;
} TemplateReader;

static AslTemplate *template_read(TemplateReader *reader, AslValue value, const char *pointer);

AslPathExpr *
asl_path_expr_parse(const char *text, int length, AslSyntaxError *error)
{
	AslPathExpr *expr = palloc0(sizeof(AslPathExpr));

	expr->text = pnstrdup(text, length);
	if (length > 0 && text[0] == '$')
		expr->path = asl_path_parse(text, length, error);
	else
		expr->call = asl_intrinsic_parse(text, length, error);
	return expr->path != NULL || expr->call != NULL ? expr : NULL;
}

/* Raises what AWS says of a path that finds nothing. */
static void
template_missing(const AslPathExpr *expr, AslScope *scope, const char *field)
{
	AslValue	input = asl_path_root(expr->path, NULL) == ASL_ROOT_CONTEXT ? scope->context(scope) : scope->input;

	ereport(ERROR,
			(errcode(ERRCODE_ASL_RUNTIME),
			 field != NULL
			 ? errmsg("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'",
					  expr->text, field, asl_to_json(input))
			 : errmsg("The JSONPath '%s' could not be found in the input '%s'", expr->text, asl_to_json(input))));
}

AslValue
asl_path_expr_evaluate(const AslPathExpr *expr, AslScope *scope, const char *field)
{
	AslValue	value;

	if (expr->call != NULL)
		return asl_intrinsic_evaluate(expr->call, scope);
	value = asl_path_evaluate(expr->path, scope);
	if (asl_defined(value))
		return value;
	/* AWS's JSON library has null behind an array's end */
	if (!asl_path_is_past_end(expr->path, scope))
		template_missing(expr, scope, field);
	return asl_null();
}

/* Reports a fault of what stands at the pointer. */
static void
template_complain(TemplateReader *reader, const char *pointer, const char *message, const char *text,
				  const AslSyntaxError *error)
{
	reader->faulty = true;
	reader->complain(reader->arg, pointer, message, text, error);
}

static AslTemplate *
template_make(TemplateKind kind, AslValue literal)
{
	AslTemplate *tmpl = palloc0(sizeof(AslTemplate));

	tmpl->kind = kind;
	tmpl->literal = literal;
	return tmpl;
}

/* The value of a member whose key, "x.$", says that it is computed. */
static AslTemplate *
template_read_expr(TemplateReader *reader, AslValue key, AslValue value, const char *pointer)
{
	AslTemplate *tmpl = template_make(TEMPLATE_EXPR, value);
	AslSyntaxError error;

	tmpl->field = asl_to_cstring(key);
	if (value.kind == ASL_STRING)
		tmpl->expr = asl_path_expr_parse(value.u.string, value.length, &error);
	if (tmpl->expr == NULL)
		template_complain(reader, pointer,
						  psprintf("The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call",
								   tmpl->field),
						  value.kind == ASL_STRING ? asl_to_cstring(value) : NULL, value.kind == ASL_STRING ? &error : NULL);
	return tmpl;
}

static AslTemplate *
template_read_object(TemplateReader *reader, AslValue object, const char *pointer)
{
	AslTemplate *tmpl = template_make(TEMPLATE_LITERAL, object);
	AslIterator members = asl_iterate(object);
	AslValue	key;
	AslValue	value;

	tmpl->members = palloc(Max(asl_object_count(object), 1) * sizeof(TemplateMember));
	while (asl_next(&members, &key, &value))
	{
		TemplateMember *member = &tmpl->members[tmpl->count++];

		member->key = key.u.string;
		member->key_length = key.length;
		if (key.length >= 2 && memcmp(key.u.string + key.length - 2, ".$", 2) == 0)
		{
			member->key_length -= 2;
			member->value = template_read_expr(reader, key, value, pointer);
			if (asl_defined(asl_object_get(object, member->key, member->key_length)))
				template_complain(reader, pointer, psprintf("The field '%.*s' is defined twice, as '%.*s' and as '%s'",
															member->key_length, member->key,
															member->key_length, member->key, member->value->field),
								  NULL, NULL);
		}
		else
			member->value = template_read(reader, value, psprintf("%s/%.*s", pointer, (int) key.length, key.u.string));
		if (member->value->kind != TEMPLATE_LITERAL)
			tmpl->kind = TEMPLATE_OBJECT;
	}
	return tmpl;
}

static AslTemplate *
template_read_array(TemplateReader *reader, AslValue array, const char *pointer)
{
	AslTemplate *tmpl = template_make(TEMPLATE_LITERAL, array);
	AslIterator elements = asl_iterate(array);
	AslValue	key;
	AslValue	value;

	tmpl->members = palloc0(Max(asl_array_count(array), 1) * sizeof(TemplateMember));
	while (asl_next(&elements, &key, &value))
	{
		TemplateMember *member = &tmpl->members[tmpl->count];

		member->value = template_read(reader, value, psprintf("%s[%d]", pointer, tmpl->count++));
		if (member->value->kind != TEMPLATE_LITERAL)
			tmpl->kind = TEMPLATE_ARRAY;
	}
	return tmpl;
}

/* Compiles a part of the template; pointer says where it stands. */
static AslTemplate *
template_read(TemplateReader *reader, AslValue value, const char *pointer)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (value.kind == ASL_OBJECT)
		return template_read_object(reader, value, pointer);
	if (value.kind == ASL_ARRAY)
		return template_read_array(reader, value, pointer);
	return template_make(TEMPLATE_LITERAL, value);
}

AslTemplate *
asl_template_parse(AslValue literal, AslComplain complain, void *arg)
{
	TemplateReader reader = {complain, arg, false};
	AslTemplate *tmpl = template_read(&reader, literal, "");

	return reader.faulty ? NULL : tmpl;
}

AslValue
asl_template_evaluate(const AslTemplate *tmpl, AslScope *scope)
{
	AslValue	result;

	switch (tmpl->kind)
	{
		case TEMPLATE_LITERAL:
			return tmpl->literal;
		case TEMPLATE_EXPR:
			return asl_path_expr_evaluate(tmpl->expr, scope, tmpl->field);
		case TEMPLATE_ARRAY:
			check_stack_depth();
			result = asl_array_new(tmpl->count);
			for (int i = 0; i < tmpl->count; i++)
				asl_array_push(&result, asl_template_evaluate(tmpl->members[i].value, scope));
			return result;
		case TEMPLATE_OBJECT:
			check_stack_depth();
			CHECK_FOR_INTERRUPTS();
			result = asl_object_new(tmpl->count);
			for (int i = 0; i < tmpl->count; i++)
				asl_object_set(&result, tmpl->members[i].key, tmpl->members[i].key_length,
							   asl_template_evaluate(tmpl->members[i].value, scope));
			return result;
	}
	pg_unreachable();
}

void
asl_template_paths(const AslTemplate *tmpl, void (*visit) (const AslPath *path, void *arg), void *arg)
{
	if (tmpl->kind == TEMPLATE_EXPR && tmpl->expr->path != NULL)
		visit(tmpl->expr->path, arg);
	else if (tmpl->kind == TEMPLATE_EXPR)
		asl_intrinsic_paths(tmpl->expr->call, visit, arg);
	else if (tmpl->kind != TEMPLATE_LITERAL)
		for (int i = 0; i < tmpl->count; i++)
			asl_template_paths(tmpl->members[i].value, visit, arg);
}
