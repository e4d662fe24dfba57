/*
 * admission.h - whether a worker may be started, asked of the catalogs that all databases share.
 */
#ifndef ASL_WORKER_ADMISSION_H
#define ASL_WORKER_ADMISSION_H

#include "postgres.h"

/*
 * NULL: a worker of that role can be expected to connect to that database.  Else why not, as the detail of a message.
 * *gone: it is the database that does not exist (any more).  Needs a transaction.
 */
extern const char *asl_admission_refusal(Oid database, Oid role, bool *gone);

#endif
