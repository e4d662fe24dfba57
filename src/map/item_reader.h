/*
 * item_reader.h - the items of a distributed Map whose ItemReader fetches them.
 */
#ifndef ASL_ITEM_READER_H
#define ASL_ITEM_READER_H

#include "engine/attempt.h"

/*
 * Calls what the reader's Resource resolves to with the reader's Parameters (or Arguments), as SQL of the execution's
 * owner, and takes the items from its result: an array as it is; text, or an object's member Body, by InputType; of a
 * listing the member Contents.  False and *fault (States.ItemReaderFailed) where there are none.
 */
extern bool asl_items_read(AslBranch *b, AslValue effective, AslValue *items, AslFault *fault);

/* What a distributed Map maps over: an array's elements, an object's members as {"Key": …, "Value": …}; false for
 * any other value. */
extern bool asl_items_of(AslValue v, AslValue *items);

#endif
