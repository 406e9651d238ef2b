/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: netlink and nf_tables messages. A builder that cannot overrun (it is
 * poisoned on the first failure and says so once), a socket that keeps the
 * kernel's own words (extack), reading by walking attributes with checked
 * lengths. Nothing here allocates after isle_nl_open(): a forked worker of a
 * threaded program may use it.
 */
#ifndef ISLE_NL_H
#define ISLE_NL_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include "base/base.h"

#define ISLE_NL_EXTACK 256

/* msg.c: requests, one or more in one buffer */
struct isle_nlmsg {
	uint8_t *buf;
	size_t cap, n;			/* bytes: room, used */
	size_t start;			/* of the message being built */
	bool bad;			/* did not fit */
};
void isle_nlmsg_init(struct isle_nlmsg *, void *buf, size_t cap);
/* Begin a request: returns its zeroed family header of SIZE bytes, or NULL if poisoned. */
void *isle_nlmsg_begin(struct isle_nlmsg *, uint16_t type, uint16_t flags, size_t header_size);
void isle_nlmsg_end(struct isle_nlmsg *);
void isle_nlmsg_put(struct isle_nlmsg *, uint16_t type, const void *, size_t);
void isle_nlmsg_put_str(struct isle_nlmsg *, uint16_t type, const char *);	/* with the NUL */
void isle_nlmsg_put_u8(struct isle_nlmsg *, uint16_t type, uint8_t);
void isle_nlmsg_put_u16(struct isle_nlmsg *, uint16_t type, uint16_t);
void isle_nlmsg_put_u32(struct isle_nlmsg *, uint16_t type, uint32_t);
void isle_nlmsg_put_be32(struct isle_nlmsg *, uint16_t type, uint32_t host_order);
size_t isle_nlmsg_nest(struct isle_nlmsg *, uint16_t type);
void isle_nlmsg_unnest(struct isle_nlmsg *, size_t nest);
void *isle_nlmsg_raw(struct isle_nlmsg *, size_t size);		/* zeroed bytes inside a nest, e.g. struct ifinfomsg of VETH_INFO_PEER */

/* sock.c */
struct isle_nl {
	int fd, proto;
	uint32_t seq;
	char extack[ISLE_NL_EXTACK];	/* the kernel's words about the last refusal, or "" */
	uint32_t extack_off;		/* offset into the request it blames, 0: none */
};
/* In the caller's current namespace. PROTO: NETLINK_ROUTE, NETLINK_NETFILTER, NETLINK_SOCK_DIAG, NETLINK_GENERIC. -errno. */
int isle_nl_open(struct isle_nl *, int proto);
int isle_nl_adopt(struct isle_nl *, int sock, int proto);	/* SOCK, fresh and of any namespace, is its own from now on */
void isle_nl_close(struct isle_nl *);
/* Send all messages of M and wait for each one's acknowledgement; the first refusal is returned (-errno, extack
 * kept) after all answers were read; *ret_nth (may be NULL): which message (from 0) was refused. */
int isle_nl_talk(struct isle_nl *, struct isle_nlmsg *, size_t *ret_nth);
/* Dump: FN is called for every answer; its negative result ends the dump and is returned. An interrupted dump
 * (NLM_F_DUMP_INTR) is repeated up to 8 times, then -EAGAIN; FN is called with NULL before each repetition. */
int isle_nl_dump(struct isle_nl *, struct isle_nlmsg *, int (*fn)(const struct nlmsghdr *, void *), void *arg);
/* One request, one answer (RTM_GETLINK by index…). The answer stays valid until the next call on this buffer. */
int isle_nl_get(struct isle_nl *, struct isle_nlmsg *, void *answer, size_t cap, const struct nlmsghdr **ret);
/* N requests of M in one sending, each answered by one message: FN for each, in the order of the answers, with which one
 * it is, and its error (0, or -errno with the kernel's words) or the answer. Few and small: the answers wait in the socket. */
int isle_nl_ask(struct isle_nl *, struct isle_nlmsg *m, size_t n,
		int (*fn)(size_t nth, int error, const char *words, const struct nlmsghdr *, void *), void *arg);
/* Join a multicast group (RTNLGRP_LINK…), and read one event, waiting at most MS milliseconds (-1: for ever; -ETIMEDOUT). */
int isle_nl_join(struct isle_nl *, unsigned group);
int isle_nl_event(struct isle_nl *, void *buf, size_t cap, int ms, size_t *ret_n);

/* link.c: one interface. -ENODEV: there is none; else as isle_nl_talk(). */
/* That has NAME in the attribute BY: IFLA_IFNAME, or IFLA_ALT_IFNAME (no other name then). */
int isle_nl_get_link(struct isle_nl *, int by, const char *name, void *answer, size_t cap, const struct nlmsghdr **ret);
/* IFF_… FLAGS as far as CHANGE has them, and an attribute IFLA_… of N bytes; VALUE NULL: none. */
int isle_nl_set_link(struct isle_nl *, uint32_t ifindex, unsigned flags, unsigned change, uint16_t type, const void *value, size_t n);
int isle_nl_move_link(struct isle_nl *, uint32_t ifindex, int netns, const char *name);	/* NAME: there; NULL: as it is */
int isle_nl_set_altname(struct isle_nl *, uint32_t ifindex, bool there, const char *altname);
int isle_nl_delete_link(struct isle_nl *, uint32_t ifindex);

/* read.c: attributes into a table indexed by type; unknown and short ones are left out */
struct isle_nlattrs { const struct nlattr *a[80]; };
void isle_nl_attrs(const void *p, size_t n, struct isle_nlattrs *);
void isle_nl_attrs_of(const struct nlmsghdr *, size_t header_size, struct isle_nlattrs *);
void isle_nl_nested(const struct nlattr *, struct isle_nlattrs *);
/* Of a list, in which types may be there twice: the one behind BEFORE, NULL: the first. NULL: no more. LIST may be NULL. */
const struct nlattr *isle_nla_next(const struct nlattr *list, const struct nlattr *before);
const void *isle_nla_data(const struct nlattr *);
size_t isle_nla_len(const struct nlattr *);
uint32_t isle_nla_u32(const struct nlattr *, uint32_t dflt);
uint8_t isle_nla_u8(const struct nlattr *, uint8_t dflt);
const char *isle_nla_str(const struct nlattr *);	/* NULL if not terminated */

/* genl.c: generic netlink, on a socket of NETLINK_GENERIC */
int isle_genl_family(struct isle_nl *, const char *name, uint16_t *ret);	/* -ENOENT: the kernel has none of that name */
void isle_genl_begin(struct isle_nlmsg *, uint16_t family, uint16_t flags, uint8_t cmd);
/* Attributes of an answer. */
void isle_genl_attrs(const struct nlmsghdr *, struct isle_nlattrs *);

/* nft.c: nf_tables. Requests go between batch_begin and batch_end in one buffer, to a NETLINK_NETFILTER socket. */
void isle_nft_batch_begin(struct isle_nlmsg *);
void isle_nft_batch_end(struct isle_nlmsg *);
/* Family inet; refused if it exists. MARK (at most 200 bytes) is its comment, by which we know it again. */
void isle_nft_table_add(struct isle_nlmsg *, const char *table, const char *mark);
/* Does inet table TABLE exist with that comment? 1 yes, 0 it has another, -ENOENT no such table. */
int isle_nft_table_is(struct isle_nl *, const char *table, const char *mark);
void isle_nft_table_del(struct isle_nlmsg *, const char *table);
void isle_nft_nat_chain_add(struct isle_nlmsg *, const char *table, const char *chain);	/* postrouting, srcnat */
/* Masquerade what comes from SOURCE and does not leave by NOT_OUT; whatever leaves by OUT. */
void isle_nft_masquerade_from(struct isle_nlmsg *, const char *table, const char *chain, const struct isle_ip *source,
			      const char *not_out);
void isle_nft_masquerade_out(struct isle_nlmsg *, const char *table, const char *chain, const char *out);
/* nft_port.c: ports of the machine that lead to a host */
void isle_nft_port_chains_add(struct isle_nlmsg *, const char *table);	/* prerouting, output, guard: for what follows */
struct isle_nft_port { bool udp; uint16_t from, to; struct isle_ip host; };
void isle_nft_forward_port(struct isle_nlmsg *, const char *table, const struct isle_nft_port *);
/* What comes from NET, or from 127/8, and goes out by DEV again gets the machine's address. */
void isle_nft_hairpin(struct isle_nlmsg *, const char *table, const char *chain, const struct isle_ip *net, const char *dev);
/* Nothing comes in by DEV that says that it is from, or for, 127/8. */
void isle_nft_guard_loopback(struct isle_nlmsg *, const char *table, const char *dev);
/* nft_port_read.c: FN for each that inet TABLE has; with NULL where the telling begins again. */
int isle_nft_ports(struct isle_nl *, const char *table, int (*fn)(const struct isle_nft_port *, void *), void *arg);

struct isle_nft_chain {
	uint8_t family;			/* NFPROTO_… */
	const char *table, *name;
	int hook;			/* NF_INET_…; -1: no base chain */
	bool accepts;			/* its policy */
	bool is_nat;			/* of type nat */
};
/* Every chain of the namespace. FN as for isle_nl_dump(): NULL = begin again. */
int isle_nft_chains(struct isle_nl *, int (*fn)(const struct isle_nft_chain *, void *), void *arg);
/* Does the chain end in a rule without a condition that drops or rejects (as firewalld's do)? */
int isle_nft_chain_drops_rest(struct isle_nl *, uint8_t family, const char *table, const char *chain, bool *ret);

/* nft_read.c */
const char *isle_nft_family(uint8_t nfproto);	/* as nft(8) writes it: "inet"; "other" */
struct isle_nft_table { uint8_t family; const char *name, *comment; };	/* comment: or NULL */
int isle_nft_tables(struct isle_nl *, int (*fn)(const struct isle_nft_table *, void *), void *arg);	/* FN as above */
/* Has any chain of it a rule that masquerades? */
int isle_nft_table_masquerades(struct isle_nl *, uint8_t family, const char *table, bool *ret);
/*
 * nft_sum.c: what the tables say that COUNTS is true for, as one number; what they count and the numbers that the kernel gives are
 * not in it. Of none it is a number, too.
 */
int isle_nft_sum(struct isle_nl *, bool (*counts)(uint8_t family, const char *table, void *arg), void *arg, uint64_t *ret);

/* hook.c, only with -DISLE_TEST_HOOKS: the environment's ISLE_TEST_NLERR=N:ERRNO turns the N-th acknowledgement
 * (counted over all processes of one command, in memory shared since before the first fork) into that errno. */
#ifdef ISLE_TEST_HOOKS
int isle_nl_test_ack(int rc);
#else
static inline int isle_nl_test_ack(int rc) { return rc; }
#endif

#endif
