/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: waiting until an interface carries traffic: operationally up, and if it
 * is a bridge's port, forwarding. Asking for one link makes current kernels
 * settle its carrier at once, so the first answer is nearly always yes. Else
 * the group of link events is joined first and the question asked again, so
 * that no change falls between; then every event of that link counts.
 */
#include "build/build.h"
#include <linux/if_link.h>
#include <linux/if_bridge.h>
#include <time.h>

#define WAIT_MS 10000	/* a carrier that is not there by then never comes */
#define ANSWER_BYTES 16384
enum { OPER_DOWN = 2, OPER_UP = 6 };	/* IF_OPER_*: linux/if.h and net/if.h cannot both be included */

static bool is_forwarding(const struct isle_nlattrs *link)
{
	struct isle_nlattrs info, port;
	const char *kind;

	if (!link->a[IFLA_LINKINFO])
		return true;
	isle_nl_nested(link->a[IFLA_LINKINFO], &info);
	kind = info.a[IFLA_INFO_SLAVE_KIND] ? isle_nla_str(info.a[IFLA_INFO_SLAVE_KIND]) : NULL;
	if (!kind || strcmp(kind, "bridge") || !info.a[IFLA_INFO_SLAVE_DATA])
		return true;
	isle_nl_nested(info.a[IFLA_INFO_SLAVE_DATA], &port);
	return isle_nla_u8(port.a[IFLA_BRPORT_STATE], BR_STATE_DISABLED) == BR_STATE_FORWARDING;
}

static bool is_ready(const struct nlmsghdr *h, uint32_t ifindex)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(h);
	struct isle_nlattrs link;

	if (h->nlmsg_type != RTM_NEWLINK || h->nlmsg_len < NLMSG_LENGTH(sizeof(*ifi)) || ifi->ifi_index != (int)ifindex)
		return false;
	isle_nl_attrs_of(h, sizeof(*ifi), &link);
	return isle_nla_u8(link.a[IFLA_OPERSTATE], OPER_DOWN) == OPER_UP && is_forwarding(&link);
}

/* 1: it can carry traffic. */
static int ask(struct isle_nl *nl, uint32_t ifindex, void *buf)
{
	uint8_t request[128];
	struct isle_nlmsg m;
	struct ifinfomsg *ifi;
	const struct nlmsghdr *answer;
	int r;

	isle_nlmsg_init(&m, request, sizeof(request));
	ifi = isle_nlmsg_begin(&m, RTM_GETLINK, 0, sizeof(*ifi));
	if (!ifi)
		return -ENOBUFS;
	ifi->ifi_index = (int)ifindex;
	isle_nlmsg_put_u32(&m, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	isle_nlmsg_end(&m);
	r = isle_nl_get(nl, &m, buf, ANSWER_BYTES, &answer);
	return r ? r : is_ready(answer, ifindex);
}

static bool is_in_events(const uint8_t *buf, size_t n, uint32_t ifindex)
{
	for (size_t at = 0; n - at >= NLMSG_HDRLEN;) {
		const struct nlmsghdr *h = (const struct nlmsghdr *)(buf + at);

		if (h->nlmsg_len < NLMSG_HDRLEN || h->nlmsg_len > n - at)
			return false;
		if (is_ready(h, ifindex))
			return true;
		at += NLMSG_ALIGN(h->nlmsg_len);
		if (at > n)
			return false;
	}
	return false;
}

static int left_ms(const struct timespec *start, int limit)
{
	struct timespec now;
	int64_t ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
	return ms < limit ? (int)(limit - ms) : 0;
}

/* EVENTS has joined the group already. */
static int wait_event(struct isle_nl *nl, struct isle_nl *events, uint32_t ifindex, int limit, uint8_t *buf)
{
	struct timespec start;
	size_t n;
	int r = ask(nl, ifindex, buf);

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (r == 0) {
		r = isle_nl_event(events, buf, ANSWER_BYTES, left_ms(&start, limit), &n);
		if (r == -ENOBUFS)	/* events were lost: ask */
			r = ask(nl, ifindex, buf);
		else if (r == 0)
			r = is_in_events(buf, n, ifindex);
	}
	return r < 0 ? r : 0;
}

int isle_carrier_wait(uint32_t ifindex, uint32_t patience)
{
	uint8_t buf[ANSWER_BYTES] __attribute__((aligned(8)));
	struct isle_nl nl = { .fd = -1 }, events = { .fd = -1 };
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (!r)
		r = isle_nl_open(&events, NETLINK_ROUTE);
	if (!r)
		r = isle_nl_join(&events, RTNLGRP_LINK);
	if (!r)
		r = wait_event(&nl, &events, ifindex, WAIT_MS + (int)patience * 1000, buf);
	isle_nl_close(&events);
	isle_nl_close(&nl);
	return r;
}

int isle_builder_wait(struct isle_builder *b, size_t i)
{
	const struct isle_step *step = &b->job->plan->steps[i];
	struct isle_nl *nl = step->ns == ISLE_NS_FABRIC ? &b->fabric : &b->here;
	uint8_t buf[ANSWER_BYTES] __attribute__((aligned(8)));
	int r = ask(nl, step->link.ifindex, buf);

	if (r == 1)
		return 0;
	if (r == 0)
		r = isle_builder_go(b, i);	/* the waiting's sockets are opened where we are */
	if (!r)
		r = isle_carrier_wait(step->link.ifindex, step->link.patience);
	if (r == -ETIMEDOUT)
		return isle_shared_fail(b->job->shared, -r, (int64_t)i, "no carrier after %u s",
					WAIT_MS / 1000 + step->link.patience);
	return r ? isle_shared_fail(b->job->shared, -r, (int64_t)i, "cannot read its state") : 0;
}
