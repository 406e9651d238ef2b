/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the difference between a plan and what is live, while it is being made;
 * private to this folder. Pure: a plan, the plans that the lab was made from,
 * and a snapshot in; changes out. Namespaces have the numbers of the wanted lab
 * everywhere, hosts that go come behind its own. A live interface is known by
 * its name and keeps its index: indexes of steps are translated.
 */
#ifndef ISLE_DIFF_H
#define ISLE_DIFF_H

#include <net/if.h>
#include "change/change.h"
#include "kinds/kinds.h"
#include "live/snap.h"

#define ISLE_IPV6_METRIC 1024	/* that the kernel gives a route without one */
/* By this alias an interface is known as ours that only waits for its end. */
#define ISLE_ENDING "isle: replaced"

/* A kernel parameter as it is; .ns ISLE_NS_FRESH: in a namespace that was just made. */
#define ISLE_NS_FRESH (UINT32_MAX - 1)
struct isle_parameter {
	uint32_t ns;
	const char *path;
	const char *value;		/* NULL: there is none */
};

struct isle_view {			/* what is live */
	const struct isle_snap_ns **nss;	/* by number: [0] fabric, then hosts; NULL: not there */
	size_t n_nss;
	struct isle_parameter *parameters;	/* isle_parameters_sort() */
	size_t n_parameters;
	bool no_ipv6;			/* the kernel has none */
};

struct isle_diff_input {
	const struct isle_lab *names;	/* the wanted lab with the hosts that go behind its own */
	const struct isle_plan *plan, *uplinks;	/* uplinks: of which what is inside hosts counts; or NULL */
	/* What the lab was made from: its record's, and that of a change which was begun. In the numbers of their own labs. */
	const struct isle_plan *owned[2], *owned_uplinks[2];
	size_t n_owned;
	const struct isle_view *view;
	bool looks;			/* nothing is going to be done: what is in the way, or was not looked at, is left alone */
};
/* -EEXIST: somebody else's interface has a name that is needed; -ENOMEM. */
int isle_diff_plan(const struct isle_diff_input *, struct isle_changes **ret, struct isle_diag *);

/* Has the host somebody else's network? Then what is not the lab's there is left alone without a word. */
static inline bool isle_diff_is_foreign(const struct isle_diff_input *in, size_t ns)
{
	return ns && ns <= in->names->n_hosts && in->names->hosts[ns - 1]->attach;
}

/* ---- the differ */
struct isle_port {			/* an interface of the plan */
	struct isle_made made;
	uint32_t actual;		/* its index, live or to be */
	const struct isle_snap_link *live;	/* NULL: to be born */
	size_t step;			/* of the plan that makes it */
	struct isle_port *peer;		/* made by the same step, or NULL */
	bool is_far;			/* the end of a pair that is not where the request is sent */
	bool up;			/* wanted */
	bool touched;			/* born, or its state changes */
	bool is_lost;			/* an uplink that is not there: made last (uplinks.c) */
	bool flushed;			/* loses its IPv6 addresses and its routes on the way */
};

enum isle_fate { ISLE_STRANGE, ISLE_KEPT, ISLE_ENDS };
struct isle_room {			/* a namespace */
	const struct isle_snap_ns *live;
	enum isle_fate *links;		/* each of live->links */
	size_t *addresses, *routes, *rules, *neighbours;	/* the step that wants each, from 1; 0: none */
	bool disturbed;			/* something there may take other things along */
	bool tuned;			/* a parameter changes */
	bool goes;			/* the host is no more in the lab */
};

struct isle_differ {
	const struct isle_diff_input *in;
	struct isle_changes *out;
	struct isle_diag *diag;
	struct isle_step *steps;	/* of plan and uplinks; indexes are translated */
	size_t n_steps, n_plan;		/* the first n_plan are the plan's */
	bool *met, *again;		/* each step: the live state has it; loses it meanwhile */
	struct isle_room *rooms;	/* by number */
	size_t n_rooms;
	struct isle_port *ports;	/* by ns and planned index */
	size_t n_ports;
	struct isle_map owned;		/* text of a step -> non-NULL: of the record; see isle_differ_owns() */
	int r;				/* the first failure */
};

/* port.c */
void isle_differ_ports(struct isle_differ *);		/* which interfaces are live; indexes */
void isle_differ_ends(struct isle_differ *);		/* which are to end */
struct isle_port *isle_differ_port(const struct isle_differ *, uint32_t ns, uint32_t planned);	/* NULL: none, lo */
struct isle_port *isle_differ_port_of(const struct isle_differ *, const struct isle_snap_link *);
bool isle_differ_is_uplink(const struct isle_differ *, uint32_t ns, const struct isle_snap_link *);	/* that the lab made */
/* link.c */
void isle_differ_switch_off(struct isle_differ *);	/* emits: what ends goes down, out of the way */
void isle_differ_set_links(struct isle_differ *);	/* emits: MTU, MAC, master, down */
void isle_differ_end_links(struct isle_differ *);	/* emits the ends */

/* match.c */
void isle_differ_match(struct isle_differ *);		/* which addresses and routes are there */
void isle_differ_remove_extra(struct isle_differ *);	/* emits: addresses and routes that nobody wants */
bool isle_differ_is_ours(const struct isle_differ *, uint32_t ns, const struct isle_snap_route *);	/* not of somebody else's interface */
const struct isle_snap_link *isle_differ_link_at(const struct isle_differ *, uint32_t ns, uint32_t ifindex);	/* NULL: none */

/* rule.c: the same for rules and neighbours */
void isle_differ_match_rules(struct isle_differ *);
void isle_differ_remove_rules(struct isle_differ *, uint32_t ns);
void isle_differ_neighbour(struct isle_differ *, size_t i);	/* emits what step I needs */
void isle_differ_repair_neighbours(struct isle_differ *, uint32_t ns);

/* step.c */
void isle_differ_step(struct isle_differ *, size_t i);	/* emits what step I needs */

/* option.c */
bool isle_differ_can_become(const struct isle_differ *, size_t i, const struct isle_snap_link *);	/* what step I makes, without being made anew */
void isle_differ_set_options(struct isle_differ *, size_t i, bool late);	/* emits, LATE what comes after all else */
void isle_differ_set_port_options(struct isle_differ *, const struct isle_snap_link *, const struct isle_vlans *want,
				  const struct isle_vlans *was[2], const struct isle_loc *);	/* emits; NULL: none */
void isle_differ_repair_options(struct isle_differ *, const struct isle_snap_link *port);

/* vlan.c */
void isle_differ_port_step(struct isle_differ *, size_t i);	/* emits what step I needs */
void isle_differ_end_step(struct isle_differ *, size_t i);
void isle_differ_reset_ports(struct isle_differ *);		/* emits: of which the file no longer writes anything */
void isle_differ_remove_tunnel_ends(struct isle_differ *);	/* emits: that it no longer has */
void isle_differ_repair_ports(struct isle_differ *);

/* wireguard.c */
void isle_differ_wireguard_step(struct isle_differ *, size_t i);	/* emits what step I needs */
void isle_differ_peer_step(struct isle_differ *, size_t i);
void isle_differ_remove_peers(struct isle_differ *);	/* emits: that the file no longer has, or that have another key now */

/* parameter.c */
void isle_differ_reset_parameters(struct isle_differ *);	/* emits: those that the file no longer writes */
const char *isle_differ_parameter(const struct isle_differ *, uint32_t ns, const char *path);	/* NULL: none */
void isle_parameters_sort(struct isle_parameter *, size_t *n);	/* by ns and path, each once */
/* Where its value comes from when nobody wrote it: PATH itself, in a fresh namespace; or the one for new interfaces. NULL: no memory. */
const char *isle_parameter_default(struct isle_arena *, const char *path);

/* forget.c: emits ends: whose an address was */
void isle_differ_forget(struct isle_differ *);

/* restore.c: live things as steps */
void isle_differ_repairs(struct isle_differ *);
bool isle_route_is_removable(const struct isle_snap_route *);
bool isle_restore_route(struct isle_differ *, uint32_t ns, const struct isle_snap_route *, struct isle_step *ret);	/* false: no form for it */
struct isle_step isle_restore_address(struct isle_differ *, uint32_t ns, const struct isle_snap_address *);

/* diff.c */
struct isle_change *isle_differ_emit(struct isle_differ *, const struct isle_step *, const struct isle_step *undo);
/* Did the lab's record want it all along? */
bool isle_differ_owns(const struct isle_differ *, const struct isle_step *);
/* The number that HOST of another of the lab's plans has here; UINT32_MAX: none. */
uint32_t isle_differ_ns(const struct isle_differ *, const struct isle_lab *other, uint32_t ns);

#endif
