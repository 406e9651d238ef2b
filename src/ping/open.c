/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DOC: what a ping needs inside a host, opened once: raw sockets and one for netlink. */
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include "ping/inner.h"

static int watch(struct isle_ping_job *j, uint32_t host, int index)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = (uint64_t)host << 2 | (unsigned)index };
	int fd = isle_icmp_socket(families[index]);

	j->hosts[host].raw[index] = fd;
	/* a kernel without IPv6 has no probes for it either */
	if (fd == -EAFNOSUPPORT)
		return 0;
	if (fd >= 0 && epoll_ctl(j->epoll, EPOLL_CTL_ADD, fd, &e) < 0)
		fd = -errno;
	if (fd == -EMFILE)
		isle_shared_hint(j->shared, "four descriptors a host are needed: raise the limit, ulimit -Hn");
	if (fd < 0)
		return isle_shared_fail(j->shared, -fd, -1, "open a raw socket in %s", j->lab->hosts[host]->name);
	return 0;
}

static int enter(const struct isle_ping_job *j, uint32_t host)
{
	const char *name = j->lab->hosts[host]->name;

	if (j->net < 0)
		return isle_visit_host(j->tree, j->shared, name);
	if (setns(j->net, CLONE_NEWNET) == 0)
		return 0;
	if (errno == EPERM)
		isle_shared_hint(j->shared, "entering it takes CAP_SYS_ADMIN: sudo");
	return isle_shared_fail(j->shared, errno, -1, "enter the network namespace of %s", name);
}

int isle_ping_open(struct isle_ping_job *j, uint32_t host)
{
	struct isle_ping_host *h = &j->hosts[host];
	int r;

	h->touched = true;
	if (h->open)
		return 0;
	h->open = true;
	r = enter(j, host);
	if (r < 0)
		return r;
	r = isle_nl_open(&h->nl, NETLINK_ROUTE);
	if (r < 0)
		return isle_shared_fail(j->shared, -r, -1, "open a netlink socket in %s", j->lab->hosts[host]->name);
	r = isle_neigh_remember(j, host);
	if (r >= 0)
		r = watch(j, host, 0);
	if (r >= 0)
		r = watch(j, host, 1);
	if (r >= 0)
		r = isle_ping_arp_open(j, host);
	return r;
}
