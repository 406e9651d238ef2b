/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: what hands do to the world of change_help.h. */
#include <linux/rtnetlink.h>
#include "change_help.h"

struct isle_snap_link *new_link(struct world *w, const char *host, const char *name, const char *kind)
{
	struct isle_snap_ns *ns = in(w, host);
	const struct isle_made made = { .name = name, .type = kind, .ifindex = (uint32_t)ns->links[ns->n_links - 1].ifindex + 1, .up = true };

	world_add_link(ns, &made);
	return &ns->links[ns->n_links - 1];
}

/* It stays in the list, for others point there, but nobody would know it. */
static void lose_link(struct isle_snap_ns *ns, struct isle_snap_link *l)
{
	size_t n = 0;

	for (size_t i = 0; i < ns->n_addresses; i++)
		if (ns->addresses[i].link != l)
			ns->addresses[n++] = ns->addresses[i];
	ns->n_addresses = n;
	n = 0;
	for (size_t i = 0; i < ns->n_routes; i++)
		if (!ns->routes[i].n_hops || ns->routes[i].hops[0].dev != l)
			ns->routes[n++] = ns->routes[i];
	ns->n_routes = n;
	*l = (struct isle_snap_link) { .ns = ns, .ifindex = l->ifindex, .name = "sit0", .kind = "sit" };
}

void take_link(struct world *w, const char *host, const char *name)
{
	struct isle_snap_link *l = link_in(w, host, name);

	if (l->peer)
		lose_link(l->peer->ns, l->peer);
	lose_link(l->ns, l);
}

static struct isle_ip ip_of(const char *text)
{
	struct isle_ip ip;
	bool has_len;

	assert_true(isle_ip_parse(text, strlen(text), &ip, &has_len));
	return ip;
}

void new_address(struct world *w, const char *host, const char *link, const char *address)
{
	const struct isle_ip ip = ip_of(address);

	world_add_address(in(w, host), link_in(w, host, link), &ip);
}

void take_address(struct world *w, const char *host, const char *address)
{
	struct isle_snap_ns *ns = in(w, host);
	const struct isle_ip ip = ip_of(address);
	size_t n = 0;

	for (size_t i = 0; i < ns->n_addresses; i++)
		if (isle_ip_cmp(&ns->addresses[i].ip, &ip))
			ns->addresses[n++] = ns->addresses[i];
	assert_int_equal(n + 1, ns->n_addresses);
	ns->n_addresses = n;
}

void new_route(struct world *w, const char *host, const char *dst, const char *via, uint8_t proto)
{
	struct isle_snap_ns *ns = in(w, host);
	struct isle_snap_route *r = &ns->routes[ns->n_routes++];

	*r = (struct isle_snap_route) { .dst = ip_of(dst), .type = RTN_UNICAST, .proto = proto, .table = RT_TABLE_MAIN, .n_hops = 1 };
	r->hops = isle_arena_alloc(w->arena, sizeof(*r->hops));
	r->hops[0] = (struct isle_snap_hop) { .via = ip_of(via), .dev = link_in(w, host, "eth0"), .weight = 1 };
}

void take_route(struct world *w, const char *host, const char *dst)
{
	struct isle_snap_ns *ns = in(w, host);
	const struct isle_ip ip = ip_of(dst);
	size_t n = 0;

	for (size_t i = 0; i < ns->n_routes; i++)
		if (isle_ip_cmp(&ns->routes[i].dst, &ip))
			ns->routes[n++] = ns->routes[i];
	assert_int_equal(n + 1, ns->n_routes);
	ns->n_routes = n;
}
