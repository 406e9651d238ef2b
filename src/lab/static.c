/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `routing: static`. Hosts that forward and the subnets that they are on
 * are a graph of two sorts of nodes; one breadth-first search per forwarding
 * host and family finds the nearest way to all. Neighbours are queued in host
 * order, so that of equally short ways the one over the first host wins, all
 * the way down. The work is that of writing the routes: hosts times subnets.
 * Written routes, also `none`, win.
 */
#include "lab/build.h"

struct at { uint32_t host; struct isle_iface *iface; const struct isle_ip *ip; };	/* a router's foot in a subnet */

struct subnet {
	struct isle_ip net;
	struct at *feet;
	size_t n, cap;
	uint32_t same;		/* number of the first subnet with this prefix, maybe on another wire */
	uint32_t seen, seen_same;	/* stamps of the search */
};

struct foot { uint32_t subnet; struct isle_iface *iface; const struct isle_ip *ip; };	/* the same from the host's side */

struct router {
	struct foot *feet;
	size_t n, cap;
	struct isle_hop *first;	/* hop towards it in this search */
	uint32_t seen, distance;
};

struct graph {
	struct isle_build *b;
	struct subnet *subnets;
	size_t n_subnets, cap_subnets;
	struct router *routers;	/* by host index */
	uint32_t *queue;
	struct isle_iset by_wire, by_net;	/* -> number, in the arena */
	uint32_t stamp;
};

/* The subnet NET on a wire (ID), made if it is new. UINT32_MAX: no memory. */
static uint32_t subnet(struct graph *g, uint32_t id, const struct isle_ip *net)
{
	uint32_t *i = isle_iset_get(&g->by_wire, id, net), *same = isle_iset_get(&g->by_net, 0, net);

	if (i)
		return *i;
	i = isle_arena_alloc(g->b->arena, sizeof(*i));
	if (!i || !isle_arena_grow(g->b->arena, &g->subnets, g->n_subnets, &g->cap_subnets, sizeof(*g->subnets)))
		return UINT32_MAX;
	*i = (uint32_t)g->n_subnets++;
	g->subnets[*i] = (struct subnet){ .net = *net, .same = same ? *same : *i };
	if (!same && isle_iset_put(&g->by_net, 0, net, i) < 0)
		return UINT32_MAX;
	return isle_iset_put(&g->by_wire, id, net, i) < 0 ? UINT32_MAX : *i;
}

static int stand(struct graph *g, struct isle_iface *f, const struct isle_ip *ip)
{
	/* no way leads by a tunnel: its own packets would take it, too */
	const struct isle_wire *w = f->kind ? NULL : isle_biface(f)->wire;
	struct isle_ip net = isle_ip_network(ip);
	uint32_t host = (uint32_t)f->host->index;
	/* a loopback is a wire of its own */
	uint32_t i = subnet(g, w ? w->id : UINT32_MAX - host, &net);
	struct router *r = &g->routers[host];
	struct subnet *s;

	if (i == UINT32_MAX)
		return -ENOMEM;
	s = &g->subnets[i];
	if (!f->host->forward || !f->up)
		return 0;
	if (!isle_arena_grow(g->b->arena, &s->feet, s->n, &s->cap, sizeof(*s->feet)) ||
	    !isle_arena_grow(g->b->arena, &r->feet, r->n, &r->cap, sizeof(*r->feet)))
		return -ENOMEM;
	s->feet[s->n++] = (struct at){ host, f, ip };
	r->feet[r->n++] = (struct foot){ i, f, ip };
	return 0;
}

static int survey(struct graph *g)
{
	const struct isle_lab *lab = g->b->lab;

	g->routers = isle_arena_alloc(g->b->arena, lab->n_hosts * sizeof(*g->routers));
	g->queue = isle_arena_alloc(g->b->arena, lab->n_hosts * sizeof(*g->queue));
	if (!g->routers || !g->queue)
		return -ENOMEM;
	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces; k++) {
			struct isle_iface *f = lab->hosts[i]->ifaces[k];

			for (size_t a = 0; a < f->n_addresses && !f->is_uplink; a++)
				if (stand(g, f, &f->addresses[a]) < 0)
					return -ENOMEM;
		}
	return 0;
}

/* Mark SUBNET as reached; false: it was, or another of the same prefix. */
static bool reach(struct graph *g, struct subnet *s)
{
	struct subnet *same = &g->subnets[s->same];
	bool first = same->seen_same != g->stamp;

	s->seen = g->stamp;
	same->seen_same = g->stamp;
	return first;
}

static int by_host(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return (a > b) - (a < b);
}

/* The routers next to ME are the beginning of the queue, in host order. */
static int start(struct graph *g, uint32_t me, uint8_t family, size_t *ret_n)
{
	const struct router *r = &g->routers[me];
	size_t n = 0;

	g->routers[me].seen = ++g->stamp;
	for (size_t i = 0; i < r->n; i++) {
		struct subnet *s = &g->subnets[r->feet[i].subnet];

		if (s->net.family != family)
			continue;
		reach(g, s);
		for (size_t k = 0; k < s->n; k++) {
			struct router *next = &g->routers[s->feet[k].host];

			if (next->seen == g->stamp)
				continue;
			next->first = isle_arena_alloc(g->b->arena, sizeof(*next->first));
			if (!next->first)
				return -ENOMEM;
			next->first->via = *s->feet[k].ip;
			next->first->via.len = (uint8_t)isle_ip_bits(&next->first->via);
			next->first->dev = r->feet[i].iface;
			next->seen = g->stamp;
			next->distance = 1;
			g->queue[n++] = s->feet[k].host;
		}
	}
	qsort(g->queue, n, sizeof(*g->queue), by_host);
	*ret_n = n;
	return 0;
}

static int add(struct graph *g, struct isle_bhost *h, const struct isle_ip *dst, struct isle_hop *hop)
{
	struct isle_route *r;

	if (isle_lab_has_route(g->b, h, dst))
		return 0;
	r = isle_lab_add_route(g->b, h, dst, &g->b->doc->routing_loc);
	if (!r)
		return -ENOMEM;
	r->assigned = true;
	r->hops = hop;
	r->n_hops = 1;
	return 0;
}

static bool has_way_out(const struct isle_host *h, uint8_t family)
{
	for (size_t i = 0; i < h->uplink.n_subnets; i++)
		if (h->uplink.subnets[i].family == family && h->uplink.iface->up)
			return true;
	return false;
}

/* What lies behind FROM: routes to its subnets, its neighbours into the queue. */
static int expand(struct graph *g, struct isle_bhost *h, uint32_t from, uint8_t family, size_t *n)
{
	const struct router *r = &g->routers[from];

	for (size_t i = 0; i < r->n; i++) {
		struct subnet *s = &g->subnets[r->feet[i].subnet];

		if (s->net.family != family || s->seen == g->stamp)
			continue;
		if (reach(g, s) && add(g, h, &s->net, r->first) < 0)
			return -ENOMEM;
		for (size_t k = 0; k < s->n; k++) {
			struct router *next = &g->routers[s->feet[k].host];

			if (next->seen == g->stamp)
				continue;
			next->seen = g->stamp;
			next->distance = r->distance + 1;
			next->first = r->first;
			g->queue[(*n)++] = s->feet[k].host;
		}
	}
	return 0;
}

static int search(struct graph *g, struct isle_bhost *h, uint8_t family)
{
	struct isle_ip any = { .family = family };
	int f = isle_family_index(&any);
	uint32_t out = UINT32_MAX;
	size_t n;

	if (start(g, (uint32_t)h->pub.index, family, &n) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		uint32_t at = g->queue[i];

		if (has_way_out(g->b->lab->hosts[at], family) &&
		    (out == UINT32_MAX || (g->routers[at].distance == g->routers[out].distance && at < out)))
			out = at;
		if (expand(g, h, at, family, &n) < 0)
			return -ENOMEM;
	}
	if (out == UINT32_MAX || h->pub.attach || h->has_default[f] || has_way_out(&h->pub, family))
		return 0;
	h->has_default[f] = true;
	return add(g, h, &any, g->routers[out].first);
}

int isle_lab_static(struct isle_build *b)
{
	struct graph g = { .b = b };
	int r = survey(&g);

	for (size_t i = 0; r == 0 && i < b->lab->n_hosts; i++) {
		struct isle_bhost *h = isle_bhost(b->lab->hosts[i]);

		if (!h->pub.forward)
			continue;
		r = search(&g, h, AF_INET);
		if (r == 0 && b->lab->has_ipv6)
			r = search(&g, h, AF_INET6);
	}
	isle_iset_done(&g.by_wire);
	isle_iset_done(&g.by_net);
	return r;
}
