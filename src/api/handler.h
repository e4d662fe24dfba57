/*
 * handler.h - what carries the operations of the Step Functions API out, and what they share.
 */
#ifndef ASL_HANDLER_H
#define ASL_HANDLER_H

#include "api/operation.h"
#include "datatype/timestamp.h"
#include "store/tag.h"

extern AslValue asl_api_create_activity(AslValue request);
extern AslValue asl_api_create_state_machine(AslValue request);
extern AslValue asl_api_create_state_machine_alias(AslValue request);
extern AslValue asl_api_delete_activity(AslValue request);
extern AslValue asl_api_delete_state_machine(AslValue request);
extern AslValue asl_api_delete_state_machine_alias(AslValue request);
extern AslValue asl_api_delete_state_machine_version(AslValue request);
extern AslValue asl_api_describe_activity(AslValue request);
extern AslValue asl_api_describe_execution(AslValue request);
extern AslValue asl_api_describe_state_machine(AslValue request);
extern AslValue asl_api_describe_state_machine_alias(AslValue request);
extern AslValue asl_api_describe_state_machine_for_execution(AslValue request);
extern AslValue asl_api_get_activity_task(AslValue request);
extern AslValue asl_api_get_execution_history(AslValue request);
extern AslValue asl_api_list_activities(AslValue request);
extern AslValue asl_api_list_executions(AslValue request);
extern AslValue asl_api_list_state_machine_aliases(AslValue request);
extern AslValue asl_api_list_state_machine_versions(AslValue request);
extern AslValue asl_api_list_state_machines(AslValue request);
extern AslValue asl_api_list_tags_for_resource(AslValue request);
extern AslValue asl_api_publish_state_machine_version(AslValue request);
extern AslValue asl_api_send_task_failure(AslValue request);
extern AslValue asl_api_send_task_heartbeat(AslValue request);
extern AslValue asl_api_send_task_success(AslValue request);
extern AslValue asl_api_start_execution(AslValue request);
extern AslValue asl_api_start_sync_execution(AslValue request);
extern AslValue asl_api_stop_execution(AslValue request);
extern AslValue asl_api_tag_resource(AslValue request);
extern AslValue asl_api_untag_resource(AslValue request);
extern AslValue asl_api_update_state_machine(AslValue request);
extern AslValue asl_api_update_state_machine_alias(AslValue request);
extern AslValue asl_api_validate_state_machine_definition(AslValue request);

/* Carries an operation out after checking its request. */
extern AslValue asl_operation_run(const char *name, AslValue request);

/* A text of a request; NULL: it is not there. */
extern char *asl_request_text(AslValue request, const char *member);
/* An integer of a request, without a fraction; 0: it is not there. */
extern int64 asl_request_integer(AslValue request, const char *member);
/* A boolean of a request, or what it is where it is not there. */
extern bool asl_request_bool(AslValue request, const char *member, bool absent);
/* Parses a JSON text of a request; false: the fault is why it is none, in AWS's words. */
extern bool asl_request_parse(const char *text, AslValue *value, const char **fault);
/* The JSON that a text of a request holds; absent: the text where there is none.  Raises an error with this SQLSTATE, whose
 * message is the reason after the prefix, which opens a quote, where it is no JSON. */
extern Jsonb *asl_request_json(AslValue request, const char *member, const char *absent, int sqlstate, const char *prefix);
/* What the ARN in a request names, if it is of that kind; raises InvalidArn. */
extern char *asl_request_arn(AslValue request, const char *member, const char *kind);

/* The tags that a request gives; palloc'd.  Raises where a key or value has characters that AWS has not in them. */
extern int	asl_request_tags(AslValue request, StoreTag **tags);
/* Adds them to what they are for; raises TooManyTags. */
extern void asl_tags_put(const StoreObject *object, const char *arn, int count, const StoreTag *tags);

/* Members of an answer; NULL and 0: there is none. */
extern void asl_answer_set(AslValue *answer, const char *member, AslValue value);
extern void asl_answer_text(AslValue *answer, const char *member, const char *text);
extern void asl_answer_time(AslValue *answer, const char *member, TimestampTz time);
/* Adds a payload as JSON text, and that it is included ({"included": true}) under details; NULL: there is none.  With metadata
 * only, it is said not to be included. */
extern void asl_answer_payload(AslValue *answer, const char *member, const char *details, Jsonb *payload, bool metadata_only);

#endif
