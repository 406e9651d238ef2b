/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: wireguards: port, public key, peers, which generic netlink alone tells.
 * A second visit, to namespaces that have one. Who may administer such a
 * namespace is told the secret keys too: they are left where they are. To whoever
 * may not the interface is one of which nothing more is known.
 */
#include <linux/wireguard.h>
#include <netinet/in.h>
#include "live/snap_read.h"

struct walk {
	struct isle_snapping *s;
	struct isle_snap_wireguard *w;
	size_t cap_peers, cap_allowed;
	bool no_memory;
};

static void read_endpoint(const struct nlattr *a, struct isle_snap_wireguard_peer *p)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (isle_nla_len(a) == sizeof(in)) {
		memcpy(&in, isle_nla_data(a), sizeof(in));
		p->endpoint = (struct isle_ip){ .family = AF_INET, .len = 32 };
		memcpy(p->endpoint.b, &in.sin_addr, sizeof(in.sin_addr));
		p->port = ntohs(in.sin_port);
	} else if (isle_nla_len(a) == sizeof(in6)) {
		memcpy(&in6, isle_nla_data(a), sizeof(in6));
		p->endpoint = (struct isle_ip){ .family = AF_INET6, .len = 128 };
		memcpy(p->endpoint.b, &in6.sin6_addr, sizeof(in6.sin6_addr));
		p->port = ntohs(in6.sin6_port);
	}
}

static void read_allowed(struct walk *w, const struct nlattr *list, struct isle_snap_wireguard_peer *p)
{
	for (const struct nlattr *a = NULL; (a = isle_nla_next(list, a));) {
		struct isle_nlattrs t;
		uint8_t family;
		struct isle_ip ip;

		isle_nl_nested(a, &t);
		family = isle_nla_len(t.a[WGALLOWEDIP_A_IPADDR]) == 4 ? AF_INET : AF_INET6;
		if (!isle_snap_ip(t.a[WGALLOWEDIP_A_IPADDR], family, isle_nla_u8(t.a[WGALLOWEDIP_A_CIDR_MASK], 0), &ip))
			continue;
		if (!isle_arena_grow(w->s->arena, &p->allowed, p->n_allowed, &w->cap_allowed, sizeof(*p->allowed))) {
			w->no_memory = true;
			return;
		}
		p->allowed[p->n_allowed++] = ip;
	}
}

static bool is_zero(const struct nlattr *a)
{
	static const uint8_t none[32];

	return isle_nla_len(a) != sizeof(none) || !memcmp(isle_nla_data(a), none, sizeof(none));
}

static void read_peer(struct walk *w, const struct nlattr *a)
{
	struct isle_snap_wireguard *dev = w->w;
	struct isle_snap_wireguard_peer *p = dev->n_peers ? &dev->peers[dev->n_peers - 1] : NULL;
	struct isle_nlattrs t;

	isle_nl_nested(a, &t);
	if (isle_nla_len(t.a[WGPEER_A_PUBLIC_KEY]) != sizeof(p->key))
		return;
	/* one that did not fit into a message goes on in the next */
	if (!p || memcmp(p->key, isle_nla_data(t.a[WGPEER_A_PUBLIC_KEY]), sizeof(p->key)) != 0) {
		if (!isle_arena_grow(w->s->arena, &dev->peers, dev->n_peers, &w->cap_peers, sizeof(*dev->peers))) {
			w->no_memory = true;
			return;
		}
		p = &dev->peers[dev->n_peers++];
		*p = (struct isle_snap_wireguard_peer){ .has_secret = !is_zero(t.a[WGPEER_A_PRESHARED_KEY]) };
		w->cap_allowed = 0;
		memcpy(p->key, isle_nla_data(t.a[WGPEER_A_PUBLIC_KEY]), sizeof(p->key));
		read_endpoint(t.a[WGPEER_A_ENDPOINT], p);
		if (isle_nla_len(t.a[WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL]) == sizeof(p->keepalive))
			memcpy(&p->keepalive, isle_nla_data(t.a[WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL]), sizeof(p->keepalive));
	}
	read_allowed(w, t.a[WGPEER_A_ALLOWEDIPS], p);
}

static int on_device(const struct nlmsghdr *h, void *arg)
{
	struct walk *w = arg;
	struct isle_nlattrs t;

	if (!h) {
		*w->w = (struct isle_snap_wireguard){ 0 };
		w->cap_peers = 0;
		return 0;
	}
	isle_genl_attrs(h, &t);
	if (isle_nla_len(t.a[WGDEVICE_A_PUBLIC_KEY]) == sizeof(w->w->key))
		memcpy(w->w->key, isle_nla_data(t.a[WGDEVICE_A_PUBLIC_KEY]), sizeof(w->w->key));
	if (isle_nla_len(t.a[WGDEVICE_A_LISTEN_PORT]) == sizeof(w->w->port))
		memcpy(&w->w->port, isle_nla_data(t.a[WGDEVICE_A_LISTEN_PORT]), sizeof(w->w->port));
	w->w->fwmark = isle_nla_u32(t.a[WGDEVICE_A_FWMARK], w->w->fwmark);
	for (const struct nlattr *a = NULL; (a = isle_nla_next(t.a[WGDEVICE_A_PEERS], a));)
		read_peer(w, a);
	return w->no_memory ? -ENOMEM : 0;
}

static int ask(struct isle_snapping *s, uint16_t family, struct isle_snap_link *l)
{
	struct walk w = { .s = s, .w = isle_arena_alloc(s->arena, sizeof(*w.w)) };
	_Alignas(8) uint8_t buf[128];
	struct isle_nlmsg m;
	int r;

	if (!w.w)
		return -ENOMEM;
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_genl_begin(&m, family, 0, WG_CMD_GET_DEVICE);
	isle_nlmsg_put_u32(&m, WGDEVICE_A_IFINDEX, (uint32_t)l->ifindex);
	isle_nlmsg_end(&m);
	r = isle_nl_dump(&s->generic, &m, on_device, &w);
	if (!r)
		l->wireguard = w.w;
	return r == -ENOMEM ? r : 0;
}

static int read_ns(struct isle_snapping *s, void *arg)
{
	uint16_t family;
	int r = s->generic.fd < 0 ? -ENOENT : isle_genl_family(&s->generic, WG_GENL_NAME, &family);

	(void)arg;
	for (size_t i = 0; i < s->ns->n_links && !r; i++)
		if (isle_str_eq(s->ns->links[i].kind, "wireguard"))
			r = ask(s, family, &s->ns->links[i]);
	return r == -ENOMEM ? r : 0;
}

static bool has_one(const struct isle_snap_ns *ns)
{
	for (size_t i = 0; i < ns->n_links; i++)
		if (isle_str_eq(ns->links[i].kind, "wireguard"))
			return true;
	return false;
}

int isle_snap_read_wireguards(struct isle_snapping *s)
{
	isle_auto(free) struct isle_snap_ns **some = calloc(s->snap->n_nss + 1, sizeof(struct isle_snap_ns *));
	size_t n = 0;
	int r;

	if (!some)
		return -ENOMEM;
	for (size_t i = 0; i < s->snap->n_nss; i++)
		if (has_one(&s->snap->nss[i]))
			some[n++] = &s->snap->nss[i];
	s->wants_generic = true;
	r = n ? isle_snap_visit(s, some, n, false, read_ns, NULL) : 0;
	s->wants_generic = false;
	return r;
}
