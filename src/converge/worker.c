/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the processes that change a lab that is up; like all of ours they die
 * with their parent. The intent is in the lab before the first step: the record
 * to be, as a file beside the record. The commit exchanges the two, in one
 * system call; after it the intent is the record that was, which says what has
 * to end. When all has, it is removed. So whoever finds an intent knows that the
 * lab is between two records, and which of them counts.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "build/build.h"
#include "converge/worker.h"
#include "ns/ns.h"
#include "outside/outlet.h"
#include "outside/uplink.h"
#include "tree/file.h"
#include "tree/record.h"
#include "tree/visit.h"

#define INTENT_NEW "intent.new"
#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif

static const char *const pins[] = { "net", "shown", "uts" };	/* the last one tells a whole host (gather.c) */

static int open_ns(const struct isle_apply *a, uint32_t ns)
{
	const struct isle_work *w = a->arg;
	char path[ISLE_NAME_MAX + 8] = "fabric";
	int fd;

	if (ns == ISLE_NS_MACHINE)
		return fcntl(w->machine, F_DUPFD_CLOEXEC, 0);
	if (ns != ISLE_NS_FABRIC)
		snprintf(path, sizeof(path), "net/%s", w->changes->names->hosts[ns - 1]->name);
	fd = openat(w->tree->dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

/* A pin, or what somebody who was killed left of one. */
static int unpin(const char *path)
{
	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL && errno != ENOENT)
		return -errno;
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

/* What the host wrote to its /etc waits in a layer that no new host of that name gets; it goes with the lab. */
static void put_away(const char *dir, const char *host)
{
	char from[ISLE_NAME_MAX + 16], to[ISLE_NAME_MAX + 32];

	snprintf(from, sizeof(from), "etc/%s/%s", dir, host);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(to, sizeof(to), "etc/%s/.%s.%u", dir, host, i);
		if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1 /* RENAME_NOREPLACE */) == 0 || errno != EEXIST)
			return;
	}
}

static int remove_host(const char *host)
{
	char path[ISLE_NAME_MAX + 16];
	int all = 0;

	snprintf(path, sizeof(path), "mnt/%s", host);
	all = unpin(path);
	for (size_t i = ISLE_COUNT(pins); i-- > 0;) {
		snprintf(path, sizeof(path), "%s/%s", pins[i], host);
		int r = unpin(path);

		all = all ? all : r;
	}
	isle_attach_unmark(host);
	snprintf(path, sizeof(path), "etc/host/%s", host);
	unlink(path);
	put_away("own", host);
	isle_rules_forget(host);
	put_away("up", host);
	put_away("workdir", host);
	return all;
}

static int set_lo_up(void)
{
	struct isle_nl nl;
	int r = isle_nl_open(&nl, NETLINK_ROUTE);

	if (!r)
		r = isle_nl_set_link(&nl, 1, IFF_UP, IFF_UP, 0, NULL, 0);
	isle_nl_close(&nl);
	return r;
}

/* NET: the network that it is to have, which is somebody else's; -1: one of its own. */
static int make_host(const char *host, int net)
{
	char path[ISLE_NAME_MAX + 8], from[32];
	int r;

	/* half of one, of somebody who was killed; or with another network */
	r = remove_host(host);
	if (!r && net >= 0)
		r = setns(net, CLONE_NEWNET) < 0 ? -errno : isle_attach_mark(host);
	if (!r && unshare(CLONE_NEWUTS | (net < 0 ? CLONE_NEWNET : 0)) < 0)
		r = -errno;
	if (!r && sethostname(host, strlen(host)) < 0)
		r = -errno;
	if (!r && net < 0)
		r = set_lo_up();
	for (size_t i = 0; i < ISLE_COUNT(pins) && !r; i++) {
		snprintf(path, sizeof(path), "%s/%s", pins[i], host);
		snprintf(from, sizeof(from), "/proc/self/ns/%s", strcmp(pins[i], "uts") ? "net" : "uts");
		r = isle_ns_pin(from, path);
	}
	return r;
}

static int make_fabric(void)
{
	int r = unpin("fabric");

	if (!r && unshare(CLONE_NEWNET) < 0)
		r = -errno;
	if (!r)
		r = set_lo_up();
	return r ? r : isle_ns_pin("/proc/self/ns/net", "fabric");
}

static int take_ns(const struct isle_apply *a, const struct isle_step *step)
{
	const struct isle_work *w = a->arg;
	const char *host = step->netns.host ? step->netns.host->name : NULL;
	const size_t i = step->ns - 1;

	if (!host)
		return step->removes ? unpin("fabric") : make_fabric();
	if (!w->attached || i >= w->attached->n || w->attached->net[i] < 0)
		return step->removes ? remove_host(host) : make_host(host, -1);
	if (!step->removes)
		return make_host(host, w->attached->net[i]);
	/* undone: it has the network again that it had */
	return w->attached->was[i] < 0 ? remove_host(host) : make_host(host, w->attached->was[i]);
}

/* To where the lab's tree is mounted, and into it: pins are only made from there. */
static int go_home(const struct isle_work *w)
{
	char path[40];
	isle_auto(close) int mnt = -1;

	umask(0);
	if (w->tree->keeper) {
		snprintf(path, sizeof(path), "/proc/%d/ns/mnt", w->tree->keeper);
		mnt = open(path, O_RDONLY | O_CLOEXEC);
		if (mnt < 0 || setns(mnt, CLONE_NEWNS) < 0)
			return isle_shared_fail(w->shared, errno, -1, "cannot enter the mount namespace of lab %s", w->tree->lab);
	}
	if (fchdir(w->tree->dir) < 0)
		return isle_shared_fail(w->shared, errno, -1, "cannot enter the tree of lab %s", w->tree->lab);
	return 0;
}

static struct isle_apply apply_of(const struct isle_work *w)
{
	return (struct isle_apply) {
		.changes = w->changes, .shared = w->shared, .open_ns = open_ns, .take_ns = take_ns, .arg = (void *)w,
		.msg = w->msg, .msg_size = w->msg_size,
	};
}

static int write_intent(const struct isle_work *w)
{
	int r;

	if (!w->commits)
		return 0;
	unlink(INTENT_NEW);
	r = isle_file_write(AT_FDCWD, INTENT_NEW, w->intent, w->intent_len, 0600);
	if (!r && rename(INTENT_NEW, ISLE_INTENT) < 0)
		r = -errno;
	if (!r)
		return 0;
	unlink(INTENT_NEW);
	return isle_shared_fail(w->shared, -r, -1, "cannot write what is intended into lab %s", w->tree->lab);
}

static int commit(const struct isle_work *w)
{
	if (w->commits && syscall(SYS_renameat2, AT_FDCWD, ISLE_INTENT, AT_FDCWD, ISLE_RECORD, RENAME_EXCHANGE) < 0)
		return isle_shared_fail(w->shared, errno, -1, "cannot replace the record of lab %s", w->tree->lab);
	return 0;
}

static int write_files_and_commit(const struct isle_work *w)
{
	const char *what = "";
	int r = isle_files_write(w->files, w->tree->dir, w->shared, &what);

	if (r)
		return isle_shared_fail(w->shared, -r, -1, "cannot write %s of lab %s", what, w->tree->lab);
	r = commit(w);
	if (r)
		isle_files_undo(w->files, w->tree->dir);
	else
		isle_files_end(w->files, w->tree->dir);
	return r;
}

/* All is done inside the lab: then what is on the machine. */
static int change_outside(const struct isle_work *w)
{
	const struct isle_job job = { .shared = w->shared, .msg = w->msg, .msg_size = w->msg_size };
	int r = isle_uplink_change_do(w->outside, &job, w->machine, w->tree->dir);

	if (!r)
		r = write_files_and_commit(w);
	if (r)
		isle_uplink_change_undo(w->outside, &job, w->machine, w->tree->dir);
	return r;
}

/* The same for a user's. */
static int change_outlets(const struct isle_work *w, int server)
{
	int r = isle_outlet_change_do(server);

	if (!r)
		r = write_files_and_commit(w);
	if (r)
		isle_outlet_change_undo(server);
	return r;
}

/* What follows the steps. */
static int change_others(const struct isle_work *w, int server)
{
	int r = isle_rule_changes_do(w->rules, w->tree->dir, w->shared);

	if (r)
		return r;
	r = w->outside ? change_outside(w) : w->outlets ? change_outlets(w, server) : write_files_and_commit(w);
	if (r)
		isle_rule_changes_undo(w->rules, w->tree->dir, w->shared);
	return r;
}

static int change(void *arg)
{
	const struct isle_work *w = arg;
	const struct isle_apply a = apply_of(w);
	isle_auto(close) int server = -1;
	int r = go_home(w);

	if (!r && w->outlets)
		r = isle_outlet_serve(w->outlets, w->shared, &server);
	if (!r)
		r = write_intent(w);
	if (r)
		return r;
	r = isle_apply(&a);
	if (!r) {
		r = change_others(w, server);
		if (r)
			isle_apply_undo(&a);
	}
	if (r && w->commits)
		unlink(ISLE_INTENT);
	return r;
}

static int intend(void *arg)
{
	const struct isle_work *w = arg;
	int r = go_home(w);

	return r ? r : write_intent(w);
}

static int forget(void *arg)
{
	const struct isle_work *w = arg;
	int r = go_home(w);

	return r || unlink(ISLE_INTENT) == 0 ? r : -errno;
}

static int end(void *arg)
{
	const struct isle_work *w = arg;
	const struct isle_apply a = apply_of(w);
	int r = go_home(w);

	if (!r)
		r = isle_apply_ends(&a);
	if (!r && unlink(ISLE_INTENT) < 0 && errno != ENOENT)
		r = isle_shared_fail(w->shared, errno, -1, "cannot remove what was intended from lab %s", w->tree->lab);
	return r;
}

static int work(const struct isle_work *w, int (*fn)(void *), struct isle_diag *d)
{
	const struct isle_apply a = apply_of(w);
	int r = isle_visit_heeding(w->tree, w->shared, fn, (void *)w, w->signals);

	if (r == -ECANCELED && !w->shared->hint[0])
		isle_shared_hint(w->shared, "what it had not ended or undone, `isle up` again does");
	return r < 0 ? isle_apply_report(&a, d) : 0;
}

int isle_work_intend(const struct isle_work *w, struct isle_diag *d)
{
	int r = w->commits ? work(w, intend, d) : 0;

	w->shared->finished = false;
	return r;
}

void isle_work_forget(const struct isle_work *w)
{
	if (w->commits)
		work(w, forget, NULL);
}

int isle_work_change(const struct isle_work *w, struct isle_diag *d)
{
	return work(w, change, d);
}

int isle_work_end(const struct isle_work *w, struct isle_diag *d)
{
	w->shared->finished = false;
	return work(w, end, d);
}
