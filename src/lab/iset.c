/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: (number, address) -> pointer: which address is taken on which wire, which
 * destination has a route in which host, and other pairs of small things dressed
 * as such. Open addressing, never more than two thirds full, nothing taken out.
 */
#include "lab/build.h"

struct isle_iset_slot {
	uint32_t id;
	struct isle_ip ip;
	void *value;		/* NULL: free */
};

static bool is_same(const struct isle_iset_slot *s, uint32_t id, const struct isle_ip *ip)
{
	return s->id == id && s->ip.family == ip->family && s->ip.len == ip->len &&
	       memcmp(s->ip.b, ip->b, sizeof(ip->b)) == 0;
}

static struct isle_iset_slot *find(const struct isle_iset *t, uint32_t id, const struct isle_ip *ip)
{
	uint64_t h = isle_fnv1a_n(ip->b, sizeof(ip->b));
	size_t i;

	h ^= ((uint64_t)id << 16 | (uint64_t)ip->len << 8 | ip->family) * 0x9e3779b97f4a7c15u;
	h ^= h >> 29;
	for (i = (size_t)h & (t->cap - 1); t->slots[i].value; i = (i + 1) & (t->cap - 1))
		if (is_same(&t->slots[i], id, ip))
			break;
	return &t->slots[i];
}

void *isle_iset_get(const struct isle_iset *t, uint32_t id, const struct isle_ip *ip)
{
	return t->cap ? find(t, id, ip)->value : NULL;
}

static int grow(struct isle_iset *t)
{
	struct isle_iset bigger = { .n = t->n, .cap = t->cap ? t->cap * 2 : 16 };

	bigger.slots = calloc(bigger.cap, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < t->cap; i++)
		if (t->slots[i].value)
			*find(&bigger, t->slots[i].id, &t->slots[i].ip) = t->slots[i];
	free(t->slots);
	*t = bigger;
	return 0;
}

int isle_iset_put(struct isle_iset *t, uint32_t id, const struct isle_ip *ip, void *value)
{
	struct isle_iset_slot *s;

	if (t->n + 1 > t->cap / 3 * 2 && grow(t) < 0)
		return -ENOMEM;
	s = find(t, id, ip);
	t->n += !s->value;
	*s = (struct isle_iset_slot){ .id = id, .ip = *ip, .value = value };
	return 0;
}

void isle_iset_done(struct isle_iset *t)
{
	free(t->slots);
	*t = (struct isle_iset){ 0 };
}
