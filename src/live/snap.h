/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a snapshot: the networks of the machine as they are now, as plain data
 * in one arena. Names and holders come from a census (live.h); everything else
 * from one dump per kind and namespace, which changes nothing: no id is given
 * to a namespace, no neighbour written. Pointers between links are resolved
 * across namespaces, so whoever reads a snapshot makes no system call. What
 * vanished meanwhile is left out; what may not be looked at is said to be there
 * (isle_snap_ns.unseen, isle_snap.unseen).
 */
#ifndef ISLE_LIVE_SNAP_H
#define ISLE_LIVE_SNAP_H

#include <net/if.h>
#include "live/live.h"

struct nlattr;
struct isle_nl;
struct isle_snap_ns;

enum isle_snap_part {		/* beside links, which are always read */
	ISLE_SNAP_ADDRESSES = 1,
	ISLE_SNAP_ROUTES = 2,
	ISLE_SNAP_RULES = 4,
	ISLE_SNAP_NEIGHBOURS = 8,
	ISLE_SNAP_NFT = 16,		/* tables, of the older iptables too, and whether one translates addresses */
	ISLE_SNAP_SOCKETS = 32,		/* that listen */
	ISLE_SNAP_SYSCTLS = 64,		/* forwarding */
	ISLE_SNAP_OVS = 128,		/* bridges and ports of Open vSwitch, from its database */
	ISLE_SNAP_ALL = 255,
	ISLE_SNAP_VLANS = 512,		/* of bridges that do not look at them, too */
	ISLE_SNAP_WIREGUARD = 1024,	/* not of ALL: .wireguard of links */
	ISLE_SNAP_NAMES = 256,		/* not even links: which namespaces there are, and what they are called */
};

enum isle_snap_peer {
	ISLE_PEER_NONE,			/* it has neither a peer nor a lower link */
	ISLE_PEER_SEEN,			/* .peer or .lower */
	ISLE_PEER_UNSEEN,		/* there is one, in a namespace that was not read, or it came and went meanwhile */
};

struct isle_snap_wireguard_peer {
	uint8_t key[32];		/* its public one */
	struct isle_ip endpoint;	/* family 0: none */
	uint16_t port, keepalive;
	bool has_secret;		/* a preshared key */
	struct isle_ip *allowed;
	size_t n_allowed;
};
struct isle_snap_wireguard {
	uint8_t key[32];		/* the public one */
	uint16_t port;
	uint32_t fwmark;
	struct isle_snap_wireguard_peer *peers;
	size_t n_peers;
};

struct isle_snap_link {
	struct isle_snap_ns *ns;
	int ifindex;
	const char *name;
	const char **altnames;
	size_t n_altnames;
	const char *alias;		/* IFLA_IFALIAS, or NULL */
	const char *kind;		/* IFLA_INFO_KIND: "veth", "bridge"…; NULL: hardware, or lo */
	const char *port_kind;		/* IFLA_INFO_SLAVE_KIND, or NULL */
	const struct nlattr *data;	/* IFLA_INFO_DATA and IFLA_INFO_SLAVE_DATA as they came, or NULL */
	const struct nlattr *port_data;
	const struct nlattr *vlans;	/* IFLA_AF_SPEC of a bridge or its port: its VLANs; or NULL */
	uint32_t flags;			/* IFF_… */
	uint8_t operstate;		/* IF_OPER_… */
	uint8_t addrgenmode;		/* IN6_ADDR_GEN_MODE_… */
	uint32_t mtu, txqueues, group;
	unsigned short type;		/* ARPHRD_… */
	uint8_t mac[32];
	uint8_t n_mac;
	uint8_t n_perm_mac;		/* 0: none, no hardware */
	uint8_t perm_mac[32];
	bool forwards4, forwards6;	/* the sysctl of the link */
	bool is_immovable;		/* IFLA_NETNS_IMMUTABLE, or a kind that older kernels keep where it is */
	/* bridge, bond, VRF that it is a port of, or NULL; with ISLE_SNAP_OVS the bridge of Open vSwitch, not what the kernel has for all of them */
	struct isle_snap_link *master;
	bool is_ovs_bridge;
	struct isle_snap_link *lower;	/* of a VLAN, macvlan…: the link it is on, in whatever namespace; or NULL */
	enum isle_snap_peer peer_state;	/* of .peer, or of .lower */
	struct isle_snap_link *peer;	/* other end of a veth, netkit or vxcan */
	int link;			/* IFLA_LINK, of a vxlan the one in .data; 0: none */
	int link_nsid;			/* IFLA_LINK_NETNSID; -1: the same namespace; -2: another one that has no id here */
	/* The namespace that .link counts in, also if nothing of it was read. Without .link, of a tunnel: where its packets go. */
	struct isle_snap_ns *link_ns;	/* NULL: none, or unknown */
	const struct isle_ip *remotes;	/* of a vxlan, with ISLE_SNAP_NEIGHBOURS: where it sends what it knows no way for, from its forwarding table */
	size_t n_remotes;
	const struct isle_snap_wireguard *wireguard;	/* NULL: it is none, or the caller may not ask */
	const char *parent_bus, *parent_dev;	/* of hardware: "pci", "0000:01:00.0"; or NULL */
	const struct isle_snap_address *addresses;	/* its part of those of the namespace */
	size_t n_addresses;
};

struct isle_snap_address {
	struct isle_snap_link *link;
	struct isle_ip ip;		/* with its length; where there is a peer, the peer has it */
	struct isle_ip peer;		/* of a point-to-point address; family 0: none */
	struct isle_ip broadcast;	/* family 0: none */
	uint32_t flags;			/* IFA_F_… */
	uint8_t scope, proto;
};

struct isle_snap_hop {
	struct isle_ip via;		/* family 0: none. May be of another family than the route */
	struct isle_snap_link *dev;	/* NULL: none */
	uint32_t weight;		/* 1… */
	bool onlink;
};
struct isle_snap_route {
	struct isle_ip dst;		/* default: len 0, family set */
	struct isle_ip from;		/* source prefix; family 0: none */
	struct isle_ip src;		/* preferred source; family 0: none */
	uint8_t type, proto, scope, tos;	/* RTN_…, RTPROT_… */
	uint32_t table, metric, mtu;
	struct isle_snap_hop *hops;	/* none for blackhole & co. */
	size_t n_hops;
};

struct isle_snap_rule {
	uint8_t family, action;		/* FR_ACT_… */
	bool inverted;
	struct isle_ip from, to;	/* family 0: any */
	const char *iif, *oif;		/* or NULL */
	uint32_t priority, table, mark, mask, target;	/* target: of goto */
	bool l3mdev;
	bool more;			/* has conditions beyond these: ports, user ids, a protocol… */
	uint8_t proto;			/* who made it: RTPROT_… */
};

struct isle_snap_neighbour {
	struct isle_snap_link *link;
	struct isle_ip ip;
	uint8_t mac[32], n_mac;
	uint16_t state;			/* NUD_… */
	uint8_t flags;			/* NTF_… */
};

struct isle_snap_nft {
	uint8_t family;			/* NFPROTO_… */
	bool is_legacy;			/* no nf_tables: the older iptables. Their chains are not counted */
	const char *table;
	const char *comment;		/* by which ours are known, or NULL */
	uint32_t n_chains;
	bool nat;			/* has a chain of type nat; legacy: is called that */
	bool masquerades;		/* with a rule that does */
	const struct isle_nft_port *ports;	/* of isle's own: of this namespace, that lead to a host */
	size_t n_ports;
};

struct isle_snap_socket {
	uint8_t protocol;		/* IPPROTO_TCP, IPPROTO_UDP */
	struct isle_ip ip;		/* unspecified: any */
	uint16_t port;
	uint64_t inode;
	pid_t pid;			/* who has it open; 0: not known */
};

struct isle_snap_ovs_port {
	const char *bridge, *port, *interface, *type;	/* type "": system; "internal", "patch", "vxlan"… */
	struct isle_snap_link *link;	/* or NULL */
	const char *lab;		/* isle's mark of a lab at the bridge, or NULL */
	uint16_t tag;			/* 0: none */
	const uint16_t *trunks;
	size_t n_trunks;
	const char *vlan_mode;		/* or NULL */
	const char *options;		/* "{peer=…}", or "" */
	const char *peer;		/* of a patch: the interface at its other end, or NULL */
};

/* What a namespace is for people, the best that is known. */
enum isle_snap_owner {
	ISLE_OWNER_MACHINE,		/* the one that process 1, or else the caller, is in */
	ISLE_OWNER_HOST,		/* of a lab: .lab, .host */
	ISLE_OWNER_FABRIC,		/* of a lab: its switches */
	ISLE_OWNER_CONTAINER,		/* docker:NAME, podman:NAME, lxc:NAME, machine:NAME, k8s:NAMESPACE/POD */
	ISLE_OWNER_NAMED,		/* a name of `ip netns`, or a bundle */
	ISLE_OWNER_UNIT,		/* a systemd unit */
	ISLE_OWNER_PROCESS,		/* "pid 123 sleep" */
	ISLE_OWNER_HELD,		/* nobody is in it: held by a descriptor, a mount or a socket alone */
};

struct isle_snap_ns {
	uint64_t id;			/* inode number */
	size_t index;			/* in isle_snap.nss */
	enum isle_snap_owner owner;
	const char *label;		/* what it is called: "web", "h1.office", "docker:db", "pid 123 sleep", "the machine" */
	const char *lab, *host;		/* of HOST and FABRIC (host NULL); else NULL */
	uint64_t lab_id;		/* the same for all of one lab: users may have labs of the same name; 0: none */
	const struct isle_census_ns *census;	/* names, holders; NULL in a snapshot of given descriptors */
	int unseen;			/* errno why nothing of it could be read; 0: it was read */
	bool own;			/* the caller's */
	struct isle_snap_link *links;	/* by ifindex */
	size_t n_links;
	struct isle_snap_address *addresses;	/* as the kernel lists them; link by link */
	size_t n_addresses;
	struct isle_snap_route *routes;	/* without the local table and cached ones */
	size_t n_routes;
	struct isle_snap_rule *rules;
	size_t n_rules;
	struct isle_snap_neighbour *neighbours;
	size_t n_neighbours;
	struct isle_snap_nft *nfts;
	size_t n_nfts;
	struct isle_snap_socket *sockets;
	size_t n_sockets;
	struct isle_snap_ovs_port *ovs;
	size_t n_ovs;
	bool forwards4, forwards6;	/* the `all` switches */
	bool nft_unseen;		/* the caller may not ask for .nfts */
	bool ovs_unseen;		/* there is an Open vSwitch, but its database did not answer */
};

struct isle_snap {
	struct isle_arena *arena;
	struct isle_census *census;	/* or NULL */
	/*
	 * The machine first; then labs by name: the fabric, then hosts in the order of its ports; then the others by label.
	 * Of given descriptors: all of them in their order.
	 */
	struct isle_snap_ns *nss;
	size_t n_nss;
	unsigned parts;
	struct isle_unseen unseen;
};

/* Everything that the caller may see. PARTS: ISLE_SNAP_…. -ENOMEM, -errno of /proc. */
int isle_snap_take(unsigned parts, struct isle_snap **ret, struct isle_diag *diag);
/*
 * Of these N network namespaces only, whose descriptors stay the caller's; LABELS as they are to be called. No /proc is
 * read. The caller must be able to enter them (it may be a forked child that has joined their user namespace).
 */
int isle_snap_take_of(const int *fds, const char *const *labels, size_t n, unsigned parts, struct isle_snap **ret,
		      struct isle_diag *diag);
void isle_snap_free(struct isle_snap *);	/* takes NULL */
/*
 * snap_ears.c: RET[i]: a NETLINK_ROUTE socket in NSS[i], one of the snapshot's; .fd -1: the caller does not get in, or it is
 * gone. Such a socket keeps its namespace alive. -EMFILE: some are open already, and stay the caller's.
 */
int isle_snap_ears(struct isle_snap *, struct isle_snap_ns *const *nss, size_t n, struct isle_nl *ret);

struct isle_snap_ns *isle_snap_ns_of(const struct isle_snap *, uint64_t id);		/* NULL: not in it */
struct isle_snap_link *isle_snap_link_at(const struct isle_snap_ns *, int ifindex);	/* NULL: none */
struct isle_snap_link *isle_snap_link_named(const struct isle_snap_ns *, const char *name);	/* altnames too; NULL: none */
/* FN for each run of VLANs that it has alike as the port of a bridge, FLAGS being BRIDGE_VLAN_INFO_PVID and _UNTAGGED. */
void isle_snap_each_vlans(const struct isle_snap_link *, void (*fn)(uint16_t first, uint16_t last, uint16_t flags, void *arg), void *arg);

#endif
