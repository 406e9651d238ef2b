/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a lab being made: what the passes of lab/ share and nobody else sees.
 * Each public object is the first member of a private one that remembers how it
 * came about; full.c reads that too, so the private objects live in the lab's
 * arena. A wire is what shares subnets: a segment, or a host-host link.
 *
 * Passes, in order: declare (names), near, attach (interfaces, links), segment
 * (wires and their members), subnet, address, ident (MACs, ports), uplink,
 * gateway, route, static, peers, extras (dns, sysctl), own (files), attached, verify. A pass returns 0 or -ENOMEM;
 * mistakes of the file go into the diag, and the passes carry on.
 */
#ifndef ISLE_LAB_BUILD_H
#define ISLE_LAB_BUILD_H

#include "labfile/doc.h"
#include "lab/lab.h"

/* iset.c: (number, address with length) -> pointer. Values are not NULL. */
struct isle_iset { struct isle_iset_slot *slots; size_t n, cap; };
void *isle_iset_get(const struct isle_iset *, uint32_t id, const struct isle_ip *);
int isle_iset_put(struct isle_iset *, uint32_t id, const struct isle_ip *, void *value);
void isle_iset_done(struct isle_iset *);

enum isle_how {
	ISLE_HOW_LIST, ISLE_HOW_NET, ISLE_HOW_LINK, ISLE_HOW_UPLINK, ISLE_HOW_LO,
	ISLE_HOW_WIRE,				/* by a link out of the lab */
	ISLE_HOW_KIND,				/* by its kind */
};

struct isle_wire {
	uint32_t id;
	struct isle_segment *segment;		/* one of the two */
	struct isle_blink *link;
	struct isle_loc loc;
	const char *name;			/* for messages: network, or "a -- b" */
	struct isle_ip *subnets;
	size_t n_subnets, cap_subnets;
	uint64_t *low, *low_number;		/* per subnet: host parts below are taken */
	struct isle_biface **members;
	size_t n_members, cap_members;
	bool full;				/* said once */
};

struct isle_biface {
	struct isle_iface pub;
	enum isle_how how;
	bool named;				/* by the file */
	bool quiet;				/* `none`: gets no address by itself */
	bool placed;				/* among the members of its wire */
	const struct isle_doc_ref *ref;		/* where it was attached; NULL for lo and uplink */
	const struct isle_doc_iface *doc;	/* its entry in `interfaces` */
	const struct isle_doc_link *doc_link;
	const struct isle_doc_kind *doc_kind;
	bool in_circle;				/* it is on itself, by way of others */
	bool has_mtu;				/* stack.c is done with it */
	struct isle_wire *wire;			/* NULL: lo, uplink, all with a kind */
	struct isle_loc mtu_loc;		/* of what set the MTU; src NULL: nothing */
	size_t cap_addresses, cap_peers;
};

struct isle_bhost {
	struct isle_host pub;
	const struct isle_doc_host *doc;	/* the defaults, if it sprang from use */
	bool sprung;
	bool is_gateway;
	uint32_t uses;
	struct isle_biface *uplink, *lo;
	size_t cap_ifaces, cap_routes;
	bool has_default[2];			/* IPv4, IPv6: written, also as `none` */
};

struct isle_bnet {
	struct isle_network pub;
	const struct isle_doc_network *doc;
	struct isle_bnet *joined;		/* union-find towards the segment's first */
	struct isle_biface *gateway_iface;
	struct isle_ip gateway_ip;		/* where an address was written */
	struct isle_biface **listed;		/* by its `hosts`, as written */
	size_t n_listed, cap_ports;
};

struct isle_blink {
	struct isle_link pub;
	const struct isle_doc_link *doc;
	struct isle_wire *wire;			/* host-host */
};

struct isle_named {				/* an entry of the one name space */
	const char *name;
	struct isle_loc loc;
	struct isle_bhost *host;		/* one of the three */
	struct isle_bnet *net;
	struct isle_bhost *alias_of;
};

struct isle_end { struct isle_bhost *host; struct isle_bnet *net; };

struct isle_build {
	struct isle_arena *arena;
	struct isle_lab *lab;
	struct isle_doc *doc;
	struct isle_diag *diag;
	struct isle_map names;			/* lower case -> struct isle_named */
	struct isle_map doc_hosts;		/* name -> struct isle_doc_host */
	size_t cap_hosts, cap_networks, cap_links;
	struct isle_end (*ends)[2];		/* of each link of the file */
	struct isle_biface **attached;		/* to networks, in order */
	size_t n_attached, cap_attached;
	struct isle_wire **wires;		/* segments, then links */
	size_t n_wires, cap_wires;
	struct isle_iset on_network;		/* (network, host) */
	struct isle_iset addresses;		/* (wire, address) -> struct isle_biface, or the wire for a gateway's */
	struct isle_iset macs;
	struct isle_iset routes;		/* (host, destination) */
	struct isle_iset said;
};

static inline struct isle_bhost *isle_bhost(const struct isle_host *h) { return (struct isle_bhost *)h; }
static inline struct isle_biface *isle_biface(const struct isle_iface *f) { return (struct isle_biface *)f; }
static inline struct isle_bnet *isle_bnet(const struct isle_network *n) { return (struct isle_bnet *)n; }
static inline struct isle_blink *isle_blink(const struct isle_link *l) { return (struct isle_blink *)l; }
/* 0 for IPv4, 1 for IPv6: index of pairs. */
static inline int isle_family_index(const struct isle_ip *a) { return a->family == AF_INET6; }

/* declare.c */
int isle_lab_declare(struct isle_build *);
struct isle_named *isle_lab_find(const struct isle_build *, const char *name);	/* exact; NULL: none */
struct isle_bhost *isle_lab_find_host(const struct isle_build *, const char *name);
struct isle_bnet *isle_lab_find_network(const struct isle_build *, const char *name);
/* Says that NAME is no WHAT ("host", "network"), with the nearest that is. */
void isle_lab_unknown(struct isle_build *, const struct isle_word *name, const char *what);
/* False if something of that KIND was already said about that place: ranges repeat their mistakes. */
bool isle_lab_once(struct isle_build *, const struct isle_loc *, const char *kind);
/* near.c */
int isle_lab_near(struct isle_build *);
/* attach.c */
int isle_lab_attach(struct isle_build *);
/* iface.c */
struct isle_biface *isle_lab_new_iface(struct isle_build *, struct isle_bhost *, enum isle_how,
				       const struct isle_loc *, const char *name);
int isle_lab_name_ifaces(struct isle_build *);
/* stack.c: interfaces with a kind: made, told what they are on, their MTU and MAC */
int isle_lab_stack(struct isle_build *);
struct isle_biface *isle_lab_stack_wire(struct isle_build *, struct isle_bhost *, const struct isle_doc_link *);
struct isle_biface *isle_lab_stack_tunnel(struct isle_build *, struct isle_bhost *, const struct isle_doc_link *, int end);
int isle_lab_stack_resolve(struct isle_build *);
int isle_lab_stack_settle(struct isle_build *);
/* segment.c */
int isle_lab_segments(struct isle_build *);
/* switch.c */
int isle_lab_switches(struct isle_build *);
/* switch_full.c: for the long form: a line of a network; keys of an interface or link, each behind SEP */
void isle_lab_put_switch(struct isle_buf *, const struct isle_network *);
void isle_lab_put_vlans(struct isle_buf *, const struct isle_vlans *, const char **sep);
void isle_lab_put_port(struct isle_buf *, const struct isle_vlans *, const char **sep);
/* subnet.c */
int isle_lab_subnets(struct isle_build *);
bool isle_lab_add_subnet(struct isle_build *, struct isle_wire *, const struct isle_ip *);
/* written.c: addresses as written */
int isle_lab_written(struct isle_build *);
int isle_lab_add_address(struct isle_build *, struct isle_biface *, const struct isle_ip *);
/* Why IP cannot be a host's address in NET, or NULL. */
const char *isle_lab_not_a_host(const struct isle_ip *net, const struct isle_ip *ip);
/* special.c: what isle_lab_special() says, about a written prefix */
bool isle_lab_check_prefix(struct isle_build *, const struct isle_doc_prefix *);
/* address.c: addresses assigned */
int isle_lab_assign(struct isle_build *);
/* ident.c */
int isle_lab_ident(struct isle_build *);
/* uplink.c */
int isle_lab_uplinks(struct isle_build *);
/* gateway.c */
int isle_lab_gateways(struct isle_build *);
int isle_lab_gateway_addresses(struct isle_build *);
int isle_lab_defaults(struct isle_build *, const struct isle_bhost *);
/* The network whose gateway is HOST's default for a family; *ret_other another one with another gateway, or NULL. */
const struct isle_network *isle_lab_default_network(const struct isle_host *, int family_index,
						    const struct isle_iface **ret_dev,
						    const struct isle_network **ret_other);
/* hop.c: the interface; NULL: there is none, and that was said */
struct isle_iface *isle_lab_need_iface(struct isle_build *, const struct isle_host *, const char *name, const struct isle_loc *);
/* hop.c: one hop for destinations of FAMILY. 1, 0 (it has nothing to do with that family), or -EINVAL (said why). */
int isle_lab_hop(struct isle_build *, const struct isle_bhost *, const struct isle_doc_hop *, uint8_t family,
		 struct isle_hop *ret);
/* route.c */
int isle_lab_routes(struct isle_build *);
struct isle_route *isle_lab_add_route(struct isle_build *, struct isle_bhost *, const struct isle_ip *dst,
				      const struct isle_loc *);
/* The interface of HOST whose prefix has ADDRESS, down ones last; NULL: none. */
struct isle_iface *isle_lab_iface_to(const struct isle_host *, const struct isle_ip *address);
struct isle_iface *isle_lab_iface(const struct isle_host *, const char *name);	/* NULL: none */
bool isle_lab_has_route(const struct isle_build *, const struct isle_bhost *, const struct isle_ip *dst);
/* hop.c: the shared address of a hop. .n: on how many subnets, the second one is .other; .met: on a wire */
struct isle_shared_hop { struct isle_ip via; struct isle_iface *dev; struct isle_ip subnet, other; unsigned n; bool met; };
/* IFNAME: of the other host; DEV: of this one; both may be NULL. */
void isle_lab_shared(const struct isle_host *from, const struct isle_host *to, const char *ifname,
		     const struct isle_iface *dev, uint8_t family, struct isle_shared_hop *ret);
/* static.c */
int isle_lab_static(struct isle_build *);
/* extras.c: nameservers, sysctls */
int isle_lab_extras(struct isle_build *);
/* rule.c: rules and neighbours */
int isle_lab_rules(struct isle_build *);
void isle_lab_full_rules(struct isle_buf *out, const struct isle_host *);
void isle_lab_full_neighbours(struct isle_buf *out, const struct isle_iface *);
/* peer.c: who is at the other end of wireguards */
int isle_lab_peers(struct isle_build *);
/* tunnel.c: by which addresses the two ends of a link with a kind reach one another; both are options of each then */
int isle_lab_tunnels(struct isle_build *);
/* Addresses of the two outside of tunnels, of one wire if they share one; of .family, if that is set in RET. False: none. */
bool isle_lab_way(const struct isle_host *a, const struct isle_host *b, uint8_t family, struct isle_ip ret[2]);
void isle_lab_full_peers(struct isle_buf *out, const struct isle_iface *);
/* peer.c: of the peer that a link out of the lab leads to: its options in the long form; where it is, "none" if that is not known */
void isle_lab_full_outside(struct isle_buf *out, const struct isle_peer *);
const char *isle_lab_peer_endpoint(const struct isle_peer *, char *buf, size_t cap);
/* own.c: files and private */
int isle_lab_own(struct isle_build *);
/* port.c: publish and nft */
int isle_lab_ports(struct isle_build *);
/* own.c: PATH as meant from the lab file, absolute. *DIR: NULL at first, kept for the next. NULL: no memory, or said at LOC. */
const char *isle_lab_path(struct isle_build *, const char *path, const char **dir, const struct isle_loc *);
/* full.c: words of the long form: HOST:IF; text that YAML may take for something else; `subnet: …` */
void isle_lab_put_ref(struct isle_buf *out, const struct isle_iface *);
void isle_lab_put_quoted(struct isle_buf *out, struct isle_buf *text);
void isle_lab_put_subnets(struct isle_buf *out, const struct isle_ip *ips, size_t n);
/* full_link.c: `links`, or nothing; -ENOMEM */
int isle_lab_full_links(struct isle_buf *out, const struct isle_lab *);
/* full_host.c: the part of the long form that is about a host alone, not its network */
void isle_lab_full_host(struct isle_buf *out, const struct isle_host *);
/* attached.c: what a host with somebody else's network cannot have */
int isle_lab_attached(struct isle_build *);
/* verify.c */
int isle_lab_verify(struct isle_build *);

/* full_kind.c: ", name: value" for each option but SKIP (may be NULL). A secret is not told. */
void isle_lab_full_options(struct isle_buf *, const struct isle_iface *, const struct isle_link_value *skip);

#endif
