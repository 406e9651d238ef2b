/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: `floor N [--v6]`, the floor of `up`: the least that netlink needs for a star of N hosts. Per host exactly
 * unshare(net|uts), two pins, lo up, one RTM_NEWLINK with both ends in place, one RTM_SETLINK, address, route; the
 * bridge goes up last. Nothing is parsed, checked, recorded or published. Done: the first host's ping of the last
 * one is answered. What makes it fast:
 *  - the interface indexes are ours and differ at the two ends: no answer needs reading, and the kernel's carrier
 *    event is not put off for a second;
 *  - the switch's end is born with its master, up, and without IPv6;
 *  - one queue; no snooping; enslaving to a bridge that is down walks no ports;
 *  - a host's requests leave in one write, and only the last one is answered.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <linux/if.h>
#include <netinet/ip_icmp.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

enum { LO = 1, ETH0 = 2, BRIDGE = 2, PORTS = 10 };
static char buf[4096];
static size_t len, msg;			/* bytes in buf; start of the last message */

static void die(const char *what)
{
	fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void put(uint16_t type, const void *data, size_t n)
{
	struct nlattr *a = (struct nlattr *)(buf + len);

	a->nla_type = type;
	a->nla_len = (uint16_t)(NLA_HDRLEN + n);
	memcpy(a + 1, data, n);
	len += NLA_ALIGN(a->nla_len);
}

static void put_u32(uint16_t type, uint32_t v) { put(type, &v, sizeof(v)); }
static size_t nest(uint16_t type) { size_t at = len; put(type, "", 0); return at; }
static void unnest(size_t at) { ((struct nlattr *)(buf + at))->nla_len = (uint16_t)(len - at); }

/* Every message ends where the next one begins or where the write does. */
static void end(void) { ((struct nlmsghdr *)(buf + msg))->nlmsg_len = (uint32_t)(len - msg); }

static void begin(uint16_t type, uint16_t flags, const void *header, size_t n)
{
	if (len)
		end();
	msg = len;
	*(struct nlmsghdr *)(buf + msg) = (struct nlmsghdr){ .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | flags };
	memcpy(buf + msg + NLMSG_HDRLEN, header, n);
	len = msg + NLMSG_SPACE(n);
}

static void begin_link(uint16_t type, uint16_t flags, int index, unsigned iff)
{
	begin(type, flags, &(struct ifinfomsg){ .ifi_index = index, .ifi_flags = iff, .ifi_change = iff },
	      sizeof(struct ifinfomsg));
}

static void talk(int fd, const char *what)
{
	((struct nlmsghdr *)(buf + msg))->nlmsg_flags |= NLM_F_ACK;
	end();
	if (send(fd, buf, len, 0) < 0 || recv(fd, buf, sizeof(buf), 0) < 0 ||
	    (errno = -((struct nlmsgerr *)NLMSG_DATA(buf))->error))
		die(what);
	len = msg = 0;
}

static void pin(const char *dir, int i)
{
	char path[32];

	snprintf(path, sizeof(path), "%s/%d", dir, i);
	if (mknod(path, S_IFREG, 0) || mount("/proc/thread-self/ns/net", path, NULL, MS_BIND, NULL))
		die(path);
}

static void make_namespace(int i, const char *name)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWUTS) || sethostname(name, strlen(name)))
		die("unshare");
	pin("/run/a", i);
	pin("/run/b", i);
}

static void put_end(const char *name)
{
	put(IFLA_IFNAME, name, strlen(name) + 1);
	put_u32(IFLA_NUM_TX_QUEUES, 1);
	put_u32(IFLA_NUM_RX_QUEUES, 1);
}

/* The switch: its namespace stays reachable by the two descriptors. */
static void make_fabric(int *ret_ns, int *ret_nl)
{
	size_t info, data;

	make_namespace(0, "fabric");
	if (write(open("/proc/sys/net/ipv6/conf/default/disable_ipv6", O_WRONLY | O_CLOEXEC), "1", 1) != 1)
		die("disable_ipv6");
	*ret_ns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	*ret_nl = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	begin_link(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, BRIDGE, 0);
	put(IFLA_IFNAME, "br0", 4);
	info = nest(IFLA_LINKINFO);
	put(IFLA_INFO_KIND, "bridge", 6);
	data = nest(IFLA_INFO_DATA);
	put(IFLA_BR_MCAST_SNOOPING, "", 1);
	unnest(data);
	unnest(info);
	talk(*ret_nl, "bridge");
}

static void add_pair(int i, int fabric)
{
	char port[16];
	size_t info, data, peer;

	snprintf(port, sizeof(port), "p%d", i);
	begin_link(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, PORTS + i, IFF_UP);
	put_end(port);
	put_u32(IFLA_NET_NS_FD, (uint32_t)fabric);
	put_u32(IFLA_MASTER, BRIDGE);
	info = nest(IFLA_LINKINFO);
	put(IFLA_INFO_KIND, "veth", 4);
	data = nest(IFLA_INFO_DATA);
	peer = nest(VETH_INFO_PEER);
	*(struct ifinfomsg *)(buf + len) = (struct ifinfomsg){ .ifi_index = ETH0 };
	len += sizeof(struct ifinfomsg);
	put_end("eth0");
	unnest(peer);
	unnest(data);
	unnest(info);
}

static void set_eth0(void)
{
	size_t spec, inet6;

	begin_link(RTM_SETLINK, 0, ETH0, IFF_UP);
	spec = nest(IFLA_AF_SPEC);	/* no link-local address, so no DAD and no listener reports */
	inet6 = nest(AF_INET6);
	put(IFLA_INET6_ADDR_GEN_MODE, &(uint8_t){ IN6_ADDR_GEN_MODE_NONE }, 1);
	unnest(inet6);
	unnest(spec);
}

/* 10.0.x.y and fd00::x:y; the first host is the others' way out. */
static void add_address(int family, int i)
{
	bool v6 = family == AF_INET6;
	uint8_t me[16] = { 10 }, gw[16] = { 10, 0, 0, 1 };
	size_t n = v6 ? 16 : 4;

	if (v6)
		gw[0] = me[0] = 0xfd, gw[3] = 0, gw[15] = 1;
	me[n - 2] = (uint8_t)(i >> 8);
	me[n - 1] = (uint8_t)i;
	begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &(struct ifaddrmsg){ .ifa_family = (uint8_t)family,
	      .ifa_prefixlen = v6 ? 64 : 16, .ifa_flags = v6 ? IFA_F_NODAD : 0, .ifa_index = ETH0 },
	      sizeof(struct ifaddrmsg));
	put(IFA_LOCAL, me, n);
	if (i == 1)
		return;
	begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &(struct rtmsg){ .rtm_family = (uint8_t)family,
	      .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC, .rtm_type = RTN_UNICAST },
	      sizeof(struct rtmsg));
	put(RTA_GATEWAY, gw, n);
	put_u32(RTA_OIF, ETH0);
}

static void add_host(int i, int fabric, bool v6)
{
	char name[16];
	int nl;

	snprintf(name, sizeof(name), "h%d", i);
	make_namespace(i, name);
	nl = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	begin_link(RTM_NEWLINK, 0, LO, IFF_UP);
	add_pair(i, fabric);
	set_eth0();
	add_address(AF_INET, i);
	if (v6)
		add_address(AF_INET6, i);
	talk(nl, name);
	close(nl);
}

/*
 * The carrier's way to the bridge is a work queue. A port shows as running a moment before the bridge has heard
 * of it, both under the one big lock: a request that takes that lock comes after both.
 */
static void up_bridge(int nl, int last)
{
	struct ifreq r = { 0 };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "p%d", last);
	do {
		begin_link(RTM_SETLINK, 0, BRIDGE, IFF_UP);
		talk(nl, "bridge up");
	} while (!(r.ifr_flags & IFF_RUNNING) && !ioctl(nl, SIOCGIFFLAGS, &r) && !usleep(50));
}

/* From the first host: one echo request, no second try. */
static bool ping(int host)
{
	struct icmphdr echo = { .type = ICMP_ECHO, .checksum = htons(0xf7ff) };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000000 | (uint32_t)host) };
	int fd = setns(open("/run/a/1", O_RDONLY | O_CLOEXEC), CLONE_NEWNET) ? -1 :
		 socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 1 }, sizeof(struct timeval));
	return sendto(fd, &echo, sizeof(echo), 0, (struct sockaddr *)&to, sizeof(to)) > 0 &&
	       recv(fd, buf, sizeof(buf), 0) > 20 && buf[20] == ICMP_ECHOREPLY;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 0, fabric, nl;
	bool v6 = argc > 2 && !strcmp(argv[2], "--v6"), ok;
	struct timespec t;

	if (n < 2 || n > 1023 || unshare(CLONE_NEWNS) || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("floor", "/run", "tmpfs", 0, NULL) || mkdir("/run/a", 0700) || mkdir("/run/b", 0700))
		die("start");
	make_fabric(&fabric, &nl);
	for (int i = 1; i <= n; i++)
		add_host(i, fabric, v6);
	up_bridge(nl, n);
	ok = ping(n);
	clock_gettime(CLOCK_MONOTONIC, &t);
	printf("{\"done\": %ld%09ld, \"first\": %s}\n", t.tv_sec, t.tv_nsec, ok ? "true" : "false");
	return 0;
}
