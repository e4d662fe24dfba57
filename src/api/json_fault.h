/*
 * json_fault.h - what is wrong with a JSON text, in the words of the parser that AWS's answers come from.
 */
#ifndef ASL_JSON_FAULT_H
#define ASL_JSON_FAULT_H

/* A text that is no JSON; palloc'd.  NULL: nothing that this knows of. */
extern char *asl_json_fault(const char *text);

#endif
