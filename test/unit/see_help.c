/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: made-up snapshots. Room is reserved at once, because links point to each other. */
#include <net/if_arp.h>
#include "unit.h"
#include "see_help.h"

enum { MAKE_NSS = 1100, OPER_UP = 6, OPER_UNKNOWN = 0 };

static struct isle_arena *arena;

struct isle_snap *make_machine(void)
{
	struct isle_snap *s;

	arena = isle_arena_new();
	s = isle_arena_alloc(arena, sizeof(*s));
	s->arena = arena;
	s->nss = isle_arena_alloc(arena, MAKE_NSS * sizeof(*s->nss));
	s->parts = ISLE_SNAP_ALL;
	make_ns(s, ISLE_OWNER_MACHINE, "the machine")->own = true;
	return s;
}

void make_end(struct isle_snap *s)
{
	isle_arena_free(s->arena);
}

struct isle_snap_ns *make_ns(struct isle_snap *s, enum isle_snap_owner owner, const char *label)
{
	struct isle_snap_ns *ns = &s->nss[s->n_nss];
	const char *dot = strchr(label, '.');
	struct isle_snap_link *lo;

	assert_true(s->n_nss < MAKE_NSS);
	*ns = (struct isle_snap_ns){ .id = 4026531840 + s->n_nss, .index = s->n_nss, .owner = owner, .label = isle_arena_strdup(arena, label) };
	s->n_nss++;
	if (owner == ISLE_OWNER_HOST) {
		ns->host = isle_arena_strndup(arena, label, (size_t)(dot - label));
		ns->lab = isle_arena_strdup(arena, dot + 1);
	}
	if (owner == ISLE_OWNER_FABRIC)
		ns->lab = ns->label;
	ns->lab_id = ns->lab ? 1 : 0;
	ns->links = isle_arena_alloc(arena, (owner == ISLE_OWNER_FABRIC || !ns->index ? MAKE_LINKS : 16) * sizeof(*ns->links));
	ns->addresses = isle_arena_alloc(arena, 64 * sizeof(*ns->addresses));
	ns->routes = isle_arena_alloc(arena, 8 * sizeof(*ns->routes));
	lo = make_link(ns, "lo", NULL, "127.0.0.1/8 ::1/128");
	lo->type = ARPHRD_LOOPBACK;
	lo->operstate = OPER_UNKNOWN;
	return ns;
}

struct isle_snap_link *make_link(struct isle_snap_ns *ns, const char *name, const char *kind, const char *addresses)
{
	struct isle_snap_link *l = &ns->links[ns->n_links++];

	*l = (struct isle_snap_link){ .ns = ns, .ifindex = (int)ns->n_links, .name = isle_arena_strdup(arena, name), .kind = kind,
				      .flags = IFF_UP | IFF_RUNNING, .operstate = OPER_UP, .mtu = 1500, .type = ARPHRD_ETHER,
				      .mac = { 2, 0, 0, (uint8_t)ns->index, 0, (uint8_t)ns->n_links }, .n_mac = 6, .link_nsid = -1 };
	if (!kind && strcmp(name, "lo"))
		l->parent_dev = "0000:01:00.0";
	for (const char *s = addresses ? addresses : ""; *s;) {
		const size_t n = strcspn(s, " ");
		struct isle_snap_address *a = &ns->addresses[ns->n_addresses++];
		bool has_len;

		*a = (struct isle_snap_address){ .link = l };
		assert_true(isle_ip_parse(s, n, &a->ip, &has_len));
		l->addresses = l->addresses ? l->addresses : a;
		l->n_addresses++;
		s += n + (s[n] == ' ');
	}
	return l;
}

void make_pair(struct isle_snap_link *a, struct isle_snap_link *b)
{
	a->peer = b;
	b->peer = a;
	a->peer_state = b->peer_state = ISLE_PEER_SEEN;
}

struct isle_snap_link *make_veth(struct isle_snap_ns *ns, const char *name, const char *addresses, struct isle_snap_link *to)
{
	struct isle_snap_link *l = make_link(ns, name, "veth", addresses);

	if (to)
		make_pair(l, to);
	return l;
}

void make_default_route(struct isle_snap_ns *ns, const char *via, struct isle_snap_link *dev)
{
	struct isle_snap_route *r = &ns->routes[ns->n_routes++];
	bool has_len;

	*r = (struct isle_snap_route){ .type = 1, .table = 254, .hops = isle_arena_alloc(arena, sizeof(*r->hops)), .n_hops = 1 };
	*r->hops = (struct isle_snap_hop){ .dev = dev, .weight = 1 };
	assert_true(isle_ip_parse(via, strlen(via), &r->hops->via, &has_len));
	r->dst.family = r->hops->via.family;
}
