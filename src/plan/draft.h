/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a plan while it is being made; private to this folder. Running out of
 * memory is remembered, not returned: steps then go to a scratch step, and the
 * end says -ENOMEM once.
 */
#ifndef ISLE_PLAN_DRAFT_H
#define ISLE_PLAN_DRAFT_H

#include "plan/plan.h"

#define ISLE_BRIDGE_PORTS 1023		/* what the kernel gives one bridge */
/* Below it are lo and what some modules put into every new namespace (sit0, gre0, tunl0 …), once they are loaded. */
#define ISLE_FIRST_INDEX 100u		/* of hosts' interfaces and of the fabric's bridges */
/* Kernels before 6.13 want an index to be free where the request is sent, too: that of the end of a pair that is elsewhere … */
#define ISLE_PEER_INDEX 200000u
/* … and of those on an interface of another namespace. */
#define ISLE_FAR_INDEX 500000u
#define ISLE_ATTACHED_INDEX 0x20000000u	/* in a network of somebody else, who has numbers of his own */
#define ISLE_PORT_INDEX 1000000u	/* the fabric's ports from here: never the index of their other end */

struct isle_bridge {
	const char *name;
	uint32_t ifindex;
};

/* One network's bridges: the root alone, or a star of leaves around it that have all the ports. */
struct isle_switch {
	struct isle_bridge root, *leaves;
	size_t n_leaves, per_leaf;
	size_t used;			/* ports given away */
};

struct isle_draft {
	const struct isle_lab *lab;
	struct isle_plan *plan;
	size_t cap;			/* of plan->steps */
	struct isle_switch *switches;	/* one per network */
	uint32_t n_bridges, n_ports;	/* in the fabric, so far */
	uint32_t first_host_port;	/* its index; the others follow in the order of hosts and their interfaces */
	struct isle_wireguard_keys **keys;	/* per host: of each of its interfaces; NULL: none of it is a wireguard */
	size_t *waiting;		/* per host: links to hosts that are not there yet */
	struct isle_step scratch;
	const struct isle_sysctl *refused;	/* its name is none */
	bool no_memory;
};

/* plan.c */
int isle_draft_make(const struct isle_lab *, void (*draw)(struct isle_draft *), struct isle_plan **ret, struct isle_diag *);
struct isle_step *isle_draft_add(struct isle_draft *, enum isle_step_kind, uint32_t ns, const struct isle_loc *);
void isle_draft_sysctl(struct isle_draft *, uint32_t ns, const char *path, const char *value, bool optional);
void *isle_draft_alloc(struct isle_draft *, size_t size);	/* NULL: no memory, noted */
/* A MAC for something in the fabric, from TEXT alone; the first byte keeps it apart from those of hosts. NULL as above. */
const uint8_t *isle_draft_mac(struct isle_draft *, const char *fmt, ...) ISLE_PRINTF(2, 3);

/* fabric.c */
void isle_draft_fabric(struct isle_draft *);			/* namespace, bridges, links between switches */
void isle_draft_fabric_end(struct isle_draft *);		/* names of ports, bridges up, carriers */
struct isle_bridge isle_draft_port(struct isle_draft *, const struct isle_network *, uint32_t *ret_ifindex);

/* wire.c: interfaces with a kind */
bool isle_draft_is_late(const struct isle_iface *);		/* has to wait for other hosts */
void isle_draft_wires(struct isle_draft *, const struct isle_host *);	/* all of it but late ones */
void isle_draft_late(struct isle_draft *);			/* all that waited, and the ends of their hosts */
/* wireguard.c */
void isle_draft_keys(struct isle_draft *, const struct isle_iface *);	/* nothing if it is no wireguard */
void isle_draft_peers(struct isle_draft *);	/* of all of them, when they have their keys */
/* switch.c */
void isle_draft_bridge_options(struct isle_draft *, const struct isle_network *, struct isle_step *bridge);
/* A port of the network's switch has these options and VLANs; or ALL of them. Nothing for one without, that does not filter. */
void isle_draft_vlans(struct isle_draft *, const struct isle_network *, const char *name, uint32_t ifindex, const struct isle_vlans *,
		      bool all);
void isle_draft_offload(struct isle_draft *, uint32_t ns, const struct isle_loc *, const char *name, uint32_t ifindex);
bool isle_plan_wants_checksums(const struct isle_network *);	/* of frames that come to its switch */
uint32_t isle_plan_stp_delay(const struct isle_network *);	/* seconds until a port forwards */
int isle_plan_ovs_commands(const struct isle_lab *, struct isle_buf *out);

/* nic.c */
int isle_plan_nic_commands(const struct isle_lab *, struct isle_buf *out);

/* host.c */
void isle_draft_host(struct isle_draft *, const struct isle_host *);		/* namespace and parameters */
void isle_draft_host_end(struct isle_draft *, const struct isle_host *);	/* links up, addresses, routes */
void isle_draft_uplink_end(struct isle_draft *, const struct isle_host *);	/* the same for the uplink */
void isle_draft_nic_end(struct isle_draft *, const struct isle_host *);		/* and for its NICs of the machine */
void isle_draft_host_settled(struct isle_draft *, const struct isle_host *);	/* its IPv6 addresses are its own */
bool isle_iface_is_up(const struct isle_iface *);

#endif
