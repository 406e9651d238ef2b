/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the file as written, after syntax: scalars typed, ranges expanded,
 * defaults and range entries merged into single hosts, one REF per member.
 * Names are still text, each with its place. doc.c makes it by walking the
 * tables of schema/; check.c, assign.c and route.c turn it into struct isle_lab.
 * Private to labfile/ and lab/.
 */
#ifndef ISLE_LABFILE_DOC_H
#define ISLE_LABFILE_DOC_H

#include "links/links.h"
#include "schema/schema.h"	/* the scalars: isle_word, isle_doc_addr, isle_doc_ref, isle_doc_subnet … */

struct isle_doc_switch {
	struct isle_word kind, datapath;	/* s NULL: not written */
	struct isle_doc_bool shared;
	struct isle_list options;	/* struct isle_link_value: rows of links/bridge.c */
};
struct isle_doc_vlans {			/* of a switch port */
	struct isle_doc_u32 access, native, *trunk;
	size_t n_trunk;
	struct isle_doc_port { struct isle_list options; } port;	/* struct isle_link_value: rows of isle_link_bridge_port */
};

struct isle_doc_network {
	struct isle_word name;
	struct isle_doc_subnet subnet;
	struct isle_doc_ref *refs;	/* of `hosts`, ranges expanded */
	size_t n_refs;
	struct isle_word gateway;	/* text: a member's name or an address */
	struct isle_doc_u32 mtu;
	struct isle_doc_switch sw;
	struct isle_word vlan;		/* SWITCH/ID, as text */
};

struct isle_doc_kind {			/* of an interface, or of the end of a link */
	const struct isle_link_kind *kind;	/* NULL: none was written, or none that is known */
	struct isle_loc loc;		/* of the word */
	struct isle_word lower;		/* `link`: IF, HOST:IF; of an end: an interface of the machine */
	struct isle_link_value *options;
	size_t n_options;
};

struct isle_doc_neighbour { struct isle_word address; struct isle_doc_mac mac; };

struct isle_doc_key { bool set; uint8_t b[32]; struct isle_loc loc; };
struct isle_doc_peer {			/* of a wireguard */
	struct isle_loc loc;
	struct isle_word host;		/* HOST, HOST:IF; s NULL: somebody outside */
	struct isle_doc_key key;
	struct isle_link_value secret;	/* .option NULL: none */
	struct isle_word endpoint;
	struct isle_doc_prefix *allowed;
	size_t n_allowed;
	struct isle_doc_u32 keepalive;
};

struct isle_doc_iface {
	struct isle_word name;
	struct isle_doc_kind kind;
	struct isle_word master;	/* the bridge, bond or VRF that it is a port of */
	struct isle_doc_ref net;	/* .name.s NULL: no `net`; with .loc.line set: one that was blamed already */
	struct isle_doc_prefix *addresses;	/* with length as written (bare address: full length) */
	size_t n_addresses;
	bool mac_set;
	uint8_t mac[6];
	struct isle_loc mac_loc;
	struct isle_doc_u32 mtu;
	struct isle_doc_bool up;	/* state */
	struct isle_doc_vlans vlans;
	struct isle_doc_neighbour *neighbours;
	size_t n_neighbours;
	struct isle_doc_peer *peers;
	size_t n_peers;
};

enum isle_hop_form { ISLE_HOP_GATEWAY, ISLE_HOP_BLACKHOLE, ISLE_HOP_UNREACHABLE, ISLE_HOP_PROHIBIT, ISLE_HOP_NONE };
struct isle_doc_hop {
	enum isle_hop_form form;
	struct isle_loc loc;
	struct isle_word via;		/* host, HOST:IF or an address, as text; NULL: only dev */
	struct isle_word dev;
	struct isle_doc_u32 metric, table, mtu;
	struct isle_word src;
	struct isle_doc_bool onlink;
};
struct isle_doc_route {
	struct isle_word dst;		/* default, prefix, address, or a network's name */
	struct isle_doc_hop *hops;
	size_t n_hops;
};

enum isle_doc_uplink { ISLE_DOC_UPLINK_UNSET, ISLE_DOC_UPLINK_NONE, ISLE_DOC_UPLINK_NAT };
struct isle_doc_rule {
	struct isle_loc loc;
	struct isle_doc_prefix from, to;	/* .loc.line 0: any */
	struct isle_word iif, oif;
	struct isle_doc_u32 fwmark, priority, table;
	struct isle_doc_enum action;		/* enum isle_rule_action */
	struct isle_doc_bool inverted;
};
struct isle_doc_published { bool udp; uint16_t from, to; struct isle_loc loc; };	/* of `publish` */
struct isle_doc_file { struct isle_word path, source; };	/* of `files` */
struct isle_doc_host {
	struct isle_word name;
	struct isle_doc_ref *nets;
	size_t n_nets;
	struct isle_doc_iface *ifaces;
	size_t n_ifaces;
	struct isle_doc_route *routes;
	size_t n_routes;
	struct isle_doc_bool forward;
	enum isle_doc_uplink uplink;
	struct isle_loc uplink_loc;
	struct isle_doc_subnet uplink_subnet;
	struct isle_word *dns; size_t n_dns;		/* addresses or host names */
	struct isle_word *aliases; size_t n_aliases;
	struct isle_word *sysctl_names, *sysctl_values; size_t n_sysctls;
	struct isle_doc_rule *rules; size_t n_rules;
	struct isle_doc_file *files; size_t n_files;
	struct isle_word *privates; size_t n_privates;
	struct isle_word attach;	/* as written; s NULL: a namespace of its own */
	struct isle_doc_published *ports; size_t n_ports;
	struct isle_word nft;
};

struct isle_doc_link {			/* one pair; ranges are expanded */
	struct isle_loc loc;		/* of the LINK text */
	struct isle_doc_ref end[2];	/* of a wire (.kind) the second one is nobody */
	struct isle_doc_kind kind;
	struct isle_doc_peer peer;	/* of a wireguard outside */
	struct isle_doc_subnet subnet;
	struct isle_doc_u32 mtu;
	struct isle_doc_bool up;	/* state */
	struct isle_doc_vlans vlans;
};

struct isle_doc {
	struct isle_arena *arena;
	const struct isle_source *source;
	struct isle_word name;		/* key `lab`; s NULL: not written */
	struct isle_doc_network *networks; size_t n_networks;
	struct isle_doc_host *hosts; size_t n_hosts;	/* written under `hosts`, ranges expanded, in file order; defaults merged in */
	struct isle_doc_host host_defaults;		/* for hosts that spring from use */
	struct isle_doc_link *links; size_t n_links;
	struct isle_doc_prefix *pool; size_t n_pool;	/* 0: not written */
	bool routing_static;
	struct isle_loc routing_loc;
};

/* read.c + doc.c: text -> doc. Everything that is wrong goes into DIAG; what could be read is in DOC even then,
 * so that check.c can report its own findings in the same run. -EINVAL only if there is no document to speak of. */
int isle_doc_load(struct isle_arena *, const struct isle_source *, struct isle_doc *ret, struct isle_diag *);

/* True for NAMEs as the lab file defines them; WHY (may be NULL) gets the reason in words. */
bool isle_doc_is_name(const char *s, size_t max, const char **ret_why);
bool isle_doc_is_ifname(const char *s, const char **ret_why);
/* doc_peer.c: "192.0.2.7:51820", "[2001:db8::7]:51820"; without a port it is 0 */
bool isle_doc_endpoint(const char *s, struct isle_ip *ret, uint16_t *ret_port);
/* A MAC, an address list etc. are parsed by schema/types.c. */

#endif
