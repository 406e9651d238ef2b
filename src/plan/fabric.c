/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the switches' namespace. A network is one bridge while its ports fit
 * into one. More of them are spread evenly over leaf bridges, each joined to
 * the root by one pair: a star, so there is no loop and no need of STP. Names
 * of leaves and of pairs have a dot, which no network, host or port name has.
 */
#include "plan/draft.h"

/* Nothing in the fabric speaks: no IPv6 on ports, no netfilter on bridged frames (a fresh namespace starts with it). */
static const struct {
	const char *path, *value;
} quiet[] = {
	{ "net/ipv6/conf/all/disable_ipv6", "1" },
	{ "net/ipv6/conf/default/disable_ipv6", "1" },
	{ "net/bridge/bridge-nf-call-iptables", "0" },
	{ "net/bridge/bridge-nf-call-ip6tables", "0" },
	{ "net/bridge/bridge-nf-call-arptables", "0" },
};

static size_t count_ports(const struct isle_lab *lab, const struct isle_network *network)
{
	size_t n = network->n_ports;

	for (size_t i = 0; i < lab->n_links; i++)
		n += (lab->links[i]->network[0] == network) + (lab->links[i]->network[1] == network);
	for (size_t i = 0; i < lab->n_networks; i++)
		n += lab->networks[i]->vlan_of == network ? lab->networks[i]->n_ports : 0;
	return n;
}

static struct isle_bridge add_bridge(struct isle_draft *d, const struct isle_network *network, const char *name)
{
	struct isle_bridge bridge = { .name = name, .ifindex = ISLE_FIRST_INDEX + d->n_bridges++ };
	const uint8_t *mac = isle_draft_mac(d, "%s/%s", d->lab->name, name);
	struct isle_step *step = isle_draft_add(d, ISLE_STEP_BRIDGE, ISLE_NS_FABRIC, &network->loc);

	step->bridge.name = name;
	step->bridge.mac = mac;
	step->bridge.ifindex = bridge.ifindex;
	step->bridge.mtu = network->mtu;
	isle_draft_bridge_options(d, network, step);
	return bridge;
}

static const char *derived_name(struct isle_draft *d, char letter, size_t network, size_t leaf)
{
	const char *name = isle_arena_printf(d->plan->arena, "%c%zu.%zu", letter, network, leaf);

	if (!name)
		d->no_memory = true;
	return name;
}

/* A pair between two bridges: "that" end by the request that makes it, this one by a second. */
static void join(struct isle_draft *d, struct isle_step *pair, const struct isle_bridge *that, const struct isle_bridge *this)
{
	pair->veth.that_ns = ISLE_NS_FABRIC;
	pair->veth.that_master = that->ifindex;
	pair->veth.that_master_name = that->name;
	/* Open vSwitch takes ports by their name, later. */
	const struct isle_step made = *pair;
	struct isle_step *step = isle_draft_add(d, ISLE_STEP_LINK, ISLE_NS_FABRIC, made.loc);
	step->link.name = made.veth.name;
	step->link.ifindex = made.veth.ifindex;
	step->link.master = this->ifindex;
	step->link.master_name = this->name;
	step->link.up = made.veth.that_up;
}

static void join_leaf(struct isle_draft *d, const struct isle_network *network, const struct isle_switch *sw, size_t leaf)
{
	const char *down = derived_name(d, 'd', network->index, leaf), *up = derived_name(d, 'u', network->index, leaf);

	if (d->no_memory)
		return;
	const uint8_t *down_mac = isle_draft_mac(d, "%s/%s", d->lab->name, down);
	const uint8_t *up_mac = isle_draft_mac(d, "%s/%s", d->lab->name, up);
	const uint32_t down_index = ISLE_PORT_INDEX + d->n_ports++, up_index = ISLE_PORT_INDEX + d->n_ports++;
	struct isle_step *pair = isle_draft_add(d, ISLE_STEP_VETH, ISLE_NS_FABRIC, &network->loc);
	pair->veth.that_name = down;
	pair->veth.that_mac = down_mac;
	pair->veth.that_ifindex = down_index;
	pair->veth.name = up;
	pair->veth.mac = up_mac;
	pair->veth.ifindex = up_index;
	pair->veth.mtu = pair->veth.that_mtu = network->mtu;
	pair->veth.that_up = true;
	join(d, pair, &sw->root, &sw->leaves[leaf]);
	isle_draft_vlans(d, network, down, down_index, NULL, true);
	isle_draft_vlans(d, network, up, up_index, NULL, true);
}

static void add_switch(struct isle_draft *d, const struct isle_network *network)
{
	struct isle_switch *sw = &d->switches[network->index];
	const size_t n = count_ports(d->lab, network);

	if (network->vlan_of || network->kind != ISLE_SWITCH_BRIDGE)
		return;
	sw->root = add_bridge(d, network, network->name);
	if (n <= ISLE_BRIDGE_PORTS)
		return;
	/* Every leaf has one port for its way to the root. */
	sw->n_leaves = (n + ISLE_BRIDGE_PORTS - 2) / (ISLE_BRIDGE_PORTS - 1);
	sw->per_leaf = (n + sw->n_leaves - 1) / sw->n_leaves;
	sw->leaves = isle_draft_alloc(d, sw->n_leaves * sizeof(*sw->leaves));
	for (size_t i = 0; i < sw->n_leaves && !d->no_memory; i++) {
		const char *name = derived_name(d, 'b', network->index, i);

		if (!name)
			return;
		sw->leaves[i] = add_bridge(d, network, name);
		join_leaf(d, network, sw, i);
	}
}

struct isle_bridge isle_draft_port(struct isle_draft *d, const struct isle_network *network, uint32_t *ret_ifindex)
{
	struct isle_switch *sw = &d->switches[isle_network_switch(network)->index];
	const size_t nth = sw->used++;

	*ret_ifindex = ISLE_PORT_INDEX + d->n_ports++;
	return sw->n_leaves ? sw->leaves[nth / sw->per_leaf] : sw->root;
}

static void add_link(struct isle_draft *d, const struct isle_link *link)
{
	uint32_t that_index, this_index;
	const struct isle_bridge that = isle_draft_port(d, link->network[0], &that_index);
	const struct isle_bridge this = isle_draft_port(d, link->network[1], &this_index);

	if (isle_plan_is_patch(link))
		return;		/* the engine's, in the database of Open vSwitch */
	struct isle_step *pair = isle_draft_add(d, ISLE_STEP_VETH, ISLE_NS_FABRIC, &link->loc);

	pair->veth.that_name = link->port[0];
	pair->veth.that_mac = link->mac[0];
	pair->veth.that_ifindex = that_index;
	pair->veth.name = link->port[1];
	pair->veth.mac = link->mac[1];
	pair->veth.ifindex = this_index;
	pair->veth.mtu = pair->veth.that_mtu = link->mtu;
	pair->veth.that_up = link->up;
	join(d, pair, &that, &this);
	for (int k = 0; k < 2; k++)
		isle_draft_vlans(d, link->network[k], link->port[k], k ? this_index : that_index, &link->vlans, false);
	/* What one end sends, the other gives to Open vSwitch. */
	for (int k = 0; k < 2; k++)
		if (isle_plan_wants_checksums(link->network[!k]))
			isle_draft_offload(d, ISLE_NS_FABRIC, &link->loc, link->port[k], k ? this_index : that_index);
}

void isle_draft_fabric(struct isle_draft *d)
{
	const struct isle_lab *lab = d->lab;

	isle_draft_add(d, ISLE_STEP_NETNS, ISLE_NS_FABRIC, NULL);
	for (size_t i = 0; i < ISLE_COUNT(quiet); i++)
		isle_draft_sysctl(d, ISLE_NS_FABRIC, quiet[i].path, quiet[i].value, true);
	for (size_t i = 0; i < lab->n_networks && !d->no_memory; i++)
		add_switch(d, lab->networks[i]);
	for (size_t i = 0; i < lab->n_links && !d->no_memory; i++)
		if (lab->links[i]->network[0])
			add_link(d, lab->links[i]);
	d->first_host_port = ISLE_PORT_INDEX + d->n_ports;
}

static void add_carrier(struct isle_draft *d, const struct isle_loc *loc, const char *name, uint32_t ifindex, uint32_t patience)
{
	struct isle_step *step = isle_draft_add(d, ISLE_STEP_CARRIER, ISLE_NS_FABRIC, loc);

	step->link.name = name;
	step->link.ifindex = ifindex;
	step->link.up = true;
	step->link.patience = patience;
}

/* A port that is not to stay here is named where it goes. */
static bool is_named_here(const struct isle_host *host, const char *ifname)
{
	for (size_t i = 0; i < host->n_ifaces; i++)
		if (!strcmp(host->ifaces[i]->name, ifname))
			return !isle_network_switch(host->ifaces[i]->network)->shared;
	return true;
}

/* The ports were made among the hosts' steps; all their names are given at once, in one namespace. */
static void add_altnames(struct isle_draft *d)
{
	const size_t n = d->plan->n_steps;

	for (size_t i = 0; i < n && !d->no_memory; i++) {
		const struct isle_step made = d->plan->steps[i];

		if (made.kind != ISLE_STEP_VETH || made.ns == ISLE_NS_FABRIC || made.veth.that_ns != ISLE_NS_FABRIC ||
		    !is_named_here(d->lab->hosts[made.ns - 1], made.veth.name))
			continue;
		const char *altname =
			isle_arena_printf(d->plan->arena, "%s:%s", d->lab->hosts[made.ns - 1]->name, made.veth.name);
		if (!altname)
			d->no_memory = true;
		struct isle_step *step = isle_draft_add(d, ISLE_STEP_ALTNAME, ISLE_NS_FABRIC, made.loc);
		step->altname.ifindex = made.veth.that_ifindex;
		step->altname.name = made.veth.that_name;
		step->altname.altname = altname;
	}
}

/* Between switches a spanning tree keeps ways closed for good. */
static bool may_stay_closed(const struct isle_draft *d, const struct isle_step *pair)
{
	for (size_t i = 0; i < d->lab->n_links; i++) {
		const struct isle_link *l = d->lab->links[i];

		if (l->network[0] && l->port[0] == pair->veth.that_name)
			return l->network[0]->stp || l->network[1]->stp;
	}
	return false;
}

static void add_carriers(struct isle_draft *d)
{
	uint32_t port = d->first_host_port, slowest = 0;
	const size_t n = d->plan->n_steps;

	for (size_t i = 0; i < d->lab->n_networks; i++) {
		const uint32_t delay = isle_plan_stp_delay(d->lab->networks[i]);

		slowest = delay > slowest ? delay : slowest;
	}
	for (size_t i = 0; i < n; i++) {
		const struct isle_step made = d->plan->steps[i];

		if (made.kind == ISLE_STEP_VETH && made.ns == ISLE_NS_FABRIC && made.veth.that_up && !may_stay_closed(d, &made))
			add_carrier(d, made.loc, made.veth.that_name, made.veth.that_ifindex, slowest);
	}
	for (size_t i = 0; i < d->lab->n_hosts; i++) {
		const struct isle_host *host = d->lab->hosts[i];

		for (size_t k = 0; k < host->n_ifaces; k++) {
			const struct isle_iface *iface = host->ifaces[k];

			if (iface->network && isle_iface_is_up(iface))
				add_carrier(d, &iface->loc, iface->port, port, isle_plan_stp_delay(isle_network_switch(iface->network)));
			port += iface->network != NULL;
		}
	}
}

void isle_draft_fabric_end(struct isle_draft *d)
{
	const size_t n = d->plan->n_steps;

	add_altnames(d);
	for (size_t i = 0; i < n && !d->no_memory; i++) {
		const struct isle_step made = d->plan->steps[i];

		if (made.kind != ISLE_STEP_BRIDGE)
			continue;
		struct isle_step *step = isle_draft_add(d, ISLE_STEP_LINK, ISLE_NS_FABRIC, made.loc);
		step->link.name = made.bridge.name;
		step->link.ifindex = made.bridge.ifindex;
		step->link.up = true;
	}
	add_carriers(d);
}
