/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a step: one thing that the kernel takes or refuses whole. It points into
 * the lab and into its plan, owns nothing, and has no reply to be parsed:
 * interface indexes are given, not asked for. A lab that comes up is made of
 * steps alone that make something; changing a live one needs their inverses
 * (.removes) and former values that no plan would ask for.
 */
#ifndef ISLE_STEP_H
#define ISLE_STEP_H

#include "lab/lab.h"

#define ISLE_NS_FABRIC  0u		/* the switches' namespace */
#define ISLE_NS_HOST(i) (1u + (uint32_t)(i))
#define ISLE_NS_MACHINE UINT32_MAX	/* where `up` was called */

enum isle_step_kind {
#define ISLE_KIND(number, file) ISLE_STEP_##number,
#include "kinds/kinds.def"
#undef ISLE_KIND
	ISLE_STEP_KINDS
};

/* An address as somebody else gave it, to be given back. */
struct isle_address_form {
	struct isle_ip peer, broadcast;	/* family 0: none */
	uint32_t flags;			/* IFA_F_… */
	uint8_t scope;
};

/* A route likewise. */
struct isle_route_form {
	uint8_t proto, scope, tos;	/* RTPROT_…, RT_SCOPE_… */
	struct isle_ip from;		/* source prefix; family 0: none */
	const uint32_t *weights;	/* one per hop, 1…; NULL: all 1 */
};

/* Of a wireguard; shared by the steps about it, and filled in while they are taken. */
struct isle_wireguard_keys {
	uint8_t private_key[32], public_key[32];
	bool given;			/* private_key is the user's; else a new one is made */
};

struct isle_step {
	enum isle_step_kind kind;
	uint32_t ns;			/* where the request is sent */
	const struct isle_loc *loc;	/* the statement it comes from, or NULL */
	bool removes;			/* takes away what it would make otherwise; see isle_kind_can_remove() */
	union {
		struct {
			const struct isle_host *host;	/* NULL: the fabric */
		} netns;
		struct {
			const char *name;
			const uint8_t *mac;
			uint32_t ifindex, mtu;
			const struct isle_link_value *options;	/* rows of links/bridge.c */
			size_t n_options;
		} bridge;
		struct {
			const char *name;
			uint32_t ifindex;
			const struct isle_vlans *vlans;	/* NULL: VLAN 1, untagged, and no options */
			bool all;		/* and every other VLAN */
			bool filters;		/* its bridge does; else VLANs are of no concern */
		} port;
		struct {
			const char *name;
			uint32_t ifindex;
			const struct isle_link_kind *kind;	/* the port's, if it is of the port */
			const struct isle_link_value *v;
			size_t n;
		} adjust;
		struct {
			const char *name;
			uint32_t ifindex;
			uint16_t first, last, flags;	/* BRIDGE_VLAN_INFO_PVID, …_UNTAGGED */
		} vlan;
		struct {			/* "this" end is in .ns, "that" in that_ns */
			const char *name, *that_name;
			const uint8_t *mac, *that_mac;
			const char *that_master_name;	/* for words only */
			uint32_t ifindex, that_ifindex;
			uint32_t that_master;		/* ifindex in that_ns, 0: none */
			uint32_t that_ns, mtu, that_mtu;
			bool that_up;			/* the only end that the kernel lets be born up */
		} veth;
		struct {			/* .ns is where it is */
			const char *name, *new_name;
			uint32_t ifindex;	/* 0: the engine finds it */
			uint32_t new_ifindex;	/* there */
			uint32_t that_ns;
		} nic;
		struct {
			uint32_t ifindex;
			const char *name, *altname;
		} altname;
		struct {			/* a kind of links/; what it is on is in .ns, itself in that_ns */
			const struct isle_link_kind *kind;
			const char *name, *lower_name;	/* lower_name NULL: on none */
			const char *called;	/* what it is to be called in the end, for words; NULL: .name */
			const uint8_t *mac;		/* NULL: none, or the kernel's */
			struct isle_link_value *options;	/* indexes of interfaces filled in */
			uint32_t n_options, ifindex, mtu;	/* mtu 0: the kernel's */
			uint32_t lower;			/* ifindex; 0 with a name: the engine finds it */
			uint32_t that_ns;
		} wire;
		struct {
			const char *name;
			const struct isle_link_value *options;	/* rows of links/wireguard.c */
			size_t n_options;
			struct isle_wireguard_keys *keys;
			/* of changes only */
			struct isle_wireguard_keys *before;	/* filled in with the keys that go; or NULL */
			bool asks;		/* .keys is filled in with its public key, and nothing set */
			bool keeps_key;		/* the key stays, if it has one */
			bool replaces_peers;	/* all of them go */
		} wireguard;
		struct {
			const char *name;	/* of the wireguard */
			const struct isle_peer *peer;
			const struct isle_wireguard_keys *keys;	/* the peer's, if it is of the lab */
		} peer;
		struct {
			uint32_t ifindex;
			const char *dev;
			struct isle_ip ip;
		} fdb;
		struct {
			const char *name, *master_name;
			uint32_t ifindex, master;	/* master 0: as it is */
			bool keep_state;	/* neither up nor down: settings only */
			bool up;
			uint32_t patience;	/* of CARRIER: seconds more than usual */
			bool no_linklocal;	/* IPv6: the kernel assigns no address by itself */
			bool no_rp_filter;	/* IPv4: whatever the machine's default is */
			bool no_forward;	/* IPv4: likewise */
			/* of changes only */
			bool no_master;		/* leaves its switch */
			uint32_t mtu;		/* 0: as it is */
			const uint8_t *mac;	/* NULL: as it is */
			const char *new_name, *alias;	/* NULL: as it is; alias "": none */
			const uint8_t *addrgenmode;	/* NULL: as it is */
		} link;
		struct {
			uint32_t ifindex;
			const char *dev;
			struct isle_ip ip;
			const struct isle_address_form *form;	/* NULL: as isle gives addresses */
		} address;
		struct {
			const struct isle_route *route;
			uint32_t *ifindexes;		/* one per hop, 0: none */
			const struct isle_route_form *form;	/* NULL: as isle adds routes */
		} route;
		struct {
			const struct isle_rule *rule;
			uint8_t family;
			bool by_hand;			/* without isle's mark */
		} rule;
		struct {
			const char *path;	/* absolute */
		} nft;
		struct {
			uint32_t ifindex;
			const char *dev;
			struct isle_ip ip;
			uint8_t mac[6];
		} neigh;
		struct {
			const char *path, *value;	/* path as net/ipv4/ip_forward */
			bool optional;			/* -ENOENT is fine: the kernel has no such thing to switch off */
		} sysctl;
	};
};

#endif
