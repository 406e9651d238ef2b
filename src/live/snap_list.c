/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what all readers of a snapshot need: rows that grow while a dump is
 * under way (it may begin again) and then lie in the arena one after the other,
 * and attributes as strings and addresses.
 */
#include "live/snap_read.h"

struct isle_snap_list *isle_snap_list_begin(struct isle_snap_list *l, size_t size)
{
	l->n = 0;
	l->size = size;
	return l;
}

void *isle_snap_list_add(struct isle_snap_list *l)
{
	if ((l->n + 1) * l->size > l->bytes) {
		size_t bytes = l->bytes ? 2 * l->bytes : 4096;
		void *more = realloc(l->v, bytes);

		if (!more)
			return NULL;
		l->v = more;
		l->bytes = bytes;
	}
	return memset((char *)l->v + l->n++ * l->size, 0, l->size);
}

int isle_snap_list_keep(struct isle_snapping *s, struct isle_snap_list *l, void *ret_rows, size_t *ret_n)
{
	void *rows = isle_arena_alloc(s->arena, l->n * l->size);

	if (!rows)
		return -ENOMEM;
	if (l->n)
		memcpy(rows, l->v, l->n * l->size);
	/* ret_rows points to a T *, whatever T is: written as bytes */
	memcpy(ret_rows, &rows, sizeof(rows));
	*ret_n = l->n;
	l->n = 0;
	return 0;
}

int isle_snap_dump(struct isle_nl *nl, uint16_t type, size_t header_size, uint8_t family,
		   int (*fn)(const struct nlmsghdr *, void *), void *arg)
{
	_Alignas(8) uint8_t buf[128];
	struct isle_nlmsg m;
	uint8_t *header;
	int r;

	isle_nlmsg_init(&m, buf, sizeof(buf));
	header = isle_nlmsg_begin(&m, type, 0, header_size);
	if (header)
		*header = family;
	if (type == RTM_GETLINK)
		isle_nlmsg_put_u32(&m, IFLA_EXT_MASK, family == AF_BRIDGE ? RTEXT_FILTER_BRVLAN_COMPRESSED : RTEXT_FILTER_SKIP_STATS);
	isle_nlmsg_end(&m);
	r = isle_nl_dump(nl, &m, fn, arg);
	return r == -EOPNOTSUPP ? 0 : r;
}

int isle_snap_str(struct isle_snapping *s, const struct nlattr *a, const char **ret)
{
	const char *text = isle_nla_str(a);

	*ret = text ? isle_arena_strdup(s->arena, text) : NULL;
	return text && !*ret ? -ENOMEM : 0;
}

bool isle_snap_ip(const struct nlattr *a, uint8_t family, uint8_t len, struct isle_ip *ret)
{
	const size_t size = family == AF_INET ? 4 : 16;

	if (!a || isle_nla_len(a) < size)
		return false;
	*ret = (struct isle_ip){ .family = family, .len = len };
	memcpy(ret->b, isle_nla_data(a), size);
	return true;
}
