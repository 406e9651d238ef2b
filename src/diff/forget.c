/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: addresses that moved from one interface to another: those who talked to
 * the old one forget it, else they go on sending there until they notice.
 */
#include "diff/diff.h"

/* The MAC that the lab's plan had for the address; NULL: none had it, or more than one. */
static const uint8_t *mac_before(const struct isle_lab *was, const struct isle_ip *ip)
{
	const uint8_t *mac = NULL;

	for (size_t i = 0; i < was->n_hosts; i++)
		for (size_t k = 0; k < was->hosts[i]->n_ifaces; k++) {
			const struct isle_iface *iface = was->hosts[i]->ifaces[k];

			for (size_t j = 0; j < iface->n_addresses; j++)
				if (isle_ip_equal(&iface->addresses[j], ip))
					mac = iface->mac;
		}
	return mac;
}

static void forget(struct isle_differ *d, const struct isle_iface *owner, const struct isle_ip *ip)
{
	const struct isle_lab *lab = d->in->plan->lab;

	for (size_t i = 0; i < d->n_ports; i++) {
		const struct isle_port *p = &d->ports[i];
		struct isle_step step = { .kind = ISLE_STEP_FORGET, .ns = p->made.ns };
		const struct isle_host *h;

		if (!p->live || p->made.ns == ISLE_NS_FABRIC || p->made.ns > lab->n_hosts)
			continue;
		h = lab->hosts[p->made.ns - 1];
		for (size_t k = 0; k < h->n_ifaces; k++) {
			const struct isle_iface *iface = h->ifaces[k];

			if (iface == owner || strcmp(iface->name, p->made.name))
				continue;
			for (size_t j = 0; j < iface->n_addresses; j++) {
				if (!isle_ip_contains(&iface->addresses[j], ip))
					continue;
				step.address.dev = iface->name;
				step.address.ifindex = p->actual;
				step.address.ip = *ip;
				isle_changes_end(d->out, &step);
				break;
			}
		}
	}
}

void isle_differ_forget(struct isle_differ *d)
{
	for (size_t i = 0; i < d->out->n; i++) {
		const struct isle_step *s = &d->out->list[i].step;
		const struct isle_iface *owner = NULL;
		const struct isle_host *h;
		const uint8_t *mac;

		if (s->kind != ISLE_STEP_ADDRESS || s->removes || s->ns > d->in->plan->lab->n_hosts)
			continue;
		h = d->in->plan->lab->hosts[s->ns - 1];
		for (size_t k = 0; k < h->n_ifaces; k++)
			if (!strcmp(h->ifaces[k]->name, s->address.dev))
				owner = h->ifaces[k];
		for (size_t k = 0; owner && k < d->in->n_owned; k++) {
			mac = mac_before(d->in->owned[k]->lab, &s->address.ip);
			if (mac && memcmp(mac, owner->mac, 6))
				forget(d, owner, &s->address.ip);
		}
	}
}
