/*
 * key.c - keeps the keys that were looked up for some seconds, unknown ones too.
 *
 * A key that is disabled or deleted ends with that time.
 */
#include "key.h"

#include "database.h"
#include "request.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define PLACES 1024
#define REMEMBERED 5000			/* milliseconds */

static Key	places[PLACES];
static pthread_mutex_t places_lock = PTHREAD_MUTEX_INITIALIZER;

/* The one place where a key can be. */
static Key *
place_of(const char *id)
{
	uint32_t	hash = 2166136261u;

	for (; *id != '\0'; id++)
		hash = (hash ^ (unsigned char) *id) * 16777619u;
	return &places[hash % PLACES];
}

static bool
look_up(PGconn *connection, const char *id, Key *key)
{
	PGresult   *result = database_run(connection, "SELECT role, secret FROM asl.authenticate($1)", 1, &id);
	bool		fine = database_ok(result);

	memset(key, 0, sizeof(*key));
	snprintf(key->id, sizeof(key->id), "%s", id);
	if (fine && !PQgetisnull(result, 0, 0))
	{
		snprintf(key->role, sizeof(key->role), "%s", PQgetvalue(result, 0, 0));
		snprintf(key->secret, sizeof(key->secret), "%s", PQgetvalue(result, 0, 1));
	}
	if (!fine)
		fprintf(stderr, "pg_asl_gateway: keys cannot be looked up: %s", PQresultErrorMessage(result));
	key->known_until = now_ms() + REMEMBERED;
	PQclear(result);
	return fine;
}

bool
key_find(PGconn *connection, const char *id, Key *key)
{
	Key		   *place = place_of(id);

	if (strlen(id) >= sizeof(key->id))
		id = "";				/* no key's */
	pthread_mutex_lock(&places_lock);
	*key = *place;
	pthread_mutex_unlock(&places_lock);
	if (strcmp(key->id, id) == 0 && now_ms() < key->known_until)
		return true;
	if (!look_up(connection, id, key))
		return false;
	pthread_mutex_lock(&places_lock);
	*place = *key;
	pthread_mutex_unlock(&places_lock);
	return true;
}
