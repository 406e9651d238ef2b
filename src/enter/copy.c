/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: copies of files and of directories with everything below, for a host
 * that is to have its own. Nothing is followed and nothing existing is written
 * to. Fifos, sockets and devices are left out: a copy of them would be no copy.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include "enter/own.h"
#include "ns/ns.h"

enum { DEPTH = 32 };

/* In a user namespace most owners are nobody there, and then it is the caller's. */
static int take_after(int fd, const struct stat *st)
{
	if (fchown(fd, st->st_uid, st->st_gid) < 0 && errno != EPERM && errno != EINVAL)
		return -errno;
	return fchmod(fd, st->st_mode & 07777) < 0 ? -errno : 0;
}

static int pour(int from, int to)
{
	char buf[8192];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		for (ssize_t at = 0, w; at < n; at += w) {
			w = write(to, buf + at, (size_t)(n - at));
			if (w < 0 && errno != EINTR)
				return -errno;
			w = w < 0 ? 0 : w;
		}
	}
	return 0;
}

int isle_copy_fd(int from, int to_dir, const char *to)
{
	isle_auto(close) int out = -1;
	struct stat st;
	int r;

	if (fstat(from, &st) < 0)
		return -errno;
	out = openat(to_dir, to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out < 0)
		return -errno;
	r = pour(from, out);
	return r ? r : take_after(out, &st);
}

int isle_copy_file(int from_dir, const char *from, int to_dir, const char *to)
{
	isle_auto(close) int in = openat(from_dir, from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	return in < 0 ? -errno : isle_copy_fd(in, to_dir, to);
}

static int copy_below(int from, int to, int depth);

static int copy_dir(int from_dir, int to_dir, const char *name, int depth)
{
	isle_auto(close) int from = openat(from_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	isle_auto(close) int to = -1;
	struct stat st;
	int r;

	if (from < 0 || fstat(from, &st) < 0 || mkdirat(to_dir, name, 0700) < 0)
		return -errno;
	to = openat(to_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (to < 0)
		return -errno;
	r = copy_below(from, to, depth + 1);
	return r ? r : take_after(to, &st);
}

static int copy_one(int from, int to, const char *name, int depth)
{
	struct stat st;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return copy_dir(from, to, name, depth);
	if (S_ISLNK(st.st_mode))
		return isle_dir_copy_link(from, to, name);
	return S_ISREG(st.st_mode) ? isle_copy_file(from, name, to, name) : 0;
}

struct copying { int from, to, depth; };

static int copy_entry(const char *name, void *arg)
{
	const struct copying *c = arg;

	return copy_one(c->from, c->to, name, c->depth);
}

static int copy_below(int from, int to, int depth)
{
	return depth > DEPTH ? -ELOOP : isle_dir_each(from, copy_entry, &(struct copying){ from, to, depth });
}

int isle_copy_tree(int from_dir, int to_dir)
{
	struct stat st;
	int r = copy_below(from_dir, to_dir, 0);

	if (r)
		return r;
	return fstat(from_dir, &st) < 0 ? -errno : take_after(to_dir, &st);
}
