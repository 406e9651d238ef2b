/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a bundle is put together by a worker in a mount namespace of its own, on
 * a tmpfs that nobody else sees, and appears with one move_mount(). Until then
 * all of it goes with the worker, which goes with its parent. A mount namespace
 * is made by it too: to be pinned it must be younger than where the pins are,
 * here and where they will appear (see ns/pin.c).
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include "ns/ns.h"
#include "where/bundle.h"

struct worker {
	const struct isle_ns_set *set;
	struct isle_shared *sh;
	bool mnt, last;
	int home, place;	/* the machine's mount namespace; where to appear */
	uint64_t age;		/* of home */
	pid_t parent;
	char path[ISLE_BUNDLE_PATH_MAX];
};

static int fail(const struct worker *w, int r, const char *what)
{
	return isle_shared_fail(w->sh, -r, -1, "cannot %s for %s", what, w->path);
}

static int furnish(const struct worker *w)
{
	isle_auto(close) int fd = -1;
	int r;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != w->parent)
		return fail(w, -ECANCELED, "tie the worker to its parent");
	if (unshare(CLONE_NEWNS) < 0)
		return fail(w, -errno, "make a mount namespace");
	r = isle_mount_slave();
	if (r)
		return fail(w, r, "make mounts private");
	fd = isle_mount_tmpfs("0755", "64k");
	r = fd < 0 ? fd : isle_mount_attach(fd, AT_FDCWD, w->path);
	/* /run/isle went away under the place that was made */
	w->sh->status = r == -ENOENT;
	return r ? fail(w, r, "mount a tmpfs") : 0;
}

/* isle_ns_pin_mnt()'s maker. */
static int make_mnt(void *arg)
{
	const struct worker *w = arg;
	struct isle_ns_set set;
	int type, fd, r = isle_ns_make(ISLE_NS_BIT(ISLE_NS_MNT), w->set->fd[ISLE_NS_USER], NULL, &set, &type);

	if (r)
		return r;
	fd = set.fd[ISLE_NS_MNT];
	if (isle_ns_age(fd) && isle_ns_age(fd) <= w->age) {
		close(fd);
		return -EAGAIN;
	}
	return fd;
}

static int pin(struct worker *w, int type)
{
	char from[40], to[ISLE_BUNDLE_PATH_MAX + 16];
	int r;

	snprintf(from, sizeof(from), "/proc/self/fd/%d", w->set->fd[type]);
	snprintf(to, sizeof(to), "%s/%s", w->path, isle_ns_type_name(type));
	r = type == ISLE_NS_MNT && w->mnt ? isle_ns_pin_mnt(make_mnt, w, to) : isle_ns_pin(from, to);
	if (!r)
		return 0;
	isle_shared_fail(w->sh, -r, -1, "cannot keep the %s namespace at %s", isle_ns_type_name(type), to);
	if (r == -EINVAL && type == ISLE_NS_MNT)
		isle_shared_hint(w->sh, "the kernel keeps a mount namespace only in an older one; without --mount the others can be kept");
	return r;
}

static int appear(const struct worker *w)
{
	isle_auto(close) int tree = isle_mount_clone(AT_FDCWD, w->path, true);
	int r;

	if (tree < 0)
		return fail(w, tree, "copy the tree");
	if (setns(w->home, CLONE_NEWNS) < 0)
		return fail(w, -errno, "return to the machine's mounts");
	r = isle_mount_attach(tree, w->place, "");
	if (!r)
		return 0;
	isle_shared_fail(w->sh, -r, -1, "cannot make %s appear", w->path);
	if (r == -ELOOP)
		isle_shared_hint(w->sh, "the mount namespace is older than the one it is to be kept in; leave it out: no --mount");
	else if (r == -ENOSPC)
		isle_shared_hint(w->sh, "the machine's limit is reached: see sysctl fs.mount-max");
	return r;
}

static void work(struct worker *w)
{
	if (furnish(w))
		return;
	for (int t = 0; t < ISLE_NS_TYPES; t++)
		if ((w->set->fd[t] >= 0 || (t == ISLE_NS_MNT && w->mnt)) && pin(w, t))
			return;
	if (!appear(w))
		w->sh->finished = true;
}

static int run(struct worker *w, struct isle_diag *diag)
{
	pid_t pid = isle_ns_clone_deaf(0, NULL, NULL);
	int status, r;

	if (pid == 0) {
		work(w);
		_exit(0);
	}
	r = pid < 0 ? pid : isle_ns_reap(pid, &status);
	if (r)
		return isle_fail(diag, -r, NULL, "cannot start the worker for %s", w->path);
	if (w->sh->finished)
		return 0;
	if (w->sh->status && !w->last)
		return -EAGAIN;
	if (w->sh->errnum)
		return isle_shared_report(w->sh, NULL, diag);
	isle_reject(diag, NULL, "the worker that made %s was killed", w->path);
	isle_hint(diag, "nothing of it is left");
	return -ECHILD;
}

int isle_bundle_publish(const char *name, const struct isle_ns_set *set, bool mnt, int place, bool last, struct isle_diag *diag)
{
	isle_auto(close) int home = isle_ns_self("mnt");
	struct worker w = { .set = set, .mnt = mnt, .last = last, .home = home, .place = place, .parent = getpid() };
	int r;

	if (home < 0)
		return isle_fail(diag, -home, NULL, "cannot open the machine's mount namespace");
	w.age = isle_ns_age(home);
	snprintf(w.path, sizeof(w.path), "%s/%s/%s", ISLE_RUN_DIR, ISLE_BUNDLE_DIR, name);
	w.sh = isle_shared_new();
	if (!w.sh)
		return isle_fail(diag, ENOMEM, NULL, "cannot make bundle %s", name);
	r = run(&w, diag);
	isle_shared_free(w.sh);
	return r;
}
