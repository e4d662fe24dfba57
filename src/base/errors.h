/*
 * errors.h - the SQLSTATEs of pg_asl, class SL, in one list.
 *
 * Three kinds of error never mix.  ASL errors (a task failed, no choice matched) are data: a struct AslError of
 * name and cause.  Language errors are raised by the evaluators of paths, intrinsic functions and JSONata with the
 * SQLSTATEs SLE__ and are turned into ASL errors by engine/attempt.c.  API errors, SLA__, are what a caller of an
 * asl.* function sees.
 */
#ifndef ASL_ERRORS_H
#define ASL_ERRORS_H

#include "postgres.h"
#include "utils/elog.h"

/* X(macro suffix, SQLSTATE text, name of the refusal in the Step Functions API, or of the ASL error) */
#define ASL_ERROR_LIST(X) \
	X(STATE_MACHINE_DOES_NOT_EXIST, 'S','L','A','0','1', "StateMachineDoesNotExist") \
	X(STATE_MACHINE_ALREADY_EXISTS, 'S','L','A','0','2', "StateMachineAlreadyExists") \
	X(STATE_MACHINE_DELETING, 'S','L','A','0','3', "StateMachineDeleting") \
	X(STATE_MACHINE_TYPE_NOT_SUPPORTED, 'S','L','A','0','4', "StateMachineTypeNotSupported") \
	X(INVALID_DEFINITION, 'S','L','A','0','5', "InvalidDefinition") \
	X(INVALID_NAME, 'S','L','A','0','6', "InvalidName") \
	X(INVALID_ARN, 'S','L','A','0','7', "InvalidArn") \
	X(INVALID_OPTIONS, 'S','L','A','0','8', "InvalidOptions") \
	X(INVALID_LOGGING_CONFIGURATION, 'S','L','A','0','9', "InvalidLoggingConfiguration") \
	X(INVALID_ENCRYPTION_CONFIGURATION, 'S','L','A','0','A', "InvalidEncryptionConfiguration") \
	X(EXECUTION_DOES_NOT_EXIST, 'S','L','A','1','1', "ExecutionDoesNotExist") \
	X(EXECUTION_ALREADY_EXISTS, 'S','L','A','1','2', "ExecutionAlreadyExists") \
	X(INVALID_EXECUTION_INPUT, 'S','L','A','1','3', "InvalidExecutionInput") \
	X(EXECUTION_NOT_REDRIVABLE, 'S','L','A','1','4', "ExecutionNotRedrivable") \
	X(ACTIVITY_DOES_NOT_EXIST, 'S','L','A','2','1', "ActivityDoesNotExist") \
	X(ACTIVITY_ALREADY_EXISTS, 'S','L','A','2','2', "ActivityAlreadyExists") \
	X(INVALID_TOKEN, 'S','L','A','2','3', "InvalidToken") \
	X(TASK_DOES_NOT_EXIST, 'S','L','A','2','4', "TaskDoesNotExist") \
	X(TASK_TIMED_OUT, 'S','L','A','2','5', "TaskTimedOut") \
	X(INVALID_OUTPUT, 'S','L','A','2','6', "InvalidOutput") \
	X(VALIDATION_EXCEPTION, 'S','L','A','3','1', "ValidationException") \
	X(MISSING_REQUIRED_PARAMETER, 'S','L','A','3','2', "MissingRequiredParameter") \
	X(ACCESS_DENIED, 'S','L','A','3','3', "AccessDenied") \
	X(SERIALIZATION_EXCEPTION, 'S','L','A','3','4', "SerializationException") \
	X(UNKNOWN_OPERATION, 'S','L','A','3','5', "UnknownOperationException") \
	X(CONFLICT, 'S','L','A','3','6', "ConflictException") \
	X(RESOURCE_NOT_FOUND, 'S','L','A','3','7', "ResourceNotFound") \
	X(SERVICE_QUOTA_EXCEEDED, 'S','L','A','3','8', "ServiceQuotaExceededException") \
	X(TOO_MANY_TAGS, 'S','L','A','3','9', "TooManyTags") \
	X(TASK_FAILED, 'S','L','E','0','1', "asl.fail") \
	X(RUNTIME, 'S','L','E','0','2', "States.Runtime") \
	X(INTRINSIC_FAILURE, 'S','L','E','0','3', "States.IntrinsicFailure") \
	X(QUERY_EVALUATION_ERROR, 'S','L','E','0','4', "States.QueryEvaluationError") \
	X(RESULT_PATH_MATCH_FAILURE, 'S','L','E','0','5', "States.ResultPathMatchFailure") \
	X(DATA_LIMIT_EXCEEDED, 'S','L','E','0','6', "States.DataLimitExceeded") \
	X(INVALID_PATH, 'S','L','E','1','1', "invalid path") \
	X(INVALID_INTRINSIC, 'S','L','E','1','2', "invalid intrinsic function call") \
	X(INVALID_JSONATA, 'S','L','E','1','3', "JSONata error") \
	X(UNREPRESENTABLE_VALUE, 'S','L','E','1','4', "value that jsonb cannot hold")

enum AslErrcode
{
#define ASL_ERRCODE(suffix, a, b, c, d, e, name) ERRCODE_ASL_##suffix = MAKE_SQLSTATE(a, b, c, d, e),
	ASL_ERROR_LIST(ASL_ERRCODE)
#undef ASL_ERRCODE
};

/* An ASL error.  A missing cause (NULL) and an empty one are different things; so is a missing name. */
typedef struct AslError
{
	const char *name;			/* NULL: the failing worker gave none */
	const char *cause;			/* NULL: none */
} AslError;

#endif
