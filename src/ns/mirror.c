/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a directory made writable without a trace: a fresh tmpfs on it, in which
 * every old entry is bound again. Unlike an overlay it keeps sockets that can
 * be connected to, mounts below it, and works where mounts are locked (inside
 * a container); unlike binds over single files it does not fall apart when the
 * machine replaces a file by rename, because the mount points are our own.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "ns/ns.h"

struct entry {			/* as getdents64(2) gives it */
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};

static int again_link(int old, int fresh, const char *name)
{
	char to[PATH_MAX];
	ssize_t n = readlinkat(old, name, to, sizeof(to) - 1);

	if (n < 0)
		return -errno;
	to[n] = 0;
	return symlinkat(to, fresh, name) < 0 ? -errno : 0;
}

static int again_mount(int old, int fresh, const char *name, bool dir)
{
	isle_auto(close) int tree = isle_mount_clone(old, name, true);
	int r;

	if (tree < 0)
		return tree;
	r = dir ? mkdirat(fresh, name, 0755) : mknodat(fresh, name, S_IFREG, 0);
	return r < 0 ? -errno : isle_mount_attach(tree, fresh, name);
}

static int again(int old, int fresh, const struct entry *e)
{
	struct stat st;

	if (fstatat(old, e->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode))
		return again_link(old, fresh, e->name);
	return again_mount(old, fresh, e->name, S_ISDIR(st.st_mode));
}

static bool is_skipped(const char *name, const char *const *skip)
{
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return true;
	for (; skip && *skip; skip++)
		if (!strcmp(name, *skip))
			return true;
	return false;
}

/* Gone meanwhile, not for us to see, or a file system whose server is dead: then it is not there. */
static bool is_out_of_reach(int r)
{
	return r == -ENOENT || r == -EACCES || r == -ENOTCONN || r == -ESTALE || r == -EIO || r == -EHOSTDOWN;
}

static int again_all(int old, int fresh, const char *const *skip)
{
	_Alignas(struct entry) char buf[4096];
	long n;

	while ((n = syscall(SYS_getdents64, old, buf, sizeof(buf))) > 0)
		for (long i = 0; i < n;) {
			const struct entry *e = (const void *)(buf + i);
			int r = is_skipped(e->name, skip) ? 0 : again(old, fresh, e);

			if (r && !is_out_of_reach(r))
				return r;
			i += e->reclen;
		}
	return n < 0 ? -errno : 0;
}

int isle_mount_mirror(const char *path, const char *const *skip)
{
	isle_auto(close) int old = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	isle_auto(close) int mount = -1;
	int r;

	if (old < 0)
		return -errno;
	mount = isle_mount_tmpfs("0755", NULL);
	if (mount < 0)
		return mount;
	r = isle_mount_attach(mount, AT_FDCWD, path);
	if (!r)
		r = isle_mount_private(path, false);
	return r ? r : again_all(old, mount, skip);
}
