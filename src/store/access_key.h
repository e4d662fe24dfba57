/*
 * access_key.h - rows of access keys, and of what was answered lately to clients of the gateway.
 */
#ifndef ASL_STORE_ACCESS_KEY_H
#define ASL_STORE_ACCESS_KEY_H

#include "store/query.h"

typedef struct StoreAccessKey
{
	char	   *id;
	char	   *secret;
} StoreAccessKey;

/* What tells a request that a client may send again. */
typedef struct StoreRequest
{
	const char *caller;
	const char *operation;
	const char *invocation;
	const char *body;
} StoreRequest;

/* Makes a key; false where the role has two that are not disabled. */
extern bool store_access_key_create(Oid role, StoreAccessKey *key);
/* Whose key it is; InvalidOid: there is none. */
extern Oid	store_access_key_owner(const char *id);
extern void store_access_key_disable(const char *id, bool disabled);
extern void store_access_key_delete(const char *id);
/* The role and the secret of a key that may be used, and notes the day; false: there is none. */
extern bool store_access_key_use(const char *id, char **role, char **secret);

/* Whether the request is new; else what it was answered.  Waits for the transaction that does it just now. */
extern bool store_request_begin(const StoreRequest *request, Jsonb **answer);
extern void store_request_end(const StoreRequest *request, Jsonb *answer);

#endif
