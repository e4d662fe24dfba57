/*
 * jsonata_template.h - JSON in which any string may be a JSONata expression, "{% … %}".
 */
#ifndef ASL_JSONATA_TEMPLATE_H
#define ASL_JSONATA_TEMPLATE_H

#include "asl/definition.h"

/* Is told of a fault; field: the place, "Output/a[0]"; code: the diagnostic's. */
typedef void (*AslJsonataComplain) (void *arg, const char *field, const char *code, const char *message);
/* Is told of each variable that an expression refers to, and of the member of it that follows directly, or NULL. */
typedef void (*AslJsonataRefer) (void *arg, const char *field, const char *name, const char *member);

/*
 * Compiles a template in the current memory context; NULL if there was a complaint.  field names the place of the
 * template itself: "Output", "Choices[1]/Condition".  The literal's memory must outlive the template.
 */
extern AslJsonataTemplate *asl_jsonata_template_parse(AslValue literal, const char *field, AslJsonataComplain complain,
													  AslJsonataRefer refer, void *arg);

/*
 * Evaluates it.  Raises ERRCODE_ASL_QUERY_EVALUATION_ERROR with the cause as message and the expression's place as
 * detail.  kind: what the value must be if the template is a single expression; ASL_UNDEFINED: anything.
 */
extern AslValue asl_jsonata_template_evaluate(const AslJsonataTemplate *tmpl, AslScope *scope, AslKind kind);

#endif
