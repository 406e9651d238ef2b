/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: a directory made writable without a trace: a fresh tmpfs on it, in which
 * every old entry is bound again. Unlike an overlay it keeps sockets that can
 * be connected to, mounts below it, and works where mounts are locked (inside
 * a container); unlike binds over single files it does not fall apart when the
 * machine replaces a file by rename, because the mount points are our own.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include "ns/ns.h"

static int again_mount(int old, int fresh, const char *name, bool dir)
{
	isle_auto(close) int tree = isle_mount_clone(old, name, true);
	int r;

	if (tree < 0)
		return tree;
	r = dir ? mkdirat(fresh, name, 0755) : mknodat(fresh, name, S_IFREG, 0);
	return r < 0 ? -errno : isle_mount_attach(tree, fresh, name);
}

static int again(int old, int fresh, const char *name)
{
	struct stat st;

	if (fstatat(old, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode))
		return isle_dir_copy_link(old, fresh, name);
	return again_mount(old, fresh, name, S_ISDIR(st.st_mode));
}

static bool is_skipped(const char *name, const char *const *skip)
{
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

struct mirror { int old, fresh; const char *const *skip; };

static int again_unless_skipped(const char *name, void *arg)
{
	const struct mirror *m = arg;
	int r = is_skipped(name, m->skip) ? 0 : again(m->old, m->fresh, name);

	return is_out_of_reach(r) ? 0 : r;
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
	return r ? r : isle_dir_each(old, again_unless_skipped, &(struct mirror){ old, mount, skip });
}
