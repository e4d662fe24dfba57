/*
 * key.h - access keys: which role a key is of, and its secret.
 */
#ifndef GATEWAY_KEY_H
#define GATEWAY_KEY_H

#include <libpq-fe.h>
#include <stdbool.h>

typedef struct Key
{
	char		id[129];		/* "": an empty place */
	char		role[64];		/* "": there is no such key, or it may not be used */
	char		secret[129];
	long		known_until;	/* milliseconds of the monotonic clock */
} Key;

/* Looks a key up, in the database where it has not lately; false: the database did not answer. */
extern bool key_find(PGconn *connection, const char *id, Key *key);

#endif
