/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what a dump says of switches and their ports: options that are not as a
 * lab has them unasked, as far as they do something there. Of a bridge without
 * spanning tree its timers do not, nor does multicast snooping where nobody
 * asks who listens: such a bridge floods. Which datapath an Open vSwitch has is
 * left to the machine that the file comes to.
 */
#include "links/links.h"
#include "dump/write.h"

static const struct { const char *row, *key, *with; } switch_keys[] = {
	{ "stp_state", "stp", NULL },
	{ "priority", "priority", "stp_state" },
	{ "forward_delay", "forward_delay", "stp_state" },
	{ "hello_time", "hello_time", "stp_state" },
	{ "max_age", "max_age", "stp_state" },
	{ "ageing_time", "ageing", NULL },
	{ "group_fwd_mask", "group_fwd_mask", NULL },
	{ "mcast_snooping", "mcast_snooping", "mcast_querier" },
	{ "mcast_querier", "mcast_querier", NULL },
	{ "vlan_filtering", "vlan_filtering", NULL },
	{ "vlan_protocol", "vlan_protocol", "vlan_filtering" },
};

struct values { struct isle_link_value v[ISLE_LINK_OPTIONS]; size_t n; };

static const struct isle_link_value *find(const struct values *all, const char *row)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i].option->name, row))
			return &all->v[i];
	return NULL;
}

/* While the spanning tree changes, the kernel forgets sooner (br_stp.c, __br_set_topology_change()). */
static bool is_changing(const struct values *all, const struct isle_link_value *ageing)
{
	const struct isle_link_value *stp = find(all, "stp_state"), *delay = find(all, "forward_delay");

	return stp && stp->n && delay && ageing->n == 2 * delay->n;
}

/* As a bridge of a lab has it of which nothing is written. */
static bool is_usual(const struct values *all, const struct isle_link_value *v)
{
	if (!strcmp(v->option->name, "ageing_time") && is_changing(all, v))
		return true;
	if (!strcmp(v->option->name, "forward_delay"))
		return v->n == ISLE_STP_DELAY;
	if (!strcmp(v->option->name, "mcast_snooping"))
		return !v->n;
	return isle_link_is_default(v);
}

bool isle_dump_is_switch(const struct isle_dump *d, const struct isle_snap_link *l)
{
	const struct isle_dump_host *h = l ? isle_dump_host_of(d, l->ns) : NULL;

	return l && (l->is_ovs_bridge || (isle_str_eq(l->kind, "bridge") && (!h || h->switch_only)));
}

const struct isle_snap_ovs_port *isle_dump_ovs_port(const struct isle_snap_link *port)
{
	for (size_t i = 0; port && i < port->ns->n_ovs; i++)
		if (port->ns->ovs[i].link == port)
			return &port->ns->ovs[i];
	return NULL;
}

/* Ours by its mark, where it is not in the fabric. */
static void write_ovs(const struct isle_dump *d, struct isle_texts *t, struct isle_text *net, const struct isle_snap_link *bridge)
{
	const struct isle_snap_ovs_port *own = isle_dump_ovs_port(bridge);
	struct isle_text *at = isle_text_key(t, net, "switch");

	if (bridge->ns->owner == ISLE_OWNER_FABRIC || !own || !d->whole || !isle_str_eq(own->lab, d->whole)) {
		isle_text_value(t, at, "ovs");
		return;
	}
	isle_text_value(t, isle_text_key(t, at, "kind"), "ovs");
	isle_text_bool(isle_text_key(t, at, "shared"), true);
}

void isle_dump_write_switch(const struct isle_dump *d, struct isle_texts *t, struct isle_text *net, const struct isle_dump_net *n)
{
	const struct isle_snap_link *bridge = n->bridge;
	struct isle_text *at = NULL;
	struct values all;

	if (bridge->is_ovs_bridge) {
		write_ovs(d, t, net, bridge);
		return;
	}
	all.n = isle_link_get(isle_link_kind_find("bridge"), bridge->data, all.v, ISLE_COUNT(all.v));
	for (size_t i = 0; i < ISLE_COUNT(switch_keys); i++) {
		const struct isle_link_value *v = find(&all, switch_keys[i].row);
		const struct isle_link_value *with = switch_keys[i].with ? find(&all, switch_keys[i].with) : v;

		/* follows from what is said of its ports */
		if (!strcmp(switch_keys[i].row, "vlan_filtering") && n->has_vlans)
			continue;
		if (!v || !with || !with->n || is_usual(&all, v))
			continue;
		if (!at) {
			at = isle_text_key(t, net, "switch");
			isle_text_value(t, isle_text_key(t, at, "kind"), "bridge");
		}
		isle_dump_write_option(t, at, switch_keys[i].key, v);
	}
}

bool isle_dump_filters_vlans(const struct isle_snap_link *bridge)
{
	struct values all;
	const struct isle_link_value *v;

	all.n = isle_link_get(isle_link_kind_find("bridge"), bridge->data, all.v, ISLE_COUNT(all.v));
	v = find(&all, "vlan_filtering");
	return v && v->n;
}

/* T NULL: is there anything to say? */
static bool each_of_port(const struct isle_snap_link *port, struct isle_texts *t, struct isle_text *in)
{
	struct isle_text *at = NULL;
	struct values all;

	if (!port || !port->port_data || !isle_str_eq(port->master ? port->master->kind : NULL, "bridge"))
		return false;
	all.n = isle_link_get(&isle_link_bridge_port, port->port_data, all.v, ISLE_COUNT(all.v));
	for (size_t i = 0; i < all.n; i++) {
		if (isle_link_is_default(&all.v[i]))
			continue;
		if (!t)
			return true;
		at = at ? at : isle_text_key(t, in, "port");
		isle_dump_write_option(t, at, all.v[i].option->name, &all.v[i]);
	}
	return at;
}

/* T NULL: is there anything to say? */
static bool put_vlans(const struct isle_vlans *v, struct isle_texts *t, struct isle_text *in)
{
	struct isle_text *list;

	if (!t || !isle_vlans_are_set(v))
		return isle_vlans_are_set(v);
	if (v->access)
		isle_text_value(t, isle_text_key(t, in, "access"), "%u", v->access);
	list = v->n_trunk ? isle_text_key(t, in, "trunk") : NULL;
	for (size_t i = 0; i < v->n_trunk; i++)
		isle_text_item(t, list, "%u", v->trunk[i]);
	if (v->native)
		isle_text_value(t, isle_text_key(t, in, "native"), "%u", v->native);
	return true;
}

bool isle_dump_has_port(const struct isle_dump_iface *f)
{
	return put_vlans(&f->vlans, NULL, NULL) || each_of_port(isle_dump_port(f), NULL, NULL);
}

void isle_dump_write_port(struct isle_texts *t, struct isle_text *iface, const struct isle_dump_iface *f)
{
	put_vlans(&f->vlans, t, iface);
	each_of_port(isle_dump_port(f), t, iface);
}

void isle_dump_write_ports(struct isle_texts *t, struct isle_text *link, const struct isle_dump_wire *w)
{
	put_vlans(&w->vlans, t, link);
	/* a lab gives both ends the same */
	each_of_port(each_of_port(w->end[0], NULL, NULL) ? w->end[0] : w->end[1], t, link);
}
