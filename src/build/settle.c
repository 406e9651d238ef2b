/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: waiting until an IPv6 address is the host's own. The kernel adds the
 * local route, without which nobody answers for the address, from a work queue
 * after the address itself. Nearly always it is there when we ask. Else the
 * group of route events is joined and the question asked again, so that no
 * change falls between; after each event it is asked once more.
 */
#include "build/build.h"

#define WAIT_MS 10000
#define ANSWER_BYTES 8192

/* 1: a packet to it stays here. */
static int ask(struct isle_nl *nl, const struct isle_step *step, void *buf)
{
	_Alignas(8) uint8_t request[128];
	const struct nlmsghdr *answer;
	struct isle_nlmsg m;

	isle_nlmsg_init(&m, request, sizeof(request));
	struct rtmsg *rtm = isle_nlmsg_begin(&m, RTM_GETROUTE, 0, sizeof(*rtm));
	if (!rtm)
		return -ENOBUFS;
	rtm->rtm_family = AF_INET6;
	rtm->rtm_dst_len = 128;
	isle_nlmsg_put(&m, RTA_DST, step->address.ip.b, 16);
	isle_nlmsg_put_u32(&m, RTA_OIF, step->address.ifindex);
	isle_nlmsg_end(&m);
	int r = isle_nl_get(nl, &m, buf, ANSWER_BYTES, &answer);
	/* No route at all is an answer too. */
	if (r == -ENETUNREACH || r == -EHOSTUNREACH)
		return 0;
	if (r)
		return r;
	if (answer->nlmsg_type != RTM_NEWROUTE || answer->nlmsg_len < NLMSG_LENGTH(sizeof(*rtm)))
		return -EBADMSG;
	rtm = NLMSG_DATA(answer);
	return rtm->rtm_type == RTN_LOCAL;
}

static int wait_events(struct isle_nl *nl, const struct isle_step *step, uint8_t *buf)
{
	const int64_t end = isle_now_ms() + WAIT_MS;
	struct isle_nl events;
	size_t n;
	int r = isle_nl_open(&events, NETLINK_ROUTE);

	if (!r)
		r = isle_nl_join(&events, RTNLGRP_IPV6_ROUTE);
	while (!r) {
		int64_t left = end - isle_now_ms();

		r = ask(nl, step, buf);
		if (r)
			break;
		r = isle_nl_event(&events, buf, ANSWER_BYTES, left > 0 ? (int)left : 0, &n);
		if (r == -ENOBUFS || r == -EINTR)
			r = 0;
	}
	isle_nl_close(&events);
	return r < 0 ? r : 0;
}

int isle_settle_wait(struct isle_nl *nl, const struct isle_step *step)
{
	_Alignas(8) uint8_t buf[ANSWER_BYTES];
	int r = ask(nl, step, buf);

	if (r == 0)
		r = wait_events(nl, step, buf);
	return r < 0 ? r : 0;
}

int isle_builder_settle(struct isle_builder *b, size_t i)
{
	int r = isle_settle_wait(&b->here, &b->job->plan->steps[i]);

	if (r == -ETIMEDOUT)
		return isle_shared_fail(b->job->shared, -r, (int64_t)i, "not its own after %d s", WAIT_MS / 1000);
	return r < 0 ? isle_shared_fail(b->job->shared, -r, (int64_t)i, "cannot read its route") : 0;
}
