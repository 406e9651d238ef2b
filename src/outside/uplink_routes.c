/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: one dump of the machine's routes, all tables, both families: which
 * prefixes are taken (an uplink's subnet must not hide a real network), and
 * through which devices the machine itself gets out.
 */
#include "nl/nl.h"
#include "outside/uplink.h"

struct walk { struct isle_machine_routes *r; size_t cap; };

static void note_device(struct isle_machine_routes *r, int v, unsigned index)
{
	char name[IF_NAMESIZE];

	if (!if_indextoname(index, name) || r->n_dev[v] == ISLE_MACHINE_DEVS)
		return;
	for (size_t i = 0; i < r->n_dev[v]; i++)
		if (!strcmp(r->dev[v][i], name))
			return;
	snprintf(r->dev[v][r->n_dev[v]++], IFNAMSIZ, "%s", name);
}

static void default_route(struct isle_machine_routes *r, int v, const struct isle_nlattrs *a)
{
	const struct rtnexthop *h;
	size_t left;

	if (a->a[RTA_OIF])
		note_device(r, v, isle_nla_u32(a->a[RTA_OIF], 0));
	if (!a->a[RTA_MULTIPATH])
		return;
	h = isle_nla_data(a->a[RTA_MULTIPATH]);
	left = isle_nla_len(a->a[RTA_MULTIPATH]);
	while (left >= sizeof(*h) && h->rtnh_len >= sizeof(*h) && h->rtnh_len <= left) {
		note_device(r, v, (unsigned)h->rtnh_ifindex);
		if ((size_t)RTNH_ALIGN(h->rtnh_len) >= left)
			break;
		left -= RTNH_ALIGN(h->rtnh_len);
		h = RTNH_NEXT(h);
	}
}

static int on_route(const struct nlmsghdr *h, void *arg)
{
	struct walk *w = arg;
	struct isle_ip ip = { 0 };
	const struct rtmsg *rt;
	struct isle_nlattrs a;

	if (!h) {
		w->r->n_dst = w->r->n_dev[0] = w->r->n_dev[1] = 0;
		return 0;
	}
	rt = (const void *)(h + 1);
	if (h->nlmsg_type != RTM_NEWROUTE || (rt->rtm_family != AF_INET && rt->rtm_family != AF_INET6))
		return 0;
	isle_nl_attrs_of(h, sizeof(*rt), &a);
	if (rt->rtm_dst_len == 0) {
		if (rt->rtm_type == RTN_UNICAST)
			default_route(w->r, rt->rtm_family == AF_INET6, &a);
		return 0;
	}
	ip.family = rt->rtm_family;
	ip.len = rt->rtm_dst_len;
	if (!a.a[RTA_DST] || isle_nla_len(a.a[RTA_DST]) != isle_ip_bits(&ip) / 8 || rt->rtm_type == RTN_MULTICAST)
		return 0;
	memcpy(ip.b, isle_nla_data(a.a[RTA_DST]), isle_ip_bits(&ip) / 8);
	if (w->r->n_dst == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : 64;
		struct isle_ip *p = realloc(w->r->dst, cap * sizeof(*p));

		if (!p)
			return -ENOMEM;
		w->r->dst = p;
		w->cap = cap;
	}
	w->r->dst[w->r->n_dst++] = ip;
	return 0;
}

int isle_machine_routes_read(struct isle_machine_routes *ret, struct isle_diag *d)
{
	struct isle_machine_routes routes = { 0 };
	struct walk w = { &routes, 0 };
	uint8_t buf[64];
	struct isle_nlmsg m;
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (r < 0)
		return isle_fail(d, -r, NULL, "opening a netlink socket to read the machine's routes");
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_nlmsg_begin(&m, RTM_GETROUTE, NLM_F_DUMP, sizeof(struct rtmsg));
	isle_nlmsg_end(&m);
	r = isle_nl_dump(&nl, &m, on_route, &w);
	isle_nl_close(&nl);
	if (r < 0) {
		isle_machine_routes_done(&routes);
		return isle_fail(d, -r, NULL, "reading the machine's routes");
	}
	*ret = routes;
	return 0;
}

void isle_machine_routes_done(struct isle_machine_routes *r)
{
	free(r->dst);
	r->dst = NULL;
}
