/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a small line difference of two texts, for an error message: what both
 * begin and end with is left out, of the rest the longest common subsequence is
 * found, unless it is so large that nobody would read the answer.
 */
#include "engine/difference.h"

#define SHOWN 12		/* lines */
#define TABLE (512u * 512u)	/* cells */

struct lines {
	const char **s;		/* starts */
	size_t *len;
	size_t from, to;	/* the part that differs */
};

struct out {
	struct isle_buf *buf;
	size_t n;
};

static bool split(const char *text, struct lines *l)
{
	size_t n = 1, i = 0;

	for (const char *p = text; (p = strchr(p, '\n')); p++)
		n++;
	l->s = calloc(n, sizeof(*l->s));
	l->len = calloc(n, sizeof(*l->len));
	if (!l->s || !l->len)
		return false;
	for (const char *p = text; *p; i++) {
		l->s[i] = p;
		l->len[i] = strcspn(p, "\n");
		p += l->len[i] + (p[l->len[i]] == '\n');
	}
	l->to = i;
	return true;
}

static bool is_same(const struct lines *a, size_t i, const struct lines *b, size_t k)
{
	return a->len[i] == b->len[k] && !memcmp(a->s[i], b->s[k], a->len[i]);
}

static void put(struct out *o, char sign, const struct lines *l, size_t i)
{
	if (o->n++ < SHOWN)
		isle_buf_printf(o->buf, "  %c %.*s\n", sign, (int)l->len[i], l->s[i]);
}

/* cell(i, k): length of the longest common subsequence of A from i and B from k. */
static void walk(const struct lines *a, const struct lines *b, uint16_t *cells, struct out *o)
{
	const size_t n = a->to - a->from, m = b->to - b->from;
	size_t i = 0, k = 0;

#define CELL(x, y) cells[(x) * (m + 1) + (y)]
	for (size_t x = n; x-- > 0;)
		for (size_t y = m; y-- > 0;)
			CELL(x, y) = is_same(a, a->from + x, b, b->from + y)	? CELL(x + 1, y + 1) + 1
				     : CELL(x + 1, y) > CELL(x, y + 1)		? CELL(x + 1, y)
										: CELL(x, y + 1);
	while (i < n || k < m) {
		if (i < n && k < m && is_same(a, a->from + i, b, b->from + k))
			i++, k++;
		else if (k == m || (i < n && CELL(i + 1, k) >= CELL(i, k + 1)))
			put(o, '-', a, a->from + i++);
		else
			put(o, '+', b, b->from + k++);
	}
#undef CELL
}

static void compare(const struct lines *a, const struct lines *b, struct out *o)
{
	const size_t n = a->to - a->from, m = b->to - b->from;
	isle_auto(free) uint16_t *cells = NULL;

	if (n < 65535 && m < 65535 && (n + 1) * (m + 1) <= TABLE)
		cells = calloc((n + 1) * (m + 1), sizeof(*cells));
	if (cells) {
		walk(a, b, cells, o);
		return;
	}
	for (size_t i = a->from; i < a->to; i++)
		put(o, '-', a, i);
	for (size_t i = b->from; i < b->to; i++)
		put(o, '+', b, i);
}

void isle_difference(const char *a, const char *b, struct isle_buf *out)
{
	struct lines la = { 0 }, lb = { 0 };
	struct out o = { .buf = out };

	if (split(a, &la) && split(b, &lb)) {
		while (la.from < la.to && lb.from < lb.to && is_same(&la, la.from, &lb, lb.from))
			la.from++, lb.from++;
		while (la.from < la.to && lb.from < lb.to && is_same(&la, la.to - 1, &lb, lb.to - 1))
			la.to--, lb.to--;
		compare(&la, &lb, &o);
	}
	if (o.n > SHOWN)
		isle_buf_printf(out, "  … and %zu more lines\n", o.n - SHOWN);
	free(la.s);
	free(la.len);
	free(lb.s);
	free(lb.len);
}
