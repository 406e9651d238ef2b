/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: see message.h. Left out is what a snapshot leaves out: the local table, cached routes, neighbours that need no resolution. */
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include "watch/message.h"

static bool take_ip(const struct nlattr *a, uint8_t family, uint8_t len, struct isle_ip *ret)
{
	const size_t size = family == AF_INET ? 4 : 16;

	if (!a || isle_nla_len(a) < size)
		return false;
	*ret = (struct isle_ip){ .family = family, .len = len };
	memcpy(ret->b, isle_nla_data(a), size);
	return true;
}

static void take_name(const struct nlattr *a, char *to, size_t size)
{
	const char *s = isle_nla_str(a);

	snprintf(to, size, "%s", s ? s : "");
}

static void take_mac(const struct nlattr *a, struct isle_thing *t)
{
	t->n_mac = (uint8_t)(isle_nla_len(a) > sizeof(t->mac) ? sizeof(t->mac) : isle_nla_len(a));
	if (t->n_mac)
		memcpy(t->mac, isle_nla_data(a), t->n_mac);
}

static void add_hop(struct isle_message *m, const struct isle_things *things, int ifindex, const struct isle_ip *via, uint32_t weight)
{
	struct isle_thing_hop *hop = &m->hops[m->thing.n_hops];
	const struct isle_thing *link = isle_things_link(things, ifindex);

	if (m->thing.n_hops == ISLE_HOPS_MAX)
		return;
	*hop = (struct isle_thing_hop){ .via = *via, .ifindex = ifindex, .weight = weight };
	if (link)
		memcpy(hop->interface, link->name, IFNAMSIZ);
	m->thing.n_hops++;
}

static bool read_link(const struct nlmsghdr *h, struct isle_message *m)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(h);
	struct isle_thing *t = &m->thing;
	struct isle_nlattrs a, info;

	/* the bridge's own messages about its ports are of another family */
	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*ifi)) || ifi->ifi_family != AF_UNSPEC)
		return false;
	isle_nl_attrs_of(h, sizeof(*ifi), &a);
	isle_nl_nested(a.a[IFLA_LINKINFO], &info);
	*t = (struct isle_thing){ .what = ISLE_WATCHED_LINK, .ifindex = ifi->ifi_index, .flags = ifi->ifi_flags, .arphrd = ifi->ifi_type };
	take_name(a.a[IFLA_IFNAME], t->name, sizeof(t->name));
	take_name(info.a[IFLA_INFO_KIND], t->kind, sizeof(t->kind));
	take_mac(a.a[IFLA_ADDRESS], t);
	t->mtu = isle_nla_u32(a.a[IFLA_MTU], 0);
	t->master = (int)isle_nla_u32(a.a[IFLA_MASTER], 0);
	m->gone = h->nlmsg_type == RTM_DELLINK;
	m->moved = a.a[IFLA_LINK_NETNSID] || (m->gone && a.a[IFLA_NEW_NETNSID]);
	return true;
}

static bool read_address(const struct nlmsghdr *h, const struct isle_things *things, struct isle_message *m)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(h);
	const struct isle_ip none = { 0 };
	struct isle_nlattrs a;
	struct isle_ip far;

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*ifa)) || (ifa->ifa_family != AF_INET && ifa->ifa_family != AF_INET6))
		return false;
	isle_nl_attrs_of(h, sizeof(*ifa), &a);
	if (!take_ip(a.a[IFA_ADDRESS], ifa->ifa_family, ifa->ifa_prefixlen, &far))
		return false;
	m->thing = (struct isle_thing){ .what = ISLE_WATCHED_ADDRESS, .ip = far, .flags = isle_nla_u32(a.a[IFA_FLAGS], ifa->ifa_flags) };
	if (take_ip(a.a[IFA_LOCAL], ifa->ifa_family, ifa->ifa_prefixlen, &m->thing.ip) && !isle_ip_equal(&m->thing.ip, &far)) {
		m->thing.peer = far;
		m->thing.ip.len = (uint8_t)isle_ip_bits(&far);
	}
	add_hop(m, things, (int)ifa->ifa_index, &none, 1);
	m->gone = h->nlmsg_type == RTM_DELADDR;
	return true;
}

static void take_hop(struct isle_message *m, const struct isle_things *things, const struct isle_nlattrs *a, uint8_t family, int ifindex,
		     uint32_t weight)
{
	const struct nlattr *far = a->a[RTA_VIA];
	struct isle_ip via = { 0 };
	uint16_t its_family = 0;

	if (isle_nla_len(far) > sizeof(its_family))
		memcpy(&its_family, isle_nla_data(far), sizeof(its_family));
	if (its_family && isle_nla_len(far) >= sizeof(its_family) + (its_family == AF_INET ? 4 : 16)) {
		via = (struct isle_ip){ .family = (uint8_t)its_family, .len = its_family == AF_INET ? 32 : 128 };
		memcpy(via.b, (const uint8_t *)isle_nla_data(far) + sizeof(its_family), via.len / 8);
	} else {
		take_ip(a->a[RTA_GATEWAY], family, family == AF_INET ? 32 : 128, &via);
	}
	if (via.family || ifindex)
		add_hop(m, things, ifindex, &via, weight);
}

static void take_hops(struct isle_message *m, const struct isle_things *things, const struct isle_nlattrs *a, uint8_t family)
{
	const uint8_t *at = isle_nla_data(a->a[RTA_MULTIPATH]);

	if (!a->a[RTA_MULTIPATH]) {
		take_hop(m, things, a, family, (int)isle_nla_u32(a->a[RTA_OIF], 0), 1);
		return;
	}
	for (size_t left = isle_nla_len(a->a[RTA_MULTIPATH]), step; left >= sizeof(struct rtnexthop); at += step, left -= step) {
		const struct rtnexthop *nh = (const struct rtnexthop *)at;
		struct isle_nlattrs its;

		if (nh->rtnh_len < sizeof(*nh) || nh->rtnh_len > left)
			break;
		step = NLA_ALIGN((size_t)nh->rtnh_len);
		step = step < left ? step : left;
		isle_nl_attrs(at + sizeof(*nh), nh->rtnh_len - sizeof(*nh), &its);
		take_hop(m, things, &its, family, nh->rtnh_ifindex, nh->rtnh_hops + 1u);
	}
}

static bool read_route(const struct nlmsghdr *h, const struct isle_things *things, struct isle_message *m)
{
	const struct rtmsg *rtm = NLMSG_DATA(h);
	struct isle_thing *t = &m->thing;
	struct isle_nlattrs a;

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*rtm)) || rtm->rtm_flags & RTM_F_CLONED ||
	    (rtm->rtm_family != AF_INET && rtm->rtm_family != AF_INET6))
		return false;
	isle_nl_attrs_of(h, sizeof(*rtm), &a);
	*t = (struct isle_thing){ .what = ISLE_WATCHED_ROUTE, .ip.family = rtm->rtm_family, .type = rtm->rtm_type, .proto = rtm->rtm_protocol,
				  .tos = rtm->rtm_tos };
	t->table = isle_nla_u32(a.a[RTA_TABLE], rtm->rtm_table);
	if (t->table == RT_TABLE_LOCAL)
		return false;
	take_ip(a.a[RTA_DST], rtm->rtm_family, rtm->rtm_dst_len, &t->ip);
	take_ip(a.a[RTA_SRC], rtm->rtm_family, rtm->rtm_src_len, &t->peer);
	t->metric = isle_nla_u32(a.a[RTA_PRIORITY], 0);
	/* of IPv6, these are on lo, which says nothing */
	if (t->type != RTN_BLACKHOLE && t->type != RTN_UNREACHABLE && t->type != RTN_PROHIBIT && t->type != RTN_THROW)
		take_hops(m, things, &a, rtm->rtm_family);
	m->gone = h->nlmsg_type == RTM_DELROUTE;
	m->replaces = !m->gone && h->nlmsg_flags & (NLM_F_REPLACE | NLM_F_APPEND);
	return true;
}

static bool read_neighbour(const struct nlmsghdr *h, const struct isle_things *things, struct isle_message *m)
{
	const struct ndmsg *ndm = NLMSG_DATA(h);
	const struct isle_ip none = { 0 };
	struct isle_nlattrs a;

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*ndm)) || (ndm->ndm_family != AF_INET && ndm->ndm_family != AF_INET6))
		return false;
	m->gone = h->nlmsg_type == RTM_DELNEIGH;
	if (ndm->ndm_state & NUD_NOARP || (!m->gone && ndm->ndm_state == NUD_NONE))
		return false;
	isle_nl_attrs_of(h, sizeof(*ndm), &a);
	m->thing = (struct isle_thing){ .what = ISLE_WATCHED_NEIGHBOUR };
	if (!take_ip(a.a[NDA_DST], ndm->ndm_family, ndm->ndm_family == AF_INET ? 32 : 128, &m->thing.ip))
		return false;
	if (ndm->ndm_state != NUD_FAILED && ndm->ndm_state != NUD_INCOMPLETE)
		take_mac(a.a[NDA_LLADDR], &m->thing);
	add_hop(m, things, ndm->ndm_ifindex, &none, 1);
	return true;
}

bool isle_message_read(const struct nlmsghdr *h, const struct isle_things *things, struct isle_message *ret)
{
	bool ok = false;

	ret->moved = ret->replaces = ret->gone = false;
	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK: ok = read_link(h, ret); break;
	case RTM_NEWADDR:
	case RTM_DELADDR: ok = read_address(h, things, ret); break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE: ok = read_route(h, things, ret); break;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH: ok = read_neighbour(h, things, ret); break;
	default: break;
	}
	ret->thing.hops = ret->hops;
	return ok;
}
