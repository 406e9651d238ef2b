/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is wired to what, from the hosts outwards. The other end of a veth
 * is an interface of another host here (a wire), a port of a bridge (that is a
 * network, whoever's namespace it is in), or somebody else's: then the wire is
 * a network with one port, so that the host's side stays as it is. What else is at
 * a bridge is in bridge.c.
 */
#include <net/if_arp.h>
#include <strings.h>
#include "dump/inner.h"
#include "see/inner.h"

static bool is_kind(const struct isle_snap_link *l, const char *kind)
{
	return l && isle_str_eq(l->kind, kind);
}

struct isle_dump_host *isle_dump_host_of(const struct isle_dump *d, const struct isle_snap_ns *ns)
{
	for (size_t i = 0; i < d->n_hosts; i++)
		if (d->hosts[i].ns == ns)
			return &d->hosts[i];
	return NULL;
}

static struct isle_dump_net *add_net(struct isle_dump *d, const struct isle_snap_link *bridge, const struct isle_snap_link *wire)
{
	struct isle_dump_net *n = isle_dump_alloc(d, sizeof(*n));

	if (!n || !isle_arena_grow(d->arena, &d->nets, d->n_nets, &d->cap_nets, sizeof(struct isle_dump_net *))) {
		d->no_memory = true;
		return NULL;
	}
	n->bridge = bridge;
	n->wire = wire;
	n->ns = bridge ? bridge->ns : wire->peer ? wire->peer->ns : NULL;
	n->name = bridge ? bridge->name : wire->peer ? wire->peer->name : wire->name;
	n->segment = n;
	n->subnet.max = 1;
	return d->nets[d->n_nets++] = n;
}

struct isle_dump_net *isle_dump_net_of(struct isle_dump *d, const struct isle_snap_link *bridge)
{
	for (size_t i = 0; i < d->n_nets; i++)
		if (d->nets[i]->bridge == bridge)
			return d->nets[i];
	return add_net(d, bridge, NULL);
}

static struct isle_dump_iface *add_iface(struct isle_dump *d, struct isle_dump_host *h, const struct isle_snap_link *l)
{
	struct isle_dump_iface *f = isle_dump_alloc(d, sizeof(*f));

	if (!f || !isle_arena_grow(d->arena, &h->ifaces, h->n_ifaces, &h->cap_ifaces, sizeof(struct isle_dump_iface *))) {
		d->no_memory = true;
		return NULL;
	}
	f->host = h;
	f->link = l;
	f->name.max = f->mac.max = f->mtu.max = f->state.max = f->subnet.max = 1;
	f->address.max = 2;
	f->neighbours.max = f->master.max = 1;
	f->peers.level = 1;
	f->peers.max = 2;
	return h->ifaces[h->n_ifaces++] = f;
}

void isle_dump_join(struct isle_dump *d, struct isle_dump_iface *f, struct isle_dump_net *n)
{
	if (!f || !n)
		return;
	if (!isle_arena_grow(d->arena, &n->members, n->n_members, &n->cap_members, sizeof(struct isle_dump_iface *))) {
		d->no_memory = true;
		return;
	}
	f->net = n;
	n->members[n->n_members++] = f;
}

struct isle_dump_wire *isle_dump_add_wire(struct isle_dump *d)
{
	struct isle_dump_wire *w = isle_dump_alloc(d, sizeof(*w));

	if (!w || !isle_arena_grow(d->arena, &d->wires, d->n_wires, &d->cap_wires, sizeof(struct isle_dump_wire *))) {
		d->no_memory = true;
		return NULL;
	}
	w->subnet.max = 2;
	return d->wires[d->n_wires++] = w;
}

/* The machine's end of an uplink bears our mark; a tap of pasta or slirp4netns is in a lab's host under our name. */
static bool is_uplink(const struct isle_dump *d, const struct isle_dump_host *h, const struct isle_snap_link *l)
{
	if (h->ns->owner == ISLE_OWNER_HOST && is_kind(l, "tun") && !strcmp(l->name, "uplink"))
		return true;
	if (!is_kind(l, "veth") || !l->peer || l->peer->ns == l->ns || isle_dump_is_switch(d, l->peer->master))
		return false;
	for (size_t i = 0; i < l->peer->n_altnames; i++)
		if (!strncmp(l->peer->altnames[i], "isle:", 5))
			return true;
	return false;
}

static void find_veth(struct isle_dump *d, struct isle_dump_host *h, const struct isle_snap_link *l)
{
	const struct isle_snap_link *p = l->peer;
	struct isle_dump_iface *f;

	if (p && isle_dump_is_switch(d, p->master)) {
		isle_dump_join(d, add_iface(d, h, l), isle_dump_net_of(d, p->master));
	} else if (p && (!p->master || isle_dump_is_kind(p->master)) && isle_dump_host_of(d, p->ns)) {
		f = add_iface(d, h, l);
		/* both ends are met; the second one makes the wire */
		for (size_t i = 0; f && i < isle_dump_host_of(d, p->ns)->n_ifaces; i++) {
			struct isle_dump_iface *other = isle_dump_host_of(d, p->ns)->ifaces[i];
			struct isle_dump_wire *w = other->link == p ? isle_dump_add_wire(d) : NULL;

			if (!w)
				continue;
			w->iface[0] = other;
			w->iface[1] = f;
			w->end[0] = p;
			w->end[1] = l;
			f->wire = other->wire = w;
		}
	} else {
		isle_dump_join(d, add_iface(d, h, l), add_net(d, NULL, l));
	}
}

static void find_kind(struct isle_dump *d, struct isle_dump_host *h, const struct isle_snap_link *l)
{
	struct isle_dump_iface *f = add_iface(d, h, l);

	if (!f)
		return;
	if (!isle_arena_grow(d->arena, &h->kinds, h->n_kinds, &h->cap_kinds, sizeof(struct isle_dump_iface *))) {
		d->no_memory = true;
		return;
	}
	h->kinds[h->n_kinds++] = f;
	f->is_kind = true;
	f->kind.max = 1;
	f->address.level = f->address.max = 1;
	if (is_kind(l, "bridge") && isle_dump_filters_vlans(l))
		isle_dump_note(d, h, "%s filters VLANs: its ports are in all of them here", l->name);
}

static bool has_address(const struct isle_snap_link *l)
{
	for (size_t i = 0; i < l->ns->n_addresses; i++)
		if (l->ns->addresses[i].link == l && l->ns->addresses[i].scope != 253 /* RT_SCOPE_LINK */)
			return true;
	return false;
}

static void find_link(struct isle_dump *d, struct isle_dump_host *h, const struct isle_snap_link *l)
{
	if (l->type == ARPHRD_LOOPBACK) {
		h->lo = add_iface(d, h, l);
		if (h->lo)
			h->lo->is_lo = true;
	} else if (isle_see_is_quiet(l)) {
		/* every namespace has it, once some modules are loaded */
	} else if (!h->uplink && is_uplink(d, h, l)) {
		h->uplink = add_iface(d, h, l);
		if (h->uplink)
			h->uplink->is_uplink = true;
	} else if (isle_dump_is_switch(d, l->master)) {
		/* a port of a switch in this namespace: found from there */
		isle_dump_net_of(d, l->master);
	} else if (isle_dump_is_switch(d, l)) {
		struct isle_dump_net *n = isle_dump_net_of(d, l);

		/* the bridge's own interface is one more member */
		if (has_address(l))
			isle_dump_join(d, add_iface(d, h, l), n);
	} else if (is_kind(l, "veth") && (!l->master || isle_dump_is_kind(l->master))) {
		find_veth(d, h, l);
	} else if (isle_dump_is_kind(l)) {
		find_kind(d, h, l);
	} else {
		isle_dump_note_link(d, h, l, NULL);
	}
}

static void add_addresses(struct isle_dump *d, struct isle_dump_host *h, const struct isle_snap_address *a)
{
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < h->n_ifaces; i++) {
		struct isle_dump_iface *f = h->ifaces[i];
		bool is_linklocal = a->ip.family == AF_INET6 && a->ip.b[0] == 0xfe && (a->ip.b[1] & 0xc0) == 0x80;
		static const struct isle_ip loopback6 = { AF_INET6, 128, { [15] = 1 } };
		static const struct isle_ip loopback4 = { AF_INET, 8, { 127, 0, 0, 1 } };

		if (f->link != a->link)
			continue;
		if (is_linklocal || (f->is_lo && (!isle_ip_cmp(&a->ip, &loopback4) || !isle_ip_cmp(&a->ip, &loopback6))))
			return;
		if (a->peer.family && !isle_ip_equal(&a->peer, &a->ip)) {
			isle_dump_note(d, h, "%s: the address %s has a peer of its own", a->link->name, isle_ip_text(&a->ip, false, text));
			return;
		}
		if (!isle_arena_grow(d->arena, &f->addresses, f->n_addresses, &f->cap_addresses, sizeof(*f->addresses))) {
			d->no_memory = true;
			return;
		}
		/* the kernel lists IPv6 addresses newest first */
		size_t at = f->n_addresses++;

		while (a->ip.family == AF_INET6 && at && f->addresses[at - 1].family == AF_INET6) {
			f->addresses[at] = f->addresses[at - 1];
			at--;
		}
		f->addresses[at] = a->ip;
	}
}

/* All bridges of a lab are networks, with or without members; also those that it has in somebody else's Open vSwitch. */
static void find_fabric(struct isle_dump *d)
{
	for (size_t i = 0; i < d->snap->n_nss; i++) {
		const struct isle_snap_ns *ns = &d->snap->nss[i];

		for (size_t k = 0; d->whole && k < ns->n_ovs; k++)
			if (isle_str_eq(ns->ovs[k].lab, d->whole) && isle_dump_is_switch(d, ns->ovs[k].link) &&
			    !strcmp(ns->ovs[k].interface, ns->ovs[k].bridge))
				isle_dump_net_of(d, ns->ovs[k].link);
		if (ns->owner != ISLE_OWNER_FABRIC || !d->whole || !isle_str_eq(ns->lab, d->whole))
			continue;
		for (size_t k = 0; k < ns->n_links; k++)
			if (isle_dump_is_switch(d, &ns->links[k]))
				isle_dump_net_of(d, &ns->links[k]);
	}
}

/* Where there are VRFs, subnets may be there twice: they come first, and are given a second chance once names are said. */
static void find_vrfs(struct isle_dump_host *h)
{
	for (size_t i = 0; i < h->n_ifaces; i++) {
		struct isle_dump_iface *f = h->ifaces[i];

		if (f->is_kind && is_kind(f->link, "vrf")) {
			f->kind.level = 1;
			f->kind.max = 2;
		}
		if (is_kind(f->link->master, "vrf") && isle_dump_has_master(f)) {
			f->master.level = 1;
			f->master.max = 2;
		}
	}
}

static bool is_bridge(const struct isle_snap_link *l)
{
	return l && (is_kind(l, "bridge") || l->is_ovs_bridge);
}

/* A namespace of bridges alone is a switch, and no host. */
static bool is_switch_only(const struct isle_snap_ns *ns)
{
	bool has_bridge = false;

	for (size_t i = 0; i < ns->n_links; i++) {
		const struct isle_snap_link *l = &ns->links[i];

		if (l->type == ARPHRD_LOOPBACK || isle_see_is_quiet(l))
			continue;
		if (is_bridge(l) ? has_address(l) : !is_bridge(l->master))
			return false;
		has_bridge |= is_bridge(l);
	}
	return has_bridge;
}

void isle_dump_find(struct isle_dump *d)
{
	for (size_t i = 0; i < d->n_hosts; i++)
		d->hosts[i].switch_only = is_switch_only(d->hosts[i].ns);
	for (size_t i = 0; i < d->n_hosts && !d->no_memory; i++)
		for (size_t k = 0; k < d->hosts[i].ns->n_links && !d->no_memory; k++)
			find_link(d, &d->hosts[i], &d->hosts[i].ns->links[k]);
	find_fabric(d);
	/* grows while more bridges are found behind these */
	for (size_t i = 0; i < d->n_nets && !d->no_memory; i++)
		if (d->nets[i]->bridge)
			isle_dump_look_at_bridge(d, d->nets[i]);
	isle_dump_merge(d);
	for (size_t i = 0; i < d->n_hosts && !d->no_memory; i++)
		for (size_t k = 0; k < d->hosts[i].ns->n_addresses; k++)
			add_addresses(d, &d->hosts[i], &d->hosts[i].ns->addresses[k]);
	for (size_t i = 0; i < d->n_hosts; i++)
		find_vrfs(&d->hosts[i]);
}
