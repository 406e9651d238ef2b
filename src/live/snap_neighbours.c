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

int isle_snap_read_neighbours(struct isle_snapping *s)
{
	struct walk w = { .s = s, .rows = isle_snap_list_begin(&s->rows, sizeof(struct isle_snap_neighbour)) };
	int r = isle_snap_dump(&s->route, RTM_GETNEIGH, sizeof(struct ndmsg), AF_UNSPEC, on_neighbour, &w);

	if (!r)
		r = isle_snap_list_keep(s, w.rows, &s->ns->neighbours, &s->ns->n_neighbours);
	return r;
}
