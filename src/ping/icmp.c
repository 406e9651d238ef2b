/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: ICMP echo on raw sockets. An echo carries what it takes to find its probe
 * again and to tell it from everybody else's: a random number, the wave, the
 * place in the wave, the time. Error messages quote the head of what they are
 * about; there the echo's id and sequence number must do, with the address.
 */
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>
#include <time.h>
#include "ping/inner.h"

#define RAW_FILTER 1		/* ICMP_FILTER of <linux/icmp.h>, which does not go with <net/if.h> */

struct load {
	uint64_t nonce, sent;
	uint32_t wave, pos;
};
struct echo {			/* the same form in both families */
	uint8_t type, code;
	uint16_t sum, id, seq;
	struct load load;
};

uint64_t isle_icmp_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int isle_icmp_socket(int family)
{
	uint32_t f4 = ~((1u << ICMP_ECHOREPLY) | (1u << ICMP_DEST_UNREACH) | (1u << ICMP_TIME_EXCEEDED));
	struct icmp6_filter f6;
	isle_auto(close) int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
					 family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);

	if (fd < 0)
		return -errno;
	ICMP6_FILTER_SETBLOCKALL(&f6);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &f6);
	ICMP6_FILTER_SETPASS(ICMP6_DST_UNREACH, &f6);
	ICMP6_FILTER_SETPASS(ICMP6_TIME_EXCEEDED, &f6);
	if (family == AF_INET ? setsockopt(fd, SOL_RAW, RAW_FILTER, &f4, sizeof(f4)) < 0
			      : setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &f6, sizeof(f6)) < 0)
		return -errno;
	return isle_steal_fd(&fd);
}

static uint16_t checksum(const void *p, size_t n)
{
	const uint16_t *w = p;
	uint32_t sum = 0;

	for (; n > 1; n -= 2)
		sum += *w++;
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)~(sum + (sum >> 16));
}

static uint16_t id_of(const struct isle_ping_job *j)
{
	return (uint16_t)(j->nonce ^ j->wave);
}

int isle_icmp_send(const struct isle_ping_job *j, uint32_t pos)
{
	const struct isle_probe *p = &j->probes[j->at[pos]];
	bool v4 = p->ip.family == AF_INET;
	struct echo e = {
		.type = v4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST, .id = htons(id_of(j)), .seq = htons((uint16_t)pos),
		.load = { j->nonce, isle_icmp_now(), j->wave, pos },
	};
	struct sockaddr_in a4 = { .sin_family = AF_INET };
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6 };

	memcpy(&a4.sin_addr, p->ip.b, 4);
	memcpy(&a6.sin6_addr, p->ip.b, 16);
	if (v4)
		e.sum = checksum(&e, sizeof(e));
	if (sendto(j->hosts[p->from].raw[!v4], &e, sizeof(e), 0, v4 ? (void *)&a4 : (void *)&a6,
		   v4 ? sizeof(a4) : sizeof(a6)) < 0)
		return -errno;
	return 0;
}

static void settle(struct isle_ping_job *j, struct isle_probe *p, enum isle_probe_state state, int errnum)
{
	if (p->state != ISLE_PROBE_SENT)
		return;
	p->state = (uint8_t)state;
	p->errnum = errnum;
	j->pending--;
}

/* The probe of this wave that HOST sent and that stands at POS, or NULL. */
static struct isle_probe *probe_at(const struct isle_ping_job *j, uint32_t host, uint32_t pos)
{
	struct isle_probe *p = pos < j->n_at ? &j->probes[j->at[pos]] : NULL;

	return p && p->from == host ? p : NULL;
}

static void reply(struct isle_ping_job *j, uint32_t host, const uint8_t *b, size_t n)
{
	struct isle_probe *p;
	struct echo e;

	if (n < sizeof(e))
		return;
	memcpy(&e, b, sizeof(e));
	if (e.load.nonce != j->nonce || e.load.wave != j->wave)
		return;
	p = probe_at(j, host, e.load.pos);
	if (!p)
		return;
	p->rtt_us = (uint32_t)((isle_icmp_now() - e.load.sent) / 1000);
	settle(j, p, ISLE_PROBE_OK, 0);
}

static int errno_of(bool v4, uint8_t type, uint8_t code)
{
	static const int of4[] = {
		ENETUNREACH, EHOSTUNREACH, ENOPROTOOPT, ECONNREFUSED, EMSGSIZE, EHOSTUNREACH, ENETUNREACH, EHOSTUNREACH,
		EHOSTUNREACH, EACCES, EACCES, ENETUNREACH, EHOSTUNREACH, EACCES, EHOSTUNREACH, EACCES,
	};
	static const int of6[] = { ENETUNREACH, EACCES, EHOSTUNREACH, EHOSTUNREACH, ECONNREFUSED, EACCES, EACCES };

	if (type == (v4 ? ICMP_TIME_EXCEEDED : ICMP6_TIME_EXCEEDED))
		return ETIME;
	if (v4)
		return code < ISLE_COUNT(of4) ? of4[code] : EHOSTUNREACH;
	return code < ISLE_COUNT(of6) ? of6[code] : EHOSTUNREACH;
}

/* B: the IP packet that the message of TYPE and CODE is about. */
static void refusal(struct isle_ping_job *j, uint32_t host, bool v4, uint8_t type, uint8_t code, const uint8_t *b, size_t n)
{
	size_t head = v4 ? (n ? (size_t)(b[0] & 15) * 4 : 20) : sizeof(struct ip6_hdr);
	const uint8_t *dst = b + (v4 ? offsetof(struct iphdr, daddr) : offsetof(struct ip6_hdr, ip6_dst));
	struct isle_probe *p;
	uint16_t id, seq;
	int errnum;

	if (head < 20 || n < head + 8)
		return;
	memcpy(&id, b + head + offsetof(struct echo, id), 2);
	memcpy(&seq, b + head + offsetof(struct echo, seq), 2);
	p = ntohs(id) == id_of(j) ? probe_at(j, host, ntohs(seq)) : NULL;
	if (!p || (p->ip.family == AF_INET) != v4 || memcmp(p->ip.b, dst, v4 ? 4 : 16))
		return;
	errnum = errno_of(v4, type, code);
	/* a host that did not answer to its address may do so the next time */
	settle(j, p, errnum == EHOSTUNREACH ? ISLE_PROBE_LOST : ISLE_PROBE_REFUSED, errnum);
}

void isle_icmp_receive(struct isle_ping_job *j, uint32_t host, int family_index)
{
	bool v4 = !family_index;
	_Alignas(8) uint8_t b[1500];
	ssize_t got;

	while ((got = recv(j->hosts[host].raw[family_index], b, sizeof(b), 0)) >= 0 || errno == EINTR) {
		size_t n = got < 0 ? 0 : (size_t)got, head = v4 && n ? (size_t)(b[0] & 15) * 4 : 0;

		if (n < head + 8)
			continue;
		if (b[head] == (v4 ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY))
			reply(j, host, b + head, n - head);
		else
			refusal(j, host, v4, b[head], b[head + 1], b + head + 8, n - head - 8);
	}
}
