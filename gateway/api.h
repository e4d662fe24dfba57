/*
 * api.h - an operation of the API, from who calls to the answer.
 */
#ifndef GATEWAY_API_H
#define GATEWAY_API_H

#include "request.h"

/* NULL: requests are signed. */
extern void api_configure(const char *development_role);
extern bool api_is_open(void);

/* The work of every operation. */
extern void api_run(Request *request, PGconn **connection);

#endif
