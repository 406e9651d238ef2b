/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what of Open vSwitch stays as it is while a lab is up: which kind its
 * switches are, whether there are any, what joins them to bridges, on which of the
 * two an interface is; and all of a lab with a switch of the machine's.
 */
#include "converge/ovs.h"
#include "ovs/ovs.h"

static bool is_ovs(const struct isle_network *n)
{
	return n && isle_network_switch(n)->kind == ISLE_SWITCH_OVS;
}

static int refuse(const struct isle_lab *lab, const struct isle_loc *loc, const char *name, const char *what, struct isle_diag *d)
{
	isle_reject(d, loc, "the Open vSwitch '%s' %s while lab %s is up", name, what, lab->name);
	isle_hint(d, "`isle down %s` first; nothing was changed", lab->name);
	return -EBUSY;
}

static const struct isle_iface *iface_of(const struct isle_lab *lab, const struct isle_iface *f)
{
	const struct isle_host *h = isle_lab_host(lab, f->host->name);

	for (size_t i = 0; h && i < h->n_ifaces; i++)
		if (!strcmp(h->ifaces[i]->name, f->name))
			return h->ifaces[i];
	return NULL;
}

/* Is it on a switch that asks the same of its ports? */
static bool is_alike(const struct isle_network *a, const struct isle_network *b)
{
	return is_ovs(b) && isle_network_switch(a)->datapath == isle_network_switch(b)->datapath;
}

/* Of a lab's own; it has the servers for it. NULL: none. */
static const struct isle_network *first_own(const struct isle_lab *lab)
{
	for (size_t i = 0; i < lab->n_networks; i++)
		if (!lab->networks[i]->vlan_of && isle_ovs_is_own(lab->networks[i]))
			return lab->networks[i];
	return NULL;
}

static int check_switch(const struct isle_lab *a, const struct isle_lab *b, const struct isle_network *n, const struct isle_loc *loc,
			struct isle_diag *d)
{
	const struct isle_network *m = isle_lab_network(b, n->name);

	if (m && (m->vlan_of || m->kind != n->kind || m->datapath != n->datapath || m->shared != n->shared))
		return refuse(a, loc, n->name, "cannot become another kind", d);
	if (!m && !first_own(b))
		return refuse(a, loc, n->name, "is the only one, and can neither come nor go", d);
	return 0;
}

/* Are the switches of A's and B's the same ones where both have them, and is what both have on such a switch in both? */
static int check(const struct isle_lab *a, const struct isle_lab *b, bool placed, struct isle_diag *d)
{
	int r = 0;

	for (size_t i = 0; i < a->n_networks && !r; i++)
		if (!a->networks[i]->vlan_of && a->networks[i]->kind == ISLE_SWITCH_OVS)
			r = check_switch(a, b, a->networks[i], placed ? &a->networks[i]->loc : NULL, d);
	for (size_t i = 0; i < a->n_hosts && !r; i++)
		for (size_t k = 0; k < a->hosts[i]->n_ifaces && !r; k++) {
			const struct isle_iface *f = a->hosts[i]->ifaces[k], *g = is_ovs(f->network) ? iface_of(b, f) : NULL;

			if (g && !is_alike(f->network, g->network))
				r = refuse(a, placed ? &f->loc : NULL, isle_network_switch(f->network)->name,
					   "cannot take or leave an interface that is on something else,", d);
		}
	return r;
}

static const struct isle_link *wire_at(const struct isle_lab *lab, size_t nth)
{
	for (size_t i = 0; i < lab->n_links; i++) {
		const struct isle_link *l = lab->links[i];

		if ((is_ovs(l->network[0]) || is_ovs(l->network[1])) && !isle_plan_is_patch(l) && nth-- == 0)
			return l;
	}
	return NULL;
}

/* Wires between Open vSwitch and a bridge. */
static int check_wires(const struct isle_lab *lab, const struct isle_lab *was, struct isle_diag *d)
{
	for (size_t i = 0;; i++) {
		const struct isle_link *l = wire_at(lab, i), *m = wire_at(was, i);

		if (!l && !m)
			return 0;
		if (!l || !m || strcmp(l->port[0], m->port[0]) != 0 || strcmp(l->port[1], m->port[1]) != 0 ||
		    strcmp(l->network[0]->name, m->network[0]->name) != 0 || strcmp(l->network[1]->name, m->network[1]->name) != 0)
			return refuse(lab, l ? &l->loc : NULL, (l ? l : m)->network[!is_ovs((l ? l : m)->network[0])]->name,
				      "cannot be joined to bridges otherwise", d);
	}
}

static const struct isle_network *first_shared(const struct isle_lab *lab)
{
	for (size_t i = 0; i < lab->n_networks; i++)
		if (isle_ovs_is_shared(lab->networks[i]))
			return lab->networks[i];
	return NULL;
}

bool isle_ovs_has_shared(const struct isle_lab *lab)
{
	return first_shared(lab);
}

static int refuse_shared(const struct isle_lab *lab, const struct isle_lab *was, struct isle_diag *d)
{
	const struct isle_network *n = first_shared(lab), *m = first_shared(was);

	if (!n && !m)
		return 0;
	isle_reject(d, n ? &n->switch_loc : NULL, "lab %s cannot be changed while it is up: '%s' is in the machine's Open vSwitch", lab->name,
		    (n ? n : m)->name);
	isle_hint(d, "`isle down %s` first; nothing was changed", lab->name);
	return -EBUSY;
}

int isle_ovs_keep(const struct isle_lab *lab, const struct isle_lab *was, struct isle_diag *d)
{
	int r = refuse_shared(lab, was, d);

	if (!r)
		r = check(lab, was, true, d);

	if (!r)
		r = check(was, lab, false, d);
	return r ? r : check_wires(lab, was, d);
}
