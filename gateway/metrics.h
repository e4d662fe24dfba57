/*
 * metrics.h - what the gateway counts of its requests, for Prometheus.
 */
#ifndef GATEWAY_METRICS_H
#define GATEWAY_METRICS_H

#include "request.h"

extern void metrics_count(const Request *request, int64_t milliseconds);

/* In Prometheus's text format, malloc'd. */
extern char *metrics_text(void);

#endif
