/*
 * sigv4.c - libFuzzer's input as a signed request: a line for the target, lines for the headers, then the body.
 *
 *   clang -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -Igateway test/fuzz/sigv4.c gateway/sigv4.c -lcrypto
 */
#include "sigv4.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Cuts a line off; NULL where there is none. */
static char *
next_line(char **rest)
{
	char	   *line = *rest;
	char	   *end = strchr(line, '\n');

	if (end == NULL)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return line;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *copy = malloc(size + 1);
	char	   *rest = copy;
	char	   *line;
	SigHeader	headers[16];
	SigRequest	request = {"POST", "/", headers, 0, "", 0, 1795759023};
	SigClaim	claim;
	SigFault	fault;

	memcpy(copy, data, size);
	copy[size] = '\0';
	if ((line = next_line(&rest)) != NULL)
		request.target = line;
	while (request.header_count < 16 && (line = next_line(&rest)) != NULL && *line != '\0')
	{
		char	   *colon = strchr(line, ':');

		if (colon == NULL)
			continue;
		*colon = '\0';
		headers[request.header_count++] = (SigHeader) {line, colon + 1};
	}
	request.body = rest;
	request.body_length = strlen(rest);
	if (sigv4_read(&request, &claim, &fault))
		sigv4_verify(&request, &claim, "secret", &fault);
	sigv4_free(&claim);
	free(copy);
	return 0;
}
