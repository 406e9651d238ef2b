/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: what can be done with a step of each kind: turn it into a request,
 * print it as a command, say it in words. One row per kind, one file per row,
 * listed in kinds.def. Nothing here makes a system call; encode and describe
 * allocate nothing, for a forked worker of a threaded program uses them.
 */
#ifndef ISLE_KINDS_H
#define ISLE_KINDS_H

#include "kinds/step.h"
#include "nl/nl.h"

/* What encoding needs to know of the live system. */
struct isle_kind_ctx {
	int (*ns_fd)(const struct isle_kind_ctx *, uint32_t ns);	/* a namespace made before; stays the engine's. -errno */
	int (*ifindex)(const struct isle_kind_ctx *, const char *name);	/* where the request is sent; -errno */
	bool no_ipv6;		/* this kernel has no IPv6 (no /proc/sys/net/ipv6): leave its settings out */
	void *arg;
};

/* Text in a given array; what does not fit is cut. */
struct isle_words {
	char *s;
	size_t n, cap;
};
void isle_words_add(struct isle_words *, const char *fmt, ...) ISLE_PRINTF(2, 3);

/* An interface that a step makes. */
struct isle_made {
	uint32_t ns, ifindex, mtu;
	const char *name, *type;	/* type: IFLA_INFO_KIND */
	const uint8_t *mac;		/* NULL: any */
	uint32_t master;		/* ifindex in ns; 0: none, or a LINK step's business */
	const char *master_name;
	bool up;			/* born up */
};

/* With what options it is made. */
struct isle_settings {
	const struct isle_link_kind *kind;
	const struct isle_link_value *v;
	size_t n;
};

/* What is visited of a step: an interface index, and the namespace that it counts in. */
typedef void isle_kind_index_fn(uint32_t ns, uint32_t *ifindex, void *arg);

struct isle_kind {
	const char *name;
	int (*encode)(const struct isle_step *, const struct isle_kind_ctx *, struct isle_nlmsg *);	/* NULL: the engine's */
	/* The request that takes it away again. NULL: there is none; what was set is set back by another step of the kind. */
	int (*encode_removal)(const struct isle_step *, struct isle_nlmsg *);
	void (*command)(const struct isle_step *, const struct isle_lab *, struct isle_buf *);
	void (*describe)(const struct isle_step *, const struct isle_lab *, struct isle_words *);
	/* Every interface index in the step, to be read or changed (those of a route's hops where they are). NULL: none. */
	void (*indexes)(struct isle_step *, isle_kind_index_fn *, void *arg);
	/* The interfaces that it makes, at most two: a pair is two. NULL: none. */
	size_t (*makes)(const struct isle_step *, struct isle_made ret[2]);
	/* Of a kind that makes one interface by a table of links/: with which options. NULL: none. */
	void (*settings)(const struct isle_step *, struct isle_settings *ret);
	const char *lacks;	/* what of the kernel is missing when it answers EOPNOTSUPP, or NULL */
};
const struct isle_kind *isle_kind_of(const struct isle_step *);

/* Is it a request to netlink? Else the engine does it: NETNS, SYSCTL, OFFLOAD, CARRIER, SETTLED, TUN, WIREGUARD, PEER, NFT. */
bool isle_kind_has_request(const struct isle_step *);
/* Can it have .removes? */
bool isle_kind_can_remove(const struct isle_step *);
size_t isle_kind_makes(const struct isle_step *, struct isle_made ret[2]);
void isle_kind_indexes(struct isle_step *, isle_kind_index_fn *, void *arg);
bool isle_kind_settings(const struct isle_step *, struct isle_settings *ret);	/* false: none */
/* Add the step's request to the buffer: exactly one message. -ENOBUFS: no room, and the buffer is as it was; otherwise
 * what ns_fd() said. */
int isle_kind_encode(const struct isle_step *, const struct isle_kind_ctx *, struct isle_nlmsg *);
/* "adding address 10.0.0.1/24 to eth0 of shanghai". Returns buf. */
char *isle_kind_describe(const struct isle_step *, const struct isle_lab *, char *buf, size_t cap);
/* Its line(s) for a root shell, if any. */
void isle_kind_command(const struct isle_step *, const struct isle_lab *, struct isle_buf *out);

/* wireguard.c: the requests of these two kinds, to FAMILY of generic netlink. */
void isle_kind_encode_wireguard(const struct isle_step *, uint16_t family, struct isle_nlmsg *);
void isle_kind_encode_peer(const struct isle_step *, uint16_t family, struct isle_nlmsg *);

/* port.c: of each VLAN how a port has it, with ISLE_VLAN_IS; 0: not at all. Of a step that does not filter: none. */
enum { ISLE_VLANS = 4095, ISLE_VLAN_IS = 1 << 15 };
void isle_kind_port_vlans(const struct isle_step *, uint16_t ret[ISLE_VLANS]);

/* For the rows. A lab whose name is "" is none: its hosts are namespaces that are called like them. */
const char *isle_kind_ns(const struct isle_step *, const struct isle_lab *);	/* HOST; "the fabric", "the machine" */
const char *isle_kind_ns_called(uint32_t ns, const struct isle_lab *);		/* the same for any namespace */
void isle_kind_ns_name(uint32_t ns, const struct isle_lab *, struct isle_buf *);	/* HOST.LAB, LAB.fabric; HOST; $$ */
int isle_kind_put_dellink(struct isle_nlmsg *, uint32_t ifindex);		/* encode_removal() of an interface */
void isle_kind_command_dellink(const struct isle_step *, const struct isle_lab *, const char *name, struct isle_buf *out);
void isle_kind_exec(const struct isle_step *, const struct isle_lab *, struct isle_buf *);	/* "ip netns exec HOST.LAB "; nothing on the machine */
void isle_kind_ip(const struct isle_step *, const struct isle_lab *, struct isle_buf *);	/* "ip -n HOST.LAB"; "ip" on the machine */
void isle_kind_ip_in(uint32_t ns, const struct isle_lab *, struct isle_buf *);		/* the same for any namespace */
void isle_kind_quote(struct isle_buf *, const char *);	/* for a shell, only if it needs to be */
void isle_kind_put_mac(struct isle_buf *, const char *key, const uint8_t *mac);	/* " KEY 02:…"; nothing if NULL */

#endif
