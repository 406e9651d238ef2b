/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the floor of the ping matrix: `pings NS…`, where the k-th namespace has
 * 10.0.x.y with the number k, and its switch's port, in the namespace where
 * this is called, the index 10 + k. One socket in each; a wave is one host's
 * pings of all after it and then their pings back. ARP questions are handed in
 * at the ports, since a broadcast for each pair would be most of the work; the
 * answers are real. The neighbours a wave made are taken away after it: all
 * namespaces share one table, of 1024 by default.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/icmp.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

enum { ETH0 = 2, PORTS = 10, MOST = 300 };
struct host {
	int icmp, nl;
	struct sockaddr mac;
};
static struct host hosts[MOST + 1];
static int fabric;

static void die(const char *what)
{
	fprintf(stderr, "pings: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint32_t address(int i) { return htonl(0x0a000000 | (uint32_t)i); }

static void open_host(struct host *h, const char *ns)
{
	const struct icmp_filter replies = { .data = ~(1u << ICMP_ECHOREPLY) };
	struct ifreq r = { .ifr_name = "eth0" };
	int fd = open(ns, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(ns);
	close(fd);
	h->icmp = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
	h->nl = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (h->icmp < 0 || h->nl < 0 || ioctl(h->icmp, SIOCGIFHWADDR, &r) || setsockopt(h->icmp, SOL_RAW, ICMP_FILTER, &replies, sizeof(replies)) ||
	    setsockopt(h->icmp, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 1 }, sizeof(struct timeval)))
		die(ns);
	h->mac = r.ifr_hwaddr;
}

/* The ARP question of FROM for TO, at the port of TO. */
static void hand_in(int from, int to)
{
	struct __attribute__((packed)) {
		struct ether_header eth;
		struct ether_arp arp;
	} f = {
		.eth.ether_type = htons(ETHERTYPE_ARP),
		.arp.ea_hdr = { htons(ARPHRD_ETHER), htons(ETHERTYPE_IP), ETH_ALEN, 4, htons(ARPOP_REQUEST) },
	};
	struct sockaddr_ll a = { .sll_family = AF_PACKET, .sll_ifindex = PORTS + to, .sll_halen = ETH_ALEN };

	memcpy(f.eth.ether_dhost, hosts[to].mac.sa_data, ETH_ALEN);
	memcpy(f.eth.ether_shost, hosts[from].mac.sa_data, ETH_ALEN);
	memcpy(f.arp.arp_sha, hosts[from].mac.sa_data, ETH_ALEN);
	memcpy(f.arp.arp_spa, &(uint32_t){ address(from) }, 4);
	memcpy(f.arp.arp_tpa, &(uint32_t){ address(to) }, 4);
	if (sendto(fabric, &f, sizeof(f), 0, (struct sockaddr *)&a, sizeof(a)) < 0)
		die("ARP");
}

static void ask(int from, int to)
{
	struct icmphdr echo = { .type = ICMP_ECHO, .checksum = htons(0xf7ff) };
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = address(to) };

	if (sendto(hosts[from].icmp, &echo, sizeof(echo), 0, (struct sockaddr *)&a, sizeof(a)) < 0)
		die("ping");
}

static bool hear(int at)
{
	char answer[64];

	return recv(hosts[at].icmp, answer, sizeof(answer), 0) > 20;
}

/* The neighbours FIRST … LAST of one host, in one write; the kernel answers only what it refuses. */
static void forget(int at, int first, int last)
{
	static struct {
		struct nlmsghdr h;
		struct ndmsg m;
		struct nlattr a;
		uint32_t to;
	} del[MOST];
	size_t n = 0;

	for (int i = first; i <= last; i++, n++) {
		del[n].h = (struct nlmsghdr){ .nlmsg_len = sizeof(*del), .nlmsg_type = RTM_DELNEIGH, .nlmsg_flags = NLM_F_REQUEST };
		del[n].m = (struct ndmsg){ .ndm_family = AF_INET, .ndm_ifindex = ETH0 };
		del[n].a = (struct nlattr){ .nla_type = NDA_DST, .nla_len = sizeof(struct nlattr) + 4 };
		del[n].to = address(i);
	}
	if (send(hosts[at].nl, del, n * sizeof(*del), 0) < 0)
		die("forget");
}

int main(int argc, char **argv)
{
	int n = argc - 1, lost = 0;

	if (n < 2 || n > MOST)
		die("usage: pings NS NS…");
	fabric = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 4096, 4096 });
	for (int i = 1; i <= n; i++)
		open_host(&hosts[i], argv[i]);
	for (int i = 1; i < n; i++) {
		for (int k = i + 1; k <= n; k++) {
			hand_in(i, k);		/* k learns i */
			hand_in(k, i);		/* i learns k, k hears i's answer */
			hand_in(i, k);		/* i hears k's */
			ask(i, k);
		}
		for (int k = i + 1; k <= n; k++)
			lost += !hear(i);
		for (int k = i + 1; k <= n; k++)
			ask(k, i);
		for (int k = i + 1; k <= n; k++)
			lost += !hear(k);
		forget(i, i + 1, n);
		for (int k = i + 1; k <= n; k++)
			forget(k, i, i);
	}
	if (lost)
		fprintf(stderr, "pings: %d of %d unanswered\n", lost, n * (n - 1));
	return lost != 0;
}
