/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: line difference of two long forms. Common lines at both ends are cut
 * off first; what is between is small when a person edited a file, and gets
 * the classic longest common subsequence. Where the middle is so large that the
 * table would be too, it is shown as all removed and all added: right, if not
 * the shortest.
 */
#include "base/base.h"

enum { TABLE_MAX = 16 << 20 };		/* entries */

struct lines {
	const char **at;
	size_t *len;
	size_t n;
};

static void lines_done(struct lines *l)
{
	free(l->at);
	free(l->len);
}

static int lines_init(struct lines *l, const char *s)
{
	size_t n = 0;

	for (const char *p = s; *p; p++)
		n += *p == '\n' || !p[1];
	l->at = calloc(n + 1, sizeof(*l->at));
	l->len = calloc(n + 1, sizeof(*l->len));
	if (!l->at || !l->len)
		return -ENOMEM;
	for (; *s; s += l->len[l->n] + (s[l->len[l->n]] == '\n'), l->n++) {
		l->at[l->n] = s;
		l->len[l->n] = strcspn(s, "\n");
	}
	return 0;
}

static bool equal(const struct lines *a, size_t i, const struct lines *b, size_t j)
{
	return a->len[i] == b->len[j] && !memcmp(a->at[i], b->at[j], a->len[i]);
}

static size_t indent(const struct lines *l, size_t i)
{
	return strspn(l->at[i], " ");
}

struct diff {
	struct lines a, b;
	size_t head, tail;		/* common lines at the start and at the end */
	uint16_t *table;		/* of the middle: length of the best match of the rests; NULL: too large */
	bool *printed[2];		/* of A, of B */
	size_t *twin;			/* of a line of B that is common: which one of A it is */
	struct isle_buf *out;
	size_t max, n_put, n_left;	/* lines: allowed (0: any number), shown, not shown */
};

/* Common lines are printed once, whichever side asks; those of B are known by their twins. */
static bool *printed(struct diff *d, size_t i, bool added)
{
	return added && d->twin[i] != SIZE_MAX ? &d->printed[0][d->twin[i]] : &d->printed[added][i];
}

/* The keys that line I stands under and that were not printed yet. */
static void parents(struct diff *d, const struct lines *l, size_t i, bool added)
{
	size_t chain[16], n = 0, level = indent(l, i);

	for (size_t k = i; k-- > 0 && level && n < ISLE_COUNT(chain);)
		if (l->len[k] && indent(l, k) < level) {
			level = indent(l, k);
			chain[n++] = k;
		}
	while (n--) {
		bool *done = printed(d, chain[n], added);

		if (!*done)
			isle_buf_printf(d->out, "  %.*s\n", (int)l->len[chain[n]], l->at[chain[n]]);
		*done = true;
	}
}

static void put(struct diff *d, const struct lines *l, size_t i, bool added)
{
	if (d->max && d->n_put == d->max) {
		d->n_left++;
		return;
	}
	d->n_put++;
	parents(d, l, i, added);
	d->printed[added][i] = true;
	isle_buf_printf(d->out, "%c %.*s\n", added ? '+' : '-', (int)l->len[i], l->at[i]);
}

static void fill(struct diff *d, size_t n, size_t m)
{
	for (size_t i = n; i-- > 0;)
		for (size_t j = m; j-- > 0;) {
			uint16_t down = d->table[(i + 1) * (m + 1) + j], right = d->table[i * (m + 1) + j + 1];

			d->table[i * (m + 1) + j] = equal(&d->a, d->head + i, &d->b, d->head + j)
				? (uint16_t)(d->table[(i + 1) * (m + 1) + j + 1] + 1) : down >= right ? down : right;
		}
}

static void walk(struct diff *d, size_t n, size_t m)
{
	size_t i = 0, j = 0;

	while (i < n || j < m) {
		if (d->table && i < n && j < m && equal(&d->a, d->head + i, &d->b, d->head + j)) {
			d->twin[d->head + j++] = d->head + i++;
		} else if (i < n && (j == m || !d->table ||
				     d->table[(i + 1) * (m + 1) + j] >= d->table[i * (m + 1) + j + 1])) {
			put(d, &d->a, d->head + i++, false);
		} else {
			put(d, &d->b, d->head + j++, true);
		}
	}
}

static int middle(struct diff *d)
{
	size_t min = d->a.n < d->b.n ? d->a.n : d->b.n, n, m;

	while (d->head < min && equal(&d->a, d->head, &d->b, d->head))
		d->head++;
	while (d->tail < min - d->head && equal(&d->a, d->a.n - 1 - d->tail, &d->b, d->b.n - 1 - d->tail))
		d->tail++;
	n = d->a.n - d->head - d->tail;
	m = d->b.n - d->head - d->tail;
	d->printed[0] = calloc(d->a.n + 1, sizeof(bool));
	d->printed[1] = calloc(d->b.n + 1, sizeof(bool));
	d->twin = calloc(d->b.n + 1, sizeof(*d->twin));
	if (!d->printed[0] || !d->printed[1] || !d->twin)
		return -ENOMEM;
	for (size_t i = 0; i < d->b.n; i++)
		d->twin[i] = i < d->head ? i : SIZE_MAX;
	if (n < UINT16_MAX && m < UINT16_MAX && (n + 1) * (m + 1) <= TABLE_MAX) {
		d->table = calloc((n + 1) * (m + 1), sizeof(*d->table));
		if (!d->table)
			return -ENOMEM;
		fill(d, n, m);
	}
	walk(d, n, m);
	if (d->n_left)
		isle_buf_printf(d->out, "  … and %zu more\n", d->n_left);
	return d->out->bad ? -ENOMEM : 0;
}

int isle_diff(const char *a, const char *b, size_t max, struct isle_buf *out)
{
	struct diff d = { .out = out, .max = max };
	int r = lines_init(&d.a, a ? a : "");

	if (r >= 0)
		r = lines_init(&d.b, b ? b : "");
	if (r >= 0)
		r = middle(&d);
	lines_done(&d.a);
	lines_done(&d.b);
	free(d.table);
	free(d.printed[0]);
	free(d.printed[1]);
	free(d.twin);
	return r;
}
