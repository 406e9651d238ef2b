/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the order in which probes are sent. Blocks of hosts by blocks of hosts,
 * so that a wave touches few namespaces; the two directions of a pair side by
 * side, because they need the same neighbours. In front of a matrix stands a
 * ring around each network, both ways: those are resolved by broadcast, and
 * show which hosts send and hear broadcasts at all (arp.c).
 */
#include "ping/inner.h"

enum { BLOCK = 13 };		/* hosts: 13 by 13, two neighbours each, is a wave under the kernel's defaults */
enum { RING_MIN = 8 };		/* hosts on a network: for fewer, broadcasts are cheap */

struct place { uint64_t key; uint32_t probe; };

static int by_key(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

/* The probe from an interface to another one of its network; probes are in the order of the hosts. */
static struct isle_probe *find(struct isle_ping_job *j, const struct isle_iface *from, const struct isle_iface *to)
{
	size_t low = 0, high = j->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct isle_probe *p = &j->probes[mid];

		if (p->from < from->host->index || (p->from == from->host->index && p->to < to->host->index))
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < j->n && j->probes[low].from == from->host->index && j->probes[low].to == to->host->index; low++)
		for (size_t i = 0; i < to->n_addresses; i++)
			if (to->addresses[i].family == AF_INET && isle_ip_equal(&to->addresses[i], &j->probes[low].ip))
				return &j->probes[low];
	return NULL;
}

/* One way only: the way back would bring about what the broadcast did not. */
static void mark_ring(struct isle_ping_job *j, const struct isle_network *net)
{
	for (size_t i = 0; i < net->n_ports && net->n_ports >= RING_MIN; i++) {
		struct isle_probe *p = find(j, net->ports[i], net->ports[(i + 1) % net->n_ports]);

		if (p)
			p->ring = true;
	}
}

static uint64_t key(const struct isle_probe *p)
{
	uint64_t a = p->from < p->to ? p->from : p->to, b = p->from < p->to ? p->to : p->from;
	uint64_t v6 = p->ip.family != AF_INET;

	b = b == UINT32_MAX ? a : b;
	return (uint64_t)!p->ring << 63 | (a / BLOCK) << 48 | (b / BLOCK) << 32 | v6 << 31 | (a % BLOCK) << 20 |
	       (b % BLOCK) << 8 | (p->from > p->to);
}

int isle_ping_sort(struct isle_ping_job *j, bool matrix)
{
	struct place *places = malloc((j->n + 1) * sizeof(*places));

	if (!places)
		return -ENOMEM;
	for (size_t i = 0; matrix && i < j->lab->n_networks; i++)
		mark_ring(j, j->lab->networks[i]);
	for (size_t i = 0; i < j->n; i++)
		places[i] = (struct place) { key(&j->probes[i]), (uint32_t)i };
	qsort(places, j->n, sizeof(*places), by_key);
	for (size_t i = 0; i < j->n; i++)
		j->order[i] = places[i].probe;
	free(places);
	return 0;
}
