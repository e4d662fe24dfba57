/*
 * http.h - the HTTP side: listens, reads requests, sends answers.
 */
#ifndef GATEWAY_HTTP_H
#define GATEWAY_HTTP_H

#include "settings.h"

/* Listens; the port, or -1 where that fails. */
extern int	http_start(const Settings *settings);
/* Takes no more connections. */
extern void http_quiesce(void);
/* Ends; every request must have been answered. */
extern void http_stop(void);

#endif
