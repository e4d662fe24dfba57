/*
 * tag.h - rows of tags on state machines and activities.
 */
#ifndef ASL_STORE_TAG_H
#define ASL_STORE_TAG_H

#include "store/grant.h"

typedef struct StoreTag
{
	const char *key;
	const char *value;
} StoreTag;

/* Adds a tag, or gives the one with that key another value. */
extern void store_tag_put(const StoreObject *object, StoreTag tag);
extern void store_tag_delete(const StoreObject *object, const char *key);
/* By key; palloc'd. */
extern int	store_tags(const StoreObject *object, StoreTag **tags);
/* The object is gone. */
extern void store_tags_forget(const StoreObject *object);

#endif
