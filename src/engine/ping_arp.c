/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: introductions. The first question between two hosts is a broadcast that
 * every host of the network takes in: asked by all pairs, that is nearly all
 * the work of a matrix. So each host asks once by broadcast and is asked for
 * once; what two such hosts would ask each other is handed in at their ports
 * from the fabric, addressed to them alone. The answers are real: only an
 * answer makes a neighbour REACHABLE, and who is not, at both ends, asks by
 * itself. Where a broadcast was lost, introductions prove nothing: all of those
 * two hosts' pairs are asked again without.
 */
#include <linux/neighbour.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "engine/ping.h"

/* Fewer hosts are faster done than the kernel closes a packet socket. */
enum { CROWD = 32 };

struct end {
	const struct isle_iface *iface;
	const struct isle_ip *ip;
	int port;			/* index of its port in the fabric */
};

void isle_arp_open(struct isle_ping_job *j)
{
	j->fabric = -1;
	if (j->lab->n_hosts >= CROWD && isle_visit_fabric(j->tree) >= 0)
		j->fabric = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
}

/* The interface of HOST at a switch that has the address. */
static bool find_end(const struct isle_host *host, const struct isle_ip *ip, struct end *ret)
{
	for (size_t i = 0; i < host->n_ifaces; i++)
		for (size_t k = 0; host->ifaces[i]->network && k < host->ifaces[i]->n_addresses; k++)
			if (isle_ip_equal(&host->ifaces[i]->addresses[k], ip)) {
				*ret = (struct end) { .iface = host->ifaces[i], .ip = ip };
				return true;
			}
	return false;
}

static bool find_port(const struct isle_ping_job *j, struct end *e)
{
	struct ifreq r = { 0 };

	memcpy(r.ifr_name, e->iface->port, sizeof(r.ifr_name));
	if (ioctl(j->fabric, SIOCGIFINDEX, &r) < 0)
		return false;
	e->port = r.ifr_ifindex;
	return true;
}

/* The ARP question of FROM for TO, handed in at the port of TO. */
static void hand_in(const struct isle_ping_job *j, const struct end *from, const struct end *to)
{
	struct __attribute__((packed)) {
		struct ether_header eth;
		struct ether_arp arp;
	} f = {
		.eth.ether_type = htons(ETHERTYPE_ARP),
		.arp.ea_hdr = { htons(ARPHRD_ETHER), htons(ETHERTYPE_IP), ETH_ALEN, 4, htons(ARPOP_REQUEST) },
	};
	struct sockaddr_ll a = { .sll_family = AF_PACKET, .sll_ifindex = to->port, .sll_halen = ETH_ALEN };

	memcpy(f.eth.ether_dhost, to->iface->mac, ETH_ALEN);
	memcpy(f.eth.ether_shost, from->iface->mac, ETH_ALEN);
	memcpy(f.arp.arp_sha, from->iface->mac, ETH_ALEN);
	memcpy(f.arp.arp_spa, from->ip->b, 4);
	memcpy(f.arp.arp_tpa, to->ip->b, 4);
	memcpy(a.sll_addr, to->iface->mac, ETH_ALEN);
	/* what does not arrive is not answered, and that is seen */
	(void)!sendto(j->fabric, &f, sizeof(f), MSG_DONTWAIT, (void *)&a, sizeof(a));
}

/* A learns B; B learns A and answers it; A answers B. */
static bool introduce(struct isle_ping_job *j, struct isle_probe *there, struct isle_probe *back)
{
	struct end a, b;

	if (!find_end(j->lab->hosts[there->from], &back->ip, &a) || !find_end(j->lab->hosts[there->to], &there->ip, &b) ||
	    a.iface->network->segment != b.iface->network->segment || !find_port(j, &a) || !find_port(j, &b))
		return false;
	hand_in(j, &b, &a);
	hand_in(j, &a, &b);
	hand_in(j, &b, &a);
	there->introduced = back->introduced = true;
	return true;
}

/* What a broadcast from one to the other would show that none did before. */
static int worth(const struct isle_ping_job *j, uint32_t from, uint32_t to)
{
	return !j->hosts[from].asked + !j->hosts[to].found;
}

/* The probes at I and behind it are the two ways of a pair: by broadcast, in the better order, or introduced. */
static bool prepare(struct isle_ping_job *j, size_t i)
{
	struct isle_probe *p = &j->probes[j->at[i]], *q = &j->probes[j->at[i + 1]];
	int forth = worth(j, p->from, p->to), back = worth(j, q->from, q->to);

	if (!forth && !back)
		return introduce(j, p, q);
	if (back > forth) {
		uint32_t at = j->at[i];

		j->at[i] = j->at[i + 1];
		j->at[i + 1] = at;
		p = q;
	}
	j->hosts[p->from].asked = true;
	j->hosts[p->to].found = true;
	return false;
}

static bool is_pair(const struct isle_ping_job *j, size_t i)
{
	const struct isle_probe *p = &j->probes[j->at[i]], *q = i + 1 < j->n_at ? &j->probes[j->at[i + 1]] : NULL;

	return q && p->from == q->to && p->to == q->from && p->ip.family == AF_INET && q->ip.family == AF_INET &&
	       !p->routed && !q->routed;
}

struct seen {
	struct isle_ping_job *j;
	uint32_t host;
};

static int each(const struct nlmsghdr *h, void *arg)
{
	const struct seen *s = arg;
	const struct ndmsg *nd;
	struct isle_nlattrs t;

	if (!h || h->nlmsg_type != RTM_NEWNEIGH)
		return 0;
	nd = NLMSG_DATA(h);
	isle_nl_attrs_of(h, sizeof(*nd), &t);
	if (!(nd->ndm_state & NUD_REACHABLE) || isle_nla_len(t.a[NDA_DST]) != 4)
		return 0;
	for (size_t i = 0; i < s->j->n_at; i++) {
		struct isle_probe *p = &s->j->probes[s->j->at[i]];

		if (p->from == s->host && p->introduced && !memcmp(p->ip.b, isle_nla_data(t.a[NDA_DST]), 4))
			p->met = true;
	}
	return 0;
}

static bool all_met(struct isle_ping_job *j)
{
	for (uint32_t i = 0; i < j->lab->n_hosts; i++) {
		struct seen s = { j, i };

		if (j->hosts[i].touched && isle_neigh_dump(j, i, each, &s) < 0)
			return false;
	}
	for (size_t i = 0; i < j->n_at; i++)
		if (j->probes[j->at[i]].introduced && !j->probes[j->at[i]].met)
			return false;
	return true;
}

int isle_arp_introduce(struct isle_ping_job *j)
{
	bool any = false;
	int r = 0;

	for (size_t i = 0; j->fabric >= 0 && i < j->n_at; i++)
		if (is_pair(j, i)) {
			any |= prepare(j, i);
			i++;
		}
	if (!any || all_met(j))
		return 0;
	/* somebody does not answer: in this wave each asks by itself */
	for (size_t i = 0; i < j->n_at; i++)
		j->probes[j->at[i]].introduced = false;
	for (uint32_t i = 0; r >= 0 && i < j->lab->n_hosts; i++)
		r = j->hosts[i].touched ? isle_neigh_clean(j, i) : 0;
	return r;
}

void isle_arp_doubt(struct isle_ping_job *j)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct isle_probe *p = &j->probes[i];

		if (p->state == ISLE_PROBE_LOST && p->ip.family == AF_INET && !p->routed && p->to != UINT32_MAX)
			j->hosts[p->from].doubted = j->hosts[p->to].doubted = true;
	}
	for (size_t i = 0; i < j->n; i++) {
		struct isle_probe *p = &j->probes[i];

		if (p->introduced && p->state == ISLE_PROBE_OK && (j->hosts[p->from].doubted || j->hosts[p->to].doubted))
			p->state = ISLE_PROBE_LOST;
	}
	if (j->fabric >= 0)
		close(j->fabric);
	j->fabric = -1;
}
