/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: string -> pointer, open addressing with linear probing, a power of two
 * of slots, at most two thirds of them taken. Nothing is ever taken out, so
 * there are no tombstones.
 */
#include "base/base.h"

struct isle_map_slot {
	const char *key;	/* NULL: free */
	void *value;
};

/* The slot that holds KEY, or the free one where it would go. */
static struct isle_map_slot *find(struct isle_map_slot *slots, size_t cap, const char *key)
{
	size_t i = (size_t)isle_fnv1a(key) & (cap - 1);

	while (slots[i].key && strcmp(slots[i].key, key) != 0)
		i = (i + 1) & (cap - 1);
	return &slots[i];
}

static int grow(struct isle_map *m)
{
	size_t cap = m->cap ? m->cap * 2 : 16;
	struct isle_map_slot *slots = calloc(cap, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].key)
			*find(slots, cap, m->slots[i].key) = m->slots[i];
	free(m->slots);
	m->slots = slots;
	m->cap = cap;
	return 0;
}

void *isle_map_get(const struct isle_map *m, const char *key)
{
	return m->cap ? find(m->slots, m->cap, key)->value : NULL;
}

int isle_map_put(struct isle_map *m, const char *key, void *value)
{
	struct isle_map_slot *s;

	if (m->n + 1 > m->cap / 3 * 2 && grow(m) < 0)
		return -ENOMEM;
	s = find(m->slots, m->cap, key);
	if (!s->key) {
		s->key = key;
		m->n++;
	}
	s->value = value;
	return 0;
}

void isle_map_done(struct isle_map *m)
{
	free(m->slots);
	*m = (struct isle_map){ 0 };
}
