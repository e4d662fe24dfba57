/*
 * worker.h - the processes' entry points, and what the library does when it is loaded.
 */
#ifndef ASL_WORKER_H
#define ASL_WORKER_H

#include "postgres.h"

/* Shared memory, hooks and the launcher; does nothing where the library is not being preloaded. */
extern void asl_worker_init(void);

extern PGDLLEXPORT void asl_launcher_main(Datum argument);
extern PGDLLEXPORT void asl_worker_main(Datum argument);

#endif
