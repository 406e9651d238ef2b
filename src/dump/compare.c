/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the file that was written so far, read back: what it means beside what
 * is live. What differs is said in the next form, and the file written again.
 * So every rule by which the lab file assigns names, addresses, MACs and routes
 * stays where it is, in lab/, and a dump says no more than it has to.
 */
#include <net/if.h>
#include "dump/inner.h"

#define LO_MTU 65536u

bool isle_dump_say(struct isle_dump *d, struct isle_fact *f, const char *why_not)
{
	if (f->refused || f->round == d->round)
		return false;
	if (d->dry)
		return true;
	f->round = d->round;
	if (f->level < f->max)
		f->level++;
	else
		f->refused = why_not;
	return true;
}

static const char not_taken[] = "the lab file has no form for it";

static size_t say(struct isle_dump *d, struct isle_fact *f)
{
	return isle_dump_say(d, f, not_taken);
}

/* The addresses of one family, in their order. The model's of an uplink have those of its subnets behind. */
static bool is_family_equal(const struct isle_dump_iface *f, const struct isle_iface *m, uint8_t family)
{
	size_t k = 0;

	for (size_t i = 0; i < f->n_addresses; i++) {
		if (f->addresses[i].family != family)
			continue;
		while (k < m->n_addresses && m->addresses[k].family != family)
			k++;
		if (k == m->n_addresses || isle_ip_cmp(&m->addresses[k++], &f->addresses[i]))
			return false;
	}
	while (k < m->n_addresses && m->addresses[k].family != family)
		k++;
	return k == m->n_addresses;
}

static size_t compare_lo(struct isle_dump *d, struct isle_dump_iface *f, const struct isle_iface *m)
{
	const struct isle_iface bare = { .is_lo = true, .up = true };
	const uint32_t mtu = m && m->mtu ? m->mtu : LO_MTU;
	size_t n = 0;

	m = m ? m : &bare;
	if (!is_family_equal(f, m, AF_INET) || !is_family_equal(f, m, AF_INET6))
		n += say(d, &f->address);
	if (m->up != !!(f->link->flags & IFF_UP))
		n += say(d, &f->state);
	if (mtu != f->link->mtu)
		n += say(d, &f->mtu);
	return n;
}

static size_t compare_iface(struct isle_dump *d, struct isle_dump_iface *f, const struct isle_iface *m)
{
	size_t n = 0;

	/* the MAC follows from the name */
	if (strcmp(m->name, f->link->name))
		return say(d, &f->name);
	if (!is_family_equal(f, m, AF_INET) || !is_family_equal(f, m, AF_INET6))
		n += say(d, f->is_uplink ? &f->subnet : f->wire ? &f->wire->subnet : &f->address);
	/* a tap that another program made has the MAC that it chose */
	if (f->link->n_mac == 6 && memcmp(m->mac, f->link->mac, 6) && !(f->is_uplink && !f->link->peer))
		n += say(d, &f->mac);
	if (m->mtu != f->link->mtu && !f->is_uplink)
		n += say(d, &f->mtu);
	if ((m->up && (!m->link || m->link->up)) != !!(f->link->flags & IFF_UP))
		n += say(d, &f->state);
	return n;
}

/* Of one that has a kind: a model that leaves something to the kernel is content with it. */
static size_t compare_kind(struct isle_dump *d, struct isle_dump_iface *f, const struct isle_host *host)
{
	static const uint8_t none[6];
	const struct isle_iface *m = NULL;
	size_t n = 0;

	for (size_t i = 0; i < host->n_ifaces; i++)
		m = strcmp(host->ifaces[i]->name, f->link->name) ? m : host->ifaces[i];
	if (!f->kind.level)
		return say(d, &f->kind);
	if (!m || f->kind.refused)
		return 0;
	if (!is_family_equal(f, m, AF_INET) || !is_family_equal(f, m, AF_INET6))
		n += say(d, &f->address);
	if (f->link->n_mac == 6 && memcmp(m->mac, none, 6) && memcmp(m->mac, f->link->mac, 6))
		n += say(d, &f->mac);
	if (m->mtu && m->mtu != f->link->mtu)
		n += say(d, &f->mtu);
	if (!isle_dump_is_wireguard_same(d, f, m))
		n += say(d, &f->peers);
	return m->up != !!(f->link->flags & IFF_UP) ? n + say(d, &f->state) : n;
}

/* What speaks of other interfaces, which have their names by now. */
static size_t compare_kinds(struct isle_dump *d, struct isle_dump_host *h, const struct isle_host *m)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_ifaces; i++) {
		struct isle_dump_iface *f = h->ifaces[i];

		if (f->is_kind)
			n += compare_kind(d, f, m);
		if (isle_dump_has_neighbours(f) && !f->neighbours.level)
			n += say(d, &f->neighbours);
	}
	for (size_t i = 0; !n && i < h->n_ifaces; i++)
		if (isle_dump_has_master(h->ifaces[i]) && !h->ifaces[i]->master.level)
			n += say(d, &h->ifaces[i]->master);
	return n;
}

static size_t compare_ifaces(struct isle_dump *d, struct isle_dump_host *h, const struct isle_host *m)
{
	struct isle_dump_iface *lo = NULL;
	const struct isle_iface *model_lo = NULL;
	size_t n = 0, k = 0;

	for (size_t i = 0; i < m->n_ifaces; i++)
		model_lo = m->ifaces[i]->is_lo ? m->ifaces[i] : model_lo;
	for (size_t i = 0; i < h->n_ifaces; i++) {
		while (k < m->n_ifaces && m->ifaces[k]->kind)
			k++;
		if (h->ifaces[i]->is_lo)
			lo = h->ifaces[i];
		else if (!h->ifaces[i]->is_kind && k < m->n_ifaces)
			n += compare_iface(d, h->ifaces[i], m->ifaces[k++]);
	}
	n += lo ? compare_lo(d, lo, model_lo) : 0;
	return n ? n : compare_kinds(d, h, m);
}

static bool is_same_hop(const struct isle_dump_route *r, size_t i, const struct isle_hop *m)
{
	const struct isle_hop *h = &r->is.hops[i];

	return h->via.family == m->via.family && (!h->via.family || isle_ip_equal(&h->via, &m->via)) && h->onlink == m->onlink &&
	       (!m->dev || !strcmp(m->dev->name, r->devs[i]->name));
}

static bool is_same_route(const struct isle_dump_route *r, const struct isle_route *m)
{
	uint32_t table = m->table == 254 ? 0 : m->table;

	if (isle_ip_cmp(&r->is.dst, &m->dst) || r->is.type != m->type || r->is.n_hops != m->n_hops || r->is.table != table ||
	    r->is.metric != m->metric || r->is.mtu != m->mtu || r->is.src.family != m->src.family ||
	    (m->src.family && !isle_ip_equal(&r->is.src, &m->src)))
		return false;
	for (size_t i = 0; i < m->n_hops; i++)
		if (!is_same_hop(r, i, &m->hops[i]))
			return false;
	return true;
}

/* What goes with a route follows it, until each is said by itself. */
static size_t say_route(struct isle_dump *d, struct isle_dump_host *h, struct isle_dump_route *r)
{
	struct isle_dump_route *first = r->with && r->with->said.level < 2 ? r->with : r;
	size_t n = say(d, &first->said);

	for (size_t i = 0; i < h->n_routes; i++)
		if (h->routes[i].with == first && h->routes[i].said.level < first->said.level)
			h->routes[i].said.level = first->said.level;
	return n;
}

/* A default route that the file would give, and is not there. */
static size_t compare_extra(struct isle_dump *d, struct isle_dump_host *h, const struct isle_route *m)
{
	const int family = m->dst.family == AF_INET6;

	for (size_t i = 0; i < m->n_hops; i++)
		if (m->assigned && m->hops[i].dev && !(m->hops[i].dev->up && (!m->hops[i].dev->link || m->hops[i].dev->link->up)))
			return 0;	/* not made, either */
	for (size_t i = 0; i < h->n_routes; i++) {
		struct isle_dump_route *r = &h->routes[i];

		if (!r->with && r->said.level == 1 && r->dst_name && !r->said.refused &&
		    (m->dst.len ? strcmp(r->dst_name, "default") != 0 : !strcmp(r->dst_name, "default")))
			return say_route(d, h, r);
	}
	for (size_t i = 0; i < h->n_routes; i++)
		if (!m->dst.len && !h->routes[i].is.dst.len && h->routes[i].is.dst.family == m->dst.family && !h->routes[i].is.table)
			return 0;	/* goes when that one is said */
	if (!m->dst.len)
		return say(d, &h->no_default[family]);
	return d->routing_static;	/* which gives a route too many */
}

static size_t compare_routes(struct isle_dump *d, struct isle_dump_host *h, const struct isle_host *m)
{
	isle_auto(free) bool *found = calloc(m->n_routes + 1, sizeof(*found));
	size_t n = 0;

	if (!found) {
		d->no_memory = true;
		return 0;
	}
	for (size_t i = 0; i < h->n_routes; i++) {
		size_t k = 0;

		while (k < m->n_routes && (found[k] || !is_same_route(&h->routes[i], &m->routes[k])))
			k++;
		if (k < m->n_routes)
			found[k] = true;
		else
			n += say_route(d, h, &h->routes[i]);
	}
	for (size_t k = 0; k < m->n_routes; k++)
		if (!found[k])
			n += compare_extra(d, h, &m->routes[k]);
	return n;
}

static size_t compare_net(struct isle_dump *d, struct isle_dump_net *n, const struct isle_lab *lab)
{
	const struct isle_network *m = isle_lab_network(lab, n->name);
	size_t same = 0;

	if (!m || n->segment != n)
		return 0;
	for (size_t i = 0; i < n->n_subnets; i++)
		for (size_t k = 0; k < m->segment->n_subnets; k++)
			same += !isle_ip_cmp(&n->subnets[i], &m->segment->subnets[k]);
	return same == n->n_subnets && same == m->segment->n_subnets ? 0 : say(d, &n->subnet);
}

size_t isle_dump_compare(struct isle_dump *d, const struct isle_lab *lab)
{
	size_t n = 0, routes = 0;

	for (size_t i = 0; i < d->n_nets; i++)
		n += compare_net(d, d->nets[i], lab);
	/* addresses follow from the subnets */
	for (size_t i = 0; !n && i < d->n_hosts; i++) {
		struct isle_dump_host *h = d->order[i];
		const struct isle_host *m = isle_lab_host(lab, h->name);

		if (!m || h->switch_only)
			continue;
		n += compare_ifaces(d, h, m);
		if (m->forward != (h->ns->forwards4 || h->ns->forwards6))
			n += say(d, &h->forward);
	}
	/* routes follow from all that, so they come when it is right */
	for (size_t i = 0; !n && d->with_routes && i < d->n_hosts; i++) {
		const struct isle_host *m = isle_lab_host(lab, d->order[i]->name);

		if (m && !d->order[i]->switch_only)
			routes += compare_routes(d, d->order[i], m);
	}
	return n + routes;
}
