/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what kinds of switches need beside being made. A bridge forwards at once
 * and floods what it does not know, without VLANs, where the file says nothing
 * else: a default VLAN costs every port a table and an entry. Open vSwitch in
 * userspace sees frames before anybody has filled in their checksums, so
 * whoever sends to it must do so himself.
 */
#include "plan/draft.h"

static void set_option(struct isle_link_value *v, size_t *n, const struct isle_network *network, const char *name, uint64_t value,
		       struct isle_loc loc)
{
	if (isle_network_option(network, name))
		return;
	v[(*n)++] = (struct isle_link_value){ .option = isle_link_option(isle_link_kind_find("bridge"), name), .n = value, .loc = loc };
}

void isle_draft_bridge_options(struct isle_draft *d, const struct isle_network *network, struct isle_step *bridge)
{
	const struct isle_loc nowhere = { 0 };
	size_t n = network->n_options;
	struct isle_link_value *v = isle_draft_alloc(d, (n + 5) * sizeof(*v));

	if (!v)
		return;
	if (n)
		memcpy(v, network->options, n * sizeof(*v));
	set_option(v, &n, network, "stp_state", 0, nowhere);
	set_option(v, &n, network, "forward_delay", network->stp ? ISLE_STP_DELAY : 0, nowhere);
	set_option(v, &n, network, "mcast_snooping", 0, nowhere);
	set_option(v, &n, network, "vlan_default_pvid", 0, nowhere);
	if (network->vlan_filtering)
		set_option(v, &n, network, "vlan_filtering", 1, network->filtering_loc);
	bridge->bridge.options = v;
	bridge->bridge.n_options = n;
}

void isle_draft_vlans(struct isle_draft *d, const struct isle_network *network, const char *name, uint32_t ifindex,
		      const struct isle_vlans *vlans, bool all)
{
	const struct isle_network *sw = isle_network_switch(network);
	const bool written = vlans && (isle_vlans_are_set(vlans) || vlans->n_options);

	if (sw->kind != ISLE_SWITCH_BRIDGE || (!sw->vlan_filtering && !(vlans && vlans->n_options)))
		return;
	struct isle_step *step = isle_draft_add(d, ISLE_STEP_PORT, ISLE_NS_FABRIC, written ? &vlans->loc : &sw->switch_loc);
	step->port.name = name;
	step->port.ifindex = ifindex;
	step->port.vlans = written ? vlans : NULL;
	step->port.all = all;
	step->port.filters = sw->vlan_filtering;
}

void isle_draft_offload(struct isle_draft *d, uint32_t ns, const struct isle_loc *loc, const char *name, uint32_t ifindex)
{
	struct isle_step *step = isle_draft_add(d, ISLE_STEP_OFFLOAD, ns, loc);

	step->link.name = name;
	step->link.ifindex = ifindex;
}

bool isle_plan_wants_checksums(const struct isle_network *network)
{
	const struct isle_network *sw = isle_network_switch(network);

	return sw->kind == ISLE_SWITCH_OVS && sw->datapath != ISLE_DATAPATH_SYSTEM;
}

bool isle_plan_is_patch(const struct isle_link *l)
{
	return l->network[0] && l->network[0]->kind == ISLE_SWITCH_OVS && l->network[1]->kind == ISLE_SWITCH_OVS &&
	       l->network[0]->shared == l->network[1]->shared && l->network[0]->datapath == l->network[1]->datapath;
}

uint32_t isle_plan_stp_delay(const struct isle_network *network)
{
	const struct isle_link_value *v = isle_network_option(network, "forward_delay");

	/* it listens, and then it learns */
	return network->stp ? (uint32_t)(2 * (v ? v->n : ISLE_STP_DELAY) / 100) + 1 : 0;
}

/* ---- as commands */

static void put_vlans(const struct isle_vlans *v, struct isle_buf *out)
{
	if (v->access || v->native)
		isle_buf_printf(out, " tag=%u", v->access ? v->access : v->native);
	for (size_t i = 0; i < v->n_trunk; i++)
		isle_buf_printf(out, "%s%u", i ? "," : " trunks=", v->trunk[i]);
	if (v->n_trunk)
		isle_buf_printf(out, " vlan_mode=%s", v->native ? "native-untagged" : "trunk");
}

static void put_start(const struct isle_lab *lab, struct isle_buf *out)
{
	isle_buf_puts(out, "export OVS_RUNDIR=$(mktemp -d)\n"
			   "ovsdb-tool create $OVS_RUNDIR/conf.db /usr/share/openvswitch/vswitch.ovsschema\n"
			   "ovsdb-server $OVS_RUNDIR/conf.db --remote=punix:$OVS_RUNDIR/db.sock --detach --pidfile\n"
			   "ovs-vsctl --no-wait init\n");
	isle_buf_printf(out, "ip netns exec %s.fabric ovs-vswitchd unix:$OVS_RUNDIR/db.sock --detach --pidfile\n", lab->name);
}

static void put_link(const struct isle_link *l, struct isle_buf *out)
{
	const bool patch = isle_plan_is_patch(l);

	if (patch && !l->up)
		return;
	for (int k = 0; k < 2; k++) {
		if (l->network[k]->kind != ISLE_SWITCH_OVS)
			continue;
		isle_buf_printf(out, "ovs-vsctl add-port %s %s", l->network[k]->name, l->port[k]);
		put_vlans(&l->vlans, out);
		if (patch)
			isle_buf_printf(out, " -- set interface %s type=patch options:peer=%s", l->port[k], l->port[!k]);
		isle_buf_puts(out, "\n");
	}
}

int isle_plan_ovs_commands(const struct isle_lab *lab, struct isle_buf *out)
{
	bool begun = false;

	for (size_t i = 0; i < lab->n_networks; i++) {
		const struct isle_network *n = lab->networks[i];

		if (n->vlan_of || n->kind != ISLE_SWITCH_OVS)
			continue;
		if (!begun && !n->shared)
			put_start(lab, out);
		begun |= !n->shared;
		isle_buf_printf(out, "ovs-vsctl %sadd-br %s", n->shared ? "--may-exist " : "", n->name);
		if (n->datapath != ISLE_DATAPATH_SYSTEM && !n->shared)
			isle_buf_printf(out, " -- set bridge %s datapath_type=netdev", n->name);
		isle_buf_puts(out, "\n");
	}
	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces; k++) {
			const struct isle_iface *f = lab->hosts[i]->ifaces[k];

			if (!f->network || isle_network_switch(f->network)->kind != ISLE_SWITCH_OVS)
				continue;
			isle_buf_printf(out, "ovs-vsctl add-port %s %s", isle_network_switch(f->network)->name, f->port);
			put_vlans(&f->vlans, out);
			isle_buf_puts(out, "\n");
		}
	for (size_t i = 0; i < lab->n_links; i++)
		if (lab->links[i]->network[0])
			put_link(lab->links[i], out);
	return out->bad ? -ENOMEM : 0;
}
