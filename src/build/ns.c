/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the builder among namespaces: making one, going to one, and sending what
 * has gathered for one. unshare() both makes a namespace and goes there; its
 * pins are the only thing that keeps it once we are elsewhere. A network that
 * somebody else has made is gone to and pinned, and stays as it is.
 */
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include "build/attach.h"
#include "build/build.h"
#include "ns/ns.h"

/* A refusal that a limit of the machine explains. */
static int fail_limit(struct isle_builder *b, size_t i, int r, const char *what, const char *limit)
{
	if (r == -ENOSPC)
		isle_shared_hint(b->job->shared, "the machine's limit is reached: see sysctl %s", limit);
	return isle_shared_fail(b->job->shared, -r, (int64_t)i, "%s", what);
}

int isle_builder_flush(struct isle_builder *b)
{
	struct isle_shared *s = b->job->shared;
	size_t nth = 0;
	int r;

	if (b->n_batch == 0)
		return 0;
	r = isle_nl_talk(b->batch_nl, &b->batch, &nth);
	if (r) {
		const size_t step = b->batch_steps[nth < b->n_batch ? nth : 0];

		snprintf(s->kernel, sizeof(s->kernel), "%s", b->batch_nl->extack);
		isle_shared_lacks(s, &b->job->plan->steps[step], r);
		return isle_shared_fail(s, -r, (int64_t)step, "refused by the kernel");
	}
	isle_nlmsg_init(&b->batch, b->job->msg, b->job->msg_size);
	b->n_batch = 0;
	isle_auto_close(&b->other_ns);
	b->other_ns = -1;
	return 0;
}

static int open_socket(struct isle_builder *b, size_t i, struct isle_nl *nl)
{
	int r;

	isle_nl_close(nl);
	r = isle_nl_open(nl, NETLINK_ROUTE);
	return r ? isle_shared_fail(b->job->shared, -r, (int64_t)i, "cannot open a netlink socket") : 0;
}

int isle_builder_go(struct isle_builder *b, size_t i)
{
	const struct isle_step *step = &b->job->plan->steps[i];
	isle_auto(close) int fd = -1;
	char path[ISLE_NAME_MAX + 8] = "fabric";
	int r;

	if (step->ns == b->ns && (step->ns == ISLE_NS_FABRIC || b->here.fd >= 0))
		return 0;
	r = isle_builder_flush(b);
	if (r)
		return r;
	if (step->ns == ISLE_NS_MACHINE)
		snprintf(path, sizeof(path), "of the machine");
	else if (step->ns != ISLE_NS_FABRIC)
		snprintf(path, sizeof(path), "net/%s", b->job->lab->hosts[step->ns - 1]->name);
	fd = step->ns == ISLE_NS_MACHINE ? fcntl(b->machine_ns, F_DUPFD_CLOEXEC, 0) : openat(b->tree, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		return isle_shared_fail(b->job->shared, errno, (int64_t)i, "cannot enter the namespace %s", path);
	b->ns = step->ns;
	return step->ns == ISLE_NS_FABRIC ? 0 : open_socket(b, i, &b->here);
}

static int pin_all(struct isle_builder *b, size_t i, const struct isle_host *host)
{
	static const struct { const char *from, *dir; } pins[] = {
		{ "/proc/self/ns/net", "net" }, { "/proc/self/ns/net", "shown" }, { "/proc/self/ns/uts", "uts" },
	};
	char path[ISLE_NAME_MAX + 8];
	int r;

	if (!host) {
		r = isle_ns_pin("/proc/self/ns/net", "fabric");
		return r ? fail_limit(b, i, r, "cannot pin the namespace", "fs.mount-max") : 0;
	}
	for (size_t k = 0; k < ISLE_COUNT(pins); k++) {
		snprintf(path, sizeof(path), "%s/%s", pins[k].dir, host->name);
		r = isle_ns_pin(pins[k].from, path);
		if (r)
			return fail_limit(b, i, r, "cannot pin the namespace", "fs.mount-max");
	}
	return 0;
}

static int add_lo_up(struct isle_builder *b, size_t i, struct isle_nl *nl)
{
	struct ifinfomsg *ifi = isle_nlmsg_begin(&b->batch, RTM_NEWLINK, 0, sizeof(*ifi));

	if (!ifi)
		return isle_shared_fail(b->job->shared, ENOBUFS, (int64_t)i, "cannot prepare the request");
	ifi->ifi_index = 1;
	ifi->ifi_flags = ifi->ifi_change = IFF_UP;
	isle_nlmsg_end(&b->batch);
	b->batch_nl = nl;
	b->batch_steps[b->n_batch++] = i;
	return 0;
}

static int go_new(struct isle_builder *b, size_t i, const struct isle_host *host)
{
	const int net = host && host->attach ? b->job->attached->net[host->index] : -1;
	int r;

	if (net >= 0) {
		if (setns(net, CLONE_NEWNET) < 0)
			return isle_shared_fail(b->job->shared, errno, (int64_t)i, "cannot enter it");
		r = isle_attach_mark(host->name);
		if (r)
			return isle_shared_fail(b->job->shared, -r, (int64_t)i, "cannot note it in the lab");
	}
	if (unshare((host ? CLONE_NEWUTS : 0) | (net < 0 ? CLONE_NEWNET : 0)) < 0)
		return fail_limit(b, i, -errno, "cannot make a namespace", "user.max_net_namespaces and user.max_uts_namespaces");
	if (host && sethostname(host->name, strlen(host->name)) < 0)
		return isle_shared_fail(b->job->shared, errno, (int64_t)i, "cannot set the host name");
	return 0;
}

int isle_builder_make_ns(struct isle_builder *b, size_t i)
{
	const struct isle_step *step = &b->job->plan->steps[i];
	const struct isle_host *host = step->netns.host;
	struct isle_nl *nl = host ? &b->here : &b->fabric;
	int r = isle_builder_flush(b);

	if (r)
		return r;
	r = go_new(b, i, host);
	if (r)
		return r;
	b->ns = step->ns;
	r = pin_all(b, i, host);
	if (!r)
		r = open_socket(b, i, nl);
	if (r)
		return r;
	if (!host) {
		b->fabric_ns = isle_ns_self("net");
		if (b->fabric_ns < 0)
			return isle_shared_fail(b->job->shared, -b->fabric_ns, (int64_t)i, "cannot open the namespace");
	}
	return host && host->attach ? 0 : add_lo_up(b, i, nl);
}
