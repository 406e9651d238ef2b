/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: the same directory /run may be in several mount namespaces (of a service
 * with PrivateTmp=, of a container that has the machine's /run), each with a
 * tmpfs of its own on /run/isle. rmdir() takes mounts away wherever they are
 * but here, without asking (since Linux 3.18: detach_mounts() in fs/namei.c),
 * and the labs in them would be lost. So below the mounts lies an empty file
 * for each, whose name is the device of the tmpfs, and the directory cannot be
 * removed before the last of them has gone. One whose mount namespace ended
 * with labs in it is known by nobody having the device mounted: asked by who
 * can see its processes, which are at least the maker's pid namespace, whose
 * number the name has too, and the machine's first.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include "ns/ns.h"
#include "tree/rundir.h"

#define PREFIX ".mounted."
#define FORM PREFIX "%u:%u.%ju"
enum { INITIAL_PIDS = 0xeffffffcU };	/* PROC_PID_INIT_INO of include/linux/proc_ns.h */

struct mark {
	unsigned major, minor;
	uintmax_t pids;			/* inode number of the maker's pid namespace */
};

static uintmax_t own_pids(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) < 0 ? 0 : st.st_ino;
}

static bool parse(const char *name, struct mark *ret)
{
	char end;

	return sscanf(name, FORM "%c", &ret->major, &ret->minor, &ret->pids, &end) == 3;
}

int isle_rundir_mark(int below, int root)
{
	char name[sizeof(FORM) + 3 * 20];
	struct stat st;

	if (fstat(root, &st) < 0)
		return -errno;
	snprintf(name, sizeof(name), FORM, major(st.st_dev), minor(st.st_dev), own_pids());
	isle_auto(close) int fd = openat(below, name, O_CREAT | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : 0;
}

/* Is the line one of a mount of the device, on a directory called as ours is? Its fields: proc_pid_mountinfo(5). */
static bool line_says(const char *line, const struct mark *mark)
{
	const size_t own = strlen("/isle");
	char where[PATH_MAX];
	unsigned a, b;
	size_t n;

	if (sscanf(line, "%*d %*d %u:%u %*s %4095s", &a, &b, where) != 3 || a != mark->major || b != mark->minor)
		return false;
	n = strlen(where);
	return n >= own && !strcmp(where + n - own, "/isle");
}

static bool has_mounted(int proc, const char *pid, const struct mark *mark)
{
	char path[300], *line = NULL;
	size_t size = 0;
	bool has = false;
	FILE *f;
	int fd;

	snprintf(path, sizeof(path), "%s/mountinfo", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	f = fd < 0 ? NULL : fdopen(fd, "r");
	if (!f) {
		isle_auto_close(&fd);
		return false;
	}
	while (!has && getline(&line, &size, f) > 0)
		has = line_says(line, mark);
	free(line);
	fclose(f);
	return has;
}

static bool is_stale(const struct mark *mark)
{
	const uintmax_t pids = own_pids();
	DIR *proc;
	bool gone;

	if (pids != INITIAL_PIDS && pids != mark->pids)
		return false;
	proc = opendir("/proc");
	gone = proc;
	for (struct dirent *e; gone && (e = readdir(proc));)
		gone = !isdigit((unsigned char)*e->d_name) || !has_mounted(dirfd(proc), e->d_name, mark);
	if (proc)
		closedir(proc);
	return gone;
}

enum isle_rundir_mark isle_rundir_mark_of(const char *name)
{
	struct mark mark;

	return !parse(name, &mark) ? ISLE_RUNDIR_NO_MARK : is_stale(&mark) ? ISLE_RUNDIR_STALE_MARK : ISLE_RUNDIR_OTHER_MARK;
}

/* The directory below the mount on it, by a copy of the mount of /run alone; where that must not be copied, after the mount has gone. */
static int open_below(void)
{
	isle_auto(close) int run = isle_mount_clone(AT_FDCWD, "/run", false);
	int fd = run < 0 ? -1 : openat(run, "isle", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return run < 0 ? run : fd < 0 ? -errno : fd;
}

static int remove_marks(int fd, dev_t own)
{
	DIR *dir = fdopendir(fd);
	struct mark mark;
	int r = 0;

	if (!dir) {
		r = -errno;
		close(fd);
		return r;
	}
	for (struct dirent *e; (e = readdir(dir));)
		if (parse(e->d_name, &mark) && ((mark.major == major(own) && mark.minor == minor(own)) || is_stale(&mark)) &&
		    unlinkat(dirfd(dir), e->d_name, 0) < 0 && errno != ENOENT)
			r = -errno;
	closedir(dir);
	return r;
}

int isle_rundir_unmark(dev_t own, bool is_mounted)
{
	int fd = is_mounted ? open_below() : open(ISLE_RUN_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return is_mounted ? 0 : -errno;
	return remove_marks(fd, own);
}
