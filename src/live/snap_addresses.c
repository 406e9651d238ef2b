/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the addresses of a namespace, which the kernel lists by family, and
 * which are kept by link. An address of a link that is not among the links is
 * of one that came after them, and is left out with it.
 */
#include <linux/if_addr.h>
#include "live/snap_read.h"

struct walk {
	struct isle_snapping *s;
	struct isle_snap_list *rows;
};

static int on_address(const struct nlmsghdr *h, void *arg)
{
	const struct ifaddrmsg *ifa = h ? NLMSG_DATA(h) : NULL;
	struct isle_snap_address row = { 0 }, *to;
	struct walk *w = arg;
	struct isle_nlattrs a;
	struct isle_ip far;

	if (!h) {
		w->rows->n = 0;
		return 0;
	}
	if (h->nlmsg_type != RTM_NEWADDR || h->nlmsg_len < NLMSG_LENGTH(sizeof(*ifa)) ||
	    (ifa->ifa_family != AF_INET && ifa->ifa_family != AF_INET6))
		return 0;
	isle_nl_attrs_of(h, sizeof(*ifa), &a);
	row.link = isle_snap_link_at(w->s->ns, (int)ifa->ifa_index);
	if (!row.link || !isle_snap_ip(a.a[IFA_ADDRESS], ifa->ifa_family, ifa->ifa_prefixlen, &far))
		return 0;
	row.ip = far;
	if (isle_snap_ip(a.a[IFA_LOCAL], ifa->ifa_family, ifa->ifa_prefixlen, &row.ip) && !isle_ip_equal(&row.ip, &far)) {
		row.peer = far;
		row.ip.len = (uint8_t)isle_ip_bits(&row.ip);
	}
	isle_snap_ip(a.a[IFA_BROADCAST], ifa->ifa_family, ifa->ifa_prefixlen, &row.broadcast);
	row.flags = isle_nla_u32(a.a[IFA_FLAGS], ifa->ifa_flags);
	row.scope = ifa->ifa_scope;
	row.proto = isle_nla_u8(a.a[IFA_PROTO], 0);
	to = isle_snap_list_add(w->rows);
	if (!to)
		return -ENOMEM;
	*to = row;
	return 0;
}

/* By link; those of one in the order they came in. */
static int keep(struct walk *w)
{
	struct isle_snap_ns *ns = w->s->ns;
	const struct isle_snap_address *rows = w->rows->v;
	struct isle_snap_address *to = isle_arena_alloc(w->s->arena, w->rows->n * sizeof(*to));

	if (!to)
		return -ENOMEM;
	ns->addresses = to;
	ns->n_addresses = w->rows->n;
	for (size_t i = 0; i < w->rows->n; i++)
		rows[i].link->n_addresses++;
	for (size_t i = 0; i < ns->n_links; i++) {
		struct isle_snap_link *l = &ns->links[i];

		l->addresses = to;
		to += l->n_addresses;
		l->n_addresses = 0;
	}
	for (size_t i = 0; i < w->rows->n; i++)
		ns->addresses[(size_t)(rows[i].link->addresses - ns->addresses) + rows[i].link->n_addresses++] = rows[i];
	return 0;
}

int isle_snap_read_addresses(struct isle_snapping *s)
{
	struct walk w = { .s = s, .rows = isle_snap_list_begin(&s->rows, sizeof(struct isle_snap_address)) };
	int r = isle_snap_dump(&s->route, RTM_GETADDR, sizeof(struct ifaddrmsg), AF_UNSPEC, on_address, &w);

	if (!r)
		r = keep(&w);
	return r;
}
