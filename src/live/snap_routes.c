/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the routes of a namespace, of all tables but `local`, which the kernel
 * fills by itself from the addresses. A route over a link that is not among the
 * links came after them, and is left out.
 */
#include "live/snap_read.h"

struct walk {
	struct isle_snapping *s;
	struct isle_snap_list *rows, *hops;
};

static bool has_hops(uint8_t type)
{
	return type != RTN_BLACKHOLE && type != RTN_UNREACHABLE && type != RTN_PROHIBIT && type != RTN_THROW;
}

/* false: over a link that is not there. */
static bool read_hop(const struct walk *w, const struct isle_nlattrs *a, uint8_t family, int ifindex, uint8_t flags,
		     struct isle_snap_hop *ret)
{
	const struct nlattr *via = a->a[RTA_VIA];
	uint16_t its_family;

	*ret = (struct isle_snap_hop){ .weight = 1, .onlink = flags & RTNH_F_ONLINK };
	if (isle_nla_len(via) > sizeof(its_family)) {
		memcpy(&its_family, isle_nla_data(via), sizeof(its_family));
		if (isle_nla_len(via) >= sizeof(its_family) + (its_family == AF_INET ? 4 : 16)) {
			ret->via = (struct isle_ip){ .family = (uint8_t)its_family, .len = its_family == AF_INET ? 32 : 128 };
			memcpy(ret->via.b, (const uint8_t *)isle_nla_data(via) + sizeof(its_family), ret->via.len / 8);
		}
	} else {
		isle_snap_ip(a->a[RTA_GATEWAY], family, family == AF_INET ? 32 : 128, &ret->via);
	}
	if (!ifindex)
		return true;
	ret->dev = isle_snap_link_at(w->s->ns, ifindex);
	return ret->dev;
}

static int add_hop(struct walk *w, const struct isle_snap_hop *hop)
{
	struct isle_snap_hop *to = isle_snap_list_add(w->hops);

	if (!to)
		return -ENOMEM;
	*to = *hop;
	return 0;
}

/* -ENODEV: one of them is over a link that is not there. */
static int read_multipath(struct walk *w, const struct nlattr *list, uint8_t family)
{
	const uint8_t *at = isle_nla_data(list);

	for (size_t left = isle_nla_len(list), step; left >= sizeof(struct rtnexthop); at += step, left -= step) {
		const struct rtnexthop *nh = (const struct rtnexthop *)at;
		struct isle_snap_hop hop;
		struct isle_nlattrs a;
		int r;

		if (nh->rtnh_len < sizeof(*nh) || nh->rtnh_len > left)
			break;
		step = NLA_ALIGN((size_t)nh->rtnh_len);
		step = step < left ? step : left;
		isle_nl_attrs(at + sizeof(*nh), nh->rtnh_len - sizeof(*nh), &a);
		if (!read_hop(w, &a, family, nh->rtnh_ifindex, nh->rtnh_flags, &hop))
			return -ENODEV;
		hop.weight = nh->rtnh_hops + 1u;
		r = add_hop(w, &hop);
		if (r)
			return r;
	}
	return 0;
}

static int read_hops(struct walk *w, const struct isle_nlattrs *a, const struct rtmsg *rtm, struct isle_snap_route *row)
{
	const int ifindex = (int)isle_nla_u32(a->a[RTA_OIF], 0);
	struct isle_snap_hop hop;
	int r = 0;

	w->hops->n = 0;
	if (!has_hops(row->type))
		return 0;
	if (a->a[RTA_MULTIPATH]) {
		r = read_multipath(w, a->a[RTA_MULTIPATH], rtm->rtm_family);
	} else {
		if (!read_hop(w, a, rtm->rtm_family, ifindex, (uint8_t)rtm->rtm_flags, &hop))
			return -ENODEV;
		if (hop.dev || hop.via.family)
			r = add_hop(w, &hop);
	}
	return r ? r : isle_snap_list_keep(w->s, w->hops, &row->hops, &row->n_hops);
}

static void read_values(const struct isle_nlattrs *a, const struct rtmsg *rtm, struct isle_snap_route *row)
{
	const uint8_t family = rtm->rtm_family, bits = family == AF_INET ? 32 : 128;
	struct isle_nlattrs metrics;

	row->dst = (struct isle_ip){ .family = family };
	isle_snap_ip(a->a[RTA_DST], family, rtm->rtm_dst_len, &row->dst);
	isle_snap_ip(a->a[RTA_SRC], family, rtm->rtm_src_len, &row->from);
	isle_snap_ip(a->a[RTA_PREFSRC], family, bits, &row->src);
	row->type = rtm->rtm_type;
	row->proto = rtm->rtm_protocol;
	row->scope = rtm->rtm_scope;
	row->tos = rtm->rtm_tos;
	row->table = isle_nla_u32(a->a[RTA_TABLE], rtm->rtm_table);
	row->metric = isle_nla_u32(a->a[RTA_PRIORITY], 0);
	isle_nl_nested(a->a[RTA_METRICS], &metrics);
	row->mtu = isle_nla_u32(metrics.a[RTAX_MTU], 0);
}

static int on_route(const struct nlmsghdr *h, void *arg)
{
	const struct rtmsg *rtm = h ? NLMSG_DATA(h) : NULL;
	struct isle_snap_route row = { 0 }, *to;
	struct walk *w = arg;
	struct isle_nlattrs a;
	int r;

	if (!h) {
		w->rows->n = 0;
		return 0;
	}
	if (h->nlmsg_type != RTM_NEWROUTE || h->nlmsg_len < NLMSG_LENGTH(sizeof(*rtm)) || rtm->rtm_flags & RTM_F_CLONED ||
	    (rtm->rtm_family != AF_INET && rtm->rtm_family != AF_INET6))
		return 0;
	isle_nl_attrs_of(h, sizeof(*rtm), &a);
	read_values(&a, rtm, &row);
	if (row.table == RT_TABLE_LOCAL)
		return 0;
	r = read_hops(w, &a, rtm, &row);
	if (r)
		return r == -ENODEV ? 0 : r;
	to = isle_snap_list_add(w->rows);
	if (!to)
		return -ENOMEM;
	*to = row;
	return 0;
}

int isle_snap_read_routes(struct isle_snapping *s)
{
	struct walk w = {
		.s = s,
		.rows = isle_snap_list_begin(&s->rows, sizeof(struct isle_snap_route)),
		.hops = isle_snap_list_begin(&s->hops, sizeof(struct isle_snap_hop)),
	};
	int r = isle_snap_dump(&s->route, RTM_GETROUTE, sizeof(struct rtmsg), AF_UNSPEC, on_route, &w);

	if (!r)
		r = isle_snap_list_keep(s, w.rows, &s->ns->routes, &s->ns->n_routes);
	return r;
}
