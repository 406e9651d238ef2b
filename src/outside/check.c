/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: interfaces on one of the machine's (`- a -- macvlan:eth0`). The machine's
 * is only looked up and stays as it is; what is on it lives in the host and goes
 * with it. The kernel lets only those do that who rule the machine's network;
 * the same with networks of others (`attach`), which a lab in a user namespace
 * of its own has no rights in.
 */
#include <net/if.h>
#include "build/build.h"

static int check_attached(const struct isle_lab *lab, bool root, struct isle_diag *d)
{
	int all = 0;

	for (size_t i = 0; i < lab->n_hosts && !root; i++) {
		const struct isle_host *h = lab->hosts[i];

		if (!h->attach)
			continue;
		all = isle_reject(d, &h->attach_loc, "'%s' has the network of %s: a link into it takes root", h->name, isle_host_whose(h));
		isle_hint(d, "`sudo isle up`; or a host with a network of its own: leave `attach` out");
	}
	return all;
}

int isle_lab_check_outside(const struct isle_lab *lab, bool root, struct isle_diag *d)
{
	int all = check_attached(lab, root, d);

	for (size_t i = 0; i < lab->n_hosts; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces; k++) {
			const struct isle_iface *f = lab->hosts[i]->ifaces[k];

			if (!f->machine_lower || (root && isle_iface_is_nic(f)) || (root && if_nametoindex(f->machine_lower)))
				continue;
			if (root) {
				all = isle_reject(d, &f->loc, "%s of '%s' is on %s, and the machine has no such interface", f->name,
						  f->host->name, f->machine_lower);
				isle_hint(d, "`ip link` lists those it has");
			} else {
				all = isle_reject(d, &f->loc, "%s of '%s' is on %s of the machine: that takes root", f->name,
						  f->host->name, f->machine_lower);
				isle_hint(d, "`uplink: nat` leads out of a lab without it");
			}
		}
	return all;
}
