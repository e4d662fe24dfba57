/*
 * token_key.h - the secret of this database that signs the tokens of lists.
 */
#ifndef ASL_STORE_TOKEN_KEY_H
#define ASL_STORE_TOKEN_KEY_H

#include "store/query.h"

/* palloc'd. */
extern bytea *store_token_key(void);

#endif
