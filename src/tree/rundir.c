/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: /run/isle, the directory that all labs of the machine hang in: a small
 * private tmpfs of its own (under a shared mount, publishing a lab would copy
 * every pin into every container). It is mounted for the first lab and goes
 * with the last. Making and removing names in it is serialised by flock() on
 * its root; whoever got the lock looks again whether the path still leads
 * there, since the mount may have come or gone meanwhile. A worker that builds
 * has its lab mounted on the directory, in its own mount namespace, and rmdir()
 * would take that away too: so it is held by a shared lock on /run. Other mount
 * namespaces may have another one there (rundir_marks.c).
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "ns/ns.h"
#include "tree/rundir.h"

static int refuse(struct isle_diag *d, const char *why)
{
	isle_reject(d, NULL, "%s %s", ISLE_RUN_DIR, why);
	isle_hint(d, "somebody else made it; look at it, then remove it");
	return -EINVAL;
}

static int check(int fd, struct isle_diag *d)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return isle_fail(d, errno, NULL, "cannot look at %s", ISLE_RUN_DIR);
	if (st.st_uid != geteuid())
		return refuse(d, "belongs to another user");
	if (st.st_mode & 022)
		return refuse(d, "can be written by other users");
	return 0;
}

int isle_rundir_open(bool readable, struct isle_diag *d)
{
	isle_auto(close) int fd = open(ISLE_RUN_DIR, (readable ? O_RDONLY : O_PATH) | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r;

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return refuse(d, "is not a directory");
	if (fd < 0)
		return isle_fail(d, errno, NULL, "cannot open %s", ISLE_RUN_DIR);
	r = check(fd, d);
	return r ? r : isle_steal_fd(&fd);
}

/* Does the path still lead to FD? */
static bool is_current(int fd)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && lstat(ISLE_RUN_DIR, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/*
 * Is FD the root of our tmpfs, not the directory below? Never ask the path: the directory can be removed and made again,
 * with another one's mount on it, while somebody holds the lock of the old one.
 */
static bool is_root(int fd)
{
	struct stat st, run;

	return fstat(fd, &st) == 0 && lstat("/run", &run) == 0 && st.st_dev != run.st_dev;
}

bool isle_rundir_is_scrap(const char *name)
{
	static const char *const prefixes[] = { ISLE_JOURNAL_PREFIX, ISLE_PAIRS_PREFIX };
	const size_t n = strlen(name);

	for (size_t i = 0; i < ISLE_COUNT(prefixes); i++)
		if (n > strlen(prefixes[i]) + 4 && !strncmp(name, prefixes[i], strlen(prefixes[i])) && !strcmp(name + n - 4, ".new"))
			return true;
	return false;
}

/* Nobody's: what the last `ns delete`, or an `ns add` that was killed, left. */
static bool is_empty_dir(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	bool empty = dir;

	if (!dir)
		isle_auto_close(&fd);
	for (struct dirent *e; empty && (e = readdir(dir));)
		empty = !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..");
	if (dir)
		closedir(dir);
	return empty;
}

/* Is what it has nothing to keep? MARKS: nor are the marks of others. */
static bool has_nothing_but(int fd, enum isle_rundir_mark marks)
{
	int dup = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = dup < 0 ? NULL : fdopendir(dup);
	bool unused = dir;

	if (!dir) {
		isle_auto_close(&dup);
		return false;
	}
	for (struct dirent *e; unused && (e = readdir(dir));) {
		const enum isle_rundir_mark mark = isle_rundir_mark_of(e->d_name);

		unused = !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || !strcmp(e->d_name, ISLE_RUNDIR_MARK) ||
			 (mark && mark <= marks) || isle_rundir_is_scrap(e->d_name) ||
			 (!strcmp(e->d_name, ISLE_BUNDLE_DIR) && is_empty_dir(fd, e->d_name));
	}
	closedir(dir);
	return unused;
}

bool isle_rundir_is_unused(int fd)
{
	return has_nothing_but(fd, ISLE_RUNDIR_STALE_MARK);
}

int isle_rundir_lock(struct isle_diag *d)
{
	for (;;) {
		isle_auto(unlock) int fd = isle_rundir_open(true, d);

		if (fd < 0)
			return fd;
		while (flock(fd, LOCK_EX) < 0)
			if (errno != EINTR)
				return isle_fail(d, errno, NULL, "cannot lock %s", ISLE_RUN_DIR);
		if (!is_current(fd))
			continue;
		/* Ours is empty below the mount, but for marks. */
		if (!is_root(fd) && !has_nothing_but(fd, ISLE_RUNDIR_OTHER_MARK))
			return refuse(d, "holds other things than labs");
		return isle_steal_fd(&fd);
	}
}

static int make_dir(struct isle_diag *d)
{
	isle_auto(close) int fd = -1;

	if (mkdir(ISLE_RUN_DIR, 0755) < 0)
		return errno == EEXIST ? 0 : isle_fail(d, errno, NULL, "cannot make %s", ISLE_RUN_DIR);
	/* The caller's umask must not decide who can follow /run/netns/HOST.LAB. */
	fd = open(ISLE_RUN_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		fchmod(fd, 0755);
	return 0;
}

/* -EAGAIN, without words: who took down the last lab removed the directory too, just now. */
static int mount_it(int dir, struct isle_diag *d)
{
	isle_auto(close) int fd = isle_mount_tmpfs("0755", NULL);
	int r;

	if (fd < 0)
		return isle_fail(d, -fd, NULL, "cannot make a tmpfs for %s", ISLE_RUN_DIR);
	r = isle_mount_attach(fd, dir, "");
	if (r == -ENOENT)
		return -EAGAIN;
	if (!r) {
		r = isle_mount_private(ISLE_RUN_DIR, false);
		/* taken down again already, by somebody who found it unused */
		if (r && !is_current(fd))
			return -EAGAIN;
	}
	/* Killed before this: another mount namespace that shares /run may remove the directory. */
	if (!r)
		r = isle_rundir_mark(dir, fd);
	return r ? isle_fail(d, -r, NULL, "cannot mount a tmpfs on %s", ISLE_RUN_DIR) : 0;
}

int isle_rundir_hold(struct isle_diag *d)
{
	isle_auto(unlock) int run = open("/run", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (run < 0)
		return isle_fail(d, errno, NULL, "cannot open /run");
	while (flock(run, LOCK_SH) < 0)
		if (errno != EINTR)
			return isle_fail(d, errno, NULL, "cannot lock /run");
	r = make_dir(d);
	return r ? r : isle_steal_fd(&run);
}

/* /run/netns, if we made it. It stays if anyone uses it; the mark stays if we are to try again. */
static int drop_netns(int fd, int run)
{
	if (faccessat(fd, ISLE_RUNDIR_MARK, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (rmdir(ISLE_NETNS_DIR) < 0 && errno != ENOENT && errno != ENOTEMPTY && errno != EEXIST && !isle_mount_is_point(run, "netns"))
		return -errno;
	return unlinkat(fd, ISLE_RUNDIR_MARK, 0) < 0 ? -errno : 0;
}

bool isle_rundir_is_held(void)
{
	isle_auto(unlock) int run = open("/run", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return run < 0 || flock(run, LOCK_EX | LOCK_NB) < 0;
}

int isle_rundir_drop(int fd)
{
	isle_auto(unlock) int run = open("/run", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat root;
	int r;

	if (!isle_rundir_is_unused(fd))
		return -EBUSY;
	if (run < 0)
		return -errno;
	if (flock(run, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	r = drop_netns(fd, run);
	if (r)
		return r;
	if (fstat(fd, &root) < 0)
		return -errno;
	if (is_root(fd)) {
		r = isle_rundir_unmark(root.st_dev, true);
		if (r)
			return r;
		if (umount2(ISLE_RUN_DIR, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
			return -errno;
	}
	r = isle_rundir_unmark(root.st_dev, false);
	if (r)
		return r;
	/* Not empty: others have theirs on it. */
	return rmdir(ISLE_RUN_DIR) < 0 && errno != ENOTEMPTY && errno != EEXIST ? -errno : 0;
}

void isle_rundir_drop_last(int fd, struct isle_diag *d)
{
	int r = isle_rundir_drop(fd);

	if (r && r != -EBUSY) {
		isle_warn(d, NULL, "cannot remove %s, which nothing uses any more: %s", ISLE_RUN_DIR, strerror(-r));
		isle_hint(d, "`isle gc --yes` tries again");
	}
}

/* What a failed attempt leaves, which may be mounted already; others may have come meanwhile. */
static void drop_unused(void)
{
	isle_auto(unlock) int fd = isle_rundir_lock(NULL);

	if (fd >= 0)
		isle_rundir_drop(fd);
}

static int make(struct isle_diag *d)
{
	for (;;) {
		int r = make_dir(d);
		isle_auto(unlock) int fd = -1;

		if (r)
			return r;
		fd = isle_rundir_lock(d);
		if (fd == -ENOENT)
			continue;	/* somebody took down the last lab just now */
		if (fd < 0)
			return fd;
		if (is_root(fd)) {
			/* Again, in case its maker was killed in between. */
			isle_mount_private(ISLE_RUN_DIR, false);
			return isle_steal_fd(&fd);
		}
		r = mount_it(fd, d);
		if (r && r != -EAGAIN)
			return r;
	}
}

int isle_rundir_make(struct isle_diag *d)
{
	int fd = make(d);

	if (fd < 0)
		drop_unused();
	return fd;
}

int isle_rundir_netns(int fd, struct isle_diag *d)
{
	isle_auto(close) int dir = open(ISLE_NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	isle_auto(close) int mark = -1;

	if (dir >= 0)
		return isle_steal_fd(&dir);
	if (errno != ENOENT)
		return isle_fail(d, errno, NULL, "cannot open %s", ISLE_NETNS_DIR);
	/* First the word that we made it, then it. */
	mark = openat(fd, ISLE_RUNDIR_MARK, O_CREAT | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (mark < 0)
		return isle_fail(d, errno, NULL, "cannot write to %s", ISLE_RUN_DIR);
	if (mkdir(ISLE_NETNS_DIR, 0755) < 0 && errno != EEXIST)
		return isle_fail(d, errno, NULL, "cannot make %s", ISLE_NETNS_DIR);
	dir = open(ISLE_NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return isle_fail(d, errno, NULL, "cannot open %s", ISLE_NETNS_DIR);
	fchmod(dir, 0755);
	return isle_steal_fd(&dir);
}
