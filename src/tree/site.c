/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: where the caller's labs are. Who may mount in the machine's mount
 * namespace and write /run has them in /run/isle; everyone else, also uid 0 of
 * a container without the capability, is rootless and keeps state files in a
 * directory of their own. The choice is made by capability, never by uid.
 * Directories that others could have prepared are checked for owner and mode.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include "ns/ns.h"
#include "tree/tree.h"

/*
 * CAP_SYS_ADMIN counts for mounts only in the user namespace that owns the
 * mount namespace. The kernel names that owner only to those who are in it or
 * above it.
 */
static int owns_mounts(bool *ret)
{
	isle_auto(close) int mnt = isle_ns_self("mnt");
	isle_auto(close) int owner = -1;

	if (mnt < 0)
		return mnt;
	owner = ioctl(mnt, NS_GET_USERNS);
	if (owner < 0 && errno != EPERM)
		return -errno;
	*ret = owner >= 0;
	return 0;
}

static bool is_private_dir(const char *path)
{
	struct stat st;

	return path[0] == '/' && lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	       !(st.st_mode & 022);
}

static int check_tmp(const char *dir, struct isle_diag *d)
{
	struct stat st;

	if (lstat(dir, &st) < 0)
		return errno == ENOENT ? 0 : isle_fail(d, errno, NULL, "cannot look at %s", dir);
	if (S_ISDIR(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 077))
		return 0;
	isle_reject(d, NULL, "%s is not a directory of yours with mode 0700: labs cannot be kept there", dir);
	isle_hint(d, "set XDG_RUNTIME_DIR to a directory that only you can write");
	return -EINVAL;
}

int isle_site_find(struct isle_site *ret, struct isle_diag *d)
{
	const char *xdg = getenv("XDG_RUNTIME_DIR");

	bool owner = false;
	int r = owns_mounts(&owner);

	if (r) {
		isle_fail(d, -r, NULL, "cannot find out whose mounts these are");
		if (r == -ENOENT)
			isle_hint(d, "/proc is missing here: mount -t proc proc /proc");
		return r;
	}
	ret->rootless = !isle_cap_has(CAP_SYS_ADMIN) || !owner || faccessat(AT_FDCWD, "/run", W_OK, AT_EACCESS) < 0;
	if (!ret->rootless) {
		snprintf(ret->dir, sizeof(ret->dir), "%s", ISLE_RUN_DIR);
		return 0;
	}
	if (xdg && strlen(xdg) + sizeof("/isle") <= sizeof(ret->dir) && is_private_dir(xdg)) {
		snprintf(ret->dir, sizeof(ret->dir), "%s/isle", xdg);
		return 0;
	}
	snprintf(ret->dir, sizeof(ret->dir), "/tmp/isle-%u", (unsigned)geteuid());
	return check_tmp(ret->dir, d);
}

static int refuse_dir(const struct isle_site *site, struct isle_diag *d)
{
	isle_reject(d, NULL, "%s is not a directory that only you can write", site->dir);
	isle_hint(d, "remove it, or set XDG_RUNTIME_DIR to a directory of yours");
	return -EINVAL;
}

int isle_site_make(const struct isle_site *site, struct isle_diag *d)
{
	struct stat opened, now;

	for (;;) {
		isle_auto(unlock) int fd = -1;

		if (mkdir(site->dir, 0700) < 0 && errno != EEXIST)
			return isle_fail(d, errno, NULL, "cannot make %s", site->dir);
		fd = open(site->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
			return refuse_dir(site, d);
		if (fd < 0 || fstat(fd, &opened) < 0)
			return isle_fail(d, errno, NULL, "cannot open %s", site->dir);
		if (opened.st_uid != geteuid() || (opened.st_mode & 022))
			return refuse_dir(site, d);
		while (flock(fd, LOCK_SH) < 0)
			if (errno != EINTR)
				return isle_fail(d, errno, NULL, "cannot lock %s", site->dir);
		if (lstat(site->dir, &now) == 0 && now.st_ino == opened.st_ino && now.st_dev == opened.st_dev)
			return isle_steal_fd(&fd);
	}
}

void isle_site_drop(const struct isle_site *site)
{
	isle_auto(unlock) int fd = open(site->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		rmdir(site->dir);
}
