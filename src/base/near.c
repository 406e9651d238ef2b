/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: "did you mean". The distance counts letters put in, left out, replaced,
 * and neighbours swapped: the four ways a hand slips. Names of the lab file
 * are at most 63 bytes; longer words are compared for equality only, so that
 * three rows on the stack are enough.
 */
#include "base/base.h"

#include <strings.h>

enum { WORD_MAX = 64 };

static unsigned min2(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned isle_near_distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_MAX + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2], *t;
	size_t la = strlen(a), lb = strlen(b);

	if (la > WORD_MAX || lb > WORD_MAX)
		return strcmp(a, b) ? (unsigned)(la > lb ? la : lb) : 0;
	for (size_t j = 0; j <= lb; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			unsigned d = above[j - 1] + (a[i - 1] != b[j - 1]);

			d = min2(d, min2(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d = min2(d, before[j - 2] + 1);
			row[j] = d;
		}
		t = before;
		before = above;
		above = row;
		row = t;
	}
	return above[lb];
}

const char *isle_near_best(const char *word, const char *const *candidates, size_t n)
{
	unsigned best = strlen(word) <= 3 ? 2 : 3;	/* one more than is near */
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *c = candidates[i];
		unsigned d;

		if (!c && n == SIZE_MAX)
			break;
		if (!c)
			continue;
		d = strcasecmp(word, c) ? isle_near_distance(word, c) : 1;
		if (d < best) {
			best = d;
			found = c;
		}
	}
	return found;
}
