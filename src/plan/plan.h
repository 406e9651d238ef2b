/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: from a lab to the steps that build it. Pure: no descriptor, no system
 * call. The order keeps the facts of the kernel: interfaces are born in place,
 * explicit interface indexes (no reply needs parsing), a host is finished where
 * it was made unless it waits for a later one, bridges go up last.
 */
#ifndef ISLE_PLAN_H
#define ISLE_PLAN_H

#include "kinds/step.h"

struct isle_plan {
	struct isle_arena *arena;
	const struct isle_lab *lab;
	struct isle_step *steps;
	size_t n_steps;
};

/*
 * The fabric is made first, and only if the lab has networks. An uplink interface or a NIC of the machine, its addresses
 * and the routes through it are not in the plan: they touch the machine, and are last. -ENOMEM, -EINVAL.
 */
int isle_plan_build(const struct isle_lab *, struct isle_plan **ret_plan, struct isle_diag *);
void isle_plan_free(struct isle_plan *);
/*
 * The steps of all uplinks by themselves, host by host: in the host the pair (its other end on the machine), link,
 * addresses, routes; then on the machine (ns ISLE_NS_MACHINE, interface index 0: known only there) altname and address.
 * The firewall and the machine's sysctls are the engine's. -ENOMEM, -EINVAL.
 */
int isle_plan_uplinks(const struct isle_lab *, struct isle_plan **ret_plan, struct isle_diag *);
/* Its lines for a root shell, the firewall's and the machine's sysctls too. -ENOMEM. */
int isle_plan_uplink_commands(const struct isle_lab *, struct isle_buf *out);
/* From what a lab that is up had; MAKES: of each host of TO, its pair comes. What goes is removed with its end in the host. */
int isle_plan_uplink_changes(const struct isle_lab *from, const struct isle_lab *to, const bool *makes, struct isle_buf *out);
/* A host becomes one whose uplink those behind it use, under its own address, or IS it no more. */
void isle_plan_gateway_commands(const struct isle_lab *, const struct isle_host *, bool is, struct isle_buf *out);
/* The altname by which the machine's end of HOST's uplink is known to be ours. */
#define ISLE_ALTNAME_MAX 128
void isle_plan_uplink_altname(char ret[ISLE_ALTNAME_MAX], const struct isle_lab *, const struct isle_host *);
/* Of a port on the machine: a switch's that is shared. OWNER: the host, or the network of a link's end. */
void isle_plan_port_altname(char ret[ISLE_ALTNAME_MAX], const struct isle_lab *, const char *owner, const char *ifname);
/*
 * The steps about NICs of the machine by themselves, host by host: on the machine the altname and the move (interface
 * index 0: known only there), then in the host links, addresses, routes. -ENOMEM, -EINVAL.
 */
int isle_plan_nics(const struct isle_lab *, struct isle_plan **ret_plan, struct isle_diag *);
/* The altname by which a NIC is known to be in a lab, wherever the kernel has put it. */
void isle_plan_nic_altname(char ret[ISLE_ALTNAME_MAX], const struct isle_lab *, const struct isle_iface *);
/* " vlan on eth0 id 10": an interface's kind, what it is on, its options as written. (wire.c) */
void isle_plan_show_kind(const struct isle_iface *, struct isle_buf *out);
/* A link of two switches that are both Open vSwitch's, the same one's: no interfaces, but ports of type patch. */
bool isle_plan_is_patch(const struct isle_link *);
/* The interface index that the plan gives an interface in its host. */
uint32_t isle_plan_ifindex(const struct isle_iface *);
/* The interface that a hop leaves by: written, or the one with an address in whose prefix the gateway is; or NULL. */
const struct isle_iface *isle_plan_hop_iface(const struct isle_host *, const struct isle_hop *);
/* The path under /proc/sys of a parameter's name, net.ipv4.ip_forward or net/ipv4/ip_forward. -ENOMEM; -EINVAL: no such name. */
int isle_plan_sysctl_path(struct isle_arena *, const char *name, const char **ret_path);
/* `ip` and `sysctl` lines to be pasted into a root shell: namespaces HOST.LAB and LAB.fabric. -ENOMEM. */
int isle_plan_commands(const struct isle_plan *, struct isle_buf *out);
/* What `plan` shows for a lab that is not up: one line per thing to be made, with its place. -ENOMEM. */
int isle_plan_show(const struct isle_plan *, struct isle_buf *out);

#endif
