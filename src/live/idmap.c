/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: inode numbers to numbers, open addressing, at most half full. */
#include "live/live.h"

struct isle_id_slot { uint64_t key, value; };

static struct isle_id_slot *find(const struct isle_idmap *m, uint64_t key)
{
	/* neighbours in number are neighbours in age, and many: spread them */
	size_t i = (size_t)((key * 0x9e3779b97f4a7c15u) >> 20) & (m->cap - 1);

	while (m->slots[i].key && m->slots[i].key != key)
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

static int grow(struct isle_idmap *m)
{
	struct isle_idmap more = { .n = m->n, .cap = m->cap ? 2 * m->cap : 64 };

	more.slots = calloc(more.cap, sizeof(*more.slots));
	if (!more.slots)
		return -ENOMEM;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].key)
			*find(&more, m->slots[i].key) = m->slots[i];
	free(m->slots);
	*m = more;
	return 0;
}

bool isle_idmap_get(const struct isle_idmap *m, uint64_t key, uint64_t *ret)
{
	const struct isle_id_slot *s = m->cap ? find(m, key) : NULL;

	if (!s || !s->key)
		return false;
	*ret = s->value;
	return true;
}

int isle_idmap_put(struct isle_idmap *m, uint64_t key, uint64_t value)
{
	struct isle_id_slot *s;
	int r = 2 * (m->n + 1) > m->cap ? grow(m) : 0;

	if (r)
		return r;
	s = find(m, key);
	m->n += !s->key;
	*s = (struct isle_id_slot){ key, value };
	return 0;
}

void isle_idmap_done(struct isle_idmap *m)
{
	free(m->slots);
	*m = (struct isle_idmap){ 0 };
}
