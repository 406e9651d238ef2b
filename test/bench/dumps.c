/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the floor of a snapshot, and a machine to take it of:
 *   dumps make N    N named namespaces, each with a veth to one of two bridges here, nine addresses and eleven routes
 *   dumps           for the caller's namespace and every name: setns, two sockets, and the answers to what a map asks (links,
 *                   addresses, routes, rules, what forwards, nft tables), which nobody looks at
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <linux/netconf.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/veth.h>
#include <linux/if.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { ADDRESSES = 9, ROUTES = 11, BRIDGE = 10, PORTS = 100, ETH0 = 2 };
static char buf[65536];
static size_t len;

static void die(const char *what)
{
	fprintf(stderr, "dumps: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void begin(uint16_t type, const void *header, size_t n)
{
	*(struct nlmsghdr *)buf = (struct nlmsghdr){ .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL };
	memcpy(buf + NLMSG_HDRLEN, header, n);
	len = NLMSG_SPACE(n);
}

static size_t put(uint16_t type, const void *data, size_t n)
{
	struct nlattr *a = (struct nlattr *)(buf + len);
	const size_t at = len;

	a->nla_type = type;
	a->nla_len = (uint16_t)(NLA_HDRLEN + n);
	if (n)
		memcpy(a + 1, data, n);
	len += NLA_ALIGN(a->nla_len);
	return at;
}

static void unnest(size_t at)
{
	((struct nlattr *)(buf + at))->nla_len = (uint16_t)(len - at);
}

static void talk(int nl, const char *what)
{
	((struct nlmsghdr *)buf)->nlmsg_len = (uint32_t)len;
	if (send(nl, buf, len, 0) < 0 || recv(nl, buf, sizeof(buf), 0) < 0 || (errno = -((struct nlmsgerr *)NLMSG_DATA(buf))->error))
		die(what);
}

static int open_nl(int protocol)
{
	const int on = 1;
	int nl = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

	if (nl < 0)
		die("socket");
	setsockopt(nl, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	return nl;
}

static void add_link(int nl, int index, const char *name, const char *kind, int master, int peer_ns)
{
	struct ifinfomsg ifi = { .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP }, far = { .ifi_index = ETH0 };
	size_t info, data, peer;

	begin(RTM_NEWLINK, &ifi, sizeof(ifi));
	put(IFLA_IFNAME, name, strlen(name) + 1);
	if (master)
		put(IFLA_MASTER, &master, sizeof(master));
	info = put(IFLA_LINKINFO, NULL, 0);
	put(IFLA_INFO_KIND, kind, strlen(kind) + 1);
	if (peer_ns >= 0) {
		data = put(IFLA_INFO_DATA, NULL, 0);
		peer = put(VETH_INFO_PEER, &far, sizeof(far));
		put(IFLA_IFNAME, "eth0", 5);
		put(IFLA_NET_NS_FD, &peer_ns, sizeof(peer_ns));
		unnest(peer);
		unnest(data);
	}
	unnest(info);
	talk(nl, name);
}

/* What is in the namespace of NL, the I-th. */
static void fill(int nl, int i)
{
	const struct ifinfomsg ifi = { .ifi_index = ETH0, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	const uint32_t eth0 = ETH0;
	size_t spec, inet6;
	uint32_t ip;

	begin(RTM_NEWLINK, &ifi, sizeof(ifi));
	((struct nlmsghdr *)buf)->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	spec = put(IFLA_AF_SPEC, NULL, 0);
	inet6 = put(AF_INET6, NULL, 0);
	put(IFLA_INET6_ADDR_GEN_MODE, "\1", 1);
	unnest(inet6);
	unnest(spec);
	talk(nl, "eth0 up");
	for (uint32_t k = 1; k <= ADDRESSES; k++) {
		const struct ifaddrmsg ifa = { .ifa_family = AF_INET, .ifa_prefixlen = 32, .ifa_index = ETH0 };

		ip = htonl(10u << 24 | (uint32_t)i << 4 | k);
		begin(RTM_NEWADDR, &ifa, sizeof(ifa));
		put(IFA_LOCAL, &ip, 4);
		put(IFA_ADDRESS, &ip, 4);
		talk(nl, "address");
	}
	for (uint32_t k = 1; k <= ROUTES; k++) {
		const struct rtmsg rtm = { .rtm_family = AF_INET, .rtm_dst_len = 24, .rtm_table = RT_TABLE_MAIN,
					   .rtm_protocol = RTPROT_STATIC, .rtm_scope = RT_SCOPE_LINK, .rtm_type = RTN_UNICAST };

		ip = htonl(172u << 24 | 16u << 16 | k << 8);
		begin(RTM_NEWROUTE, &rtm, sizeof(rtm));
		put(RTA_DST, &ip, 4);
		put(RTA_OIF, &eth0, 4);
		talk(nl, "route");
	}
}

static int make(int n)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), here = open_nl(NETLINK_ROUTE);
	char path[64], name[16];

	mkdir("/run/netns", 0755);
	if (mount("/run/netns", "/run/netns", NULL, MS_BIND, NULL) < 0)
		die("/run/netns");
	add_link(here, BRIDGE, "br0", "bridge", 0, -1);
	add_link(here, BRIDGE + 1, "br1", "bridge", 0, -1);
	for (int i = 1; i <= n; i++) {
		int fd, nl, ns;

		snprintf(path, sizeof(path), "/run/netns/n%d", i);
		snprintf(name, sizeof(name), "p%d", i);
		fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0444);
		if (fd < 0 || unshare(CLONE_NEWNET) < 0 || mount("/proc/self/ns/net", path, NULL, MS_BIND, NULL) < 0)
			die(path);
		ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
		nl = open_nl(NETLINK_ROUTE);
		add_link(here, PORTS + i, name, "veth", BRIDGE + i % 2, ns);
		fill(nl, i);
		close(nl);
		close(ns);
		close(fd);
	}
	return setns(home, CLONE_NEWNET);
}

static void dump(int nl, uint16_t type, const void *header, size_t n)
{
	const uint32_t mask = RTEXT_FILTER_SKIP_STATS;
	ssize_t got = 0;

	begin(type, header, n);
	if (type == RTM_GETLINK)
		put(IFLA_EXT_MASK, &mask, sizeof(mask));
	((struct nlmsghdr *)buf)->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	((struct nlmsghdr *)buf)->nlmsg_len = (uint32_t)len;
	if (send(nl, buf, len, 0) < 0)
		die("dump");
	for (;;) {
		got = recv(nl, buf, sizeof(buf), 0);
		if (got < 0)
			die("dump");
		/* the end is the last message, or alone */
		for (struct nlmsghdr *h = (struct nlmsghdr *)buf; NLMSG_OK(h, got); h = NLMSG_NEXT(h, got))
			if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
				return;
	}
}

static void read_one(void)
{
	int nl = open_nl(NETLINK_ROUTE), nft = open_nl(NETLINK_NETFILTER);

	dump(nl, RTM_GETLINK, &(struct ifinfomsg){ 0 }, sizeof(struct ifinfomsg));
	dump(nl, RTM_GETADDR, &(struct ifaddrmsg){ 0 }, sizeof(struct ifaddrmsg));
	dump(nl, RTM_GETROUTE, &(struct rtmsg){ 0 }, sizeof(struct rtmsg));
	dump(nl, RTM_GETRULE, &(struct rtmsg){ 0 }, sizeof(struct rtmsg));
	dump(nl, RTM_GETNETCONF, &(struct netconfmsg){ 0 }, sizeof(struct netconfmsg));
	dump(nft, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE, &(struct nfgenmsg){ 0 }, sizeof(struct nfgenmsg));
	close(nl);
	close(nft);
}

int main(int argc, char **argv)
{
	DIR *dir;

	if (argc == 3 && !strcmp(argv[1], "make"))
		return make(atoi(argv[2]));
	read_one();
	dir = opendir("/run/netns");
	for (struct dirent *e; dir && (e = readdir(dir));) {
		int fd = *e->d_name == '.' ? -1 : openat(dirfd(dir), e->d_name, O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			continue;
		if (setns(fd, CLONE_NEWNET) < 0)
			die(e->d_name);
		read_one();
		close(fd);
	}
	return 0;
}
