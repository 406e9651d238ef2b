/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what is at a bridge beside the hosts that led to it. Bridges that a veth
 * joins, or a pair of patch ports of Open vSwitch, are found from each other. The
 * bridges of one large switch of isle's are told by their names' dots, which no
 * other port has: they are one network. Other ports are comments.
 */
#include "dump/inner.h"

/* The leaves of a large switch of isle's: their names, and those of the pairs, have a dot. */
static bool is_leaf_pair(const struct isle_snap_link *port)
{
	return port->ns->owner == ISLE_OWNER_FABRIC && port->peer && port->peer->ns == port->ns && strchr(port->name, '.') &&
	       strchr(port->peer->name, '.');
}

static void join_bridges(struct isle_dump *d, const struct isle_snap_link *port)
{
	const struct isle_snap_link *other = port->peer;
	struct isle_dump_net *near = isle_dump_net_of(d, port->master), *far = isle_dump_net_of(d, other->master);
	struct isle_dump_wire *w;

	if (!near || !far || near == far)
		return;
	if (is_leaf_pair(port)) {
		if (strchr(near->name, '.'))
			near->joined = far;
		else
			far->joined = near;
		return;
	}
	for (size_t i = 0; i < d->n_wires; i++)
		if (d->wires[i]->end[0] == other || d->wires[i]->end[1] == other)
			return;
	w = isle_dump_add_wire(d);
	if (!w)
		return;
	w->net[0] = near;
	w->net[1] = far;
	w->end[0] = port;
	w->end[1] = other;
}

static const struct isle_snap_ovs_port *row_of(const struct isle_snap_ns *ns, const char *interface)
{
	for (size_t i = 0; i < ns->n_ovs; i++)
		if (!strcmp(ns->ovs[i].interface, interface))
			return &ns->ovs[i];
	return NULL;
}

/* A port of Open vSwitch that is no interface: half of what joins two of its bridges, a tunnel… */
static void look_at_row(struct isle_dump *d, struct isle_dump_net *n, const struct isle_snap_ovs_port *p)
{
	const struct isle_snap_ovs_port *other = p->peer && !strcmp(p->type, "patch") ? row_of(n->ns, p->peer) : NULL;
	const struct isle_snap_link *bridge = other ? isle_snap_link_named(n->ns, other->bridge) : NULL;
	struct isle_dump_net *far = isle_dump_is_switch(d, bridge) && isle_str_eq(other->peer, p->interface) ? isle_dump_net_of(d, bridge) : NULL;
	struct isle_dump_wire *w;

	if (!far || far == n) {
		isle_dump_note(d, n, "%s has another port, %s: %s %s", n->bridge->name, p->interface, p->type, p->options);
		return;
	}
	for (size_t i = 0; i < d->n_wires; i++)
		if (d->wires[i]->patch[0] == other)
			return;
	w = isle_dump_add_wire(d);
	if (!w)
		return;
	w->net[0] = n;
	w->net[1] = far;
	w->patch[0] = p;
	w->patch[1] = other;
}

/* Ports that lead to nobody here, and what the bridge itself has outside of the hosts. */
static void look_at_port(struct isle_dump *d, struct isle_dump_net *n, const struct isle_snap_link *port)
{
	const struct isle_snap_link *peer = isle_str_eq(port->kind, "veth") ? port->peer : NULL;

	if (peer && isle_dump_is_switch(d, peer->master))
		join_bridges(d, port);
	else if (!peer || !isle_dump_host_of(d, peer->ns))
		isle_dump_note(d, n, "%s has another port, %s%s%s%s", n->bridge->name, port->name, peer ? ", to " : "",
			       peer ? peer->name : "", peer ? isle_dump_words(d, " of %s", peer->ns->label) : "");
}

void isle_dump_look_at_bridge(struct isle_dump *d, struct isle_dump_net *n)
{
	const struct isle_snap_ns *ns = n->ns;
	char text[ISLE_IP_TEXT];

	for (size_t i = 0; i < ns->n_links; i++)
		if (ns->links[i].master == n->bridge)
			look_at_port(d, n, &ns->links[i]);
	for (size_t i = 0; n->bridge->is_ovs_bridge && i < ns->n_ovs; i++)
		if (!ns->ovs[i].link && !strcmp(ns->ovs[i].bridge, n->bridge->name))
			look_at_row(d, n, &ns->ovs[i]);
	for (size_t i = 0; !isle_dump_host_of(d, ns) && i < ns->n_addresses; i++)
		if (ns->addresses[i].link == n->bridge && ns->addresses[i].scope == 0)
			isle_dump_note(d, n, "%s, of %s itself, is nobody's here", isle_ip_text(&ns->addresses[i].ip, true, text),
				       n->bridge->name);
}

static struct isle_dump_net *first_of(struct isle_dump_net *n)
{
	while (n->joined)
		n = n->joined;
	return n;
}

void isle_dump_merge(struct isle_dump *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_nets; i++) {
		struct isle_dump_net *net = d->nets[i], *first = first_of(net);

		for (size_t k = 0; first != net && k < net->n_members; k++)
			isle_dump_join(d, net->members[k], first);
	}
	for (size_t i = 0; i < d->n_wires; i++)
		for (int k = 0; k < 2 && d->wires[i]->net[0]; k++)
			d->wires[i]->net[k] = first_of(d->wires[i]->net[k]);
	for (size_t i = 0; i < d->n_nets; i++)
		if (!d->nets[i]->joined)
			d->nets[n++] = d->nets[i];
	d->n_nets = n;
}
