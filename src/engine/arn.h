/*
 * arn.h - Amazon resource names of our things, made from the settings asl.region and asl.account_id.
 */
#ifndef ASL_ARN_H
#define ASL_ARN_H

#include "postgres.h"

extern char *asl_arn_state_machine(const char *name);
/* Of a version; of an alias. */
extern char *asl_arn_version(const char *state_machine, int version);
extern char *asl_arn_alias(const char *state_machine, const char *alias);
extern char *asl_arn_execution(const char *state_machine, const char *name);
/* name_uuid: "NAME:UUID" */
extern char *asl_arn_express(const char *state_machine, const char *name_uuid);
extern char *asl_arn_activity(const char *name);
/* machine: "MACHINE/LABEL" */
extern char *asl_arn_map_run(const char *machine, const char *uuid);
extern char *asl_arn_role(const char *role);

/* A name, or the name in an ARN of that kind ("stateMachine", "activity"); raises InvalidArn for another ARN. */
extern char *asl_arn_name(const char *name_or_arn, const char *kind);
/* The same, but raises InvalidArn for what is no ARN, too. */
extern char *asl_arn_name_only(const char *arn, const char *kind);
/* Is it an ARN of that kind? */
extern bool asl_arn_is(const char *arn, const char *kind);
/* Cuts a machine's name at a colon; what comes behind it, a version's number or an alias's name, NULL: nothing. */
extern char *asl_arn_cut_qualifier(char *machine);
/* The number of a version that a qualifier is; 0: it is none. */
extern int	asl_arn_version_number(const char *qualifier);
/* The two names in an execution's ARN; raises InvalidArn where it is none. */
extern void asl_arn_execution_names(const char *arn, char **state_machine, char **name);

/* A random (version 4) or, where order helps an index, time-ordered (version 7) UUID's text. */
extern char *asl_uuid_v4(void);
extern char *asl_uuid_v7(void);
/* The UUID that stands for a text, always the same one. */
extern char *asl_uuid_of(const char *text);

#endif
