/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ISLE_ENGINE_PING_H
#define ISLE_ENGINE_PING_H

#include "engine/visit.h"
#include "nl/nl.h"

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
	bool introduced, met;	/* ping_arp.c: its neighbours were handed in; this end's is known to be there */
	bool routed;		/* not on a subnet of the sender: routers get neighbours too */
	int32_t errnum;		/* what answered instead, 0: silence */
	uint32_t rtt_us;
};

struct isle_known {		/* a neighbour that was there before */
	uint32_t host, ifindex, len;	/* no padding: compared as a whole */
	uint8_t b[16];
};

struct isle_ping_host {		/* in the child: what is open in one host */
	bool open, touched;	/* touched: takes part in the wave */
	bool asked, found;	/* by broadcast: for somebody, by somebody */
	bool doubted;		/* one of its broadcasts was lost */
	int raw[2];		/* IPv4, IPv6; -1 */
	struct isle_nl nl;
	size_t known, n_known;	/* its part of the known ones */
};

struct isle_ping_job {
	const struct isle_tree *tree;
	const struct isle_lab *lab;
	struct isle_shared *shared;
	struct isle_probe *probes;
	uint32_t *order;	/* the probes, those that share neighbours together */
	size_t n, map_size;
	unsigned timeout_ms, limit;	/* limit: open neighbours of a family */
	struct isle_ping_host *hosts;	/* n_hosts */
	struct isle_known *knowns;	/* mapped by the child */
	size_t n_knowns, cap_knowns;
	int epoll;
	int fabric;		/* packet socket among the ports, -1: nobody is introduced */
	uint64_t nonce;
	uint32_t wave;		/* counts waves, in the echoes */
	uint32_t *at;		/* probes of this wave */
	size_t n_at, pending;
	struct isle_nl tables;	/* to ask about the kernel's neighbour tables */
	uint64_t fulls;		/* how often they were full */
};

/* ping_wave.c: in the child. Asks everything, in waves; a second time what was lost. */
int isle_ping_work(void *job);

/* ping_open.c: sockets in a host, and a list of the neighbours it has already. */
int isle_ping_open(struct isle_ping_job *, uint32_t host);

/* ping_icmp.c */
int isle_icmp_socket(int family);
/* Send the echo of wave position POS. 0 or -errno. */
int isle_icmp_send(const struct isle_ping_job *, uint32_t pos);
/* Take in all that has arrived at a host. */
void isle_icmp_receive(struct isle_ping_job *, uint32_t host, int family_index);
uint64_t isle_icmp_now(void);	/* ns */

/* ping_table.c: how large the tables are, into .limit, and how often they were full, since the machine started. */
int isle_neigh_tables(struct isle_ping_job *);

/* ping_arp.c: neighbours without a broadcast for each pair; errors only mean that there is one. */
void isle_arp_open(struct isle_ping_job *);
/* Before a wave; its probes may change places. */
int isle_arp_introduce(struct isle_ping_job *);
/* After the first round: what introductions cannot prove is to be asked again, and nobody is introduced any more. */
void isle_arp_doubt(struct isle_ping_job *);

/* ping_neigh.c */
int isle_neigh_dump(struct isle_ping_job *, uint32_t host, int (*fn)(const struct nlmsghdr *, void *), void *arg);
int isle_neigh_remember(struct isle_ping_job *, uint32_t host);
/* Take away a host's dynamic neighbours that are not remembered. An unresolved one explains a probe that was lost. */
int isle_neigh_clean(struct isle_ping_job *, uint32_t host);

#endif
