/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what stays as it is while a lab is up: NICs of the machine, and the files
 * of hosts, which may be mounted. A lab file that wants others is refused at its
 * place, before anything is touched.
 */
#include "converge/conversion.h"

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

static bool can_converge(const struct isle_step *s)
{
	switch (s->kind) {
	case ISLE_STEP_NETNS:
	case ISLE_STEP_ALTNAME:
	case ISLE_STEP_LINK:
	case ISLE_STEP_ADDRESS:
	case ISLE_STEP_ROUTE:
	case ISLE_STEP_RULE:
	case ISLE_STEP_PORT:
	case ISLE_STEP_WIREGUARD:
	case ISLE_STEP_PEER:
	case ISLE_STEP_FDB:
	case ISLE_STEP_NEIGH:
	case ISLE_STEP_SYSCTL:
	case ISLE_STEP_NFT:		/* rules.c */
	case ISLE_STEP_CARRIER:
	case ISLE_STEP_SETTLED:
	case ISLE_STEP_OFFLOAD:		/* with an interface that comes to an Open vSwitch (ovs.c) */
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
