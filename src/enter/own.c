/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: putting a host's own files and directories into its mounts, when these
 * are made. What is not there on the machine is made in the host only: below a
 * directory that is the host's own already (its /etc, a private one), or else
 * the directory above is made its own, by a fresh tmpfs in which every old
 * entry is bound again. So nothing is ever written to the machine; what is our
 * own is known by its device. Links in the way are followed only if they are
 * root's: another user could lead us anywhere.
 */
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include "enter/own.h"
#include "ns/ns.h"

enum { LINKS_MAX = 40, NAME_ROOM = 32 };

struct spot {				/* where something is to be */
	char path[PATH_MAX];		/* without links */
	size_t n_there;			/* bytes of it that exist; all: it does */
	bool trust;
};

struct placing {
	const struct isle_owns *owns;
	dev_t devs[1 + 2 * ISLE_OWN_MAX];	/* file systems of the host's own */
	size_t n_devs;
	struct spot spot;
	char rest[PATH_MAX];		/* of the walk: not looked at yet */
};

int isle_owns_open(int tree_dir, const char *host, struct isle_owns *o)
{
	char path[ISLE_NAME_MAX + 16], name[NAME_ROOM];
	struct stat st;

	o->n = 0;
	snprintf(path, sizeof(path), "etc/own/%s", host);
	o->dir = openat(tree_dir, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (o->dir < 0)
		return errno == ENOENT ? 0 : -errno;
	for (; o->n < ISLE_OWN_MAX; o->n++) {
		snprintf(name, sizeof(name), "%zu.to", o->n);
		if (fstatat(o->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			break;
		snprintf(name, sizeof(name), "%zu", o->n);
		o->tree[o->n] = isle_mount_clone(o->dir, name, false);
		if (o->tree[o->n] < 0)
			return o->tree[o->n];
	}
	return 0;
}

void isle_owns_close(struct isle_owns *o)
{
	for (size_t i = 0; i < o->n; i++)
		isle_auto_close(&o->tree[i]);
	isle_auto_close(&o->dir);
}

/* Put LINK before what is still to be walked. */
static int follow(struct placing *p, size_t parent)
{
	struct spot *s = &p->spot;
	char to[PATH_MAX];
	ssize_t n = readlink(s->path, to, sizeof(to) - 1);

	if (n <= 0)
		return n ? -errno : -ENOENT;
	to[n] = 0;
	if ((size_t)n + strlen(p->rest) + 2 > sizeof(p->rest))
		return -ENAMETOOLONG;
	memmove(p->rest + n + 1, p->rest, strlen(p->rest) + 1);
	memcpy(p->rest, to, (size_t)n);
	p->rest[n] = '/';
	s->path[to[0] == '/' ? 0 : parent] = 0;
	return 0;
}

static void go_up(struct spot *s)
{
	char *slash = strrchr(s->path, '/');

	if (slash)
		*slash = 0;
}

/* The next name of the walk is at the end of the path. 0: go on; 1: it is not there. */
static int step(struct placing *p, size_t parent, unsigned *links)
{
	struct spot *s = &p->spot;
	struct stat st;

	if (lstat(s->path, &st) < 0)
		return errno == ENOENT ? 1 : -errno;
	if (!S_ISLNK(st.st_mode))
		return S_ISDIR(st.st_mode) || !p->rest[strspn(p->rest, "/")] ? 0 : -ENOTDIR;
	if (!s->trust && st.st_uid != 0)
		return -ELOOP;
	return ++*links > LINKS_MAX ? -ELOOP : follow(p, parent);
}

/* Where TARGET is, and how much of it is there. */
static int walk(struct placing *p, const char *target)
{
	struct spot *s = &p->spot;
	unsigned links = 0;
	int r = 0;

	snprintf(p->rest, sizeof(p->rest), "%s", target);
	s->path[0] = 0;
	s->n_there = SIZE_MAX;
	for (;;) {
		size_t skip = strspn(p->rest, "/"), n = strcspn(p->rest + skip, "/"), parent = strlen(s->path);
		const char *name = p->rest + skip;
		bool dots = n == 2 && name[0] == '.' && name[1] == '.';

		if (!n)
			break;
		if (parent + n + 2 > sizeof(s->path))
			return -ENAMETOOLONG;
		if (dots)
			go_up(s);
		else if (n != 1 || name[0] != '.')
			snprintf(s->path + parent, sizeof(s->path) - parent, "/%.*s", (int)n, name);
		memmove(p->rest, name + n, strlen(name + n) + 1);
		if (r || dots || strlen(s->path) == parent)
			continue;
		r = step(p, parent, &links);
		if (r < 0)
			return r;
		if (r)
			s->n_there = parent;
	}
	if (!r)
		s->n_there = strlen(s->path);
	return s->path[0] ? 0 : -EINVAL;
}

static bool is_own(const struct placing *p, int dir)
{
	struct stat st;

	if (fstat(dir, &st) < 0)
		return false;
	for (size_t i = 0; i < p->n_devs; i++)
		if (p->devs[i] == st.st_dev)
			return true;
	return false;
}

static void note_own(struct placing *p, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && p->n_devs < ISLE_COUNT(p->devs))
		p->devs[p->n_devs++] = st.st_dev;
}

/* The directory at PATH as the host's own, with what is in it. */
static int own_directory(struct placing *p, const char *path)
{
	isle_auto(close) int dir = -1;
	struct stat st;
	int r;

	if (stat(path, &st) < 0)
		return -errno;
	r = isle_mount_mirror(path, NULL);
	if (r)
		return r;
	note_own(p, path);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0 || !is_own(p, dir))
		return dir < 0 ? -errno : -EIO;
	if (fchown(dir, st.st_uid, st.st_gid) < 0 && errno != EPERM && errno != EINVAL)
		return -errno;
	return fchmod(dir, st.st_mode & 07777) < 0 ? -errno : 0;
}

/* The directory that has the first N bytes of the spot's path as its own; opened. */
static int open_own(struct placing *p, size_t n)
{
	isle_auto(close) int dir = -1;
	char path[PATH_MAX];
	int r;

	if (n == 0)
		return -EROFS;		/* nothing can be mounted over the root */
	snprintf(path, sizeof(path), "%.*s", (int)n, p->spot.path);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	if (is_own(p, dir))
		return isle_steal_fd(&dir);
	r = own_directory(p, path);
	if (r)
		return r;
	r = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return r < 0 ? -errno : r;
}

/* All directories on the way to the spot. Its parent, of the host's own; opened. */
static int make_way(struct placing *p)
{
	const struct spot *s = &p->spot;
	char name[NAME_MAX + 1];
	int dir = open_own(p, s->n_there);

	for (size_t at = s->n_there + 1; dir >= 0;) {
		size_t n = strcspn(s->path + at, "/");
		int next;

		if (!s->path[at + n])
			break;
		if (n > NAME_MAX) {
			close(dir);
			return -ENAMETOOLONG;
		}
		snprintf(name, sizeof(name), "%.*s", (int)n, s->path + at);
		next = mkdirat(dir, name, 0755) < 0 || fchmodat(dir, name, 0755, 0) < 0 ? -errno : 0;
		if (!next) {
			next = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			next = next < 0 ? -errno : next;
		}
		close(dir);
		dir = next;
		at += n + 1;
	}
	return dir;
}

static int attach(struct placing *p, size_t nth)
{
	int r = isle_mount_attach(p->owns->tree[nth], AT_FDCWD, p->spot.path);

	if (!r)
		note_own(p, p->spot.path);
	return r;
}

/* In a directory of the host's own the file itself is put, not a mount, so that a daemon may replace it by rename. */
static int place_file(struct placing *p, const char *name, size_t nth)
{
	const struct spot *s = &p->spot;
	const char *last = strrchr(s->path, '/') + 1;
	isle_auto(close) int dir = -1;
	char parent[PATH_MAX];

	if (s->path[s->n_there]) {
		dir = make_way(p);
		return dir < 0 ? dir : isle_copy_file(p->owns->dir, name, dir, last);
	}
	snprintf(parent, sizeof(parent), "%.*s", (int)(last - s->path), s->path);
	dir = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || !is_own(p, dir))
		return attach(p, nth);
	if (unlinkat(dir, last, 0) < 0)
		return -errno;
	return isle_copy_file(p->owns->dir, name, dir, last);
}

static int place(struct placing *p, size_t nth, const char *target)
{
	char name[NAME_ROOM];
	struct stat st;
	int r = walk(p, target);

	snprintf(name, sizeof(name), "%zu", nth);
	if (!r && fstatat(p->owns->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		r = -errno;
	if (r)
		return r;
	if (!S_ISDIR(st.st_mode))
		return place_file(p, name, nth);
	if (p->spot.path[p->spot.n_there]) {
		isle_auto(close) int dir = make_way(p);

		if (dir < 0)
			return dir;
		if (mkdirat(dir, strrchr(p->spot.path, '/') + 1, 0755) < 0)
			return -errno;
	}
	return attach(p, nth);
}

static int read_target(const struct isle_owns *o, size_t nth, char *ret, size_t size)
{
	char name[NAME_ROOM];
	isle_auto(close) int fd = -1;
	ssize_t n;

	snprintf(name, sizeof(name), "%zu.to", nth);
	fd = openat(o->dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, ret, size - 1);
	if (n < 0)
		return -errno;
	ret[n] = 0;
	return 0;
}

int isle_owns_attach(struct isle_owns *o, const char *host, bool trust, struct isle_shared *sh)
{
	struct placing p = { .owns = o, .spot.trust = trust };
	char target[1024];
	struct statvfs fs;

	if (o->n && statvfs("/etc", &fs) == 0 && !(fs.f_flag & ST_RDONLY))
		note_own(&p, "/etc");
	for (size_t i = 0; i < o->n; i++) {
		int r = read_target(o, i, target, sizeof(target));

		if (!r)
			r = place(&p, i, target);
		if (!r)
			continue;
		if (r == -ELOOP)
			isle_shared_hint(sh, "a symbolic link on the way to it is not root's");
		return isle_shared_fail(sh, -r, -1, "cannot put %s into the mounts of %s", target, host);
	}
	return 0;
}

int isle_own_open(const char *target, bool trust, bool make)
{
	struct placing p = { .spot.trust = trust };
	isle_auto(close) int fd = -1;
	struct stat st;
	int r = walk(&p, target);

	if (r)
		return r;
	/* of a directory that is gone nobody knows what it was like */
	if (p.spot.path[p.spot.n_there] && (!make || strchr(p.spot.path + p.spot.n_there + 1, '/')))
		return -ENOENT;
	fd = open(p.spot.path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (make ? O_CREAT : 0), 0644);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) ? isle_steal_fd(&fd) : -EINVAL;
}
