/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a lab as the file means it, after everything was checked and assigned.
 * No string lookup is needed after this: references are pointers. The whole of
 * it lives in one arena and is read-only once isle_lab_load() has returned.
 * What the keys mean is the lab file's specification, isle-lab(5).
 *
 *   bytes -read-> nodes{place} -doc-> struct isle_doc -check,assign,route-> struct isle_lab
 */
#ifndef ISLE_LAB_H
#define ISLE_LAB_H

#include <net/if.h>
#include "labfile/rule.h"
#include "links/links.h"

enum isle_switch_kind { ISLE_SWITCH_BRIDGE, ISLE_SWITCH_OVS };
enum isle_datapath { ISLE_DATAPATH_AUTO, ISLE_DATAPATH_SYSTEM, ISLE_DATAPATH_NETDEV };
enum isle_route_type { ISLE_ROUTE_UNICAST, ISLE_ROUTE_BLACKHOLE, ISLE_ROUTE_UNREACHABLE, ISLE_ROUTE_PROHIBIT };
const char *isle_route_word(enum isle_route_type);	/* route.c: before its destination, "blackhole "; of unicast "" */
#define ISLE_STP_DELAY 200u	/* forward_delay of a switch with spanning tree, hundredths of a second: the least that the kernel takes */

/* Networks joined by links, also those that are down: one set of subnets. */
struct isle_segment {
	struct isle_ip *subnets;		/* written or assigned; in order */
	size_t n_subnets;
	struct isle_network **networks;
	size_t n_networks;
	struct isle_iface **members;		/* in assignment order */
	size_t n_members;
};

/* What a switch port carries, and how; all zero: nothing is said of it. */
struct isle_vlans {
	struct isle_loc loc;
	uint16_t access;			/* 0: none */
	uint16_t native;			/* untagged on a trunk; 0: none */
	uint16_t *trunk;			/* tagged; ascending */
	size_t n_trunk;
	const struct isle_link_value *options;	/* of a port of a bridge: rows of isle_link_bridge_port */
	size_t n_options;
};

struct isle_network {
	const char *name;
	struct isle_loc loc;
	size_t index;
	struct isle_segment *segment;
	uint32_t mtu;				/* of the switch: written, else 1500 */
	enum isle_switch_kind kind;
	struct isle_loc switch_loc;		/* what says so, or the network's name */
	enum isle_datapath datapath;		/* of Open vSwitch. AUTO until the engine has looked what there is */
	bool shared;				/* Open vSwitch of the machine */
	struct isle_link_value *options;	/* of a bridge, as written: rows of links/bridge.c */
	size_t n_options;
	bool stp, vlan_filtering;		/* of a bridge */
	struct isle_loc filtering_loc;		/* the first port with VLANs, if it has any */
	struct isle_network *vlan_of;		/* NULL: it has a switch of its own */
	uint16_t vlan;				/* on that switch */
	struct isle_host *gateway;		/* or NULL */
	struct isle_ip gateway_address[2];	/* [0] IPv4, [1] IPv6; family 0: none. Set for a gateway host too */
	struct isle_iface **ports;		/* this network's own members, in assignment order */
	size_t n_ports;
};

struct isle_neighbour {				/* that is known without asking */
	struct isle_ip ip;
	uint8_t mac[6];
	struct isle_loc loc;
};

struct isle_peer {				/* of a wireguard */
	struct isle_loc loc;
	struct isle_iface *iface;		/* of this lab; NULL: somebody outside, with .key */
	uint8_t key[32];
	struct isle_link_value secret;		/* preshared-key; .option NULL: none. .text: in that file, an absolute path */
	struct isle_ip endpoint;		/* family 0: none */
	uint16_t port, keepalive;
	struct isle_ip *allowed;		/* prefixes behind it */
	size_t n_allowed;
};

struct isle_iface {
	const char *name;			/* in the host: eth0, wan0, lo, uplink */
	struct isle_loc loc;
	struct isle_host *host;
	size_t index;				/* in host->ifaces */
	uint8_t mac[6];				/* zero for lo, and where there is none or only the kernel knows */
	uint32_t mtu;				/* 0: the kernel's; for lo, and where only the kernel knows */
	bool up;
	bool is_lo, is_uplink;
	struct isle_ip *addresses;		/* with the subnet's length; written ones first */
	size_t n_addresses;
	bool has_ipv6;				/* some address is IPv6: gets a link-local one too */
	struct isle_neighbour *neighbours;
	size_t n_neighbours;
	struct isle_network *network;		/* its switch, or NULL */
	struct isle_link *link;			/* host-host link it is an end of, or NULL */
	struct isle_iface *peer;		/* the other end of a host-host link, or NULL */
	const struct isle_link_kind *kind;	/* of one that is neither on a network nor a link between hosts; else NULL */
	struct isle_link_value *options;	/* those written; of a list several of one option */
	size_t n_options;
	struct isle_peer *peers;		/* of a wireguard: written ones first */
	size_t n_peers;
	struct isle_iface *lower;		/* what it is on (`link`), maybe of another host; or NULL */
	const char *machine_lower;		/* the same of the machine; or NULL */
	struct isle_iface *dev;			/* what its option of that type names, or NULL */
	struct isle_iface *master;		/* bridge, bond or VRF of the host that it is a port of, or NULL */
	struct isle_vlans vlans;		/* of its switch port */
	char port[IFNAMSIZ];			/* fabric side of a membership: p + 6 hex digits of host/if; "" if none */
};

/* host-host (a.iface, b.iface) or network-network (a.network, b.network). A membership is no link but an iface. */
struct isle_link {
	struct isle_loc loc;
	size_t index;
	struct isle_iface *iface[2];
	struct isle_network *network[2];
	char port[2][IFNAMSIZ];			/* network-network: names of the two ends in the fabric */
	uint8_t mac[2][6];			/* network-network: MACs of the two ends */
	uint32_t mtu;
	bool up;				/* false: state: down */
	struct isle_vlans vlans;		/* network-network: of both ports */
	struct isle_ip *subnets;		/* host-host */
	size_t n_subnets;
};

struct isle_hop {
	struct isle_ip via;			/* family 0: none, on link */
	struct isle_iface *dev;			/* NULL: the kernel finds it */
	bool onlink;
};

struct isle_route {
	struct isle_loc loc;
	struct isle_ip dst;			/* default: len 0, family set */
	enum isle_route_type type;
	struct isle_hop *hops;			/* 1; more: multipath; 0 for blackhole & co. */
	size_t n_hops;
	uint32_t metric, table, mtu;		/* 0: not given; table 0 = main */
	struct isle_ip src;			/* family 0: none */
	bool assigned;				/* by a gateway, an uplink or `routing`, not written */
};

enum isle_uplink_kind { ISLE_UPLINK_NONE, ISLE_UPLINK_NAT };
struct isle_uplink {
	enum isle_uplink_kind kind;
	struct isle_loc loc;
	bool written;				/* subnets come from the file; else hashed, may move to the next free */
	struct isle_ip *subnets;		/* first address the machine's, second the host's; at most one per family */
	size_t n_subnets;
	struct isle_iface *iface;		/* "uplink", is_uplink; its addresses are the second of each subnet */
	char port[IFNAMSIZ];			/* machine side of `up` as root */
};

struct isle_sysctl { const char *name, *value; struct isle_loc loc; };

#define ISLE_RULE_FIRST 32000u
struct isle_rule {				/* which routing table is asked */
	struct isle_loc loc;
	enum isle_rule_action action;
	bool inverted;
	bool family[2];				/* IPv4, IPv6: it is a rule of each */
	struct isle_ip from, to;		/* family 0: any */
	const char *iif, *oif;			/* NULL: any */
	bool has_mark;
	uint32_t mark, priority, table;		/* table: of lookup; else 0 */
};

#define ISLE_OWN_MAX 32u			/* of one host */
struct isle_own {				/* something of a host's own in its file system */
	const char *path;			/* in the host: absolute, no `.`, `..` or double slashes */
	const char *source;			/* what is seen there, absolute; NULL: an empty directory */
	struct isle_loc loc;
};

struct isle_published { bool udp; uint16_t from, to; struct isle_loc loc; };	/* of the machine, of the host */

struct isle_host {
	const char *name;
	struct isle_loc loc;
	size_t index;				/* in lab->hosts */
	struct isle_iface **ifaces;		/* attachment order; lo only if it was given addresses or the like, then last; uplink after the attachments */
	size_t n_ifaces;
	struct isle_route *routes;		/* written ones first, then assigned; a route written `none` is not here */
	size_t n_routes;
	bool forward;
	struct isle_uplink uplink;
	struct isle_ip *dns;			/* resolved nameserver addresses */
	size_t n_dns;
	bool dns_from_machine;			/* none written and the lab has an uplink: the machine's real upstreams */
	const char **aliases;
	size_t n_aliases;
	struct isle_sysctl *sysctls;
	size_t n_sysctls;
	struct isle_rule *rules;		/* as written; without `priority` from ISLE_RULE_FIRST on */
	size_t n_rules;
	struct isle_published *ports;		/* of the machine that lead to it; by way of its uplink */
	size_t n_ports;
	const char *nft;			/* file of nftables rules, absolute; NULL: none */
	struct isle_loc nft_loc;
	struct isle_own *owns;			/* files and private, by path: what is above comes first */
	size_t n_owns;
	const char *attach;			/* docker:NAME …, host: whose network it has, which is not ours; NULL: one of its own */
	struct isle_loc attach_loc;
};

struct isle_lab {
	struct isle_arena *arena;
	struct isle_source source;		/* the text; owned by the arena */
	const char *name;
	struct isle_host **hosts;		/* assignment order */
	size_t n_hosts;
	struct isle_network **networks;
	size_t n_networks;
	struct isle_segment **segments;
	size_t n_segments;
	struct isle_link **links;
	size_t n_links;
	enum isle_datapath auto_datapath;	/* what AUTO is here; AUTO: nobody has looked */
	bool has_uplink, has_ipv6;
	bool has_nic;				/* of the machine, moved in: isle_iface_is_nic() */
	struct isle_map host_by_name, network_by_name;
};

/*
 * Load a lab from TEXT (copied). NAME is the file's name for messages and for
 * the lab's name where the file has none ("-": the key `lab` is required).
 * All mistakes go into DIAG, sorted by place. 0, -EINVAL (the file is wrong) or -ENOMEM.
 * On failure *ret_lab is still set when DIAG needs its text: free it after showing.
 */
int isle_lab_load(const char *text, size_t len, const char *name, struct isle_lab **ret_lab, struct isle_diag *diag);
void isle_lab_free(struct isle_lab *);

struct isle_host *isle_lab_host(const struct isle_lab *, const char *name);
struct isle_network *isle_lab_network(const struct isle_lab *, const char *name);
/* special.c: why some address in PREFIX can be no host's, whatever lab it is, or NULL */
const char *isle_lab_special(const struct isle_ip *prefix, bool on_lo);

/* full.c: the long form; loading it gives the identical network, and its own long form is itself. */
int isle_lab_full(const struct isle_lab *, struct isle_buf *out);

/* The network whose switch the members of this one are on. */
static inline struct isle_network *isle_network_switch(const struct isle_network *n)
{
	return n->vlan_of ? n->vlan_of : (struct isle_network *)n;
}
/* A NIC of the machine, .machine_lower there. */
static inline bool isle_iface_is_nic(const struct isle_iface *f) { return f->kind && f->kind->is_nic; }
/* It shares the machine's network: that of who brings the lab up. */
static inline bool isle_host_is_machine(const struct isle_host *h) { return h->attach && !strcmp(h->attach, ISLE_ATTACH_HOST); }
/* Of an attached one, for messages: "docker:web", "the machine". */
static inline const char *isle_host_whose(const struct isle_host *h) { return isle_host_is_machine(h) ? "the machine" : h->attach; }
static inline bool isle_vlans_are_set(const struct isle_vlans *v) { return v->access || v->native || v->n_trunk; }
/* switch.c: an option of a bridge, by the name of its row; NULL: not written */
const struct isle_link_value *isle_network_option(const struct isle_network *, const char *name);

bool isle_host_has_family(const struct isle_host *, uint8_t family);	/* names.c: an address of it */
/*
 * names.c: all addresses that HOST should use for TARGET: a shared subnet first,
 * then interface order. Writes at most MAX; returns how many there are.
 */
size_t isle_lab_addresses(const struct isle_host *from, const struct isle_host *target, struct isle_ip *ret, size_t max);
/* names.c: the hosts file of FROM: localhost lines, then every host's addresses, name, NAME.NETWORK and aliases. */
int isle_lab_hosts_file(const struct isle_lab *, const struct isle_host *from, struct isle_buf *out);
/* names.c: equal numbers for hosts with equal hosts files; from 0, in host order. classes[n_hosts]; returns how many. */
size_t isle_lab_hosts_classes(const struct isle_lab *, uint32_t *classes);
/* written.c: the address that has the octets PARTS[N] last (IPv4), or groups of the same digits (IPv6); false: not in NET. */
bool isle_lab_host_part(const struct isle_ip *net, const uint16_t *parts, size_t n, struct isle_ip *ret);
char *isle_lab_endpoint_text(const struct isle_ip *, uint16_t port, char *buf, size_t cap);	/* peer.c */
/* yaml.c: S as a YAML scalar, quoted if YAML 1.1 or 1.2 would not read it as this text. */
void isle_yaml_put(struct isle_buf *, const char *s);

#endif
