/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: processes by network namespace. One pass over /proc with one or two
 * stat() per process: the namespace files are symbolic links whose target has
 * the namespace's inode number, and a task directory's link count tells how
 * many threads there are, so that only threaded programs are looked into.
 * A process is meant by pid and start time; signals go through a pidfd.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "ns/ns.h"

struct found {
	struct isle_proc *procs;
	size_t n, cap;
};

/* DIRFD/NAME (a pid or a thread): index of its network namespace in IDS, or -1. */
static ssize_t task_which(int dirfd, const char *name, const struct isle_nsid *ids, size_t n_ids)
{
	size_t lo = 0, hi = n_ids;
	struct stat st;
	char path[272];

	snprintf(path, sizeof(path), "%s/ns/net", name);
	if (fstatat(dirfd, path, &st, 0) < 0)
		return -1;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (ids[mid].ino < st.st_ino)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < n_ids && ids[lo].ino == st.st_ino; lo++)
		if (ids[lo].dev == st.st_dev)
			return (ssize_t)lo;
	return -1;
}

static ssize_t threads_which(int proc, const char *pid, const struct isle_nsid *ids, size_t n_ids)
{
	ssize_t which = -1;
	struct dirent *de;
	struct stat st;
	char path[272];
	DIR *dir;
	int fd;

	snprintf(path, sizeof(path), "%s/task", pid);
	if (fstatat(proc, path, &st, 0) < 0 || st.st_nlink <= 3)
		return -1;
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (which < 0 && (de = readdir(dir)))
		if (de->d_name[0] != '.')
			which = task_which(fd, de->d_name, ids, n_ids);
	closedir(dir);
	return which;
}

/* Text of /proc/PID/stat; *ret_rest: behind the name, which may hold spaces and brackets itself. */
static int read_stat(pid_t pid, char *buf, size_t size, char **ret_comm, char **ret_rest)
{
	char path[32];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	isle_auto(close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	n = read(fd, buf, size - 1);
	if (n <= 0)
		return n < 0 ? -errno : -ESRCH;
	buf[n] = 0;
	*ret_comm = strchr(buf, '(');
	*ret_rest = strrchr(buf, ')');
	if (!*ret_comm || !*ret_rest || *ret_rest < *ret_comm)
		return -EBADMSG;
	*(*ret_rest)++ = 0;
	(*ret_comm)++;
	return 0;
}

static int stat_start(char *rest, uint64_t *ret)
{
	/* REST begins with field 3; the start time is field 22. */
	for (int field = 2; *rest && field < 22; field++) {
		rest = strchr(rest, ' ');
		if (!rest)
			return -EBADMSG;
		rest++;
	}
	return isle_str_u64(rest, strcspn(rest, " \n"), ret) ? 0 : -EBADMSG;
}

static int add(struct found *f, pid_t pid, size_t which)
{
	char buf[1024], *comm, *rest;
	struct isle_proc *p;
	uint64_t start;

	if (read_stat(pid, buf, sizeof(buf), &comm, &rest) || stat_start(rest, &start))
		return 0;	/* gone meanwhile */
	if (f->n == f->cap) {
		size_t cap = f->cap ? 2 * f->cap : 16;
		struct isle_proc *more = realloc(f->procs, cap * sizeof(*more));

		if (!more)
			return -ENOMEM;
		f->procs = more;
		f->cap = cap;
	}
	p = &f->procs[f->n++];
	*p = (struct isle_proc){ .pid = pid, .start = start, .which = which };
	snprintf(p->comm, sizeof(p->comm), "%s", comm);
	return 0;
}

int isle_procs_in(const struct isle_nsid *ids, size_t n_ids, struct isle_proc **ret, size_t *ret_n)
{
	DIR *dir = opendir("/proc");
	struct found f = { 0 };
	struct dirent *de;
	uint64_t pid;
	int r = 0;

	if (!dir)
		return -errno;
	while (!r && (de = readdir(dir))) {
		ssize_t which;

		if (!isle_str_u64(de->d_name, strlen(de->d_name), &pid))
			continue;
		which = task_which(dirfd(dir), de->d_name, ids, n_ids);
		if (which < 0)
			which = threads_which(dirfd(dir), de->d_name, ids, n_ids);
		if (which >= 0)
			r = add(&f, (pid_t)pid, (size_t)which);
	}
	closedir(dir);
	if (r) {
		free(f.procs);
		return r;
	}
	*ret = f.procs;
	*ret_n = f.n;
	return 0;
}

pid_t isle_proc_self(void)
{
	char self[16];
	ssize_t n = readlink("/proc/self", self, sizeof(self));
	uint64_t pid;

	return n > 0 && isle_str_u64(self, (size_t)n, &pid) && pid <= INT32_MAX ? (pid_t)pid : -ENOENT;
}

int isle_proc_start(pid_t pid, uint64_t *ret)
{
	char buf[1024], *comm, *rest;
	int r = read_stat(pid, buf, sizeof(buf), &comm, &rest);

	return r ? r : stat_start(rest, ret);
}

int isle_proc_signal(pid_t pid, uint64_t start, int sig)
{
	isle_auto(close) int fd = syscall(SYS_pidfd_open, pid, 0);
	uint64_t now;
	int r;

	if (fd < 0)
		return -errno;
	/* The descriptor is of whoever has the number now; the start time says whether that is the one meant. */
	r = isle_proc_start(pid, &now);
	if (r)
		return r;
	if (now != start)
		return -ESRCH;
	return syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0) < 0 ? -errno : 0;
}

int isle_boot_id(char ret[37])
{
	isle_auto(close) int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, ret, 36);
	if (n != 36)
		return n < 0 ? -errno : -EBADMSG;
	ret[36] = 0;
	return 0;
}
