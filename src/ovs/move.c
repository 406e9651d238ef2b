/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the ports of shared switches, from the lab's fabric to the machine, where
 * its ovs-vswitchd looks for them. They were made in the fabric, like all, since
 * there the indexes of both ends can be asked for; here they get the name that
 * says whose they are, and are switched on again.
 */
#include <fcntl.h>
#include <linux/if_link.h>
#include <net/if.h>
#include "build/build.h"
#include "ns/ns.h"
#include "outside/uplink.h"
#include "ovs/ovs.h"

struct port {
	const char *name;
	char altname[ISLE_ALTNAME_MAX];		/* isle:LAB:HOST:IF, or ends in a hash if that is too long */
	const struct isle_loc *loc;
	bool carries;
};
struct moving {
	const struct isle_lab *lab;
	int machine;
	struct isle_diag *d;
	struct isle_nl nl;
};

static int each_port(struct moving *m, int (*fn)(struct moving *, const struct port *))
{
	const struct isle_lab *lab = m->lab;
	int r = 0;

	for (size_t i = 0; i < lab->n_hosts && !r; i++)
		for (size_t k = 0; k < lab->hosts[i]->n_ifaces && !r; k++) {
			const struct isle_iface *f = lab->hosts[i]->ifaces[k];
			struct port p = { .name = f->port, .loc = &f->loc, .carries = isle_iface_is_up(f) };

			if (!f->network || !isle_ovs_is_shared(f->network))
				continue;
			isle_plan_port_altname(p.altname, lab, lab->hosts[i]->name, f->name);
			r = fn(m, &p);
		}
	for (size_t i = 0; i < lab->n_links && !r; i++) {
		const struct isle_link *l = lab->links[i];

		for (int k = 0; l->network[0] && !isle_plan_is_patch(l) && k < 2 && !r; k++) {
			struct port p = { .name = l->port[k], .loc = &l->loc, .carries = l->up };

			if (!isle_ovs_is_shared(l->network[k]))
				continue;
			isle_plan_port_altname(p.altname, lab, l->network[k]->name, l->port[k]);
			r = fn(m, &p);
		}
	}
	return r;
}

static int fail(struct moving *m, int r, const struct port *p, const char *what)
{
	isle_fail(m->d, -r, p->loc, "%s port %s (%s)", what, p->name, p->altname);
	if (m->nl.extack[0])
		isle_diag_kernel(m->d, m->nl.extack);
	return r;
}

/* In the fabric. */
static int send_away(struct moving *m, const struct port *p)
{
	uint32_t index;
	int r = isle_uplink_index(&m->nl, p->name, &index);

	if (r)
		return fail(m, r, p, "looking for");
	r = isle_nl_move_link(&m->nl, index, m->machine, NULL);
	return r ? fail(m, r, p, "moving to the machine's network") : 0;
}

/* On the machine. Nothing there speaks by it but the switch: no IPv6. */
static int receive(struct moving *m, const struct port *p)
{
	char path[64];
	uint32_t index;
	int r = isle_uplink_index(&m->nl, p->name, &index);

	if (r)
		return fail(m, r, p, "looking on the machine for");
	snprintf(path, sizeof(path), "net/ipv6/conf/%s/disable_ipv6", p->name);
	r = isle_sysctl_write(path, "1");
	if (r && r != -ENOENT)
		return fail(m, r, p, "switching IPv6 off for");
	r = isle_nl_set_altname(&m->nl, index, true, p->altname);
	if (!r)
		r = isle_nl_set_link(&m->nl, index, IFF_UP, IFF_UP, 0, NULL, 0);
	if (r)
		return fail(m, r, p, "naming and switching on");
	r = p->carries ? isle_carrier_wait(index, 0) : 0;
	return r ? fail(m, r, p, "waiting for the carrier of") : 0;
}

static int send_all(void *arg)
{
	struct moving *m = arg;
	int r = isle_nl_open(&m->nl, NETLINK_ROUTE);

	if (r)
		return isle_fail(m->d, -r, NULL, "opening a netlink socket in the fabric of lab %s", m->lab->name);
	r = each_port(m, send_away);
	isle_nl_close(&m->nl);
	return r;
}

int isle_ovs_move_ports(const struct isle_lab *lab, pid_t pid, struct isle_diag *d)
{
	isle_auto(close) int machine = isle_ns_self("net"), fabric = -1;
	struct moving m = { .lab = lab, .machine = machine, .d = d };
	char path[64];
	int r, value = 0;

	snprintf(path, sizeof(path), "/proc/%d/root" ISLE_RUN_DIR "/fabric", pid);
	fabric = open(path, O_RDONLY | O_CLOEXEC);
	if (machine < 0 || fabric < 0)
		return isle_fail(d, machine < 0 ? -machine : errno, NULL, "cannot reach the switches of lab %s through process %d",
				 lab->name, pid);
	r = isle_ns_call(fabric, send_all, &m, &value, d);
	if (!r)
		r = value;
	if (r)
		return r;
	r = isle_nl_open(&m.nl, NETLINK_ROUTE);
	if (r)
		return isle_fail(d, -r, NULL, "opening a netlink socket");
	r = each_port(&m, receive);
	isle_nl_close(&m.nl);
	return r;
}
