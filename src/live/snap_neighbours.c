/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: whom a namespace has met on its links. Entries that need no resolution
 * (NUD_NOARP: multicast, point-to-point) say nothing that the addresses do not.
 */
#include <linux/neighbour.h>
#include "live/snap_read.h"

struct walk {
	struct isle_snapping *s;
	struct isle_snap_list *rows;
};

static int on_neighbour(const struct nlmsghdr *h, void *arg)
{
	const struct ndmsg *ndm = h ? NLMSG_DATA(h) : NULL;
	struct isle_snap_neighbour row = { 0 }, *to;
	struct walk *w = arg;
	struct isle_nlattrs a;

	if (!h) {
		w->rows->n = 0;
		return 0;
	}
	if (h->nlmsg_type != RTM_NEWNEIGH || h->nlmsg_len < NLMSG_LENGTH(sizeof(*ndm)) || ndm->ndm_state == NUD_NONE ||
	    ndm->ndm_state & NUD_NOARP || (ndm->ndm_family != AF_INET && ndm->ndm_family != AF_INET6))
		return 0;
	isle_nl_attrs_of(h, sizeof(*ndm), &a);
	row.link = isle_snap_link_at(w->s->ns, ndm->ndm_ifindex);
	if (!row.link || !isle_snap_ip(a.a[NDA_DST], ndm->ndm_family, ndm->ndm_family == AF_INET ? 32 : 128, &row.ip))
		return 0;
	row.n_mac = (uint8_t)(isle_nla_len(a.a[NDA_LLADDR]) > 32 ? 32 : isle_nla_len(a.a[NDA_LLADDR]));
	if (row.n_mac)
		memcpy(row.mac, isle_nla_data(a.a[NDA_LLADDR]), row.n_mac);
	row.state = ndm->ndm_state;
	row.flags = ndm->ndm_flags;
	to = isle_snap_list_add(w->rows);
	if (!to)
		return -ENOMEM;
	*to = row;
	return 0;
}

/* An entry of a vxlan's forwarding table for all that it has none of; links come one after the other. */
struct remote { struct isle_snap_link *link; struct isle_ip ip; };

static int on_remote(const struct nlmsghdr *h, void *arg)
{
	static const uint8_t unknown[6];
	const struct ndmsg *ndm = h ? NLMSG_DATA(h) : NULL;
	struct walk *w = arg;
	struct isle_nlattrs a;
	struct remote row, *to;
	size_t size;

	if (!h) {
		w->rows->n = 0;
		return 0;
	}
	if (h->nlmsg_type != RTM_NEWNEIGH || h->nlmsg_len < NLMSG_LENGTH(sizeof(*ndm)) || !(ndm->ndm_flags & NTF_SELF))
		return 0;
	isle_nl_attrs_of(h, sizeof(*ndm), &a);
	size = isle_nla_len(a.a[NDA_DST]);
	row.link = isle_snap_link_at(w->s->ns, ndm->ndm_ifindex);
	if (!row.link || !isle_str_eq(row.link->kind, "vxlan") || isle_nla_len(a.a[NDA_LLADDR]) != sizeof(unknown) ||
	    memcmp(isle_nla_data(a.a[NDA_LLADDR]), unknown, sizeof(unknown)) ||
	    !isle_snap_ip(a.a[NDA_DST], size == 4 ? AF_INET : AF_INET6, size == 4 ? 32 : 128, &row.ip))
		return 0;
	to = isle_snap_list_add(w->rows);
	if (!to)
		return -ENOMEM;
	*to = row;
	return 0;
}

static int read_remotes(struct isle_snapping *s)
{
	struct walk w = { .s = s, .rows = isle_snap_list_begin(&s->rows, sizeof(struct remote)) };
	bool any = false;
	int r;

	for (size_t i = 0; i < s->ns->n_links; i++)
		any |= isle_str_eq(s->ns->links[i].kind, "vxlan");
	r = any ? isle_snap_dump(&s->route, RTM_GETNEIGH, sizeof(struct ndmsg), AF_BRIDGE, on_remote, &w) : 0;
	for (size_t i = 0, n; i < w.rows->n && !r; i += n) {
		struct remote *rows = (struct remote *)w.rows->v + i;
		struct isle_ip *list;

		for (n = 1; i + n < w.rows->n && rows[n].link == rows->link; n++)
			;
		list = isle_arena_alloc(s->arena, n * sizeof(*list));
		if (!list)
			return -ENOMEM;
		for (size_t k = 0; k < n; k++)
			list[k] = rows[k].ip;
		rows->link->remotes = list;
		rows->link->n_remotes = n;
	}
	return r;
}

int isle_snap_read_neighbours(struct isle_snapping *s)
{
	struct walk w = { .s = s, .rows = isle_snap_list_begin(&s->rows, sizeof(struct isle_snap_neighbour)) };
	int r = isle_snap_dump(&s->route, RTM_GETNEIGH, sizeof(struct ndmsg), AF_UNSPEC, on_neighbour, &w);

	if (!r)
		r = isle_snap_list_keep(s, w.rows, &s->ns->neighbours, &s->ns->n_neighbours);
	return r ? r : read_remotes(s);
}
