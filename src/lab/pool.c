/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the pool. What the file writes is sorted into disjoint ranges once; a
 * candidate that meets one jumps behind it, so that taking thousands of subnets
 * costs a binary search each. A pool prefix too short of room gives nothing and
 * the next one of its family is tried.
 */
#include "lab/pool.h"

static int by_first(const void *x, const void *y)
{
	return isle_ip_cmp(&((const struct isle_block *)x)->first, &((const struct isle_block *)y)->first);
}

int isle_pool_add(struct isle_pool *p, const struct isle_ip *prefix)
{
	struct isle_block r = { isle_ip_network(prefix), isle_ip_broadcast(prefix) };

	if (!prefix->family)
		return 0;
	if (p->n_written == p->cap_written) {
		size_t cap = p->cap_written ? 2 * p->cap_written : 64;
		void *bigger = realloc(p->written, cap * sizeof(*p->written));

		if (!bigger)
			return -ENOMEM;
		p->written = bigger;
		p->cap_written = cap;
	}
	/* compared as addresses only */
	r.first.len = r.last.len = 0;
	p->written[p->n_written++] = r;
	return 0;
}

static void merge(struct isle_pool *p)
{
	size_t n = 0;

	if (p->n_written)
		qsort(p->written, p->n_written, sizeof(*p->written), by_first);
	for (size_t i = 0; i < p->n_written; i++) {
		struct isle_block *last = n ? &p->written[n - 1] : NULL;

		if (!last || last->last.family != p->written[i].first.family ||
		    isle_ip_cmp(&p->written[i].first, &last->last) > 0)
			p->written[n++] = p->written[i];
		else if (isle_ip_cmp(&p->written[i].last, &last->last) > 0)
			last->last = p->written[i].last;
	}
	p->n_written = n;
}

/* The range that NET meets, or NULL. */
static const struct isle_block *meets(const struct isle_pool *p, const struct isle_ip *net)
{
	struct isle_ip first = isle_ip_network(net), last = isle_ip_broadcast(net);
	size_t lo = 0, hi = p->n_written;

	first.len = last.len = 0;
	/* the first range that ends at or behind our beginning */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (isle_ip_cmp(&p->written[mid].last, &first) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == p->n_written || isle_ip_cmp(&p->written[lo].first, &last) > 0)
		return NULL;
	return &p->written[lo];
}

static struct isle_ip half(const struct isle_ip *prefix, bool upper)
{
	struct isle_ip h = isle_ip_network(prefix);

	if (h.len == isle_ip_bits(&h))
		return h;
	if (upper)
		h.b[h.len / 8] |= (uint8_t)(0x80u >> (h.len % 8));
	h.len++;
	return h;
}

static int add_prefix(struct isle_pool *p, struct isle_arena *a, const struct isle_ip *prefix, size_t n_max)
{
	for (int upper = 0; upper < 2; upper++) {
		struct isle_pool_run *run = &p->run[isle_family_index(prefix)][upper];

		if (!run->halves)
			run->halves = isle_arena_alloc(a, n_max * sizeof(*run->halves));
		if (!run->halves)
			return -ENOMEM;
		run->halves[run->n++] = half(prefix, upper);
	}
	return 0;
}

int isle_pool_init(struct isle_pool *p, struct isle_build *b)
{
	const struct isle_ip usual = { .family = AF_INET, .len = 16, .b = { 198, 18 } };

	if (isle_pool_collect(p, b) < 0)
		return -ENOMEM;
	merge(p);
	if (!b->doc->n_pool)
		return add_prefix(p, b->arena, &usual, 1);
	for (size_t i = 0; i < b->doc->n_pool; i++)
		if (isle_lab_check_prefix(b, &b->doc->pool[i]) && add_prefix(p, b->arena, &b->doc->pool[i].ip, b->doc->n_pool) < 0)
			return -ENOMEM;
	return 0;
}

void isle_pool_done(struct isle_pool *p)
{
	free(p->written);
}

bool isle_pool_has(const struct isle_pool *p, uint8_t family)
{
	return p->run[family == AF_INET6][0].n > 0;
}

/* The next prefix of LEN behind the address END; false: there is none. */
static bool behind(const struct isle_ip *end, uint8_t len, struct isle_ip *ret)
{
	struct isle_ip net = *end;

	net.len = len;
	net = isle_ip_broadcast(&net);
	if (!isle_ip_add(&net, 1))
		return false;
	*ret = net;
	return true;
}

static bool take_from(const struct isle_pool *p, struct isle_pool_run *run, uint8_t len, struct isle_ip *ret)
{
	const struct isle_ip *half_of = &run->halves[run->at];
	const struct isle_block *taken;

	if (half_of->len > len)
		return false;
	if (!run->next.family) {
		run->next = *half_of;
		run->next.len = len;
	}
	while (isle_ip_contains(half_of, &run->next)) {
		taken = meets(p, &run->next);
		if (!taken) {
			*ret = run->next;
			if (!behind(ret, len, &run->next))
				run->next = (struct isle_ip){ .family = half_of->family == AF_INET ? AF_INET6 : AF_INET };
			return true;
		}
		if (!behind(&taken->last, len, &run->next))
			return false;
	}
	return false;
}

bool isle_pool_take(struct isle_pool *p, uint8_t family, bool for_link, struct isle_ip *ret)
{
	struct isle_pool_run *run = &p->run[family == AF_INET6][for_link];
	uint8_t len = family == AF_INET6 ? 64 : for_link ? 30 : 24;

	for (; run->at < run->n; run->at++, run->next.family = 0)
		if (take_from(p, run, len, ret))
			return true;
	return false;
}
