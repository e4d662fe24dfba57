/*
 * node.h - ids of executions that another node gave out (asl.node; their form: store/execution.h).
 *
 * What is here is found by its id, whoever gave it out: a node only needs the number where it has to say why it does not
 * know something.
 */
#ifndef ASL_NODE_H
#define ASL_NODE_H

#include "postgres.h"

/* Is it an id of another node's? */
extern bool asl_node_is_other(int64 execution);
/* In an ereport about an execution that is not here: detail and hint, where its id is another node's. */
extern int	asl_errdetail_node(int64 execution);

#endif
