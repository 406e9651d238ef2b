/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a lab file being made of what is live; private to this folder. A fact is
 * what may have to be said: it begins unsaid, left to what the lab file assigns,
 * and each time the file turns out to mean something else than what is live it
 * is said in the next, longer form; where the last form does not help either it
 * becomes a comment, with the reason.
 *
 *   snapshot -find-> hosts, networks, links -write-> text -load-> lab -compare-> facts to say -write-> …
 */
#ifndef ISLE_DUMP_INNER_H
#define ISLE_DUMP_INNER_H

#include "live/snap.h"
#include "dump/text.h"

struct isle_fact {
	uint8_t level, max;		/* 0: unsaid */
	uint8_t round;			/* in which it was said last: once in each */
	const char *refused;		/* why it cannot be said; or NULL */
};

struct isle_dump_net {
	const char *name;
	const struct isle_snap_ns *ns;	/* of the switch; or of the other end of a wire that nobody here has */
	const struct isle_snap_link *bridge;	/* NULL: no switch, a wire to somebody else */
	const struct isle_snap_link *wire;	/* then its end here */
	struct isle_dump_net *joined;	/* one switch of several bridges, of which that is the first; or NULL */
	struct isle_dump_net *vlan_of;	/* a VLAN of that one, of the same .bridge; or NULL */
	uint16_t vlan;
	const struct isle_ip *lowest;	/* of its switch with its VLANs: the lowest address of a member; NULL: none */
	bool has_vlans;			/* some port of its switch is in a VLAN that is said */
	struct isle_dump_net *segment;	/* first network that shares subnets; itself */
	struct isle_dump_iface **members;
	size_t n_members, cap_members;
	struct isle_ip *subnets;	/* of a segment's first */
	size_t n_subnets, cap_subnets;
	struct isle_fact subnet;
	struct isle_ip gateway[2];	/* [0] IPv4, [1] IPv6; family 0: none */
	struct isle_dump_iface *gateway_iface;	/* who has it; NULL: nobody here */
	const char **notes;
	size_t n_notes, cap_notes;
};

struct isle_dump_wire {			/* a pair: of two hosts, or of two networks */
	struct isle_dump_iface *iface[2];
	struct isle_dump_net *net[2];
	const struct isle_snap_link *end[2];	/* NULL: ports of Open vSwitch that no interface is behind: */
	const struct isle_snap_ovs_port *patch[2];
	struct isle_vlans vlans;	/* of two networks: of both ports; without .loc */
	struct isle_fact subnet;	/* auto, its subnet, addresses at the ends */
};

struct isle_dump_iface {
	struct isle_dump_host *host;
	const struct isle_snap_link *link;
	struct isle_dump_net *net;	/* what it stands on, or NULL */
	struct isle_dump_wire *wire;	/* what it is an end of, or NULL */
	bool is_lo, is_uplink;
	struct isle_vlans vlans;	/* of its switch port; without .loc */
	bool is_kind;			/* neither on a network nor an end of a wire: a VLAN, a vxlan, a dummy… */
	/* Said once all names are, as they speak of them: of such, all of it; its permanent neighbours; a VRF or bond that it is a port of. */
	struct isle_fact kind, neighbours, master;
	struct isle_fact peers;		/* of a wireguard: without endpoints where they are as they would be, with all */
	struct isle_ip *addresses;	/* in the order in which the kernel wants to get them */
	size_t n_addresses, cap_addresses;
	struct isle_fact name, address, mac, mtu, state, subnet;	/* address: host part, in full; subnet: of an uplink */
};

struct isle_dump_route {
	struct isle_route is;		/* as lab files know routes; hops by .dev of the snapshot: */
	const struct isle_snap_link **devs;
	struct isle_dump_host **hosts;	/* that the hops are, if all of them are here; or NULL */
	struct isle_fact said;		/* by names, by addresses, with devices */
	struct isle_dump_route *with;	/* said by that one: another family or subnet of the same words; or NULL */
	const char *dst_name;		/* "default" or a network; NULL: none */
};

struct isle_dump_host {
	const char *name, *was;		/* was: what it is called here, where that says more; or NULL */
	const struct isle_snap_ns *ns;
	struct isle_dump_iface **ifaces;
	size_t n_ifaces, cap_ifaces;
	struct isle_dump_iface **kinds;	/* those of .ifaces that .is_kind */
	size_t n_kinds, cap_kinds;
	struct isle_dump_iface *uplink, *lo;	/* the last ones, or NULL */
	struct isle_dump_route *routes;
	size_t n_routes, cap_routes;
	struct isle_fact forward, rules, no_default[2];
	const char **notes;
	size_t n_notes, cap_notes;
	bool switch_only;		/* nothing but bridges and their ports: not a host */
};

struct isle_dump {
	struct isle_arena *arena;
	const struct isle_snap *snap;
	const char *lab;		/* what the file is called */
	const char *whole;		/* the lab that was asked for as a whole, or NULL */
	struct isle_dump_host *hosts;
	size_t n_hosts;
	struct isle_dump_host **order;	/* as the file meets them */
	struct isle_dump_net **nets;	/* first ones only, once they were joined */
	size_t n_nets, cap_nets;
	struct isle_dump_wire **wires;
	size_t n_wires, cap_wires;
	bool routing_static, ranges;	/* say that; write h1..20 */
	const char **notes;
	size_t n_notes, cap_notes;
	bool has_ipv6;			/* somebody here has an IPv6 address, so the kernel knows it */
	uint8_t round;			/* how often the file was written */
	bool with_routes, dry;		/* compare routes, too; only count what differs */
	bool no_memory;
};

/* Out of memory is remembered, like everywhere in this struct. */
void *isle_dump_alloc(struct isle_dump *, size_t);
const char *isle_dump_words(struct isle_dump *, const char *fmt, ...) ISLE_PRINTF(2, 3);
#define isle_dump_note(d, of, ...) isle_dump_add_note(d, &(of)->notes, &(of)->n_notes, &(of)->cap_notes, isle_dump_words(d, __VA_ARGS__))
void isle_dump_add_note(struct isle_dump *, const char ***notes, size_t *n, size_t *cap, const char *words);

/* find.c: hosts' interfaces, networks, wires; names are given after it */
void isle_dump_find(struct isle_dump *);
struct isle_dump_host *isle_dump_host_of(const struct isle_dump *, const struct isle_snap_ns *);	/* NULL: none */
/* Known ones or new ones; NULL: no memory. */
struct isle_dump_net *isle_dump_net_of(struct isle_dump *, const struct isle_snap_link *bridge);
struct isle_dump_wire *isle_dump_add_wire(struct isle_dump *);
void isle_dump_join(struct isle_dump *, struct isle_dump_iface *, struct isle_dump_net *);
/* bridge.c */
void isle_dump_look_at_bridge(struct isle_dump *, struct isle_dump_net *);
void isle_dump_merge(struct isle_dump *);	/* bridges that are one switch */
/* vlan.c: VLANs of switch ports, as the lab file says them; and networks of those that have subnets of their own */
void isle_dump_vlans(struct isle_dump *);
const struct isle_snap_link *isle_dump_port(const struct isle_dump_iface *);	/* of its switch, or NULL */
/* order.c: which networks share subnets */
void isle_dump_segments(struct isle_dump *);
/* members, networks and wires in an order that does not depend on who made them */
void isle_dump_order(struct isle_dump *);
int isle_dump_natural(const char *a, const char *b);	/* h2 before h10 */
/* name.c: names that lab files take, each once */
void isle_dump_name(struct isle_dump *);
/* route.c */
void isle_dump_routes(struct isle_dump *);		/* routes of hosts; gateways of networks */
/* note.c: what no key says */
void isle_dump_notes(struct isle_dump *);
void isle_dump_note_link(struct isle_dump *, struct isle_dump_host *, const struct isle_snap_link *, const char *why);
bool isle_dump_is_usual_rule(const struct isle_snap_rule *);	/* every namespace has it, or a VRF brings it along */
/* switch.c */
bool isle_dump_filters_vlans(const struct isle_snap_link *bridge);
/* A bridge of Linux or Open vSwitch that is a network, not one that is an interface of a host; NULL is none. */
bool isle_dump_is_switch(const struct isle_dump *, const struct isle_snap_link *);
const struct isle_snap_ovs_port *isle_dump_ovs_port(const struct isle_snap_link *port);	/* NULL: none of Open vSwitch */
/* kind.c: what the lab file has words for */
bool isle_dump_is_kind(const struct isle_snap_link *);
bool isle_dump_has_master(const struct isle_dump_iface *);		/* a VRF or bond of the same host, that is such a kind */
bool isle_dump_has_neighbours(const struct isle_dump_iface *);
bool isle_dump_is_rule(const struct isle_dump *, const struct isle_dump_host *, const struct isle_snap_rule *);
/* wireguard.c: are the endpoints of its peers those of the model? */
bool isle_dump_is_wireguard_same(const struct isle_dump *, const struct isle_dump_iface *, const struct isle_iface *);
/* write.c */
struct isle_text *isle_dump_write(struct isle_dump *, struct isle_texts *);
/* compare.c: says what has to be said; how many things changed */
size_t isle_dump_compare(struct isle_dump *, const struct isle_lab *);
/* The next form of a fact, or that there is none. True: something changed. */
bool isle_dump_say(struct isle_dump *, struct isle_fact *, const char *why_not);

#endif
