/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: VLANs of switch ports, as the kernel or Open vSwitch's database has them,
 * as the lab file says them: access, trunk, native. Where members of one segment
 * are not in the same subnets, its VLANs are what keeps these apart: then each
 * VLAN that has access ports becomes a network, `vlan: SWITCH/ID`. What has no
 * such form is a comment.
 */
#include <linux/if_bridge.h>
#include "dump/inner.h"

enum { VLANS = 4096, FIRST = 1 };	/* of a port of which nothing is said: untagged in the first */

struct carried {				/* by the port of a bridge that filters */
	bool tagged[VLANS];
	uint16_t pvid;				/* of what comes in untagged; 0: it is not taken */
	bool odd;				/* what goes out untagged is not that one alone */
};

const struct isle_snap_link *isle_dump_port(const struct isle_dump_iface *f)
{
	/* a bridge's own interface is its port to whoever has the bridge */
	return !f->net ? NULL : f->link == f->net->bridge ? f->link : f->link->peer;
}

static void add_vlans(uint16_t first, uint16_t last, uint16_t flags, void *arg)
{
	struct carried *c = arg;

	for (unsigned vid = first; vid <= last && vid < VLANS; vid++) {
		if (flags & BRIDGE_VLAN_INFO_PVID)
			c->pvid = (uint16_t)vid;
		c->odd |= !(flags & BRIDGE_VLAN_INFO_PVID) != !(flags & BRIDGE_VLAN_INFO_UNTAGGED);
		c->tagged[vid] = !(flags & BRIDGE_VLAN_INFO_UNTAGGED);
	}
}

/* Why it has no form, or NULL. */
static const char *from_bridge(struct isle_dump *d, const struct isle_snap_link *port, bool is_wire, struct isle_vlans *ret)
{
	struct carried c = { .pvid = 0 };
	size_t n = 0;

	isle_snap_each_vlans(port, add_vlans, &c);
	for (size_t i = 0; i < VLANS; i++)
		n += c.tagged[i];
	if (c.odd)
		return "sends VLANs untagged of which it takes none in";
	if (!n && !c.pvid)
		return "is in no VLAN";
	/* all of them: what a link between switches has if nothing is said */
	if (is_wire && n == VLANS - 3 && c.pvid == FIRST)
		return NULL;
	if (!n) {
		ret->access = c.pvid != FIRST || is_wire ? c.pvid : 0;
		return NULL;
	}
	ret->native = c.pvid;
	ret->trunk = isle_dump_alloc(d, n * sizeof(*ret->trunk));
	for (uint16_t i = 0; ret->trunk && i < VLANS; i++)
		if (c.tagged[i])
			ret->trunk[ret->n_trunk++] = i;
	return NULL;
}

static int by_id(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static const char *from_ovs(struct isle_dump *d, const struct isle_snap_ovs_port *p, struct isle_vlans *ret)
{
	const char *mode = p->vlan_mode ? p->vlan_mode : !p->tag ? "trunk" : "access";

	if (!strcmp(mode, "access") && p->tag)
		ret->access = p->tag;
	else if (!strcmp(mode, "native-untagged") && p->n_trunks && p->tag)
		ret->native = p->tag;
	else if (strcmp(mode, "trunk") || p->tag)
		return isle_dump_words(d, "has vlan_mode %s%s", mode, p->tag ? isle_dump_words(d, " with tag %u", p->tag) : "");
	if (ret->access || !p->n_trunks)
		return NULL;
	ret->trunk = isle_dump_alloc(d, p->n_trunks * sizeof(*ret->trunk));
	if (!ret->trunk)
		return NULL;
	memcpy(ret->trunk, p->trunks, p->n_trunks * sizeof(*ret->trunk));
	ret->n_trunk = p->n_trunks;
	qsort(ret->trunk, ret->n_trunk, sizeof(*ret->trunk), by_id);
	return NULL;
}

/* LINK or ROW: a port of N's switch; another one is not looked at. */
static void read_port(struct isle_dump *d, struct isle_dump_net *n, const struct isle_snap_link *link, const struct isle_snap_ovs_port *row,
		      bool is_wire, struct isle_vlans *ret)
{
	const char *why = NULL;

	row = row ? row : isle_dump_ovs_port(link);
	if (row)
		why = from_ovs(d, row, ret);
	else if (link && isle_dump_filters_vlans(n->bridge))
		why = from_bridge(d, link, is_wire, ret);
	if (why)
		isle_dump_note(d, n, "the port %s of %s %s", row ? row->port : link->name, n->bridge->name, why);
}

static bool are_same(const struct isle_vlans *a, const struct isle_vlans *b)
{
	return a->access == b->access && a->native == b->native && a->n_trunk == b->n_trunk &&
	       (!a->n_trunk || !memcmp(a->trunk, b->trunk, a->n_trunk * sizeof(*a->trunk)));
}

static bool is_filter(const struct isle_dump_net *n)
{
	return n->bridge->is_ovs_bridge || isle_dump_filters_vlans(n->bridge);
}

static void read_wire(struct isle_dump *d, struct isle_dump_wire *w)
{
	struct isle_vlans other = { 0 };

	read_port(d, w->net[0], w->end[0], w->patch[0], true, &w->vlans);
	read_port(d, w->net[1], w->end[1], w->patch[1], true, &other);
	if (are_same(&w->vlans, &other) && (!isle_vlans_are_set(&other) || (is_filter(w->net[0]) && is_filter(w->net[1]))))
		return;
	w->vlans = (struct isle_vlans){ 0 };
	isle_dump_note(d, w->net[0], "the ports that join %s and %s are not in the same VLANs", w->net[0]->bridge->name, w->net[1]->bridge->name);
}

/* ---- networks of VLANs */

static bool has_subnet(const struct isle_dump_iface *f, const struct isle_ip *net)
{
	for (size_t i = 0; i < f->n_addresses; i++) {
		const struct isle_ip own = isle_ip_network(&f->addresses[i]);

		if (!isle_ip_cmp(&own, net))
			return true;
	}
	return false;
}

/* Could both be members of one network? */
static bool fit(const struct isle_dump_iface *a, const struct isle_dump_iface *b)
{
	for (size_t i = 0; i < a->n_addresses; i++) {
		const struct isle_ip net = isle_ip_network(&a->addresses[i]);

		if (b->n_addresses && !has_subnet(b, &net))
			return false;
		for (size_t k = 0; k < b->n_addresses; k++)
			if (isle_ip_equal(&a->addresses[i], &b->addresses[k]))
				return false;
	}
	return true;
}

/* All members of all networks of SEGMENT? */
static bool are_apart(const struct isle_dump *d, const struct isle_dump_net *segment)
{
	const struct isle_dump_iface *first = NULL;
	bool has_access = false, apart = false;

	for (size_t i = 0; i < d->n_nets; i++)
		for (size_t k = 0; d->nets[i]->segment == segment && k < d->nets[i]->n_members; k++) {
			const struct isle_dump_iface *f = d->nets[i]->members[k];

			has_access |= f->vlans.access != 0;
			apart |= first && f->n_addresses && !(fit(first, f) && fit(f, first));
			first = first || !f->n_addresses ? first : f;
		}
	return has_access && apart;
}

static struct isle_dump_net *net_of(struct isle_dump *d, struct isle_dump_net *sw, uint16_t vlan)
{
	struct isle_dump_net *n;

	for (size_t i = 0; i < d->n_nets; i++)
		if (d->nets[i]->vlan_of == sw && d->nets[i]->vlan == vlan)
			return d->nets[i];
	n = isle_dump_alloc(d, sizeof(*n));
	if (!n || !isle_arena_grow(d->arena, &d->nets, d->n_nets, &d->cap_nets, sizeof(struct isle_dump_net *))) {
		d->no_memory = true;
		return NULL;
	}
	*n = (struct isle_dump_net){ .ns = sw->ns, .bridge = sw->bridge, .vlan_of = sw, .vlan = vlan, .segment = n, .subnet.max = 1,
				     .name = isle_dump_words(d, "%.10s-%u", sw->name, vlan) };
	return d->nets[d->n_nets++] = n;
}

/* Access ports of N go to the networks of their VLANs. */
static void split(struct isle_dump *d, struct isle_dump_net *n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n->n_members; i++) {
		struct isle_dump_iface *f = n->members[i];
		struct isle_dump_net *own = f->vlans.access ? net_of(d, n, f->vlans.access) : NULL;

		if (!own || !isle_arena_grow(d->arena, &own->members, own->n_members, &own->cap_members, sizeof(struct isle_dump_iface *))) {
			n->members[kept++] = f;
			continue;
		}
		own->members[own->n_members++] = f;
		f->net = own;
		f->vlans.access = 0;
	}
	n->n_members = kept;
}

static void read_ports(struct isle_dump *d)
{
	for (size_t i = 0; i < d->n_nets; i++)
		for (size_t k = 0; d->nets[i]->bridge && k < d->nets[i]->n_members; k++) {
			struct isle_dump_iface *f = d->nets[i]->members[k];

			read_port(d, d->nets[i], isle_dump_port(f), NULL, false, &f->vlans);
			d->nets[i]->has_vlans |= isle_vlans_are_set(&f->vlans);
		}
	for (size_t i = 0; i < d->n_wires; i++) {
		struct isle_dump_wire *w = d->wires[i];

		if (w->net[0])
			read_wire(d, w);
		for (int k = 0; isle_vlans_are_set(&w->vlans) && k < 2; k++)
			w->net[k]->has_vlans = true;
	}
}

void isle_dump_vlans(struct isle_dump *d)
{
	const size_t n_nets = d->n_nets;

	read_ports(d);
	isle_dump_segments(d);
	for (size_t i = 0; i < n_nets && !d->no_memory; i++)
		if (d->nets[i]->segment == d->nets[i] && are_apart(d, d->nets[i]))
			for (size_t k = 0; k < n_nets; k++)
				if (d->nets[k]->segment == d->nets[i])
					split(d, d->nets[k]);
}
