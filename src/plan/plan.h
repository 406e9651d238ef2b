/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: from a lab to the steps that build it. Pure: no descriptor, no system
 * call. A step is one thing the kernel takes or refuses whole. The order keeps
 * the facts of the kernel: interfaces are born in place, explicit interface
 * indexes (no reply needs parsing), a host is finished where it was made unless
 * it waits for a later one, bridges go up last.
 */
#ifndef ISLE_PLAN_H
#define ISLE_PLAN_H

#include "lab/lab.h"

#define ISLE_NS_FABRIC  0u		/* the switches' namespace */
#define ISLE_NS_HOST(i) (1u + (uint32_t)(i))
#define ISLE_NS_MACHINE UINT32_MAX	/* where `up` was called */

/* One row per kind of step in kinds/; the order here is the order of kinds/kinds.def. */
enum isle_step_kind {
	ISLE_STEP_NETNS,	/* make namespace .ns (net + uts, hostname), pin it, lo up, go there */
	ISLE_STEP_BRIDGE,	/* .port: a bridge in the fabric */
	ISLE_STEP_VETH,		/* .veth: a pair, both ends in place */
	ISLE_STEP_ALTNAME,	/* .altname */
	ISLE_STEP_LINK,		/* .link: addrgenmode, state up, AF settings */
	ISLE_STEP_ADDRESS,	/* .address */
	ISLE_STEP_ROUTE,	/* .route */
	ISLE_STEP_SYSCTL,	/* .sysctl: write /proc/sys/… in .ns */
	ISLE_STEP_CARRIER,	/* .link: wait until it can carry traffic */
};

struct isle_step {
	enum isle_step_kind kind;
	uint32_t ns;			/* where the request is sent */
	const struct isle_loc *loc;	/* the statement it comes from, or NULL */
	union {
		struct {
			const struct isle_host *host;	/* NULL: the fabric */
		} netns;
		struct {
			const char *name;
			uint32_t ifindex, mtu, master;
		} bridge;
		struct {			/* "this" end is in .ns, "that" in that_ns */
			const char *name, *that_name;
			const uint8_t *mac, *that_mac;
			uint32_t ifindex, that_ifindex;
			uint32_t master, that_master;	/* ifindex in the end's own namespace, 0: none */
			uint32_t that_ns, mtu;
			bool up, that_up;		/* as created: only what the kernel allows there */
		} veth;
		struct { uint32_t ifindex; const char *name, *altname; } altname;
		struct { uint32_t ifindex; const char *name; bool up, ipv6; } link;
		struct { uint32_t ifindex; const char *dev; struct isle_ip ip; } address;
		struct { const struct isle_route *route; const uint32_t *ifindexes; /* one per hop, 0: none */ } route;
		struct { const char *path, *value; } sysctl;	/* path as net/ipv4/ip_forward */
	};
};

struct isle_plan {
	struct isle_arena *arena;
	const struct isle_lab *lab;
	struct isle_step *steps;
	size_t n_steps;
	uint32_t *iface_index;		/* unused by readers */
};

/* NULL uplink steps: the machine's side of an uplink is the engine's (it touches the host). -ENOMEM, -EINVAL. */
int isle_plan_build(const struct isle_lab *, struct isle_plan **ret_plan, struct isle_diag *);
void isle_plan_free(struct isle_plan *);
/* The interface index that the plan gives an interface in its host. */
uint32_t isle_plan_ifindex(const struct isle_iface *);
/* One `ip`/`sysctl` line per step, to be pasted into a root shell: namespaces HOST.LAB and LAB.fabric. */
int isle_plan_commands(const struct isle_plan *, struct isle_buf *out);
/* What `plan` shows for a lab that is not up: one line per thing to be made, with its place. */
int isle_plan_show(const struct isle_plan *, struct isle_buf *out);

#endif
