/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: taking the steps of uplinks (plan/uplink.c), one request at a time: there
 * are few of them. On the machine an interface's index is known only once it is
 * there, and so is a tap's in the host, so steps are given it when they are
 * taken. All of this runs in forked children: no memory is allocated.
 */
#include <fcntl.h>
#include <linux/if_link.h>
#include <sched.h>
#include <sys/stat.h>
#include "kinds/kinds.h"
#include "outside/uplink.h"

#define TAP_WAIT_MS 10000
#define REQUEST_BYTES 2048
#define GATEWAY_TABLE "isle"
#define GATEWAY_MARK "isle: the way out"
/* libslirp's own gateway, 10.0.2.2, has this MAC; it takes whatever is sent to it. */
static const uint8_t slirp_mac[6] = { 0x52, 0x55, 10, 0, 2, 2 };

static int ns_fd(const struct isle_kind_ctx *ctx, uint32_t ns)
{
	(void)ns;
	return *(const int *)ctx->arg;
}

static int fail(const struct isle_job *job, const struct isle_nl *nl, int r, const struct isle_step *step)
{
	char words[256];

	if (nl->extack[0])
		snprintf(job->shared->kernel, sizeof(job->shared->kernel), "%s", nl->extack);
	return isle_shared_fail(job->shared, -r, -1, "%s", isle_kind_describe(step, job->lab, words, sizeof(words)));
}

/* The step with the index of its interface, if it has none: IFINDEX. */
static struct isle_step resolved(const struct isle_step *step, uint32_t ifindex)
{
	struct isle_step s = *step;

	switch (s.kind) {
	case ISLE_STEP_LINK:
		s.link.ifindex = ifindex;
		break;
	case ISLE_STEP_ADDRESS:
		s.address.ifindex = ifindex;
		break;
	case ISLE_STEP_NEIGH:
		s.neigh.ifindex = ifindex;
		break;
	case ISLE_STEP_ALTNAME:
		s.altname.ifindex = ifindex;
		break;
	default:
		break;
	}
	return s;
}

int isle_uplink_take(const struct isle_job *job, struct isle_nl *nl, const struct isle_step *written, uint32_t ifindex, int machine_net)
{
	const struct isle_kind_ctx ctx = { .ns_fd = ns_fd, .arg = &machine_net,
					   .no_ipv6 = access("/proc/sys/net/ipv6", F_OK) < 0 };
	const struct isle_step step = ifindex ? resolved(written, ifindex) : *written;
	uint8_t buf[REQUEST_BYTES];
	uint32_t index = ifindex;
	struct isle_route route;
	struct isle_nlmsg m;
	struct isle_step s = step;
	int r;

	if (step.kind == ISLE_STEP_SYSCTL) {
		r = isle_sysctl_write(step.sysctl.path, step.sysctl.value);
		return r == 0 || (r == -ENOENT && step.sysctl.optional) ? 0 : fail(job, nl, r, &step);
	}
	if (step.kind == ISLE_STEP_ROUTE && ifindex && step.route.route->n_hops == 1) {
		route = *step.route.route;
		s.route.route = &route;
		s.route.ifindexes = &index;
	}
	isle_nlmsg_init(&m, buf, sizeof(buf));
	r = isle_kind_encode(&s, &ctx, &m);
	if (r == 0)
		r = isle_nl_talk(nl, &m, NULL);
	return r == 0 ? 0 : fail(job, nl, r, &step);
}

/* The index of the interface NAME of the socket's namespace; -ENODEV. */
int isle_uplink_index(struct isle_nl *nl, const char *name, uint32_t *ret)
{
	uint8_t answer[16384];
	const struct nlmsghdr *h;
	int r = isle_nl_get_link(nl, IFLA_IFNAME, name, answer, sizeof(answer), &h);

	if (r == 0)
		*ret = (uint32_t)((const struct ifinfomsg *)(h + 1))->ifi_index;
	return r;
}

int isle_uplink_enter(const struct isle_job *job, const struct isle_host *host, int tree_dir)
{
	char path[ISLE_NAME_MAX + 8];
	isle_auto(close) int fd = -1;

	snprintf(path, sizeof(path), "net/%.64s", host->name);
	fd = job->plain_net ? fcntl(*job->plain_net, F_DUPFD_CLOEXEC, 0) : openat(tree_dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		return isle_shared_fail(job->shared, errno, -1, "entering %s to make its uplink", host->name);
	return 0;
}

/* The group of link events is joined before the first look, so that none falls between. */
static int wait_for_tap(struct isle_nl *nl, uint32_t *ret_index)
{
	struct isle_nl events;
	uint8_t buf[16384];
	size_t n;
	int r = isle_nl_open(&events, NETLINK_ROUTE);

	if (r < 0)
		return r;
	r = isle_nl_join(&events, RTNLGRP_LINK);
	while (r == 0) {
		r = isle_uplink_index(nl, "uplink", ret_index);
		if (r != -ENODEV)
			break;
		r = isle_nl_event(&events, buf, sizeof(buf), TAP_WAIT_MS, &n);
		if (r == -ENOBUFS)
			r = 0;
	}
	isle_nl_close(&events);
	return r;
}

static int set_mac_and_mtu(struct isle_nl *nl, const struct isle_iface *iface, uint32_t index)
{
	int r = isle_nl_set_link(nl, index, 0, 0, IFLA_ADDRESS, iface->mac, sizeof(iface->mac));

	return r ? r : isle_nl_set_link(nl, index, 0, 0, IFLA_MTU, &iface->mtu, sizeof(iface->mtu));
}

struct isle_step isle_uplink_slirp_gateway(const struct isle_host *host, size_t subnet)
{
	struct isle_step step = { .kind = ISLE_STEP_NEIGH, .ns = ISLE_NS_HOST(host->index), .loc = &host->uplink.loc };

	step.neigh.dev = host->uplink.iface->name;
	isle_ip_host(&host->uplink.subnets[subnet], 1, &step.neigh.ip);
	memcpy(step.neigh.mac, slirp_mac, sizeof(slirp_mac));
	return step;
}

bool isle_uplink_is_gateway(const struct isle_host *host)
{
	return host->uplink.kind != ISLE_UPLINK_NONE && host->forward && host->n_ifaces > 1;
}

/*
 * Nobody outside knows a way to the networks behind a gateway, so what it forwards is masqueraded in the host itself, in
 * a table that is gone with the lab. A host with nothing behind it needs none.
 */
int isle_uplink_masquerade(const struct isle_job *job, const struct isle_host *host)
{
	const char *table = GATEWAY_TABLE;
	struct isle_nlmsg m;
	struct isle_nl nl;
	uint8_t buf[2048];
	int r;

	if (!isle_uplink_is_gateway(host))
		return 0;
	r = isle_nl_open(&nl, NETLINK_NETFILTER);
	if (r < 0)
		return isle_shared_fail(job->shared, -r, -1, "opening a netfilter socket in %s", host->name);
	isle_nlmsg_init(&m, buf, sizeof(buf));
	isle_uplink_begin_table(&nl, &m, table, GATEWAY_MARK);
	isle_nft_table_add(&m, table, GATEWAY_MARK);
	isle_nft_nat_chain_add(&m, table, ISLE_UPLINK_CHAIN);
	isle_nft_masquerade_out(&m, table, ISLE_UPLINK_CHAIN, host->uplink.iface->name);
	isle_nft_batch_end(&m);
	r = m.bad ? -EMSGSIZE : isle_nl_talk(&nl, &m, NULL);
	if (r < 0) {
		snprintf(job->shared->kernel, sizeof(job->shared->kernel), "%s", nl.extack);
		isle_shared_fail(job->shared, -r, -1, "making the nft table %s in %s", table, host->name);
	}
	isle_nl_close(&nl);
	return r;
}

int isle_uplink_unmasquerade(const struct isle_job *job, const struct isle_host *host)
{
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_NETFILTER);

	if (r == 0) {
		r = isle_uplink_drop_table(&nl, GATEWAY_TABLE, GATEWAY_MARK);
		if (r < 0)
			snprintf(job->shared->kernel, sizeof(job->shared->kernel), "%s", nl.extack);
		isle_nl_close(&nl);
	}
	return r < 0 ? isle_shared_fail(job->shared, -r, -1, "removing the nft table " GATEWAY_TABLE " in %s", host->name) : 0;
}

int isle_uplink_configure_tap(const struct isle_job *job, const struct isle_host *host, bool slirp, int tree_dir)
{
	const struct isle_plan *plan = job->uplink->plan;
	struct isle_nl nl;
	uint32_t index;
	int r = isle_uplink_enter(job, host, tree_dir);

	if (r < 0)
		return r;
	r = isle_nl_open(&nl, NETLINK_ROUTE);
	if (r < 0)
		return isle_shared_fail(job->shared, -r, -1, "opening a netlink socket in %s", host->name);
	r = wait_for_tap(&nl, &index);
	if (r == 0)
		r = set_mac_and_mtu(&nl, host->uplink.iface, index);
	if (r < 0) {
		isle_nl_close(&nl);
		return isle_shared_fail(job->shared, -r, -1, "waiting for the device uplink of %s", host->name);
	}
	for (size_t i = 0; r == 0 && i < plan->n_steps; i++)
		if (plan->steps[i].ns == ISLE_NS_HOST(host->index) && plan->steps[i].kind != ISLE_STEP_VETH)
			r = isle_uplink_take(job, &nl, &plan->steps[i], index, -1);
	for (size_t i = 0; r == 0 && slirp && i < host->uplink.n_subnets; i++) {
		const struct isle_step step = isle_uplink_slirp_gateway(host, i);

		r = isle_uplink_take(job, &nl, &step, index, -1);
	}
	isle_nl_close(&nl);
	return r < 0 ? r : isle_uplink_masquerade(job, host);
}
