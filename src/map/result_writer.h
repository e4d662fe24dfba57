/*
 * result_writer.h - the results of a Map Run whose ResultWriter exports them.
 */
#ifndef ASL_RESULT_WRITER_H
#define ASL_RESULT_WRITER_H

#include "engine/attempt.h"

/* Has the Map a ResultWriter with a Resource? */
extern bool asl_results_exported(const AslState *map);

/*
 * Writes what the children of the Map Run have left, as SQL of the execution's owner: each file is a call of what the
 * writer's Resource resolves to, with its Parameters (or Arguments) and the file as Key and Body.  kept: the children
 * that have ended, described, in the order of their items.  result is the state's: where the manifest is.  False and
 * *fault (States.ResultWriterFailed) where a call failed.
 */
extern bool asl_results_write(AslBranch *map, AslValue kept, AslValue *result, AslFault *fault);

#endif
