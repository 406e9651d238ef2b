/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what stays as it is while a lab is up: uplinks, which reach onto the
 * machine or live in a program of their own, and the files of hosts, which may
 * be mounted. A lab file that wants others is refused at its place, before
 * anything is touched. An uplink whose subnet the file leaves open has the
 * subnet that it got when the lab came up.
 */
#include "change/conversion.h"

static bool same_families(const struct isle_uplink *a, const struct isle_uplink *b)
{
	if (a->kind != b->kind || a->n_subnets != b->n_subnets)
		return false;
	for (size_t i = 0; i < a->n_subnets; i++)
		if (a->subnets[i].family != b->subnets[i].family)
			return false;
	return true;
}

static bool same_subnets(const struct isle_uplink *a, const struct isle_uplink *b)
{
	for (size_t i = 0; i < a->n_subnets; i++)
		if (isle_ip_cmp(&a->subnets[i], &b->subnets[i]))
			return false;
	return true;
}

static bool same_ports(const struct isle_host *a, const struct isle_host *b)
{
	if (a->n_ports != b->n_ports)
		return false;
	for (size_t i = 0; i < a->n_ports; i++)
		if (a->ports[i].udp != b->ports[i].udp || a->ports[i].from != b->ports[i].from || a->ports[i].to != b->ports[i].to)
			return false;
	return true;
}

/* What a gateway forwards for others is masqueraded in it, from the beginning. */
static bool is_gateway(const struct isle_host *h)
{
	return h->forward && h->n_ifaces > 1;
}

static int refuse(const struct isle_lab *lab, const struct isle_host *h, const struct isle_loc *loc, const char *what,
		  struct isle_diag *d)
{
	isle_reject(d, loc, "the uplink of %s cannot be %s while lab %s is up", h->name, what, lab->name);
	isle_hint(d, "`isle down %s` first; nothing else was changed either", lab->name);
	return -EBUSY;
}

int isle_uplinks_keep(struct isle_lab *lab, const struct isle_lab *was, struct isle_diag *d)
{
	for (size_t i = 0; i < lab->n_hosts; i++) {
		struct isle_host *h = lab->hosts[i];
		const struct isle_host *before = isle_lab_host(was, h->name);
		const bool had = before && before->uplink.kind != ISLE_UPLINK_NONE;

		if (h->uplink.kind == ISLE_UPLINK_NONE && !had)
			continue;
		if (!had)
			return refuse(lab, h, &h->uplink.loc, "added", d);
		if (h->uplink.kind == ISLE_UPLINK_NONE)
			return refuse(lab, h, &h->loc, "removed", d);
		if (!same_families(&h->uplink, &before->uplink) || is_gateway(h) != is_gateway(before))
			return refuse(lab, h, &h->uplink.loc, "changed", d);
		for (size_t k = 0; k < h->uplink.n_subnets && !h->uplink.written; k++)
			isle_uplink_move(h, k, &before->uplink.subnets[k]);
		if (!same_subnets(&h->uplink, &before->uplink) || !same_ports(h, before))
			return refuse(lab, h, h->n_ports ? &h->ports[0].loc : &h->uplink.loc, "changed", d);
	}
	for (size_t i = 0; i < was->n_hosts; i++)
		if (was->hosts[i]->uplink.kind != ISLE_UPLINK_NONE && !isle_lab_host(lab, was->hosts[i]->name))
			return refuse(lab, was->hosts[i], NULL, "removed", d);
	return 0;
}

static const struct isle_iface *iface_of(const struct isle_lab *lab, const char *host, const char *name)
{
	const struct isle_host *h = isle_lab_host(lab, host);

	for (size_t i = 0; h && i < h->n_ifaces; i++)
		if (!strcmp(h->ifaces[i]->name, name))
			return h->ifaces[i];
	return NULL;
}

static bool same_nic(const struct isle_iface *a, const struct isle_iface *b)
{
	if (!b || !isle_iface_is_nic(b) || strcmp(a->machine_lower, b->machine_lower) || a->up != b->up || a->mtu != b->mtu ||
	    memcmp(a->mac, b->mac, sizeof(a->mac)) || a->n_addresses != b->n_addresses)
		return false;
	for (size_t i = 0; i < a->n_addresses; i++)
		if (isle_ip_cmp(&a->addresses[i], &b->addresses[i]))
			return false;
	return true;
}

static bool same_route(const struct isle_route *a, const struct isle_route *b)
{
	if (isle_ip_cmp(&a->dst, &b->dst) || a->type != b->type || a->n_hops != b->n_hops || a->metric != b->metric ||
	    a->table != b->table || a->mtu != b->mtu || isle_ip_cmp(&a->src, &b->src))
		return false;
	for (size_t i = 0; i < a->n_hops; i++)
		if (isle_ip_cmp(&a->hops[i].via, &b->hops[i].via) || a->hops[i].onlink != b->hops[i].onlink)
			return false;
	return true;
}

/* They may lead through the NIC, which is not among the steps that are compared. */
static bool same_routes(const struct isle_host *a, const struct isle_host *b)
{
	if (!b || a->n_routes != b->n_routes)
		return false;
	for (size_t i = 0; i < a->n_routes; i++)
		if (!same_route(&a->routes[i], &b->routes[i]))
			return false;
	return true;
}

/* Each NIC of A is in B as it is in A. Its place: NULL of a lab that has been. */
static int nics_are_in(const struct isle_lab *a, const struct isle_lab *b, bool placed, struct isle_diag *d)
{
	for (size_t i = 0; i < a->n_hosts; i++)
		for (size_t k = 0; k < a->hosts[i]->n_ifaces; k++) {
			const struct isle_iface *f = a->hosts[i]->ifaces[k];

			if (!isle_iface_is_nic(f) || (same_nic(f, iface_of(b, f->host->name, f->name)) &&
							 same_routes(f->host, isle_lab_host(b, f->host->name))))
				continue;
			isle_reject(d, placed ? &f->loc : NULL, "%s of %s, which is %s of the machine, and routes there cannot be changed while lab %s is up",
				    f->name, f->host->name, f->machine_lower, a->name);
			isle_hint(d, "`isle down %s` first, which brings it home; nothing else was changed either", a->name);
			return -EBUSY;
		}
	return 0;
}

int isle_nics_keep(const struct isle_lab *lab, const struct isle_lab *was, struct isle_diag *d)
{
	int r = nics_are_in(lab, was, true, d);

	return r ? r : nics_are_in(was, lab, false, d);
}

static bool same_owns(const struct isle_host *a, const struct isle_host *b)
{
	if (a->n_owns != b->n_owns)
		return false;
	for (size_t i = 0; i < a->n_owns; i++)
		if (strcmp(a->owns[i].path, b->owns[i].path) || !isle_str_eq(a->owns[i].source, b->owns[i].source))
			return false;
	return true;
}

int isle_owns_keep(const struct isle_lab *lab, const struct isle_lab *was, struct isle_diag *d)
{
	static const struct isle_host none = { .n_owns = 0 };

	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i], *before = isle_lab_host(was, h->name);

		if (same_owns(h, before ? before : &none))
			continue;
		isle_reject(d, h->n_owns ? &h->owns[0].loc : &h->loc, "`files` and `private` of %s cannot be changed while lab %s is up",
			    h->name, lab->name);
		isle_hint(d, "`isle down %s` first; nothing else was changed either", lab->name);
		return -EBUSY;
	}
	return 0;
}

static bool can_converge(const struct isle_step *s)
{
	switch (s->kind) {
	case ISLE_STEP_NETNS:
	case ISLE_STEP_ALTNAME:
	case ISLE_STEP_LINK:
	case ISLE_STEP_ADDRESS:
	case ISLE_STEP_ROUTE:
	case ISLE_STEP_RULE:
	case ISLE_STEP_NEIGH:
	case ISLE_STEP_SYSCTL:
	case ISLE_STEP_CARRIER:
	case ISLE_STEP_SETTLED:
	case ISLE_STEP_OFFLOAD:		/* of who is on an Open vSwitch, which does not change (ovs.c) */
		return true;
	default:
		return isle_kind_of(s)->makes != NULL;
	}
}

static int refuse_kind(const struct isle_lab *lab, const struct isle_loc *loc, struct isle_diag *d)
{
	isle_reject(d, loc, "a lab with this cannot be changed while it is up, in this version");
	isle_hint(d, "`isle down %s` first; nothing was changed", lab->name);
	return -EBUSY;
}

int isle_kinds_keep(const struct isle_plan *plan, bool placed, struct isle_diag *d)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (!can_converge(&plan->steps[i]))
			return refuse_kind(plan->lab, placed ? plan->steps[i].loc : NULL, d);
	return 0;
}
