/*
 * session.h - what a task leaves behind in its session ends with its transaction.
 */
#ifndef ASL_WORKER_SESSION_H
#define ASL_WORKER_SESSION_H

/* Once, in a session that no task has touched yet. */
extern void asl_session_begin(void);
/* Between the steps of two executions in one transaction: what no rollback of a task would undo is gone. */
extern void asl_session_separate(void);
/* After each transaction of a worker, outside of any: the session is again as it was when it began. */
extern void asl_session_tidy(void);

#endif
