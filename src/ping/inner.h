/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: what the files of this folder share: a probe, and the sockets of an interface. */
#ifndef ISLE_PING_INNER_H
#define ISLE_PING_INNER_H

#include "nl/nl.h"
#include "ping/ping.h"
#include "tree/visit.h"

enum isle_probe_state {
	ISLE_PROBE_NEW,
	ISLE_PROBE_SENT,
	ISLE_PROBE_OK,
	ISLE_PROBE_LOST,	/* to be asked again */
	ISLE_PROBE_REFUSED,	/* an answer that more asking would not change */
};
struct isle_probe {		/* in shared memory: the child fills in how it went */
	uint32_t from, to;	/* hosts; to UINT32_MAX: no host of the lab */
	struct isle_ip ip;
	uint8_t state;
	bool routed;		/* not on a subnet of the sender: routers get neighbours too */
	bool ring;		/* resolved by broadcast, to see who sends and hears those */
	bool introduced;	/* the two hosts were made to know each other by unicast ARP (arp.c) */
	bool arp;		/* … and the other one answered it */
	int32_t errnum;		/* what answered instead, 0: silence */
	uint32_t rtt_us;
};

struct isle_known {		/* a neighbour that was there before */
	uint32_t host, ifindex, len;	/* no padding: compared as a whole */
	uint8_t b[16];
};

struct isle_ping_port {		/* an interface on a network */
	int ifindex;		/* 0: not as the model says, or on no network */
	bool sends, hears;	/* broadcasts of it and to it were seen to arrive */
};

struct isle_ping_host {		/* in the child: what is open in one host */
	bool open, touched;	/* touched: takes part in the wave */
	int raw[2];		/* IPv4, IPv6; -1 */
	int arp;		/* packet socket; -1 */
	struct isle_ping_port *ports;	/* one per interface */
	struct isle_nl nl;
	size_t known, n_known;	/* its part of the known ones */
};

struct isle_ping_job {
	const struct isle_tree *tree;
	const struct isle_lab *lab;
	int net;		/* the network namespace of what is no lab's host; -1 */
	struct isle_shared *shared;
	struct isle_probe *probes;
	uint32_t *order;	/* the probes, those that share neighbours together */
	size_t n, map_size;
	unsigned timeout_ms, limit;	/* limit: open neighbours of a family */
	struct isle_ping_host *hosts;	/* n_hosts */
	struct isle_ping_port *ports;	/* of all hosts */
	struct isle_known *knowns;	/* mapped by the child */
	size_t n_knowns, cap_knowns;
	int epoll;
	uint64_t nonce;
	uint32_t wave;		/* counts waves, in the echoes */
	uint32_t *at;		/* probes of this wave */
	size_t n_at, pending;
	struct isle_nl tables;	/* to ask about the kernel's neighbour tables */
	uint64_t fulls;		/* how often they were full */
};

/* order.c: in the parent. MATRIX: all pairs were asked for. */
int isle_ping_sort(struct isle_ping_job *, bool matrix);

/* wave.c: in the child. Asks everything, in waves; a second time what was lost. */
int isle_ping_work(void *job);

/* open.c: sockets in a host, and a list of the neighbours it has already. */
int isle_ping_open(struct isle_ping_job *, uint32_t host);

/* arp.c */
int isle_ping_arp_open(struct isle_ping_job *, uint32_t host);
void isle_ping_arp_close(const struct isle_ping_job *);	/* of all hosts, at the end of the child */
/* May the two ends of P be introduced? Remember what an answered one of the ring tells. */
bool isle_ping_arp_may(const struct isle_ping_job *, const struct isle_probe *p);
void isle_ping_arp_learn(struct isle_ping_job *, const struct isle_probe *p);
/* P and the probe that goes back. */
void isle_ping_arp_introduce(struct isle_ping_job *, const struct isle_probe *p, const struct isle_probe *back);
void isle_ping_arp_receive(struct isle_ping_job *, uint32_t host);

/* icmp.c */
int isle_icmp_socket(int family);
/* Send the echo of wave position POS. 0 or -errno. */
int isle_icmp_send(const struct isle_ping_job *, uint32_t pos);
/* Take in all that has arrived at a host. */
void isle_icmp_receive(struct isle_ping_job *, uint32_t host, int family_index);
uint64_t isle_icmp_now(void);	/* ns */

/* table.c: how large the tables are, into .limit, and how often they were full, since the machine started. */
int isle_neigh_tables(struct isle_ping_job *);

/* neigh.c */
bool isle_neigh_is_known(const struct isle_ping_job *, uint32_t host, const struct isle_ip *);
int isle_neigh_remember(struct isle_ping_job *, uint32_t host);
/* Take away a host's dynamic neighbours that are not remembered. An unresolved one explains a probe that was lost. */
int isle_neigh_clean(struct isle_ping_job *, uint32_t host);

#endif
