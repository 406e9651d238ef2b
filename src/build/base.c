/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the mount namespace that the lab's hosts start from: the machine's as it
 * is, following its changes (slave), but without /run/isle, so that it holds
 * no pin of any lab, itself included; in its place are the lab's etc layers.
 * It is made before the pins, because a copy of a mount namespace costs by the
 * mount. Where the kernel refuses to pin it, hosts start from the machine's.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include "build/build.h"
#include "ns/ns.h"

struct base {
	int home, root;		/* the builder's own mount namespace, and its root there */
	int etc;		/* the etc layers, cloned: each attempt needs a mount of its own */
	uint64_t mnt_age;	/* to be younger than this */
	const char *target;
	const char *what;	/* what failed */
};

/* All mounts on PATH; what the kernel has locked (it came with a user namespace) is covered later. */
static void drop(const char *path)
{
	while (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		;
}

static int furnish(struct base *base, int etc)
{
	drop(base->target);
	drop(ISLE_RUN_DIR);
	base->what = ISLE_RUN_DIR;
	return isle_mount_attach(etc, AT_FDCWD, ISLE_RUN_DIR);
}

/* isle_ns_pin_mnt()'s maker. Ends where it began, in the builder's namespace. */
static int make(void *arg)
{
	struct base *base = arg;
	isle_auto(close) int fd = -1;
	isle_auto(close) int etc = isle_mount_clone(base->etc, "", false);
	int r;

	base->what = "etc";
	if (etc < 0)
		return etc;
	base->what = "a mount namespace";
	if (unshare(CLONE_NEWNS) < 0)
		return -errno;
	r = furnish(base, etc);
	if (!r)
		fd = isle_ns_self("mnt");
	/* setns() moves to the namespace's own root; the caller may live in a chroot. */
	if (setns(base->home, CLONE_NEWNS) < 0 || fchdir(base->root) < 0 || chroot(".") < 0)
		return -errno;
	if (r)
		return r;
	if (fd < 0)
		return fd;
	base->what = NULL;
	if (isle_ns_age(fd) && isle_ns_age(fd) <= base->mnt_age)
		return -EAGAIN;
	return isle_steal_fd(&fd);
}

int isle_builder_base(const struct isle_job *job, const char *target, int etc)
{
	isle_auto(close) int home = isle_ns_self("mnt"), root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct base base = { .home = home, .root = root, .etc = etc, .mnt_age = job->mnt_age, .target = target };
	char path[320];
	int r = home;

	snprintf(path, sizeof(path), "%s/base", target);
	if (r >= 0)
		r = isle_ns_pin_mnt(make, &base, path);
	/* "Older than where it is to be pinned", on every CPU: do without. */
	if (r == 0 || (r == -EINVAL && !base.what))
		return 0;
	return isle_shared_fail(job->shared, -r, -1, "cannot make %s for the hosts of lab %s", base.what ? base.what : "a pin",
				job->lab->name);
}
