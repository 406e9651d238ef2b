/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: moving the calling process into a host. User namespace first, because it
 * gives the right to the rest; then the mount namespace, which is made at the
 * first entry: a copy of the lab's base (so its cost does not grow with the
 * lab), filled, and pinned at mnt/HOST. A mount namespace can only be pinned
 * from where the lab's tree is mounted ("home": the keeper's, or our own), so
 * the process goes to and fro. flock on mnt/ makes parallel first entries make
 * one only; a SIGKILL on the way leaves at most an empty file under that lock.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "enter/enter.h"
#include "enter/own.h"
#include "ns/ns.h"

struct entry {
	struct isle_host_ns *host;
	struct isle_shared *sh;
	int home;			/* mount namespace of the lab's tree */
	bool writable;
};

static int open_mnt(const struct isle_tree *tree, const char *path)
{
	int fd = openat(tree->dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return -errno;
	if (isle_ns_is(fd, CLONE_NEWNS))
		return fd;
	close(fd);
	return -EBADF;
}

/* No base was pinned: the same from home's mounts, at the price of a copy of all pins until they are dropped here. */
static int copy_home(const struct isle_tree *tree)
{
	isle_auto(close) int etc = isle_mount_clone(tree->dir, "etc", false);
	char path[sizeof(ISLE_RUN_DIR) + ISLE_NAME_MAX];
	int r;

	if (etc < 0)
		return etc;
	if (unshare(CLONE_NEWNS) < 0)
		return -errno;
	r = isle_mount_slave();
	if (r)
		return r;
	snprintf(path, sizeof(path), ISLE_RUN_DIR "/%s", tree->lab);
	umount2(path, MNT_DETACH);
	umount2(ISLE_RUN_DIR, MNT_DETACH);
	umount2(ISLE_NETNS_DIR, MNT_DETACH);
	/* The directory below may be read-only or absent, when all of it was one mount. */
	if (faccessat(AT_FDCWD, ISLE_RUN_DIR, F_OK, 0) < 0 && mkdir(ISLE_RUN_DIR, 0755) < 0)
		return -errno;
	return isle_mount_attach(etc, AT_FDCWD, ISLE_RUN_DIR);
}

static int copy_base(const struct isle_tree *tree)
{
	isle_auto(close) int base = open_mnt(tree, "base");

	if (base < 0)
		return copy_home(tree);
	if (setns(base, CLONE_NEWNS) < 0 || unshare(CLONE_NEWNS) < 0)
		return -errno;
	return 0;
}

/* A new mount namespace for the host, ready; the process is home again. */
static int make(void *arg)
{
	struct entry *e = arg;
	struct isle_owns owns;
	int r, fd = -1;

	if (setns(e->host->net, CLONE_NEWNET) < 0)
		return isle_shared_fail(e->sh, errno, -1, "cannot enter the network of %s.%s", e->host->host, e->host->lab);
	r = isle_owns_open(e->host->tree.dir, e->host->host, &owns);
	if (r)
		isle_shared_fail(e->sh, -r, -1, "cannot open the files of %s.%s", e->host->host, e->host->lab);
	else if ((r = copy_base(&e->host->tree)))
		isle_shared_fail(e->sh, -r, -1, "cannot copy the mounts of lab %s", e->host->lab);
	if (!r)
		r = isle_hostmnt_fill(e->host->host, e->writable, e->sh);
	if (!r)
		r = isle_owns_attach(&owns, e->host->host, !isle_is_initial_user(), e->sh);
	isle_owns_close(&owns);
	if (!r)
		fd = isle_ns_self("mnt");
	if (setns(e->home, CLONE_NEWNS) < 0 && !r)
		r = isle_shared_fail(e->sh, errno, -1, "cannot go back to the mounts of lab %s", e->host->lab);
	if (r && fd >= 0)
		close(fd);
	return r ? r : fd;
}

static int pin(struct entry *e)
{
	char path[64 + ISLE_NAME_MAX];
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d/mnt/%s", e->host->tree.dir, e->host->host);
	unlink(path);		/* left by one that was killed: no mount is on it */
	e->writable = true;
	r = isle_ns_pin_mnt(make, e, path);
	if (r && e->sh->errnum)
		return r;
	/* Refused: use one of our own, without the pin. */
	e->writable = false;
	e->host->mnt = r ? make(e) : open(path, O_RDONLY | O_CLOEXEC);
	if (e->host->mnt >= 0)
		return 0;
	return r ? e->host->mnt : isle_shared_fail(e->sh, errno, -1, "cannot open the mounts of %s", e->host->host);
}

static int make_once(struct entry *e)
{
	const struct isle_tree *tree = &e->host->tree;
	isle_auto(unlock) int lock = -1;
	char path[8 + ISLE_NAME_MAX];

	if (mkdirat(tree->dir, "mnt", 0755) < 0 && errno != EEXIST)
		return isle_shared_fail(e->sh, errno, -1, "cannot make mnt/ of lab %s", tree->lab);
	lock = openat(tree->dir, "mnt", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (lock >= 0 && flock(lock, LOCK_EX) < 0)
		if (errno != EINTR)
			return isle_shared_fail(e->sh, errno, -1, "cannot lock mnt/ of lab %s", tree->lab);
	if (lock < 0)
		return isle_shared_fail(e->sh, errno, -1, "cannot open mnt/ of lab %s", tree->lab);
	snprintf(path, sizeof(path), "mnt/%s", e->host->host);
	e->host->mnt = open_mnt(tree, path);
	return e->host->mnt >= 0 ? 0 : pin(e);
}

static int open_home(const struct isle_tree *tree)
{
	char path[40];
	int fd;

	if (!tree->rootless)
		return isle_ns_self("mnt");
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", tree->keeper);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int make_mnt(struct isle_host_ns *h, struct isle_shared *sh)
{
	isle_auto(close) int home = open_home(&h->tree);
	struct entry e = { .host = h, .sh = sh, .home = home };

	if (home < 0)
		return isle_shared_fail(sh, -home, -1, "cannot open the mount namespace of lab %s", h->lab);
	/* Also with our own: a shared filesystem context or a missing capability shows before anything is made. */
	if (setns(home, CLONE_NEWNS) < 0)
		return isle_shared_fail(sh, errno, -1, "cannot enter the mount namespace of lab %s", h->lab);
	return make_once(&e);
}

int isle_enter(struct isle_host_ns *h, struct isle_shared *sh)
{
	struct isle_cwd cwd;
	int r;

	isle_cwd_get(&cwd);
	if (h->tree.user >= 0 && setns(h->tree.user, CLONE_NEWUSER) < 0)
		return isle_shared_fail(sh, errno, -1, "cannot enter the user namespace of lab %s", h->lab);
	if (h->mnt < 0) {
		r = make_mnt(h, sh);
		if (r)
			return r;
	}
	if (setns(h->mnt, CLONE_NEWNS) < 0 || setns(h->uts, CLONE_NEWUTS) < 0 || setns(h->net, CLONE_NEWNET) < 0)
		return isle_shared_fail(sh, errno, -1, "cannot enter %s.%s", h->host, h->lab);
	isle_cwd_set(&cwd);
	return 0;
}

int isle_host_enter(struct isle_host_ns *h, struct isle_diag *diag)
{
	struct isle_shared sh = { .step = -1 };

	if (!isle_enter(h, &sh))
		return 0;
	isle_shared_gone(&sh, &h->tree);
	return isle_shared_report(&sh, NULL, diag);
}
