/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: hosts that are the machine itself (`attach: host`). What the lab has
 * there are interfaces whose other ends are in the lab's namespaces, and what is
 * on these: it goes with them, by `down`, by the next change or by the kernel, so
 * that there is nothing to write down first. What the machine has is not looked
 * at but here: it comes before, and a subnet of the lab must not hide one of its.
 */
#include "outside/outside.h"
#include "outside/uplink.h"

int isle_lab_refuse_machine(const struct isle_lab *lab, struct isle_diag *d)
{
	int all = 0;

	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];

		if (!isle_host_is_machine(h))
			continue;
		all = isle_reject(d, &h->attach_loc, "'%s' has the machine's network, and a lab for one command has no links there", h->name);
		isle_hint(d, "`sudo isle up` and then `isle exec`; or a host with a network of its own: leave `attach` out");
	}
	return all;
}

/* The machine has DST because of H, as it was. */
static bool is_of(const struct isle_host *h, const struct isle_ip *dst)
{
	for (size_t i = 0; i < h->n_ifaces; i++)
		for (size_t k = 0; k < h->ifaces[i]->n_addresses; k++) {
			const struct isle_ip net = isle_ip_network(&h->ifaces[i]->addresses[k]);

			if (dst->len >= net.len && isle_ip_overlaps(dst, &net))
				return true;
		}
	for (size_t i = 0; i < h->n_routes; i++)
		if (!isle_ip_cmp(&h->routes[i].dst, dst))
			return true;
	return false;
}

static bool was_of(struct isle_lab *const *was, size_t n, const char *host, const struct isle_ip *dst)
{
	for (size_t i = 0; i < n; i++) {
		const struct isle_host *h = isle_lab_host(was[i], host);

		if (h && isle_host_is_machine(h) && is_of(h, dst))
			return true;
	}
	return false;
}

static int check_address(const struct isle_iface *f, const struct isle_ip *address, const struct isle_machine_routes *routes,
			 struct isle_lab *const *was, size_t n_was, struct isle_diag *d)
{
	const struct isle_ip net = isle_ip_network(address);
	char text[ISLE_IP_TEXT], taken_by[ISLE_IP_TEXT];

	for (size_t i = 0; i < routes->n_dst; i++) {
		if (!isle_ip_overlaps(&routes->dst[i], &net) || was_of(was, n_was, f->host->name, &routes->dst[i]))
			continue;
		isle_reject(d, &f->loc, "%s of '%s': %s is in use on this machine (route to %s)", f->name, f->host->name,
			    isle_ip_text(&net, true, text), isle_ip_text(&routes->dst[i], true, taken_by));
		isle_hint(d, "choose another `subnet`, or let a host with a network of its own stand there");
		return -EADDRINUSE;
	}
	return 0;
}

static bool has_machine(const struct isle_lab *lab)
{
	for (size_t i = 0; i < lab->n_hosts; i++)
		if (isle_host_is_machine(lab->hosts[i]))
			return true;
	return false;
}

int isle_lab_check_machine(const struct isle_lab *lab, struct isle_lab *const *was, size_t n_was, struct isle_diag *d)
{
	struct isle_machine_routes routes;
	int r, all = 0;

	if (!has_machine(lab))
		return 0;
	r = isle_machine_routes_read(&routes, d);
	if (r)
		return r;
	for (size_t i = 0; i < lab->n_hosts; i++) {
		const struct isle_host *h = lab->hosts[i];

		for (size_t k = 0; isle_host_is_machine(h) && k < h->n_ifaces; k++)
			for (size_t a = 0; a < h->ifaces[k]->n_addresses; a++) {
				r = check_address(h->ifaces[k], &h->ifaces[k]->addresses[a], &routes, was, n_was, d);
				all = all ? all : r;
			}
	}
	isle_machine_routes_done(&routes);
	return all;
}
