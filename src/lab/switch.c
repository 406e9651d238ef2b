/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what makes the switch of each network, and which VLANs its ports carry.
 * A network that is a VLAN of another has no switch: its members are access
 * ports of that one's. A bridge whose ports have VLANs filters them, and its
 * other ports are then in VLAN 1, untagged.
 */
#include "lab/build.h"

const struct isle_link_value *isle_network_option(const struct isle_network *n, const char *name)
{
	for (size_t i = 0; i < n->n_options; i++)
		if (!strcmp(n->options[i].option->name, name))
			return &n->options[i];
	return NULL;
}

static bool is_on(const struct isle_network *n, const char *option)
{
	const struct isle_link_value *v = isle_network_option(n, option);

	return v && v->n;
}

/* Which options are of the other kind? */
static void check_kind(struct isle_build *b, const struct isle_network *n, const struct isle_doc_switch *d)
{
	if (n->kind == ISLE_SWITCH_OVS && n->n_options) {
		isle_reject(b->diag, &n->options[0].loc, "%s is an option of Linux bridges, and '%s' is Open vSwitch",
			    n->options[0].option->name, n->name);
		isle_hint(b->diag, "of ovs there are: datapath, shared");
	}
	if (n->kind == ISLE_SWITCH_OVS)
		return;
	if (d->datapath.s)
		isle_reject(b->diag, &d->datapath.loc, "datapath is an option of Open vSwitch, and '%s' is a Linux bridge", n->name);
	if (d->shared.set && d->shared.v)
		isle_reject(b->diag, &d->shared.loc, "shared is an option of Open vSwitch, and '%s' is a Linux bridge", n->name);
}

static void set_switch(struct isle_build *b, struct isle_network *n)
{
	const struct isle_doc_switch *d = &isle_bnet(n)->doc->sw;

	n->kind = isle_str_eq(d->kind.s, "ovs") ? ISLE_SWITCH_OVS : ISLE_SWITCH_BRIDGE;
	n->switch_loc = d->kind.s ? d->kind.loc : n->loc;
	n->datapath = isle_str_eq(d->datapath.s, "system")   ? ISLE_DATAPATH_SYSTEM :
		      isle_str_eq(d->datapath.s, "netdev") ? ISLE_DATAPATH_NETDEV :
								 ISLE_DATAPATH_AUTO;
	n->shared = d->shared.set && d->shared.v;
	n->options = d->options.v;
	n->n_options = d->options.n;
	n->stp = is_on(n, "stp_state");
	n->vlan_filtering = is_on(n, "vlan_filtering");
	check_kind(b, n, d);
}

/* SWITCH/ID */
static void set_vlan(struct isle_build *b, struct isle_network *n)
{
	const struct isle_doc_network *d = isle_bnet(n)->doc;
	const char *slash = d->vlan.s ? strrchr(d->vlan.s, '/') : NULL;
	struct isle_word name = { .loc = d->vlan.loc };
	struct isle_bnet *of;
	uint64_t id;

	if (!d->vlan.s)
		return;
	if (!slash || !isle_str_u64(slash + 1, strlen(slash + 1), &id) || id < 1 || id > 4094) {
		isle_reject(b->diag, &d->vlan.loc, "vlan is SWITCH/ID, ID from 1 to 4094, not '%.64s'", d->vlan.s);
		return;
	}
	name.s = isle_arena_strndup(b->arena, d->vlan.s, (size_t)(slash - d->vlan.s));
	of = name.s ? isle_lab_find_network(b, name.s) : NULL;
	if (!of) {
		isle_lab_unknown(b, &name, "network");
	} else if (of->doc->vlan.s) {
		isle_reject(b->diag, &d->vlan.loc, "'%s' is a VLAN itself, and has no switch", of->pub.name);
	} else if (d->sw.kind.s) {
		isle_reject(b->diag, &d->sw.kind.loc, "'%s' is a VLAN of '%s', and has no switch of its own", n->name, of->pub.name);
	} else {
		n->vlan_of = &of->pub;
		n->vlan = (uint16_t)id;
	}
}

static int by_id(const void *x, const void *y)
{
	return *(const uint16_t *)x - *(const uint16_t *)y;
}

/* What is written of the VLANs of one port; false: nothing. */
static bool read_vlans(struct isle_build *b, const struct isle_doc_vlans *d, struct isle_vlans *ret)
{
	const struct isle_doc_u32 *first = d->access.set ? &d->access : d->n_trunk ? &d->trunk[0] : &d->native;

	if (!ret->n_options && d->port.options.n) {
		ret->options = d->port.options.v;
		ret->n_options = d->port.options.n;
		ret->loc = ret->options[0].loc;
	}
	if (!first->set)
		return false;
	ret->loc = first->loc;
	ret->access = d->access.set ? (uint16_t)d->access.v : 0;
	ret->native = d->native.set ? (uint16_t)d->native.v : 0;
	ret->trunk = isle_arena_alloc(b->arena, (d->n_trunk + 1) * sizeof(*ret->trunk));
	for (size_t i = 0; ret->trunk && i < d->n_trunk; i++)
		ret->trunk[ret->n_trunk++] = (uint16_t)d->trunk[i].v;
	if (ret->trunk && ret->n_trunk)
		qsort(ret->trunk, ret->n_trunk, sizeof(*ret->trunk), by_id);
	if (d->access.set && (d->n_trunk || d->native.set) && isle_lab_once(b, &d->access.loc, "vlans")) {
		isle_reject(b->diag, &d->access.loc, "a switch port is an access port or a trunk, not both");
		isle_hint(b->diag, "untagged frames on a trunk are in the VLAN `native: %u`", ret->access);
	} else if (d->native.set && !d->n_trunk && isle_lab_once(b, &d->native.loc, "vlans")) {
		isle_reject(b->diag, &d->native.loc, "native is for a trunk, and there is no `trunk` here");
		isle_hint(b->diag, "a port with untagged frames only is `access: %u`", ret->native);
	}
	for (size_t i = 1; i < ret->n_trunk; i++)
		if (ret->trunk[i] == ret->trunk[i - 1] && isle_lab_once(b, &d->trunk[0].loc, "vlan twice"))
			isle_reject(b->diag, &d->trunk[0].loc, "trunk has VLAN %u twice", ret->trunk[i]);
	return true;
}

/* A port of SW has VLANs. */
static void filter(struct isle_build *b, struct isle_network *sw, const struct isle_loc *loc)
{
	const struct isle_link_value *v = isle_network_option(sw, "vlan_filtering");

	if (sw->kind != ISLE_SWITCH_BRIDGE)
		return;
	if (!sw->vlan_filtering)
		sw->filtering_loc = *loc;
	sw->vlan_filtering = true;
	if (v && !v->n && isle_lab_once(b, loc, "filter"))
		isle_reject(b->diag, loc, "'%s' filters no VLANs: it has `vlan_filtering: false`", sw->name);
}

/* SW NULL: none. */
static void check_options(struct isle_build *b, const struct isle_network *sw, const struct isle_vlans *v, const char *who)
{
	const struct isle_loc *loc = v->n_options ? &v->options[0].loc : NULL;

	if (!loc || (sw && isle_network_switch(sw)->kind == ISLE_SWITCH_BRIDGE) || !isle_lab_once(b, loc, "port"))
		return;
	if (sw)
		isle_reject(b->diag, loc, "%s is an option of ports of Linux bridges, and '%s' is Open vSwitch", v->options[0].option->name,
			    isle_network_switch(sw)->name);
	else
		isle_reject(b->diag, loc, "%s is an option of switch ports, and %s is on no network", v->options[0].option->name, who);
}

static void set_port(struct isle_build *b, struct isle_biface *f)
{
	struct isle_network *n = f->pub.network;
	const bool written = (f->doc && read_vlans(b, &f->doc->vlans, &f->pub.vlans)) ||
			     (f->doc_link && read_vlans(b, &f->doc_link->vlans, &f->pub.vlans));

	if (written && !n && isle_lab_once(b, &f->pub.vlans.loc, "no port")) {
		isle_reject(b->diag, &f->pub.vlans.loc, "VLANs are of switch ports, and %s of '%s' is on no network", f->pub.name,
			    f->pub.host->name);
	} else if (n && n->vlan_of && written && isle_lab_once(b, &f->pub.vlans.loc, "vlan of vlan")) {
		isle_reject(b->diag, &f->pub.vlans.loc, "network '%s' is VLAN %u of '%s': its members are access ports", n->name, n->vlan,
			    n->vlan_of->name);
		isle_hint(b->diag, "attach it to '%s'", n->vlan_of->name);
	} else if (n && n->vlan_of) {
		f->pub.vlans.loc = isle_bnet(n)->doc->vlan.loc;
		f->pub.vlans.access = n->vlan;
		filter(b, n->vlan_of, &f->pub.vlans.loc);
	} else if (n && written) {
		filter(b, n, &f->pub.vlans.loc);
	}
	check_options(b, n, &f->pub.vlans, f->pub.name);
}

static void set_link(struct isle_build *b, struct isle_link *l)
{
	const struct isle_doc_link *d = isle_blink(l)->doc;

	if (!l->network[0])
		return;
	for (int k = 0; k < 2; k++)
		if (l->network[k]->vlan_of && isle_lab_once(b, &d->end[k].loc, "vlan link")) {
			isle_reject(b->diag, &d->end[k].loc, "'%s' is a VLAN, and has no switch to be linked", l->network[k]->name);
			isle_hint(b->diag, "link '%s', with `trunk: [%u]`", l->network[k]->vlan_of->name, l->network[k]->vlan);
		}
	if (read_vlans(b, &d->vlans, &l->vlans)) {
		filter(b, l->network[0], &l->vlans.loc);
		filter(b, l->network[1], &l->vlans.loc);
	}
	for (int k = 0; k < 2; k++)
		check_options(b, l->network[k], &l->vlans, "");
}

int isle_lab_switches(struct isle_build *b)
{
	const struct isle_lab *lab = b->lab;

	for (size_t i = 0; i < lab->n_networks; i++)
		set_switch(b, lab->networks[i]);
	for (size_t i = 0; i < lab->n_networks; i++)
		set_vlan(b, lab->networks[i]);
	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces; k++)
			set_port(b, isle_biface(lab->hosts[i]->ifaces[k]));
	for (size_t i = 0; i < lab->n_links; i++)
		set_link(b, lab->links[i]);
	return 0;
}
