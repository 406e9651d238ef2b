/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the mount calls that work on descriptors: open_tree(2), move_mount(2),
 * fsopen(2). A detached mount belongs to nobody until it is attached, and goes
 * with its descriptor, so preparing one leaves nothing after a crash.
 * The constants are our own because musl has none and glibc's clash with the
 * kernel's header.
 */
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <linux/stat.h>	/* struct statx, which musl 1.2.3 lacks */
#include <sys/syscall.h>
#include "ns/ns.h"

enum {
	TREE_CLONE = 1,			/* OPEN_TREE_CLONE */
	TREE_RECURSIVE = 0x8000,	/* AT_RECURSIVE */
	FROM_EMPTY = 0x04,		/* MOVE_MOUNT_F_EMPTY_PATH */
	TO_EMPTY = 0x40,		/* MOVE_MOUNT_T_EMPTY_PATH */
	FS_CLOEXEC = 1,			/* FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC */
	FS_SET_STRING = 1,		/* FSCONFIG_SET_STRING */
	FS_CREATE = 6,			/* FSCONFIG_CMD_CREATE */
	ATTR_NOSUID = 2,
	ATTR_NODEV = 4,
};

static int set_option(int fs, const char *key, const char *value)
{
	if (!value)
		return 0;
	return syscall(SYS_fsconfig, fs, FS_SET_STRING, key, value, 0) < 0 ? -errno : 0;
}

static int make_detached(int fs)
{
	int fd;

	if (syscall(SYS_fsconfig, fs, FS_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	fd = syscall(SYS_fsmount, fs, FS_CLOEXEC, ATTR_NOSUID | ATTR_NODEV);
	return fd < 0 ? -errno : fd;
}

int isle_mount_proc(void)
{
	isle_auto(close) int fs = syscall(SYS_fsopen, "proc", FS_CLOEXEC);

	return fs < 0 ? -errno : make_detached(fs);
}

int isle_mount_tmpfs(const char *mode, const char *size)
{
	isle_auto(close) int fs = syscall(SYS_fsopen, "tmpfs", FS_CLOEXEC);
	int r;

	if (fs < 0)
		return -errno;
	r = set_option(fs, "source", "isle");
	if (!r)
		r = set_option(fs, "mode", mode);
	if (!r)
		r = set_option(fs, "size", size);
	return r ? r : make_detached(fs);
}

int isle_mount_clone(int dirfd, const char *path, bool recursive)
{
	unsigned flags = TREE_CLONE | O_CLOEXEC | (recursive ? TREE_RECURSIVE : 0);
	int fd;

	if (!*path)
		flags |= AT_EMPTY_PATH;
	fd = syscall(SYS_open_tree, dirfd, path, flags);
	return fd < 0 ? -errno : fd;
}

int isle_mount_attach(int mount_fd, int dirfd, const char *path)
{
	unsigned flags = FROM_EMPTY | (*path ? 0 : TO_EMPTY);

	return syscall(SYS_move_mount, mount_fd, "", dirfd, path, flags) < 0 ? -errno : 0;
}

int isle_mount_private(const char *path, bool recursive)
{
	return mount(NULL, path, NULL, MS_PRIVATE | (recursive ? MS_REC : 0), NULL) < 0 ? -errno : 0;
}

int isle_mount_slave(void)
{
	return mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL) < 0 ? -errno : 0;
}

/*
 * The root of a mount has another device or another mount id than the
 * directory that it covers. statx() says it in one call; where its answer has
 * no such bit, the devices are compared (all mounts of ours are file systems
 * of their own).
 */
bool isle_mount_is_point(int dirfd, const char *name)
{
	const uint64_t bit = 0x2000;	/* STATX_ATTR_MOUNT_ROOT */
	struct stat here, there;
	struct statx sx;

	if (syscall(SYS_statx, dirfd, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE, &sx) == 0 &&
	    (sx.stx_attributes_mask & bit))
		return sx.stx_attributes & bit;
	if (fstat(dirfd, &here) < 0 || fstatat(dirfd, name, &there, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	return here.st_dev != there.st_dev;
}
