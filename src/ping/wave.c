/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: waves. The kernel's neighbour tables are one for all namespaces and hold
 * gc_thresh3 dynamic entries, then resolving fails: a thousand pairs at once
 * would look unreachable. So a wave opens at most a third of that, the next one
 * begins when the first was answered and swept away. Neighbours are resolved
 * for real, never written: a host that does not answer ARP must look dead.
 *
 * The first round waits shortly; what it lost is asked again with the full
 * patience, and only then called a failure. If the kernel said that its tables
 * are full (somebody else fills them), that is no answer: asked again, fewer at
 * a time.
 */
#include <sys/epoll.h>
#include <sys/resource.h>
#include "ping/inner.h"

enum { FIRST_MS = 250, WAVE_MAX = 4096, CROWDED_ROUNDS = 8 };

struct wave_cost {
	unsigned open[2];	/* neighbours, per family */
	bool routed;
};

/* Two ends of one exchange; routers on the way are counted once a wave, by what the lab has of them. */
static bool affordable(const struct isle_ping_job *j, struct wave_cost *c, const struct isle_probe *p, const struct isle_probe *last)
{
	unsigned *open = &c->open[p->ip.family != AF_INET];
	/* the way back of the probe before uses the same two entries */
	bool back = last && last->from == p->to && last->to == p->from && last->ip.family == p->ip.family;

	*open += back ? 0 : 2;
	c->routed |= p->routed;
	return *open <= j->limit && j->n_at < WAVE_MAX;
}

/* Routers see neighbours too, wherever the packet goes. */
static int open_routers(struct isle_ping_job *j)
{
	int r = 0;

	for (uint32_t i = 0; r >= 0 && i < j->lab->n_hosts; i++)
		if (j->lab->hosts[i]->forward)
			r = isle_ping_open(j, i);
	return r;
}

static bool owns(const struct isle_host *h, const struct isle_ip *ip)
{
	for (size_t i = 0; i < h->n_ifaces; i++)
		for (size_t k = 0; k < h->ifaces[i]->n_addresses; k++)
			if (isle_ip_equal(&h->ifaces[i]->addresses[k], ip))
				return true;
	return false;
}

/* An address was asked for: it may be a host's of the lab all the same, or of several. */
static int open_owners(struct isle_ping_job *j, const struct isle_ip *ip)
{
	int r = 0;

	for (uint32_t i = 0; r >= 0 && i < j->lab->n_hosts; i++)
		if (owns(j->lab->hosts[i], ip))
			r = isle_ping_open(j, i);
	return r;
}

/* A pair whose two probes stand side by side, and that no broadcast is needed for. */
static void introduce(struct isle_ping_job *j)
{
	for (size_t i = 0; i + 1 < j->n_at; i++) {
		struct isle_probe *p = &j->probes[j->at[i]], *back = &j->probes[j->at[i + 1]];

		if (p->from != back->to || p->to != back->from || p->ring || p->introduced ||
		    !isle_ping_arp_may(j, p) || !isle_ping_arp_may(j, back))
			continue;
		p->introduced = true;
		back->introduced = true;
		isle_ping_arp_introduce(j, p, back);
	}
}

/* The next probes in STATE from *NEXT on, as many as fit. */
static int gather(struct isle_ping_job *j, size_t *next, enum isle_probe_state state)
{
	struct wave_cost cost = { 0 };
	const struct isle_probe *last = NULL;
	bool fits;
	int r = 0;

	j->n_at = 0;
	for (; r >= 0 && *next < j->n; ++*next) {
		const struct isle_probe *p = &j->probes[j->order[*next]];

		if (p->state != state)
			continue;
		fits = affordable(j, &cost, p, last);
		if (last && (!fits || p->ring != last->ring))
			break;
		j->at[j->n_at++] = j->order[*next];
		last = p;
		r = isle_ping_open(j, p->from);
		if (r >= 0)
			r = p->to == UINT32_MAX ? open_owners(j, &p->ip) : isle_ping_open(j, p->to);
	}
	return r >= 0 && cost.routed ? open_routers(j) : r;
}

static bool take_in(struct isle_ping_job *j, int ms)
{
	struct epoll_event e[64];
	int n = epoll_wait(j->epoll, e, ISLE_COUNT(e), ms);

	for (int i = 0; i < n; i++) {
		uint32_t host = (uint32_t)(e[i].data.u64 >> 2);
		int kind = e[i].data.u64 & 3;

		if (kind == 2)
			isle_ping_arp_receive(j, host);
		else
			isle_icmp_receive(j, host, kind);
	}
	return n > 0;
}

static void send_one(struct isle_ping_job *j, uint32_t pos)
{
	struct isle_probe *p = &j->probes[j->at[pos]];
	int r;

	p->state = ISLE_PROBE_SENT;
	p->errnum = 0;
	j->pending++;
	r = isle_icmp_send(j, pos);
	if (r >= 0 || p->state != ISLE_PROBE_SENT)
		return;
	/* no room for the moment is no answer; everything else is the kernel's last word */
	p->state = r == -ENOBUFS || r == -EAGAIN || r == -EHOSTUNREACH ? ISLE_PROBE_LOST : ISLE_PROBE_REFUSED;
	p->errnum = r == -EAGAIN ? 0 : -r;
	j->pending--;
}

static int sweep(struct isle_ping_job *j)
{
	int r = 0;

	for (uint32_t i = 0; i < j->lab->n_hosts && r >= 0; i++)
		if (j->hosts[i].touched) {
			r = isle_neigh_clean(j, i);
			j->hosts[i].touched = false;
		}
	return r;
}

static void settle(struct isle_ping_job *j, struct isle_probe *p)
{
	if (p->state == ISLE_PROBE_SENT || (p->state == ISLE_PROBE_OK && p->introduced && !p->arp))
		p->state = ISLE_PROBE_LOST;
	if (p->state == ISLE_PROBE_OK && p->ring)
		isle_ping_arp_learn(j, p);
	/* whatever becomes of it, the next time it is asked by broadcast */
	p->introduced = false;
}

static int wave(struct isle_ping_job *j, unsigned patience_ms, bool first)
{
	uint64_t end;

	j->wave++;
	j->pending = 0;
	if (first)
		introduce(j);
	for (uint32_t i = 0; i < j->n_at; i++) {
		send_one(j, i);
		/* answers come at once: do not let them fill the sockets */
		if (i % 32 == 31)
			take_in(j, 0);
	}
	end = isle_icmp_now() + (uint64_t)patience_ms * 1000000;
	while (j->pending) {
		uint64_t now = isle_icmp_now();

		if (now >= end)
			break;
		take_in(j, (int)((end - now) / 1000000) + 1);
	}
	while (take_in(j, 0))
		;
	for (size_t i = 0; i < j->n_at; i++)
		settle(j, &j->probes[j->at[i]]);
	return sweep(j);
}

static int ask(struct isle_ping_job *j, enum isle_probe_state which, unsigned patience_ms)
{
	size_t next = 0;
	int r = 0;

	while (r >= 0 && next < j->n) {
		r = gather(j, &next, which);
		if (r >= 0 && j->n_at)
			r = wave(j, patience_ms, which == ISLE_PROBE_NEW);
	}
	return r;
}

static bool is_crowded(struct isle_ping_job *j)
{
	uint64_t before = j->fulls;

	return isle_neigh_tables(j) >= 0 && j->fulls != before;
}

static int ask_again(struct isle_ping_job *j)
{
	bool crowded = is_crowded(j);
	int r = 0;

	for (int i = 0; r >= 0 && (!i || crowded) && i < CROWDED_ROUNDS; i++) {
		for (unsigned k = 0; crowded && k <= (unsigned)i && j->limit > 16; k++)
			j->limit /= 2;
		r = ask(j, ISLE_PROBE_LOST, j->timeout_ms);
		crowded = is_crowded(j);
	}
	return r;
}

int isle_ping_work(void *arg)
{
	struct isle_ping_job *j = arg;
	struct rlimit files;
	int r;

	r = isle_nl_open(&j->tables, NETLINK_ROUTE);
	if (r < 0)
		return isle_shared_fail(j->shared, -r, -1, "open a netlink socket");
	r = isle_neigh_tables(j);
	if (r < 0)
		return r;
	/* this process only: four descriptors a host */
	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	j->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (j->epoll < 0)
		return isle_shared_fail(j->shared, errno, -1, "prepare to wait for echoes");
	r = ask(j, ISLE_PROBE_NEW, j->timeout_ms < FIRST_MS ? j->timeout_ms : FIRST_MS);
	if (r >= 0)
		r = ask_again(j);
	isle_ping_arp_close(j);
	return r;
}
