/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a step: one thing that the kernel takes or refuses whole. It points into
 * the lab and into its plan, owns nothing, and has no reply to be parsed:
 * interface indexes are given, not asked for.
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
			const uint8_t *mac;
			uint32_t ifindex, mtu;
		} bridge;
		struct {			/* "this" end is in .ns, "that" in that_ns */
			const char *name, *that_name;
			const uint8_t *mac, *that_mac;
			const char *that_master_name;	/* for words only */
			uint32_t ifindex, that_ifindex;
			uint32_t that_master;		/* ifindex in that_ns, 0: none */
			uint32_t that_ns, mtu, that_mtu;
			bool that_up;			/* the only end that the kernel lets be born up */
		} veth;
		struct {
			uint32_t ifindex;
			const char *name, *altname;
		} altname;
		struct {
			const char *name, *master_name;
			uint32_t ifindex, master;	/* master 0: as it is */
			bool keep_state;	/* neither up nor down: settings only */
			bool up;
			bool no_linklocal;	/* IPv6: the kernel assigns no address by itself */
			bool no_rp_filter;	/* IPv4: whatever the machine's default is */
			bool no_forward;	/* IPv4: likewise */
		} link;
		struct {
			uint32_t ifindex;
			const char *dev;
			struct isle_ip ip;
		} address;
		struct {
			const struct isle_route *route;
			const uint32_t *ifindexes;	/* one per hop, 0: none */
		} route;
		struct {
			const char *path, *value;	/* path as net/ipv4/ip_forward */
			bool optional;			/* -ENOENT is fine: the kernel has no such thing to switch off */
		} sysctl;
	};
};

#endif
