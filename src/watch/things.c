/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is in a namespace, as a set that each thing is in once. What makes
 * it the same thing is what the kernel goes by: a link's number, an address on
 * its link, a route's destination, table, metric and hops; the rest is its state.
 */
#include "watch/watch.h"

static size_t slot_of(const struct isle_things *s, const struct isle_thing *t)
{
	struct {
		struct isle_ip ip;
		uint8_t what, pad;
		uint32_t number, table, metric;
	} key;

	memset(&key, 0, sizeof(key));
	key.ip = t->ip;
	key.what = (uint8_t)t->what;
	key.number = (uint32_t)(t->n_hops ? t->hops[0].ifindex : t->ifindex);
	key.table = t->table;
	key.metric = t->metric;
	return (size_t)isle_fnv1a_n(&key, sizeof(key)) & (s->cap - 1);
}

static bool same_hops(const struct isle_thing *a, const struct isle_thing *b)
{
	if (a->n_hops != b->n_hops)
		return false;
	for (size_t i = 0; i < a->n_hops; i++)
		if (a->hops[i].ifindex != b->hops[i].ifindex || a->hops[i].weight != b->hops[i].weight ||
		    isle_ip_cmp(&a->hops[i].via, &b->hops[i].via))
			return false;
	return true;
}

static bool is_same(const struct isle_thing *a, const struct isle_thing *b)
{
	if (a->what != b->what)
		return false;
	if (a->what == ISLE_WATCHED_LINK)
		return a->ifindex == b->ifindex;
	return !isle_ip_cmp(&a->ip, &b->ip) && !isle_ip_cmp(&a->peer, &b->peer) && same_hops(a, b) &&
	       (a->what != ISLE_WATCHED_ROUTE || (a->table == b->table && a->metric == b->metric && a->tos == b->tos && a->type == b->type));
}

static struct isle_thing **place(const struct isle_things *s, const struct isle_thing *like)
{
	struct isle_thing **at = s->cap ? &s->slots[slot_of(s, like)] : NULL;

	while (at && *at && !is_same(*at, like))
		at = &(*at)->next;
	return at;
}

struct isle_thing *isle_things_find(const struct isle_things *s, const struct isle_thing *like)
{
	struct isle_thing **at = place(s, like);

	return at ? *at : NULL;
}

static bool grow(struct isle_things *s)
{
	struct isle_things more = { .n = s->n, .cap = s->cap ? 2 * s->cap : 64 };

	more.slots = calloc(more.cap, sizeof(struct isle_thing *));
	if (!more.slots)
		return false;
	for (size_t i = 0; i < s->cap; i++)
		for (struct isle_thing *t = s->slots[i], *next; t; t = next) {
			struct isle_thing **to = &more.slots[slot_of(&more, t)];

			next = t->next;
			t->next = *to;
			*to = t;
		}
	free(s->slots);
	*s = more;
	return true;
}

struct isle_thing *isle_things_add(struct isle_things *s, const struct isle_thing *from)
{
	struct isle_thing *t, **to;

	if (s->n >= s->cap && !grow(s))
		return NULL;
	t = malloc(sizeof(*t) + from->n_hops * sizeof(*t->hops));
	if (!t)
		return NULL;
	*t = *from;
	t->hops = (struct isle_thing_hop *)(t + 1);
	for (size_t i = 0; i < from->n_hops; i++)
		t->hops[i] = from->hops[i];
	to = &s->slots[slot_of(s, t)];
	t->next = *to;
	*to = t;
	s->n++;
	return t;
}

struct isle_thing *isle_things_take(struct isle_things *s, const struct isle_thing *like)
{
	struct isle_thing **at = place(s, like), *t = at ? *at : NULL;

	if (t) {
		*at = t->next;
		s->n--;
	}
	return t;
}

void isle_things_done(struct isle_things *s)
{
	for (size_t i = 0; i < s->cap; i++)
		for (struct isle_thing *t = s->slots[i], *next; t; t = next) {
			next = t->next;
			free(t);
		}
	free(s->slots);
	*s = (struct isle_things){ 0 };
}

struct isle_thing *isle_things_link(const struct isle_things *s, int ifindex)
{
	const struct isle_thing like = { .what = ISLE_WATCHED_LINK, .ifindex = ifindex };

	return isle_things_find(s, &like);
}
