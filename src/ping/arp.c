/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: introducing hosts. Resolving by broadcast costs a delivery to every port
 * of the switch for every pair: nine tenths of a matrix of 100 hosts. So, where
 * a ring of real broadcasts has shown that two interfaces send and hear them,
 * each asks the other by ARP in unicast, as the kernel itself does to renew an
 * entry: both kernels learn from that, nothing is written into them. A pair
 * counts only if both kernels answered; all else is asked again by broadcast.
 * So a host that answers no ARP, has another MAC or is deaf looks what it is.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include "ping/inner.h"

struct arp {
	uint16_t hardware, protocol;
	uint8_t hardware_len, protocol_len;
	uint16_t op;
	uint8_t sender_mac[6], sender[4], target_mac[6], target[4];
};
_Static_assert(sizeof(struct arp) == 28, "as on the wire");

/* Only answers, before they cost a wake-up. */
static int filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct arp, op)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARPOP_REPLY, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, sizeof(struct arp)),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { ISLE_COUNT(code), code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) < 0 ? -errno : 0;
}

/* An interface that is not what the model says is left to the kernel's own resolving. */
static int index_of(int fd, const struct isle_iface *iface)
{
	struct ifreq req = { 0 };

	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", iface->name);
	if (!iface->network || ioctl(fd, SIOCGIFHWADDR, &req) < 0 || memcmp(req.ifr_hwaddr.sa_data, iface->mac, 6) ||
	    ioctl(fd, SIOCGIFINDEX, &req) < 0)
		return 0;
	return req.ifr_ifindex;
}

/* Fewer probes are answered sooner by broadcast than a packet socket is closed. */
enum { MANY_PROBES = 500, CLOSERS = 16 };

int isle_ping_arp_open(struct isle_ping_job *j, uint32_t host)
{
	const struct isle_host *h = j->lab->hosts[host];
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = (uint64_t)host << 2 | 2 };
	int fd = j->n < MANY_PROBES ? -1 : socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_ll all = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP) };

	j->hosts[host].arp = fd;
	/* only a short cut: without it, everything is asked by broadcast */
	if (fd < 0 || filter(fd) < 0 || bind(fd, (void *)&all, sizeof(all)) < 0 || epoll_ctl(j->epoll, EPOLL_CTL_ADD, fd, &e) < 0)
		return 0;
	for (size_t i = 0; i < h->n_ifaces; i++)
		j->hosts[host].ports[i].ifindex = index_of(fd, h->ifaces[i]);
	return 0;
}

/* Close all but the NTH of each CLOSERS. */
static void close_all_but(const struct isle_ping_job *j, uint32_t nth)
{
	for (uint32_t i = 0; i < j->lab->n_hosts; i++)
		if (j->hosts[i].open && j->hosts[i].arp >= 0 && i % CLOSERS != nth)
			close(j->hosts[i].arp);
}

/*
 * The end of a packet socket is a wait of several milliseconds, for the kernel's RCU. Side by side it is the same wait
 * for many: each helper keeps a share, and lets it go when everybody else has let go of it.
 */
void isle_ping_arp_close(const struct isle_ping_job *j)
{
	int all[2];
	char c;

	if (j->n < MANY_PROBES || pipe2(all, O_CLOEXEC) < 0)
		return;
	for (uint32_t k = 0; k < CLOSERS; k++) {
		if (fork())
			continue;
		close_all_but(j, k);
		close(all[1]);
		(void)!read(all[0], &c, 1);	/* its end, when nobody else is before this line */
		_exit(0);
	}
	close_all_but(j, CLOSERS);
	close(all[1]);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	close(all[0]);
}

/* The interface that has the address IP and is on a network, or NULL. */
static const struct isle_iface *iface_of(const struct isle_host *h, const struct isle_ip *ip)
{
	for (size_t i = 0; i < h->n_ifaces; i++)
		for (size_t k = 0; h->ifaces[i]->network && k < h->ifaces[i]->n_addresses; k++)
			if (isle_ip_equal(&h->ifaces[i]->addresses[k], ip))
				return h->ifaces[i];
	return NULL;
}

/* The two ends of P on one network. */
static bool ends(const struct isle_ping_job *j, const struct isle_probe *p, const struct isle_iface *ret[2])
{
	const struct isle_host *from = j->lab->hosts[p->from];

	if (p->to == UINT32_MAX || p->routed || p->ip.family != AF_INET)
		return false;
	ret[1] = iface_of(j->lab->hosts[p->to], &p->ip);
	for (size_t i = 0; ret[1] && i < from->n_ifaces; i++)
		if (from->ifaces[i]->network == ret[1]->network) {
			ret[0] = from->ifaces[i];
			return true;
		}
	return false;
}

static struct isle_ping_port *port(const struct isle_ping_job *j, const struct isle_iface *iface)
{
	return &j->hosts[iface->host->index].ports[iface->index];
}

bool isle_ping_arp_may(const struct isle_ping_job *j, const struct isle_probe *p)
{
	const struct isle_iface *end[2];

	if (!ends(j, p, end))
		return false;
	for (int i = 0; i < 2; i++)
		if (!port(j, end[i])->sends || !port(j, end[i])->hears || !port(j, end[i])->ifindex)
			return false;
	return true;
}

void isle_ping_arp_learn(struct isle_ping_job *j, const struct isle_probe *p)
{
	const struct isle_iface *end[2];

	/* what was known before needed no broadcast */
	if (!ends(j, p, end) || isle_neigh_is_known(j, p->from, &p->ip))
		return;
	port(j, end[0])->sends = true;
	port(j, end[1])->hears = true;
}

/* FROM, which has the address SENDER, asks for TARGET, which is TO's. */
static void ask(const struct isle_ping_job *j, const struct isle_iface *from, const struct isle_ip *sender,
		const struct isle_iface *to, const struct isle_ip *target)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = port(j, from)->ifindex, .sll_halen = 6,
	};
	struct arp a = {
		.hardware = htons(ARPHRD_ETHER), .protocol = htons(ETH_P_IP), .hardware_len = 6, .protocol_len = 4,
		.op = htons(ARPOP_REQUEST),
	};

	memcpy(addr.sll_addr, to->mac, 6);
	memcpy(a.sender_mac, from->mac, 6);
	memcpy(a.sender, sender->b, 4);
	memcpy(a.target, target->b, 4);
	/* lost is lost: then no answer is seen */
	sendto(j->hosts[from->host->index].arp, &a, sizeof(a), 0, (void *)&addr, sizeof(addr));
}

void isle_ping_arp_introduce(struct isle_ping_job *j, const struct isle_probe *p, const struct isle_probe *back)
{
	const struct isle_iface *end[2];

	if (!ends(j, p, end))
		return;
	ask(j, end[0], &back->ip, end[1], &p->ip);
	ask(j, end[1], &p->ip, end[0], &back->ip);
}

void isle_ping_arp_receive(struct isle_ping_job *j, uint32_t host)
{
	struct arp a;
	ssize_t n;

	while ((n = recv(j->hosts[host].arp, &a, sizeof(a), 0)) >= 0 || errno == EINTR) {
		if (n != sizeof(a) || a.op != htons(ARPOP_REPLY))
			continue;
		for (size_t i = 0; i < j->n_at; i++) {
			struct isle_probe *p = &j->probes[j->at[i]];

			if (p->introduced && p->from == host && !memcmp(p->ip.b, a.sender, 4))
				p->arp = true;
		}
	}
}
