/*
 * page.h - the pages of asl.api's lists.
 *
 * A page's token holds the last row's key, so that new rows do not shift the pages to come, and when it expires; it is
 * signed together with the operation, the current user and the request's other members, so that nobody can make one or
 * use it for something else.  It gives no right: whoever shows it is asked again what he may see.
 */
#ifndef ASL_PAGE_H
#define ASL_PAGE_H

#include "value/value.h"

typedef struct AslPage
{
	const char *operation;
	const char *filters;		/* the request but for what may differ from page to page */
	int			limit;			/* rows */
	const char *after;			/* the key of the last row of the page before; NULL: this is the first one */
} AslPage;

/* Raises InvalidToken for a token that is no token of this request's. */
extern AslPage asl_page(const char *operation, AslValue request);
/* The same as a number; 0: this is the first page. */
extern int64 asl_page_after(const AslPage *page);
/* Another page follows the row with this key. */
extern void asl_page_continue(const AslPage *page, AslValue *answer, const char *key);

#endif
