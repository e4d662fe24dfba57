/*
 * utility.h - the preloaded library's part in statements that are not queries: the one ProcessUtility hook.
 */
#ifndef ASL_WORKER_UTILITY_H
#define ASL_WORKER_UTILITY_H

extern void asl_utility_install(void);

#endif
