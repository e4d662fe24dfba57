/*
 * execution.h - executions, as the typed functions and asl.api handle them.
 */
#ifndef ASL_API_EXECUTION_H
#define ASL_API_EXECUTION_H

#include "base/errors.h"
#include "engine/access.h"
#include "engine/run.h"
#include "store/execution.h"

/* The STANDARD execution with this ARN, with which the current user may do that; raises API errors. */
extern void asl_execution_find(const char *arn, AslPrivilege privilege, StoreExecution *row);
/* Its ARN. */
extern char *asl_execution_arn(const StoreExecution *row);
/* Aborts an execution if it runs; its row then tells when it stopped. */
extern void asl_execution_stop(StoreExecution *row, AslError error);
/* Runs an EXPRESS machine, by name or ARN, to its end; name NULL: one is made. */
extern AslRun *asl_execution_sync(const StoreMachine *machine, const char *name, Jsonb *input);
/* The status of a run that has ended. */
extern const char *asl_execution_status(const AslRun *run);
/* Raises that an operation is not for machines of this type. */
extern void asl_refuse_machine_type(const StoreMachine *machine);

#endif
