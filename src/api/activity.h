/*
 * activity.h - activities and the answers to tasks, as the typed functions and asl.api handle them.
 */
#ifndef ASL_API_ACTIVITY_H
#define ASL_API_ACTIVITY_H

#include "store/task.h"

/* Where tasks of an activity are told of, unless its maker says otherwise. */
#define ASL_ACTIVITY_CHANNEL "asl_activity"

/* Makes an activity of the current user's; false: it is there already, as asked for. */
extern bool asl_activity_create(const char *name, const char *channel);
/* Raises that there is another one of this name. */
extern void asl_refuse_activity_exists(const char *name, const char *difference);
/* Deletes an activity if it is there; tasks that wait for it fail. */
extern void asl_activity_delete(const char *name);
/* Where a task token leads; raises InvalidToken. */
extern void asl_task_of_token(const char *token, StoreTask *task);

#endif
