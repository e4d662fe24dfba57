/*
 * targets.h - what can be fuzzed.
 */
#ifndef FUZZ_TARGETS_H
#define FUZZ_TARGETS_H

typedef struct FuzzTarget
{
	const char *name;
	void		(*run) (const char *text, int length);	/* the text is UTF-8 and zero-terminated */
	bool		(*expects) (int sqlerrcode);	/* may this error be raised?  NULL: none */
} FuzzTarget;

extern const FuzzTarget fuzz_targets[]; /* the last one has no name */

#endif
