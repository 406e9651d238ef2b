/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: building a lab, in the forked process: a tmpfs with everything that will
 * be the lab's tree, then the plan's steps one after the other. Requests to one
 * namespace that follow each other are sent at once. A namespace's socket is
 * opened while being there and stays bound to it, so the fabric's one serves
 * from wherever we are. Nothing is undone here: the lab is published by
 * others, and until then the end of this process takes all of it along.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "build/build.h"
#include "build/etc.h"
#include "enter/own.h"
#include "ns/ns.h"
#include "tree/file.h"

static int fail(const struct isle_job *job, int r, const char *what)
{
	return isle_shared_fail(job->shared, -r, -1, "cannot make %s of lab %s", what, job->lab->name);
}

/* A tmpfs over the directory that PATH is in our mount namespace; its root's descriptor. */
static int mount_tmpfs(int dirfd, const char *path)
{
	isle_auto(close) int fd = isle_mount_tmpfs("0755", NULL);
	int r = fd;

	if (fd >= 0)
		r = isle_mount_attach(fd, dirfd, path);
	return r < 0 ? r : isle_steal_fd(&fd);
}

static int make_tree(const struct isle_job *job, const char *target, int *ret_tree, int *ret_etc)
{
	static const char *const dirs[] = { "net", "uts", "shown", "mnt", "etc", ISLE_RULES_DIR };
	isle_auto(close) int tree = mount_tmpfs(AT_FDCWD, target);
	isle_auto(close) int etc = -1;
	const char *what = "the tree";
	int r;

	if (tree < 0)
		return fail(job, tree, what);
	for (size_t i = 0; i < ISLE_COUNT(dirs); i++)
		if (mkdirat(tree, dirs[i], 0755) < 0)
			return fail(job, -errno, dirs[i]);
	r = isle_file_write(tree, "record", job->record, job->record_len, 0600);
	if (r)
		return fail(job, r, "the record");
	etc = mount_tmpfs(tree, "etc");
	if (etc < 0)
		return fail(job, etc, "etc");
	r = isle_etc_write(job->etc, job->lab, etc, &what);
	if (r)
		return fail(job, r, what);
	*ret_tree = isle_steal_fd(&tree);
	*ret_etc = isle_steal_fd(&etc);
	return 0;
}

static int ns_fd(const struct isle_kind_ctx *ctx, uint32_t ns)
{
	struct isle_builder *b = ctx->arg;
	char path[ISLE_NAME_MAX + 8];

	if (ns == ISLE_NS_FABRIC)
		return b->fabric_ns;
	/* Encoding needs the descriptor until the request was sent, so such a request is sent at once. */
	isle_auto_close(&b->other_ns);
	snprintf(path, sizeof(path), "net/%s", b->job->lab->hosts[ns - 1]->name);
	b->other_ns = openat(b->tree, path, O_RDONLY | O_CLOEXEC);
	return b->other_ns < 0 ? -errno : b->other_ns;
}

static int ifindex(const struct isle_kind_ctx *ctx, const char *name)
{
	unsigned i = if_nametoindex(name);

	(void)ctx;
	return i ? (int)i : -ENODEV;
}

static int fail_encode(struct isle_builder *b, size_t i, int r)
{
	const struct isle_step *step = &b->job->plan->steps[i];

	if (step->kind == ISLE_STEP_WIRE && r == -ENODEV)
		return isle_shared_fail(b->job->shared, -r, (int64_t)i, "the machine has no interface %s", step->wire.lower_name);
	return isle_shared_fail(b->job->shared, -r, (int64_t)i, "cannot prepare the request");
}

static int add_request(struct isle_builder *b, size_t i)
{
	const struct isle_step *step = &b->job->plan->steps[i];
	struct isle_nl *nl = step->ns == ISLE_NS_FABRIC ? &b->fabric : &b->here;
	int r;

	if (b->n_batch && (nl != b->batch_nl || b->n_batch == ISLE_BATCH || b->other_ns >= 0)) {
		r = isle_builder_flush(b);
		if (r)
			return r;
	}
	r = isle_kind_encode(step, &b->ctx, &b->batch);
	if (r == -ENOBUFS && b->n_batch) {
		r = isle_builder_flush(b);
		if (!r)
			r = isle_kind_encode(step, &b->ctx, &b->batch);
		else
			return r;
	}
	if (r)
		return fail_encode(b, i, r);
	b->batch_nl = nl;
	b->batch_steps[b->n_batch++] = i;
	return 0;
}

static int do_step(struct isle_builder *b, size_t i)
{
	const struct isle_step *step = &b->job->plan->steps[i];
	int r;

	if (step->kind == ISLE_STEP_NETNS)
		return isle_builder_make_ns(b, i);
	/* The fabric's requests go through its own socket, from anywhere. */
	if (step->ns != ISLE_NS_FABRIC || step->kind == ISLE_STEP_SYSCTL || step->kind == ISLE_STEP_OFFLOAD) {
		r = isle_builder_go(b, i);
		if (r)
			return r;
	}
	if (isle_kind_has_request(step))
		return add_request(b, i);
	r = isle_builder_flush(b);
	if (r)
		return r;
	if (step->kind == ISLE_STEP_SYSCTL)
		return isle_builder_sysctl(b, i);
	if (step->kind == ISLE_STEP_OFFLOAD)
		return isle_builder_offload(b, i);
	if (step->kind == ISLE_STEP_NFT)
		return isle_builder_nft(b, i);
	if (step->kind == ISLE_STEP_TUN)
		return isle_builder_tun(b, i);
	if (step->kind == ISLE_STEP_WIREGUARD || step->kind == ISLE_STEP_PEER)
		return isle_builder_wireguard(b, i);
	return step->kind == ISLE_STEP_SETTLED ? isle_builder_settle(b, i) : isle_builder_wait(b, i);
}

static int do_steps(struct isle_builder *b)
{
	const struct isle_plan *plan = b->job->plan;
	int r = 0;

	for (size_t i = 0; i < plan->n_steps && !r; i++) {
		r = do_step(b, i);
		b->job->shared->done = (uint32_t)i;
	}
	if (!r)
		r = isle_builder_flush(b);
	b->job->shared->done = (uint32_t)plan->n_steps;
	return r;
}

int isle_build(const struct isle_job *job, const char *target)
{
	isle_auto(close) int tree = -1, etc = -1;
	struct isle_builder b = {
		.job = job,
		.ns = ISLE_NS_MACHINE,
		.here.fd = -1, .fabric.fd = -1,
		.fabric_ns = -1, .machine_ns = -1, .other_ns = -1, .proc = -1,
	};
	int r;

	umask(0);
	r = make_tree(job, target, &tree, &etc);
	if (!r)
		r = isle_builder_base(job, target, etc);
	if (!r)
		r = isle_own_make(job, etc);
	if (r)
		return r;
	if (fchdir(tree) < 0)
		return fail(job, -errno, "the tree");
	b.tree = tree;
	b.ctx = (struct isle_kind_ctx){ .ns_fd = ns_fd, .ifindex = ifindex, .arg = &b, .no_ipv6 = access("/proc/sys/net/ipv6", F_OK) < 0 };
	isle_nlmsg_init(&b.batch, job->msg, job->msg_size);
	/* there is no way back to it by name */
	b.machine_ns = isle_ns_self("net");
	r = b.machine_ns < 0 ? fail(job, b.machine_ns, "its way back") : do_steps(&b);
	isle_nl_close(&b.here);
	isle_nl_close(&b.fabric);
	isle_auto_close(&b.fabric_ns);
	isle_auto_close(&b.machine_ns);
	isle_auto_close(&b.other_ns);
	isle_auto_close(&b.proc);
	if (chdir("/") < 0 && !r)
		r = fail(job, -errno, "the tree");
	return r;
}
