/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: routes of the snapshot as lab files know them, and what they say about
 * networks: the router that members have their default route to is the gateway,
 * be it a member or somebody who is not here. What the kernel made by itself is
 * left out. A route whose next router is a host here, or whose destination is a
 * network, can be said by name; routes of both families that are the same words
 * are said once.
 */
#include <linux/rtnetlink.h>
#include "dump/inner.h"

#define METRIC6 1024u	/* what the kernel gives an IPv6 route without one */

static bool is_hop_sayable(const struct isle_snap_route *r)
{
	for (size_t i = 0; i < r->n_hops; i++)
		if ((r->n_hops > 1 && r->hops[i].weight > 1) || !r->hops[i].dev)
			return false;
	return r->n_hops > 0;
}

static bool route_type(const struct isle_snap_route *r, enum isle_route_type *ret)
{
	switch (r->type) {
	case RTN_UNICAST: *ret = ISLE_ROUTE_UNICAST; return is_hop_sayable(r);
	case RTN_BLACKHOLE: *ret = ISLE_ROUTE_BLACKHOLE; break;
	case RTN_UNREACHABLE: *ret = ISLE_ROUTE_UNREACHABLE; break;
	case RTN_PROHIBIT: *ret = ISLE_ROUTE_PROHIBIT; break;
	default: return false;
	}
	return !r->metric || (r->dst.family == AF_INET6 && r->metric == METRIC6);
}

static const char *target(const struct isle_ip *dst, char text[ISLE_IP_TEXT])
{
	return dst->len ? isle_ip_text(dst, true, text) : "default";
}

static void note_route(struct isle_dump *d, struct isle_dump_host *h, const struct isle_snap_route *r, const char *why)
{
	char to[ISLE_IP_TEXT], via[ISLE_IP_TEXT];
	const struct isle_snap_hop *hop = r->n_hops ? &r->hops[0] : NULL;

	isle_dump_note(d, h, "a route to %s%s%s%s%s%s: %s", target(&r->dst, to), hop && hop->via.family ? " via " : "",
		       hop && hop->via.family ? isle_ip_text(&hop->via, false, via) : "", hop && hop->dev ? " dev " : "",
		       hop && hop->dev ? hop->dev->name : "", r->n_hops > 1 ? " and others" : "", why);
}

static void add_route(struct isle_dump *d, struct isle_dump_host *h, const struct isle_snap_route *r)
{
	struct isle_hop *hops = isle_dump_alloc(d, (r->n_hops + 1) * sizeof(*hops));
	const struct isle_snap_link **devs = isle_dump_alloc(d, (r->n_hops + 1) * sizeof(struct isle_snap_link *));
	struct isle_dump_route *new;

	if (!hops || !devs || !isle_arena_grow(d->arena, &h->routes, h->n_routes, &h->cap_routes, sizeof(*h->routes))) {
		d->no_memory = true;
		return;
	}
	new = &h->routes[h->n_routes];
	*new = (struct isle_dump_route){ .is = { .dst = r->dst, .hops = hops, .table = r->table == RT_TABLE_MAIN ? 0 : r->table,
						 .metric = r->dst.family == AF_INET6 && r->metric == METRIC6 ? 0 : r->metric,
						 .mtu = r->mtu, .src = r->src }, .devs = devs, .said.max = 3 };
	if (r->from.family || r->tos || !route_type(r, &new->is.type)) {
		note_route(d, h, r, "no such thing in lab files");
		return;
	}
	for (size_t i = 0; new->is.type == ISLE_ROUTE_UNICAST && i < r->n_hops; i++) {
		hops[i] = (struct isle_hop){ .via = r->hops[i].via, .onlink = r->hops[i].onlink };
		devs[i] = r->hops[i].dev;
		new->is.n_hops++;
	}
	h->n_routes++;
}

static struct isle_dump_iface *iface_of(const struct isle_dump_host *h, const struct isle_snap_link *l)
{
	for (size_t i = 0; i < h->n_ifaces; i++)
		if (h->ifaces[i]->link == l)
			return h->ifaces[i];
	return NULL;
}

static bool has(const struct isle_dump_iface *f, const struct isle_ip *ip)
{
	for (size_t i = 0; i < f->n_addresses; i++)
		if (isle_ip_equal(&f->addresses[i], ip))
			return true;
	return false;
}

static struct isle_dump_iface *owner(const struct isle_dump *d, const struct isle_dump_iface *from, const struct isle_ip *ip)
{
	if (from->wire)
		return has(from->wire->iface[from->wire->iface[0] == from], ip) ? from->wire->iface[from->wire->iface[0] == from] : NULL;
	for (size_t i = 0; from->net && i < d->n_nets; i++)
		for (size_t k = 0; d->nets[i]->segment == from->net->segment && k < d->nets[i]->n_members; k++)
			if (has(d->nets[i]->members[k], ip))
				return d->nets[i]->members[k];
	return NULL;
}

static bool is_plain(const struct isle_route *r)
{
	return r->type == ISLE_ROUTE_UNICAST && !r->table && !r->metric && !r->mtu && !r->src.family;
}

/* The hosts that the hops are, all of them here; NULL: not all. In the arena. */
static struct isle_dump_host **hop_hosts(struct isle_dump *d, const struct isle_dump_host *h, const struct isle_dump_route *r)
{
	struct isle_dump_host **ret = isle_dump_alloc(d, r->is.n_hops * sizeof(struct isle_dump_host *));

	for (size_t i = 0; ret && i < r->is.n_hops; i++) {
		const struct isle_dump_iface *f = iface_of(h, r->devs[i]);
		const struct isle_dump_iface *o = f && r->is.hops[i].via.family ? owner(d, f, &r->is.hops[i].via) : NULL;

		if (!o || o->host == h || r->is.hops[i].onlink)
			return NULL;
		ret[i] = o->host;
	}
	return is_plain(&r->is) && r->is.n_hops ? ret : NULL;
}

static const char *dst_name(const struct isle_dump *d, const struct isle_ip *dst)
{
	if (!dst->len)
		return "default";
	for (size_t i = 0; i < d->n_nets; i++)
		for (size_t k = 0; d->nets[i]->segment == d->nets[i] && k < d->nets[i]->n_subnets; k++)
			if (!isle_ip_cmp(&d->nets[i]->subnets[k], dst))
				return d->nets[i]->name;
	return NULL;
}

/* How many subnets go by NAME. */
static size_t n_subnets(const struct isle_dump *d, const char *name)
{
	for (size_t i = 0; i < d->n_nets; i++)
		if (d->nets[i]->name == name)
			return d->nets[i]->n_subnets;
	return 0;
}

static bool is_same_way(const struct isle_dump_route *a, const struct isle_dump_route *b)
{
	if (a->is.n_hops != b->is.n_hops)
		return false;
	for (size_t i = 0; i < a->is.n_hops; i++)
		if (a->hosts[i] != b->hosts[i])
			return false;
	return true;
}

/* Routes that one name stands for: the first has it, the others go with that one. Not all of them the same way: none has. */
static void group(struct isle_dump *d, struct isle_dump_host *h)
{
	for (size_t i = 0; i < h->n_routes; i++) {
		struct isle_dump_route *first = &h->routes[i];
		size_t n = 1;
		bool same = true;

		if (!first->dst_name || first->with)
			continue;
		for (size_t k = i + 1; k < h->n_routes; k++) {
			struct isle_dump_route *r = &h->routes[k];

			if (r->dst_name != first->dst_name)
				continue;
			same &= is_same_way(first, r) && isle_ip_cmp(&first->is.dst, &r->is.dst);
			r->with = first;
			n++;
		}
		if (same && (!first->is.dst.len || n == n_subnets(d, first->dst_name)))
			continue;
		const char *name = first->dst_name;

		for (size_t k = i; k < h->n_routes; k++)
			if (h->routes[k].dst_name == name) {
				h->routes[k].dst_name = NULL;
				h->routes[k].with = NULL;
			}
	}
}

static void find_names(struct isle_dump *d, struct isle_dump_host *h)
{
	for (size_t i = 0; i < h->n_routes && !d->no_memory; i++) {
		struct isle_dump_route *r = &h->routes[i];

		r->hosts = hop_hosts(d, h, r);
		r->dst_name = r->hosts ? dst_name(d, &r->is.dst) : NULL;
	}
	group(d, h);
}

struct vote { struct isle_ip via; size_t n; };

/* What most members of N have their default route to. */
static struct vote count(const struct isle_dump_net *n, uint8_t family)
{
	struct vote best = { .n = 0 };

	for (size_t i = 0; i < n->n_members; i++) {
		const struct isle_dump_host *h = n->members[i]->host;

		for (size_t k = 0; k < h->n_routes; k++) {
			const struct isle_dump_route *r = &h->routes[k];
			size_t votes = 0;

			if (r->is.dst.len || r->is.dst.family != family || !is_plain(&r->is) || r->is.n_hops != 1 ||
			    r->devs[0] != n->members[i]->link || !r->is.hops[0].via.family || r->is.hops[0].onlink)
				continue;
			for (size_t m = 0; m < n->n_members; m++)
				for (size_t j = 0; j < n->members[m]->host->n_routes; j++) {
					const struct isle_dump_route *o = &n->members[m]->host->routes[j];

					votes += !o->is.dst.len && o->is.n_hops == 1 && o->devs[0] == n->members[m]->link &&
						 isle_ip_equal(&o->is.hops[0].via, &r->is.hops[0].via);
				}
			if (votes > best.n)
				best = (struct vote){ r->is.hops[0].via, votes };
		}
	}
	return best;
}

static bool is_inside(const struct isle_dump_net *n, const struct isle_ip *ip)
{
	for (size_t i = 0; i < n->segment->n_subnets; i++)
		if (isle_ip_contains(&n->segment->subnets[i], ip))
			return true;
	return false;
}

static void find_gateway(const struct isle_dump *d, struct isle_dump_net *n)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };

	for (int i = 0; i < 2 && !n->gateway_iface; i++) {
		struct vote v = count(n, families[i]);
		struct isle_dump_iface *f = v.n ? owner(d, n->members[0], &v.via) : NULL;

		if (f && f->net == n)
			n->gateway_iface = f;
		else if (v.n && is_inside(n, &v.via) && !n->gateway[0].family)
			n->gateway[i] = v.via;
	}
}

/* Two gateways are no choice for the file: a host on two such networks has to say what it does. */
static void say_of_many(struct isle_dump_host *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_ifaces; i++) {
		const struct isle_dump_net *net = h->ifaces[i]->net;

		n += net && (net->gateway_iface ? net->gateway_iface->host != h : net->gateway[0].family || net->gateway[1].family);
	}
	if (n < 2)
		return;
	for (int family = 0; family < 2; family++) {
		bool said = false;

		for (size_t i = 0; i < h->n_routes; i++)
			if (!h->routes[i].is.dst.len && (h->routes[i].is.dst.family == AF_INET6) == family && !h->routes[i].is.table) {
				h->routes[i].said.level = 1;
				said = true;
			}
		h->no_default[family].level = !said;
	}
}

void isle_dump_routes(struct isle_dump *d)
{
	for (size_t i = 0; i < d->n_hosts && !d->no_memory; i++) {
		struct isle_dump_host *h = &d->hosts[i];

		for (size_t k = 0; k < h->ns->n_routes; k++) {
			const struct isle_snap_route *r = &h->ns->routes[k];

			if (r->proto == RTPROT_RA)
				note_route(d, h, r, "from a router's advertisement");
			else if (r->proto != RTPROT_KERNEL && r->proto != RTPROT_REDIRECT)
				add_route(d, h, r);
		}
	}
	for (size_t i = 0; i < d->n_hosts && !d->no_memory; i++)
		find_names(d, &d->hosts[i]);
	for (size_t i = 0; i < d->n_nets; i++)
		find_gateway(d, d->nets[i]);
	for (size_t i = 0; i < d->n_hosts; i++)
		say_of_many(&d->hosts[i]);
}
